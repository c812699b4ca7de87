package check

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/connector"
	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
	"ferry/transform/mapping"

	"github.com/cespare/xxhash/v2"
)

// table is a sheet of the tests: a header, and rows of cells. A cell that begins
// with ! cannot be read.
type table struct {
	header []string
	rows   [][]string
	key    []string
	as     map[string]column.As
	ours   []string
	held   map[int]string // rows that are not whole, by number
}

func (s *table) recipe() *sheet.Recipe {
	r := &sheet.Recipe{Sheet: "Tickets", Header: []int{1}, First: 2, Key: s.key}
	for i, name := range s.header {
		r.Columns = append(r.Columns, sheet.Column{Place: i + 1, Header: name, Name: name,
			Ours: slices.Contains(s.ours, name), Reading: column.Reading{As: s.as[name]}})
	}
	return r
}

var badDate = &column.Problem{Kind: "date", Why: "is no date of the calendar", Do: "correct the date in the cell"}

// each gives the rows as a reader would: in one row that is used again.
func (s *table) each(_ context.Context, fn func(*sheet.Row) error) (sheet.Tally, error) {
	tally := sheet.Tally{Rows: len(s.rows) + 1, Bins: map[sheet.Bin]int{}, Second: -1}
	row := &sheet.Row{Sheet: "Tickets", Number: 1, Bin: sheet.Header}
	tally.Bins[sheet.Header]++
	if err := fn(row); err != nil {
		return tally, err
	}
	for i, cells := range s.rows {
		*row = sheet.Row{Sheet: "Tickets", Number: i + 2, Bin: sheet.Record, Values: row.Values[:0], Cells: row.Cells[:0],
			Key: cells[0], Hash: xxhash.Sum64String(strings.Join(cells, "\x00"))}
		for len(row.Cells) < len(cells) {
			row.Cells = append(row.Cells, grid.Cell{Kind: grid.Text})
		}
		for k, text := range cells {
			text, odd := strings.CutPrefix(text, "!")
			row.Cells[k] = grid.Cell{Kind: grid.Text, Raw: text, Text: text}
			v := sheet.Value{Text: text, Cell: &row.Cells[k]}
			if odd && strings.HasPrefix(text, "#") {
				row.Cells[k].Kind = grid.Error
			} else if odd {
				v.Problem = badDate
			}
			row.Values = append(row.Values, v)
		}
		if why := s.held[row.Number]; why != "" {
			row.Bin, row.Why, row.Do = sheet.Held, why, "mend the row"
		}
		tally.Bins[row.Bin]++
		if err := fn(row); err != nil {
			return tally, err
		}
	}
	return tally, nil
}

// config is a check of the table with the rules of a mapping to tickets.
func (s *table) config(t testing.TB, rules string) Config {
	t.Helper()
	spec, err := connector.Load("testdata/desk.yaml")
	require.NoError(t, err)
	text := "version: 1\nfrom: sheet\nto: desk\nstreams:\n  - from: rows\n    to: ticket\n    " + strings.ReplaceAll(strings.TrimSpace(rules), "\n", "\n    ") + "\n"
	f, err := mapping.Parse("m.yaml", []byte(text))
	require.NoError(t, err)
	recipe := s.recipe()
	p, err := f.Compile(sheet.Spec(recipe), spec)
	require.NoError(t, err)
	return Config{Rows: s.each, Recipe: recipe, Stream: p.Stream(0), Workers: 2}
}

func run(t testing.TB, cfg Config) *Report {
	t.Helper()
	r, err := Run(t.Context(), cfg)
	require.NoError(t, err)
	return r
}

// shape is a finding in short: kind, column, field, rows and cells.
func shape(f *Finding) string {
	cells := make([]string, len(f.Cells))
	for i, c := range f.Cells {
		cells[i] = c.String()
	}
	text := f.Kind + " " + f.Column + " " + f.Field + " " + strings.Join(cells, ",")
	if f.Warn {
		text += " (warning)"
	}
	return text
}

func shapes(r *Report) []string {
	var out []string
	for i := range r.Findings {
		out = append(out, shape(&r.Findings[i]))
	}
	return out
}

func find(t testing.TB, r *Report, kind, column string) *Finding {
	t.Helper()
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Kind == kind && f.Column == column {
			return f
		}
	}
	require.Failf(t, "no such finding", "%s of %q in %v", kind, column, shapes(r))
	return nil
}
