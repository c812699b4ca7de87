package sheet

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet/grid"
)

const first = "Sheet1"

func TestS01HeaderNotInTheFirstRow(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Customers of the region"), nil, nil, cellsOf("Number", "Name", "City", "Balance"),
			cellsOf(17, "Anna", "Lyon", 12.5), cellsOf(18, "Bert", "Paris", 13))
	}), nil)
	assert.Equal(t, []int{4}, u.Recipe.Header)
	assert.Equal(t, []grid.Ref{{Sheet: first, Row: 4}}, u.fact("header").Cells)
	assert.Equal(t, [][]string{{"17", "Anna", "Lyon", "12.5"}, {"18", "Bert", "Paris", "13"}}, u.records())
}

func TestS01AHeaderThatAPersonNames(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City", "Amount"), cellsOf("nom", "ville", "montant"), cellsOf("Anna", "Lyon", 1))
	})
	u := understand(t, path, Answers{"header": "2", "skip.units": "no"})
	assert.Equal(t, []string{"nom", "ville", "montant"}, u.names())
	assert.Equal(t, [][]string{{"Anna", "Lyon", "1"}}, u.records())
}

func TestS02MergedHeaderOverTwoRows(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "Address", nil, nil, "Phone"), cellsOf(nil, "Street", "City", "Zip", nil),
			cellsOf("Anna", "Rue X", "Lyon", "69001", "06 12"), cellsOf("Bert", "Rue Y", "Paris", "75001", "06 13"))
		for _, cells := range [][2]string{{"A1", "A2"}, {"B1", "D1"}, {"E1", "E2"}} {
			require.NoError(t, f.MergeCell(first, cells[0], cells[1]))
		}
	}), nil)
	assert.Equal(t, []string{"Name", "Address / Street", "Address / City", "Address / Zip", "Phone"}, u.names())
	assert.Len(t, u.records(), 2)
}

// The group names stand above, and some columns have their name there alone.
func TestS02MergedGroupsAboveAHeaderThatLacksNames(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Customers"), nil, cellsOf("Number", "Firm", "Contact", nil, "Address", nil, nil),
			cellsOf(nil, nil, "First name", "Name", "Street", "City", "Country", "Phone"),
			cellsOf("7", "Acme", "Anna", "Smith", "Rue X", "Lyon", "France", "06 12"), cellsOf("8", "Bolt", "Bert", "Jones", "Rue Y", "Paris", "France", "06 13"),
			cellsOf("9", "Cog", "Cora", "Brown", "Rue Z", "Nice", "France", "06 14"))
		for _, cells := range [][2]string{{"A3", "A4"}, {"B3", "B4"}, {"C3", "D3"}, {"E3", "G3"}} {
			require.NoError(t, f.MergeCell(first, cells[0], cells[1]))
		}
	})
	u := understand(t, path, nil)
	assert.Equal(t, []int{3, 4}, u.Recipe.Header)
	assert.Equal(t, []string{"Number", "Firm", "Contact / First name", "Contact / Name", "Address / Street", "Address / City", "Address / Country", "Phone"}, u.names())
	assert.Equal(t, "The headers stand in row 3 and row 4; 1 row above is no data.", u.fact("header").Text)
	assert.Len(t, u.records(), 3)
	assert.Empty(t, u.open())
	assert.Equal(t, []int{4}, understand(t, path, Answers{"header": "4"}).Recipe.Header, "what a person says holds")
}

// Data below a merged header cell is no second header.
func TestS02ARecordBelowAMergedHeaderStaysOne(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "Phone", nil, "City"), cellsOf("Anna", "home", "work", "Lyon"), cellsOf("Bert", "work", "none", "Bonn"), cellsOf("Cora", "none", "home", "Rome"))
		require.NoError(t, f.MergeCell(first, "B1", "C1"))
	}), Answers{"header": "1"})
	assert.Len(t, u.records(), 3)
}

func TestS07SheetsAlikeWithAHeaderOfTwoRows(t *testing.T) {
	rows := [][]any{cellsOf("Name", "Address", nil, "Phone"), cellsOf(nil, "Street", "City", nil), cellsOf("Anna", "Rue X", "Lyon", "06 12"), cellsOf("Bert", "Rue Y", "Paris", "06 13")}
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, rows...)
		_, err := f.NewSheet("South")
		require.NoError(t, err)
		put(f, "South", append([][]any{cellsOf("Customers of the south"), nil}, rows...)...)
		require.NoError(t, f.MergeCell(first, "B1", "C1"))
		require.NoError(t, f.MergeCell("South", "B3", "C3"))
	}), Answers{"sheets": "all"})
	assert.Equal(t, []string{"Sheet", "Name", "Address / Street", "Address / City", "Phone"}, u.names())
	assert.Len(t, u.records(), 4)
	assert.Equal(t, []string{"South", "Bert", "Rue Y", "Paris", "06 13"}, u.records()[3])
}

func TestS03MergedDataCellsAreFilledDownPerColumn(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Customer", "Site", "City"), cellsOf("Acme", "North", "Lyon"), cellsOf(nil, "South", "Nice"),
			cellsOf(nil, "West", nil), cellsOf("Bolt", "Main", "Bonn"), cellsOf(nil, "Alone", "Rome"))
		require.NoError(t, f.MergeCell(first, "A2", "A4"))
	})
	u := understand(t, path, nil)
	q := u.question("fill.Customer")
	assert.Equal(t, "merged", q.Default)
	assert.Equal(t, []grid.Ref{{Sheet: first, Row: 2, Column: 1}}, q.Cells)
	assert.Equal(t, [][]string{{"Acme", "North", "Lyon"}, {"Acme", "South", "Nice"}, {"Acme", "West", ""}, {"Bolt", "Main", "Bonn"}, {"", "Alone", "Rome"}},
		u.records(), "a blank outside of merged cells stays blank")
	assert.Equal(t, []bool{true, false, false}, u.rows[2].filled)
	assert.Equal(t, 2, u.fact("filled-down").Count)

	assert.Equal(t, "Bolt", understand(t, path, Answers{"fill.Customer": "yes"}).records()[4][0])
	assert.Equal(t, "", understand(t, path, Answers{"fill.Customer": "no"}).records()[1][0])
}

func TestS04ThousandsOfMergesTakeBoundedTime(t *testing.T) {
	u := &understanding{layout: &Layout{Recipe: Recipe{First: 2}}}
	for i := range 50_000 {
		u.tail.Merges = append(u.tail.Merges, grid.Range{FirstRow: 2 + 2*i, FirstColumn: 1, LastRow: 3 + 2*i, LastColumn: 1})
	}
	spans := u.mergedSpans()[1]
	require.Len(t, spans, 50_000)
	for i := range 100_000 {
		require.True(t, within(spans, 2+i))
	}
	assert.False(t, within(spans, 1))
	assert.False(t, within(spans, 100_003))
	assert.False(t, within([]Span{{2, 3}, {6, 7}}, 5))
}

func TestS05BlankFirstColumnsAndRows(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, nil, nil, cellsOf(nil, nil, "Name", "City", "Amount"), cellsOf(nil, nil, "Anna", "Lyon", 1), cellsOf(nil, nil, "Bert", "Bonn", 2))
	}), nil)
	require.Equal(t, []string{"Name", "City", "Amount"}, u.names())
	assert.Equal(t, 3, u.Recipe.Columns[0].Place, "the address of a cell is still Excel's")
	assert.Len(t, u.records(), 2)
}

func TestS06TheSheetWithTheTableIsTakenByName(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Read me: fill in the other sheet"))
		_, err := f.NewSheet("Customers")
		require.NoError(t, err)
		put(f, "Customers", cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"))
		_, err = f.NewSheet("Empty")
		require.NoError(t, err)
	}), nil)
	assert.Equal(t, "Customers", u.Recipe.Sheet)
	u.fact("sheet-chosen")
	assert.Len(t, u.records(), 2)
}

func TestS06TwoDifferentTablesAreAskedAbout(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"))
		_, err := f.NewSheet("Products")
		require.NoError(t, err)
		put(f, "Products", cellsOf("Product", "Price", "Stock"), cellsOf("Bolt", 1, 2), cellsOf("Nut", 2, 3))
	})
	u := understand(t, path, nil)
	assert.Equal(t, []string{"sheet"}, u.open())
	assert.Empty(t, u.Recipe.Columns)
	assert.Equal(t, "Products", understand(t, path, Answers{"sheet": "Products"}).Recipe.Sheet)
	assert.Contains(t, understand(t, path, Answers{"sheet": "Gone"}).open(), "sheet", "an answer that fits nothing is asked again")
}

func TestS07SheetsAlikeAreTakenTogether(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City", "Amount"), cellsOf("Anna", "Lyon", 1))
		_, err := f.NewSheet("South")
		require.NoError(t, err)
		put(f, "South", cellsOf("Customers of the south"), nil, cellsOf("Amount", "Name", "City"), cellsOf(2, "Bert", "Nice"), cellsOf(3, "Cora", "Rome"))
	})
	u := understand(t, path, nil)
	assert.Equal(t, []string{"sheets"}, u.open())

	both := understand(t, path, Answers{"sheets": "all"})
	assert.Equal(t, []string{"Sheet", "Name", "City", "Amount"}, both.names())
	assert.Equal(t, [][]string{{first, "Anna", "Lyon", "1"}, {"South", "Bert", "Nice", "2"}, {"South", "Cora", "Rome", "3"}}, both.records())
	assert.Equal(t, 6, both.Tally.Second)
	assert.Equal(t, []int{0, 2, 3, 1}, both.rows[len(both.rows)-1].places, "the columns of the south stand in another order")
	assert.Len(t, understand(t, path, Answers{"sheets": "one"}).records(), 1)
	assert.Empty(t, understand(t, path, Answers{"sheet": "South"}).open())
}

func TestSheetsAlikeMayLackAColumn(t *testing.T) {
	wide := [][]any{cellsOf("Number", "Name", "City", "Phone", "Amount"), cellsOf("a1", "Anna", "Lyon", "x", 1), cellsOf("a2", "Bert", "Nice", "y", 2)}
	narrow := [][]any{cellsOf("Number", "Name", "City", "Phone"), cellsOf("a3", "Cora", "Rome", "z"), cellsOf("a4", "Dora", "Bonn", "w")}
	for name, sheets := range map[string][2][][]any{"the second": {wide, narrow}, "the first": {narrow, wide}} {
		t.Run(name, func(t *testing.T) {
			path := workbookFile(t, func(f *excelize.File) {
				put(f, first, sheets[0]...)
				_, err := f.NewSheet("South")
				require.NoError(t, err)
				put(f, "South", sheets[1]...)
			})
			both := understand(t, path, Answers{"sheets": "all"})
			assert.Len(t, both.records(), 4)
			assert.Equal(t, 6, both.Tally.Rows)
			for _, row := range both.rows {
				require.Len(t, row.places, len(both.Recipe.Columns))
				assert.Equal(t, []int{0, 1, 2, 3, 4}, row.places[:5], "the name of the sheet stands nowhere")
			}
		})
	}
}

func TestS08HiddenSheetsAreLeftOutAndListed(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"))
		_, err := f.NewSheet("Old")
		require.NoError(t, err)
		put(f, "Old", cellsOf("Name", "City"), cellsOf("Bert", "Bonn"))
		require.NoError(t, f.SetSheetVisible("Old", false))
	}), nil)
	assert.Equal(t, first, u.Recipe.Sheet)
	assert.Equal(t, "Old", u.fact("hidden-sheet").Sheet)
	assert.Empty(t, u.open())
}

func TestS09CountsOfHiddenRowsAreThoseOfRecords(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City", "Amount"), cellsOf("Anna", "Lyon", 1), cellsOf("Bert", "Bonn", 2), cellsOf("Cora", "Rome", 3),
			cellsOf("Total", nil, 6), nil, cellsOf("End of report"))
		require.NoError(t, f.SetRowVisible(first, 3, false))
		require.NoError(t, f.SetRowVisible(first, 5, false))
	}), nil)
	assert.Contains(t, u.question("hidden").Text, "1 of 3 rows")
	assert.Contains(t, u.question("hidden").Choices[0].Label, "all 3 rows")
	assert.Len(t, u.records(), 3)
}

func TestS09HiddenRowsAreAskedAboutWithBothCounts(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"), cellsOf("Cora", "Rome"))
		require.NoError(t, f.SetRowVisible(first, 3, false))
	})
	u := understand(t, path, nil)
	q := u.question("hidden")
	assert.Equal(t, "all", q.Default)
	assert.Contains(t, q.Text, "1 of 3 rows")
	assert.Contains(t, q.Choices[1].Label, "2 that are shown")
	assert.Len(t, u.records(), 3)
	shown := understand(t, path, Answers{"hidden": "shown"})
	assert.Len(t, shown.records(), 2)
	assert.Equal(t, []int{3}, shown.inBin(SkippedRow))
	assert.Equal(t, "hidden", shown.rows[2].why)
}

func TestS10RowsThatSumUpAreProposedAsASkipRule(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("City", "Name", "Amount"), cellsOf("Lyon", "Anna", 10), cellsOf("Lyon", "Bert", 5.5), cellsOf("Total Lyon", nil, 15.5),
			cellsOf("Bonn", "Cora", 4), cellsOf("Total Bonn", nil, 4), cellsOf("Total Recall Ltd", "Dora", 99), cellsOf("Gesamtsumme", nil, 118.5))
	})
	u := understand(t, path, nil)
	q := u.question("skip.total")
	assert.Equal(t, "yes", q.Default)
	assert.Equal(t, []int{4, 6, 8}, u.inBin(SkippedRow))
	assert.Len(t, u.records(), 4)
	assert.Equal(t, 3, u.Tally.Rules[RuleTotal])
	assert.Equal(t, 7, u.fact("total-unproven").Cells[0].Row, "a label alone is no proof")
	assert.Len(t, understand(t, path, Answers{"skip.total": "no"}).records(), 7)
}

func TestS12TablesSideBySideAndExcelTables(t *testing.T) {
	beside := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City", nil, "Product", "Price"), cellsOf("Anna", "Lyon", nil, "Bolt", 1),
			cellsOf("Bert", "Bonn", nil, "Nut", 2), cellsOf("Cora", "Rome"))
	})
	u := understand(t, beside, nil)
	assert.Equal(t, []string{"table"}, u.open())
	right := understand(t, beside, Answers{"table": "D1:E1"})
	assert.Equal(t, [][]string{{"Bolt", "1"}, {"Nut", "2"}}, right.records())
	assert.Equal(t, []int{4}, right.inBin(Outside))

	named := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn"), nil, cellsOf("Product", "Price"), cellsOf("Bolt", 1))
		require.NoError(t, f.AddTable(first, &excelize.Table{Range: "A1:B3", Name: "Customers"}))
		require.NoError(t, f.AddTable(first, &excelize.Table{Range: "A5:B6", Name: "Products"}))
	})
	assert.Equal(t, []string{"table"}, understand(t, named, nil).open())
	products := understand(t, named, Answers{"table": "Products"})
	assert.Equal(t, [][]string{{"Bolt", "1"}}, products.records())
	assert.Equal(t, []string{"Product", "Price"}, products.names())
}

func TestS13ATurnedTable(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "Anna", "Bert"), cellsOf("City", "Lyon", "Bonn"), cellsOf("Phone", "06 12", "n/a"), cellsOf("Comment", "good", "late"))
	})
	u := understand(t, path, nil)
	assert.Equal(t, "yes", u.question("turned").Default)
	assert.Equal(t, []string{"Name", "City", "Phone", "Comment"}, u.names())
	require.Len(t, u.records(), 2)
	assert.Equal(t, []string{"Anna", "Lyon", "06 12", "good"}, u.records()[0])
	assert.False(t, understand(t, path, Answers{"turned": "no"}).Recipe.Turned)
}

func TestS14RowsOfUnitsAndSamples(t *testing.T) {
	file := func(row []any) string {
		return workbookFile(t, func(f *excelize.File) {
			put(f, first, cellsOf("Name", "Weight", "Price"), row, cellsOf("Anna", 12, 3.5), cellsOf("Bert", 14, 4.5), cellsOf("Cora", 15, 5))
		})
	}
	path := file(cellsOf("text", "kg", "(EUR)"))
	u := understand(t, path, nil)
	assert.Equal(t, "yes", u.question("skip.units").Default)
	assert.Equal(t, []int{2}, u.inBin(SkippedRow))
	assert.Len(t, u.records(), 3)
	assert.Len(t, understand(t, path, Answers{"skip.units": "no"}).records(), 4)

	path = file(cellsOf("Example: Smith", "12", "1"))
	u = understand(t, path, nil)
	assert.Equal(t, []string{"skip.sample"}, u.open(), "a sample is never left out unasked")
	assert.Contains(t, u.question("skip.sample").Text, "Row 2 seems")
	assert.Len(t, understand(t, path, Answers{"skip.sample": "2"}).records(), 3)
	assert.Len(t, understand(t, path, Answers{"skip.sample": "no"}).records(), 4)
}

func TestS15ParentRowsWithBlankCellsBelow(t *testing.T) {
	path := workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Customer", "Number", "Site", "City"), cellsOf("Acme", "C1", "North", "Lyon"), cellsOf(nil, nil, "South", "Nice"),
			cellsOf(nil, nil, "West", "Brest"), cellsOf("Bolt", "C2", "Main", "Bonn"), cellsOf(nil, nil, "Port", "Kiel"))
	})
	u := understand(t, path, nil)
	assert.ElementsMatch(t, []string{"fill.Customer", "fill.Number"}, u.open())
	filled := understand(t, path, Answers{"fill.Customer": "yes", "fill.Number": "yes"})
	assert.Empty(t, filled.open())
	assert.Equal(t, []string{"Bolt", "C2", "Port", "Kiel"}, filled.records()[4])
}

func TestC27TextFileThatEndsAtExcelsLimit(t *testing.T) {
	lines := []string{"Name;City"}
	for i := range 65_535 {
		lines = append(lines, "Anna "+strconv.Itoa(i)+";Lyon")
	}
	u := understand(t, textFile(t, lines...), nil)
	assert.True(t, u.fact("excel-limit").Warn)
}
