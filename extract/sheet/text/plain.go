package text

import (
	"context"
	"io"

	"ferry/extract/sheet/grid"
)

// Plain is the text of a file without a look at its rows. It is UTF-8 but for
// bytes that do not decode: see Seen.
type Plain struct {
	Encoding  string
	BOM       bool
	Facts     []grid.Fact
	Questions []grid.Question // "encoding", where it is doubtful

	in  input
	buf []byte
	eof bool
}

// OpenPlain reads the file once to find its encoding; declared is what it says
// itself of it, "" nothing. The error is a *grid.Refusal, or that of ctx.
func OpenPlain(ctx context.Context, r io.ReaderAt, size int64, declared string) (*Plain, error) {
	s := source{r: r, size: size}
	v, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	name, known := canonical(declared)
	known = known && declared != ""
	found := v.encoding(known)
	known = known && !found.bom && !wideName(found.name) && !wideName(name)
	s.dialect.Encoding, s.dialect.BOM = found.name, found.bom
	if known {
		s.dialect.Encoding = name
	}
	about := &Reader{source: s}
	about.tellEncoding(v, found, known)
	if !known {
		about.askEncoding(v, found)
	}
	p := &Plain{Encoding: s.dialect.Encoding, BOM: found.bom, Facts: about.facts, Questions: about.asks}
	p.in = input{r: r, at: s.start(), size: size, decoder: newDecoder(p.Encoding)}
	p.eof = p.in.at >= size
	return p, nil
}

// wideName tells whether an encoding has zeros in every ASCII character: a file
// that declares it in ASCII is wrong about itself.
func wideName(name string) bool {
	return name == utf16LE || name == utf16BE || name == utf32LE || name == utf32BE
}

// Read gives the next bytes of the text.
func (p *Plain) Read(b []byte) (int, error) {
	for len(p.buf) == 0 {
		if p.eof {
			return 0, io.EOF
		}
		var err error
		if p.buf, p.eof, err = p.in.more(p.buf[:0:0]); err != nil {
			return 0, err
		}
	}
	n := copy(b, p.buf)
	p.buf = p.buf[n:]
	return n, nil
}

// Again begins the text from its start, for another reading.
func (p *Plain) Again() io.Reader {
	next := *p
	s := source{dialect: Dialect{Encoding: p.Encoding, BOM: p.BOM}}
	next.in = input{r: p.in.r, at: s.start(), size: p.in.size, decoder: newDecoder(p.Encoding)}
	next.buf, next.eof = nil, next.in.at >= next.in.size
	return &next
}

// Seen writes NULs and the bytes of text that do not decode so that they can be
// seen: \xE9.
func (p *Plain) Seen(text string) string { return seen(text, p.in.decoder != nil) }
