package sheet

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// toldBefore are facts that a person was told when the file was first imported, or
// that are of Ferry's own making: in a template or an answered workbook they are no
// news.
var toldBefore = []string{"hidden-sheet", "sheet-chosen", "hidden-columns", "colours", "written-by"}

// forget drops what the workbook says of the rows of other sheets, and of one that
// Ferry made or answered what everybody knows already.
func (u *understanding) forget() {
	r := &u.layout.Recipe
	known := u.layout.Mark != nil
	noted := slices.ContainsFunc(u.tail.Notes, func(n grid.Note) bool { return n.Ref.Row >= r.First })
	u.layout.Facts = slices.DeleteFunc(u.layout.Facts, func(f grid.Fact) bool {
		switch {
		case f.Code == "pivot":
			return f.Sheet != r.Sheet && !slices.Contains(r.Also, f.Sheet)
		case f.Code == "notes":
			return known && !noted
		}
		return known && slices.Contains(toldBefore, f.Code)
	})
}
