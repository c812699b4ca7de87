package extract_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/budget"
	"ferry/extract/record"
	"ferry/samples/vendorsim"
)

const simAccount = "synchroteam/mycompany@ws.synchroteam.com"

// TestDetailsThatChangeWhileTheyAreReadOverDaysAreAskedAgain: a report changes
// after it was asked and before the run of the next day goes on.
func TestDetailsThatChangeWhileTheyAreReadOverDaysAreAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 120}, Quota: vendorsim.Quota{Limit: 90}})
		cfg := extract.Config{Streams: []string{"job"}, Details: []string{"job.report"}, Incremental: true}
		_, err := w.run(cfg)
		require.True(t, spent(err), "%v", err)
		asked := w.reported()
		require.NotEmpty(t, asked)
		require.True(t, w.sim.FillReport(asked[0], "weather", "rain"))
		time.Sleep(24 * time.Hour)
		_, err = w.run(cfg)
		require.NoError(t, err)
		assert.Equal(t, len(w.sim.Live("job"))+1, w.sim.Counters().ByPath["GET jobreport/details"], "the report that changed was asked again")
	})
}

// TestMoreChangedDetailsThanADaysQuotaAreAskedInTheEnd: the marks of a run that
// stopped are not made again by the next.
func TestMoreChangedDetailsThanADaysQuotaAreAskedInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 120}})
		cfg := extract.Config{Streams: []string{"job"}, Details: []string{"job.report"}, Incremental: true}
		_, err := w.run(cfg)
		require.NoError(t, err)
		time.Sleep(48 * time.Hour)
		jobs := w.sim.Live("job")
		for _, id := range jobs {
			require.True(t, w.sim.FillReport(id, "weather", "rain"))
		}
		before := w.sim.Counters().ByPath["GET jobreport/details"]
		w.limit = budget.Limit{Requests: 70, Per: 24 * time.Hour}
		for day := 0; ; day++ {
			require.Less(t, day, 4, "it never gets done")
			time.Sleep(24 * time.Hour)
			if _, err = w.run(cfg); err == nil {
				break
			}
			require.True(t, spent(err), "%v", err)
		}
		assert.Equal(t, len(jobs), w.sim.Counters().ByPath["GET jobreport/details"]-before, "each once")
	})
}

func spent(err error) bool {
	var s *budget.SpentError
	return errors.As(err, &s)
}

// reported lists the jobs whose report is staged.
func (w *world) reported() (ids []string) {
	live, _ := w.staged("job.report")
	for key := range live {
		id, _, _ := strings.Cut(key, "/")
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// TestABadPhotoSpoilsOnlyItself: the others are read, the run goes on, and the
// photo is asked again by the next.
func TestABadPhotoSpoilsOnlyItself(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 60}})
	var spoilt atomic.Bool // requests come side by side
	w.mangle = func(r *http.Request, body string) string {
		if !strings.HasSuffix(r.URL.Path, "job/photos") || spoilt.Swap(true) {
			return body
		}
		at := strings.Index(body, `"imageData":"`) + len(`"imageData":"`)
		return body[:at] + "!" + body[at+1:]
	}
	cfg := extract.Config{Streams: []string{"job"}, Details: []string{"job.photos", "job.report"}, Incremental: true}
	s, err := w.run(cfg)
	require.NoError(t, err)
	x := summaryOf(t, s, "job.photos")
	assert.False(t, x.Proven())
	assert.Contains(t, x.Certificate.Text, "1 detail could not be read")
	assert.NotZero(t, summaryOf(t, s, "job.report").Records)
	first := x.Records
	s, err = w.run(cfg)
	require.NoError(t, err)
	x = summaryOf(t, s, "job.photos")
	assert.True(t, x.Proven(), x.Certificate.Text)
	assert.Greater(t, x.Records, first)
}

// TestADetailWithoutItsRecordSpoilsOnlyItself: an empty list where one record
// should be.
func TestADetailWithoutItsRecordSpoilsOnlyItself(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 30}})
	w.mangle = func(r *http.Request, body string) string {
		if strings.HasSuffix(r.URL.Path, "job/details") && r.URL.Query().Get("id") == w.sim.Live("job")[3] {
			return "[]"
		}
		return body
	}
	s, err := w.run(extract.Config{Streams: []string{"job"}, Details: []string{"job"}})
	require.NoError(t, err)
	x := summaryOf(t, s, "job")
	assert.False(t, x.Proven())
	assert.Contains(t, x.Certificate.Text, "1 detail could not be read")
}

// TestForbiddenDetailsLeaveTheStreamUnproven: its records are not complete.
func TestForbiddenDetailsLeaveTheStreamUnproven(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 30}})
	w.refuse = "job/details"
	s, err := w.run(extract.Config{Streams: []string{"job"}, Details: []string{"job"}})
	require.NoError(t, err)
	assert.False(t, summaryOf(t, s, "job").Proven(), summaryOf(t, s, "job").Certificate.Text)
}

// TestASweepOfManySmallQuotasIsNotThrownAway reads 24 pages at two a day.
func TestASweepOfManySmallQuotasIsNotThrownAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 2400}})
		w.limit = budget.Limit{Requests: 2, Per: 24 * time.Hour}
		days := 0
		for ; days < 40; days++ {
			_, err := w.run(extract.Config{Streams: []string{"customer"}})
			if err == nil {
				break
			}
			require.True(t, spent(err), "%v", err)
			time.Sleep(24 * time.Hour)
		}
		assert.Less(t, days, 20)
		w.holds("customer", w.sim.Live("customer"))
	})
}

// TestChangesOfAnotherCursorAreNotGoneOnWith: a run of changes stopped, then a
// full sweep moved the cursor.
func TestChangesOfAnotherCursorAreNotGoneOnWith(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 900}})
		cfg := extract.Config{Streams: []string{"customer"}, Incremental: true, Connections: 1}
		_, err := w.run(cfg)
		require.NoError(t, err)
		time.Sleep(24 * time.Hour)
		for _, id := range w.sim.Live("customer")[:400] {
			require.True(t, w.sim.Rename("customer", id))
		}
		w.limit = budget.Limit{Requests: 2, Per: 24 * time.Hour}
		_, err = w.run(cfg)
		require.True(t, spent(err), "%v", err)
		w.limit = budget.Limit{}
		full := cfg
		full.Incremental = false
		_, err = w.run(full)
		require.NoError(t, err)
		time.Sleep(time.Hour)
		for _, id := range w.sim.Live("customer")[300:620] {
			require.True(t, w.sim.Rename("customer", id))
		}
		_, err = w.run(cfg)
		require.NoError(t, err)
		w.current("customer", w.sim.Live("customer"))
	})
}

// current requires that every id is staged as the vendor has it now.
func (w *world) current(stream string, ids []string) {
	w.t.Helper()
	st := w.open()
	defer st.Close()
	for _, id := range ids {
		raw, ok, err := st.Row(context.Background(), simAccount, stream, record.Key(id))
		require.NoError(w.t, err)
		require.Truef(w.t, ok, "%s %s is missing", stream, id)
		require.JSONEqf(w.t, string(w.sim.Record(stream, id)), string(raw), "%s %s is stale", stream, id)
	}
}

// TestALimitedRunStopsAtItsLimitOverRuns: what a stopped run has read counts.
func TestALimitedRunStopsAtItsLimitOverRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 900}})
		w.limit = budget.Limit{Requests: 2, Per: 24 * time.Hour}
		cfg := extract.Config{Streams: []string{"customer"}, Limit: 350}
		runs := 1
		for ; runs < 5; runs++ {
			if _, err := w.run(cfg); err == nil {
				break
			}
			time.Sleep(24 * time.Hour)
		}
		assert.Equal(t, 2, runs)
		live, _ := w.staged("customer")
		assert.Len(t, live, 350)
		assert.Equal(t, 4, w.sim.Counters().ByPath["GET customer/list"])

		w.limit = budget.Limit{}
		whole := newWorld(t, vendorsim.Options{})
		s, err := whole.run(extract.Config{Streams: []string{"customfield", "jobtype"}, Limit: 500})
		require.NoError(t, err)
		for _, x := range s.Streams {
			assert.LessOrEqual(t, x.Requests, 5, "a list in one answer is asked once")
		}
	})
}

// TestARunStopsCleanlyAfterAStreamFailed: no place in flight is lost with the
// tasks of a stream that are called off.
func TestARunGoesOnAfterAStreamFailed(t *testing.T) {
	for seed := range 10 {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, vendorsim.Options{Seed: uint64(seed + 1), Latency: 20 * time.Millisecond, LatencyJitter: 50 * time.Millisecond,
				Counts: vendorsim.Counts{Customers: 3000, Sites: 3000}})
			w.mangle = func(r *http.Request, body string) string {
				if strings.HasSuffix(r.URL.Path, "customer/list") && r.URL.Query().Get("page") == "9" {
					return `{"page":9}`
				}
				return body
			}
			s, err := w.run(extract.Config{Streams: []string{"customer", "site"}, Connections: 4})
			require.NoError(t, err)
			require.Error(t, summaryOf(t, s, "customer").Err)
			require.True(t, summaryOf(t, s, "site").Proven())
		})
	}
}

// TestAVendorThatIgnoresTheDeletedFilterBuriesNoLiveRecord: as many records were
// changed as deleted, so the numbers alone would fit.
func TestAVendorThatIgnoresTheDeletedFilterBuriesNoLiveRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Jobs: 250}})
		w.ignore = "show"
		cfg := extract.Config{Streams: []string{"job"}, Incremental: true}
		_, err := w.run(cfg)
		require.NoError(t, err)
		time.Sleep(48 * time.Hour)
		jobs := w.sim.Live("job")
		require.True(t, w.sim.Rename("job", jobs[10]))
		require.True(t, w.sim.Delete("job", jobs[20]))
		s, err := w.run(cfg)
		require.NoError(t, err)
		live, buried := w.staged("job")
		assert.True(t, live[jobs[10]], "it was only renamed")
		assert.True(t, buried[jobs[20]])
		assert.Equal(t, 1, summaryOf(t, s, "job").Tombstones)
	})
}
