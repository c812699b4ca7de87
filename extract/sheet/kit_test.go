package sheet

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet/grid"
)

// textFile writes a text file of lines.
func textFile(t *testing.T, lines ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "customers.csv")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return path
}

// workbookFile writes a workbook; fill gets it with its first sheet, Sheet1.
func workbookFile(t *testing.T, fill func(*excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	fill(f)
	path := filepath.Join(t.TempDir(), "customers.xlsx")
	require.NoError(t, f.SaveAs(path))
	require.NoError(t, f.Close())
	return path
}

// put writes rows of cells into a sheet, from A1 on. nil is no cell.
func put(f *excelize.File, sheet string, rows ...[]any) {
	for r, row := range rows {
		for c, value := range row {
			if value == nil {
				continue
			}
			if err := f.SetCellValue(sheet, grid.Ref{Row: r + 1, Column: c + 1}.String(), value); err != nil {
				panic(err)
			}
		}
	}
}

func cellsOf(values ...any) []any { return values }

// openFile opens a file through a child.
func openFile(t *testing.T, path string, answers Answers) *Book {
	t.Helper()
	b, err := Open(context.Background(), path, Options{Child: childOfTests(), Answers: answers})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, b.Close()) })
	return b
}

// understood is what was made of a file: its layout, and the rows by their bin.
type understood struct {
	*Layout
	t    *testing.T
	book *Book
	rows []gotRow
}

type gotRow struct {
	number int
	bin    Bin
	why    string
	do     string
	key    string
	values []string
	stamp  *Stamp
	filled []bool
	places []int
}

// understand opens, understands and reads a file, and checks that its rows add up.
func understand(t *testing.T, path string, answers Answers) *understood {
	t.Helper()
	b := openFile(t, path, answers)
	l, err := b.Understand(context.Background(), answers)
	require.NoError(t, err)
	u := &understood{Layout: l, t: t, book: b}
	tally, err := b.Rows(context.Background(), &l.Recipe, func(r *Row) error {
		row := gotRow{number: r.Number, bin: r.Bin, why: r.Why, do: r.Do, key: r.Key, stamp: r.Stamp, places: r.Places}
		for i := range r.Values {
			row.values = append(row.values, r.Values[i].Text)
			row.filled = append(row.filled, r.Values[i].Cell != nil && r.Values[i].Cell.Is(grid.Filled))
		}
		u.rows = append(u.rows, row)
		return nil
	})
	require.NoError(t, err)
	sum := 0
	for _, n := range tally.Bins {
		sum += n
	}
	assert.Equal(t, tally.Rows, sum, "each row is in one bin")
	if tally.Second >= 0 && !l.Recipe.Turned {
		assert.Equal(t, tally.Rows, tally.Second)
	}
	assert.Equal(t, b.File().SHA256, tally.SHA256)
	if l.Recipe.Sheet != "" || l.Recipe.Text != nil {
		assert.Equal(t, l.Tally.Bins[Record], tally.Bins[Record], "what was understood is what is read")
	}
	return u
}

// records gives the values of the records.
func (u *understood) records() [][]string {
	var records [][]string
	for _, r := range u.rows {
		if r.bin == Record {
			records = append(records, r.values)
		}
	}
	return records
}

// bins gives the number and bin of each row that has such a bin.
func (u *understood) inBin(bin Bin) (numbers []int) {
	for _, r := range u.rows {
		if r.bin == bin {
			numbers = append(numbers, r.number)
		}
	}
	return numbers
}

func (u *understood) names() []string {
	var names []string
	for i := range u.Recipe.Columns {
		names = append(names, u.Recipe.Columns[i].Name)
	}
	return names
}

// question gives the question with that ID; it must be there.
func (u *understood) question(id string) grid.Question {
	u.t.Helper()
	for _, q := range u.Questions {
		if q.ID == id {
			return q
		}
	}
	require.Failf(u.t, "no such question", "%s", id)
	return grid.Question{}
}

// asked gives the IDs of the questions that nothing is taken for.
func (u *understood) open() []string {
	var ids []string
	for _, q := range u.Questions {
		if q.Default == "" {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// fact gives the fact with that code; it must be there.
func (u *understood) fact(code string) grid.Fact {
	u.t.Helper()
	for _, f := range u.Facts {
		if f.Code == code {
			return f
		}
	}
	require.Failf(u.t, "no such fact", "%s", code)
	return grid.Fact{}
}

// refused gives the refusal that an error is.
func refused(t *testing.T, err error) *grid.Refusal {
	t.Helper()
	var refusal *grid.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.NotEmpty(t, refusal.Why)
	assert.NotEmpty(t, refusal.Do)
	return refusal
}
