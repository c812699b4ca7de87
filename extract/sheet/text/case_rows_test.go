package text_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

func TestT06DelimiterIsFoundByConsistency(t *testing.T) {
	for _, test := range []struct{ delimiter, content string }{
		{",", "a,b,c\n1,x; y,3\n4,z,6\n"},
		{";", "a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n"},
		{"\t", "a\tb\tc\n1, 2\tx\t3\n4, 5\ty\t6\n"},
		{"|", "a|b|c\n1,2|3;4|5\n6,7|8;9|0\n"},
		{"^", "a^b^c\n1^2^3\n4^5^6\n"},
		{"~", "a~b~c\n1~2~3\n4~5~6\n"},
		{"\x01", "a\x01b\x01c\n1\x012\x013\n"},
		{" ", "a b c d\n1 2 3 4\n5 6 7 8\n1 2 3 4\n5 6 7 8\n"},
		{"", "name\nAnn\nBob\n"},
		{"", "full name\nAnn Smith\nBob Jones\nEve Brown\nTom Green\nKim Black\n"},
		{"", "when\n12:30:15\n13:30:15\n14:30:15\n15:30:15\n16:30:15\n"},
		{"", "name\nSmith, John\nBrown, Eve\nGreen, Tom\n"},
		{"", "100,000.00\n300,000.20\n300,000,000.40\n50\n"},
	} {
		r := open(t, test.content, text.Dialect{})
		assert.Equal(t, test.delimiter, r.Dialect().Delimiter, "%q", test.content)
		assert.NotEmpty(t, r.fact("delimiter").Text)
	}
	given := open(t, "a,b;c\n", text.Dialect{Delimiter: ";"})
	assert.Equal(t, rows("a,b¦c"), given.rows)
}

// The delimiter of the most rows counts, not that of the first ones.
func TestT06DelimiterOfAReportWithAPreamble(t *testing.T) {
	content := "Report: sales, all regions, 2024\nPrinted: 12, May, by Ann\n\n" + strings.Repeat("a;b;c;d\n", 20) + "Total; 20\n"
	r := open(t, content, text.Dialect{})
	assert.Equal(t, ";", r.Dialect().Delimiter)
	assert.Len(t, r.rows, 24)
}

func TestT07LineSepIsObeyedAndNoRow(t *testing.T) {
	for _, first := range []string{"sep=;\r\n", "\ufeffSEP=;\n", "\"sep=;\"\n"} {
		r := open(t, first+"a,b;c\n1,5;2\n", text.Dialect{})
		assert.Equal(t, rows("a,b¦c", "1,5¦2"), r.rows)
		assert.Equal(t, []int{2, 3}, r.lines)
		assert.Equal(t, 2, r.tail.Rows)
		assert.True(t, r.Dialect().Sep)
	}
	assert.Equal(t, rows("sep=x1¦b"), read(t, "sep=x1,b\n"))
}

func TestT08CommaDecimalsAreNoDelimiters(t *testing.T) {
	assert.Equal(t, rows("name¦price", "a¦1,50", "b¦1.234,56"), read(t, "name;price\na;1,50\nb;1.234,56\n"))
	assert.Equal(t, rows("1,5¦2,5", "3,5¦4,5"), read(t, "1,5;2,5\n3,5;4,5\n"))
}

func TestT09LineEndsOfAllKinds(t *testing.T) {
	want := rows("a¦b", "1¦2", "3¦4")
	for end, content := range map[string]string{
		"\r":    "a,b\r1,2\r3,4\r",
		"\n":    "a,b\n1,2\n3,4\n",
		"\r\n":  "a,b\r\n1,2\r\n3,4\r\n",
		"mixed": "a,b\r\n1,2\r3,4\n",
	} {
		r := open(t, content, text.Dialect{})
		assert.Equal(t, want, r.rows)
		assert.Equal(t, []int{1, 2, 3}, r.lines)
		assert.Equal(t, end, r.Dialect().LineEnd)
		assert.True(t, r.Dialect().End)
	}
	open := open(t, "a,b\n1,2", text.Dialect{})
	assert.False(t, open.Dialect().End)
	assert.Equal(t, rows("a¦b", "", "1¦2", ""), read(t, "a,b\n\n1,2\n\n"))
}

func TestT10LineBreaksInQuotesAreOneRow(t *testing.T) {
	r := open(t, "a,b\n\"x\ny\r\nz\rw\",2\n3,\"\n\"\n", text.Dialect{})
	assert.Equal(t, rows("a¦b", "x\ny\r\nz\rw¦2", "3¦\n"), r.rows)
	assert.Equal(t, []int{1, 2, 6}, r.lines)
	assert.Equal(t, []int{1, 5, 7}, r.last)
}

func TestT11LineBreakWithoutQuotesIsFlaggedAndNotJoined(t *testing.T) {
	r := open(t, "a,b,c\n1,2,3\n4,five\nlines,6\n7,8,9\n", text.Dialect{})
	assert.Equal(t, rows("a¦b¦c", "1¦2¦3", "4¦five", "lines¦6", "7¦8¦9"), r.rows)
	assert.Equal(t, []int{3, 3, 2, 2, 3}, r.fields)
	f := r.fact("broken-rows")
	assert.Equal(t, 1, f.Count)
	assert.Equal(t, []grid.Ref{{Row: 3, Line: true}}, f.Cells)
}

func TestT12QuoteThatIsNeverClosedCostsItsLineAlone(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,name,city\n")
	for i := range 5000 {
		switch i {
		case 100:
			b.WriteString("100,\"open,Oslo\n")
		case 200:
			b.WriteString("200,\"good, quoted\",Oslo\n")
		default:
			b.WriteString(strconv.Itoa(i) + ",Ann,Oslo\n")
		}
	}
	r := open(t, b.String(), text.Dialect{})
	require.Len(t, r.rows, 5001)
	assert.Equal(t, "a quote that opens on line 102 is not closed", r.faults[101])
	assert.Equal(t, []string{"100", "\"open", "Oslo"}, r.rows[101])
	assert.Equal(t, []string{"200", "good, quoted", "Oslo"}, r.rows[201])
	for i, fault := range r.faults {
		assert.Equal(t, i == 101, fault != "", i)
		assert.Equal(t, i+1, r.lines[i])
	}
	f := r.fact("quotes")
	assert.Equal(t, 1, f.Count)
	assert.Equal(t, []grid.Ref{{Row: 102, Line: true}}, f.Cells)
}

// A stray quote further down closes the cell: the rows between are still no text.
func TestT12QuoteThatAnotherOneClosesFarBelow(t *testing.T) {
	content := "id,name,city\n1,\"Ann,Oslo\n2,Bob,Rome\n3,Eve,Paris\n4,5\",Bonn\n5,Kim,Lima\n6,Tom,Cork\n7,Ian,Bath\n8,Pam,Hull\n"
	r := open(t, content, text.Dialect{})
	require.Len(t, r.rows, 9)
	assert.NotEmpty(t, r.faults[1])
	assert.Equal(t, []string{"2", "Bob", "Rome"}, r.rows[2])
	assert.Equal(t, []string{"4", "5\"", "Bonn"}, r.rows[4])
}

func TestT12QuoteIsNotClosedWithinTheBound(t *testing.T) {
	l := grid.DefaultLimits()
	l.Cell = 1000
	content := "a,b\n" + strings.Repeat("1,2\n", 50) + "\"x,2\n" + strings.Repeat("11111,22222\n", 500)
	r, err := openLimited(content, text.Dialect{}, l)
	require.NoError(t, err)
	assert.Len(t, r.rows, 552)
	assert.Equal(t, "a quote that opens on line 52 is not closed", r.faults[51])
	// A cell of many lines that is closed is one cell, up to the same bound.
	long := strings.Repeat("a line of notes\n", 50)
	r, err = openLimited("a,b\n1,2\n\""+long+"\",2\n3,4\n", text.Dialect{}, l)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"a", "b"}, {"1", "2"}, {long, "2"}, {"3", "4"}}, r.rows)
	assert.Equal(t, []string{"", "", "", ""}, r.faults)
}

func TestT13QuotesDoubledEscapedSingleOrNone(t *testing.T) {
	for _, test := range []struct {
		name, quote, escape, content string
		want                         [][]string
	}{
		{"doubled", `"`, `"`, "a,b\n\"x \"\"y\"\" z\",1\n\"\"\"q\"\"\",2\n", rows("a¦b", `x "y" z¦1`, `"q"¦2`)},
		{"backslash", `"`, `\`, "a,b\n\"x \\\"y\\\", z\",1\n\"C:\\\\dir\\\\\",2\n", rows("a¦b", `x "y", z¦1`, `C:\dir\¦2`)},
		{"path", `"`, `"`, "a,b\n\"C:\\dir\\\",1\n\"D:\\\",2\n", rows("a¦b", `C:\dir\¦1`, `D:\¦2`)},
		{"single", `'`, `'`, "'a','b'\n'x, y','1'\n'it''s','2'\n", rows("a¦b", "x, y¦1", "it's¦2")},
		{"apostrophe", `"`, `"`, "a,b\n'tis,1\nrock 'n' roll,2\n", rows("a¦b", "'tis¦1", "rock 'n' roll¦2")},
		{"apostrophes inside", `'`, `'`, "a,b,c\n" + strings.Repeat("1,'x, y','2'\n1,'x','2'\n1,'x, y, z','2'\n", 7) + "1,'that isn't y, z',2\n",
			slices.Concat(rows("a¦b¦c"), slices.Repeat(rows("1¦x, y¦2", "1¦x¦2", "1¦x, y, z¦2"), 7), rows("1¦that isn't y, z¦2"))},
		{"spaces", `"`, `"`, "a, b\n1, \"x, y\" \n2, \"z\"\n", rows("a¦ b", "1¦x, y", "2¦z")},
	} {
		r := open(t, test.content, text.Dialect{})
		assert.Equal(t, test.want, r.rows, test.name)
		assert.Equal(t, test.quote, r.Dialect().Quote, test.name)
		assert.Equal(t, test.escape, r.Dialect().Escape, test.name)
		assert.Equal(t, make([]string, len(r.rows)), r.faults, test.name)
	}
	none := open(t, "a\tb\n\"x\t1\n\"y\t2\nz\t3\n\"w\t4\n", text.Dialect{})
	assert.Equal(t, rows("a¦b", "\"x¦1", "\"y¦2", "z¦3", "\"w¦4"), none.rows)
	assert.Empty(t, none.Dialect().Quote)
}

// Backslashes before quotes that come after the sample count as well.
func TestT13BackslashesFarDownTheFile(t *testing.T) {
	content := "a,b\n" + strings.Repeat("plain text,\"quoted, text\"\n", 60_000) + strings.Repeat("\"x \\\"y\\\", z\",1\n", 200)
	r := open(t, content, text.Dialect{})
	assert.Equal(t, `\`, r.Dialect().Escape)
	assert.Equal(t, []string{`x "y", z`, "1"}, r.rows[len(r.rows)-1])
	assert.Len(t, r.rows, 60_201)
}

func TestT14StrayQuotesAreKeptAsText(t *testing.T) {
	r := open(t, "a,b,c\n1,5\" pipe,x\n2,\"3\" pipe\",y\n3,\"Ann\" Smith,z\n4,x,y\n", text.Dialect{})
	assert.Equal(t, rows("a¦b¦c", "1¦5\" pipe¦x", "2¦3\" pipe¦y", "3¦\"Ann\" Smith¦z", "4¦x¦y"), r.rows)
	assert.Equal(t, make([]string, 5), r.faults)
	assert.Equal(t, 2, r.fact("stray-quotes").Count)
	assert.Equal(t, []grid.Ref{{Row: 3, Line: true}, {Row: 4, Line: true}}, r.fact("stray-quotes").Cells)
}

// A delimiter is missing before a quote: the cells that the quotes held together
// may be as many as others, and yet stand in the wrong columns.
func TestT14QuoteThatOpensInTheMiddleAndClosesElsewhereIsHeld(t *testing.T) {
	r := open(t, "a,b,c\n1,\"x, y\",z\n2\"x, y\",z\n3,5\" x 6\",z\n4\" pipe,8\",z\n5 \"so\",\"x \"\"q\"\"\",6\"\n", text.Dialect{})
	assert.Equal(t, []string{"", "", "a quote opens in the middle of a cell on line 3 and closes in another: a separator before it is probably missing", "", "", ""}, r.faults)
	assert.Equal(t, rows("2\"x¦ y\"¦z")[0], r.rows[2])
	assert.Equal(t, []grid.Ref{{Row: 3, Line: true}}, r.fact("quotes").Cells)
}

func TestOneColumnIsSaidAloud(t *testing.T) {
	assert.True(t, open(t, "name surname city\nAnna Smith Lyon\n", text.Dialect{}).fact("delimiter").Warn)
	assert.False(t, open(t, "name,city\nAnna,Lyon\n", text.Dialect{}).fact("delimiter").Warn)
}

func TestT15LongAndShortRowsAreToldByTheirFields(t *testing.T) {
	r := open(t, "a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,,\n\n1,2,3\n", text.Dialect{})
	assert.Equal(t, []int{3, 2, 3, 4, 3, 0, 3}, r.fields)
	assert.Equal(t, rows("a¦b¦c", "1¦2", "1¦2¦3", "1¦2¦3¦4", "1", "", "1¦2¦3"), r.rows)
	assert.Equal(t, 7, r.tail.Rows)
	assert.Equal(t, 7, r.tail.Last)
	assert.Equal(t, 4, r.tail.Columns)
}

func TestT16DelimitersAtTheEndAreOneBlankCellThatIsLeftOut(t *testing.T) {
	all := open(t, "a,b,\n1,2,\n3,4,\n", text.Dialect{})
	assert.Equal(t, rows("a¦b", "1¦2", "3¦4"), all.rows)
	assert.Equal(t, []int{3, 3, 3}, all.fields)
	data := open(t, "a,b\n1,2,\n3,4\n5,6,\n7,8\n9,0\n", text.Dialect{})
	assert.Equal(t, rows("a¦b", "1¦2", "3¦4", "5¦6", "7¦8", "9¦0"), data.rows)
	assert.Equal(t, 2, data.fact("trailing-delimiter").Count)
}

func TestT24NULBytesAreNamedAndTheirRowsHeld(t *testing.T) {
	r := open(t, "\ufeffa,b\n1,x\x00y\n2,z\n", text.Dialect{})
	assert.Equal(t, rows("a¦b", `1¦x\x00y`, "2¦z"), r.rows)
	assert.Equal(t, []string{"", "byte 11 of the file, in column B, is a NUL byte", ""}, r.faults)
	assert.Equal(t, 1, r.fact("nul").Count)
	other := open(t, "a,b\nRen\xe9e,x\x00y\n", text.Dialect{Encoding: "windows-1252"})
	assert.Equal(t, "column B holds a NUL byte", other.faults[1])
}

func TestT25EndlessLineIsRefusedWithItsNumber(t *testing.T) {
	l := grid.DefaultLimits()
	l.Line = 1 << 20
	for _, content := range []string{
		"a,b\n1," + strings.Repeat("x", 2<<20) + "\n3,4\n",
		"a,b\n1,\"" + strings.Repeat("x", 2<<20) + "\"\n3,4\n",
		"a,b\n" + strings.Repeat("x", 5<<20),
	} {
		_, err := openLimited(content, text.Dialect{}, l)
		var r *grid.Refusal
		require.ErrorAs(t, err, &r)
		assert.Equal(t, grid.TooLarge, r.Cause)
		assert.Equal(t, "line 2", r.Cell)
		assert.Contains(t, r.Why, "1048576 bytes")
	}
	l = grid.DefaultLimits()
	_, err := openLimited("a,b\n"+strings.Repeat(",", l.Columns+1)+"\n", text.Dialect{Delimiter: ","}, l)
	assert.ErrorContains(t, err, "line 2: the line has more than 16384 cells")
	l.Rows = 2
	_, err = openLimited("a\nb\nc\n", text.Dialect{}, l)
	assert.ErrorContains(t, err, "more than 2 rows")
}

func TestT26CommentsOnlyWhereTheyAreSure(t *testing.T) {
	sure := open(t, "# made by X, on 12 May\na,b,c\n1,2,3\n# don't \"stop\n4,5,6\n", text.Dialect{})
	assert.Equal(t, "#", sure.Dialect().Comment)
	assert.Equal(t, rows("# made by X, on 12 May", "a¦b¦c", "1¦2¦3", "# don't \"stop", "4¦5¦6"), sure.rows)
	assert.Equal(t, 2, sure.fact("comments").Count)
	for _, content := range []string{
		"address,city\n#12 Main St,Oslo\n#14 Main St,Oslo\n",
		"#,name,city\n1,Ann,Oslo\n",
		"a,b,c\n#12 Main St\n1,2,3\n",
		"a,b,c\n#12 Main St\n1,2,3\n#14 Main St\n",
		"tag\n#one\n#two\n",
	} {
		assert.Empty(t, open(t, content, text.Dialect{}).Dialect().Comment, content)
	}
	given := open(t, "a,b\n//x,y,z\n1,2\n", text.Dialect{Comment: "//"})
	assert.Equal(t, rows("a¦b", "//x,y,z", "1¦2"), given.rows)
	assert.Equal(t, "//", given.Dialect().Comment)
}

func TestT27PasteFromExcelIsReadAsAFile(t *testing.T) {
	r := open(t, "Name\tCity\tPhone\tNote\nAnn\t\t\t\nBob\tOslo\t\t\"two\nlines\"\n\t\t\tend", text.Dialect{})
	assert.Equal(t, [][]string{{"Name", "City", "Phone", "Note"}, {"Ann"}, {"Bob", "Oslo", "", "two\nlines"}, {"", "", "", "end"}}, r.rows)
	assert.Equal(t, []int{4, 4, 4, 4}, r.fields)
}

func TestT12TextBehindAClosingQuoteIsToldFromAnOpenOne(t *testing.T) {
	good := strings.Repeat("1,\"Ann\",Oslo\n2,\"Bo, Cy\",\"Lyon, Nice\"\n", 10)
	r := open(t, "id,name,city\n"+good+"2,\" Bo, Cy \"\t,Rome\n3,\"Bo, Cy\" jr,Rome\n4,\"Dan,Bonn\n5,Eve,Bath\n", text.Dialect{})
	require.Len(t, r.rows, 25)
	for _, line := range []int{22, 23} {
		assert.Equal(t, "a cell goes on behind its closing quote on line "+strconv.Itoa(line)+": a tab, a sign or a text stands between the quote and the separator", r.faults[line-1])
	}
	assert.Equal(t, "a quote that opens on line 24 is not closed", r.faults[23])
	assert.Equal(t, []string{"", ""}, []string{r.faults[20], r.faults[24]})
}
