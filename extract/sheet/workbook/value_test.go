package workbook

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

// numberCell reads a number under a number format.
func numberCell(t *testing.T, value, code string, more ...part) *grid.Cell {
	t.Helper()
	s := wholly(t, file(t, worksheet(`<row r="1"><c r="A1" s="1"><v>`+value+`</v></c></row>`), append([]part{stylesPart(code)}, more...)...))
	return s.at(t, "A1")
}

func book1904(text string) part {
	return part{"xl/workbook.xml", strings.Replace(bookParts("")[1].text, "<sheets>", `<workbookPr date1904="`+text+`"/><sheets>`, 1)}
}

func TestV01DatesComeFromTheSerial(t *testing.T) {
	for _, c := range []struct {
		value, code, text string
		kind              grid.Kind
	}{
		{"45000", "mm-dd-yy", "2023-03-15", grid.Date},
		{"45000", "dd/mm/yyyy", "2023-03-15", grid.Date},
		{"45000", "mmm-yy", "2023-03-15", grid.Date},
		{"45000.5", "dd/mm/yyyy", "2023-03-15T12:00:00", grid.DateTime},
		{"45000", "yyyy-mm-dd hh:mm", "2023-03-15T00:00:00", grid.DateTime},
		{"45000.999999999", "yyyy-mm-dd hh:mm", "2023-03-16T00:00:00", grid.DateTime},
		{"44927.520833333336", "m/d/yy h:mm", "2023-01-01T12:30:00", grid.DateTime},
		{"44927.5208390046", "m/d/yy h:mm", "2023-01-01T12:30:00.490", grid.DateTime},
		{"2958465", "yyyy", "9999-12-31", grid.Date},
		{"36585", "yyyy-mm-dd", "2000-02-29", grid.Date},
		{"1", "yyyy-mm-dd", "1900-01-01", grid.Date},
	} {
		t.Run(c.value+" "+c.code, func(t *testing.T) {
			cell := numberCell(t, c.value, c.code)
			require.Equal(t, c.kind, cell.Kind)
			require.Equal(t, c.text, cell.Text)
			require.Equal(t, c.value, cell.Raw)
			require.Equal(t, c.code, cell.Format)
		})
	}
}

func TestV05CalendarOf1904(t *testing.T) {
	require.Equal(t, "2023-03-15", numberCell(t, "43538", "yyyy-mm-dd", book1904("1")).Text)
	require.Equal(t, "2023-03-15", numberCell(t, "43538", "yyyy-mm-dd", book1904("true")).Text)
	require.Equal(t, "1904-01-01", numberCell(t, "0", "yyyy-mm-dd", book1904("1")).Text)
	require.Equal(t, "2019-03-14", numberCell(t, "43538", "yyyy-mm-dd", book1904("0")).Text)
	s := wholly(t, file(t, worksheet(""), book1904("1")))
	require.NotNil(t, s.fact("dates-1904"))
}

func TestV06DurationsAreNotShifted(t *testing.T) {
	for _, system := range []string{"0", "1"} {
		for value, want := range map[string]string{"1.5": "36:00:00", "0.25": "06:00:00", "-0.5": "-12:00:00", "100": "2400:00:00", "0.0000115740741": "00:00:01", "0": "00:00:00"} {
			cell := numberCell(t, value, "[h]:mm:ss", book1904(system))
			require.Equal(t, grid.Duration, cell.Kind)
			require.Equal(t, want, cell.Text, value)
		}
	}
	require.Equal(t, grid.Number, numberCell(t, "1e12", "[h]:mm").Kind)
}

func TestV07SerialsThatAreNoDay(t *testing.T) {
	for _, value := range []string{"60", "0", "-1", "2958466", "60.5"} {
		cell := numberCell(t, value, "yyyy-mm-dd")
		require.Equal(t, grid.Number, cell.Kind, value)
		require.True(t, cell.Is(grid.Leap), value)
		require.Equal(t, value, cell.Text)
	}
	for value, want := range map[string]string{"59": "1900-02-28", "61": "1900-03-01", "2": "1900-01-02", "59.9999999999": "1900-02-28"} {
		if value == "59.9999999999" {
			require.Equal(t, grid.Number, numberCell(t, value, "yyyy-mm-dd").Kind)
			continue
		}
		require.Equal(t, want, numberCell(t, value, "yyyy-mm-dd").Text)
	}
	cell := numberCell(t, "0.5", "yyyy-mm-dd hh:mm")
	require.Equal(t, grid.Time, cell.Kind)
	require.True(t, cell.Is(grid.Leap))
}

func TestV08IsoCellsTimesAndSpans(t *testing.T) {
	for _, c := range []struct {
		value, text string
		kind        grid.Kind
	}{
		{"2021-01-31", "2021-01-31", grid.Date}, {"2021-01-31T10:20:30", "2021-01-31T10:20:30", grid.DateTime},
		{"2021-01-31T10:20:30.5Z", "2021-01-31T10:20:30.500", grid.DateTime}, {"2021-01-31T10:20", "2021-01-31T10:20:00", grid.DateTime},
		{"T10:20:30", "10:20:30", grid.Time}, {"10:20:30", "10:20:30", grid.Time}, {"2021-01-31 10:20", "2021-01-31T10:20:00", grid.DateTime},
		{"2021-01-31T10:20:30+02:00", "2021-01-31T10:20:30+02:00", grid.Text},
		{"2021-02-29", Unreadable, grid.Error}, {"2021-13-01", Unreadable, grid.Error}, {"soon", Unreadable, grid.Error}, {"2021-01-31T25:00:00", Unreadable, grid.Error},
		{"45000", "2023-03-15", grid.Date},
	} {
		t.Run(c.value, func(t *testing.T) {
			s := wholly(t, file(t, worksheet(`<row><c s="1" t="d"><v>`+c.value+`</v></c></row>`), stylesPart("yyyy-mm-dd")))
			require.Equal(t, c.kind, s.at(t, "A1").Kind)
			require.Equal(t, c.text, s.at(t, "A1").Text)
		})
	}
	require.Equal(t, "18:00:00", numberCell(t, "0.75", "h:mm AM/PM").Text)
	require.Equal(t, grid.Time, numberCell(t, "0", "h:mm").Kind)
	require.Equal(t, "1900-01-01T12:00:00", numberCell(t, "1.5", "h:mm").Text, "the day that a time of day hides is not dropped")
}

func TestV14ZerosOfTheFormat(t *testing.T) {
	for _, c := range []struct{ value, code, text string }{
		{"1234", "00000", "01234"}, {"12345", "00000", "12345"}, {"123456", "00000", "123456"}, {"0", "000", "000"},
		{"12345678", "000-00-0000", "012-34-5678"}, {"12345678", `000\-00\-0000`, "012-34-5678"}, {"612345678", `0#" "##" "##" "##" "##`, "06 12 34 56 78"},
		{"612345678", `00\ 00\ 00\ 00\ 00`, "06 12 34 56 78"}, {"941051234", "00000-0000", "94105-1234"}, {"1234", "[$-407]00000", "01234"},
		{"1234", `"D-"00000`, "01234"}, {"7", `00" days"`, "07"}, {"42", `(0000)`, "(0042)"}, {"33612345678", `+00000000000`, "+33612345678"},
	} {
		t.Run(c.code+" "+c.value, func(t *testing.T) {
			cell := numberCell(t, c.value, c.code)
			require.Equal(t, grid.Number, cell.Kind)
			require.Equal(t, c.text, cell.Text)
			require.Equal(t, c.value, cell.Raw)
			require.Equal(t, c.text != c.value, cell.Is(grid.Padded))
		})
	}
	for _, code := range []string{"0", "#,##0", "0.00", "000.0", "00%", "#00E+0", "(###) ###-####", "[<=9999999]###-####;(###) ###-####", "000,", "General", "@", "# ?/?", "$00"} {
		require.False(t, numberCell(t, "1234", code).Is(grid.Padded), code)
	}
	require.Equal(t, "-5", numberCell(t, "-5", "00000").Text)
	require.Equal(t, "1.5", numberCell(t, "1.5", "00000").Text)
}

func TestV17NumbersOfMoreThan15Digits(t *testing.T) {
	for value, want := range map[string]string{
		"1234567890123456": "1234567890123456", "12345678901234567890": "12345678901234567890",
		"4.11111111111111E+15": "4111111111111110", "1E+20": "100000000000000000000", "-9999999999999999": "-9999999999999999",
	} {
		cell := numberCell(t, value, "0")
		require.True(t, cell.Is(grid.LongNumber), value)
		require.Equal(t, want, cell.Text)
		require.Equal(t, value, cell.Raw)
	}
	for _, value := range []string{"123456789012345", "1.1000000000000001", "0.30000000000000004"} {
		require.False(t, numberCell(t, value, "0").Is(grid.LongNumber), value)
	}
	s := wholly(t, file(t, worksheet(`<row><c t="s"><v>0</v></c></row>`), textsPart(`<si><t>123456789012345678</t></si>`)))
	require.Equal(t, grid.Text, s.at(t, "A1").Kind)
	require.Equal(t, "123456789012345678", s.at(t, "A1").Text)
}

func TestV22PercentAndMoneyOfTheFormat(t *testing.T) {
	cell := numberCell(t, "0.12", "0.00%")
	require.Equal(t, "0.12", cell.Text)
	require.True(t, cell.Is(grid.Percent))
	for _, code := range []string{`"$"#,##0.00`, `#,##0.00 [$€-407]`, `_-* #,##0.00 "€"_-;-* #,##0.00 "€"_-`, `#,##0\ "EUR"`, "£0.00", `#,##0 "kr"`, `[$USD] 0.00`} {
		require.True(t, numberCell(t, "5", code).Is(grid.Money), code)
	}
	for _, code := range []string{"#,##0.00", `0 "kg"`, "0.00", `[$-409]0`} {
		require.False(t, numberCell(t, "5", code).Is(grid.Money|grid.Percent), code)
	}
}

func TestV25ErrorCells(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row><c t="e"><v>#N/A</v></c><c t="e"><f>1/0</f><v>#DIV/0!</v></c><c><v>NaN</v></c><c t="zzz"><v>1</v></c><c t="b"><v>7</v></c></row>`)))
	require.Equal(t, &grid.Cell{Kind: grid.Error, Raw: "#N/A", Text: "#N/A"}, s.at(t, "A1"))
	require.Equal(t, &grid.Cell{Kind: grid.Error, Raw: "#DIV/0!", Text: "#DIV/0!", Flags: grid.Formula}, s.at(t, "B1"))
	for _, address := range []string{"C1", "D1", "E1"} {
		require.Equal(t, &grid.Cell{Kind: grid.Error, Raw: Unreadable, Text: Unreadable}, s.at(t, address))
	}
}

func TestV26FormulasThatWereNeverComputed(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row><c><f>SUM(B1:C1)</f></c><c><f>1</f><v></v></c><c><f>1</f><v/></c><c t="str"><f>""</f><v></v></c><c t="str"><f>x</f></c><c><f>2</f><v>2</v></c></row>`),
		part{"xl/workbook.xml", strings.Replace(bookParts("")[1].text, "</sheets>", `</sheets><calcPr fullCalcOnLoad="1"/>`, 1)}))
	for address, want := range map[string]grid.Flag{"A1": grid.Formula | grid.NoCache, "B1": grid.Formula | grid.NoCache, "C1": grid.Formula | grid.NoCache, "E1": grid.Formula | grid.NoCache} {
		require.Equal(t, &grid.Cell{Kind: grid.Blank, Flags: want}, s.at(t, address), address)
	}
	require.Equal(t, grid.Formula, s.at(t, "D1").Flags, "an empty text that was computed")
	require.Equal(t, &grid.Cell{Kind: grid.Number, Flags: grid.Formula, Raw: "2", Text: "2"}, s.at(t, "F1"))
	require.Equal(t, 4, s.fact("no-cache").Count)
	require.True(t, s.fact("recalculate").Warn)
}

func TestV27FormulasPointingElsewhere(t *testing.T) {
	s := wholly(t, file(t, worksheet(`<row><c><f>'[2]My Sheet'!A1*2</f><v>4</v></c><c><f>TODAY()</f><v>45000</v></c></row>`+
		`<row><c><f t="shared" si="0" ref="A2:A3">[1]S!A1</f><v>1</v></c></row><row><c><f t="shared" si="0"/><v>2</v></c></row>`)))
	for address, want := range map[string]bool{"A1": true, "B1": false, "A2": true, "A3": true} {
		require.Equal(t, want, s.at(t, address).Is(grid.External), address)
	}
	require.Equal(t, "45000", s.at(t, "B1").Text)
	require.Equal(t, 3, s.fact("external").Count)
}

func TestV31EscapedCharacters(t *testing.T) {
	for in, want := range map[string]string{
		"a_x000D__x000a_b": "a\r\nb", "_x005F_x000D_": "_x000D_", "_x0041_x0042_": "Ax0042_", "_x00g1_": "_x00g1_", "_x12_": "_x12_", "plain_": "plain_",
		"_xD83D__xDE00_": "\U0001F600", "a&amp;b &lt;c&gt; &quot;&apos; &#233;&#xE9;": "a&b <c> \"' éé", "a\r\nb\rc": "a\nb\nc", " x ": " x ",
	} {
		s := wholly(t, file(t, worksheet(`<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>`+in+`</t></is></c><c t="str"><v>`+in+`</v></c></row>`), textsPart(`<si><t xml:space="preserve">`+in+`</t></si>`)))
		for _, address := range []string{"A1", "B1", "C1"} {
			require.Equal(t, want, s.at(t, address).Text, "%s %q", address, in)
			require.Zero(t, s.at(t, address).Flags&grid.Undecoded)
		}
	}
	s := wholly(t, file(t, worksheet("<row><c t=\"inlineStr\"><is><t>a\xFFb</t></is></c><c t=\"str\"><v>_x0000_</v></c></row>")))
	require.True(t, s.at(t, "A1").Is(grid.Undecoded))
	require.True(t, s.at(t, "B1").Is(grid.Undecoded))
}

func TestV35RichTextWithoutPhonetics(t *testing.T) {
	item := `<r><rPr><b/><sz val="9"/></rPr><t>東京</t></r><r><t xml:space="preserve"> Tower</t></r><rPh sb="0" eb="2"><t>トウキョウ</t></rPh><phoneticPr fontId="1"/>`
	s := wholly(t, file(t, worksheet(`<row><c t="s"><v>0</v></c><c t="inlineStr"><is>`+item+`</is></c><c t="s"><v>1</v></c></row>`), textsPart(`<si>`+item+`</si>`, `<si><t>plain</t><rPh><t>x</t></rPh></si>`)))
	for _, address := range []string{"A1", "B1"} {
		require.Equal(t, &grid.Cell{Kind: grid.Text, Flags: grid.Rich, Raw: "東京 Tower", Text: "東京 Tower"}, s.at(t, address))
	}
	require.Equal(t, &grid.Cell{Kind: grid.Text, Raw: "plain", Text: "plain"}, s.at(t, "C1"))
}

func TestV36HiddenLooks(t *testing.T) {
	styles := part{"xl/styles.xml", `<styleSheet xmlns="` + nsMain + `"><numFmts><numFmt numFmtId="164" formatCode=";;;"/><numFmt numFmtId="165" formatCode="0;-0;;@"/></numFmts>` +
		`<fonts><font/><font><color rgb="FFFFFFFF"/></font><font><color rgb="FFFF0000"/></font></fonts><fills><fill/><fill/><fill><patternFill patternType="solid"><fgColor rgb="FFFF0000"/></patternFill></fill></fills>` +
		`<cellXfs><xf/><xf numFmtId="164"/><xf numFmtId="165"/><xf fontId="1"/><xf fontId="2" fillId="2"/><xf fontId="1" fillId="2"/></cellXfs></styleSheet>`}
	s := wholly(t, file(t, worksheet(`<row><c s="1"><v>1</v></c><c s="1" t="str"><v>x</v></c><c s="2"><v>0</v></c><c s="2"><v>1</v></c><c s="3"><v>1</v></c><c s="4"><v>1</v></c><c s="5"><v>1</v></c><c s="2" t="str"><v>x</v></c></row>`), styles))
	for address, want := range map[string]bool{"A1": true, "B1": true, "C1": true, "D1": false, "E1": true, "F1": true, "G1": false, "H1": false} {
		require.Equal(t, want, s.at(t, address).Is(grid.Unseen), address)
		require.NotEmpty(t, s.at(t, address).Text)
	}
	require.Equal(t, 5, s.fact("unseen").Count)
}

func TestV49SeventeenDigitsAreExact(t *testing.T) {
	for _, value := range []string{"12345678901234567", "12345678901234568"} {
		require.Equal(t, value, numberCell(t, value, "General").Text)
	}
}

func TestNumbersInOneForm(t *testing.T) {
	for in, want := range map[string]string{
		"0": "0", "-0": "0", "-0.000": "0", "00": "0", "007": "7", "+7": "7", ".5": "0.5", "5.": "5", "1.50": "1.5", "-12.5": "-12.5", "1E5": "100000", "1e-7": "0.0000001",
		"1.1000000000000001": "1.1", "19.989999999999998": "19.99", "0.30000000000000004": "0.30000000000000004", "3.36E+10": "33600000000", "1.5E1": "15", "123456.789E-3": "123.456789",
		"1E-400": "0", "100": "100", "0.1": "0.1", "1234567890.1234567": "1234567890.1234567", "2.2250738585072014E-308": "",
	} {
		got, _, ok := appendNumber(nil, []byte(in))
		require.True(t, ok, in)
		if want == "" {
			require.Len(t, string(got), 2+307+17)
			continue
		}
		require.Equal(t, want, string(got), in)
	}
	for _, in := range []string{"", "-", "+", ".", "e5", "1e", "1e+", "1.2.3", "1,5", "0x10", "NaN", "INF", "1e999", "0e++0", "1e+-5", "1e0000000000001", "1 2", "--1", "1-", "9e308"} {
		_, _, ok := appendNumber(nil, []byte(in))
		require.False(t, ok, in)
	}
}
