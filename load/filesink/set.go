package filesink

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Names in a job's export folder.
const (
	setsFolder = "sets"
	latestFile = "latest.json"
	latestLink = "latest"
	lockName   = ".publishing"
	stampForm  = "20060102T150405Z"
)

// stampPattern is the name of a set; a set in the making has a dot before and
// ".part" behind it.
const stampPattern = `\d{8}T\d{6}Z`

// draft is a set in the making: a folder that nobody looks at, and the lock
// that keeps other runs away until it is published or given up.
type draft struct {
	home string // <dir>/<job>
	name string // of the set: the time of publication
	path string // of the folder in the making
	lock *os.File
}

// newDraft makes the folder, after what dead runs left was removed.
func newDraft(dir, job string, now time.Time) (*draft, error) {
	d := &draft{home: filepath.Join(dir, job)}
	sets := filepath.Join(d.home, setsFolder)
	if err := os.MkdirAll(sets, 0o777); err != nil {
		return nil, fileError(sets, err)
	}
	if err := d.takeLock(); err != nil {
		return nil, err
	}
	if err := d.start(sets, now.UTC()); err != nil {
		d.unlock()
		return nil, err
	}
	return d, nil
}

func (d *draft) start(sets string, now time.Time) error {
	if err := removeLeftovers(sets); err != nil {
		return err
	}
	for ; ; now = now.Add(time.Second) {
		d.name = now.Format(stampForm)
		if _, err := os.Lstat(filepath.Join(sets, d.name)); err == nil {
			continue // two publications in one second: the later takes the next
		} else if !errors.Is(err, os.ErrNotExist) {
			return fileError(sets, err)
		}
		d.path = filepath.Join(sets, "."+d.name+".part")
		return fileError(d.path, os.Mkdir(d.path, 0o777))
	}
}

func (d *draft) takeLock() error {
	path := filepath.Join(d.home, lockName)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return fileError(path, err)
	}
	free, err := lockFile(f)
	if err != nil || !free {
		_ = f.Close()
		if err != nil {
			return fileError(path, err)
		}
		return &FileError{Path: d.home, Reason: Busy}
	}
	d.lock = f
	return nil
}

func (d *draft) unlock() { _ = d.lock.Close() }

// abandon removes the folder in the making.
func (d *draft) abandon() {
	_ = os.RemoveAll(d.path)
	d.unlock()
}

// removeLeftovers removes the folders of runs that died while they published:
// with the lock in hand nobody else can be at work on them.
func removeLeftovers(sets string) error {
	pattern := regexp.MustCompile(`^\.` + stampPattern + `\.part$`)
	entries, err := os.ReadDir(sets)
	if err != nil {
		return fileError(sets, err)
	}
	for _, e := range entries {
		if !pattern.MatchString(e.Name()) {
			continue
		}
		if err := os.RemoveAll(filepath.Join(sets, e.Name())); err != nil {
			return fileError(filepath.Join(sets, e.Name()), err)
		}
	}
	return nil
}

// publish makes the folder a set, and the set the latest. Every step leaves the
// set before it whole; a reader sees one or the other. linkErr is the link's
// trouble, which keeps nothing from being published.
func (d *draft) publish() (path string, linkErr, err error) {
	sets := filepath.Join(d.home, setsFolder)
	path = filepath.Join(sets, d.name)
	if err := syncDir(d.path); err != nil {
		return "", nil, fileError(d.path, err)
	}
	if err := rename(d.path, path); err != nil {
		return "", nil, err
	}
	if err := syncDir(sets); err != nil {
		return "", nil, fileError(sets, err)
	}
	target := setsFolder + "/" + d.name
	if err := replaceFile(filepath.Join(d.home, latestFile), []byte(`{"set": "`+target+`"}`+"\n")); err != nil {
		return "", nil, err
	}
	if err := linkLatest(filepath.Join(d.home, latestLink), filepath.FromSlash(target)); err != nil {
		linkErr = fmt.Errorf("the link %s could not be set: %w", filepath.Join(d.home, latestLink), err)
	}
	return path, linkErr, fileError(d.home, syncDir(d.home))
}

// replaceFile puts new content in a file's place, whole or not at all.
func replaceFile(path string, content []byte) error {
	tmp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".part")
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o666)
	if err != nil {
		return fileError(tmp, err)
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		return rename(tmp, path)
	}
	return fileError(tmp, err)
}

// rename is os.Rename that waits a moment for those who hold the file (Windows).
func rename(from, to string) error {
	const tries, pause = 50, 100 * time.Millisecond
	var err error
	for range tries {
		if err = os.Rename(from, to); err == nil || !passing(err) {
			break
		}
		time.Sleep(pause)
	}
	return fileError(to, err)
}

// prune removes the oldest sets beyond keep; 0 keeps all, and two are always
// kept. A set that cannot be removed (a reader has it open) waits for next time.
func (d *draft) prune(keep int) {
	if keep <= 0 {
		return
	}
	sets := filepath.Join(d.home, setsFolder)
	entries, err := os.ReadDir(sets)
	if err != nil {
		return
	}
	pattern := regexp.MustCompile(`^` + stampPattern + `$`)
	var names []string
	for _, e := range entries {
		if pattern.MatchString(e.Name()) && e.Name() != d.name {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for _, old := range names[:max(0, len(names)-max(keep, 2)+1)] {
		// Renamed first, so that no reader meets a set with half of its files.
		dead := filepath.Join(sets, "."+old+".part")
		if os.Rename(filepath.Join(sets, old), dead) == nil {
			_ = os.RemoveAll(dead)
		}
	}
}

// checkName refuses what cannot be a file name on every system.
func checkName(what, name string) error {
	const refused = `<>:"/\|?*`
	if name == "" || strings.ContainsAny(name, refused) || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) ||
		strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.HasSuffix(name, " ") {
		return &ConfigError{fmt.Sprintf("%s %q cannot be a file name: choose one without %s that neither begins nor ends with a dot", what, name, refused)}
	}
	return nil
}
