package stage

import (
	"encoding/json"
	"time"

	"ferry/extract/record"
)

// A source of files has no vendor that could be asked what it still holds: what a
// file does not list is not there any more. So each reading of the files of a
// stream is a listing: every row with its place, its key and what became of it.
// The next one is compared with it, and answers are written from it. Records that
// the newest listing does not hold are forgotten (Forget), without a tombstone:
// that a row is left out of a file says nothing about its record elsewhere.

// Listing is one reading of all files of a stream.
type Listing struct {
	ID      int64
	Account string // record.Account.ID
	Stream  string
	Run     int64
	Print   string          // of the files and of how they are read: equal ones list the same
	Info    json.RawMessage // of who reads
	Sweep   int64           // that stages its records
	Pages   int             // put so far
	Started time.Time
	Ended   time.Time       // zero: it is being staged
	Summary json.RawMessage // of who reads; from EndListing on
}

// ListedRow is one row of a listing.
type ListedRow struct {
	File   int    // place among the files of the listing, from 0
	Sheet  string // "" of a text file
	Number int    // of the row in Excel, or the line of a text file
	Bin    string // what became of it; see ListedRecord
	Rule   string // why it is in its bin, for programs; "" there is nothing to say
	Key    record.Key
	Hash   uint64 // of what it says
	Why    string // why no record is made of it; "" one is
	Do     string // what to do about it
	Cells  []ListedCell
}

// ListedRecord is the bin of the rows of which a record is staged.
const ListedRecord = "record"

// ListedCell is what is to be said of one cell of a row.
type ListedCell struct {
	Column int    // place in the file, from 1; 0 the whole row
	Kind   string // stable, for grouping
	Note   string // in plain words
	Warn   bool   // its record is made all the same
}

// ListedPage is a page of a listing to be put: some rows of the files, and the
// records that are made of them.
type ListedPage struct {
	Number  int // 0, 1, 2.. in the order of the files
	Rows    []ListedRow
	Body    []byte  // the records as JSON
	Entries []Entry // where they stand in Body; a key stands once
	ReadAt  time.Time
}
