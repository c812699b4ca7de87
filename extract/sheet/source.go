package sheet

import (
	"context"

	"ferry/extract/sheet/grid"
)

// source gives the rows of an open file: from this process (local) or from a
// child (child). A row is good until fn returns; its strings stay valid.
type source interface {
	// Rows reads a sheet, at most head rows of it (0: all; then the tail is whole).
	Rows(ctx context.Context, sheet int, o want, fn func(*grid.Row) error) (grid.Tail, error)
	Close() error
}

// want says what is asked of a sheet.
type want struct {
	Head   int  // rows; 0 all
	Fills  bool // colours of cells are read
	Second bool // rows are counted in a second way
}

// openJob says what is to be opened and how.
type openJob struct {
	Path   string
	Name   string // base name, as the person knows it
	Limits grid.Limits
	Given  Dialect
}

// opened is what a file says before its rows are read.
type opened struct {
	Format    string
	Sheets    []grid.Info
	Facts     []grid.Fact
	Questions []grid.Question
	Dialect   *Dialect // of a text file
}
