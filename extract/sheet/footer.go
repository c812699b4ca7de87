package sheet

import (
	"context"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// thinRow is a row of few cells below the last full one.
type thinRow struct {
	grid.Row
	after bool // it follows a blank row
}

// follow keeps the rows that may stand below the table. One that is held is none:
// it stays held.
func (s *survey) follow(in *grid.Row, row *Row, n int) {
	after := s.end > 0 && in.Number > s.end+1
	s.end = endOf(in)
	if row.Bin == Header || row.Bin == Outside {
		return
	}
	if n > max(1, s.width/3) || s.width < 2 {
		s.thin, s.thins = s.thin[:0], 0
		return
	}
	if row.Bin == Held {
		return
	}
	if s.thins++; len(s.thin) < mostCells {
		s.thin = append(s.thin, thinRow{s.without(in), after})
	}
}

// without copies a row without what Ferry has written into it.
func (s *survey) without(in *grid.Row) grid.Row {
	row := glance(in)
	for i := range s.recipe.Columns {
		if c := &s.recipe.Columns[i]; c.Ours && 0 < c.Place && c.Place <= len(row.Cells) {
			row.Cells[c.Place-1] = grid.Cell{}
		}
	}
	return row
}

// footer gives the rows below the table that seem to be none of it: of few cells,
// from a blank row or from the words of reports on. sure tells that each of them
// says so itself; the others may be records of which little is known. summed are
// numbers of rows that are left out as totals.
func (s *survey) footer(summed []int) (rows []grid.Row, sure bool) {
	if s.thins == 0 || s.thins > len(s.thin) || s.records <= s.thins {
		return nil, false
	}
	sure, after := true, false
	for i := range s.thin {
		t := &s.thin[i]
		first, _ := span(&t.Row)
		if after = after || t.after; !after && rows == nil && (first == 0 || !footerLabel(textAt(&t.Row, first))) {
			continue
		}
		if slices.Contains(summed, t.Number) {
			after = true
			continue
		}
		rows = append(rows, t.Row)
		ends := s.ends(&t.Row, after)
		sure, after = sure && ends, after || ends
	}
	return rows, sure
}

// footerRows gives the rows below the table that seem to be none of it, without
// those that are left out as totals anyway. Where the totals matter, all rows are
// looked at once more for them.
func (u *understanding) footerRows(ctx context.Context) (rows []grid.Row, sure bool, err error) {
	rows, sure = u.survey.footer(nil)
	if len(rows) == 0 || sure || u.survey.labels == 0 || u.decided(askSkip+RuleTotal) == no {
		return rows, sure, nil
	}
	seen, tally, sums := u.survey, u.layout.Tally, newTotals(&u.layout.Recipe)
	err = u.surveyAll(ctx, sums)
	u.survey, u.layout.Tally = seen, tally
	if err != nil || len(sums.Maybe) > 0 {
		return rows, sure, err
	}
	rows, sure = u.survey.footer(sums.Found)
	return rows, sure, nil
}

// ends tells whether a row is certain to be the end of a report: it says so, with
// values beside it at most, or it is a sentence alone after a blank row.
func (s *survey) ends(row *grid.Row, after bool) bool {
	first, last := span(row)
	if first == 0 {
		return false
	}
	text := textAt(row, first)
	if first == last && first == s.left() && (after || strings.HasPrefix(text, "*")) && (prose(text) || endWords[strings.TrimSpace(fold(text))]) {
		return true
	}
	if !closes(text) {
		return false
	}
	for c := first + 1; c <= last; c++ {
		cell := orBlank(cellAt(row, c))
		if classOf(cell) == word && !(totalAlone(text) && countOf(cell.Text)) || strings.ContainsAny(cell.Text, "@") || strings.Contains(cell.Text, "://") {
			return false
		}
	}
	return true
}

// left is the first column of the table.
func (s *survey) left() int {
	for i := range s.recipe.Columns {
		if place := s.recipe.Columns[i].Place; place > 0 {
			return place
		}
	}
	return 1
}
