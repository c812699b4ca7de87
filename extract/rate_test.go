package extract_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract"
	"ferry/samples/vendorsim"
)

var windowKinds = []vendorsim.WindowKind{vendorsim.OpenedByFirst, vendorsim.Aligned, vendorsim.Sliding}

// TestThreeHundredPagesAt120AMinute is the least time there is, for every kind
// of window, whatever the clocks say.
func TestThreeHundredPagesAt120AMinute(t *testing.T) {
	t.Parallel()
	clocks := map[string]vendorsim.Options{
		"clocks agree": {}, "vendor an hour ahead": {ClockSkew: time.Hour}, "vendor an hour behind": {ClockSkew: -time.Hour},
		"Date header an hour ahead": {DateSkew: time.Hour}, "Date header an hour behind": {DateSkew: -time.Hour},
		"reset cut to the second before": {Rate: vendorsim.Rate{FloorReset: true}},
	}
	for _, kind := range windows() {
		for clock, o := range clocks {
			t.Run(fmt.Sprintf("%s, %s", kind, clock), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(23700 * time.Millisecond) // somewhere within a minute
					o.Counts, o.Latency = vendorsim.Counts{Customers: 29_900}, 20*time.Millisecond
					o.Rate.Limit, o.Rate.Kind = 120, kind
					w := newWorld(t, o)
					began := time.Now()
					s, err := w.run(extract.Config{Streams: []string{"customer"}})
					require.NoError(t, err)
					require.True(t, s.Streams[0].Proven(), s.Streams[0].Certificate.Text)
					// A wrong Date header may make old changes look new; then the seams are read.
					assert.LessOrEqual(t, w.sim.Counters().Accepted, 300+24)
					assert.Zero(t, w.sim.Counters().RefusedRate)
					assert.LessOrEqual(t, time.Since(began), 123*time.Second)
				})
			})
		}
	}
}

// TestTwoRunsShareTheAllowance starts the second 20 s after the first.
func TestTwoRunsShareTheAllowance(t *testing.T) {
	t.Parallel()
	for _, kind := range windows() {
		t.Run(string(kind), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 14_900, Jobs: 15_300}, Latency: 20 * time.Millisecond,
					Rate: vendorsim.Rate{Limit: 120, Kind: kind}})
				began := time.Now()
				var g errgroup.Group
				for i, stream := range []string{"customer", "job"} {
					one := &world{t: t, sim: w.sim, spec: w.spec, dir: w.dir, stage: stream}
					g.Go(func() error {
						time.Sleep(time.Duration(i) * 20 * time.Second)
						_, err := one.run(extract.Config{Streams: []string{stream}})
						return err
					})
				}
				require.NoError(t, g.Wait())
				c := w.sim.Counters()
				assert.Zero(t, c.RefusedRate)
				assert.GreaterOrEqual(t, c.Accepted, 298)
				assert.LessOrEqual(t, time.Since(began), 123*time.Second)
			})
		})
	}
}

// TestTheAllowanceIsUsed holds accepted requests over limit times windows
// against the promise, at latencies from 10 ms to 5 s.
func TestTheAllowanceIsUsed(t *testing.T) {
	t.Parallel()
	for _, kind := range windows() {
		for _, latency := range []time.Duration{10 * time.Millisecond, 200 * time.Millisecond, 1500 * time.Millisecond, 5 * time.Second} {
			t.Run(fmt.Sprintf("%s, %s", kind, latency), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 80_000}, Latency: latency, Rate: vendorsim.Rate{Limit: 120, Kind: kind}})
					_, err := w.run(extract.Config{Streams: []string{"customer"}})
					require.NoError(t, err)
					assert.Zero(t, w.sim.Counters().RefusedRate)
					log := w.sim.Log()
					first := log[0].At
					accepted := 0
					for _, e := range log {
						if e.Status == 200 && e.At.Before(first.Add(5*time.Minute)) {
							accepted++
						}
					}
					use := float64(accepted) / (5 * 120)
					assert.GreaterOrEqualf(t, use, 0.98, "%d requests in five windows", accepted)
				})
			})
		}
	}
}

// TestFortyPagesInAFreshWindow is latency alone: 1.5 s an answer.
func TestFortyPagesInAFreshWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 4000}, Latency: 1500 * time.Millisecond, Rate: vendorsim.Rate{Limit: 120}})
		began := time.Now()
		s, err := w.run(extract.Config{Streams: []string{"customer"}})
		require.NoError(t, err)
		assert.True(t, s.Streams[0].Proven())
		assert.Less(t, time.Since(began), 10*time.Second)
	})
}

// TestSomebodyElseSpendsHalfTheQuota spends it while the run is at work.
func TestSomebodyElseSpendsHalfTheQuota(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 30_000}, Latency: 50 * time.Millisecond, Quota: vendorsim.Quota{Limit: 200}})
		go func() { time.Sleep(150 * time.Millisecond); w.sim.Spend(100) }()
		_, err := w.run(extract.Config{Streams: []string{"customer"}})
		require.Error(t, err)
		c := w.sim.Counters()
		assert.LessOrEqual(t, c.RefusedQuota, 16)
		assert.GreaterOrEqual(t, c.Accepted, 100)
	})
}
