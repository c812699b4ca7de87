package sheet

import (
	"slices"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// mostCells is how many cells a sentence names.
const mostCells = 10

// survey looks at every row of a sheet while its columns are profiled.
type survey struct {
	recipe *Recipe
	sheet  string
	typed  []int // columns that hold values
	width  int   // cells that a row usually fills

	profilers []*column.Profiler
	profiling *profiling
	blocks    blocks
	totals    *totals
	thin      []thinRow // rows of few cells since the last full one, the first of them
	thins     int
	labels    int
	hidden    int // rows of data that nobody sees
	tooShort  int // records that end early
	trailing  int // records with blank fields behind the last column
	surplus   surplus
	beyond    *beyond     // nil: no Excel table was chosen
	known     []bool      // columns of the file that the recipe has, by their place less 1
	stray     map[int]int // cells in columns that the recipe does not have
	strayAt   []grid.Ref
	fills     []map[string]int // colours, by column of the recipe
	filled    []int            // cells that took the value above
	firstBare []bool           // the first record lacks it, by column
	records   int
	stamps    int
	held      []grid.Ref
	again     int // rows that are the header once more
	end       int
}

func newSurvey(r *Recipe, sheet string, h heading) *survey {
	s := &survey{recipe: r, sheet: sheet, typed: h.typed, width: h.width, stray: map[int]int{},
		fills: make([]map[string]int, len(r.Columns)), filled: make([]int, len(r.Columns)), firstBare: make([]bool, len(r.Columns))}
	for i := range r.Columns {
		s.profilers = append(s.profilers, column.New(r.Columns[i].Name).Place(sheet, r.Columns[i].Place))
		if place := r.Columns[i].Place; place > 0 {
			for len(s.known) < place {
				s.known = append(s.known, false)
			}
			s.known[place-1] = true
		}
	}
	if n := len(r.Columns); n > 0 {
		s.surplus.width = r.Columns[n-1].Place
	}
	s.profiling = newProfiling(s.profilers)
	return s
}

// row looks at a row of the file and what was made of it.
func (s *survey) row(in *grid.Row, row *Row) {
	if row.Bin == BlankRow {
		return
	}
	left, right, n := s.extent(in)
	s.blocks.add(in, left, right, s.cuts(in, row, n))
	if b := s.around(); b != nil {
		b.row(s.sheet, in)
	}
	s.follow(in, row, n)
	s.surplus.add(in, row)
	switch row.Bin {
	case Held:
		if len(s.held) < mostCells {
			s.held = append(s.held, grid.Ref{Sheet: s.sheet, Row: in.Number})
		}
		if in.Fields > 0 && in.Fields < len(s.recipe.Columns) {
			s.tooShort++
		}
	case Record:
		s.record(in, row)
	case Header:
		if row.Why == theHeaderAgain {
			s.again++
		}
	}
}

// extent gives the first and last column that hold something, and how many do.
func (s *survey) extent(in *grid.Row) (left, right, n int) {
	for i := range in.Cells {
		if !blank(&in.Cells[i]) {
			if left == 0 {
				left = i + 1
			}
			right = i + 1
			n++
		}
	}
	return left, right, n
}

// cuts tells whether a row inside a block is the header of another table: names
// wherever the table above it has values.
func (s *survey) cuts(in *grid.Row, row *Row, n int) bool {
	if n < 2 || len(s.typed) == 0 || row.Bin != Record && row.Bin != Held {
		return false
	}
	words, other := 0, 0
	for _, c := range s.typed {
		switch classOf(orBlank(cellAt(in, c))) {
		case value:
			return false
		case word:
			words++
		case nothing:
			other++
		}
	}
	if words == 0 || words < other {
		return false
	}
	known := 0
	for c := range in.Cells {
		switch classOf(&in.Cells[c]) {
		case value:
			return false
		case word:
			if knownHeader(in.Cells[c].Text) {
				known++
			}
		}
	}
	return share(known, n) >= 0.5
}

func (s *survey) record(in *grid.Row, row *Row) {
	if s.totals != nil && s.totals.add(in) {
		return
	}
	if in.Hidden {
		s.hidden++
	}
	if s.totals == nil && labelAt(in) > 0 {
		s.labels++
	}
	if row.Stamp != nil {
		s.stamps++
	}
	s.records++
	if n := len(s.recipe.Columns); n > 0 && in.Fields > s.recipe.Columns[n-1].Place {
		s.trailing++
	}
	for i := range row.Values {
		cell := row.Values[i].Cell
		if s.records == 1 {
			s.firstBare[i] = cell == nil || blank(cell)
		}
		if cell == nil {
			continue
		}
		if cell.Is(grid.Filled) {
			s.filled[i]++
		}
		if cell.Fill != "" {
			s.fill(i, cell.Fill)
		}
	}
	s.profiling.add(in.Number, row.Values)
	s.strays(in)
}

// fill counts a colour of a column; more than a few are a picture, not a meaning.
func (s *survey) fill(i int, colour string) {
	if s.fills[i] == nil {
		s.fills[i] = map[string]int{}
	}
	if _, ok := s.fills[i][colour]; ok || len(s.fills[i]) < 50 {
		s.fills[i][colour]++
	}
}

// strays notes cells beside the columns of the recipe.
func (s *survey) strays(in *grid.Row) {
	b := s.around()
	if s.recipe.Table != "" && b == nil {
		return
	}
	for i := range in.Cells {
		if i < len(s.known) && s.known[i] || blank(&in.Cells[i]) || b != nil && b.knows(in.Number, i+1) {
			continue
		}
		if _, ok := s.stray[i+1]; ok || len(s.stray) < 1000 {
			s.stray[i+1]++
		}
		if len(s.strayAt) < mostCells {
			s.strayAt = append(s.strayAt, grid.Ref{Sheet: s.sheet, Row: in.Number, Column: i + 1})
		}
	}
}

// around gives what watches the table of this sheet; nil there is none.
func (s *survey) around() *beyond {
	if s.sheet != s.recipe.Sheet {
		return nil
	}
	return s.beyond
}

// strayColumns gives the columns beside the header that hold enough to be columns
// of their own.
func (s *survey) strayColumns() []int {
	var columns []int
	for c, n := range s.stray {
		if n >= min(3, (s.records+1)/2) && 20*n >= s.records {
			columns = append(columns, c)
		}
	}
	slices.Sort(columns)
	return columns
}

// colours counts the colours of a column that tell rows apart.
func (s *survey) colours(i int) int {
	n := 0
	for _, count := range s.fills[i] {
		n += count
	}
	if len(s.fills[i]) == 1 && n == s.records {
		return 0
	}
	return len(s.fills[i])
}

// next goes on with another sheet of the same columns, once the one before is
// profiled.
func (s *survey) next(sheet string) {
	s.sheet = sheet
	s.blocks.end, s.end = 0, 0
	for i, p := range s.profilers {
		p.Place(sheet, s.recipe.Columns[i].Place)
	}
}
