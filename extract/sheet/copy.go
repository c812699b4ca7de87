package sheet

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"ferry/extract/sheet/grid"
)

// copy makes the private copy: what is read later is what was hashed, whatever
// other programs do to the original meanwhile.
func (b *Book) copy(ctx context.Context) (err error) {
	in, err := os.Open(b.original)
	if err != nil {
		return openRefusal(b.original, err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if b.before, err = in.Stat(); err != nil {
		return openRefusal(b.original, err)
	}
	if !b.before.Mode().IsRegular() {
		return &grid.Refusal{Cause: grid.Unreadable, Why: "this is a folder, not a file", Do: "name the file itself"}
	}
	if size, most := b.before.Size(), b.options.Limits.File; size > most {
		return &grid.Refusal{Cause: grid.TooLarge, Why: fmt.Sprintf("it has %s; at most %s are read", bytesText(size), bytesText(most)),
			Do: "split it into several files"}
	}
	out, err := b.create()
	if err != nil {
		return err
	}
	b.file.Bytes, err = copyAll(ctx, out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return b.still(b.file.Bytes)
}

// copyAll copies file to file, which many systems do without showing us the bytes,
// and looks now and then whether anybody still wants it.
func copyAll(ctx context.Context, out, in *os.File) (n int64, err error) {
	const step = 32 << 20
	for more := int64(step); more == step && err == nil; err = ctx.Err() {
		if more, err = io.CopyN(out, in, step); errors.Is(err, io.EOF) {
			err = nil
		}
		if n += more; err != nil {
			return n, err
		}
	}
	return n, err
}

// hash takes the hash of the private copy, which nobody changes.
func (b *Book) hash(ctx context.Context) (err error) {
	in, err := os.Open(b.file.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	sum := sha256.New()
	if _, err = io.Copy(sum, readerOf(ctx, in)); err != nil {
		return err
	}
	b.file.SHA256 = hexSum(sum)
	return nil
}

// create makes the file of the copy, which only this user may read.
func (b *Book) create() (*os.File, error) {
	dir := b.options.Dir
	if dir == "" {
		var err error
		if b.scratch, err = os.MkdirTemp("", "ferry-sheet-"); err != nil {
			return nil, err
		}
		dir = b.scratch
	}
	// The name of the file is never used as a path.
	out, err := os.CreateTemp(dir, "sheet-*.copy")
	if err != nil {
		return nil, err
	}
	b.file.Path = out.Name()
	return out, nil
}

// still refuses a file that was written to while it was copied.
func (b *Book) still(copied int64) error {
	after, err := os.Stat(b.original)
	if err != nil {
		return openRefusal(b.original, err)
	}
	if copied == b.before.Size() && sameFile(b.before, after) {
		return nil
	}
	return &grid.Refusal{Cause: grid.Moving, Why: "it changed while it was read: another program is still writing it",
		Do: "wait until the export has ended, close the program that writes it, and try again"}
}

// Changed tells whether the original is no longer what was opened. It is hashed
// again only where its size or time differ.
func (b *Book) Changed() (changed bool, err error) {
	now, err := os.Stat(b.original)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, openRefusal(b.original, err)
	}
	if sameFile(b.before, now) {
		return false, nil
	}
	if now.Size() != b.file.Bytes {
		return true, nil
	}
	in, err := os.Open(b.original)
	if err != nil {
		return false, named(openRefusal(b.original, err), b.file.Name)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	sum := sha256.New()
	if _, err = io.Copy(sum, in); err != nil {
		return false, err
	}
	return hexSum(sum) != b.file.SHA256, nil
}

func sameFile(a, b fs.FileInfo) bool {
	return a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// openRefusal says in words why a file cannot be opened.
func openRefusal(path string, err error) error {
	refusal := &grid.Refusal{Cause: grid.Unreadable, Why: "it cannot be read", Do: "copy it to a folder of your own and try again"}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		refusal.Why, refusal.Do = "there is no such file", "look at the name and the folder"
	case sharingViolation(err):
		refusal.Why, refusal.Do = "another program has it open and lets nobody else read it", "close it in Excel and try again"
	case errors.Is(err, fs.ErrPermission):
		refusal.Why, refusal.Do = "you have no right to read it", "ask its owner, or copy it to a folder of your own"
	case opensElsewhere(path):
		refusal.Why, refusal.Do = "another program has it open", "close it in Excel and try again"
	}
	return refusal
}

// opensElsewhere tells whether Excel has the file open: it then keeps a file of
// the same name with ~$ before it (the first two letters of long names give way).
func opensElsewhere(path string) bool {
	dir, name := filepath.Split(path)
	if strings.HasPrefix(name, "~$") {
		return false
	}
	for _, lock := range []string{"~$" + name, "~$" + name[min(2, len(name)):]} {
		if _, err := os.Stat(filepath.Join(dir, lock)); err == nil {
			return true
		}
	}
	return false
}

// readerOf stops reading when ctx ends.
func readerOf(ctx context.Context, r io.Reader) io.Reader { return &contextReader{ctx, r} }

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

// Read reads as the reader below does.
func (c *contextReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// bytesText gives a size as people read it: 12 KiB, 3.4 GiB.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d bytes", n)
	}
	value, name := float64(n)/unit, "KiB"
	for _, next := range []string{"MiB", "GiB"} {
		if value < unit {
			break
		}
		value, name = value/unit, next
	}
	return fmt.Sprintf("%.4g %s", value, name)
}
