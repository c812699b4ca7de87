package answer

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

const mostFuzzed = 64 << 10

// FuzzRewrite gives sheets as hostile as they come: they are refused, or their
// answer is XML where they are.
func FuzzRewrite(f *testing.F) {
	for _, rows := range []string{
		`<row r="1"><c r="A1"><v>1</v></c></row>`, `<row/>`, `<row><c/><c r="C1"/></row>`, `<!-- -->`, `<row r="9"><c><is><t><![CDATA[</row>]]></t></is></c></row>`,
	} {
		f.Add(worksheet+`<dimension ref="A1:B2"/><cols><col min="1" max="9"/></cols><sheetData>`+rows+`</sheetData><mergeCells><mergeCell ref="A1:C3"/></mergeCells></worksheet>`, 1, 2)
	}
	f.Fuzz(func(t *testing.T, content string, row, column int) {
		if len(content) > mostFuzzed {
			return
		}
		got, err := rewrittenOr(content, page{header: 1}, Row{Number: max(row%50, 0) + 1, Result: "ok", Bad: []Cell{{Column: column, Note: "x"}}})
		if err != nil || !wellFormed(content) {
			return
		}
		require.True(t, wellFormed(got), got)
	})
}

func wellFormed(content string) bool {
	decoder := xml.NewDecoder(strings.NewReader(content))
	for {
		_, err := decoder.RawToken()
		if err == io.EOF {
			return true
		}
		if err != nil {
			return false
		}
	}
}

func FuzzStyles(f *testing.F) {
	f.Add(`<styleSheet/>`, 0)
	f.Add(`<styleSheet><fills><fill><patternFill patternType="solid"><fgColor rgb="FF00FF00"/></patternFill></fill></fills><cellXfs><xf fillId="0"/><xf fillId='1'><alignment/></xf></cellXfs></styleSheet>`, 1)
	f.Fuzz(func(t *testing.T, content string, base int) {
		if len(content) > mostFuzzed {
			return
		}
		s, err := newStyles([]byte(content), usualSpace, false)
		if err != nil {
			return
		}
		s.coloured(base, false)
		s.plain(base)
		out, err := s.bytes()
		require.NoError(t, err)
		again, err := newStyles(out, usualSpace, false)
		require.NoError(t, err)
		require.Equal(t, len(s.formats), again.had)
	})
}

func FuzzNotes(f *testing.F) {
	f.Add(`<comments><authors><author>a</author></authors><commentList><comment ref="A1" authorId="0"><text><t>x</t></text></comment></commentList></comments>`, 1, 1)
	f.Add(`<comments><authors/><commentList/></comments>`, 3, 2)
	f.Fuzz(func(t *testing.T, content string, row, column int) {
		at := grid.Ref{Row: row, Column: column}
		if _, ok := grid.ParseRef(at.String()); len(content) > mostFuzzed || !ok || column < 1 {
			return
		}
		n, err := readNotes([]byte(content))
		if err != nil {
			return
		}
		n.clear()
		if ok, err := n.put(at, "note"); err != nil || !ok {
			return
		}
		out := n.bytes(usualSpace)
		again, err := readNotes(out)
		require.NoError(t, err, string(out))
		require.Contains(t, again.had, at)
		_, _, _ = drawn([]byte(content), n.added, map[grid.Ref]string{at: "note"}, n.gone, 1)
	})
}

// FuzzFields writes a field in any dialect and parts it from its neighbours again.
func FuzzFields(f *testing.F) {
	f.Add("a, \"b\"", ",", `"`, `"`)
	f.Add("=x\\", ";", `'`, `\`)
	f.Add("x\ty", "\t", "", "")
	f.Fuzz(func(t *testing.T, s, delimiter, quote, escape string) {
		if len(delimiter) != 1 || !strings.Contains(",;\t|^", delimiter) || !strings.Contains(`"'`, quote) || len(quote) > 1 || quote == "" && escape != "" || escape != "" && escape != `\` && escape != quote {
			return
		}
		w := newFieldWriter(text.Dialect{Delimiter: delimiter, Quote: quote, Escape: escape}, code{width: 1})
		field := w.field(nil, s)
		require.Equal(t, -1, bytes.IndexAny(field, "\r\n"))
		parts := w.parts(append(append([]byte("a"+delimiter), field...), delimiter+"z"...), nil)
		if quote != "" && escape == "" && strings.HasPrefix(string(field), otherQuote(quote)) {
			return
		}
		require.Len(t, parts, 3, string(field))
		require.Equal(t, string(field), string(parts[1]))
	})
}
