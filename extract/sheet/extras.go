package sheet

import "ferry/extract/sheet/grid"

// What a column may take of its cells beside their value.
const (
	takeNote = "note"
	takeLink = "link"
	takeFill = "fill"
	takePart = "part" // followed by a number from 2
)

// at is the place of a cell.
type at struct{ row, column int }

// extras are the notes and links of a sheet, by their cell. They stand apart from
// the rows in a workbook, and are known only once those have been read.
type extras struct{ notes, links map[at]string }

// extrasOf gives what the columns of the recipe take of a sheet.
func extrasOf(r *Recipe, tail grid.Tail) extras {
	var x extras
	for i := range r.Columns {
		switch r.Columns[i].Take {
		case takeNote:
			x.notes = byPlace(tail.Notes)
		case takeLink:
			x.links = byPlace(tail.Links)
		}
	}
	return x
}

func byPlace(notes []grid.Note) map[at]string {
	m := make(map[at]string, len(notes))
	for _, n := range notes {
		m[at{n.Ref.Row, n.Ref.Column}] = n.Text
	}
	return m
}

// takes tells whether a column of the recipe takes such a thing.
func (r *Recipe) takes(what ...string) bool {
	for i := range r.Columns {
		for _, w := range what {
			if r.Columns[i].Take == w {
				return true
			}
		}
	}
	return false
}
