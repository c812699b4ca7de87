package sheet

import "ferry/extract/sheet/grid"

// surplus counts records of a text file that have more fields than the header and
// all columns, the last of them blank.
type surplus struct {
	width int // fields of the header, or up to the last column
	count int
	cells []grid.Ref
}

func (s *surplus) add(in *grid.Row, row *Row) {
	switch {
	case row.Bin == Header && row.Why == theHeader:
		s.width = max(s.width, in.Fields)
	case row.Bin == Record && in.Fields > s.width:
		if s.count++; len(s.cells) < mostCells {
			s.cells = append(s.cells, grid.Ref{Sheet: row.Sheet, Row: in.Number})
		}
	}
}

// settleSurplus holds records that end with a blank field too many where most do
// not: a separator too many may stand anywhere in them, so that values stand under
// the wrong headers.
func (u *understanding) settleSurplus() {
	r, s := &u.layout.Recipe, &u.survey.surplus
	r.Width = 0
	if r.Text == nil || s.count == 0 || 3*s.count >= u.survey.records {
		return
	}
	answer := u.ask(grid.Question{ID: askSurplus, Default: hold, Cells: s.cells, Count: s.count,
		Text: plural(s.count, "row has more cells than the header, the last of them blank. Is it taken?", "rows have more cells than the header, the last of them blank. Are they taken?"),
		Why:  "Most rows have none. A separator too many may have moved their values under the wrong headers.",
		Choices: []grid.Choice{{Value: hold, Label: "no: hold them, to be mended in the file"},
			{Value: "take", Label: "yes: the blank cells at the end mean nothing"}}})
	if answer == hold {
		r.Width = s.width
	}
}

// sayTrailing tells of records that end with separators that nothing follows. Where
// the header has none of them, it may be the header that has lost one.
func (u *understanding) sayTrailing() {
	n := u.survey.trailing
	if n == 0 {
		return
	}
	f := grid.Fact{Code: "trailing-separator", Count: n, Text: plural(n, "row ends", "rows end") + " with a separator that nothing follows; it is left out."}
	if more := u.survey.surplus.count; more > 0 && len(u.layout.Recipe.Header) > 0 {
		f.Warn, f.Cells = true, u.survey.surplus.cells
		f.Text = plural(more, "row has", "rows have") + " a blank cell more than the header at the end; it is left out. See that the values stand under the right headers."
	}
	u.fact(f)
}
