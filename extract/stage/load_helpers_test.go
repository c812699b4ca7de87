package stage

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

const testTarget = "syncro/acme@acme.syncromsp.com"

// sideOf is a side of the test's accounts.
func sideOf(source, stream string) Side {
	return Side{Account: testAccount, Source: source, Target: testTarget, Stream: stream}
}

// loadPlan is a plan of two entries, without items.
func loadPlan() Plan {
	return Plan{
		Kind: PlanLoad, Run: 7, Made: testTime, Source: testAccount, Target: testTarget, Generation: 3,
		Entries: []PlanEntry{
			{Name: "customers", Side: sideOf("customer", "customers"), Hash: 1 << 63},
			{Name: "tickets", Side: sideOf("job", "tickets"), Hash: 2},
		},
		Rests: []byte(`{"mapping":"abc"}`), Summary: []byte(`{"create":1}`),
	}
}

// planItem is item n of an entry.
func planItem(entry, n int) Item {
	it := Item{Entry: entry, Key: record.Key(fmt.Sprint(n)), Action: ActCreate}
	switch n % 5 {
	case 1:
		it.Action, it.Target, it.Note = ActUpdate, record.Key(fmt.Sprintf("t-%d", n)), fmt.Appendf(nil, `{"changes":[{"field":"name","old":"%d"}]}`, n)
	case 2:
		it.Action, it.Bin, it.Target = ActUnchanged, LoadUnchanged, record.Key(fmt.Sprintf("t-%d", n))
	case 3:
		it.Action, it.Bin, it.Note, it.Why = ActHeld, LoadHeld, []byte(`{}`), fmt.Appendf(nil, `{"code":"several targets","value":"%d"}`, n)
	}
	return it
}

// publish publishes a plan of the items, put in that order.
func publish(tb testing.TB, s *Stage, p Plan, items ...Item) Plan {
	tb.Helper()
	d, err := s.BeginPlan(context.Background(), p)
	require.NoError(tb, err)
	require.NoError(tb, d.Put(context.Background(), items))
	p, err = d.Publish(context.Background(), p)
	require.NoError(tb, err)
	require.NoError(tb, d.Close())
	return p
}

// itemsOf reads the items that q picks.
func itemsOf(tb testing.TB, s *Stage, plan int64, entry int, q ItemQuery) []Item {
	tb.Helper()
	var all []Item
	require.NoError(tb, s.Items(context.Background(), plan, entry, q, func(it *Item) error {
		all = append(all, *it)
		return nil
	}))
	return all
}

func keysOf(items []Item) []record.Key {
	keys := []record.Key{}
	for _, it := range items {
		keys = append(keys, it.Key)
	}
	return keys
}

// attempt is an attempt on a customer.
func attempt(plan int64, key record.Key) Attempt {
	fields, _ := json.Marshal(map[string]record.Key{"name": key}) // strings can be encoded
	return Attempt{Plan: plan, Run: 7, Side: sideOf("customer", "customers"), Key: key, Kind: AttemptCreate, Fields: fields, Sent: testTime}
}

func attemptsOf(tb testing.TB, s *Stage, q AttemptQuery) []Attempt {
	tb.Helper()
	var all []Attempt
	require.NoError(tb, s.Attempts(context.Background(), q, func(a *Attempt) error {
		all = append(all, *a)
		return nil
	}))
	return all
}

func linksOf(tb testing.TB, s *Stage, side Side) map[record.Key]Link {
	tb.Helper()
	all := map[record.Key]Link{}
	require.NoError(tb, s.Links(context.Background(), side, func(l *Link) error {
		all[l.Key] = *l
		return nil
	}))
	return all
}
