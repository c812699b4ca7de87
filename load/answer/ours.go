package answer

import (
	"errors"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// The columns that Ferry adds, in their order.
const (
	ourResult = iota
	ourToDo
	ourOpen
	ourStamp
	ourColumns
)

// widths are those of the columns, in characters; the last is hidden.
var widths = [ourColumns]float64{16, 60, 18, 14}

// headings gives the headers of the columns.
func headings(title string) [ourColumns]string {
	return [ourColumns]string{sheet.ColumnResult, sheet.ColumnToDo, sheet.ColumnOpen + title, sheet.ColumnStamp}
}

// places are those of our columns in a sheet.
type places struct {
	at    [ourColumns]int
	old   [ourColumns]bool // the column was there already, of an earlier answer
	fresh int              // the first that was added; 0 none was
	last  int              // the one farthest right
}

var errNoRoom = errors.New("there are no free columns at its right")

// newPlaces keeps the columns of an earlier answer (0: there is none) and puts the
// others behind the last used column.
func newPlaces(earlier [ourColumns]int, used int) (places, error) {
	p := places{}
	for i, at := range earlier {
		if at == 0 {
			used++
			at = used
			if p.fresh == 0 {
				p.fresh = at
			}
		} else {
			p.old[i] = true
		}
		p.at[i] = at
		p.last = max(p.last, at)
	}
	if p.last > grid.MaxColumns {
		return p, errNoRoom
	}
	return p, nil
}

// is tells whether a column is one of ours.
func (p *places) is(column int) bool {
	for _, at := range p.at {
		if at == column {
			return true
		}
	}
	return false
}

// stale tells whether a column holds what an earlier answer said.
func (p *places) stale(column int) bool {
	for i, at := range p.at {
		if at == column && p.old[i] {
			return true
		}
	}
	return false
}

// any tells whether a column is of an earlier answer.
func (p *places) anyOld() bool {
	for _, old := range p.old {
		if old {
			return true
		}
	}
	return false
}
