package sheet

import (
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// Bin is what becomes of a row of the file. Each row is in exactly one.
type Bin string

// The bins.
const (
	Record     Bin = "record"  // a record is made of it
	Header     Bin = "header"  // the header, and what stands above it
	BlankRow   Bin = "blank"   // nothing in it
	SkippedRow Bin = "skipped" // left out by a rule that was shown: Row.Why names it
	Outside    Bin = "outside" // of another table, or beside the block that was chosen
	Held       Bin = "held"    // not whole, or without a key: Row.Why and Row.Do say so; nothing is made of it
)

// Value is one cell as a record takes it.
type Value struct {
	Text    string          // "" there is none
	Cell    *grid.Cell      // as it stands in the file; nil where the row ends before it
	Problem *column.Problem // nil: it was read as its column is
}

// Row is one row of the file with what is made of it. It is reused: it is good
// until the function that gets it returns; strings stay valid.
type Row struct {
	Sheet  string
	Number int // of Excel, or the line of a text file
	Bin    Bin
	Why    string      // of a row that is no record: a sentence, or the rule
	Do     string      // of Held
	Key    string      // of a Record: stamp, key columns joined by "/", or hash and number of occurrence
	Values []Value     // one a column of the recipe, in its order; nil where Bin is not Record or Held
	Cells  []grid.Cell // as they stand in the file
	Places []int       // where each column of the recipe stands on this sheet, from 1; 0 it does not. The same for all rows of a sheet
	Hash   uint64      // of its cells, however they are read; equal rows have equal hashes
	Stamp  *Stamp      // of an answered workbook; nil none
	Ragged bool        // Held, because a record of a text file has too few or too many cells

	asHeld bool // was ragged when it was answered, and nothing was changed in it
}

// Tally counts the rows of a file: they add up.
type Tally struct {
	Rows   int            // in the file
	Bins   map[Bin]int    // sum is Rows
	Rules  map[string]int // of SkippedRow, by rule
	Second int            // rows by the second way of counting; -1 none
	SHA256 string
	Bytes  int64
}
