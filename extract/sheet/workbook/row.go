package workbook

import (
	"fmt"

	"ferry/extract/sheet/grid"
)

// line is the row in work.
type line struct {
	grid.Row
	cells []grid.Cell // all that rows so far had; those of used are set
	used  []int
	mark  []int // for each column, the row element that set it last
	last  int   // number of the row before
	next  int   // column of a cell that does not say it
	high  int   // last column that is kept

	arena []byte // bytes of the values of this row
	spans []span
	seen  [grid.MaxRows>>rowBlock + 1]*[1 << rowBlock / 64]uint64 // numbers there were, as bits
}

// span says where the texts of a cell lie in the arena.
type span struct{ cell, raw, rawEnd, text, textEnd int }

// rowBlock is the number of bits of a row's number within a block of line.seen.
const rowBlock = 14

// begin makes room for a row. Number 0 is not known yet.
func (l *line) begin(number int) {
	for _, i := range l.used {
		l.cells[i] = grid.Cell{}
	}
	l.used, l.spans, l.arena = l.used[:0], l.spans[:0], l.arena[:0]
	l.next, l.high = 1, 0
	l.Row = grid.Row{Number: number}
}

// place gives the cell of a column; nil where the row had one there already.
func (l *line) place(column, element int) *grid.Cell {
	for len(l.cells) < column {
		l.cells = append(l.cells, grid.Cell{})
		l.mark = append(l.mark, 0)
	}
	l.next = column + 1
	if l.mark[column-1] == element {
		return nil
	}
	l.mark[column-1] = element
	l.used = append(l.used, column-1)
	return &l.cells[column-1]
}

// once takes note of a row's number and tells whether it is new.
func (l *line) once(number int) bool {
	block := &l.seen[number>>rowBlock]
	if *block == nil {
		*block = new([1 << rowBlock / 64]uint64)
	}
	word, bit := &(*block)[number%(1<<rowBlock)/64], uint64(1)<<(number%64)
	again := *word&bit != 0
	*word |= bit
	return !again
}

// settle makes strings of the values of the row, all out of one.
func (l *line) settle() {
	if len(l.spans) == 0 {
		return
	}
	all := string(l.arena)
	for _, s := range l.spans {
		c := &l.cells[s.cell]
		c.Raw, c.Text = all[s.raw:s.rawEnd], all[s.text:s.textEnd]
	}
}

// row reads <row> (CT_Row, 18.3.1.73), whose start tag came last.
func (w *walk) row() error {
	if w.tail.Rows++; w.tail.Rows > w.limits.Rows {
		return tooLarge(fmt.Sprintf("it has more than %d rows", w.limits.Rows))
	}
	number, hidden, level, err := w.rowTag()
	if err != nil {
		return err
	}
	l := &w.line
	l.begin(number)
	l.Hidden, l.Level = hidden, level
	for depth := w.depth(); w.depth() >= depth; {
		tok, err := w.next()
		if err != nil {
			return err
		}
		if tok != tokStart {
			continue
		}
		switch string(w.space.local(w.scanner)) {
		case "c":
			err = w.cell()
		case "extLst":
			err = w.skip()
		default:
			err = broken(fmt.Sprintf("row %d holds something beside cells that Ferry does not know, and cells may stand in it", max(l.Number, l.last+1)))
		}
		if err != nil {
			return err
		}
	}
	return w.give()
}

func (w *walk) rowTag() (number int, hidden bool, level uint8, err error) {
	for _, a := range w.attrs {
		switch string(a.name) {
		case "r":
			if number, err = rowNumber(a.value); err != nil {
				return
			}
		case "hidden":
			hidden = isTrue(a.value)
		case "ht":
			if height, ok := float(a.value); ok && height == 0 {
				hidden = true
			}
		case "outlineLevel":
			if len(a.value) == 1 && '0' <= a.value[0] && a.value[0] <= '7' {
				level = a.value[0] - '0'
			}
		}
	}
	return
}

func rowNumber(digits []byte) (n int, err error) {
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, broken("a row of it has a number that is none")
		}
		if n = n*10 + int(c-'0'); n > grid.MaxRows {
			return 0, broken(fmt.Sprintf("a row of it says that it stands below row %d, the last there is in Excel", grid.MaxRows))
		}
	}
	if n == 0 {
		return 0, broken("a row of it has a number that is none")
	}
	return n, nil
}

// give hands the row on.
func (w *walk) give() error {
	l := &w.line
	if l.Number == 0 {
		if l.Number = l.last + 1; l.Number > grid.MaxRows {
			return broken(fmt.Sprintf("it has more rows than the %d there are in Excel", grid.MaxRows))
		}
	}
	l.settle()
	l.Cells = l.cells[:l.high]
	if !l.once(l.Number) {
		w.fault("the sheet has two rows of this number; Excel would not show both")
	}
	l.last = l.Number
	if l.high > 0 {
		w.tail.Last = max(w.tail.Last, l.Number)
		w.tail.Columns = max(w.tail.Columns, l.high)
		w.sights.row(l.Number, l.Cells)
	}
	if err := w.fn(&l.Row); err != nil {
		return &callerError{err}
	}
	return nil
}

// fault says why the row is not whole. The first reason stays.
func (w *walk) fault(why string) {
	if w.line.Fault == "" {
		w.line.Fault = why
	}
}
