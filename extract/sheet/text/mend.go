package text

import (
	"bytes"
	"strconv"
)

// next scans the record that begins at from, and mends what is odd about it: the
// cells in spans from first on are its own. line is its number, for words.
func (s *scanner) next(buf []byte, from, line int, eof bool) (next int, v verdict) {
	first := len(s.spans)
	s.fault, s.stray = "", false
	next, v = s.record(buf, from, eof)
	if v == whole && s.breaks > 0 && s.swallows(buf, first) {
		v = odd
	}
	if v == odd {
		s.spans = s.spans[:first]
		next, v = s.mend(buf, from, line, eof)
	}
	if v != whole {
		s.spans = s.spans[:first]
	}
	return next, v
}

// mend reads a record whose quotes do not pair as the one line that it begins on,
// so that a quote that is never closed costs its own line alone. Where the line
// gives as many cells as others, quotes in the middle of cells are text; else the
// record has a fault.
func (s *scanner) mend(buf []byte, from, line int, eof bool) (next int, v verdict) {
	end := lineBreak(buf, from)
	if end < 0 {
		if !eof {
			return from, partial
		}
		end, next = len(buf), len(buf)
	} else if next, v = s.lineEnd(buf, end, eof, from); v != whole {
		return next, v
	}
	first := len(s.spans)
	s.breaks = 0
	s.effort = 16*(end-from) + 4096
	closed := s.split(buf[:end], from, true)
	n := len(s.spans) - first
	if closed && (s.width == 0 || n == s.width) {
		s.stray = true
		return next, whole
	}
	s.spans = s.spans[:first]
	s.effort = 16*(end-from) + 4096
	paired := s.split(buf[:end], from, false)
	if paired && len(s.spans)-first == s.width {
		s.stray = true
		return next, whole
	}
	s.fault = quoteFault(line, closed, bytes.Count(buf[from:end], []byte{s.quote}))
	return next, whole
}

// quoteFault says what is wrong with the quotes of a line. Where there is an even
// number of them, all are closed: what is wrong stands round one.
func quoteFault(line int, closed bool, quotes int) string {
	on := "on line " + strconv.Itoa(line)
	switch {
	case closed:
		return "the quotes " + on + " do not tell where its cells end"
	case quotes&1 == 0:
		return "a cell goes on behind its closing quote " + on + ": a tab, a sign or a text stands between the quote and the separator"
	}
	return "a quote that opens " + on + " is not closed"
}

// split gives the cells of the line that begins at from and fills the rest of buf.
// Where lenient, a quoted cell goes on to the next quote that a delimiter follows;
// else one whose first quote inside is no end is text as it stands, up to the next
// delimiter. ok is false where a quote finds no other.
func (s *scanner) split(buf []byte, from int, lenient bool) (ok bool) {
	ok = true
	for start := from; ; {
		end := -1
		if at := s.opens(buf, start); at >= 0 {
			if end = s.closing(buf, at+1, lenient); end < 0 {
				ok = ok && s.pairs(buf, at)
			}
		}
		if end < 0 {
			if end = s.cellEnd(buf, start); end < 0 {
				end = len(buf)
			}
			s.spans = append(s.spans, span{start: int32(start), end: int32(end)})
		}
		if end == len(buf) {
			return ok
		}
		start = end + 1
	}
}

// closing appends the quoted cell that begins at from and gives where the
// delimiter stands behind it; -1 it has no end.
func (s *scanner) closing(buf []byte, from int, lenient bool) int {
	flags := quoted
	for i := from; s.effort > 0; {
		j := bytes.IndexByte(buf[i:], s.quote)
		if j < 0 {
			s.effort -= len(buf) - i
			return -1
		}
		s.effort -= j + 1
		j += i
		if slashes := trailing(buf[from:j], '\\'); s.escape == '\\' && slashes > 0 {
			flags |= escaped
			if slashes&1 == 1 {
				i = j + 1
				continue
			}
		}
		end, v := s.closes(buf, j+1, true)
		switch {
		case v == whole:
			s.spans = append(s.spans, span{start: int32(from), end: int32(j), flags: flags})
			return end
		case j+1 < len(buf) && buf[j+1] == s.quote:
			flags |= escaped
			i = j + 2
		case !lenient:
			return -1
		default:
			i = j + 1
		}
	}
	return -1
}

// pairs tells whether the cell whose quote stands at at has an even number of
// quotes up to the next delimiter.
func (s *scanner) pairs(buf []byte, at int) bool {
	end := s.cellEnd(buf, at)
	if end < 0 {
		end = len(buf)
	}
	return bytes.Count(buf[at:end], []byte{s.quote})&1 == 0
}

// cellEnd gives where the next delimiter stands; -1 there is none.
func (s *scanner) cellEnd(buf []byte, from int) int {
	if s.delimiter == 0 {
		return -1
	}
	if i := bytes.IndexByte(buf[from:], s.delimiter); i >= 0 {
		return from + i
	}
	return -1
}

// swallows tells whether a cell of several lines of the record is more likely a
// quote that was never closed, with records behind it: the lines within have as
// many cells as other records.
func (s *scanner) swallows(buf []byte, first int) bool {
	if s.width < 2 || s.delimiter == 0 {
		return false
	}
	enough, most := 2, 1.0
	if s.width == 2 {
		enough = 5
	}
	if len(s.spans)-first != s.width {
		enough, most = 1, 0.5
	}
	inside, alike := 0, 0
	for _, cell := range s.spans[first:] {
		if cell.flags&quoted == 0 {
			continue
		}
		in, like := s.records(buf[cell.start:cell.end])
		inside, alike = inside+in, alike+like
	}
	return inside >= enough && float64(alike) >= most*float64(inside) && alike > 0
}

// records counts the lines that stand wholly within a cell, and those of them that
// have as many cells as records of the file.
func (s *scanner) records(cell []byte) (inside, alike int) {
	at := lineBreak(cell, 0)
	for at >= 0 {
		from := at + 1
		if cell[at] == '\r' && from < len(cell) && cell[from] == '\n' {
			from++
		}
		if at = lineBreak(cell, from); at < 0 {
			break
		}
		if at == from {
			continue
		}
		inside++
		if bytes.Count(cell[from:at], []byte{s.delimiter}) == s.width-1 {
			alike++
		}
	}
	return inside, alike
}

// unescape takes doubled quotes and backslashes before quotes and backslashes out
// of a cell, in place, and gives what is left of it.
func (s *scanner) unescape(cell []byte) []byte {
	out := cell[:0]
	for i := 0; i < len(cell); i++ {
		c := cell[i]
		if i+1 < len(cell) {
			next := cell[i+1]
			if c == s.quote && next == s.quote || s.escape == '\\' && c == '\\' && (next == '\\' || next == s.quote) {
				c = next
				i++
			}
		}
		out = append(out, c)
	}
	return out
}
