package filesink

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
)

const benchRows = 50_000

// benchmark publishes staged customers in some formats.
func benchmark(b *testing.B, formats ...Format) {
	source := FromStage(stageCustomers(b, benchRows), testAccount.ID, "customer")
	dir := b.TempDir()
	for b.Loop() {
		_, err := Publish(b.Context(), Config{
			Dir: dir, Job: "nightly", Formats: formats, Account: testAccount, Zone: time.UTC,
			Tables: []Table{{Name: "customer", Fields: customerFields(), Rows: source}},
		})
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, os.RemoveAll(filepath.Join(dir, "nightly")))
		b.StartTimer()
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rec/s")
}

func BenchmarkParquet(b *testing.B)       { benchmark(b, Parquet) }
func BenchmarkCSV(b *testing.B)           { benchmark(b, CSV) }
func BenchmarkParquetAndCSV(b *testing.B) { benchmark(b, Parquet, CSV) }
func BenchmarkExcel(b *testing.B)         { benchmark(b, Excel) }

// BenchmarkPlainExcelize streams the same cells with nothing but excelize: the
// yardstick of BenchmarkExcel. The cells are ready before the clock starts.
func BenchmarkPlainExcelize(b *testing.B) {
	rows := excelCells(b)
	dir := b.TempDir()
	for b.Loop() {
		book := excelize.NewFile()
		w, err := book.NewStreamWriter("Sheet1")
		require.NoError(b, err)
		for i, r := range rows {
			require.NoError(b, w.SetRow("A"+strconv.Itoa(i+1), r))
		}
		require.NoError(b, w.Flush())
		require.NoError(b, book.SaveAs(filepath.Join(dir, "plain.xlsx")))
		require.NoError(b, book.Close())
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rec/s")
}

// excelCells are the values that BenchmarkExcel writes, read back from a workbook.
func excelCells(b *testing.B) [][]any {
	set, err := Publish(context.Background(), Config{
		Dir: b.TempDir(), Job: "nightly", Formats: []Format{Excel}, Account: testAccount, Zone: time.UTC,
		Tables: []Table{{Name: "customer", Fields: customerFields(), Rows: customers(1000).times(1)}},
	})
	require.NoError(b, err)
	book, err := excelize.OpenFile(filepath.Join(set.Path, "nightly.xlsx"))
	require.NoError(b, err)
	defer book.Close()
	texts, err := book.GetRows("customer", excelize.Options{RawCellValue: true})
	require.NoError(b, err)
	out := make([][]any, 0, benchRows)
	for len(out) < benchRows {
		for _, t := range texts[1:] {
			row := make([]any, len(t))
			for i, v := range t {
				row[i] = v
				if f, err := strconv.ParseFloat(v, 64); err == nil && texts[0][i] != "addressZIP" {
					row[i] = f
				}
			}
			out = append(out, row)
		}
	}
	return out[:benchRows]
}
