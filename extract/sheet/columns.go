package sheet

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// columns makes the columns of the recipe from the header and the rows that are
// known. merges are those of the sheet where they are known already.
func (u *understanding) columns(merges []grid.Range) {
	r := &u.layout.Recipe
	left, right := u.extent()
	if first := u.added().first(); r.Text != nil && r.Table == "" && len(u.heading.rows) > 0 {
		right = max(right, first-1) // an answer makes all records equally long
	}
	header := make([]grid.Row, 0, len(u.heading.rows))
	for _, at := range u.heading.rows {
		header = append(header, u.rows[at])
	}
	texts := headers(header, right, merges)
	names := &namer{}
	r.Columns = r.Columns[:0]
	if r.SheetColumn != "" {
		r.SheetColumn = names.unique(r.SheetColumn)
		r.Columns = append(r.Columns, Column{Name: r.SheetColumn})
	}
	ours := u.added()
	extra := u.gap(ours, texts)
	for place := 1; place <= max(right, ours.last()); place++ {
		if name := ours.names[place]; name != "" {
			r.Columns = append(r.Columns, Column{Place: place, Header: name, Name: names.name(name, place), Ours: true})
			continue
		}
		if place < left || place > right || extra.has(place) && !u.used(place) {
			continue
		}
		text := texts[place-1]
		c := Column{Place: place, Header: text, Name: names.name(text, place)}
		if len(r.Header) == 0 {
			c.Name = grid.Letters(place)
		}
		r.Columns = append(r.Columns, c)
		r.Columns = append(r.Columns, u.taken(c, names)...)
	}
}

// added gives our columns on the chosen sheet.
func (u *understanding) added() *added {
	if u.layout.Recipe.Turned {
		return &added{}
	}
	return &u.looks[u.chosen].added
}

// taken gives the columns that people asked for beside a column: its notes, links
// or colours.
func (u *understanding) taken(c Column, names *namer) []Column {
	var more []Column
	for what := range strings.SplitSeq(u.decided(askTake+c.Name), ",") {
		switch what = strings.TrimSpace(what); what {
		case takeNote, takeLink, takeFill:
			more = append(more, Column{Place: c.Place, Header: c.Header, Name: names.unique(c.Name + " (" + what + ")"), Take: what})
		}
	}
	return more
}

// ours tells whether a header is one that Ferry adds to an answered sheet.
func ours(header string) bool {
	return header == ColumnResult || header == ColumnToDo || header == ColumnStamp || strings.HasPrefix(header, ColumnOpen)
}

// extent gives the first and the last column of the table, by the rows that are
// known.
func (u *understanding) extent() (left, right int) {
	r := &u.layout.Recipe
	if r.Table != "" {
		if g, ok := u.book.tableRange(r.Table, u.looks[u.chosen].index); ok {
			return g.FirstColumn, g.LastColumn
		}
	}
	from := 0
	if n := len(u.heading.rows); n > 0 {
		from = u.heading.rows[0]
		for _, at := range u.heading.rows {
			first, last := span(&u.rows[at])
			left, right = leftmost(left, first), max(right, last)
		}
	}
	// A few rows may have cells beyond the header: that is decided when all were seen.
	votes := map[int]int{}
	n := 0
	for i := from; i < len(u.rows); i++ {
		row := &u.rows[i]
		if slices.Contains(u.heading.rows, i) {
			continue
		}
		n++
		for c := range row.Cells {
			if !blank(&row.Cells[c]) {
				votes[c+1]++
			}
		}
	}
	fields := u.headerFields()
	for c, count := range votes {
		enough := count >= min(3, (n+1)/2) && 20*count >= n
		if fields > 0 && c > fields { // most records have it: the header has lost a name, and not they a quote
			enough = 2*count >= n
		}
		if len(u.heading.rows) == 0 || enough {
			left, right = leftmost(left, c), max(right, c)
		}
	}
	return left, right
}

// headerFields is how many fields the header of a text file has; 0 of other files.
func (u *understanding) headerFields() (n int) {
	if u.layout.Recipe.Text == nil {
		return 0
	}
	for _, at := range u.heading.rows {
		n = max(n, u.rows[at].Fields)
	}
	return n
}

func leftmost(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// names gives a namer that knows the names that are taken.
func (u *understanding) names() *namer {
	names := &namer{}
	for i := range u.layout.Recipe.Columns {
		names.unique(u.layout.Recipe.Columns[i].Name)
	}
	return names
}

// dropBlankColumns leaves columns out that have neither a header nor a cell, as a
// separator at the end of each line makes them.
func (u *understanding) dropBlankColumns() {
	r := &u.layout.Recipe
	columns, profilers := r.Columns[:0:0], u.survey.profilers[:0:0]
	var fills []map[string]int
	var filled []int
	dropped := 0
	for i := range r.Columns {
		if r.Columns[i].Header == "" && r.Columns[i].Place > 0 && u.cellsOf(i) == 0 && len(r.Columns) > 1 {
			dropped++
			continue
		}
		columns, profilers = append(columns, r.Columns[i]), append(profilers, u.survey.profilers[i])
		fills, filled = append(fills, u.survey.fills[i]), append(filled, u.survey.filled[i])
	}
	if dropped == 0 {
		return
	}
	r.Columns, u.survey.profilers, u.survey.fills, u.survey.filled = columns, profilers, fills, filled
	u.recount = r.Text != nil // a record may now be whole that was too short
	u.fact(grid.Fact{Code: "blank-columns", Count: dropped,
		Text: plural(dropped, "column has neither a header nor a value and is", "columns have neither a header nor a value and are") + " left out."})
}

func (u *understanding) cellsOf(i int) int {
	return u.survey.profilers[i].Profile(nil).Cells
}

// plural gives a count with the words for it.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// profileOf gives the profile of a column of the recipe so far.
func (u *understanding) profileOf(i int) column.Profile { return u.survey.profilers[i].Profile(nil) }
