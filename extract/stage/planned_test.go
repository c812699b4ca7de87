package stage

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

func TestPlanIsKeptWhole(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	var items []Item
	for n := range 1500 {
		items = append(items, planItem(n%2, n))
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
	p := publish(t, s, loadPlan(), items...)
	require.Regexp(t, "^[0-9a-f]{64}$", p.Hash)
	require.Equal(t, PlanWaiting, p.State)
	want := loadPlan()
	want.ID, want.Hash, want.State = p.ID, p.Hash, PlanWaiting
	require.Equal(t, want, p)
	again, ok, err := s.Plan(ctx, p.ID)
	require.NoError(t, err)
	require.True(t, ok)
	require.Equal(t, p, again)

	slices.SortFunc(items, func(a, b Item) int { return compareNatural(string(a.Key), string(b.Key)) })
	for entry := range 2 {
		mine := slices.DeleteFunc(slices.Clone(items), func(it Item) bool { return it.Entry != entry })
		require.Equal(t, mine, itemsOf(t, s, p.ID, entry, ItemQuery{}))
		for _, it := range []Item{mine[0], mine[255], mine[256], mine[len(mine)-1]} {
			got, ok, err := s.Item(ctx, p.ID, entry, it.Key)
			require.NoError(t, err)
			require.True(t, ok)
			require.Equal(t, it, got)
		}
	}
	bins, err := s.PlanBins(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, []LoadBins{
		{LoadWaiting: 450, LoadUnchanged: 150, LoadHeld: 150}, {LoadWaiting: 450, LoadUnchanged: 150, LoadHeld: 150},
	}, bins)
}

func TestItemQueries(t *testing.T) {
	s := openTemp(t)
	var items []Item
	for n := range 1000 {
		items = append(items, planItem(0, n))
	}
	p := publish(t, s, loadPlan(), items...)
	cases := []struct {
		name string
		q    ItemQuery
		want func(n int) bool
	}{
		{"all", ItemQuery{}, func(int) bool { return true }},
		{"updates", ItemQuery{Actions: []Action{ActUpdate}}, func(n int) bool { return n%5 == 1 }},
		{"held", ItemQuery{Bins: []LoadBin{LoadHeld}}, func(n int) bool { return n%5 == 3 }},
		{"held updates", ItemQuery{Bins: []LoadBin{LoadHeld}, Actions: []Action{ActUpdate}}, func(int) bool { return false }},
		{"bins", ItemQuery{Bins: []LoadBin{LoadHeld, LoadUnchanged}}, func(n int) bool { return n%5 == 3 || n%5 == 2 }},
		{"after", ItemQuery{After: "99"}, func(n int) bool { return n > 99 }},
		{"after one that is not there", ItemQuery{After: "99a"}, func(n int) bool { return n > 99 }},
		{"after the first of a pack", ItemQuery{After: "256"}, func(n int) bool { return n > 256 }},
		{"after the last of a pack", ItemQuery{After: "255", Bins: []LoadBin{LoadWaiting}}, func(n int) bool { return n > 255 && n%5 != 2 && n%5 != 3 }},
		{"after before all", ItemQuery{After: "!"}, func(int) bool { return true }},
		{"after all", ItemQuery{After: "a"}, func(int) bool { return false }},
		{"limit", ItemQuery{Limit: 300}, func(n int) bool { return n < 300 }},
		{"limit of some", ItemQuery{Actions: []Action{ActUpdate}, After: "500", Limit: 2}, func(n int) bool { return n == 501 || n == 506 }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			want := []record.Key{}
			for n := range 1000 {
				if c.want(n) {
					want = append(want, record.Key(fmt.Sprint(n)))
				}
			}
			require.Equal(t, want, keysOf(itemsOf(t, s, p.ID, 0, c.q)))
		})
	}
	require.Empty(t, itemsOf(t, s, p.ID, 1, ItemQuery{}))
	require.Empty(t, itemsOf(t, s, p.ID, 2, ItemQuery{}), "there is no such entry")
	require.Empty(t, itemsOf(t, s, p.ID+1, 0, ItemQuery{}), "there is no such plan")
	stop := fmt.Errorf("enough")
	err := s.Items(context.Background(), p.ID, 0, ItemQuery{}, func(*Item) error { return stop })
	require.Same(t, stop, err)
}

func TestItemsMayBeSetWhileTheyAreRead(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	var items []Item
	for n := range 1200 {
		items = append(items, Item{Key: record.Key(fmt.Sprint(n)), Action: ActCreate, Note: fmt.Appendf(nil, `{"n":%d}`, n)})
	}
	p := publish(t, s, loadPlan(), items...)
	require.NoError(t, s.Items(ctx, p.ID, 0, ItemQuery{Bins: []LoadBin{LoadWaiting}}, func(it *Item) error {
		next := *it
		next.Bin, next.Why = LoadRejected, []byte(`{"code":"refused"}`)
		return s.SetItems(ctx, p.ID, []Item{next})
	}))
	for i := range items {
		items[i].Bin, items[i].Why = LoadRejected, []byte(`{"code":"refused"}`)
	}
	require.Equal(t, items, itemsOf(t, s, p.ID, 0, ItemQuery{}))

	changed := []Item{{Key: "700", Bin: LoadCreated}, {Key: "3", Bin: LoadUnsure, Why: []byte(`{}`)}, {Key: "701", Bin: LoadHeld}}
	require.NoError(t, s.SetItems(ctx, p.ID, changed))
	for _, c := range changed {
		it, ok, err := s.Item(ctx, p.ID, 0, c.Key)
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, c.Bin, it.Bin)
		require.Equal(t, c.Why, it.Why)
		require.Equal(t, ActCreate, it.Action)
		require.NotEmpty(t, it.Note)
	}
	after, _, err := s.Plan(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, p, after, "bins are not in the plan")
}

func TestSetItemsIsAllOrNothing(t *testing.T) {
	s := openTemp(t)
	ctx := context.Background()
	p := publish(t, s, loadPlan(), Item{Key: "1", Action: ActCreate}, Item{Key: "3", Action: ActCreate})
	for name, items := range map[string][]Item{
		"a key between":  {{Key: "1", Bin: LoadCreated}, {Key: "2", Bin: LoadCreated}},
		"a key before":   {{Key: "0", Bin: LoadCreated}, {Key: "1", Bin: LoadCreated}},
		"another entry":  {{Key: "1", Bin: LoadCreated}, {Entry: 1, Key: "1", Bin: LoadCreated}},
		"no such entry":  {{Key: "1", Bin: LoadCreated}, {Entry: 2, Key: "1", Bin: LoadCreated}},
		"no such bin":    {{Key: "1", Bin: LoadCreated}, {Key: "3", Bin: LoadRestored + 1}},
		"negative entry": {{Key: "1", Bin: LoadCreated}, {Entry: -1, Key: "3", Bin: LoadCreated}},
	} {
		require.Error(t, s.SetItems(ctx, p.ID, items), name)
	}
	require.ErrorContains(t, s.SetItems(ctx, 99, []Item{{Key: "1"}}), "plan 99")
	require.NoError(t, s.SetItems(ctx, 99, nil))
	bins, err := s.PlanBins(ctx, p.ID)
	require.NoError(t, err)
	require.Equal(t, []LoadBins{{LoadWaiting: 2}, {}}, bins)
}

func TestHashIsOfWhatIsPlanned(t *testing.T) {
	s := openTemp(t)
	items := []Item{planItem(0, 1), planItem(0, 2), planItem(1, 1), planItem(1, 10)}
	base := publish(t, s, loadPlan(), items...)

	same := loadPlan()
	same.Run, same.Undoes, same.Made, same.Summary = 99, 5, testTime.AddDate(0, 0, 1), []byte(`{}`)
	reversed := slices.Clone(items)
	slices.Reverse(reversed)
	reversed[0].Bin, reversed[1].Why = LoadHeld, []byte(`{}`)
	require.Equal(t, base.Hash, publish(t, s, same, reversed...).Hash, "not of runs, times, bins or the order of Put")

	seen := map[string]string{base.Hash: "base"}
	differs := func(name string, p Plan, items ...Item) {
		t.Helper()
		hash := publish(t, s, p, items...).Hash
		require.NotContains(t, seen, hash, "%s and %s", name, seen[hash])
		seen[hash] = name
	}
	plans := map[string]func(*Plan){
		"kind": func(p *Plan) { p.Kind = PlanUndo }, "source": func(p *Plan) { p.Source += "x" }, "target": func(p *Plan) { p.Target += "x" },
		"generation": func(p *Plan) { p.Generation++ }, "rests": func(p *Plan) { p.Rests = []byte(`{}`) },
		"entry": func(p *Plan) { p.Entries[1].Name = "jobs" }, "entry hash": func(p *Plan) { p.Entries[1].Hash++ },
		"side": func(p *Plan) { p.Entries[0].Side.Part = "b" }, "order": func(p *Plan) { slices.Reverse(p.Entries) },
		"one entry more": func(p *Plan) { p.Entries = append(p.Entries, PlanEntry{Name: "x", Side: sideOf("x", "x")}) },
	}
	for name, change := range plans {
		p := loadPlan()
		change(&p)
		differs(name, p, items...)
	}
	changes := map[string]func([]Item) []Item{
		"entry of an item": func(all []Item) []Item { all[1].Entry = 1; return all },
		"key":              func(all []Item) []Item { all[1].Key = "02"; return all },
		"action":           func(all []Item) []Item { all[1].Action = ActRejected; return all },
		"item target":      func(all []Item) []Item { all[1].Target += "0"; return all },
		"note":             func(all []Item) []Item { all[0].Note = append(slices.Clone(all[0].Note), ' '); return all },
		"note or target":   func(all []Item) []Item { all[1].Target, all[1].Note = "", []byte(all[1].Target); return all },
		"one less":         func(all []Item) []Item { return all[1:] },
		"none":             func([]Item) []Item { return nil },
	}
	for name, change := range changes {
		differs(name, loadPlan(), change(slices.Clone(items))...)
	}
}
