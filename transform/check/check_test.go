package check

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

func TestEveryKindOfMistakeHasItsCells(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail", "Prio", "Kind", "Count", "Day", "Secret"}, key: []string{"No"},
		as: map[string]column.As{"Day": column.Date},
		rows: [][]string{
			{"1", "a", "ann@example.com", "High", "repair", "1", "2026-01-01", "x"},
			{"2", "b", "nobody", "Hgih", "Repiar", "many", "!31/02/2026", "y"},
			{"3", "", "", "Hgih", "REPAIR", "", "", ""},
			{"4", "!#N/A", "bob@example.com", "", "", "2", "", ""},
			{"5", "c", "", "Low", "", "", "", ""},
			{"6", "d", "eve@example.com", "Low", "x", "", "", ""},
		},
		held: map[int]string{7: "the row is short"},
	}
	cfg := s.config(t, `
where: '$env["Prio"] != "Never"'
fields:
  subject: {from: Subject}
  email: {from: Mail, as: email}
  priority: {from: Prio}
  kind: {from: Kind}
  count: {from: Count, as: integer}
  day: {from: Day, as: date}`)
	cfg.Lists = func(stream, field string) ([]string, bool) {
		assert.Equal(t, "kinds.name", stream+"."+field)
		return []string{"repair", "install"}, true
	}
	r := run(t, cfg)
	assert.Equal(t, []string{
		"required Mail email C4,C6", "enum Prio priority D3,D4", "held   row 7", "error Subject  B5", "required Subject subject B4",
		"email Mail email C3", "enum Kind kind E3", "integer Count count F3", "date Day  G3",
	}, shapes(r), "errors of most rows first, then by column")
	assert.Equal(t, [3]int{1, 4, 0}, [3]int{r.Good, r.Bad, r.Skipped})
	assert.Equal(t, r.Tally.Bins[sheet.Record], r.Good+r.Bad+r.Skipped)

	enum := find(t, r, "enum", "Prio")
	assert.Equal(t, 2, enum.Rows)
	assert.Equal(t, []Value{{Text: "Hgih", Count: 2, Suggest: "High", Cells: []grid.Ref{{Sheet: "Tickets", Row: 3, Column: 4}, {Sheet: "Tickets", Row: 4, Column: 4}}}}, enum.Values)
	assert.Equal(t, "repair", find(t, r, "enum", "Kind").Values[0].Suggest)
	assert.Equal(t, "31/02/2026", find(t, r, "date", "Day").Values[0].Text)
	for _, f := range r.Findings {
		for _, v := range f.Values {
			assert.NotContains(t, f.Why+f.Do, v.Text, "sentences hold no value")
		}
		assert.NotEmpty(t, f.Why)
		assert.NotEmpty(t, f.Do, f.Kind)
	}
}

func TestWhatIsThereAlreadyNeedsNoRequiredField(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail"}, key: []string{"No"}, rows: [][]string{{"1", "", ""}, {"2", "", ""}}}
	cfg := s.config(t, "fields:\n  subject: {from: Subject}\n  email: {from: Mail}")
	cfg.Known = func(key string) bool { return key == "1" }
	r := run(t, cfg)
	assert.Equal(t, []string{"required Subject subject B3", "required Mail email C3"}, shapes(r))
	assert.Equal(t, "Subject is needed for a new record", r.Findings[0].Why)
	assert.Equal(t, "one of Company and E-mail is needed for a new record", r.Findings[1].Why)
}

func TestAMistakeOfAnExpressionIsFoundInItsCells(t *testing.T) {
	s := &table{header: []string{"First", "Last", "Mail"}, rows: [][]string{{"", "B", "x"}, {"A", "B", "x"}}}
	cfg := s.config(t, "fields:\n  subject: {expr: 'First + Last', values: {AB: ok}}\n  email: {from: Mail}")
	r := run(t, cfg)
	require.Equal(t, []string{"enum Last subject B2"}, shapes(r))
	assert.Equal(t, "B", r.Findings[0].Values[0].Text)
}

func TestRowsThatTheMappingLeavesOut(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail"}, rows: [][]string{{"test", "x"}, {"real", "x"}}}
	cfg := s.config(t, "where: 'Subject != \"test\"'\nfields:\n  subject: {from: Subject}\n  email: {from: Mail}")
	r := run(t, cfg)
	assert.Equal(t, []string{"skipped   row 2 (warning)"}, shapes(r))
	assert.Equal(t, [3]int{1, 0, 1}, [3]int{r.Good, r.Bad, r.Skipped})
}

func TestFoundTellsEachRow(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail"}, key: []string{"No"}, rows: [][]string{
		{"1", "a", "x@example.com"}, {"2", "", "nobody"}, {"3", "c", "y@example.com"}, {"1", "d", "z@example.com"}}}
	cfg := s.config(t, "fields:\n  subject: {from: Subject}\n  email: {from: Mail, as: email}")
	var got []string
	cfg.Found = func(r *Row) error {
		for _, m := range r.Mistakes {
			got = append(got, fmt.Sprint(r.Sheet, " ", r.Number, " ", m.Place, " ", m.Kind, " ", m.Column, " ", m.Field))
		}
		return nil
	}
	run(t, cfg)
	assert.Equal(t, []string{"Tickets 3 3 email Mail email", "Tickets 3 2 required Subject subject",
		"Tickets 2 1 key No ", "Tickets 5 1 key No "}, got)
	stop := errors.New("the disk is full")
	cfg.Found = func(*Row) error { return stop }
	_, err := Run(t.Context(), cfg)
	assert.Equal(t, stop, err)
}

// TestAnyNumberOfWorkersGivesTheSameReport also runs over many batches.
func TestAnyNumberOfWorkersGivesTheSameReport(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail", "Prio"}, key: []string{"No"}}
	for i := range 6000 {
		row := []string{fmt.Sprint(i % 5990), "s", fmt.Sprintf("u%d@example.com", i), "High"}
		switch {
		case i%7 == 0:
			row[2] = fmt.Sprint("nobody", i)
		case i%11 == 0:
			row[3] = fmt.Sprint("odd", i%3)
		case i%501 == 0:
			row[1] = ""
		}
		s.rows = append(s.rows, row)
	}
	var want *Report
	for _, workers := range []int{1, 2, 5} {
		cfg := s.config(t, "fields:\n  subject: {from: Subject}\n  email: {from: Mail, as: email}\n  priority: {from: Prio}")
		cfg.Workers = workers
		rows := 0
		cfg.Report = func(n int) { rows = n }
		r := run(t, cfg)
		if want == nil {
			want = r
		}
		assert.Equal(t, want, r)
		assert.Equal(t, 6001, rows)
	}
	assert.Equal(t, 10, want.DoubleCount)
	mail := find(t, want, "email", "Mail")
	assert.Equal(t, 858, mail.Rows)
	assert.Len(t, mail.Values, maxValues)
	assert.Equal(t, 758, mail.More)
	assert.Equal(t, 6000, want.Good+want.Bad)
}

func TestErrorsAndStopsComeThrough(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail"}, rows: [][]string{{"a", "x"}}}
	cfg := s.config(t, "fields:\n  subject: {from: Subject}\n  email: {from: Mail}")
	broken := errors.New("the file changed")
	cfg.Rows = func(ctx context.Context, fn func(*sheet.Row) error) (sheet.Tally, error) {
		_, err := s.each(ctx, fn)
		return sheet.Tally{}, errors.Join(err, broken)
	}
	_, err := Run(t.Context(), cfg)
	require.ErrorIs(t, err, broken)

	ctx, stop := context.WithCancel(t.Context())
	cfg.Rows = func(ctx context.Context, fn func(*sheet.Row) error) (sheet.Tally, error) {
		stop()
		for {
			if _, err := s.each(ctx, fn); err != nil {
				return sheet.Tally{}, err
			}
		}
	}
	cfg.Found = func(*Row) error { return nil }
	_, err = Run(ctx, cfg)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestAFileOfMistakesAloneIsNoBurden(t *testing.T) {
	f := findings{plan: &plan{cfg: &Config{}, columns: []columnPlan{{Column: &sheet.Column{Name: "A", Place: 1}}}}, all: map[findingKey]*group{}}
	for i := range 300_000 {
		f.add(&note{words: words{kind: "email", why: "w"}, field: -1, text: fmt.Sprint(i)}, grid.Ref{Row: i + 1, Column: 1})
	}
	f.add(&note{words: words{kind: "email", why: "w"}, field: -1, text: strings.Repeat("x", maxText+1)}, grid.Ref{Row: 1, Column: 1})
	g := f.last
	assert.Len(t, g.values, maxDistinct)
	assert.Len(t, g.further, maxFurther)
	list := f.list()
	assert.Equal(t, 300_001, list[0].Rows)
	assert.Equal(t, 300_001-maxValues, list[0].More)
	assert.Len(t, list[0].Cells, maxCells)
}
