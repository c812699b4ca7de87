package column

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// NC is North Carolina in a column of states, and no word for nothing there.
func TestCodesOfPlacesAreNoWordsForNothing(t *testing.T) {
	for name, c := range map[string]struct {
		header string
		values []any
	}{
		"states by the header":        {"State", []any{"NC", "OH", "MA"}},
		"all rows of one state":       {"State", []any{"NC", "NC"}},
		"states by the cells":         {"Ships to", []any{"NC", "OH", "ND", "VA", "TX"}},
		"provinces of Italy":          {"Provincia", []any{"NA", "RM", "SA"}},
		"countries":                   {"Country", []any{"NA", "DE", "FR"}},
		"among names of states":       {"State", []any{"North Carolina", "NC", "Ohio", "TX"}},
		"one state under St":          {"St.", []any{"NC", "NC", "NC"}},
		"one state under ST":          {"ST", []any{"NC"}},
		"one state under Prov":        {"Bill To Prov", []any{"ND", "ND"}},
		"two states under St":         {"ShipSt", []any{"NC", "ND"}},
		"one state, no header":        {"B", []any{"NC", "NC"}},
		"one state, no header here":   {"Column B", []any{"nc", "NC"}},
		"states, no header":           {"B", []any{"NC", "SC"}},
		"ids of two letters":          {"Code", []any{"NC", "QX", "ZB", "NA"}},
		"states, small, with a space": {"State", []any{"nc ", "oh", "ma"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := look(c.header, c.values...)
			assert.Empty(t, p.Questions)
			for _, f := range p.Facts {
				assert.NotEqual(t, "blank-words", f.Code)
			}
			assert.Equal(t, len(c.values), p.Reads[Text])
			assert.Empty(t, p.Proposed.Blank)
		})
	}
}

func TestWordsForNothingAreAskedOfByName(t *testing.T) {
	p := look("State", "NA", "OH", "MA", "NA", "N/A")
	q := question(t, p, "blank")
	assert.Empty(t, q.Default, "no state of the country is called so, but it may be another country's")
	assert.Equal(t, `Does it mean that there is no value where the column holds "NA" in 2 rows and "N/A" in 1 row?`, q.Text)
	assert.Contains(t, q.Why, "3 cells of the column hold such a word or sign (B2, B5, B6)")
	assert.Equal(t, []string{"-"}, look("State", "NC", "-", "OH").Typed.Blank, "the sign is none of its states")
	assert.Equal(t, []string{"nc"}, look("Remark", "NC", "fine").Typed.Blank, "no column of codes")
	assert.Equal(t, []string{"nc"}, look("Ville", "NC", "NC").Typed.Blank, "non communiqué")
	assert.Equal(t, []string{"nc"}, look("B", "NC", "5", "7").Typed.Blank, "no header, no codes")
	assert.Equal(t, []string{"-"}, look("ST", "NC", "-", "NC").Typed.Blank, "the sign is none of its states")
	assert.Equal(t, []string{"n/a"}, look("St", "N/A", "N/A").Typed.Blank, "no code of two letters")
	for _, header := range []string{"ST", "Prov", "B", "Column B"} {
		assert.Empty(t, question(t, look(header, "NA", "NA"), "blank").Default, "Naples, or nothing")
		both := look(header, "NC", "NA")
		assert.Contains(t, question(t, both, "blank").Text, `where the column holds "NA" in 1 row?`)
		assert.Empty(t, both.Typed.Blank)
	}
	assert.Equal(t, []string{"na"}, look("Age", "NA", "17", "18", "19").Typed.Blank, "R writes it")
	assert.Empty(t, question(t, look("Kundennummer", "K-1", "K-2", "NA"), "blank").Default, "a code, or none")
}

func TestWhatIsReadAsBlankIsTold(t *testing.T) {
	p := seen("State", "NA", "OH", "MA", "NA", "N/A", "secret")
	yes := p.Profile(answered(map[string]string{"blank": "yes"}))
	told := fact(t, yes, "blank-words")
	assert.Equal(t, `3 cells with a word or sign for nothing, "NA" in 2 rows and "N/A" in 1 row, are read as blank (B2, B5, B6).`, told.Text)
	assert.Equal(t, 3, told.Count)
	own := fact(t, p.Profile(answered(map[string]string{"blank": "Secret, na"})), "blank-words")
	assert.Equal(t, `3 cells with a word or sign for nothing, "NA" in 2 rows and other words in 1 row, are read as blank (B2, B5, B7).`, own.Text, "a person's word is not shown")
	none := p.Profile(answered(map[string]string{"blank": "no"}))
	for _, f := range none.Facts {
		assert.NotEqual(t, "blank-words", f.Code)
	}
	assert.Equal(t, "B2", refs(fact(t, look("Note", "-", "fine"), "blank-words").Cells), "also where nobody was asked")
}
