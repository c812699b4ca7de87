package answer

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// changed gives a copy of a workbook with parts replaced or added.
func changed(t *testing.T, path string, parts map[string]func(old string) string) string {
	t.Helper()
	in, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "changed.xlsx"))
	require.NoError(t, err)
	defer out.Close()
	z := zip.NewWriter(out)
	write := func(name, text string) {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(w, text)
		require.NoError(t, err)
	}
	done := map[string]bool{}
	for _, f := range in.File {
		r, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r)
		require.NoError(t, err)
		text := string(data)
		if change := parts[f.Name]; change != nil {
			text, done[f.Name] = change(text), true
		}
		write(f.Name, text)
	}
	for name, change := range parts {
		if !done[name] {
			write(name, change(""))
		}
	}
	require.NoError(t, z.Close())
	return out.Name()
}

const sheetPart = "xl/worksheets/sheet1.xml"

func replaced(old, new string) func(string) string {
	return func(text string) string {
		if !strings.Contains(text, old) {
			panic("the part has no " + old)
		}
		return strings.ReplaceAll(text, old, new)
	}
}

func TestFilesThatCannotCarryAnswersAreRefusedInWords(t *testing.T) {
	tests := []struct {
		name, why string
		parts     map[string]func(string) string
	}{
		{"signed", "signed", map[string]func(string) string{"_xmlsignatures/sig1.xml": func(string) string { return "<x/>" }}},
		{"shared", "shared workbook", map[string]func(string) string{"xl/revisions/revisionHeaders.xml": func(string) string { return "<x/>" }}},
		{"cut", "ends in the middle", map[string]func(string) string{sheetPart: func(s string) string { return s[:strings.Index(s, "</row>")] }}},
		{"cut behind the rows", "ends in the middle", map[string]func(string) string{sheetPart: func(s string) string { return s[:strings.Index(s, "</sheetData>")+12] }}},
		{"rows out of order", "not in order", map[string]func(string) string{sheetPart: replaced(`<row r="4"`, `<row r="2"`)}},
		{"cells out of order", "not in order", map[string]func(string) string{sheetPart: replaced(`r="D4"`, `r="A4"`)}},
		{"no rows but", "no row", map[string]func(string) string{sheetPart: replaced(`<row r="4"`, `<x/><row r="4"`)}},
		{"entities", "entities", map[string]func(string) string{sheetPart: replaced("<worksheet", "<!DOCTYPE x><worksheet")}},
		{"16 bits", "UTF-16", map[string]func(string) string{"xl/styles.xml": func(string) string { return "\xff\xfe<\x00" }}},
		{"full width", "no free columns", map[string]func(string) string{sheetPart: replaced(`r="D3"`, `r="XFD3"`)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := config(t, changed(t, customers(t, nil), test.parts))
			require.NoError(t, os.WriteFile(c.Out, []byte("old"), 0o600))
			_, err := Write(context.Background(), c)
			var u *Unsuitable
			require.ErrorAs(t, err, &u)
			require.ErrorContains(t, err, test.why)
			require.ErrorContains(t, err, "customers.xlsx")
			old, err := os.ReadFile(c.Out)
			require.NoError(t, err)
			require.Equal(t, "old", string(old))
		})
	}
}

func TestAnswersOfTheirOwnBesideTheFile(t *testing.T) {
	c := config(t, customers(t, nil))
	done, err := Beside(context.Background(), c)
	require.NoError(t, err)
	require.Equal(t, Done{Path: c.Out, Rows: 3, Bad: 3, Notes: 3}, done)
	rows, err := open(t, c.Out).GetRows("Rows")
	require.NoError(t, err)
	require.Len(t, rows, 4)
	require.Equal(t, []string{"Customers", "4", "not loaded", "C4, Due: is no date\nD4, Total: is odd", "mend the date"}, rows[3][:5])
}

func TestAnswersBesideATurnedFileNameItsCells(t *testing.T) {
	c := config(t, customers(t, nil))
	c.Recipe.Turned = true // the record of "row 4" is column D, and the field Due stands in row 3
	_, err := Beside(context.Background(), c)
	require.NoError(t, err)
	rows, err := open(t, c.Out).GetRows("Rows")
	require.NoError(t, err)
	require.Equal(t, "Column", rows[0][1])
	require.Equal(t, []string{"Customers", "D", "not loaded", "D3, Due: is no date\nD4, Total: is odd", "mend the date"}, rows[3][:5])
}

func TestColumnsAreNamedAsTheyStandOnTheirSheet(t *testing.T) {
	c := config(t, customers(t, nil))
	c.Places = map[string][]int{"Customers": {2, 1, 4, 0}}
	_, err := Beside(context.Background(), c)
	require.NoError(t, err)
	rows, err := open(t, c.Out).GetRows("Rows")
	require.NoError(t, err)
	require.Equal(t, "C4: is no date\nD4, Due: is odd", rows[3][3])
	require.Equal(t, "Total", newColumnNames(&c).of("Another", 4), "others stand as the recipe says")

	c.Out += ".xlsx"
	written(t, c)
	rows, err = open(t, c.Out).GetRows("Result")
	require.NoError(t, err)
	require.Contains(t, rows, []string{"B3", "", "Name", "is blank & needed"})
	require.Contains(t, rows, []string{"D4", "", "Due", "is odd"})
}

func TestAnswersAreNeverWrittenOverTheFile(t *testing.T) {
	c := config(t, customers(t, nil))
	c.Out = c.Original
	_, err := Write(context.Background(), c)
	require.ErrorContains(t, err, "never written over")
	_, err = Beside(context.Background(), c)
	require.ErrorContains(t, err, "never written over")
}

func TestErrorsOfRowsAreGivenAsTheyAre(t *testing.T) {
	broken := errors.New("the stage is gone")
	for fail := 1; fail <= 2; fail++ {
		c := config(t, customers(t, nil))
		all, calls := c.Rows, 0
		c.Rows = func(yield func(*Row) error) error {
			if calls++; calls == fail {
				return broken
			}
			return all(yield)
		}
		_, err := Write(context.Background(), c)
		require.Equal(t, broken, err)
		require.NoFileExists(t, c.Out)
	}
}

func TestAStopLeavesNothingBehind(t *testing.T) {
	c := config(t, customers(t, nil))
	ctx, stop := context.WithCancel(context.Background())
	stop()
	_, err := Write(ctx, c)
	require.ErrorIs(t, err, context.Canceled)
	left, err := os.ReadDir(filepath.Dir(c.Out))
	require.NoError(t, err)
	require.Empty(t, left)
}

// Parts that some programs name with backslashes are found, and get names that
// every program reads.
func TestPartsNamedWithBackslashes(t *testing.T) {
	original := customers(t, nil)
	in, err := zip.OpenReader(original)
	require.NoError(t, err)
	defer in.Close()
	turned, err := os.Create(filepath.Join(t.TempDir(), "turned.xlsx"))
	require.NoError(t, err)
	defer turned.Close()
	z := zip.NewWriter(turned)
	for _, f := range in.File {
		r, err := f.Open()
		require.NoError(t, err)
		w, err := z.Create(strings.ReplaceAll(f.Name, "/", `\`))
		require.NoError(t, err)
		_, err = io.Copy(w, r)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	c := config(t, turned.Name())
	written(t, c)
	f := open(t, c.Out)
	require.Equal(t, "created", cell(t, f, "Customers", "E2"))
	require.Equal(t, "Result for customers.xlsx", cell(t, f, "Result", "A1"))
	require.Len(t, comments(t, c.Out), 3)
	for name := range parts(t, c.Out) {
		require.NotContains(t, name, `\`)
	}
}
