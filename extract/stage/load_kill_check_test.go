package stage

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// checkLoad: what was told done is there, and everything that is there is whole.
func checkLoad(t *testing.T, path string, round int, k killed) {
	t.Helper()
	ctx := context.Background()
	s, err := Open(ctx, path, Options{Job: "nightly"})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	plans, err := s.Plans(ctx, 1000)
	require.NoError(t, err)
	byID := map[int64]Plan{}
	waiting := 0
	for _, p := range plans {
		byID[p.ID] = p
		if p.State == PlanWaiting {
			waiting++
		}
	}
	require.LessOrEqual(t, waiting, 1)
	if len(plans) > 0 {
		require.Equal(t, PlanWaiting, plans[0].State, "round %d", round)
		checkPlan(t, s, plans[0], len(k.out["set"]) > 0)
	}
	for _, said := range k.out["publish"] {
		id, hash, _ := strings.Cut(said, " ")
		n, err := strconv.ParseInt(id, 10, 64)
		require.NoError(t, err)
		require.Equal(t, hash, byID[n].Hash)
	}
	checkLedger(t, s, round, k)
	if len(k.out["share"]) > 0 || k.inside == "share" {
		c := openShared(t, path+".crosswalk")
		links := linksOf(t, s, sideOf("customer", "customers"))
		have := 0
		for r := (&sharedLinks{c: c, side: 1}); ; r.skip() {
			l, err := r.head(ctx)
			require.NoError(t, err)
			if l == nil {
				break
			}
			require.Equal(t, links[l.Key].Target, l.Target)
			have++
		}
		if len(k.out["share"]) > 0 {
			require.Equal(t, len(links), have)
		}
		require.NoError(t, c.Close())
	}
	var ok string
	require.NoError(t, s.writer.conn.QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&ok))
	require.Equal(t, "ok", ok)
}

func checkPlan(t *testing.T, s *Stage, p Plan, set bool) {
	t.Helper()
	bins, err := s.PlanBins(context.Background(), p.ID)
	require.NoError(t, err)
	for _, counts := range bins {
		sum := 0
		for _, n := range counts {
			sum += n
		}
		require.Equal(t, killItems, sum, "a plan is there whole or not at all")
	}
	held := itemsOf(t, s, p.ID, 1, ItemQuery{Bins: []LoadBin{LoadHeld}})
	if set {
		require.Len(t, held, killHeld)
	}
	require.Contains(t, []int{0, killHeld}, len(held))
	for _, it := range held {
		require.NotEmpty(t, it.Why)
	}
}

func checkLedger(t *testing.T, s *Stage, round int, k killed) {
	t.Helper()
	ctx := context.Background()
	side := sideOf("customer", "customers")
	links := linksOf(t, s, side)
	states := map[int64]AttemptState{}
	sizes := map[int64]int{}
	done := map[record.Key]bool{}
	for _, a := range attemptsOf(t, s, AttemptQuery{}) {
		states[a.ID] = a.State
		sizes[a.Batch]++
		l, linked := links[a.Key]
		_, written, err := s.Written(ctx, side, a.Key)
		require.NoError(t, err)
		it, planned, err := s.Item(ctx, a.Plan, 0, a.Key)
		require.NoError(t, err)
		require.True(t, planned, "a plan with attempts is kept")
		if done[a.Key] = a.State == AttemptDone; done[a.Key] {
			require.Equal(t, "t-"+a.Key, l.Target)
		}
		require.Equal(t, []bool{done[a.Key], done[a.Key], done[a.Key]}, []bool{linked, written, it.Bin == LoadCreated},
			"round %d: link, what was written and bin of %s go with its attempt, %s", round, a.Key, a.State)
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(links)), slices.Collect(func(yield func(record.Key) bool) {
		for key, ok := range done {
			if ok && !yield(key) {
				return
			}
		}
	}))
	for first, n := range sizes {
		require.Equal(t, killBatch, n, "the request of attempt %d is there whole", first)
	}
	for phase, want := range map[string][]AttemptState{"begin": {AttemptSending, AttemptDone}, "end": {AttemptDone}} {
		for _, said := range k.out[phase] {
			for _, field := range strings.Fields(strings.Trim(said, "[]")) {
				id, err := strconv.ParseInt(field, 10, 64)
				require.NoError(t, err)
				require.Contains(t, want, states[id], "round %d: attempt %d was told %s", round, id, phase)
			}
		}
	}
}
