package workbook

import (
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

func TestV22KindsOfFormatCodes(t *testing.T) {
	type want struct {
		look look
		time bool
	}
	day, moment, clock, span, number := want{lookDay, false}, want{lookDay, true}, want{lookClock, false}, want{lookElapsed, false}, want{}
	for code, w := range map[string]want{
		"General": number, "[Red]General": number, "": number, "@": number, "0": number, "0.00E+00": number, "##0.0E+0": number, "# ?/?": number, "0%": number,
		`"day "0`: number, `0\d`: number, `0" m"`: number, `#,##0.00\ "days"`: number, `[$€-2] #,##0.00`: number, `_-* #,##0.00_-`: number, `[Magenta]0.0`: number, "[>=100]0;0.0": number,
		`General" months"`: number, `"dd/mm/yyyy"0`: number, `\y\m\d0`: number, `[DBNum1]0`: number, "0.00_d": number, "*d0": number,
		"d": day, "m": day, "mm": day, "yyyy": day, "dd/mm/yyyy": day, "m/d/yy": day, "mmm-yy": day, "d-mmm": day, "yyyy-mm-dd;@": day, `[$-409]d\-mmm\-yy;@`: day,
		`[$-F800]dddd\,\ mmmm\ dd\,\ yyyy`: day, `yyyy"年"m"月"d"日"`: day, "[$-411]ge.m.d": day, "[Blue]dd.mm.yyyy": day, `d\ "de"\ mmmm`: day, "bbbb": day, "[$-404]e/m/d": day, "DD/MM/YYYY": day,
		"m/d/yyyy h:mm": moment, `yyyy\-mm\-dd\Thh:mm:ss`: moment, `[$-409]m/d/yy h:mm AM/PM;@`: moment, "d/m/yyyy h:mm:ss": moment, "yyyy-mm-dd hh:mm:ss.000": moment, "h:mm d/m": moment, "dd [h]:mm": moment,
		"h:mm": clock, "hh:mm:ss": clock, "mm:ss": clock, "mm:ss.0": clock, "h:mm AM/PM": clock, "[$-F400]h:mm:ss\\ AM/PM": clock, "h AM/PM": clock, "ss.000": clock, `h"時"mm"分"`: clock, "上午/下午hh\"時\"mm\"分\"": clock,
		"[h]:mm": span, "[hh]:mm:ss": span, "[mm]:ss": span, "[s]": span, "[H]:MM": span, "[h]:mm;@": span, "[ss].00": span,
	} {
		t.Run(code, func(t *testing.T) {
			s := parseFormat(code).choose(1)
			require.Equal(t, w, want{s.look, s.time})
		})
	}
}

func TestV22BuiltInFormats(t *testing.T) {
	ids := map[string][]int{
		"date": {14, 15, 16, 17, 27, 28, 29, 30, 31, 34, 35, 36, 50, 51, 52, 53, 54, 55, 56, 57, 58, 71, 72, 73, 74, 81},
		"time": {18, 19, 20, 21, 32, 33, 45, 47, 75, 76, 78, 80}, "datetime": {22, 77}, "duration": {46, 79},
		"number": {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 37, 38, 39, 40, 41, 42, 43, 44, 48, 49, 59, 60, 61, 62, 67, 68, 69, 70, 23, 99},
	}
	kinds := map[string]grid.Kind{"date": grid.Date, "time": grid.Time, "datetime": grid.DateTime, "duration": grid.Duration, "number": grid.Number}
	for name, list := range ids {
		value := "45000"
		if name == "time" {
			value = "0.25"
		}
		for _, id := range list {
			styles := part{"xl/styles.xml", fmt.Sprintf(`<styleSheet><cellXfs><xf/><xf numFmtId="%d"/></cellXfs></styleSheet>`, id)}
			s := wholly(t, file(t, worksheet(`<row><c s="1"><v>`+value+`</v></c></row>`), styles))
			require.Equal(t, kinds[name], s.at(t, "A1").Kind, id)
			require.False(t, s.at(t, "A1").Is(grid.Leap), id)
		}
	}
	for _, id := range []int{9, 10, 67, 68} {
		require.True(t, parseFormat(builtin[id]).choose(1).flags&grid.Percent != 0, id)
	}
	for _, id := range []int{5, 6, 7, 8, 42, 44} {
		require.True(t, parseFormat(builtin[id]).choose(-1).flags&grid.Money != 0, id)
	}
	s := wholly(t, file(t, worksheet(`<row><c s="1"><v>45000</v></c><c s="7"><v>45000</v></c><c s="x"><v>45000</v></c></row>`),
		part{"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="14" formatCode="0.00"/></numFmts><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`}))
	for _, address := range []string{"A1", "B1", "C1"} {
		require.Equal(t, grid.Number, s.at(t, address).Kind, "the file's own code wins; a style that is missing is none")
	}
}

// A file that gives a code of its own to an id of Excel's list means that code, for 0
// too; General in another language is none.
func TestV22FileThatRedefinesBuiltInFormats(t *testing.T) {
	sheet := worksheet(`<row r="1"><c r="A1" s="0"><v>45000</v></c><c r="B1" s="1"><v>45000</v></c><c r="C1" s="2"><v>0.5</v></c></row>`)
	read := func(zero string) *seen {
		return wholly(t, file(t, sheet, part{"xl/styles.xml", `<styleSheet xmlns="` + nsMain + `"><numFmts><numFmt numFmtId="0" formatCode="` + zero +
			`"/><numFmt numFmtId="1" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="2" formatCode="0.00%"/></numFmts>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="1"/><xf numFmtId="2"/></cellXfs></styleSheet>`}))
	}
	own := read(`dd\.mm\.yyyy`)
	require.Equal(t, grid.Date, own.at(t, "A1").Kind)
	require.Equal(t, "2023-03-15", own.at(t, "A1").Text)
	require.Equal(t, grid.Date, own.at(t, "B1").Kind)
	require.True(t, own.at(t, "C1").Is(grid.Percent))
	for _, general := range []string{"General", "Standard", "Estándar", ""} {
		require.Equal(t, grid.Number, read(general).at(t, "A1").Kind, general)
	}
}

func TestSectionsAreChosenByTheValue(t *testing.T) {
	for _, c := range []struct {
		code  string
		value float64
		hides bool
	}{
		{"0;-0;;@", 0, true}, {"0;-0;;@", 1, false}, {"0;-0;;@", -1, false}, {"0;;0", -1, true}, {";;;", 5, true}, {"0;", -1, true}, {"0;", 1, false},
		{"[=0]\"\";0", 0, true}, {"[=0]\"\";0", 3, false}, {"[<5];[>=5]0", 3, true}, {"[<5];[>=5]0", 7, false}, {"[>100]0;[<-100];0", 5, false}, {"[>100]0;[<-100];0", -500, true}, {"[<>1];0", 2, true},
	} {
		require.Equal(t, c.hides, parseFormat(c.code).choose(c.value).hides, "%s %v", c.code, c.value)
	}
	require.Nil(t, parseFormat("0;@").choose(-3).pattern)
	require.Equal(t, lookDay, parseFormat("yyyy;@").choose(-3).look, "the second section is for texts")
	require.True(t, parseFormat("0;0;0;").text.hides)
}

func FuzzFormat(f *testing.F) {
	for _, code := range []string{"General", `[$-409]d\-mmm\-yy;@`, `"a`, `\`, "[", "[h", "_", "*", "[<=5]0;;;", "0#", "上午/下午", "\xff\\\xff", "[$", "AM/P"} {
		f.Add(code, 45000.5)
	}
	f.Fuzz(func(t *testing.T, code string, value float64) {
		if len(code) > 10_000 {
			return
		}
		s := parseFormat(code).choose(value)
		text, kind, _, ok := moment(nil, value, s, false)
		if ok && s.look == lookDay && kind == grid.Date {
			_, err := time.Parse("2006-01-02", string(text))
			require.NoError(t, err)
		}
		_, _ = pad(nil, s.pattern, []byte("123"))
	})
}

func FuzzNumber(f *testing.F) {
	for _, in := range []string{"1.1000000000000001", "-0", "1e308", "4.9E-324", "007.50", "12345678901234567890.5", "1e-400", ".", "9e308"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if len(in) > 200 {
			return
		}
		out, _, ok := appendNumber(nil, []byte(in))
		if !ok {
			return
		}
		require.NotContains(t, string(out), "e")
		again, _, ok := appendNumber(nil, out)
		require.True(t, ok)
		require.Equal(t, string(out), string(again), "one form")
		was, ok := new(big.Rat).SetString(in)
		if !ok { // big.Rat has bounds for the exponent
			require.Equal(t, "0", string(out), in)
			return
		}
		now, ok := new(big.Rat).SetString(string(out))
		require.True(t, ok)
		// Equal, or the same binary number.
		a, _ := was.Float64()
		b, _ := now.Float64()
		require.True(t, was.Cmp(now) == 0 || a == b, "%s %s", in, out)
	})
}

func TestDaysOfTheCalendar(t *testing.T) {
	for days := -25567; days < lastDay-unixDay; days += 13 {
		want := time.Unix(int64(days)*86400, 0).UTC().Format("2006-01-02")
		require.Equal(t, want, string(appendDay(nil, days)))
	}
}

func FuzzISO(f *testing.F) {
	for _, in := range []string{"2021-01-31T10:20:30.5Z", "T1", "10:20", "2021-01-31T10:20:30+02:00", "-", "T", "2021-01-31T"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		text, kind := isoText(nil, []byte(in))
		switch kind {
		case grid.Date, grid.DateTime:
			_, err := time.Parse("2006-01-02T15:04:05"[:min(len("2006-01-02T15:04:05"), max(10, len(text)))], string(text))
			require.NoError(t, err)
		case grid.Time:
			require.Len(t, strings.Split(string(text), ":"), 3)
		}
	})
}
