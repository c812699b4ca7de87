package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Whatever a record looks like, it is not left out by a guess: it is taken, or a
// person is asked.
func TestARecordIsNeverLeftOutByAGuess(t *testing.T) {
	for name, tc := range map[string]struct {
		lines []string
		asks  string
	}{
		"a size and a date below an e-mail address": {lines: []string{"Company,E-Mail,Size,Since", "Acme,a@dd.example,L,2024-02-01", "Bolt,b@dd.example,M,2024-03-01", "Cora,c@dd.example,S,2024-04-01"}},
		"a company called Text":                     {lines: []string{"Company,E-Mail", "Text,a@dd.example", "Bolt,b@dd.example", "Cora,c@dd.example"}},
		"a company called A":                        {lines: []string{"Company,E-Mail,Since", "A,a@dd.example,01/02/2024", "Bolt,b@dd.example,02/02/2024", "Cora,c@dd.example,03/02/2024"}},
		"a unit as a value":                         {lines: []string{"Company,E-Mail,Unit", "Acme,a@dd.example,kg", "Bolt,b@dd.example,m", "Cora,c@dd.example,l"}},
		"units that stand below as well":            {lines: []string{"Item,Unit,Price", "Text,kg,EUR", "Date,kg,12", "Number,m,14", "Data,l,3"}, asks: "skip.units"},
		"negative amounts in brackets":              {lines: []string{"Item,Loss,Gain", "(5),(12.50),(3)", "Rope,2,7", "Tape,3,8"}},
		"words above numbers":                       {lines: []string{"Item,Weight,Price", "Rope,unknown,unknown", "Tape,2,7", "Wire,3,8"}, asks: "skip.units"},
		"a company called Example Ltd":              {lines: []string{"Company,E-Mail,City", "Example Ltd,john@example.com,Bern", "Bolt,b@dd.example,Rome", "Cora,c@dd.example,Bonn"}},
		"a hotel called Total, with an address":     {lines: []string{"Company,E-Mail,Size", "A,a@x.example,1", "B,b@x.example,2", "C,c@x.example,3", "Grand Hotel Total,g@x.example,6"}},
		"a hotel called Total whose number fits":    {lines: []string{"Company,City,Size", "A,Rome,1", "B,Bonn,2", "C,Kiel,3", "Grand Hotel Total,,6"}, asks: "skip.total"},
		"a customer with a name alone":              {lines: []string{"Company,E-Mail", "A,a@x.example", "B,b@x.example", "C,c@x.example", "Summa Holding,"}},
		"a cafe at the end":                         {lines: []string{"Company,E-Mail", "A,a@x.example", "B,b@x.example", "C,c@x.example", "End of Line Cafe,"}, asks: "skip.footer"},
		"a name alone after a blank line":           {lines: []string{"Company,E-Mail", "A,a@x.example", "B,b@x.example", "C,c@x.example", "", "Bolt Ltd.,"}, asks: "skip.footer"},
		"a name that says page and records":         {lines: []string{"Company,E-Mail", "A,a@x.example", "B,b@x.example", "C,c@x.example", "Page Records,"}, asks: "skip.footer"},
		"a long name after a blank line":            {lines: []string{"Company,E-Mail", "A,a@x.example", "B,b@x.example", "C,c@x.example", "", "Association pour la promotion de la culture de Lyon,"}, asks: "skip.footer"},
	} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, textFile(t, tc.lines...), nil)
			assert.Empty(t, u.inBin(SkippedRow))
			want := len(tc.lines) - 1 - len(u.inBin(BlankRow))
			assert.Len(t, u.records(), want)
			if tc.asks != "" {
				assert.Contains(t, u.open(), tc.asks)
				assert.NotEmpty(t, u.question(tc.asks).Cells, "the rows are named")
				kept := understand(t, textFile(t, tc.lines...), Answers{tc.asks: "yes"})
				assert.Len(t, kept.records(), want, "an answer that names no rows is that for another file")
				left := understand(t, textFile(t, tc.lines...), Answers{tc.asks: u.question(tc.asks).Choices[0].Value})
				assert.Len(t, left.records(), want-1)
			} else {
				for _, id := range u.open() {
					assert.NotContains(t, id, askSkip)
				}
			}
		})
	}
}

func TestT18WhatReportsEndWithIsLeftOut(t *testing.T) {
	for name, end := range map[string][]string{
		"page":         {"Page 1 of 3,,"},
		"printed":      {"Printed: Anna,,"},
		"records":      {"412 records,,"},
		"end":          {"*** End of report ***,,"},
		"total":        {"Grand total,,412"},
		"count":        {"Total,,3 customers"},
		"french":       {"Sous-total,,39", "Total général,,412"},
		"sentence":     {"", "The prices in this list are those of last year.,,"},
		"several":      {"Fin,,", "Seite 3,,", ""},
		"note in rows": {"Note: State of the list of last year,,", "and the totals of it should not be used for this year.,,"},
	} {
		t.Run(name, func(t *testing.T) {
			lines := append([]string{"Name,City,Amount", "Anna,Lyon,12", "Bert,Paris,13", "Cora,Bonn,14"}, end...)
			if name == "several" {
				lines = append(append(lines[:4:4], ""), end...)
			}
			u := understand(t, textFile(t, lines...), nil)
			assert.Empty(t, u.open())
			assert.Len(t, u.records(), 3)
			assert.NotEmpty(t, u.inBin(SkippedRow))
		})
	}
}

func TestWhatFerryWroteIntoARowSaysNothingOfIt(t *testing.T) {
	stamped := understand(t, textFile(t, "Name;City;Amount;"+ourHeader, "Anna;Lyon;12;created;;;", "Bert;Paris;13;created;;;", "Sous-total;;25;left out: total;;;", "Cora;Bonn;14;created;;;",
		"", "Summe;;;left out: footer;;;"), nil)
	assert.Empty(t, stamped.open())
	assert.Equal(t, []int{4, 7}, stamped.inBin(SkippedRow))
}

// Nobody knows what a row with a fault holds: it is held wherever it stands.
func TestARowWithAFaultIsHeldWhereverItStands(t *testing.T) {
	for name, tc := range map[string]struct {
		lines []string
		held  []int
	}{
		"an open quote below the header": {[]string{"Company,E-Mail,City", `A,a@q.example,"Bern`, "B,b@q.example,Rome", "C,c@q.example,Bonn"}, []int{2}},
		"units with an open quote":       {[]string{"Company,Weight,Price", `text,kg,"EUR`, "B,12,14", "C,13,15"}, []int{2}},
		"units that are too short":       {[]string{"Company,Weight,Price", "text,kg", "B,12,14", "C,13,15"}, []int{2}},
		"a sample that is too short":     {[]string{"Company,Weight,Price", "Example: A,1", "B,12,14", "C,13,15"}, []int{2}},
		"a footer that is too short":     {[]string{"Company,Weight,Price", "B,12,14", "C,13,15", "D,13,15", "Total: 3"}, []int{5}},
		"a footer with a NUL":            {[]string{"Company,Weight,Price", "B,12,14", "C,13,15", "D,13,15", "Page 1\x00,,"}, []int{5}},
		"a title with a NUL":             {[]string{"Custo\x00mers", "Company,Weight,Price", "B,12,14", "C,13,15", "D,13,15"}, []int{1}},
	} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, textFile(t, tc.lines...), nil)
			assert.Equal(t, tc.held, u.inBin(Held))
			assert.Empty(t, u.inBin(SkippedRow))
			assert.Equal(t, len(tc.held), u.Tally.Bins[Held])
		})
	}
}

func TestAHeaderWithAFaultIsTakenWhereAPersonSaysSo(t *testing.T) {
	path := textFile(t, "Company,E\x00-Mail,City", "A,a@q.example,Bern", "B,b@q.example,Rome")
	assert.Contains(t, understand(t, path, nil).open(), "header")
	u := understand(t, path, Answers{"header": "1"})
	assert.Equal(t, []int{1}, u.inBin(Header))
	assert.Len(t, u.records(), 2)
}

func TestT23DoubledHeadersAreToldWithTheirCells(t *testing.T) {
	u := understand(t, textFile(t, "Company,E-Mail,E-Mail", "A,a@du.example,b@du.example", "B,c@du.example,", "C,d@du.example,e@du.example"), nil)
	f := u.fact("doubled-headers")
	assert.True(t, f.Warn)
	assert.Equal(t, "1 header comes more than once: a number is put behind it: E-Mail (2) (column C, 2 filled cells).", f.Text)
	assert.False(t, understand(t, textFile(t, "Company,E-Mail,E-Mail", "A,a@du.example,", "B,b@du.example,"), nil).fact("doubled-headers").Warn)
}

func TestTotalsThatSayNothingElse(t *testing.T) {
	last := understand(t, textFile(t, "City,Name,Amount", "Lyon,Anna,10", "Bonn,Bert,5", "Average total,,7", "Total,,7"), nil)
	assert.Equal(t, []int{5}, last.inBin(SkippedRow), "the last row, though it is no sum")
	count := understand(t, textFile(t, "City,Name,Amount", "Lyon,Anna,10", "Bonn,Bert,5", "Total,,2", "Rome,Cora,4"), nil)
	assert.Equal(t, []int{4}, count.inBin(SkippedRow), "the number of rows")
	heavy := understand(t, textFile(t, "City,Name,Amount", "Lyon,Anna,1000.50", "Bonn,Bert,500.25", "Total expenses of the first quarter,,1500.75"), nil)
	assert.Equal(t, []int{4}, heavy.inBin(SkippedRow), "a sum of many digits is none by chance")
}
