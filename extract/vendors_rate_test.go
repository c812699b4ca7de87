package extract_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract"
	"ferry/extract/budget"
	"ferry/samples/vendorsim"
)

// fiveMinutes is how long the use of an allowance is measured.
const fiveMinutes = 5 * time.Minute

// windows are the kinds of window that the tests below try.
func windows() []vendorsim.WindowKind {
	if raced {
		return windowKinds[:1]
	}
	return windowKinds
}

// use is the share of an allowance a minute that was accepted in the first five
// minutes since a moment.
func use(sim simulated, since time.Time, perMinute int) float64 {
	accepted := 0
	for _, e := range sim.Log() {
		if e.Status == http.StatusOK && e.At.Before(since.Add(fiveMinutes)) {
			accepted++
		}
	}
	return float64(accepted) / float64(5*perMinute)
}

// limitsOf are the limits of a job's spec under a key.
func limitsOf(t *testing.T, j *vendorJob, key string) budget.Config {
	t.Helper()
	return budget.Config{Key: key, Rate: budget.Limit(j.spec.Budget.Rate), Quota: budget.Limit(j.spec.Budget.Quota), Zone: j.spec.Budget.Zone}
}

// atSyncro is a Syncro of some size behind its real limit.
func atSyncro(t *testing.T, kind vendorsim.WindowKind, latency time.Duration) *vendorJob {
	j := syncroJob(t, vendorsim.SyncroOptions{
		Options: vendorsim.Options{Latency: latency, Rate: vendorsim.Rate{Limit: 180, Kind: kind}, Data: vendorsim.Data{Plain: true}},
		Counts:  vendorsim.SyncroCounts{Customers: 8_000, Leads: 7_500},
	})
	require.True(t, j.spec.Budget.PerIP)
	require.Equal(t, 180, j.spec.Budget.Rate.Requests)
	require.Empty(t, j.spec.Budget.Headers)
	return j
}

// TestTwoJobsOnOneAddressShareItsAllowance runs two jobs with tokens of their own
// at a vendor that counts by IP address and tells nothing of it.
func TestTwoJobsOnOneAddressShareItsAllowance(t *testing.T) {
	t.Parallel()
	for _, kind := range windows() {
		latencies := []time.Duration{200 * time.Millisecond}
		if kind == vendorsim.Sliding {
			latencies = append(latencies, 10*time.Millisecond, 1500*time.Millisecond)
		}
		for _, latency := range latencies {
			t.Run(fmt.Sprintf("%s, %s", kind, latency), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					time.Sleep(23700 * time.Millisecond) // somewhere within a minute
					j := atSyncro(t, kind, latency)
					j.limits = limitsOf(t, j, "ip")
					const otherToken = "T-another-token-for-tests"
					began := time.Now()
					var g errgroup.Group
					for i, stream := range []string{"customers", "leads"} {
						one := *j
						one.stage, one.settings = stream, map[string]string{"subdomain": vendorsim.DefaultSyncroDomain, "token": otherToken}
						one.sent = func(r *http.Request) *http.Request { // the simulator knows one token
							r = r.Clone(r.Context())
							if i == 1 {
								assert.Equal(t, "Bearer "+otherToken, r.Header.Get("Authorization"))
								r.Header.Set("Authorization", "Bearer "+vendorsim.DefaultSyncroToken)
							}
							return r
						}
						if i == 0 {
							one.settings = j.settings
						}
						g.Go(func() error {
							time.Sleep(time.Duration(i) * time.Second)
							s, err := one.run(extract.Config{Streams: []string{stream}})
							if err == nil && !s.Streams[0].Proven() {
								err = fmt.Errorf("%s: %s", stream, s.Streams[0].Certificate.Text)
							}
							return err
						})
					}
					require.NoError(t, g.Wait())
					c := j.sim.Counters()
					require.GreaterOrEqual(t, time.Since(began), fiveMinutes, "too little to read for five minutes")
					used := use(j.sim, began, 180)
					t.Logf("%d requests in %s, %d refused; in the first five minutes %.1f %% of 180 a minute",
						c.Accepted, time.Since(began).Round(time.Second), c.RefusedRate, 100*used)
					assert.Zero(t, c.RefusedRate)
					assert.GreaterOrEqual(t, used, 0.98)
				})
			})
		}
	}
}

// TestTwoVendorsAtOnceUseBothAllowances reads Synchroteam and Syncro side by side
// with one usage file.
func TestTwoVendorsAtOnceUseBothAllowances(t *testing.T) {
	t.Parallel()
	for _, kind := range windows()[:min(len(windows()), 2)] {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(23700 * time.Millisecond)
				syncro := atSyncro(t, kind, 200*time.Millisecond)
				syncro.limits = limitsOf(t, syncro, "ip")
				syncro.stage = "syncro"
				other := synchroteamJob(t, vendorsim.Options{
					Latency: 200 * time.Millisecond, Counts: vendorsim.Counts{Customers: 66_000},
					Rate: vendorsim.Rate{Limit: 120, Kind: kind}, Quota: vendorsim.Quota{Limit: 10_000}, Data: vendorsim.Data{Plain: true},
				})
				other.dir, other.stage, other.limits = syncro.dir, "synchroteam", limitsOf(t, other, "key")
				began := time.Now()
				var g errgroup.Group
				for j, streams := range map[*vendorJob][]string{syncro: {"customers", "leads"}, other: {"customer"}} {
					g.Go(func() error {
						_, err := j.run(extract.Config{Streams: streams})
						return err
					})
				}
				require.NoError(t, g.Wait())
				for name, at := range map[string]struct {
					*vendorJob
					perMinute int
				}{"syncro": {syncro, 180}, "synchroteam": {other, 120}} {
					c, used := at.sim.Counters(), use(at.sim, began, at.perMinute)
					t.Logf("%s: %d requests, %d refused; in the first five minutes %.1f %% of %d a minute",
						name, c.Accepted, c.RefusedRate+c.RefusedQuota, 100*used, at.perMinute)
					assert.Zero(t, c.RefusedRate+c.RefusedQuota, name)
					assert.GreaterOrEqual(t, used, 0.98, name)
				}
			})
		})
	}
}
