package sheet

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/xuri/excelize/v2"
)

func TestHeadersOfCodesAreHeaders(t *testing.T) {
	for name, lines := range map[string][]string{
		"letters and numbers": {"plot,X1,X2,X3", "1,19,7.4,67", "2,11,8,72", "3,14,12.6,74"},
		"years behind":        {"station,dx_1948,dx_2018", "USC1,131,147", "USC2,80,99", "USC3,14,15"},
		"years before":        {"Outcome,2007 - 08 Volume,2007 - 08 Percentage", "Withdrawn,795,22.69%", "Dismissed,494,14.10%", "Settled,5,0.14%"},
		"numbered columns":    {"column1,column2", "The best account,bla", "A good account,bla"},
	} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, textFile(t, lines...), nil)
			assert.Equal(t, []int{1}, u.Recipe.Header)
			for _, q := range u.Questions {
				assert.NotContains(t, []string{"header", "turned"}, q.ID)
			}
		})
	}
}

// One code or year may be the value of a first record: it is asked, with what the
// words beside it say as the default.
func TestAHeaderByAYearAloneIsAsked(t *testing.T) {
	u := understand(t, textFile(t, "district,2021", "AK-1,-14.6", "AL-1,-31.9", "AL-2,-33.0"), nil)
	assert.Equal(t, []int{1}, u.Recipe.Header)
	assert.Equal(t, "1", u.question("header").Default)

	u = understand(t, textFile(t, "Bob,2021", "Anna,1500", "Carl,3000", "Dora,310"), nil)
	assert.Equal(t, "", u.question("header").Default, "Bob may be a record")
}

// "Column Merge" is a value, "Column 1" the name of a column.
func TestWordsForColumnsInValues(t *testing.T) {
	for text, known := range map[string]bool{"column1": true, "Column 1": true, "Header B1": true, "Column Merge": false, "Field of flowers": false} {
		assert.Equal(t, known, knownHeader(text), text)
	}
}

// Data that looks like codes, years and days above data of the same make is no
// header.
func TestDataAboveDataIsNoHeader(t *testing.T) {
	for name, lines := range map[string][]string{
		"codes":        {"A12,7,3.5", "A13,8,4.5", "A14,9,5"},
		"days":         {"2022-01-01,2021-12-31", "2022-12-31,2023-01-01"},
		"years":        {"1999,2001", "2002,2004", "2003,2009"},
		"no value yet": {"Anna,unknown", "Bert,17", "Cora,18"},
	} {
		t.Run(name, func(t *testing.T) {
			u := understand(t, textFile(t, lines...), nil)
			assert.Empty(t, u.Recipe.Header)
			assert.Equal(t, "none", u.question("header").Default)
			assert.Contains(t, u.question("header").Why, "values of the same kind")
		})
	}
}

func TestDaysInCellsAreNoHeader(t *testing.T) {
	u := understand(t, workbookFile(t, func(f *excelize.File) {
		for at, day := range map[string]float64{"A1": 44562, "B1": 44561, "A2": 44926, "B2": 44927} {
			assert.NoError(t, f.SetCellFloat(first, at, day, 0, 64))
		}
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		assert.NoError(t, err)
		assert.NoError(t, f.SetCellStyle(first, "A1", "B2", style))
	}), nil)
	assert.Empty(t, u.Recipe.Header)
	u.question("header")
}

// Rows above fill the width as those below do, be it in two columns of every kind.
func TestAHeaderInTheMiddleOfAListIsAsked(t *testing.T) {
	u := understand(t, textFile(t, "7,number", "true,yes or no", "2015-02-11,day", "comment,comment with style", "2015-02-12,day", "text,words", "8,number"), nil)
	assert.Contains(t, u.open(), "header")
}

func TestWhyNoRowIsAHeaderIsTrue(t *testing.T) {
	assert.Equal(t, "There is one row only.", understand(t, textFile(t, "1,2,3"), nil).question("header").Why)
	var lines []string
	for range 20 {
		lines = append(lines, "red,blue", "blue,red", "red,red", "blue,blue")
	}
	repeated := understand(t, textFile(t, lines...), nil)
	assert.Contains(t, repeated.question("header").Why, "stand in rows below as well")
}

// A small upright list is not turned over because some of its values read like
// headers.
func TestS13ASmallUprightListIsNotTurned(t *testing.T) {
	u := understand(t, textFile(t, "Alpha,Beta", "Account,12a", "Contact,x"), nil)
	assert.Equal(t, "no", u.question("turned").Default)
	assert.False(t, u.Recipe.Turned)
}

// A total that is left out as one is not offered again as the end of the report.
func TestT18AFooterBelowATotal(t *testing.T) {
	path := textFile(t, "Name,Email,City,Balance", "Anna,a@x.test,Lyon,239.50", "Bert,b@x.test,Bonn,85.25", "Cora,c@x.test,Rome,11", "TOTAL,,,335.75", ",,,", "Friday 15 Mar 2024,,,")
	u := understand(t, path, nil)
	assert.Equal(t, []int{5}, u.inBin(SkippedRow))
	q := u.question("skip.footer")
	assert.Contains(t, q.Text, "1 row below")
	assert.Equal(t, 7, q.Cells[0].Row)
	assert.Equal(t, []int{5, 7}, understand(t, path, Answers{"skip.footer": "7"}).inBin(SkippedRow))
}
