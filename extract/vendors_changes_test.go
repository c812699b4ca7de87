package extract_test

import (
	"fmt"
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

// counted are the streams of Syncro that say what changed, and announce pages
// but no total.
var counted = []string{"tickets", "invoices"}

// TestChangesAreProvenByACountOfThePages goes through nights on which records are
// only written, and others on which some vanish, with lists that end in full and
// in short pages.
func TestChangesAreProvenByACountOfThePages(t *testing.T) {
	t.Parallel()
	for seed := range min(3, vendorSeeds) {
		synctest.Test(t, func(t *testing.T) {
			j := syncroJob(t, vendorsim.SyncroOptions{
				Options: vendorsim.Options{Seed: uint64(seed + 1)},
				Counts:  vendorsim.SyncroCounts{Customers: 30, Tickets: 245 + seed, Invoices: []int{10, 25, 75}[seed%3]},
			})
			cfg := extract.Config{Streams: counted, Incremental: true, SweepEvery: 60 * 24 * time.Hour}
			s, err := j.run(cfg)
			require.NoError(t, err)
			for _, x := range s.Streams {
				require.Truef(t, x.Proven(), "%s: %s", x.Name, x.Certificate.Text)
			}
			for night := range 5 {
				time.Sleep(48 * time.Hour)
				deletes := night == 3
				j.sim.SetDrift(vendorsim.Drift{Every: 1, Inserts: true, Renames: true, Deletes: deletes, Streams: counted, Seed: uint64(10*seed + night + 1)})
				j.sim.DriftNow(1 + 7*night)
				j.sim.SetDrift(vendorsim.Drift{})
				before := j.sim.Counters().ByPath["GET tickets"]
				s, err := j.run(cfg)
				require.NoError(t, err)
				for _, x := range s.Streams {
					why := fmt.Sprintf("seed %d night %d %s: %s", seed, night, x.Name, x.Certificate.Text)
					require.Truef(t, x.Proven(), "%s", why)
					j.equalsTheTruth(why, x.Name)
					if !deletes {
						require.Equal(t, stage.ProofChanges, x.Certificate.Proof, why)
						require.Equal(t, len(j.sim.Live(x.Name)), x.Certificate.EndTotal, why)
					}
				}
				if spent := j.sim.Counters().ByPath["GET tickets"] - before; !deletes {
					require.LessOrEqualf(t, spent, 10, "seed %d night %d: the list has ten pages and more, and was not to be read", seed, night)
				}
			}
		})
	}
}

// TestChangesWithoutTotalsAreNeverProvenWithOneMissed reads changes while more
// records enter their list.
func TestChangesWithoutTotalsAreNeverProvenWithOneMissed(t *testing.T) {
	t.Parallel()
	proofs := map[stage.Proof]int{}
	for seed := range vendorSeeds {
		synctest.Test(t, func(t *testing.T) {
			j := syncroJob(t, vendorsim.SyncroOptions{
				Options: vendorsim.Options{Seed: uint64(seed + 1), Latency: 10 * time.Millisecond, LatencyJitter: 100 * time.Millisecond},
				Counts:  vendorsim.SyncroCounts{Customers: 30, Tickets: 240, Invoices: 160},
			})
			cfg := extract.Config{Streams: counted, Incremental: true, Connections: 1 + seed%8}
			_, err := j.run(cfg)
			require.NoError(t, err)
			time.Sleep(48 * time.Hour)
			night := j.sim.Mark()
			j.sim.SetDrift(vendorsim.Drift{Every: 1, Inserts: true, Renames: true, Streams: counted, Seed: uint64(seed + 1)})
			j.sim.DriftNow(150)
			changed := map[string][]string{}
			for _, stream := range counted {
				changed[stream] = j.sim.Changed(stream, night)
			}
			j.sim.SetDrift(vendorsim.Drift{Every: 3 + seed%9, Renames: true, Inserts: true, Deletes: true, Streams: counted, Seed: uint64(seed + 7)})
			mark := j.sim.Mark()
			s, err := j.run(cfg)
			require.NoError(t, err)
			j.sim.SetDrift(vendorsim.Drift{})
			for _, stream := range counted {
				x := summaryOf(t, s, stream)
				proofs[x.Certificate.Proof]++
				if !x.Proven() {
					continue
				}
				moved := append(j.sim.Changed(stream, mark), j.sim.Gone(stream, mark)...)
				live, _ := j.staged(stream)
				for _, id := range changed[stream] {
					if slices.Contains(moved, id) {
						continue
					}
					have, there := live[id]
					require.Truef(t, there, "seed %d: %s %s is missing: %s", seed, stream, id, x.Certificate.Text)
					require.Contains(t, string(j.sim.Record(stream, id)), string(memberOf(t, have.Raw, "updated_at")),
						"seed %d: %s %s is stale", seed, stream, id)
				}
				j.holds(x.Certificate.Text, stream, j.sim.Existed(stream, mark))
			}
		})
	}
	t.Logf("proofs over %d seeds: %v", vendorSeeds, proofs)
	assert.NotZero(t, proofs[stage.ProofChanges]+proofs[stage.ProofAgain])
}
