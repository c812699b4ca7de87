package filesink

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/record"
)

func openBook(t *testing.T, set *Set) *excelize.File {
	t.Helper()
	return openFile(t, filepath.Join(set.Path, "nightly.xlsx"))
}

func openFile(t *testing.T, path string) *excelize.File {
	t.Helper()
	book, err := excelize.OpenFile(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, book.Close()) })
	return book
}

// writeBook writes tables into a workbook whose sheets hold few rows.
func writeBook(t *testing.T, env environment, tables ...Table) *excelize.File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "book.xlsx")
	w, err := newWorkbook(path)
	require.NoError(t, err)
	defer w.abandon()
	env.workers = 2
	for _, table := range tables {
		labels, err := collectLabels(t.Context(), table, 0, 2)
		require.NoError(t, err)
		_, err = w.addTable(t.Context(), table, env, labels, func(int) {})
		require.NoError(t, err)
	}
	_, err = w.finish("book.xlsx", env.sheetRows-1)
	require.NoError(t, err)
	assert.NoFileExists(t, filepath.Join(filepath.Dir(path), ".longtext"))
	return openFile(t, path)
}

func TestCellsHaveTheirTypes(t *testing.T) {
	fields := []record.Field{
		{Name: "id", Kind: record.String}, {Name: "n", Kind: record.Integer}, {Name: "big", Kind: record.Integer}, {Name: "f", Kind: record.Number},
		{Name: "money", Kind: record.Decimal}, {Name: "yes", Kind: record.Boolean}, {Name: "day", Kind: record.Date},
		{Name: "at", Kind: record.DateTime}, {Name: "old", Kind: record.Date}, {Name: "clock", Kind: record.Time},
	}
	source := staged(rows(`{"id":"00123","n":5,"big":9007199254740993,"f":0.1,"money":"12345678901234567.89","yes":true,"day":"2024-02-29","at":"2024-02-29 18:30:15","old":"1899-01-01","clock":"06:00"}`)...)
	book := openBook(t, publish(t, config(t, fields, source)))
	for cell, want := range map[string]struct {
		kind  excelize.CellType
		shown string
	}{
		"A2": {excelize.CellTypeInlineString, "00123"},
		"B2": {excelize.CellTypeUnset, "5"},
		"C2": {excelize.CellTypeInlineString, "9007199254740993"},
		"D2": {excelize.CellTypeUnset, "0.1"},
		"E2": {excelize.CellTypeInlineString, "12345678901234567.89"},
		"F2": {excelize.CellTypeBool, "TRUE"},
		"G2": {excelize.CellTypeUnset, "2024-02-29"},
		"H2": {excelize.CellTypeUnset, "2024-02-29 18:30:15"},
		"I2": {excelize.CellTypeUnset, ""},
		"J2": {excelize.CellTypeInlineString, "1899-01-01"},
		"K2": {excelize.CellTypeUnset, "06:00:00"},
	} {
		shown, err := book.GetCellValue("customer", cell)
		require.NoError(t, err)
		assert.Equal(t, want.shown, shown, cell)
		kind, err := book.GetCellType("customer", cell)
		require.NoError(t, err)
		assert.Equal(t, want.kind, kind, cell)
	}
	panes, err := book.GetPanes("customer")
	require.NoError(t, err)
	assert.True(t, panes.Freeze)
	assert.Equal(t, 1, panes.YSplit)
}

func TestTextThatXMLCannotHold(t *testing.T) {
	for _, text := range []string{
		"vertical\x0btab\x00", "_x000B_ as it is", "__x005F__x000b_", "a\r\nb\tc\n", "  spaces  ", "<&>\"'", "\uFFFE\uFFFF😀", "=1+1", "'quoted",
	} {
		raw := appendJSONString([]byte(`{"name":`), []byte(text))
		cfg := config(t, customerFields(), staged(rows(string(raw)+"}")...))
		cfg.Formats = []Format{Excel}
		got, err := openBook(t, publish(t, cfg)).GetCellValue("customer", "C2")
		require.NoError(t, err)
		assert.Equal(t, text, got)
	}
}

func TestLongTextIsNeverCut(t *testing.T) {
	long := strings.Repeat("0123456789é😀_x000B_\x0b", 5000)
	raw := appendJSONString([]byte(`{"name":`), []byte(long))
	cfg := config(t, customerFields(), staged(rows(`{"name":"short"}`, string(raw)+"}")...))
	book := openBook(t, publish(t, cfg))
	assert.Equal(t, []string{"customer", spillSheet}, book.GetSheetList())
	head, err := book.GetCellValue("customer", "C3")
	require.NoError(t, err)
	note := ` [goes on in sheet "Long text": cell C3 of "customer"]`
	require.True(t, strings.HasSuffix(head, note))
	whole := strings.TrimSuffix(head, note)
	rest, err := book.GetRows(spillSheet)
	require.NoError(t, err)
	assert.Equal(t, spillColumns, rest[0])
	for i, r := range rest[1:] {
		assert.Equal(t, []string{"customer", "C3", "name", fmt.Sprint(i + 2)}, r[:4])
		assert.LessOrEqual(t, len([]rune(r[4])), cellUnits)
		whole += r[4]
	}
	assert.True(t, long == whole, "parts do not make the whole")
}

func TestSheetsAreSplit(t *testing.T) {
	env := environment{account: "a", sheetRows: 101, sheetColumns: sheetColumns}
	name := "a.stream/with a name too long for a sheet"
	book := writeBook(t, env,
		Table{Name: name, Fields: customerFields(), Rows: brief(250).times(1)},
		Table{Name: name + " too", Fields: customerFields(), Rows: staged()},
		Table{Name: "exact", Fields: customerFields(), Rows: brief(100).times(1)})
	assert.Equal(t, []string{"a.stream_with a name too long f", "a.stream_with a name too lo (2)", "a.stream_with a name too lo (3)",
		"a.stream_with a name too long~2", "exact"}, book.GetSheetList())
	id := 0
	for i, want := range []int{100, 100, 50} {
		rows, err := book.GetRows(book.GetSheetList()[i])
		require.NoError(t, err)
		require.Len(t, rows, want+1)
		for _, r := range rows[1:] {
			require.Equal(t, fmt.Sprint(id), r[0])
			id++
		}
	}
}

func TestMoreLabelsThanColumns(t *testing.T) {
	env := environment{account: "a", sheetRows: 1001, sheetColumns: 34}
	raw := `{"customFieldValues":[{"label":"a","value":"1"},{"label":"b","value":"2"},{"label":"c","value":"3"},{"label":"d","value":"4"}]}`
	book := writeBook(t, env, Table{Name: "c", Fields: customerFields(), Rows: staged(rows(raw)...)})
	sheet, err := book.GetRows("c")
	require.NoError(t, err)
	assert.Equal(t, "custom", sheet[0][len(sheet[0])-1])
	assert.JSONEq(t, strings.TrimSuffix(strings.TrimPrefix(raw, `{"customFieldValues":`), "}"), sheet[1][len(sheet[1])-1])
}

// TestZip64Mark marks the entries of a small file as if they were large.
func TestZip64Mark(t *testing.T) {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range []string{"small", "large"} {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = io.WriteString(w, strings.Repeat(name, 10))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	path := filepath.Join(t.TempDir(), "x.zip")
	require.NoError(t, os.WriteFile(path, buf.Bytes(), 0o666))
	about := ManifestFile{Bytes: int64(buf.Len())}
	large := bytes.Index(buf.Bytes(), []byte("large")) - 30
	require.NoError(t, markZip64(path, 50, &about))
	assert.NotEmpty(t, about.SHA256)
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	want := bytes.Clone(buf.Bytes())
	want[large+4] = 45
	if want[4] == 20 {
		want[4] = got[4] // both names have one length, so both are large
	}
	assert.Equal(t, want, got)
}
