package extract_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

var drifting = []string{"customer", "site", "equipment", "job"}

// TestDriftIsNeverProvenWithARecordMissed lets the vendor's people insert,
// rename and delete every few requests while the lists are read.
func TestDriftIsNeverProvenWithARecordMissed(t *testing.T) {
	t.Parallel()
	proofs := map[stage.Proof]int{}
	streams := append([]string{"activity"}, drifting...)
	for seed := range driftSeeds {
		synctest.Test(t, func(t *testing.T) {
			w := driftWorld(t, seed, vendorsim.Drift{Every: 2 + seed%4, Inserts: true, Renames: true, Deletes: true, Streams: streams})
			mark := w.sim.Mark()
			s, err := w.run(extract.Config{Streams: streams, Connections: 1 + seed%16})
			require.NoErrorf(t, err, "seed %d", seed)
			for _, stream := range streams {
				x := summaryOf(t, s, stream)
				require.NoErrorf(t, x.Err, "seed %d %s", seed, stream)
				proofs[x.Certificate.Proof]++
				if x.Proven() {
					w.holds(stream, w.sim.Existed(stream, mark))
				}
			}
		})
	}
	t.Logf("proofs over %d seeds: %v", driftSeeds, proofs)
	assert.NotZero(t, proofs[stage.ProofOrder], "no stream was proven by its order: the drift did not bite")
	assert.NotZero(t, proofs[stage.ProofNone], "no stream was left unproven: the drift did not bite")
}

// TestInsertsAndDeletesAreAlwaysProvenByAnImmutableOrder is the promise of an
// immutable order: it holds whatever is inserted and deleted meanwhile.
func TestInsertsAndDeletesAreAlwaysProvenByAnImmutableOrder(t *testing.T) {
	t.Parallel()
	proofs := map[stage.Proof]int{}
	for seed := range driftSeeds {
		synctest.Test(t, func(t *testing.T) {
			w := driftWorld(t, seed, vendorsim.Drift{Every: 2 + seed%4, Inserts: true, Deletes: true})
			mark := w.sim.Mark()
			s, err := w.run(extract.Config{Streams: drifting, Connections: 1 + seed%16})
			require.NoErrorf(t, err, "seed %d", seed)
			for _, stream := range drifting {
				x := summaryOf(t, s, stream)
				require.Truef(t, x.Proven(), "seed %d %s: %s", seed, stream, x.Certificate.Text)
				w.holds(stream, w.sim.Existed(stream, mark))
				proofs[x.Certificate.Proof]++
			}
		})
	}
	t.Logf("proofs over %d seeds: %v", driftSeeds, proofs)
}

// TestDriftIsCaughtUpByTheNextRuns compares every id after changes were read
// incrementally, deletions included.
func TestDriftIsCaughtUpByTheNextRuns(t *testing.T) {
	t.Parallel()
	for seed := range 20 {
		synctest.Test(t, func(t *testing.T) {
			w := driftWorld(t, seed, vendorsim.Drift{})
			_, err := w.run(extract.Config{Streams: drifting, Incremental: true})
			require.NoError(t, err)
			for night := range 3 {
				time.Sleep(24 * time.Hour)
				w.driftOnce(uint64(seed*10+night+1), night > 0, night > 1)
				s, err := w.run(extract.Config{Streams: drifting, Incremental: true})
				require.NoError(t, err)
				for _, stream := range drifting {
					x := summaryOf(t, s, stream)
					require.Truef(t, x.Proven(), "seed %d night %d %s: %s", seed, night, stream, x.Certificate.Text)
					live, _ := w.staged(stream)
					want := w.sim.Live(stream)
					require.Lenf(t, live, len(want), "seed %d night %d %s: %s", seed, night, stream, x.Certificate.Text)
					w.holds(stream, want)
				}
			}
		})
	}
}

// TestUndeletesAreNeverProvenWithARecordMissed brings records back in the middle
// of the lists while they are read, which no order forbids. Deleted jobs do not
// come back at this vendor.
func TestUndeletesAreNeverProvenWithARecordMissed(t *testing.T) {
	t.Parallel()
	proofs := map[stage.Proof]int{}
	for seed := range min(60, driftSeeds) {
		synctest.Test(t, func(t *testing.T) {
			w := driftWorld(t, seed, vendorsim.Drift{Every: 2 + seed%4, Inserts: true, Deletes: true, Undeletes: true, Streams: drifting[:3]})
			mark := w.sim.Mark()
			s, err := w.run(extract.Config{Streams: drifting[:3], Connections: 1 + seed%16})
			require.NoError(t, err)
			for _, stream := range drifting[:3] {
				x := summaryOf(t, s, stream)
				proofs[x.Certificate.Proof]++
				if x.Proven() {
					w.holds(stream, w.sim.Existed(stream, mark))
				}
			}
		})
	}
	t.Logf("proofs over 60 seeds: %v", proofs)
	assert.NotZero(t, proofs[stage.ProofOrder])
}

// TestChangesAreNeverProvenWithOneMissed reads hundreds of changes while more
// records enter the list of changes in its middle.
func TestChangesAreNeverProvenWithOneMissed(t *testing.T) {
	for seed := range 10 {
		synctest.Test(t, func(t *testing.T) {
			w := driftWorld(t, seed, vendorsim.Drift{})
			_, err := w.run(extract.Config{Streams: drifting, Incremental: true})
			require.NoError(t, err)
			time.Sleep(48 * time.Hour)
			night := w.sim.Mark()
			w.sim.SetDrift(vendorsim.Drift{Every: 1, Inserts: true, Renames: true, Seed: uint64(seed + 1)})
			w.sim.DriftNow(1200)
			changed := map[string][]string{}
			for _, stream := range drifting {
				changed[stream] = w.sim.Changed(stream, night)
			}
			w.sim.SetDrift(vendorsim.Drift{Every: 4, Renames: true, Inserts: true, Deletes: true, Seed: uint64(seed + 7)})
			mark := w.sim.Mark()
			s, err := w.run(extract.Config{Streams: drifting, Incremental: true, Connections: 1 + seed%16})
			require.NoError(t, err)
			w.sim.SetDrift(vendorsim.Drift{})
			for _, stream := range drifting {
				if summaryOf(t, s, stream).Proven() {
					moved := append(w.sim.Changed(stream, mark), w.sim.Gone(stream, mark)...)
					w.readBy(2, stream, slices.DeleteFunc(changed[stream], func(id string) bool { return slices.Contains(moved, id) }))
				}
			}
		})
	}
}

// driftOnce lets the vendor's people make fifteen changes while nobody reads.
func (w *world) driftOnce(seed uint64, deletes, undeletes bool) {
	w.sim.SetDrift(vendorsim.Drift{Every: 1, Inserts: true, Renames: true, Deletes: deletes, Undeletes: undeletes, Seed: seed})
	w.sim.DriftNow(15)
	w.sim.SetDrift(vendorsim.Drift{})
}

// driftWorld answers its requests in an order that differs from seed to seed.
func driftWorld(t *testing.T, seed int, d vendorsim.Drift) *world {
	return newWorld(t, vendorsim.Options{
		Seed: uint64(seed + 1), Drift: d, Latency: 20 * time.Millisecond, LatencyJitter: 300 * time.Millisecond,
		Counts: vendorsim.Counts{Customers: 700 + 37*(seed%9), Sites: 420, Equipment: 350, Jobs: 930, Activities: 340},
	})
}

func simTable(stream string) string { return stream }
