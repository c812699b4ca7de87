package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/sheet/grid"
)

func TestQuestionIsAskedUntilItIsAnswered(t *testing.T) {
	dates := grid.Question{ID: "dates.Since", Text: "Day or month first?", Why: "both fit", Cells: []grid.Ref{{Row: 4, Column: 2}},
		Choices: []grid.Choice{{Value: "dmy", Label: "day first"}, {Value: "mdy", Label: "month first"}}}
	taken, free := dates, dates
	taken.Default = "mdy"
	free.Free = true
	column := grid.Question{ID: "need.name", Free: true, Choices: []grid.Choice{{ID: "match.Facility", Value: "name", Label: "the column Facility is the Name"}}}
	for _, c := range []struct {
		name, typed, want string
		q                 grid.Question
		ok                bool
		says              string
	}{
		{"by its number", "2\n", "mdy", dates, true, "1  day first"},
		{"by its value", "DMY\n", "dmy", dates, true, ""},
		{"again after nonsense", "3\nperhaps\n1\n", "dmy", dates, true, "Type the number of a choice."},
		{"no default by Enter", "\n1\n", "dmy", dates, true, ""},
		{"a default by Enter", "\n", "mdy", taken, true, "month first  (Enter)"},
		{"why", "why\n1\n", "dmy", dates, true, "both fit (B4)"},
		{"any text", "2026\n", "2026", free, true, ""},
		{"a column that gives it", "1\n", "match.Facility=name", column, true, "1  the column Facility"},
		{"without a line end", "1", "dmy", dates, true, ""},
		{"nobody answers", "", "", dates, false, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			a := &app{streams: streams{In: strings.NewReader(c.typed), Out: &out, Err: &out, InTerm: true}}
			a.screen = newScreen(a.streams)
			got, ok := a.ask(c.q)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.ok, ok)
			assert.Contains(t, out.String(), c.says)
		})
	}
}

func TestQuestionShowsWhatItIsAbout(t *testing.T) {
	q := grid.Question{Text: "Which state is meant?", Value: "N.Y.", Count: 3}
	assert.Equal(t, "Which state is meant? [N.Y.] (3 rows)", questionText(q))
	assert.Equal(t, "The file does not say.", whyText(q))
	assert.Equal(t, "A!B2, B!row 3", refsText([]grid.Ref{{Sheet: "A", Row: 2, Column: 2}, {Sheet: "B", Row: 3}}))
	assert.Equal(t, `"a=\"\$b\`+"`"+`"`, shellQuoted("a=\"$b`"))
}

func TestAnsweredFileHasANameOfItsOwn(t *testing.T) {
	for path, want := range map[string]string{
		"a/customers.xlsx": "a/customers.answered.xlsx", "customers.answered.xlsx": "customers.answered.xlsx",
		"customers.answered-12.csv": "customers.answered.csv", "my.answered-x.csv": "my.answered-x.answered.csv", "b": "b.answered",
	} {
		assert.Equal(t, want, answeredName(path, ""), path)
	}
	assert.Equal(t, "a.answered.xlsx", answeredName("a.html", ".xlsx"))
}
