package markup_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/markup"
	"ferry/extract/sheet/text"
)

// pageOf decodes a page as an import does.
func pageOf(t testing.TB, page string) markup.Page {
	t.Helper()
	encoding, err := markup.Encoding(strings.NewReader(page), int64(len(page)))
	require.NoError(t, err)
	plain, err := text.OpenPlain(context.Background(), strings.NewReader(page), int64(len(page)), encoding)
	require.NoError(t, err)
	return plain
}

func open(t testing.TB, page string) *markup.Reader {
	t.Helper()
	r, err := markup.Open(context.Background(), pageOf(t, page), grid.DefaultLimits())
	require.NoError(t, err)
	return r
}

// read gives the rows of a table.
func read(t testing.TB, r *markup.Reader, sheet int) ([][]string, grid.Tail) {
	t.Helper()
	var rows [][]string
	tail, err := r.Rows(context.Background(), sheet, func(row *grid.Row) error {
		require.Equal(t, len(rows)+1, row.Number)
		var cells []string
		for i := range row.Cells {
			cells = append(cells, row.Cells[i].Text)
		}
		rows = append(rows, cells)
		return nil
	})
	require.NoError(t, err)
	require.Len(t, rows, tail.Rows)
	return rows, tail
}

func TestTableOfAnExport(t *testing.T) {
	r := open(t, `<html><head><title>T</title><style>td{x}</style></head><body><h1>Report</h1>
<table border=1><thead><tr><th>Name</th><th>Notes</th></tr></thead><tbody>
<tr><td> Ann &amp;
 Bob </td><td>one<br>two<p>three</p></td></tr>
<tr><td>&nbsp;</td><td>caf&eacute;<script>alert("x")</script></td></tr>
<tr></tr>
<tr><td>last</td><td></td></tr></tbody></table></body></html>`)
	require.Len(t, r.Sheets(), 1)
	assert.Equal(t, "Table 1", r.Sheets()[0].Name)
	rows, tail := read(t, r, 0)
	assert.Equal(t, [][]string{{"Name", "Notes"}, {"Ann & Bob", "one\ntwo\nthree"}, {"", "café"}, nil, {"last"}}, rows)
	assert.Equal(t, 5, tail.Last)
	assert.Equal(t, 2, tail.Columns)
	assert.Equal(t, "web-page", r.Facts()[0].Code)
}

func TestEndTagsThatAreMissing(t *testing.T) {
	rows, _ := read(t, open(t, "<table><tr><td>a<td>b<tr><td>c<td>d<tbody><td>e</table>"), 0)
	assert.Equal(t, [][]string{{"a", "b"}, {"c", "d"}, {"e"}}, rows)
}

func TestCellsOverSeveralColumnsAndRows(t *testing.T) {
	rows, tail := read(t, open(t, `<table><tr><td rowspan=2>a<td colspan="2">b<td>c<tr><td>d<td>e<td>f<tr><td>g<td colspan=x>h</table>`), 0)
	assert.Equal(t, [][]string{{"a", "b", "", "c"}, {"", "d", "e", "f"}, {"g", "h"}}, rows)
	assert.Equal(t, []grid.Range{{FirstRow: 1, FirstColumn: 1, LastRow: 2, LastColumn: 1}, {FirstRow: 1, FirstColumn: 2, LastRow: 1, LastColumn: 3}}, tail.Merges)
}

func TestSeveralTablesAndTablesWithinTables(t *testing.T) {
	r := open(t, `<table><caption>Sites</caption><tr><td>1</table><table><caption>Sites</caption><tr><td>2</table>
<table><tr><td>outer<table><tr><td>inner</table>text</td><td>right</table>`)
	var names []string
	for _, s := range r.Sheets() {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{"Sites", "Sites (2)", "Table 3", "Table 4"}, names)
	for i, want := range [][][]string{{{"1"}}, {{"2"}}, {{"outertext", "right"}}, {{"inner"}}} {
		rows, _ := read(t, r, i)
		assert.Equal(t, want, rows)
	}
	assert.Equal(t, "nested-tables", r.Facts()[1].Code)
}

func TestHiddenRowsLinksAndPictures(t *testing.T) {
	r := open(t, `<table><tr style="display: none"><td>x<tr hidden><td>y<tr><td><a href="https://example.com/1">z</a><img src="file:///etc/passwd"></table>`)
	var hidden []bool
	tail, err := r.Rows(context.Background(), 0, func(row *grid.Row) error {
		hidden = append(hidden, row.Hidden)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, false}, hidden)
	assert.Equal(t, []grid.Note{{Ref: grid.Ref{Row: 3, Column: 1}, Text: "https://example.com/1"}}, tail.Links)
	assert.Equal(t, 1, tail.Pictures)
}

func TestEncodingOfAPage(t *testing.T) {
	western, err := charmap.Windows1252.NewEncoder().String("<meta http-equiv=Content-Type content=\"text/html; charset=windows-1252\"><table><tr><td>Renée\u20ac</table>")
	require.NoError(t, err)
	silent, err := charmap.Windows1252.NewEncoder().String("<table><tr><td>Renée à côté</table>")
	require.NoError(t, err)
	for page, want := range map[string]string{
		western: "Renée€",
		silent:  "Renée à côté",
		"\ufeff<meta charset=windows-1252><table><tr><td>Renée</table>":        "Renée",
		"<meta charset=utf-8><table><tr><td>Ren\xe9e</table>":                  `Ren\xE9e`,
		"<meta charset='utf-16'><table><tr><td>Renée</table>":                  "Renée",
		"<?xml version=\"1.0\" encoding='koi8-r'?><table><tr><td>\xc9</table>": "и",
	} {
		rows, _ := read(t, open(t, page), 0)
		assert.Equal(t, [][]string{{want}}, rows)
	}
	bad := open(t, "<meta charset=utf-8><table><tr><td>Ren\xe9e<tr><td>b</table>")
	var faults []string
	_, err = bad.Rows(context.Background(), 0, func(row *grid.Row) error {
		faults = append(faults, row.Fault)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"column A holds letters that cannot be read", ""}, faults)
}

func TestPagesThatAreRefused(t *testing.T) {
	small := grid.DefaultLimits()
	small.Rows, small.Columns, small.Cell, small.Line = 3, 4, 20, 4096
	for _, test := range []struct {
		page  string
		cause grid.Cause
		why   string
	}{
		{"<table><tr><td>a", grid.Cut, "ends in the middle of a table"},
		{"<p>no</p>", grid.NoSheet, "no table"},
		{"<table></table>", grid.NoSheet, "no table"},
		{"<table><tr><tr><tr><tr></table>", grid.TooLarge, "more than 3 rows"},
		{"<table><tr><td colspan=5>a</table>", grid.TooLarge, "more than 4 cells"},
		{"<table><tr><td>" + strings.Repeat("x", 30) + "</table>", grid.TooLarge, "cell A1 has more than 20 bytes"},
		{"<table><tr><td a='" + strings.Repeat("x", 9000) + "'></table>", grid.TooLarge, "more than 4096 bytes"},
		{strings.Repeat("<table><tr><td>", 70), grid.TooLarge, "within each other"},
	} {
		_, err := markup.Open(context.Background(), pageOf(t, test.page), small)
		var r *grid.Refusal
		require.ErrorAs(t, err, &r, test.page)
		assert.Equal(t, test.cause, r.Cause)
		assert.Contains(t, r.Why, test.why)
		assert.NotEmpty(t, r.Do)
	}
}

func TestReadingStopsWhenItIsToldTo(t *testing.T) {
	page := "<table>" + strings.Repeat("<tr><td>a", 2000) + "</table>"
	r := open(t, page)
	_, err := r.Rows(context.Background(), 0, func(*grid.Row) error { return assert.AnError })
	require.ErrorIs(t, err, assert.AnError)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = markup.Open(ctx, pageOf(t, page), grid.DefaultLimits())
	require.ErrorIs(t, err, context.Canceled)
}

func FuzzOpen(f *testing.F) {
	f.Add("<table><caption>c<tr><td rowspan=3 colspan=2>a<td>b<tr><td>c</table>")
	f.Add("<table><tr><td><table><tr><td>x</table>y<a href=z>")
	f.Add("<meta charset=gbk><script><table></script><table><tr hidden><th>\xff\x00</table>")
	f.Fuzz(func(t *testing.T, page string) {
		l := grid.DefaultLimits()
		l.Cell, l.Line, l.Columns = 1<<12, 1<<14, 1<<10
		r, err := markup.Open(context.Background(), pageOf(t, page), l)
		if err != nil {
			return
		}
		total := 0
		for i := range r.Sheets() {
			last := 0
			tail, err := r.Rows(context.Background(), i, func(row *grid.Row) error {
				require.Equal(t, last+1, row.Number)
				last = row.Number
				for j := range row.Cells {
					require.True(t, utf8.ValidString(row.Cells[j].Text))
				}
				return nil
			})
			require.NoError(t, err)
			require.Equal(t, last, tail.Rows)
			total += tail.Rows
		}
		require.Positive(t, total)
	})
}
