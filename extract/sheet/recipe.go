package sheet

import (
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/text"
)

// Recipe is how the rows of a file are read: what was understood, proposed and
// decided. It names sheets and columns by name, so that it fits the file of next
// month as well.
type Recipe struct {
	Sheet       string           // worksheet; "" of a text file
	Also        []string         // further worksheets with the same columns
	AlsoHeader  map[string][]int `json:",omitempty"` // numbers of the rows of the header on each of Also
	SheetColumn string           // name of a column that holds the worksheet's name; "" none
	Table       string           // Excel table, or a block as a range of its first row ("A3:F3"); "" the whole sheet
	Header      []int            // numbers of the rows of the header, the lines of a text file; none: the columns have letters for names
	First       int              // number of the first row of data
	Last        int              // number of the last; 0 to the end
	Turned      bool             // fields stand one below the other, records side by side
	Hidden      bool             // rows that nobody sees are left out
	Short       bool             // records of a text file that end early are taken; else they are held
	Width       int              // most fields of a record of a text file: one with more is held; 0 blank ones at its end are no matter
	Skip        []Skip
	Columns     []Column // in the order of the file
	Key         []string // names of the columns that identify a row; none: the stamp, or the cells themselves
	Text        *Dialect // of a text file
	Moved       bool     // rows of an answered file have left their stamps: they are known by what stands in them
	Decided     Answers  `json:",omitempty"` // what people decided about it, by the ID of the question
}

// Dialect is how a text file is written.
type Dialect = text.Dialect

// Skip leaves rows out by a named rule.
type Skip struct {
	Rule string // RuleTotal and so on
	Rows []int  // of this file, where the rule names rows; none: found by the rule
	// Sheet is the worksheet of Rows.
	Sheet string
}

// The rules by which rows are left out.
const (
	RuleTotal  = "total"  // says total, and its numbers are the sums of those above
	RuleUnits  = "units"  // says in what the columns below it are measured
	RuleSample = "sample" // an example that a template shows
	RuleFooter = "footer" // stands below the table and is none of it
	RuleHidden = "hidden" // nobody sees it
	RuleLoaded = "loaded" // an answered row that is done and was not changed since
)

// Column is one column of the file, or one made of it.
type Column struct {
	Place   int    // in the file, from 1; 0 no place: the sheet's name
	Header  string // as written, rows of a header joined by " / "
	Name    string // as records and mappings call it: cleaned, each once
	Take    string // "" the value; note, link, fill: what else a cell has; part2, part3: of a Split
	Fill    bool   // a blank takes the value above
	Spans   []Span // where Fill holds; none: everywhere
	Ours    bool   // a column of an answered workbook, such as Result: no data
	Reading column.Reading
}

// Span is a run of rows, ends included.
type Span struct{ First, Last int }

// Find gives the column of that name; nil where there is none.
func (r *Recipe) Find(name string) *Column {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i]
		}
	}
	return nil
}
