package text_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
	"ferry/extract/sheet/text"
)

// people makes a CSV of so many rows with 20 columns, some of them in quotes.
func people(rows int) []byte {
	var b bytes.Buffer
	for i := range 20 {
		fmt.Fprintf(&b, "column %d,", i)
	}
	b.Truncate(b.Len() - 1)
	b.WriteString("\r\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,Ann %d,Smith,\"%d Main Street, left\",%05d,Springfield,US,+1 555 %07d,ann%d@example.com,2024-03-%02d,", i, i, i%900, i%99999, i, i, 1+i%28)
		fmt.Fprintf(&b, "true,%d.%02d,,,open,\"said \"\"no\"\"\",%d,A-%d,north,plain words\r\n", i%1000, i%100, i*7, i)
	}
	return b.Bytes()
}

const benchRows = 100_000

// BenchmarkRows reads cells; compare with BenchmarkEncodingCSV.
func BenchmarkRows(b *testing.B) {
	data := people(benchRows)
	r, err := text.Open(b.Context(), bytes.NewReader(data), int64(len(data)), grid.DefaultLimits(), text.Dialect{})
	require.NoError(b, err)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		cells := 0
		_, err := r.Rows(context.Background(), 0, func(row *grid.Row) error {
			cells += len(row.Cells)
			return nil
		})
		require.NoError(b, err)
		require.Equal(b, 20*(benchRows+1), cells)
	}
}

// BenchmarkOpen reads all of the file to find out how it is written.
func BenchmarkOpen(b *testing.B) {
	data := people(benchRows)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		_, err := text.Open(b.Context(), bytes.NewReader(data), int64(len(data)), grid.DefaultLimits(), text.Dialect{})
		require.NoError(b, err)
	}
}

// BenchmarkEncodingCSV is the yardstick.
func BenchmarkEncodingCSV(b *testing.B) {
	data := people(benchRows)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := csv.NewReader(bytes.NewReader(data))
		r.ReuseRecord = true
		cells := 0
		for {
			record, err := r.Read()
			if err == io.EOF {
				break
			}
			require.NoError(b, err)
			cells += len(record)
		}
		require.Equal(b, 20*(benchRows+1), cells)
	}
}
