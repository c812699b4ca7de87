package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// A person may save a file again, or move it, while a plan waits for approval: what
// was read is what is loaded, and it is answered. So the files of the last import
// are kept beside the stage, each under its hash, until the next import.

// keepCopies keeps Ferry's own copies of the files, and drops those of the import
// before.
func (im *importer) keepCopies(s *stage.Stage, before []intake.FileInfo) error {
	kept := map[string]bool{}
	for _, b := range im.in.Books {
		kept[b.File().SHA256] = true
		if err := keepCopy(s, b.File()); err != nil {
			return err
		}
	}
	for _, f := range before {
		if kept[f.SHA256] || f.SHA256 == "" {
			continue
		}
		if err := os.Remove(keptCopy(s, f.SHA256)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// lastFiles are the files of the last import into a stage.
func lastFiles(ctx context.Context, s *stage.Stage, account string) ([]intake.FileInfo, error) {
	listing, ok, err := s.Listing(ctx, account, sheet.Stream)
	if err != nil || !ok {
		return nil, err
	}
	info, err := intake.ReadInfo(listing)
	return info.Files, err
}

func keptCopy(s *stage.Stage, sha256 string) string { return filepath.Join(s.FilesDir(), sha256) }

func isRegular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// keepCopy links a copy into the stage's folder, or writes it there where the
// system cannot link.
func keepCopy(s *stage.Stage, f sheet.File) error {
	to := keptCopy(s, f.SHA256)
	if isRegular(to) {
		return nil
	}
	if err := os.MkdirAll(s.FilesDir(), 0o700); err != nil {
		return err
	}
	if os.Link(f.Path, to) == nil {
		return os.Chmod(to, 0o600)
	}
	from, err := os.Open(f.Path)
	if err != nil {
		return err
	}
	defer from.Close()
	w, err := s.NewFile()
	if err != nil {
		return err
	}
	if _, err = io.Copy(w, from); err == nil {
		_, _, err = w.Commit()
	}
	return errors.Join(err, w.Abort())
}
