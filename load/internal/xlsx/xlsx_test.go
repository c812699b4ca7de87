package xlsx

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

// write makes a workbook of one sheet and opens it again.
func write(t *testing.T, rows int, columns []Column, fill func(s *Sheet)) (*excelize.File, string) {
	t.Helper()
	b, err := New()
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	if rows > 0 {
		b.maxRows = rows
	}
	s, err := b.Sheet("Create", columns...)
	require.NoError(t, err)
	fill(s)
	require.NoError(t, s.End())
	path := filepath.Join(t.TempDir(), "book.xlsx")
	require.NoError(t, b.Save(path))
	info, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f, path
}

// part reads one file of a workbook.
func part(t *testing.T, path, name string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer z.Close()
	in, err := z.Open(name)
	require.NoError(t, err)
	defer in.Close()
	text, err := io.ReadAll(in)
	require.NoError(t, err)
	return string(text)
}

var two = []Column{{Name: "Key", Width: 12, Carry: true}, {Name: "Text", Width: 30}}

func TestTextIsNeverAFormula(t *testing.T) {
	texts := []string{"=1+1", "+41 79", "-5", "@sum", "=HYPERLINK(\"http://x\",\"y\")", "\t=1", "'quoted", "00123", "<a&b>\"", " spaces ",
		"a\nb", "a\r\nb", "_x000B_", "\v=1\x00", "😀"}
	f, path := write(t, 0, two, func(s *Sheet) {
		for i, text := range texts {
			require.NoError(t, s.Row(fmt.Sprint(i), text))
		}
	})
	rows, err := f.GetRows("Create")
	require.NoError(t, err)
	for i, text := range texts {
		assert.Equal(t, text, Unpicture(rows[i+1][1]))
		kind, err := f.GetCellType("Create", fmt.Sprintf("B%d", i+2))
		require.NoError(t, err)
		assert.Equal(t, excelize.CellTypeInlineString, kind, text)
	}
	assert.NotContains(t, part(t, path, "xl/worksheets/sheet1.xml"), "<f>")
}

func TestLinksAreTheOnlyFormulas(t *testing.T) {
	const odd = `https://x.example/a?q="),cmd(&`
	f, _ := write(t, 0, two, func(s *Sheet) {
		require.NoError(t, s.Row("1", Cell{Value: "open", Link: "https://acme.example/customers/1"}))
		require.NoError(t, s.Row("2", Cell{Value: `say "x"`, Link: odd}))
		require.NoError(t, s.Row("3", Cell{Value: "no page", Link: "javascript:alert(1)"}))
		require.NoError(t, s.Row("4", Cell{Value: "long", Link: "https://" + strings.Repeat("a", 300)}))
	})
	for cell, want := range map[string]string{
		"B2": `HYPERLINK("https://acme.example/customers/1","open")`,
		"B3": `HYPERLINK("https://x.example/a?q=""),cmd(&","say ""x""")`,
		"B4": "", "B5": "",
	} {
		got, err := f.GetCellFormula("Create", cell)
		require.NoError(t, err)
		assert.Equal(t, want, got, cell)
	}
	shown, err := f.GetCellValue("Create", "B3")
	require.NoError(t, err)
	assert.Equal(t, `say "x"`, shown)
}

func TestAFullSheetGoesOnInAnother(t *testing.T) {
	f, _ := write(t, 11, two, func(s *Sheet) {
		for i := range 25 {
			require.NoError(t, s.Row(fmt.Sprint(i), "x"))
		}
		assert.Equal(t, 25, s.Rows())
	})
	assert.Equal(t, []string{"Create", "Create (2)", "Create (3)"}, f.GetSheetList())
	next := 0
	for i, want := range []int{10, 10, 5} {
		name := f.GetSheetList()[i]
		rows, err := f.GetRows(name)
		require.NoError(t, err)
		require.Len(t, rows, want+1)
		assert.Equal(t, []string{"Key", "Text"}, rows[0])
		for _, r := range rows[1:] {
			assert.Equal(t, fmt.Sprint(next), r[0])
			next++
		}
		panes, err := f.GetPanes(name)
		require.NoError(t, err)
		assert.True(t, panes.Freeze)
	}
}

func TestLongTextGoesOnBelow(t *testing.T) {
	long := strings.Repeat("0123456789é😀\v", 6000)
	f, _ := write(t, 0, two, func(s *Sheet) {
		require.NoError(t, s.Row("a", long))
		require.NoError(t, s.Row("b", "short"))
	})
	rows, err := f.GetRows("Create")
	require.NoError(t, err)
	whole := ""
	for _, r := range rows[1 : len(rows)-1] {
		assert.Equal(t, "a", r[0])
		whole += r[1]
	}
	assert.True(t, long == Unpicture(whole), "the parts do not make the whole")
	assert.Equal(t, []string{"b", "short"}, rows[len(rows)-1])
}

func TestFiltersDropDownsAndTypes(t *testing.T) {
	columns := []Column{{Name: "Key"}, {Name: "Decision", List: []string{"link", "create"}}, {Name: "Value"}, {Name: "At"}, {Name: "Sum"}}
	at := time.Date(2026, 8, 3, 12, 30, 0, 0, time.UTC)
	b, err := New()
	require.NoError(t, err)
	defer func() { require.NoError(t, b.Close()) }()
	require.NoError(t, b.List("users", []Choice{{"Ann, \"A\"", "1"}, {"Bob", "2"}}))
	s, err := b.Sheet("Values", columns...)
	require.NoError(t, err)
	for i := range 3 {
		require.NoError(t, s.Row(i, nil, Cell{Style: Input}, at, 12.5))
		if i < 2 {
			s.Drop(2, "users")
		}
	}
	require.NoError(t, s.End())
	path := filepath.Join(t.TempDir(), "x.xlsx")
	require.NoError(t, b.Save(path))
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	dvs, err := f.GetDataValidations("Values")
	require.NoError(t, err)
	require.Len(t, dvs, 2)
	assert.Equal(t, "B2:B4", dvs[0].Sqref)
	assert.Equal(t, `"link,create"`, dvs[0].Formula1)
	assert.Equal(t, "C2:C3", dvs[1].Sqref)
	assert.Equal(t, "Lists!$A$2:$A$3", dvs[1].Formula1)
	assert.Contains(t, part(t, path, "xl/worksheets/sheet1.xml"), `<autoFilter ref="$A$1:$E$4"`)
	visible, err := f.GetSheetVisible(ListSheet)
	require.NoError(t, err)
	assert.False(t, visible)
	rows, err := f.GetRows("Values")
	require.NoError(t, err)
	assert.Equal(t, []string{"2", "", "", "2026-08-03 12:30", "12.50"}, rows[3])
	lists, err := f.GetRows(ListSheet)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"users", "means"}, {"Ann, \"A\"", "1"}, {"Bob", "2"}}, lists)
}
