package check

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

const plainFields = "fields:\n  subject: {from: Subject}\n  email: {from: Mail}"

func refs(all []grid.Ref) string {
	out := make([]string, len(all))
	for i, r := range all {
		out[i] = r.String()
	}
	return strings.Join(out, ",")
}

func TestV09TimesThatTheClocksSkip(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "Due"}, as: map[string]column.As{"Due": column.DateTime}, rows: [][]string{
		{"a", "x", "2024-03-31T01:59:59"}, {"b", "x", "2024-03-31T02:30:00"}, {"c", "x", "2024-10-27T02:30:00"},
		{"d", "x", "2024-03-31T02:30:00+01:00"}, {"e", "x", "2024-10-27T03:00:00"}, {"f", "x", ""}}}
	zone, err := time.LoadLocation("Europe/Paris")
	require.NoError(t, err)

	cfg := s.config(t, plainFields+"\n  due: {from: Due, as: datetime}")
	cfg.Zone = zone
	r := run(t, cfg)
	assert.Equal(t, []string{"clock Due due C3", "clock Due due C4 (warning)"}, shapes(r))
	assert.Contains(t, r.Findings[0].Why, "put forward")
	assert.Contains(t, r.Findings[1].Why, "put back")

	cfg = s.config(t, plainFields+"\n  due: {from: Due, as: datetime, zone: Europe/Paris}")
	cfg.Zone = zone
	r = run(t, cfg)
	assert.Equal(t, []string{"datetime Due due C4", "datetime Due due C3"}, shapesOf(r, 4, 3), "the mapping's own zone finds both")

	cfg = s.config(t, plainFields+"\n  due: {from: Due, as: datetime}")
	assert.Empty(t, run(t, cfg).Findings, "nobody knows the zone")
}

// shapesOf gives the shapes of findings whose first cells stand in these rows.
func shapesOf(r *Report, rows ...int) []string {
	var out []string
	for _, row := range rows {
		for i := range r.Findings {
			if r.Findings[i].Cells[0].Row == row {
				out = append(out, shape(&r.Findings[i]))
			}
		}
	}
	return out
}

func TestV29BlankKeepsAndAWordClears(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail"}, rows: [][]string{
		{"a", ""}, {column.ClearText, "x@example.com"}, {"c", column.ClearText}}}
	cfg := s.config(t, "fields:\n  subject: {from: Subject, clear: \"∅\"}\n  company: {value: ours}\n  email: {from: Mail, as: email, clear: \"∅\"}")
	r := run(t, cfg)
	assert.Equal(t, []string{"required Subject subject A3", "clear Subject subject A3 (warning)", "clear Mail email B4 (warning)"}, shapes(r),
		"what is required cannot be emptied on a new record, and what is emptied is said")
	assert.Equal(t, [2]int{2, 1}, [2]int{r.Good, r.Bad})
	assert.Empty(t, find(t, r, "clear", "Mail").Values)
}

func TestV43TextsCutAtALengthOfAnotherProgram(t *testing.T) {
	rows := [][]string{{"whole", "x", strings.Repeat("z", 255)}}
	for i := range 30 {
		rows = append(rows, []string{strings.Repeat("é", 255), "x", strings.Repeat("w", 240+i)})
	}
	rows = append(rows, []string{strings.Repeat("y", 300), "x", strings.Repeat("v", 32_767)})
	s := &table{header: []string{"Subject", "Mail", "Notes"}, rows: rows}
	r := run(t, s.config(t, plainFields+"\n  notes: {from: Notes}"))
	require.Len(t, r.Findings, 2, "lengths that are spread are no pile: %v", shapes(r))
	f := find(t, r, "cut", "Subject")
	assert.Equal(t, 30, f.Rows)
	assert.True(t, f.Warn)
	assert.Contains(t, f.Why, "exactly 255 characters")
	assert.Equal(t, "A3", f.Cells[0].String())
	assert.Equal(t, "C33", find(t, r, "cut", "Notes").Cells[0].String(), "one as long as a cell can be is enough")
	assert.Equal(t, len(rows), r.Good)

	s = &table{header: []string{"Subject", "Mail"}, rows: [][]string{{"short", "x"}, {"much longer", "x"}}}
	r = run(t, s.config(t, "fields:\n  subject: {from: Subject, as: text, max: 6}\n  email: {from: Mail}"))
	assert.Equal(t, []string{"length Subject subject A3"}, shapes(r), "nothing is cut unless the mapping says so")
	r = run(t, s.config(t, "fields:\n  subject: {from: Subject, as: text, max: 6, cut: cut}\n  email: {from: Mail}"))
	assert.Empty(t, r.Findings)
}

func TestV44DoubledKeys(t *testing.T) {
	s := &table{header: []string{"No", "Part", "Subject", "Mail"}, key: []string{"No", "Part"}, rows: [][]string{
		{"A1", "x", "s", "m"}, {"B2", "x", "s", "m"}, {"A1", "x", "s", "m"}, {"a1 ", "X", "t", "m"},
		{"C3", "x", "s", "m"}, {"c3", "x", "s", "m"}, {"A", "1x", "s", "m"}, {"e\u0301", "", "s", "m"}, {"\u00e9", "", "s", "m"}}}
	for _, c := range []struct {
		rule            Doubles
		good, bad, left int
		key             string
		lefts           []int
	}{
		{"", 2, 7, 0, "A2,A4", nil},
		{First, 5, 0, 4, "A4", []int{4, 5, 7, 10}},
		{Last, 5, 0, 4, "A2", []int{2, 4, 6, 9}},
		{Merge, 9, 0, 0, "A2,A4", nil},
	} {
		t.Run(string(c.rule), func(t *testing.T) {
			cfg := s.config(t, plainFields)
			cfg.Doubles = c.rule
			var left []int
			cfg.Found = func(r *Row) error {
				if r.Left {
					left = append(left, r.Number)
				}
				return nil
			}
			r := run(t, cfg)
			assert.Equal(t, [3]int{c.good, c.bad, c.left}, [3]int{r.Good, r.Bad, r.Skipped})
			assert.ElementsMatch(t, c.lefts, left)
			assert.Equal(t, 3, r.DoubleCount)
			require.Len(t, r.Doubles, 3)
			assert.Equal(t, Double{Key: "A1/x", Rows: []grid.Ref{{Sheet: "Tickets", Row: 2}, {Sheet: "Tickets", Row: 4}, {Sheet: "Tickets", Row: 5}}, Count: 3}, r.Doubles[0])
			assert.Equal(t, "row 6,row 7", refs(r.Doubles[1].Rows))
			assert.Equal(t, "row 9,row 10", refs(r.Doubles[2].Rows), "accents are the same however they are written")
			var exact *Finding
			for i := range r.Findings {
				if f := &r.Findings[i]; f.Kind == "key" && !strings.Contains(f.Why, "capitals") {
					exact = f
				}
			}
			require.NotNil(t, exact)
			assert.Equal(t, c.key, refs(exact.Cells))
			assert.Equal(t, c.rule != "", exact.Warn)
		})
	}
}

func TestV44EqualRowsAreKnownFromRowsThatDiffer(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail"}, key: []string{"No"}, rows: [][]string{
		{"1", "s", "m"}, {"2", "s", "m"}, {"1", "s", "m"}, {"2", "t", "m"}}}
	r := run(t, s.config(t, plainFields))
	require.Len(t, r.Doubles, 2)
	assert.True(t, r.Doubles[0].Equal)
	assert.False(t, r.Doubles[1].Equal)
}

func TestV45BlankKeysAreHeld(t *testing.T) {
	s := &table{header: []string{"No", "Part", "Subject", "Mail"}, key: []string{"No", "Part"}, rows: [][]string{
		{"1", "", "s", "m"}, {" ", "", "s", "m"}, {"", "", "s", "m"}, {"", "2", "s", "m"}}}
	r := run(t, s.config(t, plainFields))
	assert.Equal(t, []string{"key-blank No  A3,A4"}, shapes(r))
	assert.Equal(t, [2]int{2, 2}, [2]int{r.Good, r.Bad})
	assert.Zero(t, r.DoubleCount, "rows without a key are not one")
}

func TestV52WhatIsNotMappedStaysOut(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail", "Born", "Result"}, key: []string{"No"}, ours: []string{"Result"}}
	for i := range 20 {
		s.rows = append(s.rows, []string{fmt.Sprint(i / 2), "s", "nobody", "!private" + fmt.Sprint(i), "private"})
	}
	s.rows = append(s.rows, []string{"99", "s", "x@example.com", "!#N/A", "!private"}, []string{"100", "s", "x@example.com", strings.Repeat("private", 36) + "xyz", ""})
	s.rows = append(s.rows, s.rows[len(s.rows)-1])
	cfg := s.config(t, "fields:\n  subject: {from: Subject}\n  email: {from: Mail, as: email}\n  portal: {value: x}")
	told := ""
	cfg.Found = func(r *Row) error { told += fmt.Sprintf("%+v", r); return nil }
	r := run(t, cfg)
	assert.NotContains(t, fmt.Sprintf("%+v", r)+told, "private")
	assert.Equal(t, 1, r.Good, "a cell that nobody loads makes no row bad")
	for i := range r.Findings {
		assert.NotEqual(t, "Born", r.Findings[i].Column)
	}
}

func TestV52SecretFieldsAreNotListed(t *testing.T) {
	s := &table{header: []string{"Subject", "Mail", "Link"}, rows: [][]string{{"s", "m", "token"}}}
	r := run(t, s.config(t, plainFields+"\n  portal: {from: Link, values: {a: b}}"))
	assert.Empty(t, find(t, r, "enum", "Link").Values)
	assert.NotContains(t, fmt.Sprintf("%+v", r), "token")
}

func TestKeysAreFoundAmongVeryMany(t *testing.T) {
	var k keys
	r := row{}
	for i := range 200_000 {
		r.place, r.folded = uint64(i)*0x9E3779B97F4A7C15, uint32(i)
		e, is, err := k.find(&r, i)
		require.NoError(t, err)
		require.False(t, is)
		require.Equal(t, i, e.record())
	}
	spread := uint64(77)
	r.place, r.folded = spread*0x9E3779B97F4A7C15, 77
	e, is, _ := k.find(&r, 200_000)
	assert.True(t, is)
	assert.Equal(t, 77, e.record())
	r.folded = 78
	_, is, _ = k.find(&r, 200_000)
	assert.False(t, is, "one hash alone does not make two keys one")
	k.count = maxKeys
	r.folded = 79
	_, _, err := k.find(&r, 200_001)
	assert.ErrorIs(t, err, errTooMany)
}

func TestATurnedSheetHasItsCellsTurned(t *testing.T) {
	s := &table{header: []string{"No", "Subject", "Mail"}, key: []string{"No"}, rows: [][]string{{"1", "a", "x"}, {"2", "", "x"}, {"1", "c", "x"}}}
	cfg := s.config(t, plainFields)
	cfg.Recipe.Turned = true
	r := run(t, cfg)
	assert.Equal(t, []string{"key No  B1,D1", "required Subject subject C2"}, shapes(r))
	assert.Equal(t, 2, r.Findings[0].Rows)
	assert.Equal(t, "B1,D1", refs(r.Doubles[0].Rows))
}
