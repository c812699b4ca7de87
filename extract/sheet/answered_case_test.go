package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet/grid"
)

// marked adds a mark sheet to a workbook.
func marked(t *testing.T, f *excelize.File, m Mark) {
	t.Helper()
	_, err := f.NewSheet(MarkSheet)
	require.NoError(t, err)
	for r, row := range m.Rows() {
		cells := make([]any, len(row))
		for i := range row {
			cells[i] = row[i]
		}
		require.NoError(t, f.SetSheetRow(MarkSheet, grid.Ref{Row: r + 1, Column: 1}.String(), &cells))
	}
	require.NoError(t, f.SetSheetVisible(MarkSheet, false, true))
}

func TestS22ColumnsAddedAndMovedKeepKeysAndPrint(t *testing.T) {
	was := understand(t, textFile(t, "Name;City;Amount", "Anna;Lyon;1", "Anna;Lyon;1", "Bert;Bonn;2"), nil)
	moved := understand(t, textFile(t, "Amount *;Name;City", "1;Anna;Lyon", "1;Anna;Lyon", "2;Bert;Bonn"), nil)
	assert.Equal(t, was.Print, moved.Print)
	for i := 1; i < 4; i++ {
		assert.Equal(t, was.rows[i].key, moved.rows[i].key)
	}
	assert.NotEqual(t, was.rows[1].key, was.rows[2].key, "equal rows have keys of their own")

	more := understand(t, textFile(t, "Name;City;Amount;Fax", "Anna;Lyon;1;", "Bert;Bonn;2;"), nil)
	assert.NotEqual(t, was.Print, more.Print)
	assert.Equal(t, was.rows[1].key, more.rows[1].key, "a blank new column changes no key")

	gone := understand(t, textFile(t, "Name;City", "Anna;Lyon"), Answers{"key": "Amount"})
	assert.Equal(t, []string{"key"}, gone.open(), "a key column that is gone stops the import")
}

func TestS22KeyColumnsMakeKeysAndABlankKeyIsHeld(t *testing.T) {
	u := understand(t, textFile(t, "Number;Site;City", "17;a/b;Lyon", "17;;Bonn", "18;c;Rome"), Answers{"key": "Number, Site"})
	assert.Equal(t, []string{"Number", "Site"}, u.Recipe.Key)
	assert.Equal(t, `17/a\/b`, u.rows[1].key)
	assert.Equal(t, []int{3}, u.inBin(Held))
	assert.Equal(t, []string{"17", "", "Bonn"}, u.rows[2].values)
	assert.Equal(t, 1, u.Tally.Bins[Held])
}

func TestS23OurTemplateIsRecognisedAndMissingColumnsTold(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Customers"), cellsOf("Name *", "City"), cellsOf("Anna", "Lyon"))
		marked(t, f, Mark{Kind: MarkTemplate, Vendor: "syncro", Stream: "customers", Version: 1, Sheet: first, Header: 2,
			Fields: map[string]string{"Name *": "business_name", "City": "city", "Phone": "phone"}})
	}), nil)
	require.NotNil(t, u.Mark)
	assert.Equal(t, "business_name", u.Mark.Fields["Name *"])
	assert.Equal(t, []int{2}, u.Recipe.Header)
	assert.Empty(t, u.open())
	assert.Contains(t, u.fact("columns-gone").Text, "Phone")
	assert.Equal(t, [][]string{{"Anna", "Lyon"}}, u.records())
}

func TestS23AMarkOfANewerVersionIsTold(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City"), cellsOf("Anna", "Lyon"))
		marked(t, f, Mark{Kind: MarkTemplate, Version: MarkVersion + 1})
	}), nil)
	assert.Nil(t, u.Mark)
	u.fact("mark-unreadable")
	assert.Len(t, u.records(), 1)
}

// answered gives the lines of a text file as Ferry hands it back: the first row is
// done, the second is not.
func answered(t *testing.T, name string) []string {
	t.Helper()
	was := understand(t, textFile(t, "Name;City;Amount", "Anna;Lyon;1", "Bert;Bonn;2"), nil)
	var hashes []uint64
	_, err := was.book.Rows(t.Context(), &was.Recipe, func(r *Row) error {
		if r.Bin == Record {
			hashes = append(hashes, r.Hash)
		}
		return nil
	})
	require.NoError(t, err)
	done := Stamp{Import: "i1", Key: was.rows[1].key, Hash: hashes[0], Done: true}
	left := Stamp{Import: "i1", Key: was.rows[2].key, Hash: hashes[1]}
	return []string{
		"Name;City;Amount;" + ColumnResult + ";" + ColumnToDo + ";" + ColumnOpen + "Syncro;" + ColumnStamp,
		name + ";Lyon;1;created;;https://x;" + done.String(),
		"Bert;Bonn;22;not loaded;mend the amount;;" + left.String(),
		"Cora;Rome;3;;;;",
	}
}

func TestS24OurAnsweredFileSentBackLoadsOnlyWhatFailed(t *testing.T) {
	u := understand(t, textFile(t, answered(t, "Anna")...), nil)
	assert.True(t, u.Stamped)
	assert.Equal(t, []int{2}, u.inBin(SkippedRow))
	assert.Equal(t, RuleLoaded, u.rows[1].why)
	require.NotNil(t, u.rows[1].stamp)
	assert.Equal(t, 1, u.Tally.Rules[RuleLoaded])
	assert.Equal(t, []int{3, 4}, u.inBin(Record))
	assert.Equal(t, u.rows[2].stamp.Key, u.rows[2].key, "a row keeps the key that it had")
	for _, name := range []string{ColumnResult, ColumnToDo, ColumnStamp} {
		assert.True(t, u.Recipe.Find(name).Ours)
	}
	for _, f := range Spec(&u.Recipe).Streams[0].Fields {
		assert.NotContains(t, []string{ColumnResult, ColumnStamp}, f.Name)
	}
	u.fact("answered")
}

func TestS24ADoneRowThatWasChangedIsARecordAgain(t *testing.T) {
	u := understand(t, textFile(t, answered(t, "Anne")...), nil)
	assert.Equal(t, []int{2, 3, 4}, u.inBin(Record))
}

func TestS24AnAnsweredWorkbookIsReadFromItsOwnSheet(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "City", ColumnResult, ColumnStamp),
			cellsOf("Anna", "Lyon", "not loaded", Stamp{Import: "i1", Key: "17", Hash: 1}.String()))
		_, err := f.NewSheet(ResultSheet)
		require.NoError(t, err)
		put(f, ResultSheet, cellsOf("Name", "City"), cellsOf("link", "link"))
		marked(t, f, Mark{Kind: MarkAnswer, Import: "i1", Version: 1, Sheet: first, Header: 1})
	}), nil)
	assert.Equal(t, first, u.Recipe.Sheet)
	assert.Empty(t, u.open())
	assert.Equal(t, "17", u.rows[1].key)
}

func TestStampAndMarkAreReadAsTheyWereWritten(t *testing.T) {
	s := Stamp{Import: "20260801T040000Z", Key: "a / b  c", Hash: 42, Done: true}
	back, ok := ParseStamp(s.String())
	require.True(t, ok)
	assert.Equal(t, s, back)
	held := Stamp{Import: "i1", Hash: 42, Held: true}
	back, ok = ParseStamp(held.String())
	require.True(t, ok)
	assert.Equal(t, held, back)
	for _, text := range []string{"", "ferry1", "ferry1 i 000000000000002a held k", "ferry1 a b c d", "ferry1 i 000000000000002a gone k", "ferry1 i 000000000000002a done "} {
		_, ok := ParseStamp(text)
		assert.False(t, ok, text)
	}
	m := Mark{Kind: MarkTemplate, Vendor: "v", Stream: "s", Made: "2026-01-01T00:00:00Z", Version: 1, Sheet: "x", Header: 3, Fields: map[string]string{"A": "a", "B": "b.c"}}
	read, ok := ParseMark(m.Rows())
	require.True(t, ok)
	assert.Equal(t, &m, read)
	_, ok = ParseMark([][]string{{"Name", "City"}})
	assert.False(t, ok)
}
