package text_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

// result is a file that was read.
type result struct {
	*text.Reader
	rows   [][]string
	lines  []int // on which records begin
	last   []int // on which they end
	fields []int
	faults []string
	flags  []grid.Flag // of all cells of a row
	tail   grid.Tail
}

// open reads a file with the usual limits.
func open(t testing.TB, content string, given text.Dialect) result {
	t.Helper()
	r, err := openLimited(content, given, grid.DefaultLimits())
	require.NoError(t, err)
	return r
}

func openLimited(content string, given text.Dialect, l grid.Limits) (result, error) {
	reader, err := text.Open(context.Background(), strings.NewReader(content), int64(len(content)), l, given)
	if err != nil {
		return result{}, err
	}
	r := result{Reader: reader}
	r.tail, err = reader.Rows(context.Background(), 0, func(row *grid.Row) error {
		var cells []string
		var flags grid.Flag
		for i := range row.Cells {
			cells = append(cells, row.Cells[i].Text)
			flags |= row.Cells[i].Flags
		}
		r.rows, r.lines, r.last = append(r.rows, cells), append(r.lines, row.Number), append(r.last, row.Line)
		r.fields, r.faults, r.flags = append(r.fields, row.Fields), append(r.faults, row.Fault), append(r.flags, flags)
		return nil
	})
	return r, err
}

// read gives the rows of a file whose rows have no faults.
func read(t testing.TB, content string) [][]string {
	t.Helper()
	r := open(t, content, text.Dialect{})
	for _, fault := range r.faults {
		require.Empty(t, fault)
	}
	return r.rows
}

// fact gives the fact with that code; one without a text where there is none.
func (r result) fact(code string) grid.Fact {
	for _, f := range r.Facts() {
		if f.Code == code {
			return f
		}
	}
	return grid.Fact{}
}

// encode writes a text in an encoding.
func encode(t testing.TB, e encoding.Encoding, content string) string {
	t.Helper()
	out, err := e.NewEncoder().String(content)
	require.NoError(t, err)
	return out
}

// wide writes a text of the first 65,536 characters with so many bytes each.
func wide(content string, size int, big bool) string {
	var out bytes.Buffer
	for _, r := range content {
		b := make([]byte, size)
		for i := range b {
			at := i
			if big {
				at = size - 1 - i
			}
			b[at] = byte(uint32(r) >> (8 * i))
		}
		out.Write(b)
	}
	return out.String()
}

func rows(lines ...string) [][]string {
	var out [][]string
	for _, line := range lines {
		if line == "" {
			out = append(out, nil)
			continue
		}
		out = append(out, strings.Split(line, "¦"))
	}
	return out
}
