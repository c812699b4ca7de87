package workbook

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

// smallLimits bound what a fuzzed file may cost.
func smallLimits() grid.Limits {
	l := grid.DefaultLimits()
	l.Expanded, l.Part, l.Cell, l.Rows = 8<<20, 1<<20, 64<<10, 100_000
	return l
}

// readAll reads all sheets of a file. Whatever it holds, an error is a refusal,
// and rows that were given add up.
func readAll(t *testing.T, data []byte) {
	t.Helper()
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	r, err := Open(ctx, bytes.NewReader(data), int64(len(data)), smallLimits())
	if err != nil {
		requireRefusal(t, err)
		return
	}
	defer func() { require.NoError(t, r.Close()) }()
	for i := range r.Sheets() {
		if i == 3 {
			return
		}
		given := 0
		tail, err := r.Rows(ctx, i, Look{Fills: true, Second: true}, func(row *grid.Row) error {
			given++
			require.Positive(t, row.Number)
			require.LessOrEqual(t, row.Number, grid.MaxRows)
			return nil
		})
		if err != nil {
			requireRefusal(t, err)
			continue
		}
		require.Equal(t, given, tail.Rows)
		if tail.Second >= 0 {
			require.Equal(t, given, tail.Second)
		}
	}
}

func requireRefusal(t *testing.T, err error) {
	t.Helper()
	var r *grid.Refusal
	require.True(t, errors.As(err, &r), "%v", err)
	require.NotEmpty(t, r.Why)
	require.NotEmpty(t, r.Do)
}

func FuzzSheet(f *testing.F) {
	for _, text := range []string{
		worksheet(threeRows), worksheet(""), worksheet(`<row r="1048576"><c r="XFD1048576" t="s"><v>0</v></c></row>`), `<worksheet/>`, "", "<", "<a", "<a b", `<a b="`, "<a></b>", "<!--", "<![CDATA[", "<?x",
		`<x:worksheet xmlns:x="a"><x:sheetData><x:row r="2"><x:c t="d"><x:v>2020-01-01</x:v></x:c></x:row></x:sheetData></x:worksheet>`, "\xFF\xFE<\x00a\x00/\x00>\x00",
		worksheet(`<row><c t="inlineStr"><is><r><t>_x000D_&#65;</t></r></is></c><c><f t="shared" si="1">[1]A!B</f></c></row>`, `<mergeCells><mergeCell ref="A1:B2"/></mergeCells>`),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1<<16 {
			readAll(t, file(t, text, textsPart(`<si><t>a</t></si>`), stylesPart("yyyy-mm-dd")))
		}
	})
}

func FuzzParts(f *testing.F) {
	f.Add(stylesPart("0.00").text, textsPart(`<si><r><t>x</t></r></si>`).text, bookParts("")[1].text, bookParts("")[2].text)
	f.Add("<styleSheet><fills><fill><patternFill patternType='solid'><fgColor theme='9' tint='x'/></patternFill></fill></fills></styleSheet>", "<sst><si/></sst>", "<workbook><sheets><sheet/></sheets></workbook>", "<Relationships/>")
	f.Fuzz(func(t *testing.T, styles, texts, workbook, relations string) {
		if len(styles)+len(texts)+len(workbook)+len(relations) < 1<<16 {
			readAll(t, file(t, worksheet(`<row><c s="1" t="s"><v>0</v></c></row>`), part{"xl/styles.xml", styles}, part{"xl/sharedStrings.xml", texts},
				part{"xl/workbook.xml", workbook}, part{"xl/_rels/workbook.xml.rels", relations}))
		}
	})
}

func FuzzPackage(f *testing.F) {
	f.Add(file(f, worksheet(threeRows)))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 1<<16 {
			readAll(t, data)
		}
	})
}
