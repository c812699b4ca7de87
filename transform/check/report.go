package check

import (
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// Report is what a check found.
type Report struct {
	Tally       sheet.Tally
	Good        int       // records without an error
	Bad         int       // records with at least one
	Skipped     int       // records that the mapping or the rule for doubled keys leaves out
	Findings    []Finding // errors first, by the number of rows
	Doubles     []Double  // at most 1,000; DoubleCount counts all
	DoubleCount int
}

// Finding is one kind of mistake in one column.
type Finding struct {
	Kind   string // stable, for programs: "required", "email", "phone", "enum", "date", "length", "key" ...
	Column string // "" the whole row
	Field  string // of the target; "" none
	Why    string // one sentence, without a value
	Do     string
	Warn   bool // the row is loaded all the same
	Rows   int
	Cells  []grid.Ref // the first, at most 20
	Values []Value    // what stands there, the most frequent first, at most 100
	More   int        // further values that differ
}

// Value is a text that does not fit.
type Value struct {
	Text    string
	Count   int
	Suggest string     // near miss: what may be meant; "" none
	Cells   []grid.Ref // at most 5
}

// Double is a group of rows with one key.
type Double struct {
	Key   string     // as it stands in the second of them, its columns joined by "/"
	Rows  []grid.Ref // the first, at most 20
	Count int        // of the rows
	Equal bool       // all cells are equal
}
