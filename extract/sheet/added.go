package sheet

import (
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
)

// added are the columns that an answer put into a sheet. They are known by what
// stands in them: a person may have a column Result as well, and a list without a
// header has no names for ours.
type added struct {
	names   map[int]string // the header of each, by its place
	heading int            // number of the row with their headers; 0 there is none
	stamps  int            // rows that have a stamp
	taken   map[int]bool   // numbers of rows with the stamp of a row that was whole
}

// addedTo finds the columns that an answer put behind some rows.
func addedTo(rows []grid.Row) added {
	a := added{names: map[int]string{}, taken: map[int]bool{}}
	stamp, first := a.findStamps(rows)
	if stamp == 0 {
		stamp, first = stampHeading(rows), len(rows)
	}
	if stamp == 0 {
		return unstamped(rows)
	}
	a.names[stamp] = ColumnStamp
	for i := first - 1; i >= 0 && a.heading == 0; i-- {
		if textAt(&rows[i], stamp) == ColumnStamp {
			a.heading = rows[i].Number
			a.named(&rows[i], stamp)
		}
	}
	if !slices.Contains(a.headers(), ColumnResult) {
		a.placed(rows, stamp)
	}
	return a
}

// findStamps gives the column in which most stamps stand, and the first row that has
// one.
func (a *added) findStamps(rows []grid.Row) (stamp, first int) {
	votes := map[int]int{}
	for i := range rows {
		for c := range rows[i].Cells {
			if _, ok := stampOf(&rows[i].Cells[c]); ok {
				votes[c+1]++
			}
		}
	}
	for c, n := range votes {
		if n > votes[stamp] || n == votes[stamp] && c > stamp {
			stamp = c
		}
	}
	for i := len(rows) - 1; i >= 0 && stamp > 0; i-- {
		s, ok := stampOf(orBlank(cellAt(&rows[i], stamp)))
		if !ok {
			continue
		}
		first = i
		a.stamps++
		a.taken[rows[i].Number] = !s.Held
	}
	return stamp, first
}

func stampOf(c *grid.Cell) (Stamp, bool) {
	if c.Kind != grid.Text || !strings.HasPrefix(c.Text, stampWord) {
		return Stamp{}, false
	}
	return ParseStamp(c.Text)
}

// stampHeading gives the place of our headers where no row has a stamp: all that were
// answered may have been deleted. One of ours alone proves nothing.
func stampHeading(rows []grid.Row) int {
	for i := range rows {
		result := 0
		for c := 1; c <= len(rows[i].Cells); c++ {
			switch textAt(&rows[i], c) {
			case ColumnResult:
				result = c
			case ColumnStamp:
				if result > 0 {
					return c
				}
			}
		}
	}
	return 0
}

// named takes the columns left of the stamps by their headers: of each name the
// last, as others are the person's.
func (a *added) named(heading *grid.Row, stamp int) {
	last := map[string]int{}
	for c := 1; c < stamp; c++ {
		text := textAt(heading, c)
		switch {
		case text == ColumnResult, text == ColumnToDo:
			last[text] = c
		case strings.HasPrefix(text, ColumnOpen):
			last[ColumnOpen] = c
		}
	}
	for _, c := range last {
		a.names[c] = textAt(heading, c)
	}
}

// placed takes the columns left of the stamps that have no header by what stands in
// them: results first, and then what to do and where to open it.
func (a *added) placed(rows []grid.Row, stamp int) {
	for c := max(1, stamp-3); c < stamp; c++ {
		if !a.results(rows, c) {
			continue
		}
		for i, name := range []string{ColumnResult, ColumnToDo, ColumnOpen} {
			if at := c + i; at < stamp && a.names[at] == "" {
				a.names[at] = name
			}
		}
		return
	}
}

// results tells whether a column holds Ferry's results in the rows that have stamps,
// and nothing else.
func (a *added) results(rows []grid.Row, column int) bool {
	n := 0
	for i := range rows {
		if _, stamped := a.taken[rows[i].Number]; !stamped {
			continue
		}
		text := textAt(&rows[i], column)
		if text != "" && !IsResult(text) {
			return false
		}
		if text != "" {
			n++
		}
	}
	return n > 0
}

func (a *added) headers() []string {
	var names []string
	for _, name := range a.names {
		names = append(names, name)
	}
	return names
}

// first is the place of the first of the columns; 0 there is none.
func (a *added) first() (first int) {
	for c := range a.names {
		first = leftmost(first, c)
	}
	return first
}

// last is the place of the last of the columns; 0 there is none.
func (a *added) last() (last int) {
	for c := range a.names {
		last = max(last, c)
	}
	return last
}

// place gives where the column with a header of ours stands; 0 it does not.
func (a *added) place(header string) int {
	for c, name := range a.names {
		if name == header || strings.HasPrefix(name, ColumnOpen) && strings.HasPrefix(header, ColumnOpen) {
			return c
		}
	}
	return 0
}

// without gives rows as they were before the answer, so that they are understood as
// they were then.
func (a *added) without(rows []grid.Row) []grid.Row {
	if len(a.names) == 0 {
		return rows
	}
	for i := range rows {
		a.strip(&rows[i])
	}
	return slices.DeleteFunc(rows, func(row grid.Row) bool { return blankRow(&row) })
}

// strip blanks the cells of ours, and takes those off that end the row.
func (a *added) strip(row *grid.Row) {
	for c := range a.names {
		if c <= len(row.Cells) {
			row.Cells[c-1] = grid.Cell{}
		}
	}
	n := len(row.Cells)
	for n > 0 && row.Cells[n-1].Kind == grid.Blank && row.Cells[n-1].Flags == 0 {
		n--
	}
	row.Cells = row.Cells[:n]
}

// stripper gives rows without our columns, and leaves the rows themselves alone. The
// row that it gives is reused.
type stripper struct {
	added added
	row   grid.Row
}

func (s *stripper) bare(in *grid.Row) *grid.Row {
	if len(s.added.names) == 0 {
		return in
	}
	cells := append(s.row.Cells[:0], in.Cells...)
	s.row = *in
	s.row.Cells = cells
	s.added.strip(&s.row)
	return &s.row
}

// addedBy gives the columns of ours that a recipe has.
func addedBy(r *Recipe) added {
	a := added{names: map[int]string{}}
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Ours && c.Place > 0 && c.Place != missingPlace {
			a.names[c.Place] = c.Header
		}
	}
	return a
}

// unstamped finds the columns of an answer whose stamps were deleted: Result and What
// to do side by side, or, without headers, results and links. They are no data, and
// would make every row another one.
func unstamped(rows []grid.Row) added {
	a := added{names: map[int]string{}}
	for i := range rows {
		for c := 1; c < len(rows[i].Cells); c++ {
			if textAt(&rows[i], c) != ColumnResult || textAt(&rows[i], c+1) != ColumnToDo {
				continue
			}
			a.heading, a.names[c], a.names[c+1] = rows[i].Number, ColumnResult, ColumnToDo
			if open := textAt(&rows[i], c+2); strings.HasPrefix(open, ColumnOpen) {
				a.names[c+2] = open
			}
			return a
		}
	}
	if c := bareAnswers(rows); c > 0 {
		a.names[c], a.names[c+1], a.names[c+2] = ColumnResult, ColumnToDo, ColumnOpen
	}
	return a
}

// bareAnswers gives the place of three last columns without headers that hold Ferry's
// results, words, and links; 0 there are none.
func bareAnswers(rows []grid.Row) int {
	width := 0
	for i := range rows {
		_, right := span(&rows[i])
		width = max(width, right)
	}
	c, results, links := width-2, 0, 0
	if c < 2 {
		return 0
	}
	for i := range rows {
		result, open := textAt(&rows[i], c), textAt(&rows[i], c+2)
		if result != "" && !IsResult(result) || open != "" && !strings.HasPrefix(open, "https://") && !strings.HasPrefix(open, "http://") {
			return 0
		}
		results += min(len(result), 1)
		links += min(len(open), 1)
	}
	if results == 0 || links == 0 {
		return 0
	}
	return c
}
