package workbook

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"ferry/extract/sheet/grid"
)

func TestC14StrayCellAtTheEndOfTheGrid(t *testing.T) {
	s := wholly(t, file(t, worksheet(threeRows+`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`)))
	require.Len(t, s.rows, 4)
	require.Equal(t, grid.MaxRows, s.tail.Last)
	require.Equal(t, grid.MaxColumns, s.tail.Columns)
	require.Equal(t, []grid.Ref{{Row: grid.MaxRows, Column: grid.MaxColumns}}, s.fact("stray-cell").Cells)

	s = wholly(t, file(t, worksheet(`<row><c r="A1"><v>1</v></c></row><row><c r="A2"><v>1</v></c><c r="ZZ2"><v>1</v></c></row>`)))
	require.Equal(t, []grid.Ref{{Row: 2, Column: 702}}, s.fact("stray-cell").Cells)
	wide := strings.Repeat(`<c><v>1</v></c>`, 300)
	require.Nil(t, wholly(t, file(t, worksheet(`<row><c><v>1</v></c></row><row>`+wide+`</row>`))).fact("stray-cell"))
}

func TestC15DimensionIsNotBelieved(t *testing.T) {
	for _, said := range []string{"A1", "A1:XFD1048576", "nonsense"} {
		text := strings.Replace(worksheet(threeRows), "<sheetData>", `<dimension ref="`+said+`"/><sheetData>`, 1)
		s := wholly(t, file(t, text))
		require.Equal(t, 3, s.tail.Rows)
		require.Equal(t, 3, s.tail.Last)
	}
}

func TestC16FormattedButBlankRows(t *testing.T) {
	blank := strings.Repeat(`<row s="1"><c s="1"/><c s="1"/></row>`, 5000)
	s := wholly(t, file(t, worksheet(threeRows+blank), stylesPart("0.00")))
	require.Equal(t, 5003, s.tail.Rows)
	require.Equal(t, 3, s.tail.Last)
	require.Empty(t, s.rows[10].Cells)
}

func TestC17PlacesFromTheOrder(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c r="C5"><v>3</v></c><c><v>4</v></c></row><row><c><v>5</v></c></row>`)))
	require.Equal(t, []int{1, 5, 6}, []int{s.rows[0].Number, s.rows[1].Number, s.rows[2].Number})
	for address, want := range map[string]string{"A1": "1", "B1": "2", "C5": "3", "D5": "4", "A6": "5", "A5": ""} {
		require.Equal(t, want, s.at(t, address).Text, address)
	}
	s = wholly(t, file(t, worksheet(`<row><c r="B7"><v>1</v></c></row>`)))
	require.Equal(t, 7, s.rows[0].Number)
}

func TestC17CellsInWrongOrderAndTwice(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row r="2"><c r="C2"><v>3</v></c><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>9</v></c></row>`+
		`<row r="2"><c r="A2"><v>4</v></c></row><row r="4"><c r="A4"><v>1</v></c><c r="A4"><v>2</v></c></row><row r="5"><c r="A6"><v>1</v></c></row>`)))
	require.Equal(t, "1", s.rows[0].Cells[0].Text)
	require.Equal(t, "3", s.rows[0].Cells[2].Text)
	require.Equal(t, 1, s.rows[1].Number)
	require.Empty(t, s.rows[1].Fault)
	require.Contains(t, s.rows[2].Fault, "two rows")
	require.Contains(t, s.rows[3].Fault, "two cells in column A")
	require.Equal(t, "1", s.rows[3].Cells[0].Text)
	require.Contains(t, s.rows[4].Fault, "row 6")
}

func TestC18TextThatTheTableDoesNotHave(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>2</v></c><c r="C1" t="s"><v>-1</v></c><c r="D1" t="s"><v>99999999999999999999</v></c></row>`),
		textsPart(`<si><t>a</t></si>`, `<si><t>b</t></si>`)))
	require.Equal(t, "b", s.at(t, "A1").Text)
	for _, address := range []string{"B1", "C1", "D1"} {
		c := s.at(t, address)
		require.Equal(t, grid.Error, c.Kind)
		require.Equal(t, Unreadable, c.Text)
	}
	require.Equal(t, 3, s.fact("unreadable").Count)
	s = wholly(t, file(t, worksheet(`<row r="1"><c t="s"><v>0</v></c></row>`)))
	require.Equal(t, grid.Error, s.at(t, "A1").Kind, "no table at all")
}

func TestC19NamespacesPrefixesAndEncodings(t *testing.T) {
	plain := worksheet(`<row r="1"><c r="A1" t="inlineStr"><is><t>Zoë</t></is></c></row>`)
	prefixed := strings.NewReplacer("<row", "<x:row", "</row", "</x:row", "<c ", "<x:c ", "</c>", "</x:c>", "<is>", "<x:is>", "</is>", "</x:is>",
		"<t>", "<x:t>", "</t>", "</x:t>", "<sheetData", "<x:sheetData", "</sheetData", "</x:sheetData", "<worksheet xmlns=", "<x:worksheet xmlns:x=", "</worksheet", "</x:worksheet").Replace(plain)
	strict := strings.ReplaceAll(plain, nsMain, "http://purl.oclc.org/ooxml/spreadsheetml/main")
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) string {
		text, err := unicode.UTF16(order, mark).NewEncoder().String(strings.Replace(plain, "UTF-8", "UTF-16", 1))
		require.NoError(t, err)
		return text
	}
	for name, text := range map[string]string{
		"prefix": prefixed, "strict": strict, "made up": strings.ReplaceAll(plain, nsMain, "urn:x"), "none": strings.Replace(plain, ` xmlns="`+nsMain+`"`, "", 1),
		"declared below": strings.NewReplacer("<sheetData>", `<y:sheetData xmlns:y="`+nsMain+`">`, "</sheetData>", "</y:sheetData>").Replace(plain),
		"UTF-16LE":       utf16(unicode.LittleEndian, unicode.UseBOM), "UTF-16BE": utf16(unicode.BigEndian, unicode.UseBOM),
		"UTF-16LE without mark": utf16(unicode.LittleEndian, unicode.IgnoreBOM), "UTF-16BE without mark": utf16(unicode.BigEndian, unicode.IgnoreBOM),
		"UTF-8 mark": "\xEF\xBB\xBF" + plain,
		"Latin-1":    strings.NewReplacer("UTF-8", "ISO-8859-1", "ë", "\xEB").Replace(plain),
		"CDATA":      strings.Replace(plain, "Zoë", "<![CDATA[Zo]]>&#xEB;", 1),
		"comments":   strings.Replace(plain, "<row", "<!-- <row> > --><?x <row> ?><row", 1),
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "Zoë", wholly(t, file(t, text)).at(t, "A1").Text)
		})
	}
}

func TestC23WritersWithWaysOfTheirOwn(t *testing.T) {
	t.Run("absolute targets, relations in another order", func(t *testing.T) {
		s := wholly(t, file(t, worksheet(threeRows), relationsPart("_rels/.rels", "z", "officeDocument", "/xl/workbook.xml"),
			relationsPart("xl/_rels/workbook.xml.rels", "r9", "styles", "/xl/styles.xml", "r1", "worksheet", "/xl/worksheets/sheet1.xml")))
		require.Len(t, s.rows, 3)
	})
	t.Run("workbook elsewhere, names with blanks", func(t *testing.T) {
		s := wholly(t, pack(t, relationsPart("_rels/.rels", "a", "officeDocument", "doc/book.xml"),
			part{"doc/book.xml", bookParts("")[1].text}, relationsPart("doc/_rels/book.xml.rels", "r1", "worksheet", "../my%20sheets/one.xml"),
			part{"my sheets/one.xml", worksheet(threeRows)}))
		require.Len(t, s.rows, 3)
	})
	t.Run("no list of relations of the package", func(t *testing.T) {
		require.Len(t, wholly(t, pack(t, bookParts(worksheet(threeRows))[1:]...)).rows, 3)
	})
	t.Run("blanks and single quotes", func(t *testing.T) {
		s := wholly(t, file(t, worksheet("\r\n<row r='1' >\n<c  r = 'A1'\tt='n' ><v > 7 </v\n></c ></row>\n")))
		require.Equal(t, "7", s.at(t, "A1").Text)
	})
	t.Run("value of an inline text in v", func(t *testing.T) {
		require.Equal(t, "x", wholly(t, file(t, worksheet(`<row><c t="inlineStr"><v>x</v></c></row>`))).at(t, "A1").Text)
	})
	t.Run("who wrote it", func(t *testing.T) {
		s := wholly(t, file(t, worksheet(""), part{"docProps/app.xml", `<Properties><Application>LibreOffice/7.4</Application></Properties>`}))
		require.Contains(t, s.fact("written-by").Text, "LibreOffice/7.4")
	})
}

func TestC27EndsAtALimitOfExcel(t *testing.T) {
	for _, last := range []int{65_536, grid.MaxRows} {
		s := wholly(t, file(t, worksheet(fmt.Sprintf(`<row r="1"><c><v>1</v></c></row><row r="%d"><c><v>1</v></c></row>`, last))))
		require.True(t, s.fact("row-limit").Warn)
	}
	require.Nil(t, wholly(t, file(t, worksheet(`<row r="65535"><c><v>1</v></c></row>`))).fact("row-limit"))
}

func TestS08HiddenSheetsAreListed(t *testing.T) {
	text := `<workbook xmlns="` + nsMain + `" xmlns:r="` + nsDoc + `"><sheets><sheet name="A" r:id="r1"/><sheet name="B" state="hidden" r:id="r1"/><sheet name="C" state="veryHidden" r:id="r1"/><sheet name="D" r:id="gone"/></sheets></workbook>`
	s := wholly(t, file(t, worksheet(threeRows), part{"xl/workbook.xml", text}))
	sheets := s.reader.Sheets()
	require.Len(t, sheets, 3)
	require.Equal(t, []grid.State{grid.Visible, grid.Hidden, grid.VeryHidden}, []grid.State{sheets[0].State, sheets[1].State, sheets[2].State})
	require.Equal(t, "B", s.fact("hidden-sheet").Sheet)
	require.Equal(t, "D", s.fact("lost-sheet").Sheet)
	require.Positive(t, sheets[0].Bytes)
}

func TestS11ChartSheetHasNoRows(t *testing.T) {
	s := lookAt(t, file(t, worksheet(threeRows), part{"xl/workbook.xml", strings.Replace(bookParts("")[1].text, "<sheets>", `<sheets><sheet name="Chart" r:id="c"/>`, 1)},
		relationsPart("xl/_rels/workbook.xml.rels", "c", "chartsheet", "chartsheets/sheet1.xml", "r1", "worksheet", "worksheets/sheet1.xml"),
		part{"xl/chartsheets/sheet1.xml", "<chartsheet/>"}))
	require.ErrorContains(t, s.err, "it has no rows")
	require.Equal(t, grid.ChartSheet, s.reader.Sheets()[0].Kind)
	require.Equal(t, "Chart", s.fact("chart-sheet").Sheet)
}

func TestHiddenRowsAndColumnsMergesFiltersAndLevels(t *testing.T) {
	text := strings.Replace(worksheet(`<row r="1" hidden="1" outlineLevel="2"><c><v>1</v></c></row><row r="2" ht="0" customHeight="true"><c><v>1</v></c></row><row r="3"/>`,
		`<autoFilter ref="A1:C9"/><mergeCells count="2"><mergeCell ref="A1:B2"/><mergeCell ref="C3:C9"/></mergeCells><dataValidations><dataValidation/></dataValidations>`),
		"<sheetData>", `<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" width="0"/><col min="6" max="7" width="9"/></cols><sheetData>`, 1)
	s := wholly(t, file(t, text))
	require.True(t, s.rows[0].Hidden && s.rows[1].Hidden && !s.rows[2].Hidden)
	require.Equal(t, uint8(2), s.rows[0].Level)
	require.Equal(t, []grid.Range{{FirstRow: 1, FirstColumn: 1, LastRow: 2, LastColumn: 2}, {FirstRow: 3, FirstColumn: 3, LastRow: 9, LastColumn: 3}}, s.tail.Merges)
	require.Equal(t, "A1:C9", s.tail.Filter.String())
	require.Equal(t, []grid.Range{{FirstColumn: 2, LastColumn: 3}, {FirstColumn: 5, LastColumn: 5}}, s.tail.HiddenColumns)
	require.Equal(t, 1, s.tail.Validations)
}

func TestManySharedTextsStayWithinTheBound(t *testing.T) {
	const count, pad = 400_000, 120
	var texts strings.Builder
	filler := strings.Repeat("x", pad)
	for i := range count {
		fmt.Fprintf(&texts, `<si><t>%d %s</t></si>`, i, filler)
	}
	var rows strings.Builder
	for _, i := range []int{0, 15, 16, count - 1, count / 2, 17, count} {
		fmt.Fprintf(&rows, `<row><c t="s"><v>%d</v></c></row>`, i)
	}
	data := file(t, worksheet(rows.String()), textsPart(texts.String()))
	texts.Reset()
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	s := wholly(t, data)
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.NotNil(t, s.reader.texts.file, "the texts lie in a file")
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(heldBytes))
	for i, n := range []int{0, 15, 16, count - 1, count / 2, 17} {
		require.Equal(t, fmt.Sprintf("%d %s", n, filler), s.rows[i].Cells[0].Text)
	}
	require.Equal(t, grid.Error, s.rows[6].Cells[0].Kind)
	require.NoError(t, s.reader.Close())
}

func TestLongTextsInTheFileOfTexts(t *testing.T) {
	table := &shared{}
	defer func() { require.NoError(t, table.close()) }()
	long := strings.Repeat("y", cachedBlock)
	for i := range 40 {
		require.NoError(t, table.add([]byte(fmt.Sprint(i, long)), markRich))
	}
	require.NoError(t, table.flush())
	require.NoError(t, table.spill(block{}))
	table.places = table.places[:len(table.places)-1]
	for _, i := range []int{0, 1, 15, 16, 39} {
		text, marks, ok, err := table.get(i)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, markRich, marks)
		require.Equal(t, fmt.Sprint(i, long), text)
	}
	_, _, ok, err := table.get(40)
	require.NoError(t, err)
	require.False(t, ok)
}

func TestTextLongerThanTheLimit(t *testing.T) {
	l := grid.DefaultLimits()
	l.Cell = 10
	long := strings.Repeat("z", 50)
	s := lookWith(t, file(t, worksheet(`<row><c t="inlineStr"><is><t>`+long+`</t></is></c><c t="s"><v>0</v></c></row><row><c t="s"><v>0</v></c></row>`), textsPart(`<si><t>`+long+`</t></si>`)), l, Look{})
	require.NoError(t, s.err)
	require.Contains(t, s.rows[0].Fault, "column A")
	require.Contains(t, s.rows[1].Fault, "column A")
	require.Equal(t, -1, s.tail.Second)
	require.NotEmpty(t, s.tail.SecondWhy)
}
