package extract

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"ferry/extract/api"
	"ferry/extract/stage"
)

// spool reads an answer as a stream and gives it back with every text under the
// member `field` replaced by {"sha256": ..., "bytes": ...}: the text's base64
// content goes straight to a file of the stage, so that a photo is never held
// in memory. The rest of the answer is kept byte for byte.
func spool(ctx context.Context, body io.Reader, field string, s *stage.Stage) ([]byte, error) {
	sp := &spooler{in: bufio.NewReaderSize(body, 64<<10), field: field, stage: s}
	if err := sp.run(ctx); err != nil {
		return nil, err
	}
	return sp.out.Bytes(), nil
}

type spooler struct {
	in    *bufio.Reader
	out   bytes.Buffer
	field string
	stage *stage.Stage

	armed bool // the member's name was read: the next text is a file
	depth int  // of lists opened since
}

// run copies the answer token by token. It checks no grammar beyond strings:
// the copy is parsed strictly afterwards.
func (sp *spooler) run(ctx context.Context) error {
	for {
		c, err := sp.in.ReadByte()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case c == '"' && sp.armed:
			if err := sp.file(ctx); err != nil {
				return err
			}
			sp.armed = sp.depth > 0
			continue
		case c == '"':
			if err := sp.text(); err != nil {
				return err
			}
			continue
		case sp.armed:
			sp.disarm(c)
		}
		sp.out.WriteByte(c)
	}
}

// disarm ends the watch for a file when the member's value turns out to be
// something else, such as null; a list of texts is several files.
func (sp *spooler) disarm(c byte) {
	switch c {
	case ' ', '\t', '\r', '\n', ':':
	case ',':
		sp.armed = sp.depth > 0
	case '[':
		sp.depth++
	case ']':
		sp.depth--
		sp.armed = sp.depth > 0
	default:
		sp.armed, sp.depth = false, 0
	}
}

// text copies a text; if it is the member's name the next text is a file.
func (sp *spooler) text() error {
	start := sp.out.Len()
	sp.out.WriteByte('"')
	for {
		c, err := sp.in.ReadByte()
		if err != nil {
			return cutShort(err)
		}
		sp.out.WriteByte(c)
		if c == '\\' {
			if c, err = sp.in.ReadByte(); err != nil {
				return cutShort(err)
			}
			sp.out.WriteByte(c)
			continue
		}
		if c == '"' {
			break
		}
	}
	if string(sp.out.Bytes()[start+1:sp.out.Len()-1]) != sp.field {
		return nil
	}
	sp.armed, sp.depth = sp.nextIsColon()
	return nil
}

// nextIsColon tells a member's name from a text that only reads the same.
func (sp *spooler) nextIsColon() (bool, int) {
	for n := 1; n < 64; n++ {
		ahead, err := sp.in.Peek(n)
		if err != nil {
			return false, 0
		}
		switch ahead[n-1] {
		case ' ', '\t', '\r', '\n':
		default:
			return ahead[n-1] == ':', 0
		}
	}
	return false, 0
}

// file decodes a text into a file of the stage and writes its reference.
func (sp *spooler) file(ctx context.Context) error {
	w, err := sp.stage.NewFile()
	if err != nil {
		return err
	}
	text := &textReader{in: sp.in}
	_, err = io.Copy(w, base64.NewDecoder(base64.StdEncoding, text))
	if err == nil && !text.ended {
		err = text.drain()
	}
	if err != nil {
		return errors.Join(sp.told(err), w.Abort())
	}
	if text.size == 0 {
		sp.out.WriteString(`""`)
		return w.Abort()
	}
	sum, size, err := w.Commit()
	if err != nil {
		return err
	}
	fmt.Fprintf(&sp.out, `{"sha256":%q,"bytes":%d}`, sum, size)
	return sp.stage.PutFile(ctx, sum, size)
}

// told makes a text that is no base64 the failure of this one record; a disk
// that is full stays what it is, and a cut answer is seen by the client.
func (sp *spooler) told(err error) error {
	var bad base64.CorruptInputError
	if errors.As(err, &bad) || errors.Is(err, errEscape) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &api.ShapeError{Path: sp.field, Want: "base64", Found: "a text that is not"}
	}
	return fmt.Errorf("%s: %w", sp.field, err)
}

// textReader gives the characters of a JSON text up to its closing quote.
type textReader struct {
	in    *bufio.Reader
	size  int
	ended bool
}

// errEscape is an escape that no base64 text holds.
var errEscape = errors.New("not base64: the text holds an escape")

// Read implements io.Reader; `\/` is read as `/`, data URLs lose their head.
func (t *textReader) Read(p []byte) (n int, err error) {
	for n < len(p) && !t.ended {
		c, err := t.in.ReadByte()
		if err != nil {
			return n, cutShort(err)
		}
		switch c {
		case '"':
			t.ended = true
			continue
		case '\\':
			if c, err = t.in.ReadByte(); err != nil {
				return n, cutShort(err)
			}
			if strings.IndexByte("rn", c) >= 0 {
				continue // line breaks within base64
			}
			if c != '/' {
				return n, errEscape
			}
		}
		p[n] = c
		n++
		t.size++
		if n > 0 && t.in.Buffered() == 0 {
			break
		}
	}
	if n == 0 && t.ended {
		return 0, io.EOF
	}
	return n, nil
}

// drain reads on to the closing quote: base64 may end before the text does.
func (t *textReader) drain() error {
	_, err := io.Copy(io.Discard, t)
	return err
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
