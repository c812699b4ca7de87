package main

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBoundsHold(t *testing.T) {
	for _, c := range []struct {
		must bound
		v    float64
		want bool
		text string
	}{
		{atMost(123, "%.0f s"), 123, true, "at most 123 s"},
		{atMost(123, "%.0f s"), 123.01, false, "at most 123 s"},
		{under(1, "%.2f s"), 1, false, "under 1.00 s"},
		{under(1, "%.2f s"), 0.99, true, "under 1.00 s"},
		{atLeast(98, "%.1f %%"), 98, true, "at least 98.0 %"},
		{atLeast(98, "%.1f %%"), 97.99, false, "at least 98.0 %"},
		{exactly(0, "%.0f refused"), 0, true, "0 refused"},
		{exactly(0, "%.0f refused"), 1, false, "0 refused"},
	} {
		assert.Equal(t, c.want, c.must.holds(c.v), "%s with %v", c.must, c.v)
		assert.Equal(t, c.text, c.must.String())
	}
}

func TestNothingMeasuredNeverPasses(t *testing.T) {
	for name, must := range map[string]bound{
		"at most": atMost(1, "%.0f"), "under": under(1, "%.0f"), "at least": atLeast(-1, "%.0f"), "exactly": exactly(0, "%.0f"), "none": {},
	} {
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), median(nil)} {
			assert.False(t, must.holds(v), "%s with %v", name, v)
		}
	}
	assert.False(t, line{}.Pass)
	assert.False(t, missing("exports", atMost(1, "%.0f"), "no DuckDB").Pass)
	assert.True(t, math.IsNaN(largest(nil, func(f finished) float64 { return f.PeakRSS })))
	assert.True(t, math.IsNaN(medianOf(nil, func(f finished) float64 { return f.PeakRSS })))
}

func TestAFigureThatGivesNothingFails(t *testing.T) {
	for name, measure := range map[string]func(context.Context, *bench) ([]line, error){
		"no lines": func(context.Context, *bench) ([]line, error) { return nil, nil },
		"an error": func(context.Context, *bench) ([]line, error) { return nil, errors.New("no vendor") },
		"an error after a good line": func(context.Context, *bench) ([]line, error) {
			return []line{measured("x", exactly(0, "%.0f"), 0, "")}, errors.New("no vendor")
		},
	} {
		lines := collect(t.Context(), nil, figure{Name: "f", About: "a claim", Measure: measure})
		require.NotEmpty(t, lines, name)
		last := lines[len(lines)-1]
		assert.False(t, last.Pass, name)
		assert.NotEmpty(t, last.Reason, name)
		assert.Equal(t, "f", last.Figure, name)
	}
}

func TestAMissingYardstickFails(t *testing.T) {
	b := &bench{keep: t.TempDir()}
	for _, format := range []string{"parquet", "csv"} {
		lines, err := b.againstDuckDB(t.Context(), format)
		require.NoError(t, err)
		require.Len(t, lines, 1)
		assert.False(t, lines[0].Pass)
		assert.Contains(t, lines[0].Reason, "make bench-tools")
	}
}

func TestMedian(t *testing.T) {
	assert.InDelta(t, 2, median([]float64{9, 1, 2}), 0)
	assert.InDelta(t, 2, median([]float64{9, 1, 2, 3}), 0)
	assert.InDelta(t, 7, median([]float64{7}), 0)
}

func TestInTurnsAlternatesAndStopsAtAFailure(t *testing.T) {
	var order string
	note := func(name string) func(int) (string, error) {
		return func(round int) (string, error) {
			order += name
			if name == "B" && round == 1 {
				return "", errors.New("broken")
			}
			return name, nil
		}
	}
	as, bs, err := inTurns(3, note("A"), note("B"))
	require.Error(t, err)
	assert.Equal(t, "ABAB", order)
	assert.Equal(t, []string{"A"}, as)
	assert.Equal(t, []string{"B"}, bs)
}

func TestChoose(t *testing.T) {
	all, err := choose(figures(), nil)
	require.NoError(t, err)
	assert.Len(t, all, len(figures()))
	some, err := choose(figures(), names("csv, window"))
	require.NoError(t, err)
	require.Len(t, some, 2)
	assert.Equal(t, "csv", some[0].Name)
	_, err = choose(figures(), names("cvs"))
	assert.ErrorContains(t, err, `no figure "cvs"`)
}
