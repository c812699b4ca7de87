package answer

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const worksheet = `<worksheet xmlns="` + usualSpace + `">`

// rewritten answers a sheet of its own, with a wrong guess of its columns made
// good as a workbook does.
func rewritten(t *testing.T, content string, p page, rows ...Row) string {
	t.Helper()
	out, err := rewrittenOr(content, p, rows...)
	require.NoError(t, err)
	return out
}

func rewrittenOr(content string, p page, rows ...Row) (string, error) {
	p.guess = -1
	for range 2 {
		styles, err := newStyles(nil, usualSpace, false)
		if err != nil {
			return "", err
		}
		p.styles, p.space, p.headings = styles, usualRelations, headings("X")
		p.legacy = func(string) (string, error) { return "", nil }
		at := 0
		p.next = func() (*Row, error) {
			if at == len(rows) {
				return nil, nil
			}
			at++
			return &rows[at-1], nil
		}
		var out bytes.Buffer
		err = p.rewrite(context.Background(), strings.NewReader(content), &out)
		var wide *tooWide
		if errors.As(err, &wide) && p.guess < 0 {
			p.guess = wide.used
			continue
		}
		return out.String(), err
	}
	return "", errors.New("the guess was wrong twice")
}

func said(result string) string {
	return `t="inlineStr"><is><t xml:space="preserve">` + result + `</t></is></c>`
}

func TestPagesOfAllKinds(t *testing.T) {
	ok := func(n int) Row { return Row{Number: n, Result: "ok"} }
	bad := func(n, column int) Row {
		return Row{Number: n, Result: "ok", Bad: []Cell{{Column: column, Note: "x"}}}
	}
	tests := []struct {
		name, rows, want string
		page             page
		answers          []Row
	}{
		{
			"no references", `<row><c><v>1</v></c><c><v>2</v></c></row><row><c/></row>`,
			`<row><c><v>1</v></c><c><v>2</v></c><c r="C1" s="1" ` + said("ok") + `</row><row><c/></row>`,
			page{}, []Row{ok(1)},
		},
		{
			"a blank cell among cells without references", `<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c><v>1</v></c><c r="C5"><v>3</v></c></row>`,
			`<row><c><v>1</v></c><c><v>2</v></c></row><row r="5"><c><v>1</v></c><c r="B5" s="6"/><c r="C5"><v>3</v></c><c r="D5" s="1" ` + said("ok") + `</row>`,
			page{}, []Row{bad(5, 2)},
		},
		{
			"rows that are not there", `<row r="3"><c r="A3"><v>1</v></c></row>`,
			`<row r="1"><c r="B1" s="2" ` + said("Result") + `<c r="C1" s="2" ` + said("What to do") + `<c r="D1" s="2" ` + said("Open in X") + `<c r="E1" s="2" ` + said("Ferry row") + `</row>` +
				`<row r="2"><c r="B2" s="1" ` + said("ok") + `</row><row r="3"><c r="A3"><v>1</v></c></row><row r="4"><c r="B4" s="1" ` + said("ok") + `</row>`,
			page{header: 1}, []Row{ok(2), ok(4)},
		},
		{
			"blank cells with a look to the right", `<row r="1" spans="1:3"><c r="A1"><v>1</v></c><c r="B1" s="0"/><c r="C1" s="0"/></row>`,
			`<row r="1" spans="1:5"><c r="A1"><v>1</v></c><c r="B1" s="1" ` + said("ok") + `<c r="C1" s="0"/></row>`,
			page{}, []Row{ok(1)},
		},
		{
			"a wide row after the others", `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="D2"><v>1</v></c></row>`,
			`<row r="1"><c r="A1"><v>1</v></c><c r="E1" s="1" ` + said("ok") + `</row><row r="2"><c r="D2"><v>1</v></c></row>`,
			page{}, []Row{ok(1)},
		},
		{
			"a table beyond the cells", `<row r="1"><c r="A1"><v>1</v></c></row>`,
			`<row r="1"><c r="A1"><v>1</v></c><c r="G1" s="1" ` + said("ok") + `</row>`,
			page{atLeast: 6}, []Row{ok(1)},
		},
		{
			"CDATA that looks like the end of a row", `<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</row></c>]]></t></is></c></row>`,
			`<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</row></c>]]></t></is></c><c r="B1" s="1" ` + said("ok") + `</row>`,
			page{}, []Row{ok(1)},
		},
		{
			"empty rows and comments", "<!-- <row> --><row r=\"1\"/>\n<row r=\"2\" />",
			"<!-- <row> --><row r=\"1\"/>\n<row r=\"2\"><c r=\"A2\" s=\"1\" " + said("ok") + "</row>",
			page{}, []Row{ok(2)},
		},
		{
			"the format of a row for a cell that is not there", `<row r="1" s="0" customFormat="1"><c r="B1"><v>1</v></c></row>`,
			`<row r="1" s="0" customFormat="1"><c r="A1" s="6"/><c r="B1"><v>1</v></c><c r="C1" s="1" ` + said("ok") + `</row>`,
			page{}, []Row{bad(1, 1)},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := rewritten(t, worksheet+`<sheetData>`+test.rows+`</sheetData></worksheet>`, test.page, test.answers...)
			_, err := root([]byte(got))
			require.NoError(t, err)
			got = got[strings.Index(got, "<sheetData>")+len("<sheetData>"):]
			require.Equal(t, test.want+"</sheetData></worksheet>", got)
		})
	}
}

func TestPrefixesOfASheetAreKept(t *testing.T) {
	content := `<x:worksheet xmlns:x="` + strictSpace + `"><x:dimension ref="A1:B1"/><x:cols><x:col min="1" max="20" width="9" style="1"/></x:cols><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" s="0"><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>`
	got := rewritten(t, content, page{}, Row{Number: 1, Result: "ok", Bad: []Cell{{Column: 2}}})
	require.Equal(t, `<x:worksheet xmlns:x="`+strictSpace+`"><x:dimension ref="A1:F1"/><x:cols><x:col min="1" max="2" width="9" style="1"/>`+
		`<x:col min="3" max="3" width="16" customWidth="1"/><x:col min="4" max="4" width="60" customWidth="1"/><x:col min="5" max="5" width="18" customWidth="1"/><x:col min="6" max="6" width="14" customWidth="1" hidden="1"/>`+
		`<x:col min="7" max="20" width="9" style="1"/></x:cols><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c><x:c r="B1" s="6"><x:v>1</x:v></x:c>`+
		`<x:c r="C1" s="1" t="inlineStr"><x:is><x:t xml:space="preserve">ok</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`, got)
}

func TestASheetWithoutRows(t *testing.T) {
	got := rewritten(t, worksheet+`<sheetData/></worksheet>`, page{}, Row{Number: 2, Result: "ok"})
	require.Contains(t, got, `<sheetData><row r="2"><c r="A2" s="1" `+said("ok")+`</row></sheetData></worksheet>`)
}

func TestNotesBeyondComfortAreCountedAndListed(t *testing.T) {
	c := config(t, customers(t, nil))
	const bad = mostNotes + 7
	c.Rows = func(yield func(*Row) error) error {
		for i := range bad {
			if err := yield(&Row{Sheet: "Customers", Number: i + 2, Result: "not loaded", Bad: []Cell{{1, "wrong", false}}}); err != nil {
				return err
			}
		}
		return nil
	}
	done := written(t, c)
	require.Equal(t, bad, done.Bad)
	require.Equal(t, 7, done.Notes)
	require.Len(t, done.Cells, mostCells)
	f := open(t, c.Out)
	notes, err := f.GetComments("Customers")
	require.NoError(t, err)
	require.Len(t, notes, mostNotes)
	rows, err := f.GetRows("Result")
	require.NoError(t, err)
	require.Equal(t, "A5008", rows[len(rows)-2][0])
	require.Contains(t, rows[len(rows)-1][0], "7 bad cells have a colour and no note")
}

func TestSheetsAlikeAreAnsweredTogether(t *testing.T) {
	c := config(t, customers(t, nil))
	c.Recipe.Also = []string{"Other"}
	first := c.Rows
	c.Rows = func(yield func(*Row) error) error {
		if err := first(yield); err != nil {
			return err
		}
		return yield(&Row{Sheet: "Other", Number: 2, Result: "held", Bad: []Cell{{1, "is wrong", false}}})
	}
	written(t, c)
	f := open(t, c.Out)
	require.Equal(t, "held", cell(t, f, "Other", "B2"))
	require.Equal(t, "created", cell(t, f, "Customers", "E2"))
	notes, err := f.GetComments("Other")
	require.NoError(t, err)
	require.Len(t, notes, 1)
	rows, err := f.GetRows("Result")
	require.NoError(t, err)
	require.Equal(t, []string{"A2", "Other", "Name", "is wrong"}, rows[len(rows)-1])
}
