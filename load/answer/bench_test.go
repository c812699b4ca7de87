package answer

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
)

const benchRows, benchBad = 100_000, 5_000

// large writes the workbook that is measured.
func large(b *testing.B) string {
	b.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	require.NoError(b, err)
	row := make([]any, 26)
	for r := range benchRows + 1 {
		for c := range row {
			switch {
			case r == 0:
				row[c] = "Column " + strconv.Itoa(c+1)
			case c%3 == 0:
				row[c] = fmt.Sprintf("text %d of %d", r*31%977, c)
			default:
				row[c] = float64(r*c%10007) / 8
			}
		}
		require.NoError(b, w.SetRow("A"+strconv.Itoa(r+1), row))
	}
	require.NoError(b, w.Flush())
	path := filepath.Join(b.TempDir(), "large.xlsx")
	require.NoError(b, f.SaveAs(path))
	return path
}

// BenchmarkAnswer answers 100,000 rows of 26 columns with 5,000 bad cells, beside
// what excelize needs to open the same file and save it again.
func BenchmarkAnswer(b *testing.B) {
	path := large(b)
	out := filepath.Join(b.TempDir(), "out.xlsx")
	b.Run("ferry", func(b *testing.B) {
		for b.Loop() {
			done, err := Write(context.Background(), Config{
				Original: path, Name: "large.xlsx", Out: out, Title: "Syncro", Recipe: &sheet.Recipe{Sheet: "Sheet1", Header: []int{1}},
				Rows: func(yield func(*Row) error) error {
					for n := 2; n <= benchRows+1; n++ {
						row := Row{Sheet: "Sheet1", Number: n, Result: "created", Open: "https://acme.example/customers/" + strconv.Itoa(n), Stamp: &sheet.Stamp{Import: "i1", Key: strconv.Itoa(n), Hash: uint64(n), Done: true}}
						if n%(benchRows/benchBad) == 0 {
							row.Result, row.ToDo, row.Open, row.Bad = "not loaded", "enter a date", "", []Cell{{Column: 4, Note: "is no date"}}
						}
						if err := yield(&row); err != nil {
							return err
						}
					}
					return nil
				},
			})
			require.NoError(b, err)
			require.Equal(b, benchBad, done.Bad)
		}
	})
	b.Run("excelize", func(b *testing.B) {
		for b.Loop() {
			f, err := excelize.OpenFile(path)
			require.NoError(b, err)
			require.NoError(b, f.SaveAs(out))
			require.NoError(b, f.Close())
			require.NoError(b, os.Remove(out))
		}
	})
}
