package stage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// FilesDir is the folder beside the stage that holds photos and attachments, each
// under the SHA-256 of its content in hexadecimal. NewFile makes it.
func (s *Stage) FilesDir() string { return s.path + ".files" }

// PutFile notes a file that was committed to FilesDir. Noting it again does
// nothing.
func (s *Stage) PutFile(ctx context.Context, sha256 string, size int64) error {
	return s.write(ctx, func(t *tx) error {
		return t.exec("INSERT OR IGNORE INTO file (sha256, size, at) VALUES (?, ?, ?)", sha256, size, micros(time.Now()))
	})
}

// FileWriter writes one file into FilesDir. It belongs to one goroutine, and ends
// with Commit or Abort; Abort after either does nothing.
type FileWriter struct {
	dir  string
	temp *os.File // nil once it ended
	hash hash.Hash
	size int64
}

// NewFile begins a file. Until Commit it has a temporary name.
func (s *Stage) NewFile() (*FileWriter, error) {
	if s.writer == nil {
		return nil, ErrReadOnly
	}
	dir := s.FilesDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, s.failed("make the folder of files", diskError(dir, err))
	}
	temp, err := os.CreateTemp(dir, tempPrefix+"*") // made with 0600
	if err != nil {
		return nil, s.failed("make a file", diskError(dir, err))
	}
	return &FileWriter{dir: dir, temp: temp, hash: sha256.New()}, nil
}

// tempPrefix begins the names of files that are not committed.
const tempPrefix = ".part-"

// removeParts removes what a killed process left unfinished; this process holds
// the lock, so nobody else is writing files.
func (s *Stage) removeParts() error {
	entries, err := os.ReadDir(s.FilesDir())
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) {
			continue
		}
		if err := removeIfThere(filepath.Join(s.FilesDir(), e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// Write appends p.
func (f *FileWriter) Write(p []byte) (int, error) {
	if f.temp == nil {
		return 0, os.ErrClosed
	}
	n, err := f.temp.Write(p)
	f.hash.Write(p[:n]) // never fails
	f.size += int64(n)
	return n, diskError(f.dir, err)
}

// Commit syncs the file and gives it its name, the SHA-256 of its content. A file
// of the same content that is there already stays.
func (f *FileWriter) Commit() (sha256 string, size int64, err error) {
	if f.temp == nil {
		return "", 0, os.ErrClosed
	}
	temp := f.temp
	f.temp = nil
	sum := hex.EncodeToString(f.hash.Sum(nil))
	err = errors.Join(temp.Sync(), temp.Close())
	if err == nil {
		final := filepath.Join(f.dir, sum)
		if info, statErr := os.Stat(final); statErr == nil && info.Size() == f.size {
			err = os.Remove(temp.Name())
		} else {
			err = os.Rename(temp.Name(), final)
		}
	}
	if err != nil {
		err = errors.Join(err, removeIfThere(temp.Name()))
		return "", 0, fmt.Errorf("stage: keep a file: %w", diskError(f.dir, err))
	}
	return sum, f.size, nil
}

// Abort throws the file away.
func (f *FileWriter) Abort() error {
	if f.temp == nil {
		return nil
	}
	temp := f.temp
	f.temp = nil
	return errors.Join(temp.Close(), removeIfThere(temp.Name()))
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
