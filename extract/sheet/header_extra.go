package sheet

import (
	"ferry/extract/sheet/grid"
)

// findExtras looks for rows of units and samples right under the header.
func (h *heading) findExtras(rows []grid.Row) {
	last := h.rows[len(h.rows)-1]
	for i := last + 1; i < len(rows) && i <= last+2; i++ {
		rule, sure := extraRule(rows, i)
		if rule == "" {
			return
		}
		h.extras = append(h.extras, extra{i, rule, sure})
	}
}

func extraRule(rows []grid.Row, at int) (rule string, sure bool) {
	row := &rows[at]
	cells, units, samples, words := 0, 0, 0, 0
	for c := 1; c <= len(row.Cells); c++ {
		text := textAt(row, c)
		if text == "" {
			continue
		}
		cells++
		if unitLabel(text) {
			units++
		}
		if sampleLabel(text) {
			samples++
		}
		if classOf(cellAt(row, c)) == word {
			words++
		}
	}
	typed := typedColumns(rows, at+1)
	above := 0
	for _, c := range typed {
		if classOf(orBlank(cellAt(row, c))) == word {
			above++
		}
	}
	switch {
	case cells == 0 || len(rows) <= at+1:
		return "", false
	case samples > 0 && textAtFirst(row, sampleLabel):
		return RuleSample, true
	case 2*units >= cells && cells > 1 && units > 1:
		return RuleUnits, true
	case words == cells && len(typed) > 1 && 5*above >= 4*len(typed):
		return RuleUnits, units > 0
	}
	return "", false
}

// textAtFirst tells whether the first cell that holds something is such a label.
func textAtFirst(row *grid.Row, is func(string) bool) bool {
	first, _ := span(row)
	return first > 0 && is(textAt(row, first))
}
