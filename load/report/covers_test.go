package report

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// later plans the scene's records once more, and approves it or not; what was
// loaded is found there.
func (m *migration) later(bins map[record.Key]stage.LoadBin, entry int, approve bool) stage.Plan {
	m.tb.Helper()
	ctx := m.tb.Context()
	g, _, err := m.s.Generations(ctx, source.ID)
	require.NoError(m.tb, err)
	plans, err := m.s.Plans(ctx, 1)
	require.NoError(m.tb, err)
	var items []stage.Item
	for i := range rules() {
		require.NoError(m.tb, m.s.Items(ctx, plans[0].ID, i, stage.ItemQuery{}, func(it *stage.Item) error {
			next := stage.Item{Entry: i, Key: it.Key, Action: stage.ActUnchanged, Target: it.Target, Bin: stage.LoadUnchanged}
			if bin, ok := bins[it.Key]; ok && i == entry {
				next.Bin, next.Action = bin, stage.ActCreate
			}
			items = append(items, next)
			return nil
		}))
	}
	m.run, err = m.s.StartRun(ctx, stage.Run{Command: "apply", Version: "1.2.3", Started: testTime.Add(24 * time.Hour)})
	require.NoError(m.tb, err)
	p := stage.Plan{Kind: stage.PlanLoad, Run: m.run, Made: testTime.Add(24 * time.Hour), Source: source.ID, Target: target.ID, Generation: g.ID, Rests: []byte(`{}`)}
	for i, r := range rules() {
		p.Entries = append(p.Entries, stage.PlanEntry{Name: r.Name, Side: m.sides[i], Hash: uint64(i + 77)})
	}
	d, err := m.s.BeginPlan(ctx, p)
	require.NoError(m.tb, err)
	require.NoError(m.tb, d.Put(ctx, items))
	p, err = d.Publish(ctx, p)
	require.NoError(m.tb, err)
	require.NoError(m.tb, d.Close())
	if approve {
		require.NoError(m.tb, m.s.SetPlan(ctx, p.ID, stage.PlanApproved, "Bob Miller", testTime.Add(25*time.Hour)))
	} else {
		require.NoError(m.tb, m.s.SetPlan(ctx, p.ID, stage.PlanDone, "", time.Time{}))
	}
	return p
}

// reported gathers a report as Write does.
func reported(t *testing.T, m *migration, run int64) *Report {
	t.Helper()
	w, err := newWriter(t.Context(), m.cfg, run)
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close()) }()
	dir := t.TempDir()
	require.NoError(t, w.write(Files{HTML: filepath.Join(dir, "a"), Workbook: filepath.Join(dir, "b.xlsx"), Crosswalk: filepath.Join(dir, "c"), Exceptions: filepath.Join(dir, "d.xlsx")}))
	return w.report
}

func TestTheReportCoversAllThatWasLoaded(t *testing.T) {
	m := scene(t, 12, 30)
	first := m.run
	before := reported(t, m, 0)

	// A second run finds everything there and has nothing to do.
	m.later(map[record.Key]stage.LoadBin{"3": stage.LoadRejected, "4": stage.LoadHeld, "5": stage.LoadUnsure}, 1, false)
	r := reported(t, m, 0)
	assert.Equal(t, before.Sum.Loaded(), r.Sum.Loaded())
	assert.Equal(t, before.Sum.Load[stage.LoadCreated], r.Sum.Load[stage.LoadCreated], "what an earlier run created is created")
	assert.Equal(t, before.Verdict(), r.Verdict())
	assert.Zero(t, r.Sum.Load[stage.LoadUnchanged])
	assert.Equal(t, before.Span(), r.Span())
	assert.Equal(t, "Ann Smith, 3 August 2026, 09:00 UTC (plan "+shortHash(before.Plan.Hash)+")", r.Approved())
	assert.Equal(t, "all that was loaded so far: runs 1, 2", r.Covers())
	assert.True(t, r.Adds())

	// A third one brings the rejected one through.
	third := m.later(map[record.Key]stage.LoadBin{"3": stage.LoadWaiting, "4": stage.LoadHeld, "5": stage.LoadUnsure}, 1, true)
	m.sends(third, 1, "3", "50003", stage.AttemptCreate, `{"number":"R-0003"}`, `{"id":50003,"number":"R-3"}`)
	r = reported(t, m, 0)
	assert.Equal(t, 26, r.Entries[1].Load[stage.LoadCreated])
	assert.Zero(t, r.Entries[1].Load[stage.LoadUnchanged])
	assert.Contains(t, r.Approved(), "; Bob Miller, 4 August 2026, 09:00 UTC")
	assert.Equal(t, 38, r.Sends[stage.AttemptDone])
	assert.Equal(t, "Every one of 42 source records is accounted for: 38 are in the target, 4 are not, each with its reason.", r.Verdict())
	found := map[string]string{}
	for _, d := range r.Shown {
		found[d.Key] = d.How
	}
	assert.Equal(t, map[string]string{"3": string(load.Altered), "8": string(load.Altered)}, found)

	// One run alone.
	r = reported(t, m, first)
	assert.Equal(t, before.Sum.Load, r.Sum.Load)
	assert.Equal(t, "Ann Smith, 3 August 2026, 09:00 UTC", r.Approved())
	assert.Equal(t, "plan "+shortHash(before.Plan.Hash)+" alone", r.Covers())
	r = reported(t, m, third.Run)
	assert.Equal(t, 1, r.Entries[1].Load[stage.LoadCreated])
}

func TestEachRunsVerificationCounts(t *testing.T) {
	m := scene(t, 4, 0)
	verdict := func(run int64, at time.Time, v load.EntryVerdict, differs ...load.FieldDiffers) {
		text, err := json.Marshal(load.Verdict{Run: run, At: at, Entries: []load.EntryVerdict{v}, Differs: differs})
		require.NoError(t, err)
		require.NoError(t, m.s.SetNote(t.Context(), fmt.Sprintf("load.verdict.%d", run), string(text)))
	}
	differs := func(key record.Key) load.FieldDiffers {
		return load.FieldDiffers{Entry: "customers", Key: key, Target: "900" + key, Field: "city", Deviation: load.Cut, Sent: json.RawMessage(`"Bern"`), Now: json.RawMessage(`"Be"`)}
	}
	verdict(m.run, testTime.Add(6*time.Hour), load.EntryVerdict{Entry: "customers", Checked: 4, Equal: 2, Different: 2}, differs("1"), differs("2"))
	second := m.later(map[record.Key]stage.LoadBin{"2": stage.LoadWaiting}, 0, true)
	m.sends(second, 0, "2", "9002", stage.AttemptUpdate, `{"city":"Bern"}`, "")
	verdict(m.run, testTime.Add(30*time.Hour), load.EntryVerdict{Entry: "customers", Checked: 1, Equal: 1})
	r := reported(t, m, 0)
	assert.Equal(t, 4, r.Entries[0].Read.Compared, "each record once")
	require.Len(t, r.Shown, 1, "customer 2 was sent again, and is as it was sent")
	assert.Equal(t, []string{"1", "cut"}, []string{r.Shown[0].Key, r.Shown[0].How})
}

func TestNoClaimWhereFilesAreNotKnown(t *testing.T) {
	m := scene(t, 2, 0)
	r := reported(t, m, 0)
	r.FilesLeft = []string{"photos of jobs (job.photos) are not all known: 2 details could not be read; read again, which asks only for those"}
	assert.Equal(t, "The source is not all accounted for: "+r.FilesLeft[0]+". Of its 2 records 2 are in the target.", r.Verdict())
	assert.False(t, r.Good())
}
