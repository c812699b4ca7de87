package answer

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

func (l *layout) write(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if l.book == nil {
		name := l.file
		if name == "" {
			name = "list.csv"
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(l.text), 0o600))
		return path
	}
	f := excelize.NewFile()
	l.book(f)
	path := filepath.Join(dir, "list.xlsx")
	require.NoError(t, f.SaveAs(path))
	require.NoError(t, f.Close())
	return path
}

// mended gives an answered file in which a person has changed Bonn to Ulm.
func (l *layout) mended(t *testing.T, path string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(path))
	if l.book == nil {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		from, now := "Bonn", "Ulm"
		if strings.HasPrefix(l.text, "\xff\xfe") {
			from, now = utf16le(from)[2:], utf16le(now)[2:]
		}
		require.Equal(t, 1, bytes.Count(data, []byte(from)))
		require.NoError(t, os.WriteFile(to, bytes.Replace(data, []byte(from), []byte(now), 1), 0o600))
		return to
	}
	f, err := excelize.OpenFile(path)
	require.NoError(t, err)
	for _, at := range l.edits {
		name, ref, _ := strings.Cut(at, "!")
		was, err := f.GetCellValue(name, ref)
		require.NoError(t, err)
		require.Equal(t, "Bonn", was)
		require.NoError(t, f.SetCellStr(name, ref, "Ulm"))
	}
	require.NoError(t, f.SaveAs(to))
	require.NoError(t, f.Close())
	return to
}

// seen is what a file was understood as.
type seen struct {
	*sheet.Layout
	places map[string][]int
	rows   []seenRow
}

type seenRow struct {
	sheet, key, town, why string
	number                int
	bin                   sheet.Bin
	hash                  uint64
}

func see(t *testing.T, path string, answers sheet.Answers) *seen {
	t.Helper()
	book, err := sheet.Open(context.Background(), path, sheet.Options{Answers: answers})
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	s := &seen{places: map[string][]int{}}
	s.Layout, err = book.Understand(context.Background(), answers)
	require.NoError(t, err)
	_, err = book.Rows(context.Background(), &s.Recipe, func(r *sheet.Row) error {
		row := seenRow{sheet: r.Sheet, number: r.Number, bin: r.Bin, why: r.Why, key: r.Key, hash: r.Hash}
		if r.Stamp != nil {
			row.key = r.Stamp.Key
		}
		for i := range r.Values {
			switch r.Values[i].Text {
			case "Bonn", "Ulm", "Rome", "Lyon":
				row.town = r.Values[i].Text
			}
		}
		s.rows = append(s.rows, row)
		s.places[r.Sheet] = append([]int(nil), r.Places...)
		return nil
	})
	require.NoError(t, err)
	return s
}

// answered writes the answer to a file that was seen: all is done but what stands in
// Rome.
func (s *seen) answered(t *testing.T, path string) string {
	t.Helper()
	var rows []Row
	for _, r := range s.rows {
		a := Row{Sheet: r.sheet, Number: r.number}
		switch {
		case r.bin == sheet.SkippedRow && r.why != sheet.RuleLoaded:
			a.Result, a.Good = "left out: "+r.why, true
		case r.bin != sheet.Record && r.bin != sheet.SkippedRow:
			continue
		case r.town == "Rome":
			a.Result, a.ToDo, a.Bad = "not loaded", "mend the town", []Cell{{Column: 1, Note: "is wrong"}}
			a.Stamp = &sheet.Stamp{Import: "i1", Key: r.key, Hash: r.hash}
		default:
			a.Result, a.Good, a.Open = "created", true, "https://acme.example/1"
			a.Stamp = &sheet.Stamp{Import: "i1", Key: r.key, Hash: r.hash, Done: true}
		}
		rows = append(rows, a)
	}
	out := filepath.Join(t.TempDir(), filepath.Base(path))
	written(t, Config{Original: path, Name: filepath.Base(path), Out: out, Recipe: &s.Recipe, Places: s.places, Title: "Syncro", Rows: answers(rows...),
		Mark: sheet.Mark{Import: "i1", Vendor: "syncro", Stream: "customers"}})
	return out
}

// keys gives the key of each record, by sheet and number: that of its stamp too, where
// it is left out as loaded.
func (s *seen) keys() map[grid.Ref]string {
	keys := map[grid.Ref]string{}
	for _, r := range s.rows {
		if r.bin == sheet.Record || r.why == sheet.RuleLoaded {
			keys[grid.Ref{Sheet: r.sheet, Row: r.number}] = r.key
		}
	}
	return keys
}

// columns gives the names of the columns that hold data.
func (s *seen) columns() []string {
	var names []string
	for i := range s.Recipe.Columns {
		if c := &s.Recipe.Columns[i]; !c.Ours {
			names = append(names, c.Name)
		}
	}
	return names
}

// open gives the IDs of the questions that nothing is taken for.
func (s *seen) open() []string {
	var ids []string
	for _, q := range s.Questions {
		if q.Default == "" {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

// returned holds a file that came back against what it was when it was answered.
func returned(t *testing.T, was, back *seen, town string) {
	t.Helper()
	assert.Empty(t, back.open(), "a question is asked twice")
	assert.Equal(t, was.columns(), back.columns())
	assert.Equal(t, was.keys(), back.keys(), "rows are recognised")
	assert.Equal(t, was.Print, back.Print)
	assert.True(t, back.Stamped)
	for _, r := range back.rows {
		switch {
		case r.town == "Rome", r.town == "Ulm":
			assert.Equal(t, sheet.Record, r.bin, "row %d is loaded", r.number)
		case r.town == "Lyon", r.town == "Bonn":
			assert.Equal(t, sheet.RuleLoaded, r.why, "row %d is done", r.number)
		}
	}
	towns := 0
	for _, r := range back.rows {
		if r.town == town {
			towns++
		}
	}
	assert.Positive(t, towns)
}

// TestAnsweredFilesAreReadAsTheyWereAnswered sends answered files of all layouts in
// again, with nothing known but what stands in them.
func TestAnsweredFilesAreReadAsTheyWereAnswered(t *testing.T) {
	for _, l := range layouts() {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			path := l.write(t)
			was := see(t, path, l.answers)
			require.Empty(t, was.open(), "the first time")
			require.Len(t, was.keys(), l.records, "the first time")
			answered := was.answered(t, path)
			kept := sheet.Answers{}
			if l.book == nil && l.answers["encoding"] != "" {
				kept["encoding"] = l.answers["encoding"] // of a text file nothing else can say it
			}
			back := see(t, answered, kept)
			returned(t, was, back, "Bonn")
			returned(t, was, see(t, l.mended(t, answered), kept), "Ulm")

			again := back.answered(t, answered)
			returned(t, was, see(t, again, kept), "Bonn")
			returned(t, was, see(t, l.mended(t, again), kept), "Ulm")
		})
	}
}

func TestAnswersBesideAreNoList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "beside.xlsx")
	_, err := Beside(context.Background(), Config{Original: "list.xls", Name: "list.xls", Out: path, Title: "Syncro", Recipe: &sheet.Recipe{Sheet: "Rows"},
		Rows: answers(Row{Sheet: "Rows", Number: 2, Result: "not loaded", ToDo: "mend it"})})
	require.NoError(t, err)
	book, err := sheet.Open(context.Background(), path, sheet.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, book.Close()) }()
	_, err = book.Understand(context.Background(), nil)
	var refusal *grid.Refusal
	require.ErrorAs(t, err, &refusal)
	assert.Equal(t, "this workbook holds answers only", refusal.Why)
	assert.Equal(t, "mend list.xls and import that", refusal.Do)
}
