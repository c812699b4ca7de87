package sheet

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestT17PreambleIsShownAndTheHeaderFound(t *testing.T) {
	u := understand(t, textFile(t,
		"Customer list", "Printed;2026-03-01", "", "Number;Name;City;Amount", "17;Anna;Lyon;12", "18;Bert;Paris;13"), nil)
	assert.Equal(t, []int{4}, u.Recipe.Header)
	assert.Equal(t, []int{1, 2, 4}, u.inBin(Header))
	assert.Equal(t, []int{3}, u.inBin(BlankRow))
	assert.Equal(t, [][]string{{"17", "Anna", "Lyon", "12"}, {"18", "Bert", "Paris", "13"}}, u.records())
	assert.Contains(t, u.fact("header").Text, "line 4; 2 lines above are no data")
	assert.Empty(t, u.open())
}

func TestT18FooterIsProposedAsASkipRule(t *testing.T) {
	path := textFile(t, "Name;City;Amount", "Anna;Lyon;12", "Bert;Paris;13", "", "Total: 2;;", "End of report;;")
	u := understand(t, path, nil)
	q := u.question("skip.footer")
	assert.Equal(t, "yes", q.Default)
	assert.Len(t, q.Cells, 2)
	assert.Equal(t, []int{5, 6}, u.inBin(SkippedRow))
	assert.Len(t, u.records(), 2)

	kept := understand(t, path, Answers{"skip.footer": "no"})
	assert.Len(t, kept.records(), 4)
}

func TestT19SeveralTablesAreAskedAbout(t *testing.T) {
	path := textFile(t, "Name;City;Amount", "Anna;Lyon;12", "Bert;Paris;13", "",
		"Product;Price;Stock", "Bolt;1.20;40", "Nut;0.80;50")
	u := understand(t, path, nil)
	q := u.question("table")
	assert.Empty(t, q.Default)
	require.Len(t, q.Choices, 3)

	second := understand(t, path, Answers{"table": q.Choices[1].Value})
	assert.Equal(t, []string{"Product", "Price", "Stock"}, second.names())
	assert.Equal(t, [][]string{{"Bolt", "1.20", "40"}, {"Nut", "0.80", "50"}}, second.records())
	first := understand(t, path, Answers{"table": q.Choices[0].Value})
	assert.Equal(t, []string{"Name", "City", "Amount"}, first.names())
	assert.Equal(t, [][]string{{"Anna", "Lyon", "12"}, {"Bert", "Paris", "13"}}, first.records())
	assert.Equal(t, []int{5, 6, 7}, first.inBin(Outside))
}

func TestT19ATableRightBelowAnother(t *testing.T) {
	u := understand(t, textFile(t, "Name;City;Amount", "Anna;Lyon;12", "Bert;Paris;13",
		"Product;Category;Price", "Bolt;Iron;40", "Nut;Iron;50"), nil)
	assert.Contains(t, u.open(), "table")
}

func TestT20HeaderOfTwoRows(t *testing.T) {
	u := understand(t, textFile(t, "Name;Address;;Phone", ";Street;City;", "Anna;Rue X;Lyon;0612345678", "Bert;Rue Y;Paris;0698765432"), nil)
	assert.Equal(t, []int{1, 2}, u.Recipe.Header)
	assert.Equal(t, []string{"Name", "Address / Street", "Address / City", "Phone"}, u.names())
	assert.Len(t, u.records(), 2)
}

func TestT21NoHeader(t *testing.T) {
	u := understand(t, textFile(t, "17;Anna;12.50", "18;Bert;13.50", "19;Cora;14.50"), nil)
	assert.Empty(t, u.Recipe.Header)
	assert.Equal(t, []string{"A", "B", "C"}, u.names())
	assert.Len(t, u.records(), 3)
	assert.Equal(t, "none", u.question("header").Default)
	assert.True(t, u.fact("no-header").Warn)
}

func TestT21WordsAboveWordsAreAskedAbout(t *testing.T) {
	path := textFile(t, "Anna;Lyon", "Bert;Paris", "Cora;Rome", "Dora;Bonn")
	assert.Contains(t, understand(t, path, nil).open(), "header")
	assert.Len(t, understand(t, path, Answers{"header": "none"}).records(), 4)
	assert.Len(t, understand(t, path, Answers{"header": "1"}).records(), 3)
}

func TestT22HeaderOnlyOrBlankLinesOnly(t *testing.T) {
	only := understand(t, textFile(t, "Name;City;Phone"), nil)
	assert.Empty(t, only.records())
	assert.Equal(t, []string{"Name", "City", "Phone"}, only.names())
	only.fact("no-rows")

	blank := understand(t, textFile(t, "", "", ""), nil)
	assert.Empty(t, blank.Recipe.Columns)
	assert.Zero(t, blank.Tally.Bins[Record])
	blank.fact("no-rows")
}

func TestT23BlankAndDoubledHeaders(t *testing.T) {
	u := understand(t, textFile(t, "Name;;Phone;phone;Phone", "Anna;x;1;2;3", "Bert;y;4;5;6"), nil)
	assert.Equal(t, []string{"Name", "Column B", "Phone", "phone (2)", "Phone (3)"}, u.names())
	assert.Equal(t, 1, u.fact("blank-headers").Count)
	assert.Equal(t, 2, u.fact("doubled-headers").Count)
	assert.Equal(t, [][]string{{"Anna", "x", "1", "2", "3"}, {"Bert", "y", "4", "5", "6"}}, u.records())
}

func TestT15RaggedRowsAreHeldNotPadded(t *testing.T) {
	path := textFile(t, "Name;City;Amount", "Anna;Lyon;12", "Bert;Paris", "Cora;Rome;14;more", "Dora;Bonn;15;")
	u := understand(t, path, nil)
	assert.Equal(t, []int{3, 4}, u.inBin(Held))
	assert.Equal(t, [][]string{{"Anna", "Lyon", "12"}, {"Dora", "Bonn", "15"}}, u.records())
	assert.Equal(t, "has 2 cells where the header has 3", u.rows[2].why)
	assert.NotEmpty(t, u.rows[2].do)
	assert.Equal(t, "hold", u.question("short").Default)

	padded := understand(t, path, Answers{"short": "blank"})
	assert.Equal(t, []int{4}, padded.inBin(Held), "a value without a header is never dropped")
	assert.Equal(t, []string{"Bert", "Paris", ""}, padded.records()[1])
}

func TestT16SeparatorAtTheEndOfEachLine(t *testing.T) {
	for name, header := range map[string]string{"everywhere": "Name;City;Amount;", "below the header": "Name;City;Amount"} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, textFile(t, header, "Anna;Lyon;12;", "Bert;Paris;13;"), nil)
			assert.Equal(t, []string{"Name", "City", "Amount"}, u.names())
			assert.Len(t, u.records(), 2)
			assert.Empty(t, u.inBin(Held))
			assert.Equal(t, 2, u.fact("trailing-separator").Count)
		})
	}
	header := understand(t, textFile(t, "Name;City;Amount;", "Anna;Lyon;12", "Bert;Paris;13"), nil)
	assert.Equal(t, []string{"Name", "City", "Amount"}, header.names())
	assert.Len(t, header.records(), 2)
}

func TestT28AFileThatGrowsIsRefused(t *testing.T) {
	path := textFile(t, "Name;City", "Anna;Lyon")
	b := &Book{original: path, options: Options{Dir: t.TempDir()}}
	var err error
	b.before, err = os.Stat(path)
	require.NoError(t, err)
	require.NoError(t, b.still(b.before.Size()))
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString("Bert;Paris\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	refusal := refused(t, b.still(b.before.Size()))
	assert.EqualValues(t, "moving", refusal.Cause)
}

func TestC24TheCopyIsReadAndAChangeOfTheOriginalIsSeen(t *testing.T) {
	path := textFile(t, "Name;City;Amount", "Anna;Lyon;1")
	b := openFile(t, path, nil)
	changed, err := b.Changed()
	require.NoError(t, err)
	assert.False(t, changed)

	require.NoError(t, os.WriteFile(path, []byte("Name;City;Amount\nBert;Lyon;1\n"), 0o600))
	changed, err = b.Changed()
	require.NoError(t, err)
	assert.True(t, changed, "the size is the same, the content is not")
	var names []string
	l, err := b.Understand(t.Context(), nil)
	require.NoError(t, err)
	_, err = b.Rows(t.Context(), &l.Recipe, func(r *Row) error {
		if r.Bin == Record {
			names = append(names, r.Values[0].Text)
		}
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"Anna"}, names)

	require.NoError(t, os.Remove(path))
	changed, err = b.Changed()
	require.NoError(t, err)
	assert.True(t, changed)
}

func TestC24WhatCannotBeOpenedIsToldInWords(t *testing.T) {
	dir := t.TempDir()
	for name, path := range map[string]string{"missing": filepath.Join(dir, "none.xlsx"), "folder": dir} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), path, Options{})
			assert.Equal(t, filepath.Base(path), refused(t, err).File)
		})
	}
	name := filepath.Join(dir, "Customers.xlsx")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "~$Customers.xlsx"), nil, 0o600))
	assert.Contains(t, refused(t, openRefusal(name, os.ErrInvalid)).Do, "close it in Excel")
}
