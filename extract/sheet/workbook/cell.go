package workbook

import (
	"fmt"

	"ferry/extract/sheet/grid"
)

// Unreadable is the text of an error cell whose value the file does not hold: a
// text that is missing in the list of texts, a number that is none.
const Unreadable = "#UNREADABLE"

// cellTag is a cell as the file has it (CT_Cell, ECMA-376 Part 1, 18.3.1.4).
type cellTag struct {
	column  int
	style   int
	kind    string // t; "" a number
	flags   grid.Flag
	value   []byte
	hasText bool // value is of <is>
	valued  bool // there is a <v>
	formula bool
}

// cell reads <c>, whose start tag came last.
func (w *walk) cell() error {
	c, err := w.cellTag()
	if err != nil {
		return err
	}
	w.sights.value = w.sights.value[:0]
	for depth := w.depth(); w.depth() >= depth; {
		tok, err := w.next()
		if err != nil {
			return err
		}
		if tok != tokStart {
			continue
		}
		switch string(w.space.local(w.scanner)) {
		case "v":
			if !c.hasText {
				err = w.content(&c)
			} else {
				err = w.skip()
			}
		case "f":
			c.formula = true
			err = w.formula(&c)
		case "is":
			err = w.inline(&c)
		default:
			err = w.skip()
		}
		if err != nil {
			return err
		}
	}
	return w.put(&c)
}

func (w *walk) cellTag() (c cellTag, err error) {
	l := &w.line
	c.column = l.next
	for _, a := range w.attrs {
		switch string(a.name) {
		case "r":
			column, row, ok := address(a.value)
			if !ok {
				return c, broken(fmt.Sprintf("a cell in row %d says that it stands where Excel has none", max(l.Number, l.last+1)))
			}
			if l.Number == 0 {
				l.Number = row
			}
			if row != l.Number {
				w.fault("a cell of it says that it stands in row " + fmt.Sprint(row))
			}
			c.column = column
		case "s":
			for _, d := range a.value {
				if d < '0' || d > '9' || c.style > mostStyles {
					c.style = -1
					break
				}
				c.style = c.style*10 + int(d-'0')
			}
		case "t":
			c.kind = cellKind(a.value)
		}
	}
	if c.column > min(grid.MaxColumns, w.limits.Columns) {
		return c, tooLarge(fmt.Sprintf("row %d has more columns than the %d that can be read", max(l.Number, l.last+1), min(grid.MaxColumns, w.limits.Columns)))
	}
	return c, nil
}

// cellKind saves a string a cell.
func cellKind(t []byte) string {
	switch string(t) {
	case "s":
		return "s"
	case "n", "":
		return ""
	case "str":
		return "str"
	case "b":
		return "b"
	case "e":
		return "e"
	case "d":
		return "d"
	case "inlineStr":
		return "inlineStr"
	}
	return "?"
}

// address reads D14. It is grid.ParseRef for bytes.
func address(b []byte) (column, row int, ok bool) {
	i := 0
	for ; i < len(b); i++ {
		c := b[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if column = column*26 + int(c-'A') + 1; column > grid.MaxColumns {
			return 0, 0, false
		}
	}
	if column == 0 {
		return 0, 0, false
	}
	for ; i < len(b); i++ {
		if b[i] < '0' || b[i] > '9' {
			return 0, 0, false
		}
		if row = row*10 + int(b[i]-'0'); row > grid.MaxRows {
			return 0, 0, false
		}
	}
	return column, row, row > 0
}

// content reads <v>.
func (w *walk) content(c *cellTag) (err error) {
	long := false
	c.valued = true
	w.sights.value, err = w.gather(w.sights.value[:0], w.limits.Cell, &long)
	w.cut(c, long)
	c.value = w.sights.value
	return err
}

// inline reads <is>.
func (w *walk) inline(c *cellTag) error {
	t := &w.sights.rich
	t.scanner, t.limit = w.scanner, w.limits.Cell
	if err := t.read(); err != nil {
		return err
	}
	w.cut(c, t.long)
	c.hasText, c.value = true, t.value
	if t.rich {
		c.flags |= grid.Rich
	}
	return nil
}

func (w *walk) cut(c *cellTag, long bool) {
	if long {
		w.fault(fmt.Sprintf("the text in column %s is longer than %s", grid.Letters(c.column), bytesText(int64(w.limits.Cell))))
	}
}

// put enters the cell into its row.
func (w *walk) put(c *cellTag) error {
	l := &w.line
	out := l.place(c.column, w.tail.Rows)
	if out == nil {
		w.fault("it has two cells in column " + grid.Letters(c.column))
		return nil
	}
	look := w.style(c.style)
	out.Format = look.code
	if w.look.Fills {
		out.Fill = look.fill
	}
	out.Flags = c.flags
	if c.formula {
		out.Flags |= grid.Formula
	}
	if err := w.judge(c, out, &look); err != nil {
		return err
	}
	if out.Kind == grid.Blank && c.formula && !c.valued && !c.hasText {
		out.Flags |= grid.NoCache
	}
	if out.Kind != grid.Blank && look.unseen {
		out.Flags |= grid.Unseen
	}
	if out.Kind != grid.Blank || out.Is(grid.NoCache) || out.Fill != "" {
		l.high = max(l.high, c.column)
	}
	w.sights.cell(c.column, max(l.Number, l.last+1), out)
	return nil
}

func (w *walk) style(id int) style {
	if id >= 0 && id < len(w.reader.styles) {
		return w.reader.styles[id]
	}
	return style{format: general}
}
