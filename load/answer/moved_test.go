package answer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet"
)

const movedList = "Name,Town,Amount\nAda,Bonn,11\nBea,Rome,22\nCem,Lyon,33\n"

// answeredLines answers a list and gives the lines of the answered file, each parted
// into the person's cells and Ferry's.
func answeredLines(t *testing.T, list string) (first *seen, lines [][2]string) {
	t.Helper()
	l := &layout{text: list}
	path := l.write(t)
	first = see(t, path, nil)
	data, err := os.ReadFile(first.answered(t, path))
	require.NoError(t, err)
	for line := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n") {
		parts := strings.SplitN(line, ",", 4)
		require.Len(t, parts, 4)
		lines = append(lines, [2]string{strings.Join(parts[:3], ","), parts[3]})
	}
	return first, lines
}

func sendIn(t *testing.T, lines [][2]string) *seen {
	t.Helper()
	var text strings.Builder
	for _, l := range lines {
		text.WriteString(strings.TrimSuffix(l[0]+","+l[1], ",") + "\n")
	}
	path := filepath.Join(t.TempDir(), "list.answered.csv")
	require.NoError(t, os.WriteFile(path, []byte(text.String()), 0o600))
	return see(t, path, nil)
}

func (s *seen) rowOf(t *testing.T, town string) seenRow {
	t.Helper()
	for _, r := range s.rows {
		if r.town == town {
			return r
		}
	}
	t.Fatalf("no row of %s", town)
	return seenRow{}
}

func (s *seen) hasFact(code string) bool {
	for _, f := range s.Facts {
		if f.Code == code {
			return true
		}
	}
	return false
}

// Excel sorts a table by its own cells: ours beside it stay where they are.
func TestRowsSortedWithoutTheirStampsAreKnownByWhatStandsInThem(t *testing.T) {
	first, lines := answeredLines(t, movedList)
	lines[1][0], lines[2][0], lines[3][0] = lines[3][0], lines[1][0], lines[2][0]
	again := sendIn(t, lines)
	assert.True(t, again.hasFact("rows-moved"))
	for _, town := range []string{"Bonn", "Lyon"} {
		r := again.rowOf(t, town)
		assert.Equal(t, sheet.RuleLoaded, r.why, town)
	}
	rome := again.rowOf(t, "Rome")
	assert.Equal(t, sheet.Record, rome.bin)
	assert.Equal(t, first.rowOf(t, "Rome").key, rome.key)
	assert.Equal(t, 2, again.Tally.Rules[sheet.RuleLoaded])
}

// Of a row that left its stamp and was changed nobody knows which record it is.
func TestAMovedAndChangedRowThatMayBeDoneIsHeld(t *testing.T) {
	_, lines := answeredLines(t, movedList)
	lines[1][0], lines[2][0], lines[3][0] = lines[3][0], strings.Replace(lines[1][0], "Bonn", "Ulm", 1), lines[2][0]
	again := sendIn(t, lines)
	ulm := again.rowOf(t, "Ulm")
	assert.Equal(t, sheet.Held, ulm.bin)
	assert.Contains(t, ulm.why, "may be one that is loaded already")
	assert.Equal(t, sheet.RuleLoaded, again.rowOf(t, "Lyon").why)
}

// Where every row that is done is found, one that is not known is none of them.
func TestAMovedRowThatCannotBeDoneIsTaken(t *testing.T) {
	_, lines := answeredLines(t, movedList)
	lines[1][0], lines[2][0], lines[3][0] = lines[3][0], lines[1][0], strings.Replace(lines[2][0], "Rome", "Ulm", 1)
	again := sendIn(t, append(lines, [2]string{"Dan,Rome,44", ",,,"}))
	assert.Equal(t, sheet.Record, again.rowOf(t, "Ulm").bin)
	assert.Equal(t, sheet.Record, again.rowOf(t, "Rome").bin, "a new row")
	assert.Equal(t, sheet.RuleLoaded, again.rowOf(t, "Bonn").why)
	assert.Equal(t, sheet.RuleLoaded, again.rowOf(t, "Lyon").why)
}

func TestAnExcelTableSortedBesideItsAnswers(t *testing.T) {
	l := &layout{book: func(f *excelize.File) {
		plainList(f, "Sheet1", "A1")
		ok(f.AddTable("Sheet1", &excelize.Table{Range: "A1:C4", Name: "Customers"}))
	}}
	path := l.write(t)
	first := see(t, path, nil)
	answered := first.answered(t, path)
	f, err := excelize.OpenFile(answered)
	require.NoError(t, err)
	cells(f, "Sheet1", "A2", []any{"Cem", "Lyon", 33}, []any{"Ada", "Bonn", 11}, []any{"Bea", "Rome", 22})
	require.NoError(t, f.SaveAs(answered))
	require.NoError(t, f.Close())
	again := see(t, answered, nil)
	assert.Equal(t, 2, again.Tally.Rules[sheet.RuleLoaded])
	assert.Equal(t, first.rowOf(t, "Rome").key, again.rowOf(t, "Rome").key)
}

// Without its stamps an answered file is known by what stands in its rows, and by that
// alone: so it is asked.
func TestAnAnsweredFileWithoutItsStampsIsAskedAbout(t *testing.T) {
	for name, list := range map[string]string{"header": movedList, "no header": "Ada,Bonn,11\nBea,Rome,22\nCem,Lyon,33\n"} {
		t.Run(name, func(t *testing.T) {
			first, lines := answeredLines(t, list)
			for i := range lines {
				lines[i][1] = lines[i][1][:strings.LastIndex(lines[i][1], ",")]
			}
			again := sendIn(t, lines)
			for _, town := range []string{"Bonn", "Rome", "Lyon"} {
				assert.Equal(t, first.rowOf(t, town).key, again.rowOf(t, town).key, town)
			}
			assert.Contains(t, again.open(), "unstamped")
			for i := range again.Recipe.Columns {
				c := &again.Recipe.Columns[i]
				assert.Equal(t, c.Place > 3, c.Ours, c.Header)
			}
		})
	}
}
