package text

import (
	"context"

	"ferry/extract/sheet/grid"
)

// census is what reading all of a file in its dialect shows.
type census struct {
	*measure
	ends     map[string]int // records by their line end
	hashes   int            // rows that begin with #
	comments int            // of them, that may be comments
	top      bool           // the first row is one of them
	broken   []grid.Ref     // rows that look like the first half of one, at most 10
	halves   int
	odd      []grid.Ref // rows with a fault, at most 10
	stray    []grid.Ref // rows with quotes kept as text, at most 10
	blanks   int        // rows with one more cell than others, blank and last
	last     int        // cells of the row before, where they are too few; 0 else
	line     int        // its line
}

// census reads all of the file, decides what only all of it can tell, and keeps
// that in the dialect.
func (s *source) census(ctx context.Context, given Dialect) (*census, error) {
	c, err := s.count(ctx)
	if err != nil {
		return nil, err
	}
	if given.LineEnd == "" && s.size > sampleText && c.faults+c.strays > 0 && given.Quote == "" && given.Escape == "" {
		if c, err = s.again(ctx, c); err != nil {
			return nil, err
		}
	}
	s.dialect.LineEnd, s.dialect.End = c.lineEnd()
	width, rows := c.mode()
	if given.Comment == "" && given.LineEnd == "" && width > 1 && rows > 1 && c.hashes > 0 && c.comments == c.hashes && (c.hashes > 1 || c.top) {
		s.dialect.Comment = "#"
	}
	return c, nil
}

// again tries backslashes on a file whose quotes are odd beyond the sample.
func (s *source) again(ctx context.Context, c *census) (*census, error) {
	other := *s
	if other.dialect.Escape = `\`; s.dialect.Escape == `\` {
		other.dialect.Escape = s.dialect.Quote
	}
	next, err := other.count(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil, err
		}
		return c, nil
	}
	if next.faults+next.strays < c.faults+c.strays && next.consistency() > c.consistency() {
		*s = other
		return next, nil
	}
	return c, nil
}

// count reads the file twice where its first bytes do not tell how many cells its
// rows have: odd quotes are judged by it.
func (s *source) count(ctx context.Context) (*census, error) {
	m, err := s.measure(ctx, s.dialect, sampleText)
	if err != nil {
		return nil, err
	}
	if width, rows := m.mode(); rows*2 > m.rows {
		s.width = width
	}
	c := &census{measure: &measure{dialect: s.dialect, widths: map[int]int{}, cells: maxJudged}, ends: map[string]int{}}
	err = s.scan(ctx, 0, func(sc *scanner, b *batch) error {
		for i := range b.records {
			cells := b.cells(i)
			c.add(b.records[i], cells, b.buf, sc.delimiter)
			c.see(b, i, cells, s.width)
		}
		return nil
	})
	return c, err
}

// see notes what a record shows beside its measure.
func (c *census) see(b *batch, i int, cells []span, width int) {
	r := &b.records[i]
	c.ends[ending(b.buf[r.from:r.to])]++
	at := grid.Ref{Row: r.line, Line: true}
	if r.fault != "" && len(c.odd) < maxRefs {
		c.odd = append(c.odd, at)
	}
	if r.stray && len(c.stray) < maxRefs {
		c.stray = append(c.stray, at)
	}
	n := len(cells)
	switch {
	case n == width+1 && cells[n-1].start == cells[n-1].end:
		c.blanks++
	case c.last > 0 && c.line+1 == r.line && c.last+n-1 == width && !blank(cells):
		if c.halves++; len(c.broken) < maxRefs {
			c.broken = append(c.broken, grid.Ref{Row: c.line, Line: true})
		}
		n = width
	}
	if c.last = 0; n < width && width > 1 && !blank(cells) && r.fault == "" {
		c.last, c.line = n, r.last
	}
	if first := b.buf[cells[0].start:cells[0].end]; len(first) > 0 && first[0] == '#' && cells[0].flags == 0 {
		c.hashes++
		if len(cells) != width && (len(first) == 1 || !digit(first[1])) {
			c.comments++
			c.top = c.top || c.rows == 1
		}
	}
}

// ending gives the line end of a record.
func ending(b []byte) string {
	switch n := len(b); {
	case n > 1 && b[n-2] == '\r' && b[n-1] == '\n':
		return "\r\n"
	case n > 0 && b[n-1] == '\n':
		return "\n"
	case n > 0 && b[n-1] == '\r':
		return "\r"
	}
	return ""
}

// lineEnd gives the one line end of the file, and whether the last line has it.
func (c *census) lineEnd() (end string, last bool) {
	for _, kind := range []string{"\r\n", "\n", "\r"} {
		switch {
		case c.ends[kind] == 0:
		case end == "":
			end = kind
		default:
			end = "mixed"
		}
	}
	return end, end != "" && c.ends[""] == 0
}
