package text_test

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

// Whatever a file holds: it is read or refused, all its lines are in its rows, one
// after the other, and what is given is text.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"", "a,b\n1,2\n", "\ufeffsep=;\na;b\r\n\"x\ry\";2\r", "a,b\n\"open,2\n3,4\n", "\xff\xfea\x00,\x00\n\x00", "\x00\x00\xfe\xff\x00\x00\x00a",
		"a\tb\n'x'\t'y\\'z'\n", "# c\na,b,c\n1,2,3\n", "a,b\n\"x\\\"y\",1\n", "\x93\xfa\x96\x7b,\x83\x4a\n", "Ren\xe9e;\x81\n", "a,b\x00\n", "\"\"\"\",\" x\" ,\n", "\r\r\n\n\r",
	} {
		f.Add(seed, "", "", "", "")
		f.Add(seed, "gbk", ";", "'", `\`)
		f.Add(seed, "utf-16le", "\t", "", "")
	}
	f.Fuzz(func(t *testing.T, content, encoding, delimiter, quote, escape string) {
		l := grid.DefaultLimits()
		l.Line, l.Cell, l.Columns = 1<<16, 1<<12, 1<<10
		if len(content) > 1<<18 {
			return
		}
		given := text.Dialect{Encoding: encoding, Delimiter: delimiter, Quote: quote, Escape: escape}
		r, err := text.Open(context.Background(), strings.NewReader(content), int64(len(content)), l, given)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		next := 1
		if r.Dialect().Sep {
			next = 2
		}
		rows := 0
		tail, err := r.Rows(context.Background(), 0, func(row *grid.Row) error {
			require.Equal(t, next, row.Number)
			require.GreaterOrEqual(t, row.Line, row.Number)
			require.GreaterOrEqual(t, row.Fields, len(row.Cells))
			next = row.Line + 1
			for i := range row.Cells {
				require.True(t, utf8.ValidString(row.Cells[i].Text))
				require.NotContains(t, row.Cells[i].Text, "\x00")
			}
			rows++
			return nil
		})
		if err != nil {
			return
		}
		require.Equal(t, rows, tail.Rows)
		if r.Dialect().Encoding == "utf-8" {
			require.Equal(t, lineCount(content), next-1)
		}
	})
}

// lineCount counts the lines of a text in UTF-8, the last one without an end too.
func lineCount(content string) int {
	content = strings.TrimPrefix(content, "\ufeff")
	content = strings.ReplaceAll(strings.ReplaceAll(content, "\r\n", "\n"), "\r", "\n")
	n := strings.Count(content, "\n")
	if content != "" && !strings.HasSuffix(content, "\n") {
		n++
	}
	return n
}

// A second reading in the dialect that the first one found gives the same rows.
func FuzzDialectAgain(f *testing.F) {
	f.Add("a,b\n1,2\n")
	f.Add("sep=;\n'a';'b'\n'x';'y'\n")
	f.Add("sep=\x00\n000;'000'0;00'\n")
	f.Add("a|b\r\"x\"|\"y\"\r")
	f.Fuzz(func(t *testing.T, content string) {
		if len(content) > 1<<16 {
			return
		}
		once, err := openLimited(content, text.Dialect{}, grid.DefaultLimits())
		if err != nil {
			return
		}
		d := once.Dialect()
		if d.LineEnd == "" {
			return
		}
		again, err := openLimited(content, d, grid.DefaultLimits())
		require.NoError(t, err)
		require.Equal(t, once.rows, again.rows)
		require.Equal(t, d, again.Dialect())
	})
}
