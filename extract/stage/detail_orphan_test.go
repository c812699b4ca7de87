package stage

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestOrphansAreBuriedAndComeBackWithTheirParent(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	w := startSweep(t, s, "job")
	put(t, s, page(w.ID, 1, row{"1", `{"v":1}`}, row{"2", `{"v":2}`}, row{"3", `{"v":3}`}))
	sub := "job.photos"
	for _, key := range []record.Key{"1", "2", "3"} {
		putDetail(t, s, detail("job", sub, key, `{"v":`+string(key)+`}`, row{key + "/1", `{"p":` + string(key) + `}`}))
	}
	bury := func(listed int64) int {
		n, err := s.BuryOrphans(ctx, testAccount, "job", sub, listed, testTime)
		require.NoError(t, err)
		return n
	}
	require.Zero(t, bury(0))

	_, err := s.Tombstone(ctx, testAccount, "job", []record.Key{"2"}, testTime)
	require.NoError(t, err)
	require.Equal(t, 1, bury(0))
	require.Zero(t, bury(0), "once")
	require.True(t, readAll(t, s, sub)["2/1"].Deleted)
	require.Empty(t, dueKeys(t, s, sub, 0, 0), "the dead are not asked for")

	listed, err := s.StartSweep(ctx, Sweep{Account: testAccount, Stream: "job", Kind: SweepListed, Purpose: sub, Started: testTime})
	require.NoError(t, err)
	p := page(listed.ID, 1, row{"1", ``})
	p.NamesOnly = true
	put(t, s, p)
	require.Equal(t, 1, bury(listed.ID), "3 has no photos any more")
	got := readAll(t, s, sub)
	require.False(t, got["1/1"].Deleted)
	require.True(t, got["3/1"].Deleted)

	put(t, s, page(w.ID, 2, row{"2", `{"v":2}`}))
	require.Equal(t, []record.Key{"2", "3"}, dueKeys(t, s, sub, 0, 0), "whatever their rows' hashes say")
}
