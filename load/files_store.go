package load

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// contentError says that a staged file is not what was staged.
type contentError struct{ why string }

func (e *contentError) Error() string { return e.why }

// errTaken: another file is in the place of one.
var errTaken = errors.New("another file is there")

// filesDir is a folder that files are written into. Nothing outside it is ever
// written, whatever names and links say.
type filesDir struct {
	dir            string
	files, folders fs.FileMode // of what is written
	root           *os.Root
}

// openFolder makes a folder where it is missing. Others may read what is for
// them to fetch.
func openFolder(dir string, shared bool) (*filesDir, error) {
	f := &filesDir{dir: dir, files: 0o600, folders: 0o700}
	if shared {
		f.files, f.folders = 0o644, 0o755
	}
	err := os.MkdirAll(dir, f.folders)
	if err == nil {
		f.root, err = os.OpenRoot(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("the folder for files: %w", err)
	}
	return f, nil
}

func (f *filesDir) close() error { return f.root.Close() }

// put copies a staged file to a place in the folder and checks its hash as it
// does. A file with the same content that is there already stays; one with
// another is errTaken, unless its hash is replaces. What is there is whole at any
// moment.
func (f *filesDir) put(ctx context.Context, name, from, sum, replaces string) error {
	have, _, there, err := f.hash(ctx, name)
	switch {
	case err != nil:
		return err
	case there && have == sum:
		return nil
	case there && (replaces == "" || have != replaces):
		return errTaken
	}
	if dir := path.Dir(name); dir != "." {
		if err := f.root.MkdirAll(filepath.FromSlash(dir), f.folders); err != nil {
			return f.failed(err)
		}
	}
	part := path.Join(path.Dir(name), ".part-"+token())
	if err := f.copy(ctx, part, from, sum); err != nil {
		return errors.Join(err, f.removeIfThere(part))
	}
	if err := f.root.Rename(filepath.FromSlash(part), filepath.FromSlash(name)); err != nil {
		return errors.Join(f.failed(err), f.removeIfThere(part))
	}
	return nil
}

// copy writes a file and syncs it.
func (f *filesDir) copy(ctx context.Context, name, from, sum string) error {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return &contentError{"its content is not beside the stage any more"}
	}
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := f.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.files)
	if err != nil {
		return f.failed(err)
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, h), withContext{ctx, in})
	if err = errors.Join(err, out.Chmod(f.files), out.Sync(), out.Close()); err != nil { // whatever the umask says
		return f.failed(err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return &contentError{"its content beside the stage is damaged"}
	}
	return nil
}

// hash reads a file of the folder; there is false where there is none. What is no
// plain file counts as one with another content.
func (f *filesDir) hash(ctx context.Context, name string) (sum string, size int64, there bool, err error) {
	info, err := f.root.Lstat(filepath.FromSlash(name))
	if errors.Is(err, fs.ErrNotExist) {
		return "", 0, false, nil
	}
	if err != nil {
		return "", 0, false, f.failed(err)
	}
	if !info.Mode().IsRegular() {
		return "", 0, true, nil
	}
	in, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return "", 0, false, f.failed(err)
	}
	defer in.Close()
	h := sha256.New()
	size, err = io.Copy(h, withContext{ctx, in})
	return hex.EncodeToString(h.Sum(nil)), size, err == nil, err
}

// has tells whether there is a plain file of that size.
func (f *filesDir) has(name string, size int64) bool {
	info, err := f.root.Lstat(filepath.FromSlash(name))
	return err == nil && info.Mode().IsRegular() && info.Size() == size
}

// remove takes a file out, and the folders that it leaves empty.
func (f *filesDir) remove(name string) error {
	if err := f.removeIfThere(name); err != nil {
		return err
	}
	for dir := path.Dir(name); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if f.root.Remove(filepath.FromSlash(dir)) != nil { // it is not empty
			return nil
		}
	}
	return nil
}

func (f *filesDir) removeIfThere(name string) error {
	if err := f.root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.failed(err)
	}
	return nil
}

// failed names the folder, and nothing of what is in it: names tell of people.
func (f *filesDir) failed(err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		err = at.Err
	}
	return fmt.Errorf("the folder for files %s: %w", f.dir, err)
}

// token is a name that nobody guesses.
func token() string {
	var b [20]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// dropName is the name under which a file lies where the target fetches it: not
// to be guessed, with the ending that tells its type.
func dropName(name string) string {
	_, end := splitName(name)
	end = strings.ToLower(end)
	for _, c := range strings.TrimPrefix(end, ".") {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return token()
		}
	}
	return token() + end
}

// isDrop tells whether a name may be one that dropName gave.
func isDrop(name string) bool {
	base, _ := splitName(name)
	raw, err := hex.DecodeString(base)
	return err == nil && len(raw) == 20
}

// withContext is a reader that ends with its context.
type withContext struct {
	ctx context.Context
	in  io.Reader
}

func (r withContext) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.in.Read(p)
}
