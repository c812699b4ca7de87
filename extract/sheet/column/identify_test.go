package column

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/sheet/grid"
)

// A column that is called a number or a code, filled and without doubles may
// identify a row; one that only counts the lines is told from it.
func TestWhatIdentifiesARow(t *testing.T) {
	for name, c := range map[string]struct {
		header       string
		values       []any
		key, running bool
	}{
		"numbers of customers":   {"Customer No.", []any{"10017", "10025", "10018"}, true, false},
		"German":                 {"Kundennummer", []any{"K-1", "K-2"}, true, false},
		"French":                 {"N° client", []any{"001001", "001002"}, true, false},
		"numbers that Excel has": {"ID", []any{number("17"), number("19")}, true, false},
		"lines are counted":      {"No", []any{"1", "2", "3"}, true, true},
		"from zero, padded":      {"Nr.", []any{"000", "001", "002"}, true, true},
		"counted, one left out":  {"No", []any{"1", "2", "4"}, true, false},
		"twice":                  {"Customer No.", []any{"17", "18", "17"}, false, false},
		"a blank":                {"Customer No.", []any{"17", "", "18"}, false, false},
		"a word for nothing":     {"Customer No.", []any{"17", "n/a", "18"}, false, false},
		"one row":                {"Customer No.", []any{"17"}, false, false},
		"phones":                 {"Phone number", []any{"719-388-1967", "719-388-1968"}, false, false},
		"postal codes":           {"ZIP code", []any{"02110", "02111"}, false, false},
		"a count":                {"Number of employees", []any{"17", "18"}, false, false},
		"names":                  {"Account", []any{"Acme Ltd", "Beta Works"}, false, false},
		"another name":           {"Company", []any{"17", "18"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := look(c.header, c.values...)
			assert.Equal(t, c.key, p.Key)
			assert.Equal(t, c.running, p.Running)
		})
	}
}

func TestKeysAreCountedFurtherThanOtherColumns(t *testing.T) {
	p := New("Customer No.")
	for i := range mostKeys {
		p.Add(i+2, &grid.Cell{Kind: grid.Text, Text: "K" + strconv.Itoa(i)})
	}
	assert.True(t, p.Profile(nil).Key)
	p.Add(mostKeys+2, &grid.Cell{Kind: grid.Text, Text: "one more"})
	assert.False(t, p.Profile(nil).Key, "it is not known of so many")
}
