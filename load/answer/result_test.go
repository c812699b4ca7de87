package answer

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
)

// Every text of the sheet Result has the room that it needs, also where a program
// does not make it by itself.
func TestTheResultHasRoomForItsTexts(t *testing.T) {
	s := &survey{sheets: map[string]bool{"Data": true}}
	s.lines = []lineOf{{at: grid.Ref{Sheet: "Data", Row: 4, Column: 2}, text: "is short"},
		{at: grid.Ref{Sheet: "Data", Row: 5, Column: 2}, text: strings.Repeat("a long reason ", 20)}}
	var all [looks]int
	xml := string(resultSheet(&Config{Name: "a.xlsx", Recipe: &sheet.Recipe{}, Summary: []Line{{Label: "File", Text: "a.xlsx"}}}, s, "ns", &all, true))
	for _, want := range []string{`<row r="1" ht="30" customHeight="1">`, `<row r="2">`, `<row r="4" ht="30" customHeight="1">`, `<row r="5">`, `<row r="6" ht="60" customHeight="1">`} {
		require.Contains(t, xml, want)
	}
	assert.Equal(t, mostHigh, linesHigh(lookWrap, strings.Repeat("long ", 2000)), "Excel has no higher rows")
	assert.Equal(t, 2, linesHigh(lookWrap, "", "", "", "one\ntwo"))
	assert.Equal(t, 1, linesHigh(lookText, "", "", "", strings.Repeat("a text that is not wrapped ", 9)))
}

// A row that was not loaded stands on the sheet Result with its reason, whatever
// warnings it has beside; "loaded all the same" is said of rows that were.
func TestEveryRowThatWasNotLoadedStandsThere(t *testing.T) {
	warning := Cell{Column: 2, Note: "looks like B6", Warn: true}
	all := []Row{
		{Sheet: "S", Number: 2, Result: "held", ToDo: "no such customer", Bad: []Cell{warning}},
		{Sheet: "S", Number: 3, Result: "created", Good: true, Bad: []Cell{warning}},
		{Sheet: "S", Number: 4, Result: "not loaded", ToDo: "Email: wrong", Bad: []Cell{{Column: 3, Note: "wrong"}}},
	}
	s, err := surveyed(func(yield func(*Row) error) error {
		for i := range all {
			if err := yield(&all[i]); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []lineOf{
		{grid.Ref{Sheet: "S", Row: 2, Column: 2}, "looks like B6", false},
		{grid.Ref{Sheet: "S", Row: 2}, "no such customer", false},
		{grid.Ref{Sheet: "S", Row: 3, Column: 2}, "looks like B6", true},
		{grid.Ref{Sheet: "S", Row: 4, Column: 3}, "wrong", false},
	}, s.lines)
}
