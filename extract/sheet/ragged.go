package sheet

import (
	"slices"
	"strconv"

	"ferry/extract/sheet/grid"
)

// An answer to a text file makes all its records equally long: blank cells are put
// between the data and Ferry's columns. So what was a record of another length must
// be told by other means when the file comes back.

// gap is the part of a header that an answer added: the columns between the last
// one with a name and the first of Ferry's; zero: there is none.
type gap struct{ first, last int }

func gapOf(texts []string) gap {
	own := slices.IndexFunc(texts, ours)
	if own < 0 {
		return gap{}
	}
	named := own
	for named > 0 && texts[named-1] == "" {
		named--
	}
	return gap{named + 1, own}
}

func (g gap) has(place int) bool { return g.first <= place && place <= g.last }

// used tells whether a row that Ferry took has something at a place: a column
// without a name is one only then.
func (u *understanding) used(place, stamp int) bool {
	return slices.ContainsFunc(u.rows, func(row grid.Row) bool {
		s, ok := ParseStamp(textAt(&row, stamp))
		return ok && !s.Held && textAt(&row, place) != ""
	})
}

// setGap finds where cells too many of an answered text file stand.
func (s *sorter) setGap() {
	if s.recipe.Text == nil || s.stamp < 0 {
		return
	}
	texts := make([]string, s.fields)
	for i := range s.recipe.Columns {
		if c := &s.recipe.Columns[i]; c.Place > 0 && c.Take == "" {
			if texts[c.Place-1] = c.Header; c.Header == "" {
				texts[c.Place-1] = c.Name
			}
		}
	}
	s.gap = gapOf(texts)
}

// beyond tells whether a row has something in the gap.
func (s *sorter) beyond(in *grid.Row) bool {
	for c := s.gap.first; c > 0 && c <= min(s.gap.last, len(in.Cells)); c++ {
		if !blank(&in.Cells[c-1]) {
			return true
		}
	}
	return false
}

// What is said of records that are longer or shorter than the header.
const (
	doSurplus = "take out the surplus separator, or put the text that holds it in quotes"
	doShort   = "add what is missing; if a line break cut the row, join it with the next one or put the text in quotes"
	whyAsHeld = "is as it was when it was held: it had too few or too many cells"
	doAsHeld  = "put each value under its header; where they stand right, empty the cell in the column " + ColumnStamp
)

// width is how many cells the header has without those that an answer added.
func (s *sorter) width() string {
	if s.gap.first > 0 {
		return strconv.Itoa(s.gap.first - 1)
	}
	return strconv.Itoa(s.fields)
}
