package intake

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSpoolGivesWhatWasAdded(t *testing.T) {
	dir := t.TempDir()
	s, err := NewSpool[[]string](dir)
	require.NoError(t, err)
	for n := range 500 {
		require.NoError(t, s.Add(fmt.Sprint(n%250), &[]string{fmt.Sprint(n)}))
	}
	require.NoError(t, s.Seal())
	for n := range 250 {
		got, err := s.Get(fmt.Sprint(n))
		require.NoError(t, err)
		require.Equal(t, [][]string{{fmt.Sprint(n)}, {fmt.Sprint(n + 250)}}, got)
	}
	got, err := s.Get("none")
	require.NoError(t, err)
	assert.Empty(t, got)
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "a second time does nothing")
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, left)
	var none *Spool[int]
	all, err := none.Get("x")
	assert.NoError(t, err)
	assert.Empty(t, all)
	assert.NoError(t, none.Close())
}

func TestOutcomeThatNeedsMostCounts(t *testing.T) {
	o, err := NewOutcomes()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, o.Close()) })
	require.NoError(t, o.Add("1", Outcome{Open: "https://a/1"}))
	require.NoError(t, o.Add("1", Outcome{Result: "created", Good: true}))
	require.NoError(t, o.Add("1", Outcome{Result: "rejected", Rank: RankWrong, ToDo: "mend it"}))
	require.NoError(t, o.Add("2", Outcome{Open: "https://a/2"}))
	require.NoError(t, o.Seal())
	got, ok, err := o.Of("1")
	require.NoError(t, err)
	assert.True(t, ok)
	assert.Equal(t, Outcome{Result: "rejected", Rank: RankWrong, ToDo: "mend it", Open: "https://a/1"}, got)
	got, ok, err = o.Of("2")
	require.NoError(t, err)
	assert.False(t, ok, "a link alone is no outcome")
	assert.Equal(t, "https://a/2", got.Open)
}
