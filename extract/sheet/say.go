package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// sayTotals offers to leave out the rows that sum up, and tells of those that only
// say so.
func (u *understanding) sayTotals(sums *totals) {
	if sums == nil {
		return
	}
	sums.end()
	sheet := u.layout.Recipe.Sheet
	rows := append(slices.Clone(sums.Found), sums.Maybe...)
	slices.Sort(rows)
	if n := len(rows); n > 0 {
		q := grid.Question{ID: askSkip + RuleTotal, Default: yes, Choices: yesNo("leave them out", "they are records like the others"),
			Text: plural(n, "row sums up the rows above. Is it left out?", "rows sum up the rows above. Are they left out?"),
			Why:  "Their label says total, and their numbers are the sums of the rows above."}
		named := rows
		if len(sums.Maybe) > 0 {
			q.Default, named = "", append(slices.Clone(sums.Maybe), sums.Found...)
			q.Why = plural(len(sums.Maybe), "of them may be a record", "of them may be records") + " whose name has such a word and whose number is a sum by chance."
		}
		for _, number := range named[:min(n, mostCells)] {
			q.Cells = append(q.Cells, grid.Ref{Sheet: sheet, Row: number})
		}
		if u.leaves(q, rows, len(sums.Maybe) == 0) {
			u.skip(RuleTotal, rows)
			t := &u.layout.Tally
			t.Bins[Record] -= n
			t.Bins[SkippedRow] += n
			t.Rules[RuleTotal] += n
		}
	}
	for i := range sums.Doubt {
		sums.Doubt[i].Sheet = sheet
	}
	if len(sums.Doubt) > 0 {
		u.fact(grid.Fact{Code: "total-unproven", Cells: sums.Doubt, Count: len(sums.Doubt), Warn: true,
			Text: plural(len(sums.Doubt), "row says total, but its numbers are not the sums of the rows above: it is taken as a record.",
				"rows say total, but their numbers are not the sums of the rows above: they are taken as records.")})
	}
}

// say tells how the rows are read.
func (u *understanding) say() {
	u.sayHeader()
	u.sayRows()
	u.sayNames()
	u.sayMark()
	u.saySheet()
	r := &u.layout.Recipe
	if n := u.survey.again; n > 0 {
		u.fact(grid.Fact{Code: "header-again", Count: n, Text: plural(n, "row is the header once more", "rows are the header once more") + ": left out."})
	}
	u.dropFacts("trailing-delimiter") // its rows are counted here, those of the table alone
	u.sayTrailing()
	for i := range u.survey.filled {
		if n := u.survey.filled[i]; n > 0 {
			u.fact(grid.Fact{Code: "filled-down", Column: r.Columns[i].Name, Count: n,
				Text: plural(n, "blank cell takes", "blank cells take") + " the value above."})
		}
	}
	if n := u.layout.Tally.Bins[Held]; n > 0 {
		u.fact(grid.Fact{Code: "held-rows", Count: n, Cells: u.survey.held, Warn: true,
			Text: plural(n, "row is not whole and is held: nothing is made of it until it is mended.",
				"rows are not whole and are held: nothing is made of them until they are mended.")})
		u.askShort(n)
	}
}

// askShort offers to take records of a text file that end early, where that is what
// most of them do.
func (u *understanding) askShort(n int) {
	if u.layout.Recipe.Text == nil || u.survey.tooShort == 0 {
		return
	}
	u.ask(grid.Question{ID: askShort, Default: hold,
		Text: plural(u.survey.tooShort, "row ends", "rows end") + " before the last column. Are their missing cells taken as blank?",
		Why:  "A row that ends early may have lost a line break or a separator, so that its values stand under the wrong headers.",
		Choices: []grid.Choice{{Value: hold, Label: "no: hold them, to be mended in the file"},
			{Value: "blank", Label: "yes: the cells at their end are blank"}}})
}

func (u *understanding) sayHeader() {
	r := &u.layout.Recipe
	if len(r.Header) == 0 {
		u.fact(grid.Fact{Code: "no-header", Warn: true, Text: "There is no header: the columns are called by their letters."})
		return
	}
	numbers := make([]string, len(r.Header))
	for i, n := range r.Header {
		numbers[i] = rowWord(r, 1) + " " + strconv.Itoa(n)
		if r.Turned {
			numbers[i] = rowWord(r, 1) + " " + grid.Letters(n)
		}
	}
	f := grid.Fact{Code: "header", Text: "The headers stand in " + strings.Join(numbers, " and ")}
	where := " above"
	if r.Turned {
		where = " before it"
	} else {
		f.Cells = []grid.Ref{{Sheet: r.Sheet, Row: r.Header[0]}}
	}
	if above := u.above(); above > 0 {
		f.Text += "; " + plural(above, rowWord(r, 1)+where+" is", rowWord(r, 2)+where+" are") + " no data"
	}
	f.Text += "."
	u.fact(f)
}

func rowWord(r *Recipe, n int) string {
	word := "row"
	if r.Turned {
		word = "column"
	} else if r.Text != nil {
		word = "line"
	}
	if n > 1 {
		word += "s"
	}
	return word
}

// above counts the rows before the header that hold something.
func (u *understanding) above() int {
	n := 0
	for i := range u.rows {
		if u.rows[i].Number < u.layout.Recipe.Header[0] {
			n++
		}
	}
	return n
}

// The numbers of rows at which other programs end a sheet.
var cutAt = []int{65_536, grid.MaxRows}

func (u *understanding) sayRows() {
	t := &u.layout.Tally
	if t.Bins[Record]+t.Bins[Held] == 0 {
		u.fact(grid.Fact{Code: "no-rows", Text: "There is a header, but no row below it.", Warn: true})
	}
	for _, at := range cutAt {
		// A workbook's reader says so itself. A text file may have counted the header or not.
		if u.layout.Recipe.Text != nil && (t.Rows == at || t.Bins[Record] == at) {
			u.fact(grid.Fact{Code: "excel-limit", Count: at, Warn: true,
				Text: fmt.Sprintf("It has exactly %d rows, the most that Excel can hold: it was probably cut off there. Ask for the export in parts.", at)})
		}
	}
	u.sayOutside()
}

// saySheet tells what else is on the sheet.
func (u *understanding) saySheet() {
	if n := len(u.tail.HiddenColumns); n > 0 {
		u.fact(grid.Fact{Code: "hidden-columns", Count: n, Text: "Some columns are hidden; they are read like the others."})
	}
	if u.layout.Recipe.Text == nil && opensElsewhere(u.book.original) {
		u.fact(grid.Fact{Code: "open-in-excel", Warn: true, Text: "The file is open in Excel: what was not saved there is not read."})
	}
	colours := slices.ContainsFunc(u.survey.fills, func(m map[string]int) bool { return len(m) > 0 })
	if colours {
		u.fact(grid.Fact{Code: "colours", Text: "Some cells have a background colour; colours are not read as data."})
	}
}
