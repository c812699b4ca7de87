package main

import (
	"encoding/csv"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// paperDialect is how a person's program writes text files.
type paperDialect struct {
	delimiter rune
	end       string
	always    bool // quotes around every cell
	encoding  encoding.Encoding
	bom       string
}

func newPaperDialect(r *rand.Rand) paperDialect {
	d := paperDialect{delimiter: pick(r, []rune{',', ';', '\t', '|'}), end: pick(r, []string{"\r\n", "\n"}), always: r.IntN(4) == 0}
	switch r.IntN(4) {
	case 0:
		d.encoding = charmap.Windows1252
	case 1:
		d.encoding, d.bom = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), "\ufeff"
	case 2:
		d.encoding, d.bom = unicode.UTF8, "\ufeff"
	default:
		d.encoding = unicode.UTF8
	}
	return d
}

// writePaper writes a text file.
func writePaper(t *testing.T, path string, d paperDialect, rows [][]string) {
	t.Helper()
	var b strings.Builder
	b.WriteString(d.bom)
	for _, row := range rows {
		for i, text := range row {
			if i > 0 {
				b.WriteRune(d.delimiter)
			}
			if d.always || strings.ContainsAny(text, "\"\r\n"+string(d.delimiter)) {
				text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
			}
			b.WriteString(text)
		}
		b.WriteString(d.end)
	}
	raw, err := d.encoding.NewEncoder().Bytes([]byte(b.String()))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, raw, 0o600))
}

// textPaper is a text file that a person has open.
type textPaper struct {
	t       *testing.T
	dialect paperDialect
	title   [][]string // rows above the header
	rows    [][]string
}

func openText(t *testing.T, path string, d paperDialect, top int) *textPaper {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	raw, err = d.encoding.NewDecoder().Bytes(raw)
	require.NoError(t, err)
	text, marked := strings.CutPrefix(string(raw), "\ufeff")
	require.Equal(t, d.bom != "", marked, "the mark at the beginning is as it was")
	require.NotContains(t, strings.ReplaceAll(text, d.end, ""), "\r", "line ends are as they were")
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = d.delimiter, -1
	rows, err := r.ReadAll()
	require.NoError(t, err)
	return &textPaper{t: t, dialect: d, title: rows[:top], rows: rows[top:]}
}

func (f *textPaper) table() [][]string        { return f.rows }
func (f *textPaper) notes() map[[2]int]string { return nil }
func (f *textPaper) remove(row int)           { f.rows = append(f.rows[:row:row], f.rows[row+1:]...) }
func (f *textPaper) add(cells []cell)         { f.rows = append(f.rows, textsOf([][]cell{cells})[0]) }
func (f *textPaper) save(path string) {
	writePaper(f.t, path, f.dialect, append(f.title[:len(f.title):len(f.title)], f.rows...))
}
func (f *textPaper) blank(before int) {
	f.rows = append(f.rows[:before:before], append([][]string{{}}, f.rows[before:]...)...)
}
func (f *textPaper) put(row, column int, c cell) {
	for len(f.rows[row]) <= column {
		f.rows[row] = append(f.rows[row], "")
	}
	f.rows[row][column] = c.text
}

func (f *textPaper) order(rows []int) {
	out := [][]string{f.rows[0]}
	for _, at := range rows {
		out = append(out, f.rows[at])
	}
	f.rows = out
}

// textsOf gives what stands in cells.
func textsOf(rows [][]cell) [][]string {
	out := make([][]string, len(rows))
	for i, row := range rows {
		for _, c := range row {
			out[i] = append(out[i], c.text)
		}
	}
	return out
}
