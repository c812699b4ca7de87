package answer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write gives the person's file back with an answer on every row: in columns behind
// the last used one, and in a workbook also as colours and notes of bad cells and as
// a sheet Result. An earlier answer in the file is replaced. Out is written beside
// and renamed, and is never the original.
//
// The error is an *Unsuitable where the file cannot carry answers (Beside is the way
// on), one of Config.Rows, or the system's. Nothing stands at Out then that was not
// there before.
func Write(ctx context.Context, c Config) (Done, error) {
	in, err := os.Open(c.Original)
	if err != nil {
		return Done{}, err
	}
	defer in.Close()
	about, err := in.Stat()
	if err != nil {
		return Done{}, err
	}
	var done Done
	err = replace(c.Original, c.Out, func(out *os.File) (err error) {
		switch {
		case c.Recipe.Turned:
			err = errors.New("its records stand side by side, and a column of answers needs them one below the other")
		case isZip(in):
			done, err = writeBook(ctx, &c, in, about.Size(), out)
		case c.Recipe.Text != nil:
			done, err = writeText(ctx, &c, in, out)
		default:
			err = errors.New("it is neither an Excel workbook nor a text file of columns")
		}
		return unsuitable(c.Name, err)
	})
	done.Path = c.Out
	return done, err
}

func isZip(r io.ReaderAt) bool {
	var start [4]byte
	_, err := r.ReadAt(start[:], 0)
	return err == nil && string(start[:]) == "PK\x03\x04"
}

// unsuitable tells what is wrong with the file from what went wrong around it.
func unsuitable(name string, err error) error {
	var path *fs.PathError
	var rows *rowsError
	switch {
	case err == nil, errors.As(err, &path), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &rows):
		return rows.error
	}
	return &Unsuitable{File: name, Why: err.Error()}
}

// replace writes a file beside path and puts it in its place: the old file or the
// new one stands there at every moment.
func replace(original, path string, fill func(*os.File) error) (err error) {
	if same(original, path) {
		return fmt.Errorf("%s: answers are never written over the file itself; give another name", filepath.Base(path))
	}
	out, err := os.CreateTemp(filepath.Dir(path), ".ferry-part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = out.Close()
			_ = os.Remove(out.Name())
		}
	}()
	if err := fill(out); err != nil {
		return err
	}
	if err := errors.Join(out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return fmt.Errorf("%w; where the file is open in another program, close it and try again", err)
	}
	return nil
}

// same tells whether two paths are one file.
func same(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	two, err := os.Stat(b)
	return err == nil && os.SameFile(one, two)
}
