package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// errTooBig: an answer has more bytes than MaxBody.
var errTooBig = errors.New("over max_body")

// body reads an answer: unpacked, bounded, and remembering how it broke, so
// that a reader's own failure can be told from the connection's.
type body struct {
	wire *wire
	from io.Reader
	gz   *gzip.Reader // nil: not packed
	left int64        // bytes that may still come, unpacked
	err  error        // how reading ended, other than well
}

// wire counts what arrives, packed or not, against what was announced.
type wire struct {
	io.Reader
	got, want int64 // want -1: not announced
}

// Read counts, and turns an early end into an error.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Reader.Read(p)
	w.got += int64(n)
	if err == io.EOF && w.want >= 0 && w.got < w.want {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

var unzippers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// newBody starts reading an answer of at most limit bytes.
func newBody(resp *http.Response, method string, limit int64) *body {
	w := &wire{Reader: resp.Body, want: resp.ContentLength}
	if method == http.MethodHead || resp.Uncompressed {
		w.want = -1
	}
	b := &body{wire: w, from: w, left: limit}
	if !strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") {
		if w.want > limit {
			b.err = errTooBig
		}
		return b
	}
	b.gz = unzippers.Get().(*gzip.Reader)
	if err := b.gz.Reset(w); err != nil {
		if !errors.Is(err, io.EOF) || w.want > 0 {
			b.err = fmt.Errorf("unpacking the answer: %w", err)
		}
		b.from = strings.NewReader("") // an empty body stays empty when packed
		return b
	}
	b.from = b.gz
	return b
}

// Read gives the unpacked bytes.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1] // one byte more tells the full from the overfull
	}
	n, err := b.from.Read(p)
	b.left -= int64(n)
	switch {
	case b.left < 0:
		b.err = errTooBig
		return 0, b.err
	case err != nil && err != io.EOF:
		b.err = err
	}
	return n, err
}

// release gives the unpacker back.
func (b *body) release() {
	if b.gz != nil {
		unzippers.Put(b.gz)
		b.gz, b.from = nil, strings.NewReader("")
	}
}

// scratch holds buffers to read bodies of unknown length into.
var scratch = sync.Pool{New: func() any { b := make([]byte, 0, 128<<10); return &b }}

// maxScratch is the largest buffer that is kept.
const maxScratch = 1 << 20

// all reads the rest and gives it in memory of its own.
func (b *body) all() ([]byte, error) {
	if b.gz == nil && b.wire.want >= 0 && b.err == nil {
		out := make([]byte, b.wire.want)
		_, err := io.ReadFull(b, out)
		if err == nil || errors.Is(err, io.EOF) && len(out) == 0 {
			return out, nil
		}
		return nil, err
	}
	buf := scratch.Get().(*[]byte)
	defer func() {
		if cap(*buf) <= maxScratch {
			scratch.Put(buf)
		}
	}()
	*buf = (*buf)[:0]
	for {
		if len(*buf) == cap(*buf) {
			*buf = append(*buf, 0)[:len(*buf)]
		}
		n, err := b.Read((*buf)[len(*buf):cap(*buf)])
		*buf = (*buf)[:len(*buf)+n]
		if err == io.EOF {
			return append(make([]byte, 0, len(*buf)), *buf...), nil
		}
		if err != nil {
			return nil, err
		}
	}
}
