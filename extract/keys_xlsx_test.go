package extract

import (
	"archive/zip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// workbook writes one with the given sheets, cell by cell.
func workbook(t *testing.T, name string, sheets map[string]map[string]any, order ...string) string {
	t.Helper()
	f := excelize.NewFile()
	for i, sheet := range order {
		if i == 0 {
			require.NoError(t, f.SetSheetName("Sheet1", sheet))
		} else {
			_, err := f.NewSheet(sheet)
			require.NoError(t, err)
		}
		for cell, v := range sheets[sheet] {
			require.NoError(t, f.SetCellValue(sheet, cell, v))
		}
	}
	dir := t.TempDir()
	require.NoError(t, f.SaveAs(filepath.Join(dir, "saved.xlsx")))
	require.NoError(t, f.Close())
	path := filepath.Join(dir, name)
	require.NoError(t, os.Rename(filepath.Join(dir, "saved.xlsx"), path))
	return path
}

func TestKeyWorkbooksAreRead(t *testing.T) {
	sheets := map[string]map[string]any{
		"All": {"A1": "Name", "B1": "Phone number", "A2": "Ann", "B2": "+1", "A3": "Bob", "A5": "Cid", "B5": 17193881967, "B6": "+1", "B7": 1e10},
		"Two": {"C3": "phone", "C4": "0043"},
	}
	path := workbook(t, "k.csv", sheets, "All", "Two") // told by its content, not by its name
	list, err := readKeys(context.Background(), people, KeySource{File: path})
	require.NoError(t, err)
	assert.Equal(t, []string{"+1", "17193881967", "10000000000"}, texts(list))
	assert.Equal(t, []int{2, 5, 7}, places(list.keys))
	assert.Equal(t, 1, list.blank)
	assert.Equal(t, 1, list.doubles)
	list, err = readKeys(context.Background(), people, KeySource{File: path, Sheet: "two"})
	require.NoError(t, err)
	assert.Equal(t, []string{"0043"}, texts(list))
	assert.Equal(t, []int{4}, places(list.keys))
}

func TestKeyWorkbooksThatCannotBeUsedAreNamedByCell(t *testing.T) {
	sheets := map[string]map[string]any{
		"All": {"A1": "Name", "B1": "phone", "B2": "+1", "B3": "#N/A"}, "Empty": {}, "Bare": {"A1": "+17193881967"}, "Names": {"A1": "Name", "B1": "Town"},
	}
	path := workbook(t, "k.xlsx", sheets, "All", "Empty", "Bare", "Names")
	for sheet, want := range map[string]string{
		"":      "k.xlsx:All!B3: the cell holds the error #N/A",
		"Alle":  `there is no sheet "Alle"; did you mean "All"?`,
		"Empty": "k.xlsx:Empty: the sheet is empty",
		"Bare":  "k.xlsx:Bare!1: the first row seems to hold data",
		"Names": "k.xlsx:Names!1: no column is named phone",
	} {
		_, err := readKeys(context.Background(), people, KeySource{File: path, Sheet: sheet})
		require.ErrorContains(t, err, want)
	}
}

// TestADamagedWorkbookIsNoShorterOne: a reader that stops quietly where a sheet
// is cut would leave keys out.
func TestADamagedWorkbookIsNoShorterOne(t *testing.T) {
	rows := map[string]any{"A1": "phone"}
	for _, cell := range []string{"A2", "A3", "A4"} {
		rows[cell] = "+1" + cell
	}
	whole := workbook(t, "k.xlsx", map[string]map[string]any{"All": rows}, "All")
	for name, spoil := range map[string]func(string) string{
		"cut":         func(s string) string { return s[:strings.Index(s, `<row r="4"`)] },
		"out of turn": func(s string) string { return strings.Replace(s, `<row r="4"`, `<row r="2"`, 1) },
		"far away":    func(s string) string { return strings.Replace(s, `<row r="4"`, `<row r="231999999"`, 1) },
		"no text":     func(s string) string { return strings.Replace(s, "<v>3</v>", "<v>9</v>", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k.xlsx")
			rewrite(t, whole, path, "xl/worksheets/sheet1.xml", spoil)
			_, err := readKeys(context.Background(), people, KeySource{File: path})
			require.ErrorContains(t, err, "the workbook is damaged or incomplete")
		})
	}
}

// rewrite copies a workbook with one part changed.
func rewrite(t *testing.T, from, to, part string, change func(string) string) {
	t.Helper()
	in, err := zip.OpenReader(from)
	require.NoError(t, err)
	defer in.Close()
	out, err := os.Create(to)
	require.NoError(t, err)
	w := zip.NewWriter(out)
	for _, f := range in.File {
		r, err := f.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(r)
		require.NoError(t, err)
		text := string(body)
		if f.Name == part {
			text = change(text)
			require.NotEqual(t, string(body), text)
		}
		entry, err := w.Create(f.Name)
		require.NoError(t, err)
		_, err = io.WriteString(entry, text)
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, out.Close())
}

func TestNumbersAreWrittenInDigits(t *testing.T) {
	for cell, want := range map[string]string{
		"1.7193881967E10": "17193881967", "1E+3": "1000", "1.5E0": "1.5E0", "+1": "+1", "E5": "E5", "1e": "1e", "12": "12", "1E9999": "1E9999", "1.2.3E4": "1.2.3E4",
	} {
		assert.Equal(t, want, wholeNumber(cell), cell)
	}
}
