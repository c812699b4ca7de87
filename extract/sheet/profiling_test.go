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
			values[i].Cell = nil
			if (row+i)%7 > 0 {
				values[i].Cell = &grid.Cell{Kind: grid.Text, Text: fmt.Sprintf("%02d/%02d/2024", 1+(row+i)%28, 1+row%12)}
			}
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

func TestProfilesAreTheSameWhateverTheNumberOfGoroutines(t *testing.T) {
	for _, rows := range []int{0, 1, 256, 1000} {
		want := profilesOf(1, 5, rows)
		assert.Equal(t, want, profilesOf(2, 5, rows), "%d rows", rows)
		assert.Equal(t, want, profilesOf(8, 5, rows), "%d rows", rows)
	}
	assert.Equal(t, profilesOf(1, 6000, 9), profilesOf(3, 6000, 9), "more columns than a batch has cells")
}
