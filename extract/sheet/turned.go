package sheet

import (
	"fmt"

	"ferry/extract/sheet/grid"
)

// A turned table is held whole: it is as wide as others are long, and short.
const (
	turnedRows  = 2_000
	turnedCells = 200_000
)

// turn gives a function that takes rows and one that, after the last, hands them on
// with rows and columns exchanged: the n-th column becomes row n. What is known of
// the sheet is exchanged too; there is no second count of columns.
func turn(fn func(*grid.Row) error) (each func(*grid.Row) error, flush func(grid.Tail) (grid.Tail, error)) {
	var rows []grid.Row
	cells := 0
	each = func(row *grid.Row) error {
		if !blankRow(row) {
			rows = append(rows, keep(row))
			cells += len(row.Cells)
		}
		if row.Number <= turnedRows && cells <= turnedCells {
			return nil
		}
		return &grid.Refusal{Cause: grid.TooLarge, Why: fmt.Sprintf("its records stand side by side, and it has more than %d rows or %d cells",
			turnedRows, turnedCells), Do: "copy it, and insert it transposed in Excel (Paste Special, Transpose)"}
	}
	flush = func(tail grid.Tail) (grid.Tail, error) {
		width, height := 0, 0
		for i := range rows {
			width, height = max(width, len(rows[i].Cells)), max(height, rows[i].Number)
		}
		line := grid.Row{Cells: make([]grid.Cell, height)}
		for c := 1; c <= width; c++ {
			clear(line.Cells)
			line.Number = c
			for i := range rows {
				if cell := cellAt(&rows[i], c); cell != nil {
					line.Cells[rows[i].Number-1] = *cell
				}
			}
			if err := fn(&line); err != nil {
				return tail, err
			}
		}
		return turnTail(tail, width, height), nil
	}
	return each, flush
}

// standing gives cells of the rows as they are read where they stand in the file.
func standing(r *Recipe, cells []grid.Ref) []grid.Ref {
	if !r.Turned {
		return cells
	}
	turned := make([]grid.Ref, len(cells))
	for i, c := range cells {
		turned[i] = grid.Ref{Sheet: c.Sheet, Row: c.Column, Column: c.Row}
	}
	return turned
}

func turnTail(tail grid.Tail, width, height int) grid.Tail {
	turned := grid.Tail{Rows: width, Last: 0, Columns: height, Second: -1, SecondWhy: "the records stand side by side"}
	for _, m := range tail.Merges {
		turned.Merges = append(turned.Merges, grid.Range{
			FirstRow: m.FirstColumn, FirstColumn: m.FirstRow, LastRow: m.LastColumn, LastColumn: m.LastRow,
		})
	}
	turned.Notes, turned.Links = turnNotes(tail.Notes), turnNotes(tail.Links)
	return turned
}

func turnNotes(notes []grid.Note) []grid.Note {
	turned := make([]grid.Note, len(notes))
	for i, n := range notes {
		turned[i] = grid.Note{Ref: grid.Ref{Sheet: n.Ref.Sheet, Row: n.Ref.Column, Column: n.Ref.Row}, Text: n.Text}
	}
	return turned
}

// looksTurned tells whether the fields of a small sheet may stand one below the
// other: the first column that is used holds names, each once, and the first row
// does not. sure tells that all of them are names that headers are known to have,
// and that none but the first stands in the first row.
func looksTurned(rows []grid.Row) (turned, sure bool) {
	if len(rows) < 3 || len(rows) > 100 {
		return false, false
	}
	first, _ := span(&rows[0])
	known, names := 0, map[string]bool{}
	for i := range rows {
		left, right := span(&rows[i])
		if left != first || right == left || right-left > 60 {
			return false, false
		}
		text := textAt(&rows[i], first)
		if classOf(cellAt(&rows[i], first)) != word || names[text] {
			return false, false
		}
		names[text] = true
		if knownHeader(text) {
			known++
		}
	}
	inRow := 0
	for c := first; c <= len(rows[0].Cells); c++ {
		if knownHeader(textAt(&rows[0], c)) {
			inRow++
		}
	}
	if share(known, len(rows)) < 0.6 || inRow > 1 || typedBelow(rows, first) {
		return false, false
	}
	return true, known == len(rows) && inRow == 1
}

// typedBelow tells whether a column beside the names holds values of one kind
// only, as columns of an upright table do.
func typedBelow(rows []grid.Row, names int) bool {
	for _, c := range typedColumns(rows, 0) {
		if c != names {
			return true
		}
	}
	return false
}
