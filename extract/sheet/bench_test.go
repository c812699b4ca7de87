package sheet

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/grid"
)

// benchPayloads gives batches as a child sends them, of a list as offices keep them.
func benchPayloads(tb testing.TB, rows int) (payloads [][]byte, recipe Recipe) {
	var out bytes.Buffer
	w := newBatchWriter(&frameWriter{out: &out})
	write := func(number int, texts []string) {
		cells := make([]grid.Cell, len(texts))
		for i, text := range texts {
			cells[i] = grid.Cell{Kind: grid.Text, Raw: text, Text: text}
		}
		require.NoError(tb, w.add(&grid.Row{Number: number, Line: number, Fields: len(cells), Cells: cells}))
	}
	header := []string{"Company", "First name", "Last name", "E-mail", "Phone", "Street", "City", "State", "ZIP", "Balance", "Since", "Newsletter"}
	write(1, header)
	for i := range rows {
		write(i+2, []string{
			fmt.Sprintf("Harbor Supply %d Inc.", i), []string{"Ann", "Bob", "Carla"}[i%3], fmt.Sprintf("Smith-%d", i%977),
			fmt.Sprintf("office%d@harbor%d.example.com", i, i%500), fmt.Sprintf("(719) 388-%04d", i%10000), fmt.Sprintf("%d Main Street", i%9000),
			[]string{"Denver", "Pueblo", "Boulder", "Colorado Springs"}[i%4], "CO", fmt.Sprintf("%05d", 1000+i%80000),
			fmt.Sprintf("%d.%02d", i%3000, i%100), fmt.Sprintf("2024-%02d-%02d", i%12+1, i%28+1), []string{"yes", "no"}[i%2],
		})
	}
	require.NoError(tb, w.flush())
	in := newFrameReader(&out)
	for out.Len() > 0 || in.in.Buffered() > 0 {
		f, err := in.read(nil)
		require.NoError(tb, err)
		payloads = append(payloads, f.payload)
	}
	recipe = Recipe{Header: []int{1}, First: 2, Text: &Dialect{Delimiter: ","}}
	for i, name := range header {
		recipe.Columns = append(recipe.Columns, Column{Place: i + 1, Header: name, Name: name})
	}
	return payloads, recipe
}

const benchRows = 20_000

// benchBatches reads every row of the batches by what begin gives, ends with end, and
// reports the time of a cell.
func benchBatches(b *testing.B, begin func(*Recipe) (each func(*grid.Row) error, end func())) {
	payloads, recipe := benchPayloads(b, benchRows)
	b.ReportAllocs()
	for b.Loop() {
		each, end := begin(&recipe)
		var batches batchReader
		var row grid.Row
		for _, payload := range payloads {
			if err := eachRow(&batches, payload, &row, each); err != nil {
				b.Fatal(err)
			}
		}
		end()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchRows*len(recipe.Columns)), "ns/cell")
}

func BenchmarkBatches(b *testing.B) {
	benchBatches(b, func(*Recipe) (func(*grid.Row) error, func()) { return func(*grid.Row) error { return nil }, func() {} })
}

// The first pass over a sheet, with its profilers on goroutines of their own.
func BenchmarkSurvey(b *testing.B) {
	benchBatches(b, func(r *Recipe) (func(*grid.Row) error, func()) {
		s, sorter := newSurvey(r, "", heading{}), newSorter(r, bounds{}, "", extras{})
		sorter.looks = true
		return func(in *grid.Row) error {
			s.row(in, sorter.sort(in))
			return nil
		}, s.profiling.wait
	})
}

// The second.
func BenchmarkSort(b *testing.B) {
	benchBatches(b, func(r *Recipe) (func(*grid.Row) error, func()) {
		sorter := newSorter(r, bounds{}, "", extras{})
		return func(in *grid.Row) error {
			if row := sorter.sort(in); row.Bin != Record && in.Number > 1 {
				b.Fatal(row.Why)
			}
			return nil
		}, func() {}
	})
}
