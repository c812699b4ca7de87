package grid

// Kind is what a cell holds.
type Kind uint8

// The kinds of cells. Text files know Blank, Text and Error alone.
const (
	Blank Kind = iota
	Text
	Number
	Boolean
	Date     // a day
	DateTime // local, without zone
	Time     // of day
	Duration // elapsed, may be over 24 hours
	Error    // #N/A and the like, and what cannot be read
)

// Flag is what is to be known of a cell beside its value.
type Flag uint16

// The flags.
const (
	Formula    Flag = 1 << iota // the value is the cached one of a formula
	NoCache                     // a formula whose value was never computed: the cell is Blank
	External                    // a formula that points to another workbook
	LongNumber                  // a number of more than 15 digits: Excel has lost the rest
	Filled                      // the value of a merged or a parent cell, copied here
	Unseen                      // its format or colour hides it from people
	Undecoded                   // bytes that the file's encoding does not know, or NUL
	Percent                     // shown as a share of a hundred
	Money                       // shown with a currency
	Quoted                      // of a text file: stood in quotes
	Padded                      // its format added zeros that the number has lost: see Text
	Rich                        // parts of the text have formats of their own
	Leap                        // serial 60, 0 or below: a day that was never, or none
)

// Cell is one cell. Strings stay valid after the row is reused.
type Cell struct {
	Kind  Kind
	Flags Flag
	// Raw is the value as it is stored: of a number the digits in the file, of a
	// text its characters, of an error its name.
	Raw string
	// Text is the value in the one form that records take it in: text as it is;
	// numbers in full, without exponent, exact, with the zeros that a format of
	// digits and signs only adds (00000); days as 2006-01-02, date-times as
	// 2006-01-02T15:04:05 (with .000 where there are parts of a second), times of
	// day as 15:04:05, durations as 36:00:00 (sign, hours, minutes, seconds);
	// true and false; errors by their name.
	Text   string
	Format string // number format code; "" General, and in text files
	Fill   string // background colour as RRGGBB; "" none. Only where Look.Fills asks for it
}

// Is tells whether the cell has a flag.
func (c *Cell) Is(f Flag) bool { return c.Flags&f != 0 }

// Row is one row of a sheet, or one record of a text file.
type Row struct {
	Number int    // Excel's row number, or the line on which the record begins; from 1
	Line   int    // of a text file: the last line of the record; else 0
	Hidden bool   // nobody sees it: hidden, or filtered away
	Level  uint8  // outline
	Cells  []Cell // the n-th column at n-1; blanks at the end are left out
	// Fields is how many fields the record of a text file has, blank ones at its
	// end counted; 0 in workbooks. By it a short record is told from a whole one.
	Fields int
	// Fault says why the row is not whole: too long, a quote not closed, bytes
	// that do not decode. "" it is.
	Fault string
}
