package sheet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ferry/extract/record"
	"ferry/extract/sheet/grid"
)

// blank tells whether a cell holds nothing. A formula that was never computed
// holds something that is not known.
func blank(c *grid.Cell) bool {
	switch c.Kind {
	case grid.Blank:
		return !c.Is(grid.NoCache)
	case grid.Text:
		return blankText(c.Text)
	}
	return false
}

// blankText tells whether a text is made of white space alone.
func blankText(text string) bool {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || '\t' <= c && c <= '\r':
		case c < 0x80:
			return false
		default: // no-break and zero-width spaces and the like
			return strings.TrimFunc(text[i:], unseen) == ""
		}
	}
	return true
}

// unseen tells whether a character takes no ink.
func unseen(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\u2060' || r == '\ufeff'
}

// blankRow tells whether a row holds nothing.
func blankRow(row *grid.Row) bool {
	for i := range row.Cells {
		if !blank(&row.Cells[i]) {
			return false
		}
	}
	return true
}

// class is what a cell looks like to somebody who looks for a header.
type class uint8

const (
	nothing class = iota
	word          // as names are made of
	value         // a number, a date, an address and the like
)

// longWord is the number of bytes from which on a text is no name of a column.
const longWord = 120

func classOf(c *grid.Cell) class {
	if blank(c) {
		return nothing
	}
	if c.Kind != grid.Text || strings.EqualFold(c.Text, "true") || strings.EqualFold(c.Text, "false") {
		return value
	}
	return classOfText(c.Text)
}

func classOfText(text string) class {
	letters, digits, at := 0, 0, 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c >= 0x80, 'a' <= c|0x20 && c|0x20 <= 'z':
			letters++
		case c == '@':
			at++
		}
	}
	switch {
	case len(text) > longWord, at > 0 && letters > 3 && !strings.ContainsAny(text, " /"), strings.Contains(text, "://"):
		return value
	case digits > 0 && digits >= letters:
		return value
	case letters == 0 && digits == 0 && text != "#" && text != "%" && text != "№":
		return value
	}
	return word
}

// folding is the form in which headers and labels are compared: case, accents,
// spaces and signs make no difference.
const folding = record.FoldingCase | record.FoldingAccents | record.FoldingSpaces | record.FoldingTrim

// fold gives the words of a header or a label, in small letters without accents,
// with single spaces between them.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			return r
		}
		return ' '
	}, text)
	return folding.Text(text)
}

// cellAt gives the cell of a column, from 1; nil where the row ends before it.
func cellAt(row *grid.Row, column int) *grid.Cell {
	if column < 1 || column > len(row.Cells) {
		return nil
	}
	return &row.Cells[column-1]
}

// textAt gives the text of a column without the space around it.
func textAt(row *grid.Row, column int) string {
	if c := cellAt(row, column); c != nil && !blank(c) {
		return strings.TrimFunc(c.Text, unseen)
	}
	return ""
}

// endOf gives the number of the last line of a row.
func endOf(row *grid.Row) int { return max(row.Number, row.Line) }

// span gives the first and the last column of a row that hold something; 0, 0
// none.
func span(row *grid.Row) (first, last int) {
	for i := range row.Cells {
		if !blank(&row.Cells[i]) {
			if first == 0 {
				first = i + 1
			}
			last = i + 1
		}
	}
	return first, last
}

// filled counts the cells of a row that hold something.
func filled(row *grid.Row) int {
	n := 0
	for i := range row.Cells {
		if !blank(&row.Cells[i]) {
			n++
		}
	}
	return n
}

// keep copies a row out of the reader's memory.
func keep(row *grid.Row) grid.Row {
	return copyRow(row, func(text string) int { return len(text) })
}

// glance copies the beginning of each cell of a row out of the reader's memory: as
// much as a header may have.
func glance(row *grid.Row) grid.Row { return copyRow(row, headerLength) }

func copyRow(row *grid.Row, length func(string) int) grid.Row {
	kept := *row
	kept.Cells = append([]grid.Cell(nil), row.Cells...)
	for i := range kept.Cells {
		c := &kept.Cells[i]
		same := c.Text == c.Raw
		c.Text = strings.Clone(c.Text[:length(c.Text)])
		if c.Raw = strings.Clone(c.Raw[:length(c.Raw)]); same {
			c.Raw = c.Text
		}
	}
	return kept
}

// headerLength is how many bytes of a text are looked at.
func headerLength(text string) int {
	const most = 2 << 10
	if len(text) <= most {
		return len(text)
	}
	n := most
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// keptCells bounds how many cells of a sheet are kept to be looked at.
const keptCells = 200_000
