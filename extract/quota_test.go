package extract_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// TestQuotaStopsTheRunAndTheNextDayGoesOn reads 200 pages with 110 requests a
// day: each page is asked for once, over both days.
func TestQuotaStopsTheRunAndTheNextDayGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{
			Counts: vendorsim.Counts{Customers: 20_000}, Rate: vendorsim.Rate{Limit: 120}, Quota: vendorsim.Quota{Limit: 110},
			Latency: 20 * time.Millisecond,
		})
		_, err := w.run(extract.Config{Streams: []string{"customer"}})
		var spent *budget.SpentError
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, 110, w.sim.Counters().Accepted)
		assert.Zero(t, w.sim.Counters().RefusedQuota+w.sim.Counters().RefusedRate)

		time.Sleep(time.Until(spent.Until) + time.Second)
		s, err := w.run(extract.Config{Streams: []string{"customer"}})
		require.NoError(t, err)
		assert.Equal(t, stage.ProofQuiet, s.Streams[0].Certificate.Proof, s.Streams[0].Certificate.Text)
		assert.Equal(t, 20_000, s.Streams[0].Records)
		c := w.sim.Counters()
		assert.LessOrEqual(t, c.Accepted+c.RefusedQuota+c.RefusedRate, 202)
	})
}

// TestASpentQuotaIsTestedOnceAnHour starts again on the same day.
func TestASpentQuotaIsTestedOnceAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 5000}, Rate: vendorsim.Rate{Limit: 120}, Quota: vendorsim.Quota{Limit: 20}})
		for range 4 {
			_, err := w.run(extract.Config{Streams: []string{"customer"}})
			require.Error(t, err)
		}
		assert.LessOrEqual(t, w.sim.Counters().RefusedQuota, 1)
		assert.Equal(t, 20, w.sim.Counters().Accepted)
	})
}

// TestAJobThatWaitsForTheQuotaNeedsOneRun lets the run wait out four days.
func TestAJobThatWaitsForTheQuotaNeedsOneRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 7000}, Rate: vendorsim.Rate{Limit: 120}, Quota: vendorsim.Quota{Limit: 20}})
		w.when = budget.WaitForReset
		s, err := w.run(extract.Config{Streams: []string{"customer"}})
		require.NoError(t, err)
		assert.True(t, s.Streams[0].Proven(), s.Streams[0].Certificate.Text)
		assert.Equal(t, 7000, s.Streams[0].Records)
	})
}

// TestFivePercentOfEachFaultLosesNothing mixes every fault that a vendor makes
// by itself into all answers.
func TestFivePercentOfEachFaultLosesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var faults []vendorsim.Fault
		for _, kind := range []vendorsim.FaultKind{
			vendorsim.FaultReset, vendorsim.FaultResetCounted, vendorsim.FaultCut, vendorsim.Fault500, vendorsim.Fault503,
			vendorsim.FaultRate, vendorsim.FaultHTML, vendorsim.FaultContentType, vendorsim.FaultSlow, vendorsim.FaultTruncated,
		} {
			faults = append(faults, vendorsim.Fault{Kind: kind, Chance: 0.05})
		}
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000, Sites: 1500, Jobs: 2500}, Faults: faults})
		streams := []string{"customer", "site", "job"}
		s, err := w.run(extract.Config{Streams: streams})
		require.NoError(t, err)
		for _, stream := range streams {
			x := summaryOf(t, s, stream)
			require.NoError(t, x.Err)
			assert.Truef(t, x.Proven(), "%s: %s", stream, x.Certificate.Text)
			live, _ := w.staged(stream)
			assert.Len(t, live, len(w.sim.Live(stream)))
		}
		for _, f := range faults {
			assert.NotZerof(t, w.sim.Counters().Faulted[f.Kind], "fault %s never happened", f.Kind)
		}
		t.Logf("faults: %v", w.sim.Counters().Faulted)
	})
}

// TestWrongCredentialsStopAtTheFirstAnswer must not hammer the vendor.
func TestWrongCredentialsStopAtTheFirstAnswer(t *testing.T) {
	w := newWorld(t, vendorsim.Options{APIKey: "another"})
	_, err := w.run(extract.Config{Streams: []string{"customer", "site", "job"}, Connections: 1})
	require.Error(t, err)
	assert.Equal(t, 1, w.sim.Counters().Unauthorized)
	assert.ErrorContains(t, err, "Configuration, Authentication Key")
	assert.NotContains(t, err.Error(), vendorsim.DefaultAPIKey)
}

// TestAnOutageEndsTheRunAndTheNextGoesOn keeps what was read.
func TestAnOutageEndsTheRunAndTheNextGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}, Latency: 10 * time.Millisecond})
		w.sim.SetFaults(vendorsim.Fault{Kind: vendorsim.Fault500, Nth: ints(12, 4000)})
		began := time.Now()
		s, err := w.run(extract.Config{Streams: []string{"customer"}})
		require.ErrorIs(t, err, api.ErrOutage)
		assert.Less(t, time.Since(began), 3*time.Minute)
		assert.False(t, s.Streams[0].Proven())
		w.sim.SetFaults()
		before := w.sim.Counters().Accepted
		s, err = w.run(extract.Config{Streams: []string{"customer"}})
		require.NoError(t, err)
		assert.True(t, s.Streams[0].Proven())
		assert.LessOrEqual(t, w.sim.Counters().Accepted-before, 31-11+1+1, "only what was missing is asked again")
	})
}

func ints(from, to int) (n []int) {
	for i := from; i <= to; i++ {
		n = append(n, i)
	}
	return n
}

// TestCtrlCEndsAtOnce cancels in the middle of slow answers.
func TestCtrlCEndsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 9000}, Latency: 5 * time.Second})
		ctx, cancel := context.WithCancel(context.Background())
		go func() { time.Sleep(17 * time.Second); cancel() }()
		_, err := w.runContext(ctx, extract.Config{Streams: []string{"customer"}})
		require.True(t, errors.Is(err, context.Canceled), "%v", err)
		s, err := w.run(extract.Config{Streams: []string{"customer"}})
		require.NoError(t, err)
		assert.True(t, s.Streams[0].Proven())
		assert.LessOrEqual(t, w.sim.Counters().Accepted, 92+16, "pages, the page behind the end, the closing probe, and those in flight")
	})
}

// TestFilteredReadsAreProvenForTheirFilterAndBuryNothing reads under a filter
// what was read whole before.
func TestFilteredReadsAreProvenForTheirFilterAndBuryNothing(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 300, Jobs: 900}})
	_, err := w.run(extract.Config{Streams: []string{"job"}})
	require.NoError(t, err)
	filter := map[string][]connector.Param{"job": {{Name: "status", Value: "completed"}}}
	s, err := w.run(extract.Config{Streams: []string{"job"}, Filters: filter})
	require.NoError(t, err)
	assert.True(t, s.Streams[0].Proven())
	live, buried := w.staged("job")
	assert.Len(t, live, len(w.sim.Live("job")))
	assert.Empty(t, buried)
}

// TestALimitStagesNoMoreThanAsked is for trying out.
func TestALimitStagesNoMoreThanAsked(t *testing.T) {
	for _, limit := range []int{1, 50, 100, 150, 500} {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 1000}})
		s, err := w.run(extract.Config{Streams: []string{"customer"}, Limit: limit})
		require.NoError(t, err)
		assert.Equal(t, stage.ProofLimited, s.Streams[0].Certificate.Proof)
		assert.Equal(t, limit, s.Streams[0].Records)
		assert.LessOrEqual(t, w.sim.Counters().Accepted, (limit+99)/100)
	}
}
