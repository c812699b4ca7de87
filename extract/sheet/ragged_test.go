package sheet

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const ourHeader = ColumnResult + ";" + ColumnToDo + ";" + ColumnOpen + "Syncro;" + ColumnStamp

// heldStamp is the stamp of a row of some texts under Name, City and Amount that
// was held for its length.
func heldStamp(t *testing.T, line string) string {
	t.Helper()
	was := understand(t, textFile(t, "Name;City;Amount", "Anna;Lyon;1", "Cora;Rome;3", line), nil)
	stamp := Stamp{Import: "i1", Held: true}
	_, err := was.book.Rows(t.Context(), &was.Recipe, func(r *Row) error {
		if r.Number == 4 {
			require.Equal(t, Held, r.Bin)
			require.True(t, r.Ragged)
			stamp.Hash = r.Hash
		}
		return nil
	})
	require.NoError(t, err)
	return stamp.String()
}

// The answer fills a short record up with blank cells: that alone mends nothing.
func TestAShortRecordThatIsSentBackAsItIsStaysHeld(t *testing.T) {
	file := func(amount string) string {
		return textFile(t, "Name;City;Amount;"+ourHeader, "Anna;Lyon;1;created;;https://x;", "Bert;Bonn;"+amount+";not loaded;add it;;"+heldStamp(t, "Bert;Bonn"))
	}
	u := understand(t, file(""), nil)
	assert.Equal(t, []int{3}, u.inBin(Held))
	assert.Equal(t, whyAsHeld, u.rows[2].why)
	assert.Equal(t, []int{2, 3}, understand(t, file("7"), nil).inBin(Record), "what was missing is there")
	assert.Equal(t, []int{2, 3}, understand(t, file(""), Answers{"short": "blank"}).inBin(Record), "a person takes it for blank")
}

// The answer puts Ferry's columns behind the longest record.
func TestACellTooManyOfAnAnsweredFile(t *testing.T) {
	lines := func(surplus string) []string {
		return []string{"Name;City;Amount;;" + ourHeader, "Anna;Lyon;1;;created;;https://x;", surplus, "Cora;Rome;3;;created;;https://x;"}
	}
	u := understand(t, textFile(t, lines("Bert;Bonn;NRW;2;not loaded;take it out;;")...), nil)
	assert.Empty(t, u.open(), "Ferry's columns are no table of their own")
	assert.Equal(t, []int{3}, u.inBin(Held))
	assert.Equal(t, "has more cells than the 3 of the header", u.rows[2].why)

	for name, mended := range map[string]string{"with Ferry's cells along": "Bert;Bonn;2;not loaded;take it out;;", "alone": "Bert;Bonn;2;;not loaded;take it out;;"} {
		u = understand(t, textFile(t, lines(mended)...), nil)
		assert.Equal(t, [][]string{{"Anna", "Lyon", "1"}, {"Bert", "Bonn", "2"}, {"Cora", "Rome", "3"}}, u.data(3), name)
	}

	u = understand(t, textFile(t, "Name;City;Amount;"+ourHeader, "Anna;Lyon;1;created;;https://x;", "Bert;Bonn;NRW;2", "Cora;Rome;3"), nil)
	assert.Equal(t, []int{3}, u.inBin(Held), "a new row whose last value stands in Ferry's column")
	assert.Equal(t, whyResult, u.rows[2].why)
}

// data gives the first values of the records.
func (u *understood) data(n int) [][]string {
	var out [][]string
	for _, record := range u.records() {
		out = append(out, record[:n])
	}
	return out
}

// Records that are longer than the header are a column that has lost its name where
// most have it, and a separator too many where few have.
func TestRecordsLongerThanTheHeader(t *testing.T) {
	for most, longer := range map[bool]int{false: 4, true: 25} {
		lines := []string{"Name;City;Amount"}
		for i := range 40 {
			line := fmt.Sprintf("Name %d;Lyon;%d", i, i)
			if i < longer {
				line += ";more"
			}
			lines = append(lines, line)
		}
		u := understand(t, textFile(t, lines...), Answers{"short": "blank"})
		if most {
			assert.Len(t, u.Recipe.Columns, 4)
			assert.Len(t, u.inBin(Record), 40)
		} else {
			assert.Len(t, u.Recipe.Columns, 3)
			assert.Len(t, u.inBin(Held), longer)
		}
	}
}
