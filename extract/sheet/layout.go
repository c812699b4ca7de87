package sheet

import (
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// Layout is how a file was understood.
type Layout struct {
	Recipe    Recipe // with all that is proven, proposed and answered
	Sheets    []grid.Info
	Facts     []grid.Fact
	Questions []grid.Question  // that are still open, required ones first
	Heard     []string         // IDs of answers that were looked for, some more than once: others answer nothing here
	Profiles  []column.Profile // one a column of the recipe, in its order
	Tally     Tally
	Mark      *Mark  // of our own template or answered workbook; nil
	Stamped   bool   // rows have stamps
	Print     string // fingerprint of the columns: equal for files of one kind
}

// Answers are what people decided, by the ID of the question.
type Answers map[string]string
