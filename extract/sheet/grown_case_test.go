package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet/grid"
)

// customers is a list of five columns and four rows below its header.
var customers = [][]any{
	cellsOf("Number", "Company", "Email", "Phone", "City"), cellsOf(11, "Acme", "a@acme.test", "01 11", "Lyon"),
	cellsOf(12, "Bolt", "b@bolt.test", "01 12", "Bonn"), cellsOf(13, "Cog", "c@cog.test", "01 13", "Rome"),
	cellsOf(14, "Dyn", "d@dyn.test", "01 14", "Nice"),
}

// tableFile writes a sheet with rows, and an Excel table List over a part of it.
func tableFile(t *testing.T, place string, rows ...[]any) string {
	t.Helper()
	return workbookFile(t, func(f *excelize.File) {
		put(f, first, rows...)
		require.NoError(t, f.AddTable(first, &excelize.Table{Range: place, Name: "List"}))
	})
}

func TestAnExcelTableThatIsTheListIsTakenUnasked(t *testing.T) {
	u := understand(t, tableFile(t, "A1:E5", customers...), nil)
	assert.Equal(t, "List", u.Recipe.Table)
	for _, q := range u.Questions {
		assert.NotEqual(t, "table", q.ID)
	}
}

func TestAnExcelTableNarrowerThanItsList(t *testing.T) {
	path := tableFile(t, "B1:C5", customers...)
	u := understand(t, path, nil)
	q := u.question("table")
	assert.Empty(t, u.open(), "it is asked once")
	assert.Equal(t, "all", q.Default)
	assert.Equal(t, "3 columns right beside it have a header and values: Number, Phone, City.", q.Why)
	assert.Equal(t, []string{"Number", "Company", "Email", "Phone", "City"}, u.names())
	assert.Equal(t, []int{1}, u.Recipe.Header)
	assert.Len(t, u.records(), 4)

	alone := understand(t, path, Answers{"table": "List"})
	assert.Equal(t, []string{"Company", "Email"}, alone.names())
	assert.True(t, alone.fact("stray-cells").Warn, "what is not taken is told")
	said := understand(t, path, Answers{"table": "all"})
	assert.Equal(t, u.Recipe.Columns, said.Recipe.Columns, "the default, said aloud, is the same")
	assert.Equal(t, u.rows, said.rows)
	assert.Empty(t, said.open())
}

func TestAnExcelTableShorterThanItsList(t *testing.T) {
	path := tableFile(t, "A1:E3", customers...)
	u := understand(t, path, nil)
	q := u.question("table")
	assert.Equal(t, "all", q.Default)
	assert.Equal(t, "2 rows right below it have the same columns.", q.Why)
	assert.Equal(t, []grid.Ref{{Sheet: first, Row: 4}, {Sheet: first, Row: 5}}, q.Cells)
	assert.Len(t, u.records(), 4)

	alone := understand(t, path, Answers{"table": "List"})
	assert.Len(t, alone.records(), 2)
	outside := alone.fact("outside")
	assert.True(t, outside.Warn)
	assert.Equal(t, "2 rows are beside or below the table that was chosen and not taken; they look like records.", outside.Text)
}

// The table ends far behind what is looked at before all rows are read.
func TestALongExcelTableShorterThanItsList(t *testing.T) {
	rows := [][]any{cellsOf("Number", "Name")}
	for i := range 400 {
		rows = append(rows, cellsOf(i, "Anna"))
	}
	u := understand(t, tableFile(t, "A1:B301", rows...), nil)
	assert.Equal(t, "all", u.question("table").Default)
	assert.Len(t, u.records(), 400)
}

// What stands apart from the list is none of it: then a range is proposed, and
// rows and cells outside of it are told.
func TestAnExcelTableShorterThanItsListBesideAnotherList(t *testing.T) {
	rows := [][]any{}
	for i, row := range customers {
		rows = append(rows, append(row[:5:5], nil, []any{"Code", "x1", "x2", "x3", nil}[i]))
	}
	path := tableFile(t, "A1:D3", rows...)
	u := understand(t, path, nil)
	assert.Equal(t, "A1:E1", u.question("table").Default)
	assert.Equal(t, []string{"Number", "Company", "Email", "Phone", "City"}, u.names())
	assert.Len(t, u.records(), 4)
	assert.Equal(t, []grid.Ref{{Sheet: first, Row: 2, Column: 7}, {Sheet: first, Row: 3, Column: 7}, {Sheet: first, Row: 4, Column: 7}}, u.fact("stray-cells").Cells)
}

func TestRowsBelowAnExcelTableThatAreNoneOfIt(t *testing.T) {
	for name, below := range map[string][][]any{
		"a total":       {cellsOf("Total", nil, nil, nil, 4)},
		"a note":        {cellsOf("Printed on Monday")},
		"another table": {cellsOf("Number", "Product", "Price", "Unit", "Group"), cellsOf(1, "Nut", 2, "kg", "x")},
	} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, tableFile(t, "A1:E5", append(customers[:5:5], below...)...), nil)
			assert.Equal(t, "List", u.Recipe.Table)
			assert.Len(t, u.records(), 4)
		})
	}
}

// A list may go on after a blank row, and again after one: nobody means half of it.
func TestAnExcelTableWhoseListGoesOnAfterABlankRow(t *testing.T) {
	path := tableFile(t, "A1:E2", append(customers[:2:2], nil, customers[2], customers[3], nil, customers[4])...)
	u := understand(t, path, nil)
	q := u.question("table")
	assert.Equal(t, "all", q.Default)
	assert.Equal(t, "The list goes on after a blank row below the Excel table List. Is the whole list meant?", q.Text)
	assert.Equal(t, "3 rows below it, after a blank one, look like records of the same list.", q.Why)
	assert.Equal(t, []grid.Ref{{Sheet: first, Row: 4}, {Sheet: first, Row: 5}, {Sheet: first, Row: 7}}, q.Cells)
	assert.Equal(t, "yes: the whole list (A1:E7)", q.Choices[0].Label)
	assert.Len(t, u.records(), 4)
	assert.Empty(t, u.open())
	for _, f := range u.Facts {
		assert.NotEqual(t, "outside", f.Code)
	}

	said := understand(t, path, Answers{"table": "all"})
	assert.Equal(t, u.rows, said.rows, "the default, said aloud, is the same")
	alone := understand(t, path, Answers{"table": "List"})
	assert.Len(t, alone.records(), 1)
	assert.Equal(t, "3 rows are beside or below the table that was chosen and not taken; they look like records.", alone.fact("outside").Text)
}

func TestAnExcelTableWhoseListGoesOnRightBelowAndAfterABlankRow(t *testing.T) {
	u := understand(t, tableFile(t, "A1:E3", append(customers[:4:4], nil, customers[4])...), nil)
	assert.Equal(t, "1 row right below it has the same columns. 1 row below it, after a blank one, looks like a record of the same list.", u.question("table").Why)
	assert.Len(t, u.records(), 4)
}

// Words below a blank row may be a legend, and sums a total: then nothing is taken
// for the answer.
func TestRowsAfterABlankRowThatMayBeOfAnExcelTable(t *testing.T) {
	words := [][]any{cellsOf("Name", "City"), cellsOf("Anna", "Lyon"), cellsOf("Bert", "Bonn")}
	for name, c := range map[string]struct {
		place string
		rows  [][]any
		all   int
	}{
		"words":       {"A1:B3", append(words[:3:3], nil, cellsOf("Carl", "Rome"), cellsOf("Dora", "Nice")), 4},
		"half of one": {"A1:E5", append(customers[:5:5], nil, cellsOf(15, nil, "e@eel.test", "01 15")), 5},
	} {
		t.Run(name, func(t *testing.T) {
			path := tableFile(t, c.place, c.rows...)
			u := understand(t, path, nil)
			assert.Empty(t, u.question("table").Default)
			assert.Equal(t, "The list may go on after a blank row below the Excel table List. Is the whole list meant?", u.question("table").Text)
			assert.Equal(t, []string{"table"}, u.open())
			assert.True(t, u.fact("outside").Warn)
			assert.Len(t, understand(t, path, Answers{"table": "all"}).records(), c.all)
		})
	}
}

// Two blank rows end a list, and so does a line of something else; but rows like its
// own are no plain line among others.
func TestRowsApartFromAnExcelTableAreAWarning(t *testing.T) {
	for name, between := range map[string][][]any{
		"two blank rows":           {nil, nil},
		"a line right below":       {cellsOf("Printed on Monday"), nil},
		"a line after a blank row": {nil, cellsOf("Printed on Monday")},
	} {
		t.Run(name, func(t *testing.T) {
			rows := append(customers[:4:4], between...)
			u := understand(t, tableFile(t, "A1:E4", append(rows, customers[4])...), nil)
			assert.Equal(t, "List", u.Recipe.Table)
			outside := u.fact("outside")
			assert.True(t, outside.Warn)
			assert.Equal(t, []grid.Ref{{Sheet: first, Row: 7}}, outside.Cells)
			for _, q := range u.Questions {
				assert.NotEqual(t, "table", q.ID)
			}
		})
	}
}
