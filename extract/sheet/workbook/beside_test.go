package workbook

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

// sheetRelations are those of the sheet that bookParts writes.
func sheetRelations(triples ...string) part {
	return relationsPart("xl/worksheets/_rels/sheet1.xml.rels", triples...)
}

func TestS18FillsOfCells(t *testing.T) {
	styles := part{"xl/styles.xml", `<styleSheet xmlns="` + nsMain + `"><fills><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFff0000"/><bgColor indexed="64"/></patternFill></fill>` +
		`<fill><patternFill patternType="solid"><fgColor theme="4" tint="-0.5"/></patternFill></fill>` +
		`<fill><patternFill patternType="solid"><fgColor indexed="13"/></patternFill></fill>` +
		`<fill><patternFill patternType="solid"><fgColor theme="0"/></patternFill></fill>` +
		`<fill><patternFill patternType="none"><fgColor rgb="FF00FF00"/></patternFill></fill></fills>` +
		`<cellXfs><xf/><xf fillId="2"/><xf fillId="3"/><xf fillId="4"/><xf fillId="5"/><xf fillId="6"/><xf fillId="1"/></cellXfs>` +
		`<dxfs><dxf><fill><patternFill patternType="solid"><fgColor rgb="FF000001"/></patternFill></fill></dxf></dxfs></styleSheet>`}
	theme := part{"xl/theme/theme1.xml", `<a:theme xmlns:a="x"><a:themeElements><a:clrScheme><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1><a:lt1><a:sysClr lastClr="FFFFFF"/></a:lt1>` +
		`<a:dk2><a:srgbClr val="111111"/></a:dk2><a:lt2><a:srgbClr val="EEEEEE"/></a:lt2><a:accent1><a:srgbClr val="4080c0"/></a:accent1></a:clrScheme><a:fontScheme/></a:themeElements></a:theme>`}
	rows := `<row r="1"><c r="A1" s="1"><v>1</v></c><c r="B1" s="2"><v>1</v></c><c r="C1" s="3"><v>1</v></c><c r="D1" s="4"><v>1</v></c><c r="E1" s="5"><v>1</v></c><c r="F1" s="6"><v>1</v></c><c r="G1" s="1"/></row>`
	s := lookWith(t, file(t, worksheet(rows), styles, theme), grid.DefaultLimits(), Look{Fills: true})
	require.NoError(t, s.err)
	for address, want := range map[string]string{"A1": "FF0000", "B1": "204060", "C1": "FFFF00", "D1": "FFFFFF", "E1": "", "F1": "", "G1": "FF0000"} {
		require.Equal(t, want, s.at(t, address).Fill, address)
	}
	require.Len(t, s.rows[0].Cells, 7, "a blank with a fill is kept")
	without := wholly(t, file(t, worksheet(rows), styles, theme))
	require.Len(t, without.rows[0].Cells, 6)
	require.Empty(t, without.at(t, "A1").Fill)
}

func TestTintsMoveTheLightness(t *testing.T) {
	for _, c := range []struct {
		base, want string
		tint       float64
	}{
		{"4F81BD", "95B3D7", 0.3999755851924192}, {"000000", "808080", 0.5}, {"FFFFFF", "F2F2F2", -0.05},
		{"FF0000", "800000", -0.5}, {"00FF00", "80FF80", 0.5}, {"0000FF", "000080", -0.5}, {"C0504D", "C0504D", 0},
	} {
		require.Equal(t, c.want, tinted(c.base, c.tint), "%s %v", c.base, c.tint)
	}
}

func TestS19NotesAndComments(t *testing.T) {
	notes := part{"xl/comments1.xml", `<comments xmlns="` + nsMain + `"><commentList><comment ref="B2"><text><r><rPr><b/></rPr><t>Call </t></r><r><t>before noon</t></r></text></comment>` +
		`<comment ref="C3"><text><t>[Threaded comment] read it in a newer Excel</t></text></comment></commentList></comments>`}
	threads := part{"xl/threadedComments/threadedComment1.xml", `<ThreadedComments><threadedComment ref="C3"><text>moved?</text></threadedComment><threadedComment ref="C3"><text>yes</text></threadedComment></ThreadedComments>`}
	s := wholly(t, file(t, worksheet(threeRows), notes, threads,
		sheetRelations("r1", "comments", "../comments1.xml", "r2", "threadedComment", "../threadedComments/threadedComment1.xml")))
	require.Equal(t, []grid.Note{{Ref: grid.Ref{Row: 2, Column: 2}, Text: "Call before noon"}, {Ref: grid.Ref{Row: 3, Column: 3}, Text: "moved?\nyes"}}, s.tail.Notes)
	require.Equal(t, 2, s.fact("notes").Count)

	s = wholly(t, file(t, worksheet(threeRows), part{notes.name, "<comments><commentList>"}, sheetRelations("r1", "comments", "../comments1.xml")))
	require.Len(t, s.rows, 3)
	require.True(t, s.fact("part-damaged").Warn)
}

// What Ferry has noted in a file that it answered is no note of a person.
func TestNotesOfOurOwnAreNotRead(t *testing.T) {
	notes := part{"xl/comments1.xml", `<comments xmlns="` + nsMain + `"><authors><author>Carla</author><author>` + grid.NoteAuthor + `</author></authors><commentList>` +
		`<comment ref="B2" authorId="1"><text><t>is no e-mail address</t></text></comment>` +
		`<comment ref="B3" authorId="0"><text><t>Call before noon</t></text></comment>` +
		`<comment ref="B4" authorId="0"><text><r><t>moved</t></r><r><t xml:space="preserve">` + "\n" + grid.NoteMark + `is no number</t></r></text></comment></commentList></comments>`}
	s := wholly(t, file(t, worksheet(threeRows), notes, sheetRelations("r1", "comments", "../comments1.xml")))
	require.Equal(t, []grid.Note{{Ref: grid.Ref{Row: 3, Column: 2}, Text: "Call before noon"}, {Ref: grid.Ref{Row: 4, Column: 2}, Text: "moved"}}, s.tail.Notes)
}

func TestS20LinksAndPictures(t *testing.T) {
	rows := `<row r="1"><c r="A1"><f>HYPERLINK("https://example.com/a","x")</f><v>0</v></c><c r="B1"><f>HYPERLINK("https://"&amp;A2)</f><v>0</v></c></row>`
	links := `<hyperlinks><hyperlink ref="C1:D1" r:id="r1"/><hyperlink ref="E1" location="Other!A1"/></hyperlinks>`
	s := wholly(t, file(t, worksheet(rows, links), sheetRelations("r1", "hyperlink", "mailto://a@example.com", "r2", "drawing", "../drawings/drawing1.xml"),
		part{"xl/drawings/drawing1.xml", `<d:wsDr xmlns:d="x"><d:oneCellAnchor><d:pic/></d:oneCellAnchor><d:twoCellAnchor><d:pic/></d:twoCellAnchor></d:wsDr>`}))
	require.Equal(t, []grid.Note{
		{Ref: grid.Ref{Row: 1, Column: 1}, Text: "https://example.com/a"}, {Ref: grid.Ref{Row: 1, Column: 3}, Text: "mailto://a@example.com"},
		{Ref: grid.Ref{Row: 1, Column: 4}, Text: "mailto://a@example.com"}, {Ref: grid.Ref{Row: 1, Column: 5}, Text: "#Other!A1"},
	}, s.tail.Links)
	require.Equal(t, 2, s.tail.Pictures)
	require.Contains(t, s.fact("pictures").Text, "not loaded")
}

func TestS25PivotTableIsASummary(t *testing.T) {
	s := wholly(t, file(t, worksheet(threeRows), sheetRelations("r1", "pivotTable", "../pivotTables/pivotTable1.xml"), part{"xl/pivotTables/pivotTable1.xml", "<x/>"}))
	require.Equal(t, 1, s.reader.Sheets()[0].Pivots)
	require.True(t, s.fact("pivot").Warn)
}

func TestTableObjects(t *testing.T) {
	s := wholly(t, file(t, worksheet(threeRows), sheetRelations("r1", "table", "../tables/table1.xml", "r2", "table", "../tables/table2.xml"),
		part{"xl/tables/table1.xml", `<table xmlns="` + nsMain + `" name="n" displayName="Customers" ref="A1:C9" totalsRowCount="1"><tableColumns/></table>`},
		part{"xl/tables/table2.xml", `<table name="Plain" ref="E1:F4" headerRowCount="0"/>`}))
	require.Equal(t, []grid.Table{
		{Name: "Customers", Range: grid.Range{FirstRow: 1, FirstColumn: 1, LastRow: 9, LastColumn: 3}, Header: true, Totals: 1},
		{Name: "Plain", Range: grid.Range{FirstRow: 1, FirstColumn: 5, LastRow: 4, LastColumn: 6}},
	}, s.reader.Sheets()[0].Tables)
}
