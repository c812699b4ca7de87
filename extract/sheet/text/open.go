package text

import (
	"context"
	"io"

	"ferry/extract/sheet/grid"
)

// Open finds out how the file is written, by reading all of it. given holds what
// is known: see Dialect; a BOM counts more. The error is a *grid.Refusal, or that
// of ctx.
func Open(ctx context.Context, r io.ReaderAt, size int64, l grid.Limits, given Dialect) (*Reader, error) {
	s := source{r: r, size: size, limits: l}
	if refusal := check(given); refusal != nil {
		return nil, refusal
	}
	v, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	found := v.encoding(given.Encoding != "")
	known := given.Encoding != "" && !found.bom
	s.dialect.Encoding, s.dialect.BOM = found.name, found.bom
	if known {
		s.dialect.Encoding, _ = canonical(given.Encoding)
	}
	var rivals []string
	if given.LineEnd != "" {
		s.given(given)
	} else if rivals, err = s.sniff(ctx, given); err != nil {
		return nil, err
	}
	c, err := s.census(ctx, given)
	if err != nil {
		return nil, err
	}
	reader := &Reader{source: s}
	reader.tell(v, found, known, c)
	if err := reader.tellTwice(ctx, c); err != nil {
		return nil, err
	}
	if !known {
		reader.askEncoding(v, found)
	}
	reader.askDelimiter(rivals)
	return reader, nil
}

// given takes a dialect that is whole; what the file itself shows is its own.
func (s *source) given(d Dialect) {
	d.Encoding, d.BOM = s.dialect.Encoding, s.dialect.BOM
	head, err := s.text(64)
	mark, ok := sepLine(head)
	d.Sep = err == nil && ok && mark == d.Delimiter
	s.dialect = d
}

// check refuses a dialect that cannot be read.
func check(d Dialect) *grid.Refusal {
	if _, ok := canonical(d.Encoding); d.Encoding != "" && !ok {
		return &grid.Refusal{Cause: grid.OtherFormat, Why: "the encoding " + d.Encoding + " is not known",
			Do: "name another one, such as utf-8, windows-1252, shift_jis or gbk"}
	}
	for _, sign := range []string{d.Delimiter, d.Quote, d.Escape} {
		if len(sign) > 1 || sign != "" && (sign[0] >= 0x80 || sign[0] == '\n' || sign[0] == '\r' || sign[0] == 0) {
			return &grid.Refusal{Cause: grid.OtherFormat, Why: "delimiter, quote and escape are one ASCII character each",
				Do: "name one such as a comma, a semicolon or a tab"}
		}
	}
	if d.Delimiter != "" && d.Delimiter == d.Quote {
		return &grid.Refusal{Cause: grid.OtherFormat, Why: "delimiter and quote are the same character", Do: "name another one"}
	}
	return nil
}
