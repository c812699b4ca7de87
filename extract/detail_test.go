package extract_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

var jobDetails = extract.Config{Streams: []string{"job"}, Details: []string{"job", "job.report", "job.photos"}, Incremental: true}

// TestDetailsAreAskedOnceAndThenOnlyWhenNeeded counts the calls of three nights.
func TestDetailsAreAskedOnceAndThenOnlyWhenNeeded(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 120}})
	s, err := w.run(jobDetails)
	require.NoError(t, err)
	for _, x := range s.Streams {
		assert.Truef(t, x.Proven(), "%s: %s %v", x.Name, x.Certificate.Text, x.Err)
	}
	calls := w.sim.Counters().ByPath
	jobs := len(w.sim.Live("job"))
	assert.Equal(t, jobs, calls["GET job/details"])
	assert.Equal(t, jobs, calls["GET jobreport/details"], "%v", calls)
	photos := calls["GET job/photos"]
	assert.Positive(t, photos)
	assert.Less(t, photos, jobs, "only jobs with photos are asked for them")

	s, err = w.run(jobDetails)
	require.NoError(t, err)
	assert.Equal(t, calls["GET job/details"], w.sim.Counters().ByPath["GET job/details"], "nothing changed, nothing is asked")
	assert.Equal(t, photos, w.sim.Counters().ByPath["GET job/photos"])
	assert.Equal(t, stage.ProofChanges, s.Streams[0].Certificate.Proof)

	w.sim.Advance(time.Hour)
	require.True(t, w.sim.Rename("job", w.sim.Live("job")[7]))
	_, err = w.run(jobDetails)
	require.NoError(t, err)
	assert.Equal(t, jobs+1, w.sim.Counters().ByPath["GET job/details"], "one job changed")
}

// TestDetailsGoOnWhereTheQuotaStoppedThem asks for no detail twice.
func TestDetailsGoOnWhereTheQuotaStoppedThem(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 120}, Quota: vendorsim.Quota{Limit: 90}})
	cfg := jobDetails
	cfg.Details = []string{"job"}
	runs := 0
	for ; runs < 4; runs++ {
		if _, err := w.run(cfg); err == nil {
			break
		}
		w.sim.Advance(24 * time.Hour)
	}
	assert.Equal(t, len(w.sim.Live("job")), w.sim.Counters().ByPath["GET job/details"])
	assert.Equal(t, 1, runs)
}

// TestDetailsOfADeletedRecordGoWithIt holds for reports and photos, and brings
// them back with it.
func TestDetailsOfADeletedRecordGoWithIt(t *testing.T) {
	w := newWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 20, Sites: 10, Equipment: 10, Jobs: 40}})
	_, err := w.run(jobDetails)
	require.NoError(t, err)
	reports, _ := w.staged("job.report")
	id := w.sim.Live("job")[7]
	w.sim.Advance(time.Hour)
	require.True(t, w.sim.Delete("job", id))
	s, err := w.run(jobDetails)
	require.NoError(t, err)
	gone := summaryOf(t, s, "job.report").Tombstones
	require.Positive(t, gone)
	live, buried := w.staged("job.report")
	assert.Len(t, buried, gone)
	assert.Len(t, live, len(reports)-gone)

	w.sim.Advance(time.Hour)
	require.True(t, w.sim.Undelete("job", id))
	_, err = w.run(jobDetails)
	require.NoError(t, err)
	live, _ = w.staged("job.report")
	assert.Equal(t, reports, live)
}

// TestTemplatesAndBlocksAreCompleted reads every small stream.
func TestTemplatesAndBlocksAreCompleted(t *testing.T) {
	w := newWorld(t, vendorsim.Options{})
	s, err := w.run(extract.Config{Streams: []string{"jobReportTemplate", "block", "recurrence", "customfield", "activityType", "jobtype", "jobschedulingwindow", "activity"},
		Details: []string{"jobReportTemplate", "block"}, Incremental: true})
	require.NoError(t, err)
	for _, x := range s.Streams {
		assert.Truef(t, x.Proven(), "%s: %s %v", x.Name, x.Certificate.Text, x.Err)
		assert.Positivef(t, x.Records, "%s", x.Name)
	}
	for stream, ids := range map[string][]string{"recurrence": w.sim.Live("recurrence"), "activity": w.sim.Live("activity")} {
		live, _ := w.staged(stream)
		assert.Len(t, live, len(ids))
	}
}
