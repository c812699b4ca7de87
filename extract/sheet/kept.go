package sheet

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"ferry/extract/sheet/grid"
)

// kept are the rows of a sheet as a child has sent them, in a file beside the copy:
// a file is read twice at least, and the second time nobody has to unpack it, take
// it apart and send it through a pipe again.
type kept struct {
	sheet int
	want  want
	file  *os.File
	out   frameWriter
	bytes int64
	tail  grid.Tail
}

// mostKept bounds the file; of larger sheets nothing is kept.
const mostKept = 2 << 30

// newKept begins to keep a sheet; nil where it cannot. It costs time at most: where the disk has no room
// the sheet is read again.
func newKept(path string, sheet int, o want) *kept {
	file, err := os.CreateTemp(filepath.Dir(path), "rows-*") // made with 0600
	if err != nil {
		return nil
	}
	return &kept{sheet: sheet, want: o, file: file, out: frameWriter{out: file}}
}

// add keeps a batch; it tells whether the keeping goes on.
func (k *kept) add(payload []byte) bool {
	k.bytes += int64(len(payload))
	if k.bytes > mostKept {
		return false
	}
	return k.out.write(frameBatch, payload) == nil
}

// holds tells whether these are the rows that are asked for.
func (k *kept) holds(sheet int, o want) bool {
	return k != nil && k.sheet == sheet && o.Head == 0 && (k.want.Fills || !o.Fills) && (k.want.Second || !o.Second)
}

// rows gives the rows again.
func (k *kept) rows(ctx context.Context, fn func(*grid.Row) error) (grid.Tail, error) {
	if _, err := k.file.Seek(0, io.SeekStart); err != nil {
		return k.tail, err
	}
	in := newFrameReader(k.file)
	var batches batchReader
	var row grid.Row
	var buf []byte
	for {
		f, err := in.read(buf)
		if errors.Is(err, io.EOF) {
			return k.tail, nil
		}
		if err == nil {
			err = eachRow(&batches, f.payload, &row, fn)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return k.tail, err
		}
		buf = f.payload
	}
}

// drop removes the file.
func (k *kept) drop() error {
	if k == nil {
		return nil
	}
	return errors.Join(k.file.Close(), os.Remove(k.file.Name()))
}
