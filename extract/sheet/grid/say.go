package grid

// Cause is why a file is refused.
type Cause string

// The causes.
const (
	OldExcel    Cause = "old-excel"  // .xls, BIFF
	OtherFormat Cause = "other"      // .xlsb, .ods, .numbers, or no table at all
	Protected   Cause = "protected"  // needs a password
	LockFile    Cause = "lock"       // ~$ file that Excel leaves while a workbook is open
	Cut         Cause = "cut"        // ends in the middle
	Broken      Cause = "broken"     // parts do not fit together
	TooLarge    Cause = "too-large"  // expands, or has rows, beyond the limits
	Unsafe      Cause = "unsafe"     // entities, doubled names
	NoSheet     Cause = "no-sheet"   // nothing with rows in it
	Moving      Cause = "moving"     // changed while it was read
	Stalled     Cause = "stalled"    // took too long, or too much memory
	Unreadable  Cause = "unreadable" // permission, missing, not downloaded
	Empty       Cause = "empty"      // zero bytes
)

// Refusal says why a file is not read, in words for somebody who works in Excel.
type Refusal struct {
	Cause Cause
	File  string // base name; "" filled in by who knows it
	Sheet string // "" the whole file
	Cell  string // "" the whole sheet; or "line 14"
	Why   string // a sentence: "this is the old Excel format (.xls)"
	Do    string // what to do next: "open it in Excel and save it as Excel workbook (.xlsx)"
}

// Error gives place, reason and what to do.
func (r *Refusal) Error() string {
	text := ""
	for _, place := range []string{r.File, r.Sheet, r.Cell} {
		if place != "" {
			text += place + ": "
		}
	}
	text += r.Why
	if r.Do != "" {
		text += "; " + r.Do
	}
	return text
}

// Fact is something that a person is told about a file, a sheet or a column.
type Fact struct {
	Code   string // stable, for programs: "macros", "hidden-sheet", "dates-proven"
	Sheet  string
	Column string // name; "" the whole sheet
	Text   string // one sentence; may hold headers, never a value of a row
	Cells  []Ref  // that prove it, at most 10
	Count  int    // of cells or rows it is about; 0 does not apply
	Warn   bool   // else plain information
}

// Question is something that only a person can decide. An answer is kept under
// its ID and never asked again.
type Question struct {
	ID      string // "sheet", "dates.Due date": what it decides, a dot, the column
	Column  string // "" the whole sheet
	Text    string // the question
	Why     string // what speaks for each side; never a value of a row
	Cells   []Ref  // that prove it, at most 10
	Choices []Choice
	// Default is what is taken, and said, where nobody answers; "" nothing is:
	// the import waits.
	Default string
	Free    bool   // any text is an answer
	Form    string // where Free: what may be written, such as "the header of a column"; "" a choice's value
	Value   string // the text of the column that it is about; "" none
	Count   int    // of rows with that text; 0 does not apply
}

// Choice is one answer.
type Choice struct {
	Value string // what is kept
	Label string // for people
	// ID is the question that it answers where that is another one: what a field needs
	// may stand in a column, which is then matched with it. "" the question's own.
	ID string `json:",omitempty"`
}

// Written is how an answer that takes the choice is written: its value, behind the
// other question that it answers.
func (c Choice) Written() string {
	if c.ID == "" {
		return c.Value
	}
	return c.ID + "=" + c.Value
}

// Kept gives the ID that an answer to the question is kept under, and what is kept.
func (q *Question) Kept(answer string) (id, value string) {
	for _, c := range q.Choices {
		if c.ID != "" && c.Written() == answer {
			return c.ID, c.Value
		}
	}
	return q.ID, answer
}
