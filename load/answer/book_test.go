package answer

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
)

func TestAnsweredWorkbookKeepsAllElse(t *testing.T) {
	c := config(t, customers(t, nil))
	done := written(t, c)
	require.Equal(t, 3, done.Rows)
	require.Equal(t, 3, done.Bad)
	require.Len(t, done.Cells, 3)
	f := open(t, c.Out)
	old := open(t, c.Original)
	for _, at := range []string{"A1", "B1", "A2", "B2", "C2", "D2", "A3", "C3", "A4", "B4", "C4"} {
		require.Equal(t, cell(t, old, "Customers", at), cell(t, f, "Customers", at), at)
	}
	formula, err := f.GetCellFormula("Customers", "D4")
	require.NoError(t, err)
	require.Equal(t, "D2+D3", formula)
	require.Equal(t, []string{"Result", "Customers", "Other", "_ferry"}, f.GetSheetList())
	visible, err := f.GetSheetVisible("_ferry")
	require.NoError(t, err)
	require.False(t, visible)
	require.Equal(t, []string{"Result", "What to do", "Open in Syncro", "Ferry row"},
		[]string{cell(t, f, "Customers", "E1"), cell(t, f, "Customers", "F1"), cell(t, f, "Customers", "G1"), cell(t, f, "Customers", "H1")})
	require.Equal(t, "created", cell(t, f, "Customers", "E2"))
	require.Equal(t, "mend the date", cell(t, f, "Customers", "F4"))
	require.Equal(t, stamp("3").String(), cell(t, f, "Customers", "H4"))
	shown, err := f.GetColVisible("Customers", "H")
	require.NoError(t, err)
	require.False(t, shown)
	link, err := f.GetCellFormula("Customers", "G2")
	require.NoError(t, err)
	require.Equal(t, `HYPERLINK("https://acme.example/customers/1?a=1&b=2","Open")`, link)
	require.Equal(t, 0, f.GetActiveSheetIndex())
}

func TestUntouchedPartsAreCopiedByteForByte(t *testing.T) {
	c := config(t, customers(t, nil))
	written(t, c)
	before, after := raw(t, c.Original), raw(t, c.Out)
	touched := map[string]bool{
		"xl/worksheets/sheet1.xml": true, "xl/styles.xml": true, "xl/workbook.xml": true, "xl/_rels/workbook.xml.rels": true, "[Content_Types].xml": true,
	}
	require.Contains(t, before, "xl/worksheets/sheet2.xml")
	for name, data := range before {
		if touched[name] {
			require.NotEqual(t, data, after[name], name)
			continue
		}
		require.Equal(t, data, after[name], name)
	}
}

func TestRowsChangeOnlyInFormatAndBehindTheirCells(t *testing.T) {
	c := config(t, customers(t, nil))
	written(t, c)
	ours := regexp.MustCompile(`<c r="[E-H]\d+" s="\d+" t="(?:inlineStr|str)">.*?</c>`)
	inserted := regexp.MustCompile(`<c r="B3" s="\d+"/>`)
	format := regexp.MustCompile(`(<c r="(?:C4|D4)"[^>]*?) s="\d+"`)
	spans := regexp.MustCompile(`(?s)<row .*</row>`)
	before := spans.FindString(string(parts(t, c.Original)["xl/worksheets/sheet1.xml"]))
	after := spans.FindString(string(parts(t, c.Out)["xl/worksheets/sheet1.xml"]))
	require.Len(t, ours.FindAllString(after, -1), 4+3+3+3)
	after = inserted.ReplaceAllString(ours.ReplaceAllString(after, ""), "")
	require.Equal(t, format.ReplaceAllString(before, "$1"), format.ReplaceAllString(after, "$1"))
}

func TestBadCellsKeepTheirNumberFormat(t *testing.T) {
	c := config(t, customers(t, nil))
	written(t, c)
	f := open(t, c.Out)
	id, err := f.GetCellStyle("Customers", "C4")
	require.NoError(t, err)
	style, err := f.GetStyle(id)
	require.NoError(t, err)
	require.Equal(t, "dd/mm/yyyy", *style.CustomNumFmt)
	require.True(t, style.Font.Italic)
	require.Equal(t, []string{"FFC9C6"}, style.Fill.Color)
	id, err = f.GetCellStyle("Customers", "D4")
	require.NoError(t, err)
	style, err = f.GetStyle(id)
	require.NoError(t, err)
	require.Equal(t, []string{"FFE7B5"}, style.Fill.Color)
	blank, err := f.GetCellStyle("Customers", "B3")
	require.NoError(t, err)
	require.NotZero(t, blank)
}

func TestNotesOfPeopleAreKeptAndOursAddedBelow(t *testing.T) {
	c := config(t, customers(t, func(f *excelize.File) {
		require.NoError(t, f.AddComment("Customers", excelize.Comment{Cell: "C4", Author: "Ann", Text: "ask Bo"}))
		require.NoError(t, f.AddComment("Customers", excelize.Comment{Cell: "A1", Author: "Ann", Text: "names"}))
		require.NoError(t, f.AddComment("Other", excelize.Comment{Cell: "A1", Author: "Ann", Text: "other"}))
	}))
	written(t, c)
	require.Equal(t, map[string]string{"A1": "names", "C4": "ask Bo\n[Ferry] is no date", "B3": "is blank & needed", "D4": "is odd"}, comments(t, c.Out))
	boxes := string(parts(t, c.Out)["xl/drawings/vmlDrawing1.vml"])
	require.Len(t, regexp.MustCompile(`<v:shape `).FindAllString(boxes, -1), 4)
}

func comments(t *testing.T, path string) map[string]string {
	t.Helper()
	list, err := open(t, path).GetComments("Customers")
	require.NoError(t, err)
	found := map[string]string{}
	for _, one := range list {
		text := one.Text
		if text == "" {
			for _, run := range one.Paragraph {
				text += run.Text
			}
		}
		require.NotContains(t, found, one.Cell)
		found[one.Cell] = text
	}
	return found
}

func TestAnAnsweredWorkbookSentAgainIsAnsweredAnew(t *testing.T) {
	first := config(t, customers(t, func(f *excelize.File) {
		require.NoError(t, f.AddComment("Customers", excelize.Comment{Cell: "C4", Author: "Ann", Text: "ask Bo"}))
		fill, err := f.NewStyle(&excelize.Style{Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"00B050"}}})
		require.NoError(t, err)
		require.NoError(t, f.SetCellStyle("Customers", "D4", "D4", fill))
	}))
	written(t, first)
	second := config(t, first.Out)
	recipe := *first.Recipe
	for i, text := range headings("Syncro") {
		recipe.Columns = append(recipe.Columns, sheet.Column{Place: 5 + i, Header: text, Ours: true})
	}
	second.Recipe = &recipe
	second.Rows = answers(
		Row{Sheet: "Customers", Number: 3, Result: "still not", Bad: []Cell{{2, "is blank again", false}}, Stamp: stamp("2")},
		Row{Sheet: "Customers", Number: 4, Result: "updated", Good: true, Stamp: stamp("3")})
	written(t, second)
	f := open(t, second.Out)
	require.Equal(t, []string{"Result", "Customers", "Other", "_ferry"}, f.GetSheetList())
	require.Equal(t, []string{"", "still not", "updated"}, []string{cell(t, f, "Customers", "E2"), cell(t, f, "Customers", "E3"), cell(t, f, "Customers", "E4")})
	require.Equal(t, "Result", cell(t, f, "Customers", "E1"))
	require.Empty(t, cell(t, f, "Customers", "I1"))
	require.Empty(t, cell(t, f, "Customers", "F4"))
	require.Equal(t, map[string]string{"C4": "ask Bo", "B3": "is blank again"}, comments(t, second.Out))
	id, err := f.GetCellStyle("Customers", "D4")
	require.NoError(t, err)
	style, err := f.GetStyle(id)
	require.NoError(t, err)
	require.Equal(t, []string{"00B050"}, style.Fill.Color, "the person's own colour")
}

func TestSheetsThatAreNamedByPlaceMoveOn(t *testing.T) {
	c := config(t, customers(t, nil))
	written(t, c)
	f := open(t, c.Out)
	for _, name := range f.GetDefinedName() {
		if name.Name == "Mine" {
			require.Equal(t, "Other", name.Scope)
			return
		}
	}
	t.Fatal("the name is gone")
}

func TestResultSheetLinksToEachBadCell(t *testing.T) {
	c := config(t, customers(t, nil))
	written(t, c)
	f := open(t, c.Out)
	rows, err := f.GetRows("Result")
	require.NoError(t, err)
	require.Equal(t, []string{"B3", "", "Phone", "is blank & needed"}, rows[4])
	linked, to, err := f.GetCellHyperLink("Result", "A5")
	require.NoError(t, err)
	require.True(t, linked)
	require.Equal(t, "'Customers'!B3", to)
	mark, err := f.GetRows("_ferry")
	require.NoError(t, err)
	m, ok := sheet.ParseMark(mark)
	require.True(t, ok)
	require.Equal(t, "i1", m.Import)
	require.Equal(t, "Customers", m.Sheet)
	require.Equal(t, 1, m.Header)
}

func TestASheetOfTheSameNameIsLeftAlone(t *testing.T) {
	c := config(t, customers(t, func(f *excelize.File) {
		_, err := f.NewSheet("result")
		require.NoError(t, err)
	}))
	written(t, c)
	require.Equal(t, []string{"Result (Ferry)", "Customers", "Other", "result", "_ferry"}, open(t, c.Out).GetSheetList())
}
