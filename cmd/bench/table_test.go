package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheTablePassesOnlyWhenEveryLineDoes(t *testing.T) {
	good := measured("refused", exactly(0, "%.0f refused"), 0, "")
	bad := measured("refused", exactly(0, "%.0f refused"), 3, "")
	gone := missing("to Parquet", atMost(1.25, "%.2f of DuckDB's wall"), "run `make bench-tools`")
	for _, c := range []struct {
		name  string
		lines []line
		want  bool
	}{
		{"nothing", nil, false},
		{"good", []line{good, good}, true},
		{"one bad", []line{good, bad}, false},
		{"one missing", []line{good, gone}, false},
		{"one without anything", []line{good, {}}, false},
	} {
		var out strings.Builder
		assert.Equal(t, c.want, printTable(&out, c.lines), c.name)
		assert.Equal(t, !c.want && len(c.lines) > 0, strings.Contains(out.String(), "FAIL"), c.name)
	}
}

func TestTheTableSaysWhy(t *testing.T) {
	var out strings.Builder
	printTable(&out, []line{missing("to Parquet", atMost(1.25, "%.2f"), "no DuckDB; run `make bench-tools`")})
	assert.Contains(t, out.String(), "not measured: no DuckDB")
	assert.Contains(t, out.String(), "0 of 1 passed")
}

func TestWrap(t *testing.T) {
	assert.Equal(t, []string{""}, wrap("", 10))
	assert.Equal(t, []string{"one two", "three"}, wrap("one two three", 8))
	assert.Equal(t, []string{"a", "ééééé", "éé b"}, wrap("a ééééééé b", 5))
	for _, l := range wrap(strings.Repeat("x", 100)+" y", 46) {
		assert.LessOrEqual(t, len(l), 46)
	}
}
