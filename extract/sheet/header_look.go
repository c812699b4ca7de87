package sheet

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// headerLook is how much a row is like a header.
type headerLook struct {
	cells, words, distinct, repeats int
	known                           float64 // share of the cells that have a known name
	contrast                        float64 // share of typed columns that it has names above
	alike                           float64 // share of the cells that are made as those below
	typed                           []int
	namesAbove, codesAbove          int // names and codes above typed columns
	codes                           int // codes and years that are taken for names
}

func lookAtHeader(rows []grid.Row, at int) headerLook {
	look := headerLook{typed: typedColumns(rows, at+1)}
	row := &rows[at]
	seen := map[string]bool{}
	known, above, alike := 0, 0, 0
	years := yearRun(row)
	for c := 1; c <= len(row.Cells); c++ {
		kind := classOf(cellAt(row, c))
		if kind == nothing {
			continue
		}
		look.cells++
		text := textAt(row, c)
		name := nameAt(rows, at, c, years)
		if name == noName {
			continue
		}
		look.words++
		if name != wordName {
			look.codes++
		}
		if !seen[fold(text)] {
			seen[fold(text)] = true
			look.distinct++
		}
		if knownHeader(text) {
			known++
		}
		if slices.Contains(look.typed, c) && !saysNothing(text) {
			above++
			look.count(name)
		}
		repeats, same := below(rows, at, c, text)
		if repeats {
			look.repeats++
		}
		if same {
			alike++
		}
	}
	look.known, look.alike = share(known, look.cells), share(alike, look.cells)
	look.contrast = share(above, len(look.typed))
	return look
}

// count notes what stands above a typed column.
func (l *headerLook) count(name nameKind) {
	switch name {
	case wordName:
		l.namesAbove++
	case codeName:
		l.codesAbove++
	}
}

// speaks tells whether a row is a header by what it says: known names, or names
// above columns of values.
func (l *headerLook) speaks() bool { return l.known >= enough || l.contrast >= 0.5 }

// coded tells whether nothing but one code or years make a header of it.
func (l *headerLook) coded() bool {
	return l.codes > 0 && l.known < enough && l.namesAbove == 0 && l.codesAbove < 2
}

// saysNothing tells whether a text stands for a value that is not known, as it does
// in a first record.
func saysNothing(text string) bool {
	switch fold(text) {
	case "na", "n a", "nc", "nan", "nil", "null", "none", "unknown", "tbd":
		return true
	}
	return false
}

// whyNone says why no row was taken for the header. doubt tells that the first row
// has names above some columns of values all the same.
func whyNone(rows []grid.Row) (why string, doubt bool) {
	if len(rows) < 2 {
		return "There is one row only.", false
	}
	look := lookAtHeader(rows, 0)
	cells, same := 0, 0
	for c := 1; c <= len(rows[0].Cells); c++ {
		kind := classOf(&rows[0].Cells[c-1])
		if kind == nothing || saysNothing(rows[0].Cells[c-1].Text) {
			continue
		}
		cells++
		if (kind == value) == slices.Contains(look.typed, c) {
			same++
		}
	}
	if 5*same >= 4*cells {
		return "No row reads like a header: the first holds values of the same kind as those below.", false
	}
	return "No row reads like a header: too few cells of the first rows are names.", len(rows) > 2 && look.contrast >= 0.5 && 2*look.words >= look.cells && 2*look.cells >= usualWidth(rows)
}
