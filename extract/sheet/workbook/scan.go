package workbook

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// What is wrong with the XML of a part.
var (
	errCut    = errors.New("the part ends in the middle")
	errMarkup = errors.New("the part is no well-formed XML")
	errEntity = errors.New("the part declares or uses entities of its own")
	errLong   = errors.New("the part has a tag that is too long")
)

// token is what the scanner found.
type token uint8

const (
	tokEnd   token = iota // of an element, </a>; after <a/> too
	tokStart              // of an element
	tokText
	tokEOF
)

// attr is an attribute as it stands in the part: name with prefix, value with
// entities.
type attr struct{ name, value []byte }

// bufferSize bounds a tag; longer text comes in pieces. Most parts are small: the
// buffer begins with firstBuffer and grows.
const (
	bufferSize  = 128 << 10
	firstBuffer = 4 << 10
)

// scanner splits XML into tags and text, and checks that the elements nest and
// that the root is closed. All slices are good until the next call of next.
type scanner struct {
	ctx      context.Context
	in       io.Reader
	buf      []byte
	pos, end int
	eof      bool
	fault    error // of in

	name  []byte // of the tag, with prefix
	attrs []attr
	text  []byte // of tokText, with entities unless raw
	raw   bool   // the text is CDATA

	names   []byte // of the elements that are open, one after another
	starts  []int
	closing bool // the tag was <a/>: its end is due
	cdata   bool // inside of <![CDATA[
	rooted  bool

	space spaces
}

func newScanner(ctx context.Context, in io.Reader) *scanner {
	return &scanner{ctx: ctx, in: decode(in), buf: make([]byte, firstBuffer)}
}

// depth counts the elements that are open.
func (s *scanner) depth() int { return len(s.starts) }

// fill brings more bytes in. The unread ones move to the front.
func (s *scanner) fill() error {
	if s.eof || s.fault != nil {
		return s.ended()
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	buf := s.buf
	if s.end == len(buf) && len(buf) < bufferSize {
		s.buf = make([]byte, len(buf)*2)
	}
	s.end = copy(s.buf, buf[s.pos:s.end])
	s.pos = 0
	if s.end == len(s.buf) {
		return errLong
	}
	for idle := 0; ; idle++ {
		n, err := s.in.Read(s.buf[s.end:])
		s.end += n
		switch {
		case err == io.EOF:
			s.eof = true
		case err != nil:
			s.fault = err
		}
		if n > 0 {
			return nil
		}
		if err != nil {
			return s.ended()
		}
		if idle > 100 {
			return io.ErrNoProgress
		}
	}
}

func (s *scanner) ended() error {
	if s.fault != nil {
		return s.fault
	}
	return io.EOF
}

// next gives the next tag or piece of text. tokEOF comes only when the root was
// closed and the part was read to its end.
func (s *scanner) next() (token, error) {
	if s.closing {
		s.closing = false
		s.pop()
		return tokEnd, nil
	}
	for {
		if s.pos == s.end {
			if err := s.fill(); err == io.EOF {
				return s.finish()
			} else if err != nil {
				return tokEOF, err
			}
		}
		if s.cdata {
			return s.literal()
		}
		if s.buf[s.pos] != '<' {
			if tok, err := s.characters(); tok == tokText || err != nil {
				return tok, err
			}
			continue
		}
		n, tok, err := s.markup(s.buf[s.pos:s.end])
		if err != nil {
			return tokEOF, err
		}
		if n == 0 {
			if err := s.fill(); err == io.EOF {
				return tokEOF, errCut
			} else if err != nil {
				return tokEOF, err
			}
			continue
		}
		s.pos += n
		if tok != tokText {
			return tok, nil
		}
	}
}

func (s *scanner) finish() (token, error) {
	if !s.rooted || s.depth() > 0 || s.cdata {
		return tokEOF, errCut
	}
	return tokEOF, nil
}

// characters gives text up to the next tag, or as much of it as the buffer holds
// without cutting a character, an entity or a line end in two.
func (s *scanner) characters() (token, error) {
	n := bytes.IndexByte(s.buf[s.pos:s.end], '<')
	for n < 0 {
		if s.end-s.pos == len(s.buf) {
			n = whole(s.buf[s.pos:s.end])
			break
		}
		if err := s.fill(); err == io.EOF {
			n = s.end - s.pos
		} else if err != nil {
			return tokEOF, err
		} else {
			n = bytes.IndexByte(s.buf[s.pos:s.end], '<')
		}
	}
	piece := s.buf[s.pos : s.pos+n]
	s.pos += n
	if s.depth() == 0 {
		if len(bytes.TrimLeft(piece, " \t\r\n")) > 0 {
			return tokEOF, errMarkup
		}
		return tokEOF, nil
	}
	s.text, s.raw = piece, false
	return tokText, nil
}

// whole is how much of a text can be taken before the rest of it is known.
func whole(b []byte) int {
	const longest = 16 // of an entity or a character
	for i := len(b) - 1; i >= 0 && i > len(b)-longest; i-- {
		if c := b[i]; c == '&' || c == '\r' || c >= 0xC0 {
			return i
		}
	}
	return len(b)
}

var endOfCDATA = []byte("]]>")

// literal gives a piece of CDATA.
func (s *scanner) literal() (token, error) {
	s.raw = true
	for {
		b := s.buf[s.pos:s.end]
		if n := bytes.Index(b, endOfCDATA); n >= 0 {
			s.text, s.cdata = b[:n], false
			s.pos += n + len(endOfCDATA)
			return tokText, nil
		}
		if n := whole(b[:max(len(b)-len(endOfCDATA), 0)]); len(b) == len(s.buf) && n > 0 {
			s.text = b[:n]
			s.pos += n
			return tokText, nil
		}
		if err := s.fill(); err == io.EOF {
			return tokEOF, errCut
		} else if err != nil {
			return tokEOF, err
		}
	}
}

// markup reads what begins with <. n of 0 asks for more bytes; tokText says that
// there is nothing to report.
func (s *scanner) markup(b []byte) (n int, tok token, err error) {
	if len(b) < 2 {
		return 0, tokText, nil
	}
	switch b[1] {
	case '/':
		return s.endTag(b)
	case '?':
		n, err = s.over(b, "?>")
		return n, tokText, err
	case '!':
		return s.declaration(b)
	}
	return s.startTag(b)
}

func (s *scanner) declaration(b []byte) (n int, tok token, err error) {
	const comment, cdata = "<!--", "<![CDATA["
	switch {
	case bytes.HasPrefix(b, []byte(comment)):
		n, err = s.over(b, "-->")
		return n, tokText, err
	case bytes.HasPrefix(b, []byte(cdata)):
		if s.depth() == 0 {
			return 0, tokText, errMarkup
		}
		s.cdata = true
		return len(cdata), tokText, nil
	case len(b) < len(cdata):
		return 0, tokText, nil
	}
	return 0, tokText, errEntity
}

// over skips a comment or an instruction, however long.
func (s *scanner) over(b []byte, end string) (int, error) {
	from := min(len("<!--"), len(b))
	if end == "?>" {
		from = 2
	}
	for {
		if n := bytes.Index(b[from:], []byte(end)); n >= 0 {
			return from + n + len(end), nil
		}
		if len(b) == len(s.buf) {
			s.pos = s.end - len(end) + 1
			from = 0
		}
		if err := s.fill(); err == io.EOF {
			return 0, errCut
		} else if err != nil {
			return 0, err
		}
		b = s.buf[s.pos:s.end]
	}
}
