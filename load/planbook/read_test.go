package planbook

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/load"
	"ferry/load/internal/xlsx"
)

func TestDecisionsComeBack(t *testing.T) {
	path := writeExample(t, oneOfEach())
	untouched, err := Read(path)
	require.NoError(t, err)
	assert.Nil(t, untouched.Approval)
	assert.Empty(t, untouched.Decisions)
	assert.Equal(t, testHash, untouched.Hash)

	answers, err := Read(fill(t, path, map[string]string{
		find(t, path, sheetMatches, nameDecision, "1", "71"):         "Create ",
		find(t, path, sheetMatches, nameDecision, "3", "74"):         "link",
		find(t, path, sheetMatches, nameNote, "3", "74"):             "asked them",
		find(t, path, sheetValues, nameBecomes, "Former technician"): "Bob [2]",
		find(t, path, sheetValues, nameBecomes, " ripe\u240b"):       "Gar, gekocht",
		find(t, path, sheetApproval, "", labelBy):                    "Ann Smith",
		find(t, path, sheetApproval, "", labelDate):                  "2026-08-04",
		find(t, path, sheetApproval, "", labelWord):                  "Approve",
	}))
	require.NoError(t, err)
	assert.Equal(t, load.Decisions{
		Matches: []load.MatchDecision{
			{Entry: "customers", Key: "1", Choice: load.ChooseCreate, By: "Ann Smith"},
			{Entry: "customers", Key: "3", Choice: load.ChooseLink, Target: "74", By: "Ann Smith", Note: "asked them"},
		},
		Values: []load.ValueDecision{
			{Entry: "tickets", Field: "status", Value: " ripe\v", To: "Gar, gekocht", By: "Ann Smith"},
			{Entry: "tickets", Field: "user_id", Value: "Former technician", To: "2", By: "Ann Smith"},
		},
	}, answers.Decisions)
	assert.Equal(t, &Approval{By: "Ann Smith", Date: time.Date(2026, 8, 4, 0, 0, 0, 0, time.UTC)}, answers.Approval)

	// What was decided stands in the next workbook.
	in := oneOfEach()
	in.Decided = &answers.Decisions
	again, err := Read(writeExample(t, in))
	require.NoError(t, err)
	for i := range answers.Decisions.Matches {
		answers.Decisions.Matches[i].By = ""
		answers.Decisions.Values[i].By = ""
	}
	assert.Equal(t, answers.Decisions, again.Decisions)
}

func TestMistakesAreNamedAllAtOnce(t *testing.T) {
	path := writeExample(t, oneOfEach())
	at := func(sheet, column string, texts ...string) string { return find(t, path, sheet, column, texts...) }
	link := at(sheetMatches, colTarget.Name, "3", "73")
	_, err := Read(fill(t, path, map[string]string{
		at(sheetMatches, nameDecision, "1", "71"):   "perhaps",
		at(sheetMatches, nameDecision, "2", "72"):   "link",
		at(sheetMatches, colTarget.Name, "2", "72"): "1.23457E+11",
		at(sheetMatches, nameDecision, "3", "73"):   "link",
		link:                             "",
		at(sheetApproval, "", labelBy):   "Ann",
		at(sheetApproval, "", labelDate): "03/04/2026",
		at(sheetValues, nameBecomes, "Former technician"): "1.2E+05",
	}))
	require.Error(t, err)
	for _, want := range []string{
		at(sheetMatches, nameDecision, "1", "71") + `: "perhaps" is no decision; write link, create or skip`,
		at(sheetMatches, colTarget.Name, "2", "72") + ": the program rounded this number",
		link + ": link needs the key of the target record",
		at(sheetApproval, "", labelDate) + `: "03/04/2026" could be more than one day`,
		at(sheetApproval, "", labelWord) + ": write the word approve",
		at(sheetValues, nameBecomes, "Former technician") + ": the program rounded",
	} {
		assert.Contains(t, err.Error(), want)
	}
	_, err = Read(fill(t, path, map[string]string{
		at(sheetMatches, nameDecision, "3", "73"): "link",
		at(sheetMatches, nameDecision, "3", "74"): "create",
	}))
	require.ErrorContains(t, err, at(sheetMatches, nameDecision, "3", "74")+": it contradicts "+at(sheetMatches, nameDecision, "3", "73"))
}

func TestWhatIsNoPlanWorkbook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.xlsx")
	require.NoError(t, os.WriteFile(path, []byte("kind,stream\n"), 0o600))
	_, err := Read(path)
	require.ErrorContains(t, err, "is no Excel workbook (.xlsx)")
	book, err := xlsx.New()
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	s, err := book.Sheet("Sheet")
	require.NoError(t, err)
	require.NoError(t, s.End())
	require.NoError(t, book.Save(path))
	_, err = Read(path)
	require.ErrorContains(t, err, "is no plan workbook: it has no sheet Approval")
	// A column that was deleted is told, not taken for empty.
	f := open(t, writeExample(t, oneOfEach()))
	require.NoError(t, f.RemoveCol(sheetMatches, "I"))
	require.NoError(t, f.SaveAs(path))
	_, err = Read(path)
	require.ErrorContains(t, err, `Matches!A1: there is no column "Decision"`)
}

// TestACutSheetIsTold takes the end off a sheet within the workbook.
func TestACutSheetIsTold(t *testing.T) {
	path := writeExample(t, oneOfEach())
	in, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer in.Close()
	cut := filepath.Join(t.TempDir(), "cut.xlsx")
	out, err := os.Create(cut)
	require.NoError(t, err)
	z := zip.NewWriter(out)
	for _, part := range in.File {
		r, err := part.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		if part.Name == "xl/worksheets/sheet5.xml" {
			text = text[:bytes.LastIndex(text, []byte("<row "))]
		}
		w, err := z.Create(part.Name)
		require.NoError(t, err)
		_, err = w.Write(text)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.NoError(t, out.Close())
	_, err = Read(cut)
	require.ErrorContains(t, err, "xl/worksheets/sheet5.xml is cut; save the workbook again")
}

func TestDaysOfApproval(t *testing.T) {
	want := time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-08-03", "46237", "46237.75", "3.8.2026", "3 August 2026", "Aug 3, 2026"} {
		got, err := dayOf(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "3/8/2026", "tomorrow", "0", "1e99"} {
		_, err := dayOf(text)
		require.Error(t, err, text)
	}
}
