package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/cmd/ferry/internal/intake"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/load/answer"
)

// Two sheets have the same columns in another order: what is said of a cell stands in
// its own column, and under its name.
func TestAnswersFindTheColumnsOfEachSheet(t *testing.T) {
	recipe := &sheet.Recipe{Sheet: "North", Also: []string{"South"}, Columns: []sheet.Column{
		{Place: 1, Header: "Company", Name: "Company"}, {Place: 2, Header: "E-mail", Name: "E-mail"}, {Header: "Sheet", Name: "Sheet"}}}
	outcomes, err := intake.NewOutcomes()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, outcomes.Close()) })
	wrong := intake.Outcome{Result: "rejected", ToDo: "refused", Column: "E-mail", Rank: intake.RankWrong}
	require.NoError(t, outcomes.Add("n", wrong))
	require.NoError(t, outcomes.Add("s", wrong))
	require.NoError(t, outcomes.Add("k", intake.Outcome{Open: "https://acme.example/1"}))
	require.NoError(t, outcomes.Seal())
	w := &answerWriter{file: intake.FileInfo{Recipe: recipe, Places: map[string][]int{"South": {3, 1, 0}}}, outcomes: outcomes, none: "not loaded"}

	for name, place := range map[string]int{"North": 2, "South": 1} {
		key := record.Key("n")
		if name == "South" {
			key = "s"
		}
		row, ok, err := w.answer(&stage.ListedRow{Sheet: name, Number: 2, Bin: stage.ListedRecord, Key: key})
		require.NoError(t, err)
		require.True(t, ok)
		assert.Equal(t, []answer.Cell{{Column: place, Note: "refused"}}, row.Bad, name)

		row, _, err = w.answer(&stage.ListedRow{Sheet: name, Number: 3, Bin: string(sheet.Held), Cells: []stage.ListedCell{{Column: place, Note: "is no address"}}})
		require.NoError(t, err)
		assert.Equal(t, "E-mail: is no address", row.ToDo, name)
	}

	row, _, err := w.answer(&stage.ListedRow{Sheet: "North", Number: 4, Bin: stage.ListedRecord, Key: "k"})
	require.NoError(t, err)
	assert.Equal(t, "not loaded", row.Result)
	assert.Equal(t, "https://acme.example/1", row.Open, "its record is there, though this reading of the row was not loaded")
}

func TestRowsOfTextFilesAreLines(t *testing.T) {
	for why, want := range map[string]string{
		"row 4 has the same key, and the two differ":          "line 4 has the same key, and the two differ",
		"says the same as row 14 of b.csv":                    "says the same as line 14 of b.csv",
		"the column that identifies a row is blank in row 12": "the column that identifies a row is blank in row 12",
	} {
		assert.Equal(t, want, ofLines(why))
	}
}

func TestAnswersBesideAFileStandWhereTheyWereAskedFor(t *testing.T) {
	dir := t.TempDir()
	for out, want := range map[string]string{"": dir + "/list.answered.xlsx", dir + "/mine.xlsx": dir + "/mine.xlsx", dir + "/mine.csv": dir + "/mine.xlsx"} {
		w := &answerWriter{file: intake.FileInfo{Path: dir + "/list.html"}, out: out}
		got, err := w.besidePath()
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}
