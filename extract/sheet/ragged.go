package sheet

import (
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// An answer to a text file makes all its records equally long: blank cells are put
// between the data and Ferry's columns. So what was a record of another length must
// be told by other means when the file comes back.

// gap is the part of a header that an answer added: the columns between the last
// one with a name and the first of Ferry's; zero: there is none.
type gap struct{ first, last int }

// gapOf finds it by the headers, and where the first of Ferry's columns stands; 0 has
// none.
func gapOf(texts []string, own int) gap {
	if own == 0 {
		return gap{}
	}
	named := own - 1
	for named > 0 && texts[named-1] == "" {
		named--
	}
	return gap{named + 1, own - 1}
}

// gap gives the columns that an answer to a text file made blank.
func (u *understanding) gap(ours *added, texts []string) gap {
	if u.layout.Recipe.Text == nil || len(u.heading.rows) == 0 {
		return gap{}
	}
	return gapOf(texts, ours.first())
}

func (g gap) has(place int) bool { return g.first <= place && place <= g.last }

// used tells whether a row that Ferry took has something at a place: a column
// without a name is one only then.
func (u *understanding) used(place int) bool {
	ours := u.added()
	return slices.ContainsFunc(u.rows, func(row grid.Row) bool {
		text := textAt(&row, place)
		return ours.taken[row.Number] && text != "" && !IsResult(text)
	})
}

// setGap finds where cells too many of an answered text file stand.
func (s *sorter) setGap() {
	if s.recipe.Text == nil || s.stamp < 0 {
		return
	}
	texts := make([]string, s.fields)
	for i := range s.recipe.Columns {
		if c := &s.recipe.Columns[i]; c.Place > 0 && c.Take == "" && !c.Ours {
			if texts[c.Place-1] = c.Header; c.Header == "" {
				texts[c.Place-1] = c.Name
			}
		}
	}
	ours := addedBy(s.recipe)
	s.gap = gapOf(texts, ours.first())
}

// shifted tells whether Ferry's cells of a row stand one column too far left, as
// they do once a cell was taken out of it.
func (s *sorter) shifted(in *grid.Row) bool {
	if s.gap.last < s.gap.first || s.gap.last < 1 || s.gap.last > len(in.Cells) {
		return false
	}
	return IsResult(in.Cells[s.gap.last-1].Text)
}

// beyond tells whether a row has something in the gap.
func (s *sorter) beyond(in *grid.Row) bool {
	last := s.gap.last
	if s.shifted(in) {
		last--
	}
	for c := s.gap.first; c > 0 && c <= min(last, len(in.Cells)); c++ {
		if !blank(&in.Cells[c-1]) {
			return true
		}
	}
	return false
}

// results are what Ferry writes into its column Result, of rows with a stamp and of
// others.
var results = map[string]bool{"not loaded": true, "good, not loaded yet": true, "done before": true, "created": true, "updated": true, "unchanged": true,
	"rejected": true, "held": true, "unsure": true, "waiting": true}

// leftOut is what Ferry's results of rows that are no records begin with.
const leftOut = "left out: "

// IsResult tells whether a text is one that Ferry writes into its column Result.
func IsResult(text string) bool { return results[text] || strings.HasPrefix(text, leftOut) }

// foreign tells whether a row has a text in the column Result that Ferry never
// writes there: that of a new row with a cell too many.
func (s *sorter) foreign(in *grid.Row, out *Row) bool {
	if s.result < 0 || s.recipe.Text == nil || out.Stamp != nil || s.shifted(in) {
		return false
	}
	text := out.Values[s.result].Text
	return text != "" && !IsResult(text)
}

// What is said of records that are longer or shorter than the header.
const (
	doSurplus = "take out the surplus separator, or put the text that holds it in quotes"
	doShort   = "add what is missing; if a line break cut the row, join it with the next one or put the text in quotes"
	whyAsHeld = "is as it was when it was held: it had too few or too many cells"
	whyResult = "has a value of its own in Ferry's column " + ColumnResult + ": a separator too many may have moved its values under the wrong headers"
	doResult  = "put each value under its header"
	doAsHeld  = "put each value under its header; where they stand right, empty the cell in the column " + ColumnStamp
)

// width is how many cells the header has without those that an answer added.
func (s *sorter) width() string {
	if s.gap.first > 0 {
		return strconv.Itoa(s.gap.first - 1)
	}
	return strconv.Itoa(s.fields)
}
