package sheet

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"ferry/extract/sheet/grid"
)

func TestT15RowWithASeparatorTooManyIsHeldWhereOthersHaveNone(t *testing.T) {
	lines := []string{"Name;City;Note"}
	for i := range 10 {
		lines = append(lines, fmt.Sprintf("Anna %d;Lyon;", i))
	}
	path := textFile(t, append(lines, "Bert;;Paris;")...)
	u := understand(t, path, nil)
	assert.Equal(t, []int{12}, u.inBin(Held))
	assert.Equal(t, "has 4 cells where the header has 3", u.rows[11].why)
	q := u.question("surplus")
	assert.Equal(t, "hold", q.Default)
	assert.Equal(t, []grid.Ref{{Row: 12, Line: true}}, q.Cells)
	assert.Equal(t, "line 12", q.Cells[0].String())

	taken := understand(t, path, Answers{"surplus": "take"})
	assert.Empty(t, taken.inBin(Held))
	assert.Len(t, taken.records(), 11)
}

func TestT16HeaderWithBlankFieldsGivesTheWidth(t *testing.T) {
	u := understand(t, textFile(t, "Name;City;;", "Anna;Lyon", "Bert;Bonn", "Cora;Rome;;", "Dora;Kiel", "Emil;Nice"), nil)
	assert.Empty(t, u.inBin(Held))
}

func TestT17TitleAboveTheMiddleOfAHeaderIsNoPartOfIt(t *testing.T) {
	u := understand(t, textFile(t, ";;Department of Works July 2017;;", "No;Date;Merchant;Amount;Text", "1;14/07/2017;Acme;512.20;Paper", "2;15/07/2017;Bolt;2.20;Pens"), nil)
	assert.Equal(t, []string{"No", "Date", "Merchant", "Amount", "Text"}, u.names())
	grouped := understand(t, textFile(t, ";;Travel;;", "No;Date;Air;Rail;Text", "1;14/07/2017;51.5;512.20;Paper", "2;15/07/2017;0;2.20;Pens"), nil)
	assert.Contains(t, grouped.names(), "Travel / Rail")
}

func TestT19HeaderThatComesAgainIsTold(t *testing.T) {
	u := understand(t, textFile(t, "Name;Amount", "Anna;1", "Bert;2", "Name;Amount", "Cora;3"), nil)
	assert.Len(t, u.records(), 3)
	assert.Equal(t, "1 row is the header once more: left out.", u.fact("header-again").Text)
}

func TestWhatHoldsForManyColumnsIsSaidAndAskedOnce(t *testing.T) {
	path := textFile(t, "Name;City;Street;Zip;Note", "Anna;-;N/A;-;n/a", " Bert; Lyon; Rue X ;69001 ; old ", "Cora;Bonn;Y;53111;new")
	u := understand(t, path, nil)
	var spaces, blanks int
	for _, f := range u.Facts {
		switch f.Code {
		case "spaces":
			spaces++
			assert.Equal(t, "Name: 1 cell holds a space at an end or two in a row (A3): read without. The same holds for cells of 4 more columns: City, Street, Zip and 1 more.", f.Text)
			assert.Equal(t, 5, f.Count)
		case "blank-words":
			blanks++
		}
	}
	assert.Equal(t, 1, spaces)
	assert.Equal(t, 1, blanks)
	q := u.question("blank")
	assert.Equal(t, "yes", q.Default)
	assert.Contains(t, q.Why, "4 columns: City, Street, Zip and 1 more")
	assert.Equal(t, []string{"Anna"}, filledOf(u.records()[0]))

	kept := understand(t, path, Answers{"blank": "no", "blank.City": "yes"})
	assert.Equal(t, []string{"Anna", "N/A", "-", "n/a"}, filledOf(kept.records()[0]), "an answer for one column comes before that for all")
	for _, q := range kept.Questions {
		assert.NotContains(t, q.ID, "blank")
	}
}

func filledOf(values []string) (filled []string) {
	for _, v := range values {
		if v != "" {
			filled = append(filled, v)
		}
	}
	return filled
}

func TestT16SeparatorBelowTheHeaderAloneIsAWarning(t *testing.T) {
	u := understand(t, textFile(t, "Date time;Qty", "28/01/2018;00:00;", "29/01/2018;00:15;"), nil)
	assert.True(t, u.fact("trailing-separator").Warn)
	assert.Contains(t, u.fact("trailing-separator").Text, "under the right headers")
	everywhere := understand(t, textFile(t, "Name;Qty;", "Anna;1;", "Bert;2;"), nil)
	assert.False(t, everywhere.fact("trailing-separator").Warn)
}

func TestS01HeaderFarDownIsTheFirstChoice(t *testing.T) {
	var lines []string
	for i := range 9 {
		lines = append(lines, fmt.Sprintf("Table %d;shows all rows;that were sent", i))
	}
	u := understand(t, textFile(t, append(lines, "Name;City;Amount", "Anna;Lyon;1", "Bert;Bonn;2", "Cora;Rome;3")...), nil)
	q := u.question("header")
	assert.Equal(t, grid.Choice{Value: "10", Label: "line 10"}, q.Choices[0])
	assert.Equal(t, none, q.Choices[1].Value)
}

func TestS06SheetsThatHoldNoTableAreNamed(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		put(f, first, cellsOf("Name", "Amount"), cellsOf("Anna", 1), cellsOf("Bert", 2))
		for _, name := range []string{"Read me", "Blank"} {
			_, err := f.NewSheet(name)
			require.NoError(t, err)
		}
		put(f, "Read me", cellsOf("Fill in the first sheet"))
	}), nil)
	assert.Equal(t, `The rows stand on the sheet "Sheet1"; 1 other sheet holds something, but no table, and is not read: Read me.`, u.fact("sheet-chosen").Text)
}
