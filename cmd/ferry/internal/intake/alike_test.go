package intake

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
)

func TestNamesInSeveralSpellingsAreListed(t *testing.T) {
	found, err := NewSpool[[]stage.ListedCell](t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, found.Close()) })
	a := &alikes{column: 0, place: 3, name: "Company"}
	for n, text := range []string{"SARL Dupont", "Durand", "Dupont S.A.R.L.", "Durand"} {
		a.add(&sheet.Row{Sheet: "S", Number: n + 2, Bin: sheet.Record, Values: []sheet.Value{{Text: text}}})
	}
	a.add(&sheet.Row{Sheet: "S", Number: 9, Bin: sheet.Held, Values: []sheet.Value{{Text: "Dupont"}}})
	groups, n, err := a.groups(found)
	require.NoError(t, err)
	require.NoError(t, found.Seal())
	assert.Equal(t, 1, n, "rows with one name are left to the keys")
	assert.Equal(t, []Alike{{Column: "Company", Rows: []grid.Ref{{Sheet: "S", Row: 2, Column: 3}, {Sheet: "S", Row: 4, Column: 3}}}}, groups)
	cells, err := found.Get(rowKey("S", 4))
	require.NoError(t, err)
	require.Len(t, cells, 1)
	assert.Equal(t, "looks like C2 in another spelling; if both are one, keep one of the rows", cells[0][0].Note)
	assert.True(t, cells[0][0].Warn)
}

// Lists longer than a batch go through the other goroutine: none of the names is lost.
func TestNamesOfLongListsAreAllHeld(t *testing.T) {
	found, err := NewSpool[[]stage.ListedCell](t.TempDir())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, found.Close()) })
	const rows = 5*metNames + 3
	a := &alikes{column: 0, place: 1, name: "Company"}
	for n := range rows {
		text := fmt.Sprintf("Firm %d Inc", n/2)
		if n%2 == 1 {
			text = fmt.Sprintf("FIRM %d", n/2)
		}
		a.add(&sheet.Row{Number: n + 2, Bin: sheet.Record, Values: []sheet.Value{{Text: text}}})
	}
	_, n, err := a.groups(found)
	require.NoError(t, err)
	assert.Equal(t, rows/2, n)
	assert.Len(t, a.rows, rows)
}
