package filesink

import (
	"bytes"
	"strconv"

	"ferry/extract/record"
)

// value reads the value at i into the node's cell and gives the place after it,
// or -1. A key that comes a second time keeps its first value that is not null;
// the other stands in the extras.
func (x *extractor) value(n *node, cells []cell, b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	c := &cells[n.slot]
	if c.state != absent {
		if c.source == fromDetail && x.body == fromRaw {
			return valueEnd(b, i, x.escapes)
		}
		if b[i] == 'n' {
			return valueEnd(b, i, x.escapes)
		}
		if c.state == filled {
			return x.repeated(n, b, i)
		}
	}
	c.source = x.body
	switch b[i] {
	case 'n':
		c.state = null
		return wordEnd(b, i)
	case '"':
		return x.stringValue(n, cells, c, b, i)
	case '{':
		if n.kind == record.Object {
			return x.object(n, cells, b, i)
		}
		return x.container(n, cells, c, b, i)
	case '[':
		return x.container(n, cells, c, b, i)
	default:
		end := wordEnd(b, i)
		if end > 0 {
			x.word(n, c, b[i:end])
		}
		return end
	}
}

func (x *extractor) repeated(n *node, b []byte, i int) int {
	end := valueEnd(b, i, x.escapes)
	if end < 0 {
		return -1
	}
	x.keep(n.path, nil, b[i:end])
	return end
}

// stringValue reads the JSON string at i.
func (x *extractor) stringValue(n *node, cells []cell, c *cell, b []byte, i int) int {
	end, escaped := stringEnd(b, i+1, x.escapes)
	if end < 0 {
		return -1
	}
	if n.kind == record.String {
		c.state, c.text = filled, x.text(b[i+1:end], escaped)
		return end + 1
	}
	raw := b[i : end+1]
	switch text := x.text(b[i+1:end], escaped); n.kind {
	case record.JSON:
		c.state, c.text = filled, raw
	case record.File:
		x.base64(n, cells, c, text, raw)
	default:
		x.fromText(n, c, text, raw)
		if n.kind == record.DateTime {
			x.sibling(n, cells)
		}
	}
	return end + 1
}

// container reads an object or list into a node that is not an Object.
func (x *extractor) container(n *node, cells []cell, c *cell, b []byte, i int) int {
	end := containerEnd(b, i, x.escapes)
	if end < 0 {
		return -1
	}
	raw := b[i:end]
	switch {
	case n.kind == record.JSON, n.kind == record.List && b[i] == '[', n.kind == record.Custom:
		c.state, c.text = filled, raw
	case n.kind == record.File && b[i] == '{':
		x.file(n, cells, c, raw)
	case emptyContainer(raw):
		c.state = null // some vendors write an empty object as a list, or the other way round
	default:
		x.misfit(n, c, raw)
	}
	return end
}

func emptyContainer(raw []byte) bool {
	return len(bytes.TrimSpace(raw[1:len(raw)-1])) == 0
}

// word reads a number or a literal other than null.
func (x *extractor) word(n *node, c *cell, raw []byte) {
	truth := raw[0] == 't' || raw[0] == 'f'
	switch n.kind {
	case record.JSON:
		c.state, c.text = filled, raw
		return
	case record.String, record.Decimal:
		if !truth {
			c.state, c.text = filled, raw
			return
		}
	case record.Integer, record.Number:
		if !truth && x.number(n, c, raw) {
			return
		}
	case record.Boolean:
		if x.boolean(c, raw) {
			return
		}
	}
	x.misfit(n, c, raw)
}

// fromText fills a cell from text, which raw is as JSON. Text of white space
// only says nothing in a field that is not text, so it is null and no misfit.
func (x *extractor) fromText(n *node, c *cell, text, raw []byte) {
	if n.kind == record.String {
		c.state, c.text = filled, text
		return
	}
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		c.state = null
		return
	}
	ok := false
	switch n.kind {
	case record.Integer, record.Number:
		ok = isNumber(trimmed) && x.number(n, c, trimmed)
	case record.Decimal:
		if ok = isNumber(trimmed); ok {
			c.state, c.text = filled, trimmed
		}
	case record.Boolean:
		ok = x.boolean(c, trimmed)
	case record.Date, record.Time, record.DateTime, utcDateTime:
		ok = x.moment(n, c, trimmed)
	}
	if !ok {
		x.misfit(n, c, raw)
	}
}

// number fills a cell from the text of a number.
func (x *extractor) number(n *node, c *cell, text []byte) bool {
	c.text = text
	if n.kind == record.Integer {
		v, ok := parseInteger(text)
		if !ok {
			return false
		}
		c.state, c.n = filled, v
		return true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	if err != nil {
		return false
	}
	c.state, c.f = filled, f
	return true
}

func (x *extractor) boolean(c *cell, text []byte) bool {
	switch string(text) {
	case "true", "1", "True", "TRUE":
		c.state, c.yes = filled, true
	case "false", "0", "False", "FALSE":
		c.state, c.yes = filled, false
	default:
		return false
	}
	return true
}

// parseInteger reads a whole number; 10.0 and 1e3 are whole too.
func parseInteger(s []byte) (int64, bool) {
	digits := s
	if len(s) > 0 && s[0] == '-' {
		digits = s[1:]
	}
	if len(digits) == 0 || len(digits) > 18 {
		v, err := strconv.ParseInt(string(s), 10, 64)
		return v, err == nil
	}
	var v int64
	for _, d := range digits {
		if d < '0' || d > '9' {
			return wholeFloat(s)
		}
		v = v*10 + int64(d-'0')
	}
	if len(digits) < len(s) {
		v = -v
	}
	return v, true
}

func wholeFloat(s []byte) (int64, bool) {
	const exact = 1 << 53
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil || f > exact || f < -exact || f != float64(int64(f)) {
		return 0, false
	}
	return int64(f), true
}

// isNumber tells whether s is a number as JSON writes it. Text with leading
// zeros or a plus sign is not: it may be an id or a phone number.
func isNumber(s []byte) bool {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	whole := digitsEnd(s, i)
	if whole == i || (s[i] == '0' && whole > i+1) {
		return false
	}
	i = whole
	if i < len(s) && s[i] == '.' {
		end := digitsEnd(s, i+1)
		if end == i+1 {
			return false
		}
		i = end
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		end := digitsEnd(s, i)
		if end == i {
			return false
		}
		i = end
	}
	return i == len(s)
}

func digitsEnd(s []byte, i int) int {
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i
}
