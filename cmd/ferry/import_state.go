package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/extract/strictyaml"
	"ferry/transform/answers"
)

// An import without a job gets one: a folder below the user's state folder with a
// real job file, its stage, its mapping and what was answered. Every command takes
// that job file, so that nothing works otherwise than with a job of one's own.

// The files of such a folder.
const (
	importJob     = "job.yaml"
	importMapping = "mapping.yaml"
	// importProposed is the mapping as Ferry wrote it: where the other differs, a
	// person has changed it, and it is taken as it is.
	importProposed = "mapping.proposed.yaml"
)

// into is where an import without a job goes.
type into struct {
	spec   *connector.Spec
	stream string
	login  job.Login
	target *login
}

// openInto reads VENDOR.STREAM and takes the settings of the vendor from the
// environment. Where offline is allowed, they may be missing: target is nil then.
func (a *app) openInto(text, baseURL string, offline bool) (*into, error) {
	vendor, stream, _ := strings.Cut(text, ".")
	if connector.IsPath(text) {
		at := strings.LastIndex(text, ".yaml.")
		if at < 0 {
			return nil, usageError(fmt.Sprintf("--into %s names no stream", text), "write the spec, a dot and the stream: ./vendor.yaml.customers")
		}
		vendor, stream = text[:at+len(".yaml")], text[at+len(".yaml."):]
	}
	spec, err := connector.Load(vendor)
	if err != nil {
		return nil, asSpecError(err)
	}
	if !slices.Contains(spec.Writable(), stream) {
		return nil, usageError(fmt.Sprintf("%s has no stream %q that can be written", spec.Vendor, stream),
			strictyaml.Suggest(stream, spec.Writable()))
	}
	to := &into{spec: spec, stream: stream}
	if to.login, err = a.vendorLogin(vendor); err != nil {
		if offline {
			return to, nil
		}
		return nil, err
	}
	to.login.BaseURL = baseURL
	if to.target, err = openLogin(to.login); err != nil && offline {
		to.target, err = nil, nil
	}
	return to, err
}

// importsDir is the folder of all imports without a job.
func (a *app) importsDir() (string, error) {
	if dir, ok := a.lookup("FERRY_STATE"); ok && dir != "" {
		return filepath.Join(dir, "imports"), nil
	}
	usage, err := budget.DefaultPath()
	if err != nil {
		return "", failure(fmt.Errorf("no place for imports: %w", err), "set FERRY_STATE to a folder")
	}
	return filepath.Join(filepath.Dir(usage), "imports"), nil
}

// importFolder finds the folder of the files of this kind: into the same stream of
// the same account, with the same columns or most of them; else a new one.
func (a *app) importFolder(ctx context.Context, to *into, headers []string, mark *sheet.Mark) (dir string, err error) {
	root, err := a.importsDir()
	if err != nil {
		return "", err
	}
	base := to.spec.Vendor + "-" + strings.ReplaceAll(to.stream, ".", "-")
	best, free := 0.0, ""
	for n := 1; free == ""; n++ {
		name := base
		if n > 1 {
			name += "-" + strconv.Itoa(n)
		}
		at := filepath.Join(root, name)
		if _, err := os.Stat(at); errors.Is(err, fs.ErrNotExist) {
			free = at
			break
		}
		fit, err := a.fits(ctx, at, to, headers, mark)
		if err != nil {
			return "", err
		}
		if fit > best {
			best, dir = fit, at
		}
	}
	if dir == "" {
		dir = free
	}
	return dir, nil
}

// scratchAge is how old a folder of copies is that a killed import left behind.
const scratchAge = 7 * 24 * time.Hour

// scratch makes a folder for the copies that an import reads, where nobody else
// does, and removes what imports that were killed have left.
func (a *app) scratch() (dir string, err error) {
	imports, err := a.importsDir()
	if err != nil {
		return "", err
	}
	root := filepath.Join(filepath.Dir(imports), "scratch")
	if err = os.MkdirAll(root, 0o700); err == nil {
		err = removeOld(root, time.Now().Add(-scratchAge))
	}
	if err == nil {
		dir, err = os.MkdirTemp(root, "import-*") // made with 0700
	}
	if err != nil {
		return "", failure(fmt.Errorf("no place for a copy of the file: %w", err), "set FERRY_STATE to a folder that can be written")
	}
	return dir, nil
}

// removeOld removes what was last changed before a moment.
func removeOld(root string, before time.Time) error {
	entries, err := os.ReadDir(root)
	for _, e := range entries {
		info, gone := e.Info()
		if gone == nil && info.ModTime().Before(before) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(root, e.Name())))
		}
	}
	return err
}

// sameKind is the share of columns that files of one kind have in common at least.
const sameKind = 0.6

// fits tells how well files fit what a folder was made for: 0 not at all, 2 where
// an import of that folder has answered them.
func (a *app) fits(ctx context.Context, dir string, to *into, headers []string, mark *sheet.Mark) (float64, error) {
	j, err := a.readJob(filepath.Join(dir, importJob), job.Options{Target: to.target != nil})
	if _, unreadable := errors.AsType[*job.OpenError](err); unreadable || isProblems(err) {
		return 0, ctx.Err() // of another account whose settings are not set, or left unfinished
	}
	if err != nil {
		return 0, err
	}
	_, err = os.Stat(j.Stage)
	if used := err == nil; used && to.target != nil { // a check alone belongs to no account yet
		target, err := openLogin(j.Target.Login)
		if err != nil || target.Account.ID != to.target.Account.ID {
			return 0, ctx.Err()
		}
		if mark != nil && mark.Kind == sheet.MarkAnswer && importOf(j, target.Account.ID, mark.Import) {
			return 2, nil
		}
	}
	known, err := answers.Load(answers.Path(filepath.Join(dir, importMapping)))
	if errors.Is(err, fs.ErrNotExist) {
		return sameKind, nil // nothing was imported yet
	}
	if err != nil {
		return 0, err
	}
	both := 0
	for _, h := range headers {
		if slices.Contains(known.Columns, h) {
			both++
		}
	}
	share := float64(both) / float64(max(len(headers)+len(known.Columns)-both, 1))
	if share < sameKind {
		return 0, nil
	}
	return share, nil
}

// makeJob writes the job file of an import without a job, where it is not there or
// says something else, and reads it.
func (a *app) makeJob(dir string, to *into, files []string, o importOptions, offline bool) (*job.Job, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, failure(fmt.Errorf("folder of the import: %w", err), "set FERRY_STATE to a folder that can be written")
	}
	path := filepath.Join(dir, importJob)
	text, err := a.jobText(filepath.Base(dir), to, files, o)
	if err != nil {
		return nil, err
	}
	if have, err := os.ReadFile(path); err != nil || string(have) != text {
		if err := replaceFile(path, []byte(text)); err != nil {
			return nil, failure(fmt.Errorf("job file of the import: %w", err), "set FERRY_STATE to a folder that can be written")
		}
	}
	return a.readJob(path, job.Options{Target: !offline})
}

// jobText is the job file of an import without a job. Secrets stay in the
// environment.
func (a *app) jobText(name string, to *into, files []string, o importOptions) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "# Written by ferry import --into %s.%s. Every command takes this file, such as\n# ferry undo, report, explain and status.\n",
		to.spec.Vendor, to.stream)
	fmt.Fprintf(&b, "version: 1\nname: %s\nsource:\n  files:\n", name)
	for _, file := range files {
		path, err := filepath.Abs(file)
		if err != nil {
			return "", fmt.Errorf("path of %s: %w", file, err)
		}
		fmt.Fprintf(&b, "    - %s\n", quoted(path))
	}
	mapping, vendor := "./"+importMapping, to.spec.Vendor
	for _, own := range []struct {
		path string
		to   *string
	}{{o.Mapping, &mapping}, {to.spec.Path, &vendor}} {
		switch {
		case own.path == "":
		case !isMappingPath(own.path):
			*own.to = own.path
		default:
			path, err := filepath.Abs(own.path)
			if err != nil {
				return "", fmt.Errorf("path of %s: %w", own.path, err)
			}
			*own.to = path
		}
	}
	fmt.Fprintf(&b, "mapping: %s\ntarget:\n  vendor: %s\n  settings:\n", quoted(mapping), quoted(vendor))
	for _, s := range to.spec.Settings {
		if _, given := a.lookup(envOf(s)); given || s.Required && s.Default == "" {
			fmt.Fprintf(&b, "    %s: \"${%s}\"\n", s.Name, envOf(s))
		}
	}
	if o.BaseURL != "" {
		fmt.Fprintf(&b, "  base_url: %s\n", quoted(o.BaseURL))
	}
	return b.String(), nil
}

// quoted writes a text for YAML so that nothing in it is a placeholder.
func quoted(text string) string { return strconv.Quote(strings.ReplaceAll(text, "$", "$$")) }
