package sheet

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"ferry/extract/sheet/grid"
)

// Parent and child talk in frames: a byte that says what it is, the length of the
// payload in four bytes (little endian), the payload. Rows come in batches
// (batch.go), everything else is JSON.
const (
	frameOpen    = 'O' // to the child: openJob
	frameRows    = 'R' // to the child: rowsJob
	frameOpened  = 'o' // opened
	frameBatch   = 'b' // rows
	frameTail    = 't' // grid.Tail: the reading has ended
	frameRefusal = 'r' // grid.Refusal: so has it here
	frameError   = 'e' // text of any other error
)

// maxFrame bounds what either side holds for the other: the longest record there
// may be, several times over.
const maxFrame = 64 << 20

// rowsJob asks the child for the rows of a sheet.
type rowsJob struct {
	Sheet int
	Want  want
}

// frameWriter writes frames to the other side.
type frameWriter struct {
	out io.Writer
	buf []byte // of what goes over in one piece: a whole frame, if it is not a large one
}

func (w *frameWriter) write(kind byte, parts ...[]byte) error {
	size := 0
	for _, part := range parts {
		size += len(part)
	}
	if size > maxFrame {
		return &grid.Refusal{Cause: grid.TooLarge, Why: "one of its rows, or what it says of a sheet, is larger than " + bytesText(maxFrame),
			Do: "split the sheet, or take out what is no data"}
	}
	w.buf = binary.LittleEndian.AppendUint32(append(w.buf[:0], kind), uint32(size))
	for _, part := range parts {
		if len(w.buf)+len(part) > 4*batchBytes {
			if err := w.flush(); err != nil {
				return err
			}
		}
		if len(part) > 4*batchBytes {
			if _, err := w.out.Write(part); err != nil {
				return err
			}
			continue
		}
		w.buf = append(w.buf, part...)
	}
	return w.flush()
}

func (w *frameWriter) flush() error {
	_, err := w.out.Write(w.buf)
	w.buf = w.buf[:0]
	return err
}

func (w *frameWriter) writeJSON(kind byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.write(kind, data)
}

// frame is what the other side sent.
type frame struct {
	kind    byte
	payload []byte
}

// frameReader reads frames of the other side.
type frameReader struct{ in *bufio.Reader }

func newFrameReader(in io.Reader) *frameReader {
	return &frameReader{bufio.NewReaderSize(in, 128<<10)}
}

// read reads the next frame into the memory of buf. The error is io.EOF where the
// other side has ended between two frames.
func (r *frameReader) read(buf []byte) (frame, error) {
	var head [5]byte
	if _, err := io.ReadFull(r.in, head[:]); err != nil {
		return frame{}, err
	}
	size := int(binary.LittleEndian.Uint32(head[1:]))
	if size > maxFrame {
		return frame{}, fmt.Errorf("a frame of %d bytes is over the bound", size)
	}
	payload, err := readSized(r.in, buf, size)
	return frame{head[0], payload}, err
}

// readSized reads size bytes. Memory grows with what really comes, not with what
// the other side announced.
func readSized(in io.Reader, buf []byte, size int) ([]byte, error) {
	const step = 1 << 20
	buf = buf[:0]
	for len(buf) < size {
		from, n := len(buf), min(step, size-len(buf))
		if cap(buf)-from < n {
			grown := make([]byte, from, max(from+n, min(2*cap(buf), size)))
			copy(grown, buf)
			buf = grown
		}
		buf = buf[:from+n]
		if _, err := io.ReadFull(in, buf[from:]); err != nil {
			return nil, io.ErrUnexpectedEOF
		}
	}
	return buf, nil
}
