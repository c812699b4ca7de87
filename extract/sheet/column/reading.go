package column

// As is what the cells of a column are read as.
type As string

// What a column may be read as.
const (
	Text     As = "text"
	Number   As = "number"   // 1234.5
	Date     As = "date"     // 2006-01-02
	DateTime As = "datetime" // 2006-01-02T15:04:05, with the offset where the file gives one (Z, +02:00)
	Time     As = "time"     // 15:04:05
	Duration As = "duration" // 36:00:00
	Boolean  As = "boolean"  // true, false
)

// Order is the order of the parts of dates that are written as text.
type Order string

// The orders.
const (
	DayFirst   Order = "dmy"
	MonthFirst Order = "mdy"
	YearFirst  Order = "ymd"
)

// Content is what kind of text stands in a column.
type Content string

// The kinds of text.
const (
	Plain Content = ""
	Code  Content = "code"  // part numbers, ids, ZIPs
	Phone Content = "phone" // one number, or several
)

// Reading says how the cells of a column are turned into text for records. The
// zero value reads text: spaces at both ends are dropped, nothing else is done.
type Reading struct {
	As       As
	Order    Order             // of Date and DateTime; "" not needed or not known: a text that needs it is a problem
	Pivot    int               // two-digit years up to it are 20xx, above it 19xx; -1 not known: such a year is a problem
	Language string            // of names of months: en, fr, de, es, it; "" only names that are the same month in all
	Decimal  string            // "." or ","; "" not known: 1.234 is a problem, 1.5 and 1,234.56 are not
	Percent  string            // what 12 without a sign means where others are written 12 %: "points" (12 %), "share" (1200 %); "" such a number is a problem
	Blank    []string          // words that mean that there is no value, without regard to case
	Clear    []string          // words that mean: empty the field in the target; given as ClearText
	Yes, No  []string          // words of a Boolean, without regard to case, beside the usual ones
	Pad      int               // zeros are put before digits up to this many characters
	Split    string            // several values in a cell: what stands between them; ";", ",", "/", "line"; "" one
	Replace  map[string]string // by a person: text as it stands in the file, trimmed, or as Clean makes it, to the text taken instead; it is not read any further

	// Clean makes no-break, double and zero-width spaces plain, and accents of two
	// signs one (NFC).
	Clean bool
	// Content of Text: in codes and phones, typographic quotes and dashes are made
	// plain, soft hyphens dropped, and what Excel has turned into a date or a
	// power is a problem.
	Content Content
	// Shares says that some cells of the column are written as percents, so that
	// Percent decides the others; a Number is always given as a share: 12 % is
	// 0.12.
	Shares   bool
	Currency string // of Number: amounts in another one are a problem; "" any
	Swapped  Swap   // real dates of Excel that may have day and month exchanged
	Unticked string // of Boolean: what a blank cell means; "false", "" no value
	Repair   bool   // of text whose accents are broken (GÃ©rard): a person said to mend it
}

// Swap is what to do with real dates whose day and month Excel has exchanged: it
// does so with the dates of a text file of the other order, as far as their day
// is at most 12, and leaves the rest as text.
type Swap string

// What to do.
const (
	SwapNone   Swap = ""       // they are right
	SwapRefuse Swap = "refuse" // not known: a date that may be exchanged is a problem
	SwapBack   Swap = "back"   // exchange them back
)

// ClearText is what a cell gives that says: empty the field in the target.
const ClearText = "\u2205"

// Problem is why a cell cannot be read as its column is.
type Problem struct {
	Kind string // stable, for grouping: "date", "date-order", "number", "error", "long-number", "no-cache", "boolean" and so on
	Why  string // a sentence without the value: "is no date of the calendar"
	Do   string // what to do
	Warn bool   // the cell is read all the same
}
