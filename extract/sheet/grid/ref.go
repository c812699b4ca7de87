package grid

import (
	"strconv"
	"strings"
)

// The most that Excel's grid has.
const (
	MaxRows    = 1_048_576
	MaxColumns = 16_384
)

// Ref is the place of a cell; both count from 1. A Column of 0 is the whole row.
type Ref struct {
	Sheet  string // "" of a text file, or where it is clear
	Row    int
	Column int
	Line   bool // of a text file: the whole row is a line
}

// String gives the place as people write it: D14, row 14 or line 14.
func (r Ref) String() string {
	switch {
	case r.Column == 0 && r.Line:
		return "line " + strconv.Itoa(r.Row)
	case r.Column == 0:
		return "row " + strconv.Itoa(r.Row)
	}
	return Letters(r.Column) + strconv.Itoa(r.Row)
}

// Letters gives the name of a column: 1 is A, 27 is AA.
func Letters(column int) string {
	var b [8]byte
	i := len(b)
	for ; column > 0; column = (column - 1) / 26 {
		i--
		b[i] = byte('A' + (column-1)%26)
	}
	return string(b[i:])
}

// ParseRef reads D14 or $D$14. ok is false where the text is none, or lies outside
// of the grid.
func ParseRef(text string) (r Ref, ok bool) {
	i := 0
	if i < len(text) && text[i] == '$' {
		i++
	}
	for ; i < len(text); i++ {
		c := text[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if r.Column = r.Column*26 + int(c-'A') + 1; r.Column > MaxColumns {
			return Ref{}, false
		}
	}
	if i < len(text) && text[i] == '$' {
		i++
	}
	if i == len(text) || r.Column == 0 {
		return Ref{}, false
	}
	for ; i < len(text); i++ {
		if text[i] < '0' || text[i] > '9' {
			return Ref{}, false
		}
		if r.Row = r.Row*10 + int(text[i]-'0'); r.Row > MaxRows {
			return Ref{}, false
		}
	}
	return r, r.Row > 0
}

// Range is a rectangle of cells, ends included; both count from 1.
type Range struct{ FirstRow, FirstColumn, LastRow, LastColumn int }

// ParseRange reads A1:D14, or A1 alone.
func ParseRange(text string) (g Range, ok bool) {
	from, to, two := strings.Cut(text, ":")
	a, ok := ParseRef(from)
	if !ok {
		return g, false
	}
	b := a
	if two {
		if b, ok = ParseRef(to); !ok {
			return g, false
		}
	}
	g = Range{min(a.Row, b.Row), min(a.Column, b.Column), max(a.Row, b.Row), max(a.Column, b.Column)}
	return g, true
}

// String gives A1:D14.
func (g Range) String() string {
	if g == (Range{}) {
		return ""
	}
	return Ref{Row: g.FirstRow, Column: g.FirstColumn}.String() + ":" + Ref{Row: g.LastRow, Column: g.LastColumn}.String()
}

// Has tells whether a cell lies in the rectangle.
func (g Range) Has(row, column int) bool {
	return g.FirstRow <= row && row <= g.LastRow && g.FirstColumn <= column && column <= g.LastColumn
}
