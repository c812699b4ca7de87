package sheet

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// extra is a row below the header that may be no data.
type extra struct {
	row       int // index
	rule      string
	otherwise string // what holds where nobody answers whether it is left out; "" nothing
}

// findExtras looks for rows of units and samples right under the header. A row
// with a fault or of another length than the header is none: it is held.
func (h *heading) findExtras(rows []grid.Row) {
	last := h.rows[len(h.rows)-1]
	for i := last + 1; i+1 < len(rows) && i <= last+2; i++ {
		if equalRows(&rows[i], &rows[last]) {
			continue // the header again
		}
		if rows[i].Fault != "" || uneven(&rows[i], &rows[last]) {
			return
		}
		rule, otherwise := extraRule(rows, i)
		if rule == "" {
			return
		}
		h.extras = append(h.extras, extra{i, rule, otherwise})
	}
}

// uneven tells whether a record of a text file has fewer or more fields than its
// header.
func uneven(row, header *grid.Row) bool {
	return header.Fields > 0 && (row.Fields < header.Fields || len(row.Cells) > header.Fields)
}

// extraRule tells what a row seems to be, and whether that is certain enough to
// leave it out unasked. A sample never is: a customer may be called Example Ltd.
func extraRule(rows []grid.Row, at int) (rule, otherwise string) {
	row := &rows[at]
	if first, _ := span(row); first > 0 && sampleLabel(textAt(row, first)) {
		if sampleAlone(textAt(row, first)) {
			return RuleSample, ""
		}
		return RuleSample, no
	}
	u := lookAtUnits(rows, at)
	switch {
	case u.cells < 2 || u.values > 0 || u.above == 0:
		return "", ""
	case u.units == u.cells && u.unitsAbove > 0 && !u.again:
		return RuleUnits, yes
	case u.units > 1 && 2*u.units >= u.cells, u.typed > 1 && 5*u.above >= 4*u.typed:
		return RuleUnits, ""
	}
	return "", ""
}

// unitsLook is how much a row is like one of units.
type unitsLook struct {
	cells, units, values int
	typed                int  // columns that hold values below
	above, unitsAbove    int  // cells without a value that stand above such
	again                bool // a cell stands below as well, as data does
}

func lookAtUnits(rows []grid.Row, at int) unitsLook {
	row, typed := &rows[at], typedColumns(rows, at+1)
	look := unitsLook{typed: len(typed)}
	for c := 1; c <= len(row.Cells); c++ {
		text := textAt(row, c)
		if text == "" {
			continue
		}
		look.cells++
		unit := unitText(text)
		if !unit && classOf(cellAt(row, c)) == value {
			look.values++
			continue
		}
		isAbove := slices.Contains(typed, c)
		if isAbove {
			look.above++
		}
		if unit {
			look.units++
			if isAbove {
				look.unitsAbove++
			}
		}
		look.again = look.again || stands(rows[at+1:], c, text)
	}
	return look
}

// stands tells whether a text is one of those in a column.
func stands(rows []grid.Row, column int, text string) bool {
	return slices.ContainsFunc(rows, func(row grid.Row) bool { return fold(textAt(&row, column)) == fold(text) })
}
