package text_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

func TestNothingInAFile(t *testing.T) {
	for content, n := range map[string]int{"": 0, "\ufeff": 0, "sep=;\n": 0, "\n": 1, "\r\n\r\n\n": 3} {
		r := open(t, content, text.Dialect{})
		assert.Len(t, r.rows, n, "%q", content)
		assert.Equal(t, n, r.tail.Rows)
		assert.Zero(t, r.tail.Last)
	}
}

func TestCellsKnowQuotesAndBlanks(t *testing.T) {
	r, err := text.Open(t.Context(), strings.NewReader("a,\"\",\"b\",,c\n"), 12, grid.DefaultLimits(), text.Dialect{})
	require.NoError(t, err)
	assert.Equal(t, []grid.Info{{Bytes: 12}}, r.Sheets())
	_, err = r.Rows(t.Context(), 0, func(row *grid.Row) error {
		assert.Equal(t, []grid.Cell{
			{Kind: grid.Text, Raw: "a", Text: "a"},
			{Kind: grid.Blank, Flags: grid.Quoted},
			{Kind: grid.Text, Flags: grid.Quoted, Raw: "b", Text: "b"},
			{Kind: grid.Blank},
			{Kind: grid.Text, Raw: "c", Text: "c"},
		}, row.Cells)
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, r.Close())
}

func TestErrorsOfExcelInATextFile(t *testing.T) {
	r, err := text.Open(t.Context(), strings.NewReader("#REF!,\"#WERT!\",#12,#N/A\n"), 24, grid.DefaultLimits(), text.Dialect{})
	require.NoError(t, err)
	_, err = r.Rows(t.Context(), 0, func(row *grid.Row) error {
		assert.Equal(t, []grid.Cell{
			{Kind: grid.Error, Raw: "#REF!", Text: "#REF!"},
			{Kind: grid.Error, Flags: grid.Quoted, Raw: "#WERT!", Text: "#WERT!"},
			{Kind: grid.Text, Raw: "#12", Text: "#12"},
			{Kind: grid.Text, Raw: "#N/A", Text: "#N/A"},
		}, row.Cells)
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, r.Close())
}

func TestDelimiterThatIsDoubtfulIsAsked(t *testing.T) {
	r := open(t, "a;b,c\nd;e,f\ng;h,i\n", text.Dialect{})
	require.Len(t, r.Questions(), 1)
	q := r.Questions()[0]
	assert.Equal(t, "delimiter", q.ID)
	assert.Equal(t, r.Dialect().Delimiter, q.Default)
	assert.Equal(t, []grid.Choice{{Value: ";", Label: "semicolons"}, {Value: ",", Label: "commas"}}, q.Choices)
	assert.Empty(t, open(t, "a;b,c\nd;e,f\n", text.Dialect{Delimiter: ","}).Questions())
}

func TestLinesThatStandInQuotesAsAWhole(t *testing.T) {
	r := open(t, "\"name;city;zip\"\n\"Ann;Oslo;1\"\n\"Bob;Rome;2\"\n", text.Dialect{})
	assert.Equal(t, rows("name;city;zip", "Ann;Oslo;1", "Bob;Rome;2"), r.rows)
	assert.Contains(t, r.fact("quoted-lines").Text, "with semicolons in it")
	assert.Empty(t, open(t, "\"name\"\n\"Ann\"\n", text.Dialect{}).fact("quoted-lines"))
}

func TestDialectThatIsWholeIsNotSoughtAgain(t *testing.T) {
	whole := text.Dialect{Encoding: "windows-1252", Delimiter: "|", LineEnd: "\n"}
	r := open(t, "a,b,\"c\nd,e,f\n", whole)
	assert.Equal(t, rows("a,b,\"c", "d,e,f"), r.rows)
	want := whole
	want.End = true
	assert.Equal(t, want, r.Dialect())
	// What the file itself shows counts: a BOM, a line sep=, its line ends.
	r = open(t, "\ufeffsep=|\r\na|\u00e9\r\n", whole)
	assert.Equal(t, rows("a¦é"), r.rows)
	assert.Equal(t, text.Dialect{Encoding: "utf-8", BOM: true, Delimiter: "|", Sep: true, LineEnd: "\r\n", End: true}, r.Dialect())
}

func TestDialectsThatCannotBeRead(t *testing.T) {
	for _, d := range []text.Dialect{
		{Delimiter: "ab"}, {Delimiter: "§"}, {Delimiter: "\n"}, {Quote: "\x00"}, {Delimiter: ",", Quote: ","}, {Encoding: "none"},
	} {
		_, err := openLimited("a,b\n", d, grid.DefaultLimits())
		var r *grid.Refusal
		require.ErrorAs(t, err, &r, "%+v", d)
		assert.NotEmpty(t, r.Do)
	}
}

func TestFileThatBecomesShorter(t *testing.T) {
	_, err := text.Open(t.Context(), strings.NewReader("a,b\n"), 100, grid.DefaultLimits(), text.Dialect{})
	var r *grid.Refusal
	require.ErrorAs(t, err, &r)
	assert.Equal(t, grid.Moving, r.Cause)
}

func TestReadingStopsWhenItIsToldTo(t *testing.T) {
	content := people(10_000)
	r, err := text.Open(t.Context(), bytes.NewReader(content), int64(len(content)), grid.DefaultLimits(), text.Dialect{})
	require.NoError(t, err)
	tail, err := r.Rows(t.Context(), 0, func(row *grid.Row) error {
		if row.Number == 50 {
			return assert.AnError
		}
		return nil
	})
	require.ErrorIs(t, err, assert.AnError)
	assert.Equal(t, 50, tail.Rows)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.Rows(ctx, 0, func(*grid.Row) error { return nil })
	require.ErrorIs(t, err, context.Canceled)
	_, err = text.Open(ctx, bytes.NewReader(content), int64(len(content)), grid.DefaultLimits(), text.Dialect{})
	require.ErrorIs(t, err, context.Canceled)
}

// Strings of a row stay what they are when the next ones are read.
func TestStringsStayValid(t *testing.T) {
	content := people(3000)
	r, err := text.Open(t.Context(), bytes.NewReader(content), int64(len(content)), grid.DefaultLimits(), text.Dialect{})
	require.NoError(t, err)
	var kept []string
	_, err = r.Rows(t.Context(), 0, func(row *grid.Row) error {
		kept = append(kept, row.Cells[1].Text+"|"+row.Cells[15].Text, row.Cells[15].Text)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 2*3001, len(kept))
	for i := 2; i < len(kept); i += 2 {
		require.True(t, strings.HasSuffix(kept[i], "|"+kept[i+1]))
		require.Equal(t, "said \"no\"", kept[i+1])
	}
}

func TestPlainTextTwice(t *testing.T) {
	content := "\ufeff" + strings.Repeat("Zoë ", 100_000)
	p, err := text.OpenPlain(t.Context(), strings.NewReader(content), int64(len(content)), "koi8-r")
	require.NoError(t, err)
	for _, in := range []io.Reader{p, p.Again(), p.Again()} {
		got, err := io.ReadAll(in)
		require.NoError(t, err)
		assert.Equal(t, content[3:], string(got))
	}
	assert.Equal(t, `a\x00\xE9`, p.Seen("a\x00\xe9"))
}

// Each cell of the line opens a quote whose end is sought: the effort is bounded
// by the length of the line, else this takes minutes.
func TestQuotesWithoutEndCostLittle(t *testing.T) {
	for _, part := range []string{",\"\\\\\\\\\\", ",\"a\\\"b", " \"x,", "\"\"\"a,"} {
		content := strings.Repeat(part, 1<<20/len(part)) + "\n1,2\n"
		begin := time.Now()
		r, err := openLimited(content, text.Dialect{Delimiter: "^", Quote: `"`, Escape: `\`}, grid.DefaultLimits())
		require.NoError(t, err)
		assert.Len(t, r.rows, 2)
		_, err = openLimited(content, text.Dialect{}, grid.DefaultLimits())
		if err != nil {
			assert.ErrorContains(t, err, "line 1: ")
		}
		assert.Less(t, time.Since(begin), 20*time.Second)
	}
}
