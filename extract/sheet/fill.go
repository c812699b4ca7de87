package sheet

import (
	"cmp"
	"fmt"
	"slices"

	"ferry/extract/sheet/grid"
)

// The answers to fill.<column>.
const (
	fillMerged = "merged" // only where cells are merged
	fillAll    = "yes"    // every blank takes the value above
)

// settleFill offers to copy a value down: where cells are merged, and where the
// first columns hold something in the first row of a group only.
func (u *understanding) settleFill() {
	r := &u.layout.Recipe
	spans := u.mergedSpans()
	parents := u.parentColumns()
	for i := range r.Columns {
		c := &r.Columns[i]
		if c.Place == 0 || c.Take != "" || c.Ours {
			continue
		}
		answer := ""
		switch {
		case len(spans[c.Place]) > 0:
			answer = u.ask(u.mergedQuestion(c, spans[c.Place]))
		case parents[i]:
			answer = u.ask(u.parentQuestion(c))
		default:
			answer = u.decided(askFill + c.Name)
		}
		c.Fill = answer == fillMerged || answer == fillAll
		c.Spans = nil
		if answer == fillMerged {
			c.Spans = spans[c.Place]
		}
	}
}

// mergedSpans gives the rows of data that merged cells cover, by column.
func (u *understanding) mergedSpans() map[int][]Span {
	r := &u.layout.Recipe
	spans := map[int][]Span{}
	for _, m := range u.tail.Merges {
		if m.LastRow <= m.FirstRow || m.LastRow < r.First || m.FirstRow < r.First {
			continue
		}
		// Only the first of the columns: the others of a merged cell have no value.
		spans[m.FirstColumn] = append(spans[m.FirstColumn], Span{m.FirstRow, m.LastRow})
	}
	for _, list := range spans {
		slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.First, b.First) })
	}
	return spans
}

func (u *understanding) mergedQuestion(c *Column, spans []Span) grid.Question {
	q := grid.Question{ID: askFill + c.Name, Column: c.Name, Default: fillMerged,
		Text: fmt.Sprintf("In the column %q cells are merged over several rows. Does each of those rows get the value?", c.Name),
		Why:  plural(len(spans), "merged cell.", "merged cells."),
		Choices: []grid.Choice{{Value: fillMerged, Label: "yes, each row of a merged cell"},
			{Value: fillAll, Label: "yes, and every other blank takes the value above too"}, {Value: no, Label: "no, only the first row"}}}
	for _, s := range spans[:min(len(spans), mostCells)] {
		q.Cells = append(q.Cells, grid.Ref{Sheet: u.layout.Recipe.Sheet, Row: s.First, Column: c.Place})
	}
	return q
}

// parentColumns finds the first columns of a list in which a group has its name in
// its first row alone: each value once, blank on the rows between, all of them
// together.
func (u *understanding) parentColumns() map[int]bool {
	found := map[int]bool{}
	blanks, ours := -1, 0
	if u.survey.records < 4 || len(u.layout.Recipe.Also) > 0 || len(u.heading.rows) == 0 || !u.heading.sure {
		return found
	}
	for i := range u.layout.Recipe.Columns {
		c := &u.layout.Recipe.Columns[i]
		if c.Ours {
			ours++
		}
		if c.Place == 0 || c.Take != "" || c.Ours {
			continue
		}
		if i >= len(u.survey.profilers) || u.survey.firstBare[i] {
			break
		}
		p := u.profileOf(i)
		if blanks < 0 {
			if 10*p.Blank < 3*u.survey.records || 20*p.Blank > 19*u.survey.records || p.Distinct != p.Cells && p.Distinct >= 0 {
				break
			}
			blanks = p.Blank
		}
		if p.Blank != blanks {
			break
		}
		found[i] = true
	}
	if len(found)+ours == len(u.layout.Recipe.Columns) {
		return nil
	}
	return found
}

func (u *understanding) parentQuestion(c *Column) grid.Question {
	return grid.Question{ID: askFill + c.Name, Column: c.Name,
		Text: fmt.Sprintf("In the column %q many rows are blank below a row that is not. Do they belong to it?", c.Name),
		Why:  "Each value stands once, and the rows below it leave the column blank, as in a list with groups.",
		Choices: []grid.Choice{{Value: fillAll, Label: "yes: a blank takes the value above"},
			{Value: no, Label: "no: a blank is a blank"}}}
}
