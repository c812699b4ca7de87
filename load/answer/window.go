package answer

import (
	"bytes"
	"errors"
	"io"
)

// mostRow is the most bytes that one row of a sheet has.
const mostRow = 64 << 20

var errLongRow = errors.New("one of its rows is larger than 64 MiB")

// window is the part of a stream that is held in memory: it begins where nothing
// was taken yet, and grows as far as is looked.
type window struct {
	r        io.Reader
	buffer   []byte
	from, to int
	ended    bool
}

func newWindow(r io.Reader) *window { return &window{r: r, buffer: make([]byte, 256<<10)} }

// held gives what is in memory.
func (w *window) held() []byte { return w.buffer[w.from:w.to] }

// take moves the window forward by n bytes, which stay valid until more is read.
func (w *window) take(n int) []byte {
	b := w.buffer[w.from : w.from+n]
	w.from += n
	return b
}

// more reads on; ok is false at the end of the stream.
func (w *window) more() (ok bool, err error) {
	if w.ended {
		return false, nil
	}
	if w.from > 0 {
		w.to = copy(w.buffer, w.buffer[w.from:w.to])
		w.from = 0
	}
	if w.to == len(w.buffer) {
		if len(w.buffer) >= mostRow {
			return false, errLongRow
		}
		w.buffer = append(w.buffer, make([]byte, len(w.buffer))...)
	}
	for w.to < len(w.buffer) {
		n, err := w.r.Read(w.buffer[w.to:])
		w.to += n
		if err == io.EOF {
			w.ended = true
			return n > 0, nil
		}
		if err != nil {
			return false, err
		}
		if n > 0 {
			return true, nil
		}
	}
	return true, nil
}

// find looks for text at or after a place of the window, reading on as needed; -1
// where it does not come.
func (w *window) find(text []byte, from int) (int, error) {
	for {
		held := w.held()
		if i := index(held[min(from, len(held)):], text); i >= 0 {
			return from + i, nil
		}
		from = max(from, len(held)-len(text)+1)
		if ok, err := w.more(); err != nil || !ok {
			return -1, err
		}
	}
}

// index looks for text by its last letter, which in the tags of sheets is rarer
// than the sign they begin with.
func index(data, text []byte) int {
	last := len(text) - 1
	for at := last; at < len(data); at++ {
		i := bytes.IndexByte(data[at:], text[last])
		if i < 0 {
			return -1
		}
		if at += i; bytes.Equal(data[at-last:at+1], text) {
			return at - last
		}
	}
	return -1
}

// tag gives the length of the tag at the start of the window.
func (w *window) tag() (int, error) {
	for {
		if n := tagEnd(w.held()); n >= 0 {
			return n, nil
		}
		ok, err := w.more()
		if err != nil {
			return 0, err
		}
		if !ok {
			return 0, errCut
		}
	}
}

// rest takes all that is left.
func (w *window) rest() ([]byte, error) {
	for {
		ok, err := w.more()
		if err != nil {
			return nil, err
		}
		if !ok {
			return w.take(w.to - w.from), nil
		}
	}
}
