package sheet

import (
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// settleHeader takes a second row into the header where merged cells prove that
// both belong together: "Address" merged above "Street" and "City". Merges stand at
// the end of a sheet, so this is known only once it was read. It tells whether the
// recipe is another now.
func (u *understanding) settleHeader() bool {
	r := &u.layout.Recipe
	if len(u.tail.Merges) == 0 || len(u.heading.rows) != 1 || r.Table != "" || r.Turned || u.decided(askHeader) != "" || u.markedSheet() == r.Sheet && r.Sheet != "" {
		return false
	}
	at := u.heading.rows[0]
	switch {
	case at > 0 && u.mergedAbove(at-1, at, false):
		u.heading.rows = []int{at - 1, at}
	case at+1 < len(u.rows)-1 && u.mergedAbove(at, at+1, true):
		u.heading.rows = []int{at, at + 1}
	default:
		return false
	}
	low := u.heading.rows[1]
	u.heading.typed = typedColumns(u.rows, low+1)
	u.heading.extras = nil
	u.heading.findExtras(u.rows)
	u.heading.above = fullAbove(u.rows[:u.heading.rows[0]], u.heading.width)
	u.heading.sure = !u.heading.above
	u.layout.Questions = slices.DeleteFunc(u.layout.Questions, func(q grid.Question) bool {
		return q.ID == askHeader || strings.HasPrefix(q.ID, askSkip)
	})
	u.shapeHeader()
	u.shapeRows()
	u.columns(u.tail.Merges)
	return true
}

// mergedAbove tells whether the upper of two rows names groups of columns in merged
// cells, and the lower the columns of these groups. whole asks that all of the lower
// is below such cells, as it may else be a record.
func (u *understanding) mergedAbove(upper, lower int, whole bool) bool {
	up, low := &u.rows[upper], &u.rows[lower]
	if endOf(up)+1 != low.Number || up.Fault != "" || low.Fault != "" || filled(up) < 2 {
		return false
	}
	for c := 1; c <= max(len(up.Cells), len(low.Cells)); c++ {
		text := textAt(up, c)
		if classOf(orBlank(cellAt(up, c))) == value || classOf(orBlank(cellAt(low, c))) == value || len(text) > longName || sentence(text) {
			return false
		}
	}
	groups, covered := 0, 0
	for _, m := range u.tail.Merges {
		if m.FirstRow != up.Number || m.LastRow != up.Number || textAt(up, m.FirstColumn) == "" {
			continue
		}
		names := 0
		for c := m.FirstColumn; c <= min(m.LastColumn, len(low.Cells)); c++ {
			if textAt(low, c) != "" {
				names++
			}
		}
		if covered += names; names > 1 {
			groups++
		}
	}
	return groups > 0 && (!whole || covered == filled(low))
}
