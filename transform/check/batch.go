package check

import (
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// batchRows is how many rows go through the workers together.
const batchRows = 256

// batch is a run of rows, copied from where they are read to where they are
// checked.
type batch struct {
	rows     []row
	texts    []string // of the source stream's fields, row after row
	problems []problem
	notes    []note
	done     chan struct{}
}

// row is one row of the file, as far as it matters.
type row struct {
	sheet, key   string
	number       int
	places       []int // sheet.Row.Places
	bin          sheet.Bin
	why, do      string // of a held row
	cells        uint64 // hash of all its cells
	problems     [2]int // of batch.problems
	notes        [2]int // of batch.notes
	skip         string // why the mapping leaves it out
	place        uint64 // hashes of its key: see keys
	folded, same uint32
	keyed        bool
}

// problem is a cell that cannot be read as its column is.
type problem struct {
	column int // of plan.columns
	text   string
	*column.Problem
}

var errorCell = &column.Problem{Kind: "error", Why: "the cell holds an error of Excel",
	Do: "correct the formula, or type the value over it"}

func (p *plan) newBatch() *batch {
	return &batch{rows: make([]row, 0, batchRows), texts: make([]string, batchRows*p.width), done: make(chan struct{}, 1)}
}

func (b *batch) reset() {
	b.rows, b.problems, b.notes = b.rows[:0], b.problems[:0], b.notes[:0]
}

// add copies what is needed of a row of the file.
func (b *batch) add(p *plan, r *sheet.Row) {
	at := len(b.rows)
	out := row{sheet: r.Sheet, key: r.Key, number: r.Number, places: r.Places, bin: r.Bin, why: r.Why, do: r.Do, cells: r.Hash}
	from := len(b.problems)
	if r.Bin == sheet.Record && r.Values != nil {
		texts := b.texts[at*p.width : (at+1)*p.width]
		for i := range p.columns {
			v := &r.Values[p.columns[i].index]
			texts[p.columns[i].field] = v.Text
			if v.Problem != nil || v.Cell != nil && v.Cell.Kind == grid.Error {
				b.problem(i, v)
			}
		}
	}
	out.problems = [2]int{from, len(b.problems)}
	b.rows = append(b.rows, out)
}

func (b *batch) problem(column int, v *sheet.Value) {
	p := problem{column: column, text: v.Text, Problem: v.Problem}
	if v.Cell != nil {
		p.text = strings.TrimSpace(v.Cell.Text)
	}
	if p.Problem == nil {
		p.Problem = errorCell
	}
	b.problems = append(b.problems, p)
}

// row gives the texts of a row.
func (b *batch) row(p *plan, i int) []string { return b.texts[i*p.width : (i+1)*p.width] }

// unsound tells whether a cell of that column cannot be read at all.
func (b *batch) unsound(r *row, column int) bool {
	for i := r.problems[0]; i < r.problems[1]; i++ {
		if b.problems[i].column == column && !b.problems[i].Warn {
			return true
		}
	}
	return false
}
