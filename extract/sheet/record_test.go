package sheet

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/record"
	"ferry/extract/sheet/column"
)

func TestARecordIsAnObjectOfTextsWithoutBlanksAndOurColumns(t *testing.T) {
	r := &Recipe{Key: []string{"Name"}, Columns: []Column{
		{Place: 1, Header: "Name *", Name: "Name"}, {Place: 2, Name: `say "hi"`}, {Place: 3, Name: "City"}, {Place: 4, Header: ColumnResult, Name: ColumnResult, Ours: true},
	}}
	row := &Row{Values: []Value{{Text: "Zoë\n\"\\\x01\t\r"}, {Text: "\xff."}, {}, {Text: "created"}}}
	data := AppendJSON([]byte("x"), r, row)
	assert.Equal(t, `x{"Name":"Zoë\n\"\\\u0001\t\r","say \"hi\"":"`+"\ufffd"+`."}`, string(data))
	var back map[string]string
	require.NoError(t, json.Unmarshal(data[1:], &back))
	assert.Equal(t, row.Values[0].Text, back["Name"])

	spec := Spec(r)
	assert.Equal(t, Vendor, spec.Vendor)
	require.Len(t, spec.Streams, 1)
	s := spec.Streams[0]
	assert.Equal(t, Stream, s.Name)
	assert.Equal(t, []string{"Name"}, s.Key)
	assert.Equal(t, []record.Field{{Name: "Name", Label: "Name *", Kind: record.String}, {Name: `say "hi"`, Kind: record.String}, {Name: "City", Kind: record.String}}, s.Fields)
}

func FuzzAppendJSON(f *testing.F) {
	f.Add("Name", "Zoë\n\x00")
	f.Fuzz(func(t *testing.T, name, text string) {
		data := AppendJSON(nil, &Recipe{Columns: []Column{{Name: name}}}, &Row{Values: []Value{{Text: text}}})
		require.True(t, json.Valid(data), "%s", data)
	})
}

func TestARecipeSurvivesJSON(t *testing.T) {
	u := understand(t, textFile(t, "Name;City;Amount", "Anna;Lyon;1", "Bert;Bonn;2", "Total;;3"), Answers{"key": "Name"})
	u.Recipe.Columns[0].Reading.Replace = map[string]string{"a": "b"}
	u.Recipe.Columns[0].Reading.As = column.Text
	data, err := json.Marshal(u.Recipe)
	require.NoError(t, err)
	var back Recipe
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, u.Recipe, back)
}

func TestT20HeaderOfThreeRows(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Report"), nil, cellsOf(nil, "Visits"), cellsOf(nil, 2024, nil, 2025, nil), cellsOf("Name", "Quarter 1", "Quarter 2", "Quarter 1", "Quarter 2"),
			cellsOf("Anna", 1, 2, 3, 4), cellsOf("Bert", 5, 6, 7, 8))
	}), nil)
	assert.Equal(t, []int{3, 4, 5}, u.Recipe.Header)
	assert.Equal(t, []string{"Name", "Visits / 2024 / Quarter 1", "Visits / 2024 / Quarter 2", "Visits / 2025 / Quarter 1", "Visits / 2025 / Quarter 2"}, u.names())
	assert.Len(t, u.records(), 2)
}

func TestOccurrencesCountEqualHashes(t *testing.T) {
	var o occurrences
	for i := range uint64(5_000) {
		require.EqualValues(t, 1, o.add(i))
	}
	for i := range uint64(5_000) {
		require.EqualValues(t, 2, o.add(i))
	}
	assert.EqualValues(t, 3, o.add(0))
	assert.EqualValues(t, 3, o.add(4_999))
}
