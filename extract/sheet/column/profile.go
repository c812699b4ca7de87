package column

import "ferry/extract/sheet/grid"

// Profile is what stands in a column.
type Profile struct {
	Cells    int // with something in it
	Blank    int
	Kinds    map[grid.Kind]int
	Longest  int          // characters
	Distinct int          // values that differ, spaces made plain; -1 too many to count
	Values   []ValueCount // the most frequent first, while there are at most 500
	// Proposed is how the column is read for a target that takes text. As is Text
	// unless Excel itself has typed every cell.
	Proposed Reading
	// Typed is how it is read for a target that takes numbers, days and so on. As
	// is the type that most cells have, Text where none has; whoever knows the
	// type of the target may set another As: all other fields are filled in for
	// whatever the cells allow.
	Typed Reading
	Sure  bool       // every cell can be read as Typed says, and nothing is left to ask
	Reads map[As]int // how many cells can be read as each type by Typed's other fields; words for nothing not counted
	// Looks is what the values look like: email, phone, zip, id, code, url, money,
	// country, state, name, company, address, percent, birth, html, list.
	Looks      []string
	Currencies []string // that amounts are written with: "EUR", or "$" where the sign has several
	Parts      int      // most values that one cell holds, by the split that is proposed; 1 none is
	// Key tells that the column may identify a row: its name says a number or a
	// code, every cell is filled, and all differ. Of more than 200,000 rows it is
	// not known, and false.
	Key     bool
	Running bool // of such a name: the cells are 1, 2, 3 and so on, as lines are counted
	Facts   []grid.Fact
	// Questions have IDs without the column: "dates", "swapped", "century",
	// "decimal", "percent", "unticked", "blank", "pad", "repair", "split". See
	// OfType.
	Questions []grid.Question
}

// OfType tells whether a question is to be asked only where the column goes into
// a field that takes numbers, days or booleans. id has no column.
func OfType(id string) bool {
	switch id {
	case askDates, askSwapped, askCentury, askDecimal, askPercent, askUnticked:
		return true
	}
	return false
}

// The questions.
const (
	askDates    = "dates"
	askSwapped  = "swapped"
	askCentury  = "century"
	askDecimal  = "decimal"
	askPercent  = "percent"
	askUnticked = "unticked"
	askBlank    = "blank"
	askPad      = "pad"
	askRepair   = "repair"
	askSplit    = "split"
	askClear    = "clear-word" // never asked: an answer gives the words of Reading.Clear
)

// ValueCount is a value with the number of cells that hold it.
type ValueCount struct {
	Text  string // as Proposed reads it
	Count int
	Rows  []int // the first of them, at most 5
}
