package text

import (
	"bytes"
	"strconv"
)

// markTorn gives a fault to records in which a quote opens in the middle of a cell
// and closes at the end of a later one: a delimiter before the quote is missing, so
// that those within the quotes have divided a text. Such a record may have as many
// cells as others.
func (s *scanner) markTorn(b *batch) {
	if s.quote == 0 || s.delimiter == 0 || len(b.records) == 0 {
		return
	}
	text := b.buf[b.records[0].from:b.records[len(b.records)-1].to]
	quotes := bytes.Count(text, []byte{s.quote})
	for i := 0; i < len(b.spans) && quotes > 0; i++ {
		switch c := &b.spans[i]; {
		case c.flags&quoted == 0:
		case c.flags&escaped != 0:
			quotes -= 2 + bytes.Count(b.buf[c.start:c.end], []byte{s.quote})
		default:
			quotes -= 2
		}
	}
	if quotes == 0 {
		return
	}
	for i := range b.records {
		if r := &b.records[i]; r.fault == "" && s.torn(b.buf, b.cells(i)) {
			r.fault = "a quote opens in the middle of a cell on line " + strconv.Itoa(r.line) + " and closes in another: a separator before it is probably missing"
		}
	}
}

// torn looks for two neighbours among the cells with quotes, neither of them quoted
// itself: the first opens a quote before a letter or digit, the second ends in one.
func (s *scanner) torn(buf []byte, cells []span) bool {
	opened := false
	for _, c := range cells {
		if c.flags&quoted != 0 {
			continue
		}
		cell := bytes.TrimRight(buf[c.start:c.end], " ")
		at := bytes.IndexByte(cell, s.quote)
		if at < 0 {
			continue
		}
		if bytes.Count(cell, []byte{s.quote})&1 == 0 {
			opened = false
			continue
		}
		if opened && cell[len(cell)-1] == s.quote {
			return true
		}
		opened = at > 0 && at+1 < len(cell) && (cell[at+1] >= 0x80 || digit(cell[at+1]) || 'a' <= cell[at+1]|0x20 && cell[at+1]|0x20 <= 'z')
	}
	return false
}
