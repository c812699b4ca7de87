package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// span is one cell in a buffer.
type span struct {
	start, end int32
	flags      spanFlag
}

type spanFlag uint8

const (
	quoted  spanFlag = 1 << iota // stood in quotes
	escaped                      // holds doubled quotes or backslashes that are to be taken out
)

// verdict is what came of scanning one record.
type verdict uint8

const (
	whole   verdict = iota // the record ends within the buffer
	partial                // the buffer ends first: more is needed
	odd                    // a quote stands where none should: see mend
)

// scanner finds the cells of records. It knows no encoding: what separates cells
// and records is ASCII, and all else is left as it is.
type scanner struct {
	delimiter byte // 0 there is one column only
	quote     byte // 0 none
	escape    byte // '\\', else doubled quotes
	comment   []byte
	width     int // cells that most records have; 0 not known
	bound     int // bytes of a cell of several lines before its quote is taken for one that is never closed

	spans  []span
	breaks int    // line ends within the cells of the record
	effort int    // bytes that mending a line may still look at for the ends of quotes
	stray  bool   // quotes in the middle of a cell of the record were kept as text
	fault  string // why the record is not whole
}

const (
	ones   = 0x0101010101010101
	sevens = 0x7f7f7f7f7f7f7f7f
)

// match marks the bytes of a word that are equal to those of pattern, exactly: the
// highest bit of each.
func match(word, pattern uint64) uint64 {
	x := word ^ pattern
	return ^((x&sevens + sevens) | x | sevens)
}

// record scans the record that begins at from and appends its cells to spans. next
// is where the following one begins. eof tells that nothing follows buf.
func (s *scanner) record(buf []byte, from int, eof bool) (next int, v verdict) {
	s.breaks = 0
	if s.comment != nil && bytes.HasPrefix(buf[from:], s.comment) {
		return s.line(buf, from, eof)
	}
	delimiters, lf, cr := uint64(s.delimiter)*ones, uint64('\n')*ones, uint64('\r')*ones
	if s.delimiter == 0 {
		delimiters = lf
	}
	start := from
cells:
	for {
		if s.quote != 0 {
			if at := s.opens(buf, start); at >= 0 {
				end, verdict := s.quotedCell(buf, at+1, eof)
				if verdict != whole {
					if verdict == odd && at > start {
						goto plain // spaces and a quote that do not pair: text
					}
					return from, verdict
				}
				if end == len(buf) {
					return end, whole
				}
				if buf[end] == s.delimiter && s.delimiter != 0 {
					start = end + 1
					continue cells
				}
				return s.lineEnd(buf, end, eof, from)
			}
		}
	plain:
		i := start
		for i+8 <= len(buf) {
			word := binary.LittleEndian.Uint64(buf[i:])
			found := match(word, delimiters) | match(word, lf) | match(word, cr)
			for found != 0 {
				at := i + bits.TrailingZeros64(found)>>3
				found &= found - 1
				s.spans = append(s.spans, span{start: int32(start), end: int32(at)})
				if c := buf[at]; c == '\n' || c == '\r' {
					return s.lineEnd(buf, at, eof, from)
				}
				start = at + 1
				if s.quote != 0 && start < len(buf) && (buf[start] == s.quote || buf[start] == ' ') {
					continue cells
				}
			}
			i += 8
		}
		for ; i < len(buf); i++ {
			c := buf[i]
			if c == '\n' || c == '\r' {
				s.spans = append(s.spans, span{start: int32(start), end: int32(i)})
				return s.lineEnd(buf, i, eof, from)
			}
			if c == s.delimiter && c != 0 {
				s.spans = append(s.spans, span{start: int32(start), end: int32(i)})
				start = i + 1
				continue cells
			}
		}
		if !eof {
			return from, partial
		}
		s.spans = append(s.spans, span{start: int32(start), end: int32(len(buf))})
		return len(buf), whole
	}
}

// opens gives where the quote stands that opens the cell at start, spaces before
// it allowed; -1 there is none.
func (s *scanner) opens(buf []byte, start int) int {
	for i := start; i < len(buf); i++ {
		switch {
		case buf[i] == s.quote:
			return i
		case buf[i] != ' ' || s.delimiter == ' ':
			return -1
		}
	}
	return -1
}

// quotedCell scans a cell from behind its quote and appends it. end is where the
// delimiter or line end stands that follows.
func (s *scanner) quotedCell(buf []byte, from int, eof bool) (end int, v verdict) {
	flags := quoted
	for i := from; ; {
		j := bytes.IndexByte(buf[i:], s.quote)
		if j < 0 {
			return 0, s.unclosed(buf, from, eof)
		}
		j += i
		if j-from > s.bound && lineBreak(buf[:j], from) >= 0 {
			return 0, odd
		}
		if s.escape == '\\' {
			if slashes := trailing(buf[from:j], '\\'); slashes > 0 {
				flags |= escaped
				if slashes&1 == 1 {
					i = j + 1
					continue
				}
			}
		}
		if j+1 == len(buf) && !eof {
			return 0, partial
		}
		if j+1 < len(buf) && buf[j+1] == s.quote {
			flags |= escaped
			i = j + 2
			continue
		}
		end, v = s.closes(buf, j+1, eof)
		if v == whole {
			s.breaks += lines(buf[from:j])
			s.spans = append(s.spans, span{start: int32(from), end: int32(j), flags: flags})
		}
		return end, v
	}
}

// closes tells whether a quote that ends before at ends its cell: what follows
// spaces is a delimiter, a line end or nothing.
func (s *scanner) closes(buf []byte, at int, eof bool) (end int, v verdict) {
	for ; at < len(buf); at++ {
		switch c := buf[at]; {
		case c == '\n', c == '\r', c == s.delimiter && c != 0:
			return at, whole
		case c != ' ':
			return 0, odd
		}
	}
	if eof {
		return at, whole
	}
	return 0, partial
}

// unclosed judges a quoted cell whose end is not in the buffer.
func (s *scanner) unclosed(buf []byte, from int, eof bool) verdict {
	if eof || len(buf)-from > s.bound && lineBreak(buf, from) >= 0 {
		return odd
	}
	return partial
}

// lineEnd gives what follows the line end at at; a carriage return and a line feed
// are one.
func (s *scanner) lineEnd(buf []byte, at int, eof bool, from int) (next int, v verdict) {
	if buf[at] == '\n' {
		return at + 1, whole
	}
	if at+1 == len(buf) {
		if eof {
			return at + 1, whole
		}
		return from, partial
	}
	if buf[at+1] == '\n' {
		return at + 2, whole
	}
	return at + 1, whole
}

// line takes the whole line that begins at from as one cell.
func (s *scanner) line(buf []byte, from int, eof bool) (next int, v verdict) {
	end := lineBreak(buf, from)
	if end < 0 {
		if !eof {
			return from, partial
		}
		s.spans = append(s.spans, span{start: int32(from), end: int32(len(buf))})
		return len(buf), whole
	}
	if next, v = s.lineEnd(buf, end, eof, from); v == whole {
		s.spans = append(s.spans, span{start: int32(from), end: int32(end)})
	}
	return next, v
}

// lineBreak gives where the line ends that holds from; -1 beyond the buffer.
func lineBreak(buf []byte, from int) int {
	for i := from; i < len(buf); i++ {
		if buf[i] == '\n' || buf[i] == '\r' {
			return i
		}
	}
	return -1
}

// lines counts the line ends in a text.
func lines(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	for i := bytes.IndexByte(b, '\r'); i >= 0; {
		if i+1 == len(b) || b[i+1] != '\n' {
			n++
		}
		j := bytes.IndexByte(b[i+1:], '\r')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return n
}

// trailing counts how often c stands at the end of b.
func trailing(b []byte, c byte) int {
	n := 0
	for n < len(b) && b[len(b)-1-n] == c {
		n++
	}
	return n
}
