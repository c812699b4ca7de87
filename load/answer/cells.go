package answer

import (
	"bytes"
	"fmt"
)

// cellOf is a cell of a row as it stands in the file.
type cellOf struct {
	before []byte // what stands between it and the one before
	column int
	named  bool // it says where it stands
	start  []byte
	bytes  []byte // the whole element
}

// cellNames are the bytes that cells are told by, with the prefix of a sheet.
type cellNames struct {
	prefix               string
	open, end, closed    []byte
	value, inline, maths []byte // v, is and f
}

func newCellNames(prefix string) cellNames {
	b := func(text string) []byte { return []byte(text) }
	return cellNames{
		prefix: prefix, open: b("<" + prefix + "c"), end: b("</" + prefix + "c"), closed: b("</" + prefix + "c>"),
		value: b("<" + prefix + "v"), inline: b("<" + prefix + "is"), maths: b("<" + prefix + "f"),
	}
}

// holds tells whether a cell has more than a look.
func (n *cellNames) holds(cell []byte) bool {
	return bytes.Contains(cell, n.value) || bytes.Contains(cell, n.inline) || bytes.Contains(cell, n.maths)
}

// starts tells whether a cell begins at the start of data.
func (n *cellNames) starts(data []byte) bool {
	if !bytes.HasPrefix(data, n.open) || len(data) == len(n.open) {
		return false
	}
	c := data[len(n.open)]
	return c == ' ' || c == '>' || c == '/' || isSpace(c)
}

// lastOf gives the last column of a row that has a cell, and the last that holds
// something where that lies beyond a column. known is false where cells have to be
// counted to tell.
func (n *cellNames) lastOf(body []byte, beyond int) (cell, used int, known bool) {
	for {
		i := lastIndex(body, n.open)
		if i < 0 {
			return cell, 0, true
		}
		if !n.starts(body[i:]) {
			body = body[:i]
			continue
		}
		end := tagEnd(body[i:])
		if end < 0 {
			return 0, 0, false
		}
		from, to, ok := attribute(body[i:i+end], "r")
		if !ok {
			return 0, 0, false
		}
		column := columnOf(body[i+from : i+to])
		if column == 0 {
			return 0, 0, false
		}
		cell = max(cell, column)
		if column <= beyond || n.holds(body[i:]) {
			return cell, column, true
		}
		body = body[:i]
	}
}

// lastIndex is bytes.LastIndex for what stands near the end.
func lastIndex(data, text []byte) int {
	for end := len(data); ; {
		i := bytes.LastIndexByte(data[:end], text[0])
		if i < 0 || bytes.HasPrefix(data[i:], text) {
			return i
		}
		end = i
	}
}

// ends tells whether nothing stands behind the last cell of a row; a cell that is
// one tag is not looked at closely.
func (n *cellNames) ends(body []byte) bool {
	if len(body) == 0 || bytes.HasSuffix(body, n.closed) {
		return true
	}
	i := bytes.LastIndexByte(body, '<')
	return i >= 0 && n.starts(body[i:]) && body[len(body)-1] == '>'
}

// each calls fn with every cell of a row, in order, and gives what stands behind
// the last.
func (n *cellNames) each(body []byte, row int, fn func(c *cellOf)) (after []byte, err error) {
	var c cellOf
	for {
		t, ok, err := nextTag(body, 0)
		if err != nil {
			return nil, err
		}
		if !ok || !n.starts(body[t.start:]) {
			return body, nil
		}
		end := t.end
		if t.kind == openTag {
			close := bytes.Index(body[t.end:], n.end)
			if close < 0 {
				return nil, errCut
			}
			end = bytes.IndexByte(body[t.end+close:], '>')
			if end < 0 {
				return nil, errCut
			}
			end += t.end + close + 1
		}
		before := c.column
		c = cellOf{before: body[:t.start], start: body[t.start:t.end], bytes: body[t.start:end]}
		if bytes.Contains(c.bytes, []byte("<!")) {
			if _, err := root(c.bytes); err != nil {
				return nil, fmt.Errorf("a cell of row %d is written in a way that cannot be told", row)
			}
		}
		if from, to, ok := attribute(c.start, "r"); ok {
			c.named, c.column = true, columnOf(c.start[from:to])
		} else {
			c.column = before + 1
		}
		if c.column <= before {
			return nil, fmt.Errorf("the cells of row %d are not in order", row)
		}
		fn(&c)
		body = body[end:]
	}
}
