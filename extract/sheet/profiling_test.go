package sheet

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// profilesOf profiles rows of made-up cells with so many goroutines.
func profilesOf(goroutines, columns, rows int) []column.Profile {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(goroutines))
	profilers := make([]*column.Profiler, columns)
	for i := range profilers {
		profilers[i] = column.New(fmt.Sprint("Column ", i)).Place("", i+1)
	}
	p := newProfiling(profilers)
	values := make([]Value, columns)
	for row := range rows {
		for i := range values {
			values[i].Cell = madeUp(row, i)
		}
		p.add(row+2, values)
		if row == rows/2 { // as between two sheets
			p.wait()
		}
	}
	p.wait()
	out := make([]column.Profile, columns)
	for i := range out {
		out[i] = profilers[i].Profile(func(string) (string, bool) { return "", false })
	}
	return out
}

// madeUp gives cells of several kinds, and none in some places.
func madeUp(row, column int) *grid.Cell {
	switch (row + column) % 7 {
	case 0:
		return nil
	case 1:
		return &grid.Cell{Kind: grid.Number, Flags: grid.Money, Raw: "3", Text: "3", Format: `[$€-407] 0.00E+00`}
	case 2:
		return &grid.Cell{Flags: grid.NoCache}
	}
	return &grid.Cell{Kind: grid.Text, Text: fmt.Sprintf("%02d/%02d/2024", 1+(row+column)%28, 1+row%12)}
}

// TestProfilesAreThoseOfTheCells: nothing that a profile needs is lost on the way.
func TestProfilesAreThoseOfTheCells(t *testing.T) {
	const rows = 700
	got := profilesOf(2, 9, rows)
	for i := range got {
		direct := column.New(fmt.Sprint("Column ", i)).Place("", i+1)
		for row := range rows {
			c := madeUp(row, i)
			if c == nil {
				c = &grid.Cell{}
			}
			direct.Add(row+2, c)
		}
		assert.Equal(t, direct.Profile(func(string) (string, bool) { return "", false }), got[i])
	}
}

func TestProfilesAreTheSameWhateverTheNumberOfGoroutines(t *testing.T) {
	for _, rows := range []int{0, 1, 256, 1000} {
		want := profilesOf(1, 5, rows)
		assert.Equal(t, want, profilesOf(2, 5, rows), "%d rows", rows)
		assert.Equal(t, want, profilesOf(8, 5, rows), "%d rows", rows)
	}
	assert.Equal(t, profilesOf(1, 6000, 9), profilesOf(3, 6000, 9), "more columns than a batch has cells")
}
