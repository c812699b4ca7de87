package sheet

import (
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// addSecond takes the row after or before the header into it, where only both
// together name all columns: "Address" above "Street" and "City".
func (h *heading) addSecond(rows []grid.Row, at int) {
	if at+1 < len(rows) && endOf(&rows[at])+1 == rows[at+1].Number && complements(rows, at, at+1) {
		h.rows = append(h.rows, at+1)
		h.typed = typedColumns(rows, at+2)
		return
	}
	h.addAbove(rows, at)
}

// addAbove takes the rows into a header that name groups of its columns.
func (h *heading) addAbove(rows []grid.Row, at int) {
	named := glance(&rows[at])
	for up := at - 1; up >= 0 && len(h.rows) < headerRows; up-- {
		if endOf(&rows[up])+1 != rows[up+1].Number || !groups(&rows[up], &named) {
			return
		}
		h.rows = slices.Insert(h.rows, 0, up)
		overlay(&named, &rows[up])
	}
}

// headerRows is the most rows that a header has.
const headerRows = 4

// overlay puts the cells of a row where the other has none.
func overlay(row, over *grid.Row) {
	for c := range over.Cells {
		if c == len(row.Cells) {
			row.Cells = append(row.Cells, grid.Cell{})
		}
		if blank(&row.Cells[c]) {
			row.Cells[c] = over.Cells[c]
		}
	}
}

// complements tells whether the lower row names columns that the upper one leaves
// open, and is no data.
func complements(rows []grid.Row, upper, lower int) bool {
	up, low := &rows[upper], &rows[lower]
	open, shared, words, known := 0, 0, 0, 0
	for c := 1; c <= max(len(up.Cells), len(low.Cells)); c++ {
		u, l := classOf(orBlank(cellAt(up, c))), classOf(orBlank(cellAt(low, c)))
		switch {
		case l == value:
			return false
		case l == word && u == nothing:
			open++
		case l == word:
			shared++
		}
		if l == word {
			words++
			if knownHeader(textAt(low, c)) {
				known++
			}
		}
	}
	if open == 0 || words < 2 {
		return false
	}
	// Below a group stands its first part, so some columns have both; a row of data
	// under blank headers is not made of names.
	typed := typedColumns(rows, lower+1)
	contrast := 0
	for _, c := range typed {
		if classOf(orBlank(cellAt(low, c))) == word {
			contrast++
		}
	}
	return share(known, words) >= 0.5 || shared > 0 && contrast > 0 && share(contrast, words) >= enough
}

// longName is how many bytes the name of a group of columns has at most.
const longName = 60

// sentence tells whether a text is too long to name a group of columns: a title is.
func sentence(text string) bool { return len(strings.Fields(text)) > 3 }

// groups tells whether the upper row has names that stand above several columns of
// the lower, which is whole.
func groups(up, low *grid.Row) bool {
	n, first, wide := 0, 0, 0
	years := yearRun(up)
	for c := 1; c <= len(up.Cells); c++ {
		switch kind := classOf(&up.Cells[c-1]); {
		case kind == value && !years:
			return false
		case kind != nothing:
			if textAt(low, c) == "" || len(textAt(up, c)) > longName {
				return false
			}
			if n == 0 {
				first = c
			}
			n++
			if textAt(up, c+1) == "" && textAt(low, c+1) != "" {
				wide++
			}
		}
	}
	lowFirst, _ := span(low)
	return wide > 0 && n < filled(low) && (n > 1 || n == 1 && first > lowFirst && !sentence(textAt(up, first)))
}
