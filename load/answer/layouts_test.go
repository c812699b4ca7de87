package answer

import (
	"strings"

	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// layout is one way in which a list stands in a file. Each has a row with the town
// Bonn, which is done, and one with Rome, which is not.
type layout struct {
	name    string
	book    func(f *excelize.File) // nil: a text file
	text    string
	file    string // its name; "" list.csv
	answers sheet.Answers
	records int
	edits   []string // cells of a workbook that hold Bonn; "Sheet!B3"
}

// grouped fills a sheet with a header of two rows; merged says how groups are shown.
func grouped(merged bool) func(f *excelize.File) {
	return func(f *excelize.File) {
		cells(f, "Sheet1", "A1", []any{"Firm", nil, "Dates"}, []any{"Name", "Town", "Start", "End"},
			[]any{"Ada", "Bonn", "2026-01-02", "2026-02-03"}, []any{"Bea", "Rome", "2026-01-05", "2026-02-06"}, []any{"Cem", "Lyon", "2026-01-07", "2026-02-08"})
		if merged {
			ok(f.MergeCell("Sheet1", "A1", "B1"), f.MergeCell("Sheet1", "C1", "D1"))
		}
	}
}

func ok(errs ...error) {
	for _, err := range errs {
		if err != nil {
			panic(err)
		}
	}
}

// cells puts rows into a sheet from a cell on; nil is no cell.
func cells(f *excelize.File, name, at string, rows ...[]any) {
	column, row, err := excelize.CellNameToCoordinates(at)
	ok(err)
	for r := range rows {
		for c, v := range rows[r] {
			if v != nil {
				ok(f.SetCellValue(name, grid.Ref{Row: row + r, Column: column + c}.String(), v))
			}
		}
	}
}

func plainList(f *excelize.File, name, at string) {
	cells(f, name, at, []any{"Name", "Town", "Amount"}, []any{"Ada", "Bonn", 11}, []any{"Bea", "Rome", 22}, []any{"Cem", "Lyon", 33})
}

func layouts() []layout {
	return []layout{
		{name: "header of one row", records: 3, edits: []string{"Sheet1!B2"}, book: func(f *excelize.File) { plainList(f, "Sheet1", "A1") }},
		{name: "header of two rows, merged", records: 3, edits: []string{"Sheet1!B3"}, book: grouped(true)},
		{name: "header of two rows, told", records: 3, edits: []string{"Sheet1!B3"}, book: grouped(false), answers: sheet.Answers{"header": "1,2"}},
		{name: "header of three rows, told", records: 3, edits: []string{"Sheet1!B4"}, answers: sheet.Answers{"header": "1,2,3"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Firm", nil, "Sum"}, []any{"Name", "Town", "Amount"}, []any{"(full)", "(city)", "(in dollars)"},
				[]any{"Ada", "Bonn", 11}, []any{"Bea", "Rome", 22}, []any{"Cem", "Lyon", 33})
		}},
		{name: "no header", records: 3, edits: []string{"Sheet1!B1"}, answers: sheet.Answers{"header": "none"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Ada", "Bonn", 11}, []any{"Bea", "Rome", 22}, []any{"Cem", "Lyon", 33})
		}},
		{name: "no header, first row told", records: 3, edits: []string{"Sheet1!B3"}, answers: sheet.Answers{"header": "none", "first": "3"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Our list", "of towns", "and sums"}, nil, []any{"Ada", "Bonn", 11}, []any{"Bea", "Rome", 22}, []any{"Cem", "Lyon", 33})
		}},
		{name: "preamble", records: 3, edits: []string{"Sheet1!C6"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"List of customers"}, []any{"printed on Monday"})
			plainList(f, "Sheet1", "B5")
		}},
		{name: "Excel table", records: 3, edits: []string{"Sheet1!B2"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			ok(f.AddTable("Sheet1", &excelize.Table{Range: "A1:C4", Name: "Customers"}))
		}},
		{name: "one of two Excel tables", records: 3, edits: []string{"Sheet1!B2"}, answers: sheet.Answers{"table": "Customers"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			plainList(f, "Sheet1", "A10")
			ok(f.AddTable("Sheet1", &excelize.Table{Range: "A1:C4", Name: "Customers"}), f.AddTable("Sheet1", &excelize.Table{Range: "A10:C13", Name: "Others"}))
		}},
		{name: "a table beside another", records: 3, edits: []string{"Sheet1!B2"}, answers: sheet.Answers{"table": "A1:C1"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			cells(f, "Sheet1", "E1", []any{"Name", "Country"}, []any{"Dan", "France"}, []any{"Eve", "Spain"})
		}},
		{name: "a table below another", records: 3, edits: []string{"Sheet1!B8"}, answers: sheet.Answers{"table": "A7:C7"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Item", "Price"}, []any{"Desk", 100}, []any{"Lamp", 20}, []any{"Rug", 30})
			plainList(f, "Sheet1", "A7")
		}},
		{name: "several sheets", records: 6, edits: []string{"Sheet1!B2", "South!C4"}, answers: sheet.Answers{"sheets": "all"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			_, err := f.NewSheet("South")
			ok(err)
			cells(f, "South", "A1", []any{"The south"}, nil, []any{"Amount", "Name", "Town"}, []any{44, "Dan", "Bonn"}, []any{55, "Eve", "Rome"}, []any{66, "Fay", "Lyon"})
		}},
		{name: "one of several sheets", records: 3, edits: []string{"South!B2"}, answers: sheet.Answers{"sheet": "South", "sheets": "one"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			_, err := f.NewSheet("South")
			ok(err)
			plainList(f, "South", "A1")
		}},
		{name: "shown rows alone", records: 3, edits: []string{"Sheet1!B2"}, answers: sheet.Answers{"hidden": "shown"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			cells(f, "Sheet1", "A5", []any{"Dan", "Oslo", 44}, []any{"Eve", "Bern", 55})
			ok(f.SetRowVisible("Sheet1", 5, false))
			ok(f.SetRowVisible("Sheet1", 6, false))
		}},
		{name: "a cell far to the right", records: 7, edits: []string{"Sheet1!B2"}, book: func(f *excelize.File) {
			plainList(f, "Sheet1", "A1")
			cells(f, "Sheet1", "A5", []any{"Dan", "Oslo", 44}, []any{"Eve", "Bern", 55}, []any{"Fay", "Wien", 66}, []any{"Gus", "Prag", 77})
			cells(f, "Sheet1", "H2", []any{"ask Ann"})
		}},
		{name: "a column Result of one's own", records: 3, edits: []string{"Sheet1!B2"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Name", "Town", "Result"}, []any{"Ada", "Bonn", "passed"}, []any{"Bea", "Rome", "failed"}, []any{"Cem", "Lyon", "passed"})
		}},
		{name: "merged cells filled down", records: 3, edits: []string{"Sheet1!B2"}, answers: sheet.Answers{"fill.Group": "merged"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Group", "Town", "Amount"}, []any{"West", "Bonn", 11}, []any{nil, "Rome", 22}, []any{"East", "Lyon", 33})
			ok(f.MergeCell("Sheet1", "A2", "A3"))
		}},
		{name: "a row of units and a total", records: 3, edits: []string{"Sheet1!B3"}, book: func(f *excelize.File) {
			cells(f, "Sheet1", "A1", []any{"Name", "Town", "Amount", "Weight"}, []any{nil, nil, "USD", "kg"}, []any{"Ada", "Bonn", 11, 1}, []any{"Bea", "Rome", 22, 2}, []any{"Cem", "Lyon", 33, 3}, []any{"Total", nil, 66, 6})
		}},
		{name: "a key", records: 3, edits: []string{"Sheet1!B2"}, answers: sheet.Answers{"key": "Name"}, book: func(f *excelize.File) { plainList(f, "Sheet1", "A1") }},

		{name: "csv", records: 3, text: "Name,Town,Amount\nAda,Bonn,11\nBea,Rome,22\nCem,Lyon,33\n"},
		{name: "csv, semicolons and comma decimals", records: 3, text: "Name;Town;Amount\r\nAda;Bonn;1,5\r\nBea;Rome;2,5\r\nCem;Lyon;3,5\r\n"},
		{name: "csv, sep line", records: 3, text: "sep=|\nName|Town|Amount\nAda|Bonn|11\nBea|Rome|22\nCem|Lyon|33\n"},
		{name: "csv, tabs", file: "list.tsv", records: 3, text: "Name\tTown\tAmount\nAda\tBonn\t11\nBea\tRome\t22\nCem\tLyon\t33\n"},
		{name: "csv, quotes and line breaks", records: 3, text: "\"Name\",\"Town\",\"Note\"\n\"Ada, Ms\",\"Bonn\",\"one\ntwo\"\n\"Bea \"\"B\"\"\",\"Rome\",\"x\"\n\"Cem\",\"Lyon\",\"y\"\n"},
		{name: "csv, latin letters", records: 3, text: "Name;Town;Note\nAd\xe9la\xefde;Bonn;caf\xe9\nBea;Rome;na\xefve\nCem;Lyon;d\xe9j\xe0\n", answers: sheet.Answers{"encoding": "windows-1252"}},
		{name: "csv, UTF-16", records: 3, text: utf16le("Name\tTown\tAmount\r\nAda\tBonn\t11\r\nBea\tRome\t22\r\nCem\tLyon\t33\r\n")},
		{name: "csv, preamble", records: 3, text: "List of customers\nprinted on Monday\n\nName,Town,Amount\nAda,Bonn,11\nBea,Rome,22\nCem,Lyon,33\n"},
		{name: "csv, no header", records: 3, text: "Ada,Bonn,11\nBea,Rome,22\nCem,Lyon,33\n", answers: sheet.Answers{"header": "none"}},
		{name: "csv, no header, days", records: 3, text: "1001;Bonn;2026-01-02\n1002;Rome;2026-01-03\n1003;Lyon;2026-01-04\n", answers: sheet.Answers{"header": "none"}},
		{name: "csv, header of two rows", records: 3, text: "Firm,,Dates,\nName,Town,Start,End\nAda,Bonn,2026-01-02,2026-02-03\nBea,Rome,2026-01-05,2026-02-06\nCem,Lyon,2026-01-07,2026-02-08\n"},
		{name: "csv, separator at every end", records: 3, text: "Name;Town;Amount;\nAda;Bonn;11;\nBea;Rome;22;\nCem;Lyon;33;\n"},
	}
}

// utf16le writes ASCII as UTF-16 with a byte order mark.
func utf16le(text string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, c := range []byte(text) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}
