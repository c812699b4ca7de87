package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// stamped gives the cells that an answer adds to a row.
func stamped(result, key string, done bool) []any {
	return []any{result, nil, nil, Stamp{Import: "i1", Key: key, Hash: 1, Done: done}.String()}
}

func TestOurColumnsAreKnownByTheirStamps(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, append(cellsOf("Ada", "Bonn", 11), stamped("created", "1", true)...),
			append(cellsOf("Bea", "Rome", 22), stamped("not loaded", "2", false)...))
	}), nil)
	assert.Empty(t, u.open())
	assert.Empty(t, u.Recipe.Header, "a list without a header keeps none")
	assert.Equal(t, []string{"A", "B", "C", ColumnResult, ColumnToDo, "Open in", ColumnStamp}, u.names())
	assert.Equal(t, []string{"1", "2"}, []string{u.rows[0].key, u.rows[1].key})
	assert.True(t, u.Stamped)
}

func TestAColumnOfPeopleMayBeCalledAsOurs(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", ColumnResult, ColumnStamp), cellsOf("Ada", "passed", 7), cellsOf("Bea", "failed", 8))
	}), nil)
	for i := range u.Recipe.Columns {
		c := &u.Recipe.Columns[i]
		assert.Equal(t, c.Name != "Name", c.Ours, "both headers of ours stand in one row: an answer whose rows are new")
	}

	u = understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", ColumnStamp), cellsOf("Ada", 7), cellsOf("Bea", 8))
	}), nil)
	assert.False(t, u.Recipe.Find(ColumnStamp).Ours, "one header alone proves nothing")

	u = understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", ColumnResult, ColumnResult, ColumnToDo, ColumnOpen+"Syncro", ColumnStamp),
			append(cellsOf("Ada", "passed"), stamped("created", "1", true)...))
	}), nil)
	assert.Equal(t, []string{"Name", ColumnResult}, u.names()[:2])
	assert.False(t, u.Recipe.Columns[1].Ours)
	assert.True(t, u.Recipe.Columns[2].Ours)
}

// answeredBook is a workbook with a title over a header of two rows, and a mark that
// says so.
func answeredBook(t *testing.T, down int, layout *Recipe) string {
	return workbookFile(t, func(f *excelize.File) {
		rows := make([][]any, down)
		rows = append(rows, cellsOf("Firm", nil, "Sum"), cellsOf("Name", "Town", "Amount", ColumnResult, ColumnToDo, ColumnOpen+"Syncro", ColumnStamp),
			append(cellsOf("Ada", "Bonn", 11), stamped("created", "1", true)...), append(cellsOf("Bea", "Rome", 22), stamped("not loaded", "2", false)...))
		put(f, first, rows...)
		if down > 0 {
			require.NoError(t, f.SetCellStr(first, "A1", "Printed on Monday"))
		}
		marked(t, f, Mark{Kind: MarkAnswer, Import: "i1", Version: 1, Sheet: first, Header: 2, Layout: layout})
	})
}

func twoRows() *Recipe {
	return &Recipe{Sheet: first, Header: []int{1, 2}, First: 3, Columns: []Column{
		{Place: 1, Header: "Firm / Name", Name: "Firm / Name"}, {Place: 2, Header: "Firm / Town", Name: "Firm / Town"}, {Place: 3, Header: "Sum / Amount", Name: "Sum / Amount"},
	}}
}

func TestAMarkSaysHowAWorkbookWasRead(t *testing.T) {
	for down := range 3 {
		u := understand(t, answeredBook(t, down, twoRows()), nil)
		assert.Empty(t, u.open())
		assert.Equal(t, []int{1 + down, 2 + down}, u.Recipe.Header, "rows that came in above move the header")
		assert.Equal(t, []string{"Firm / Name", "Firm / Town", "Sum / Amount"}, u.names()[:3])
	}
}

func TestAnAnswerAgainstTheMarkIsToldAndNotUsed(t *testing.T) {
	u := understand(t, answeredBook(t, 0, twoRows()), Answers{"header": "3"})
	assert.Equal(t, []int{1, 2}, u.Recipe.Header)
	assert.Contains(t, u.fact("read-as-answered").Text, "header=3")
	assert.Contains(t, u.Heard, "header")
}

func TestAHeaderThatWasWrittenAnewIsFoundAnew(t *testing.T) {
	was := twoRows()
	for i, name := range []string{"Who", "Where", "How much"} {
		was.Columns[i].Header = name
	}
	u := understand(t, answeredBook(t, 0, was), nil)
	assert.Equal(t, 2, u.Recipe.Header[len(u.Recipe.Header)-1], "our own headers stand in its last row")
}

func TestTheLayoutOfAMarkIsReadAsItWasWritten(t *testing.T) {
	was := twoRows()
	was.Decided = Answers{"fill.Gr\u00f6\u00dfe \U0001F600 \"x\"": "merged"}
	for i := range 400 {
		was.Columns = append(was.Columns, Column{Place: 4 + i, Header: "\u00e9\\\n\u2028", Name: "c"})
	}
	m := Mark{Kind: MarkAnswer, Version: 1, Layout: was, Fields: map[string]string{}}
	rows := m.Rows()
	for _, row := range rows {
		assert.LessOrEqual(t, len(row[1]), 32_767, "a cell holds no more")
	}
	read, ok := ParseMark(rows)
	require.True(t, ok)
	assert.Equal(t, was, read.Layout)
	read, ok = ParseMark(append(rows, []string{"layout", "more"}))
	require.True(t, ok)
	assert.Nil(t, read.Layout, "one that was changed is none")
}
