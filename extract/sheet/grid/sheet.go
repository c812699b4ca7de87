package grid

// State tells who sees a sheet.
type State uint8

// The states.
const (
	Visible State = iota
	Hidden
	VeryHidden // only a program can show it
)

// SheetKind is what a sheet is.
type SheetKind uint8

// The kinds of sheets. Only Worksheet has rows.
const (
	Worksheet SheetKind = iota
	ChartSheet
	MacroSheet
	DialogSheet
)

// Info is what a file says of a sheet before its rows are read.
type Info struct {
	Name   string // "" of a text file
	State  State
	Kind   SheetKind
	Tables []Table // Excel's own table objects
	Pivots int     // pivot tables on it
	Bytes  int64   // size of its XML, for progress; 0 unknown
}

// Table is a table object of Excel, with its header row in Range.
type Table struct {
	Name   string
	Range  Range
	Header bool // the first row of Range is its header
	Totals int  // rows at its end that sum up
}

// Tail is what is known of a sheet only when all its rows have been read.
type Tail struct {
	Rows          int     // row elements or records there were
	Last          int     // number of the last row that holds something
	Columns       int     // number of the last column that holds something
	Second        int     // rows by the second way of counting; -1 there was none
	SecondWhy     string  // why there was none, or why it may differ
	Merges        []Range // merged cells
	Filter        Range   // of the automatic filter; zero none
	HiddenColumns []Range // whole columns that nobody sees: rows are zero
	Notes         []Note  // comments
	Links         []Note  // hyperlinks: Text is the address
	Pictures      int
	Validations   int
	Facts         []Fact // of the sheet: a cell far away, a row at Excel's limit, formulas never computed
}

// By these Ferry knows again what it has noted in a workbook itself: who its notes
// are by, and what stands before its words in a note of somebody else.
const (
	NoteAuthor = "Ferry import"
	NoteMark   = "[Ferry] "
)

// Note is a comment or a link of a cell.
type Note struct {
	Ref  Ref
	Text string
}
