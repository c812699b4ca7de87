package stage

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestBigPlanGoesThroughRuns makes a draft write sorted runs and merge them.
func TestBigPlanGoesThroughRuns(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	var items []Item
	for n := range 5000 {
		it := planItem(n%2, n*7919%5000)
		it.Entry = int(it.Key[len(it.Key)-1]) % 2
		items = append(items, it)
	}
	direct := publish(t, s, loadPlan(), items...)
	d, err := s.BeginPlan(ctx, loadPlan())
	require.NoError(t, err)
	d.room = 40 << 10
	for part := range slices.Chunk(items, 37) {
		require.NoError(t, d.Put(ctx, part))
	}
	require.Greater(t, d.runs, 5)
	p, err := d.Publish(ctx, loadPlan())
	require.NoError(t, err)
	require.Equal(t, direct.Hash, p.Hash)
	for entry := range 2 {
		require.Equal(t, itemsOf(t, s, direct.ID, entry, ItemQuery{}), itemsOf(t, s, p.ID, entry, ItemQuery{}))
	}
	var left int
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT count(*) FROM plan_pack WHERE run > 0").Scan(&left))
	require.Zero(t, left, "the runs are gone")
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT count(*) FROM plan_body WHERE pack NOT IN (SELECT id FROM plan_pack)").Scan(&left))
	require.Zero(t, left)
}

func TestPutRefusesWhatIsNotWhole(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	d, err := s.BeginPlan(ctx, loadPlan())
	require.NoError(t, err)
	for name, it := range map[string]Item{
		"has no key": {Action: ActCreate}, "entry 2": {Entry: 2, Key: "1", Action: ActCreate}, "entry -1": {Entry: -1, Key: "1", Action: ActCreate},
		"has no action": {Key: "1"}, "no action": {Key: "1", Action: ActLeft + 1}, "no bin": {Key: "1", Action: ActCreate, Bin: 99},
	} {
		require.ErrorContains(t, d.Put(ctx, []Item{it}), name)
	}
	require.NoError(t, d.Put(ctx, []Item{{Key: "12", Action: ActCreate}, {Key: "12", Action: ActUpdate}}))
	other := loadPlan()
	other.Entries[0].Hash++
	_, err = d.Publish(ctx, other)
	require.ErrorContains(t, err, "not those it was begun with")
	_, err = d.Publish(ctx, loadPlan())
	require.ErrorContains(t, err, "item 12 of customers was put twice")
	_, again := d.Publish(ctx, loadPlan())
	require.Equal(t, err, again, "after an error the draft is of no use")
	require.NoError(t, d.Close())
	require.NoError(t, d.Close())
	require.Error(t, d.Put(ctx, nil))
	plans, err := s.Plans(ctx, 10)
	require.NoError(t, err)
	require.Empty(t, plans)

	p := loadPlan()
	p.Entries[0].Side.Target = ""
	_, err = s.BeginPlan(ctx, p)
	require.ErrorContains(t, err, "names no account")
}

func TestDraftIsNotSeenAndIsThrownAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	ctx := context.Background()
	first, err := s.BeginPlan(ctx, loadPlan())
	require.NoError(t, err)
	first.room = 1
	require.NoError(t, first.Put(ctx, []Item{planItem(0, 3)}))
	_, ok, err := s.Plan(ctx, first.id)
	require.NoError(t, err)
	require.False(t, ok)
	require.Empty(t, itemsOf(t, s, first.id, 0, ItemQuery{}))
	require.Error(t, s.SetPlan(ctx, first.id, PlanApproved, "a", testTime))
	bins, err := s.PlanBins(ctx, first.id)
	require.NoError(t, err)
	require.Empty(t, bins)

	second := publish(t, s, loadPlan(), planItem(0, 3))
	require.ErrorIs(t, first.Put(ctx, []Item{planItem(0, 8)}), errDraftGone)
	require.NoError(t, first.Close())
	third, err := s.BeginPlan(ctx, loadPlan())
	require.NoError(t, err)
	publish(t, s, loadPlan())
	_, err = third.Publish(ctx, loadPlan())
	require.ErrorIs(t, err, errDraftGone, "also where nothing was put")
	require.Len(t, itemsOf(t, s, second.ID, 0, ItemQuery{}), 1)
	var rows int
	require.NoError(t, s.read.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM plan_pack) + (SELECT count(*) FROM plan_body) + (SELECT count(*) FROM plan_why)").Scan(&rows))
	require.Equal(t, 3, rows, "nothing of the drafts is left")
}

func TestStatesOfPlans(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	states := func() []string {
		plans, err := s.Plans(ctx, 10)
		require.NoError(t, err)
		var all []string
		for _, p := range plans {
			all = append(all, fmt.Sprint(p.ID, " ", p.State))
		}
		return all
	}
	first := publish(t, s, loadPlan(), planItem(0, 1))
	require.NoError(t, s.SetPlan(ctx, first.ID, PlanApproved, "Ann", testTime))
	require.NoError(t, s.SetPlan(ctx, first.ID, PlanDone, "", testTime.AddDate(0, 0, 1)))
	got, _, err := s.Plan(ctx, first.ID)
	require.NoError(t, err)
	require.Equal(t, "Ann", got.By)
	require.Equal(t, testTime, got.Approved)
	undo := loadPlan()
	undo.Kind = PlanUndo
	u := publish(t, s, undo, planItem(0, 1))
	a, b := publish(t, s, loadPlan()), publish(t, s, loadPlan(), planItem(0, 2))
	c, last := publish(t, s, loadPlan()), publish(t, s, loadPlan())
	require.Equal(t, []string{
		fmt.Sprint(last.ID, " waiting"), fmt.Sprint(c.ID, " superseded"), fmt.Sprint(b.ID, " superseded"), fmt.Sprint(u.ID, " waiting"), fmt.Sprint(first.ID, " done"),
	}, states(), "of those superseded before it was begun the latest is kept, plan %d is not; plans of another kind and finished ones stay", a.ID)
	require.ErrorContains(t, s.SetPlan(ctx, 99, PlanDone, "", testTime), "no plan 99")
	require.ErrorContains(t, s.SetPlan(ctx, last.ID, "lost", "", testTime), `"lost"`)
	two, err := s.Plans(ctx, 2)
	require.NoError(t, err)
	require.Len(t, two, 2)
	require.Equal(t, loadPlan().Entries, two[0].Entries)
}

func TestDamagedPlanIsTold(t *testing.T) {
	for name, statement := range map[string]string{
		"contents gone": "DELETE FROM plan_body", "body": "UPDATE plan_body SET body = x'00'", "index": "UPDATE plan_body SET idx = substr(idx, 1, 9)",
		"version": "UPDATE plan_body SET idx = x'07'", "bins": "UPDATE plan_pack SET bins = x''", "size": "UPDATE plan_body SET size = size + 1",
	} {
		t.Run(name, func(t *testing.T) {
			s := openTemp(t)
			ctx := context.Background()
			p := publish(t, s, loadPlan(), planItem(0, 1), planItem(0, 2))
			require.NoError(t, s.write(ctx, func(t *tx) error { return t.exec(statement) }))
			err := s.Items(ctx, p.ID, 0, ItemQuery{}, func(*Item) error { return nil })
			require.IsType(t, &CorruptError{}, err)
			require.ErrorContains(t, err, s.path)
			_, _, err = s.Item(ctx, p.ID, 0, "1")
			require.IsType(t, &CorruptError{}, err)
			if name != "body" { // it is not looked at
				require.Error(t, s.SetItems(ctx, p.ID, []Item{{Key: "1", Bin: LoadCreated}}))
			}
		})
	}
}

func TestPlanNeedsAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.stage")
	s := openAt(t, path)
	p := publish(t, s, loadPlan(), planItem(0, 1))
	require.NoError(t, s.Close())
	r, err := Open(context.Background(), path, Options{ReadOnly: true})
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Close()) }()
	require.Len(t, itemsOf(t, r, p.ID, 0, ItemQuery{}), 1)
	ctx := context.Background()
	_, err = r.BeginPlan(ctx, loadPlan())
	require.ErrorIs(t, err, ErrReadOnly)
	_, err = r.BeginAttempts(ctx, []Attempt{attempt(p.ID, "1")})
	require.ErrorIs(t, err, ErrReadOnly)
	require.ErrorIs(t, r.PutLinks(ctx, sideOf("a", "b"), []Link{{Key: "1", Target: "2", How: LinkMatched}}), ErrReadOnly)
	require.ErrorIs(t, r.SetItems(ctx, p.ID, []Item{{Key: "1"}}), ErrReadOnly)
}

func TestOldSchemaSaysWhatBringsItUpToDate(t *testing.T) {
	err := &OlderError{Path: "x.stage", Schema: 2, Known: 3}
	for _, text := range []string{"x.stage", "schema 2", "schema 3", "`ferry extract`", "`ferry transform`", "`ferry plan`"} {
		assert.ErrorContains(t, err, text)
	}
	require.False(t, strings.Contains(err.Error(), "\n"))
}
