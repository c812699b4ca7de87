package answer

import (
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// Row is the answer to one row of the file.
type Row struct {
	Sheet  string
	Number int
	Result string // "created", "updated", "unchanged", "not loaded", "left out: total": a word or two
	ToDo   string // "" nothing
	Open   string // address of the record in the target; "" none
	Bad    []Cell
	Stamp  *sheet.Stamp // nil: a row that is no record
	Good   bool         // it is in the target, or needs nothing
}

// Cell is a bad cell of a row.
type Cell struct {
	Column int    // place in the file, from 1
	Note   string // in plain words
	Warn   bool
}

// Config is one answered file.
type Config struct {
	Original string // path of the person's file, or Ferry's copy of it
	Name     string // base name as the person knows it
	Out      string // path to write; replaced by rename
	Recipe   *sheet.Recipe
	// Places says of sheets that have the columns in another order than the recipe
	// where each column of it stands, from 1; 0 it does not.
	Places  map[string][]int
	Title   string // of the vendor: "Open in Syncro"
	Mark    sheet.Mark
	Summary []Line // what the sheet Result says at its top
	// Rows gives the answers, sheet by sheet, rows ascending. It is called several
	// times, and must give the same each time; a call may be left in the middle by
	// the error of yield.
	Rows func(yield func(*Row) error) error
}

// Line is one line of the summary.
type Line struct{ Label, Text string }

// Done says what was written.
type Done struct {
	Path  string
	Rows  int
	Cells []grid.Ref // bad cells that have a note, the first 1,000
	Bad   int
	Notes int // cells that were coloured and counted, without a note of their own: above Excel's comfort
}

// Bounds of what a person is shown in one workbook. Excel opens thousands of
// notes at ease and stalls on hundreds of thousands; a sheet takes at most 65,530
// links.
const (
	mostNotes  = 5_000  // notes of all sheets together
	mostListed = 20_000 // lines of the sheet Result
	mostCells  = 1_000  // of Done.Cells
)
