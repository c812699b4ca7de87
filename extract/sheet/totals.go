package sheet

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// totals finds rows that sum up: their label says so, and their numbers are the
// sums of the rows above, since the start or since an earlier such row. Texts are
// summed twice, with either sign for the decimals, as nobody has said which it is.
type totals struct {
	now   mark
	marks []mark     // at the start and after each row that summed up, the last ones
	above []string   // what stands above in each column
	Found []int      // numbers of the rows
	Maybe []int      // rows whose number may be such a sum by chance
	Doubt []grid.Ref // labels whose numbers are no such sums
	ours  []int      // places of columns that Ferry has added
	last  int        // the last row of data, where it says total and nothing else; else 0
}

// mark is what the rows up to one come to.
type mark struct {
	sums [2][]float64 // by column
	rows int
}

// totalMarks is how many earlier sums a total may begin at.
const totalMarks = 64

func newTotals(r *Recipe) *totals {
	t := &totals{marks: make([]mark, 1)}
	for i := range r.Columns {
		if c := &r.Columns[i]; c.Ours {
			t.ours = append(t.ours, c.Place)
		}
	}
	return t
}

// add takes a row of data. It tells whether the row sums up for certain.
func (t *totals) add(row *grid.Row) bool {
	label := labelAt(row)
	plain := label > 0 && t.plain(row, label)
	alone := plain && t.alone(textAt(row, label))
	t.last = 0
	if label > 0 {
		found, heavy := t.sumsUp(row, label, alone)
		switch {
		case found && plain && (alone || heavy):
			t.Found = append(t.Found, row.Number)
			t.mark()
			return true
		case found && !t.reaches(row):
			t.Maybe = append(t.Maybe, row.Number)
			t.mark()
			return false
		case len(t.Doubt) < mostCells:
			t.Doubt = append(t.Doubt, grid.Ref{Row: row.Number, Column: label})
		}
		if plain && totalAlone(textAt(row, label)) && filled(row) > 1 {
			t.last = row.Number
		}
	}
	t.count(row)
	return false
}

// count adds a row to the sums.
func (t *totals) count(row *grid.Row) {
	t.now.rows++
	for c := range row.Cells {
		if len(t.above) <= c {
			t.above = append(t.above, "")
		}
		if !blank(&row.Cells[c]) {
			t.above[c] = row.Cells[c].Text
		}
		for way := range t.now.sums {
			for len(t.now.sums[way]) <= c {
				t.now.sums[way] = append(t.now.sums[way], 0)
			}
			if n, ok := numberOf(&row.Cells[c], way == 1); ok {
				t.now.sums[way][c] += n
			}
		}
	}
}

// end takes the last row for a total where it says so and nothing else, whatever
// its numbers are.
func (t *totals) end() {
	if t.last == 0 {
		return
	}
	t.Found = append(t.Found, t.last)
	t.Doubt = slices.DeleteFunc(t.Doubt, func(ref grid.Ref) bool { return ref.Row == t.last })
}

// plain tells whether a row holds nothing but its label, numbers, and what stands
// above as well.
func (t *totals) plain(row *grid.Row, label int) bool {
	for c := range row.Cells {
		cell := &row.Cells[c]
		if c+1 == label || blank(cell) || slices.Contains(t.ours, c+1) || unitText(cell.Text) || countOf(cell.Text) || c < len(t.above) && cell.Text == t.above[c] {
			continue
		}
		_, point := numberOf(cell, false)
		if _, comma := numberOf(cell, true); !point && !comma {
			return false
		}
	}
	return true
}

// alone tells whether a label is nothing but a word for a total, or names beside it
// what stands above: "Total Lyon" below rows of Lyon.
func (t *totals) alone(text string) bool {
	of := totalOf(text)
	return of == "" || slices.ContainsFunc(t.above, func(above string) bool { return fold(strings.TrimSpace(above)) == of })
}

// reaches tells whether a row holds an address of mail or of a website, as people
// and companies have and totals have not.
func (t *totals) reaches(row *grid.Row) bool {
	for c := range row.Cells {
		text := row.Cells[c].Text
		if (strings.Contains(text, "@") || strings.Contains(text, "://")) && !slices.Contains(t.ours, c+1) {
			return true
		}
	}
	return false
}

func (t *totals) mark() {
	now := mark{rows: t.now.rows}
	for way := range t.now.sums {
		now.sums[way] = append([]float64(nil), t.now.sums[way]...)
	}
	if t.marks = append(t.marks, now); len(t.marks) > totalMarks {
		t.marks = append(t.marks[:1], t.marks[2:]...)
	}
}

// sumsUp tells whether at least half of the numbers of a row, and one that is not
// zero, are sums since one and the same mark. heavy tells that they cannot be so by
// chance: two of them, or one of many digits, over two rows at least. Where the
// label is alone the number of rows counts as a sum.
func (t *totals) sumsUp(row *grid.Row, label int, alone bool) (found, heavy bool) {
	for i := range t.marks {
		for way := range t.now.sums {
			equal, long := t.sumsSince(row, label, &t.marks[i], way, alone)
			found = found || equal > 0
			heavy = heavy || t.now.rows-t.marks[i].rows > 1 && (equal > 1 || long)
		}
	}
	return found, heavy
}

// manyDigits is from how many digits on two numbers are not equal by chance.
const manyDigits = 4

func (t *totals) sumsSince(row *grid.Row, label int, since *mark, way int, alone bool) (equal int, long bool) {
	numbers := 0
	for c := range row.Cells {
		n, ok := numberOf(&row.Cells[c], way == 1)
		if !ok || c+1 == label {
			continue
		}
		numbers++
		sum := 0.0
		if c < len(t.now.sums[way]) {
			sum = t.now.sums[way][c]
		}
		if c < len(since.sums[way]) {
			sum -= since.sums[way][c]
		}
		if n != 0 && (math.Abs(n-sum) <= 0.005+1e-9*math.Abs(n) || alone && n == float64(t.now.rows-since.rows)) {
			equal++
			long = long || digitsOf(row.Cells[c].Text) >= manyDigits
		}
	}
	if 2*equal < numbers {
		return 0, false
	}
	return equal, long
}

func digitsOf(text string) (n int) {
	for i := range len(text) {
		if '0' <= text[i] && text[i] <= '9' {
			n++
		}
	}
	return n
}

// labelAt gives the column of a label that says total; 0 there is none. It stands
// in the first cell, or in the second.
func labelAt(row *grid.Row) int {
	seen := 0
	for c := range row.Cells {
		cell := &row.Cells[c]
		if cell.Kind != grid.Text || blankText(cell.Text) {
			continue
		}
		if totalLabel(cell.Text) {
			return c + 1
		}
		if seen++; seen == 2 {
			return 0
		}
	}
	return 0
}

// numberOf reads the number of a cell, with comma or point before the decimals.
func numberOf(c *grid.Cell, comma bool) (n float64, ok bool) {
	text := c.Text
	switch c.Kind {
	case grid.Number:
	case grid.Text:
		if text = plainNumber(text, comma); text == "" {
			return 0, false
		}
	default:
		return 0, false
	}
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && !math.IsInf(n, 0) && !math.IsNaN(n)
}

// plainNumber takes groups, currencies and spaces out of a text; "" it is no
// number.
func plainNumber(text string, comma bool) string {
	digits := 0
	plain := strings.Map(func(r rune) rune {
		switch {
		case '0' <= r && r <= '9':
			digits++
			return r
		case r == '-' || r == '.' && !comma:
			return r
		case r == ',' && comma:
			return '.'
		case r == '.' || r == ',' || r == '\'' || r == '’' || unseen(r) || r == '€' || r == '$' || r == '£' || r == '%':
			return -1
		}
		return 'x'
	}, text)
	if digits == 0 || strings.Contains(plain, "x") {
		return ""
	}
	return plain
}
