package sheet

import (
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// nameKind is what makes a cell the possible name of a column.
type nameKind uint8

const (
	noName   nameKind = iota
	wordName          // made as names are
	codeName          // a code, as X1 or all_2534, above cells that are no such codes
	yearName          // a year above cells that are none
)

// Shares of the cells below a name that may be made like it: of codes and years few;
// years in turn may stand above each of several blocks.
const (
	few  = 0.1
	half = 0.5
)

// longCode is how many bytes a code has at most.
const longCode = 40

// nameAt tells whether a cell may be the name of its column. years says that the
// row has years or months in turn.
func nameAt(rows []grid.Row, at, column int, years bool) nameKind {
	cell := cellAt(&rows[at], column)
	if classOf(cell) == word {
		return wordName
	}
	text := textAt(&rows[at], column)
	switch {
	case cell.Kind == grid.Text && codeText(text):
		if differs(rows[at+1:], column, few, codeText) {
			return codeName
		}
	case years:
		if differs(rows[at+1:], column, half, datedText) {
			return wordName
		}
	case yearText(text):
		if allNames(&rows[at]) && differs(rows[at+1:], column, few, yearText) {
			return yearName
		}
	}
	return noName
}

// allNames tells whether a row holds nothing but words, codes and years.
func allNames(row *grid.Row) bool {
	for c := range row.Cells {
		text := textAt(row, c+1)
		if classOf(&row.Cells[c]) == value && !yearText(text) && !codeText(text) {
			return false
		}
	}
	return true
}

// differs tells whether a column holds something in two rows, where there are two,
// and at most one in ten of the first cells is such a text.
func differs(rows []grid.Row, column int, most float64, is func(string) bool) bool {
	n, such := 0, 0
	for i := range rows[:min(len(rows), belowDepth)] {
		if text := textAt(&rows[i], column); text != "" {
			n++
			if is(text) {
				such++
			}
		}
	}
	return n >= min(2, len(rows)) && n > 0 && share(such, n) <= most
}

// codeText tells whether a text is made of letters and digits, as the names of
// columns are that programs write: it begins with a letter, or with a year that
// words follow.
func codeText(text string) bool {
	if len(text) > longCode || text == "" {
		return false
	}
	letters, digits := 0, 0
	for i := range len(text) {
		switch c := text[i]; {
		case '0' <= c && c <= '9':
			digits++
		case letter(c):
			letters++
		case !strings.ContainsRune("_.-: ()/", rune(c)):
			return false
		}
	}
	return digits > 0 && letters > 0 && (letter(text[0]) || letters > 2 && len(text) > 5 && text[4] == ' ' && yearText(text[:4]))
}

func letter(c byte) bool { return c >= 0x80 || 'a' <= c|0x20 && c|0x20 <= 'z' }

// yearText tells whether a text is a year as people count them today.
func yearText(text string) bool {
	year, err := strconv.Atoi(text)
	return err == nil && len(text) == 4 && 1900 <= year && year <= 2100
}

// datedText tells whether a text is a year, or begins with year and month.
func datedText(text string) bool {
	return yearText(text) || len(text) >= 7 && text[4] == '-' && yearText(text[:4])
}

// yearRun tells whether the numbers of a row are years or months in turn, as those
// above a table of figures.
func yearRun(row *grid.Row) bool {
	last, n := 0, 0
	for c := range row.Cells {
		cell := &row.Cells[c]
		if classOf(cell) != value || cell.Kind == grid.Text && codeText(cell.Text) {
			continue
		}
		text := cell.Text
		if len(text) >= 7 && (cell.Kind == grid.Date || cell.Kind == grid.DateTime) {
			text = text[:4] + text[5:7]
		} else if !yearText(text) {
			return false
		}
		year, err := strconv.Atoi(text)
		if err != nil || year < 1900 || n > 0 && year == last {
			return false
		}
		last = year
		n++
	}
	return n > 1
}
