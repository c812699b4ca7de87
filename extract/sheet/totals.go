package sheet

import (
	"math"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// totals finds rows that sum up: their label says so, and their numbers are the
// sums of the rows above, since the start or since an earlier such row. Texts are
// summed twice, with either sign for the decimals, as nobody has said which it is.
type totals struct {
	sums  [2][]float64   // of all rows of data, by column
	marks [][2][]float64 // sums at the start and after each row that summed up, the last ones
	Found []int          // numbers of the rows
	Doubt []grid.Ref     // labels whose numbers are no such sums
}

// totalMarks is how many earlier sums a total may begin at.
const totalMarks = 64

func newTotals() *totals { return &totals{marks: make([][2][]float64, 1)} }

// add takes a row of data. It tells whether the row sums up.
func (t *totals) add(row *grid.Row) bool {
	label := labelAt(row)
	if label > 0 {
		if t.sumsUp(row, label) {
			t.Found = append(t.Found, row.Number)
			t.mark()
			return true
		}
		if len(t.Doubt) < mostCells {
			t.Doubt = append(t.Doubt, grid.Ref{Row: row.Number, Column: label})
		}
	}
	for c := range row.Cells {
		for way := range t.sums {
			for len(t.sums[way]) <= c {
				t.sums[way] = append(t.sums[way], 0)
			}
			if n, ok := numberOf(&row.Cells[c], way == 1); ok {
				t.sums[way][c] += n
			}
		}
	}
	return false
}

func (t *totals) mark() {
	var now [2][]float64
	for way := range t.sums {
		now[way] = append([]float64(nil), t.sums[way]...)
	}
	if t.marks = append(t.marks, now); len(t.marks) > totalMarks {
		t.marks = append(t.marks[:1], t.marks[2:]...)
	}
}

// sumsUp tells whether at least half of the numbers of a row, and one that is not
// zero, are sums since one and the same mark.
func (t *totals) sumsUp(row *grid.Row, label int) bool {
	for _, since := range t.marks {
		for way := range t.sums {
			if t.sumsSince(row, label, since[way], way) {
				return true
			}
		}
	}
	return false
}

func (t *totals) sumsSince(row *grid.Row, label int, since []float64, way int) bool {
	numbers, equal := 0, 0
	for c := range row.Cells {
		n, ok := numberOf(&row.Cells[c], way == 1)
		if !ok || c+1 == label {
			continue
		}
		numbers++
		sum := 0.0
		if c < len(t.sums[way]) {
			sum = t.sums[way][c]
		}
		if c < len(since) {
			sum -= since[c]
		}
		if n != 0 && math.Abs(n-sum) <= 0.005+1e-9*math.Abs(n) {
			equal++
		}
	}
	return equal > 0 && 2*equal >= numbers
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
