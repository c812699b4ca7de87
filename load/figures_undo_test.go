package load_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// typedByPeople lets people of Syncro have typed a share of a Synchroteam's
// customers, name and e-mail and a city of their own.
func typedByPeople(t *testing.T, from, to *party, each int) (names map[string]bool) {
	t.Helper()
	names = map[string]bool{}
	var rows []map[string]any
	all := from.store.Snapshot("customer")
	for i, id := range from.store.Live("customer") {
		var c struct {
			Name  string `json:"name"`
			Email string `json:"contactEmail"`
		}
		require.NoError(t, json.Unmarshal([]byte(all[id]), &c))
		if i%each == 0 && c.Email != "" && c.Name != "" {
			rows = append(rows, map[string]any{"business_name": plain(c.Name), "email": c.Email, "city": "Old Town", "notes": "Typed by hand"})
			names[id] = true
		}
	}
	typed(t, to.store, rows)
	return names
}

// The whole run is undone: the store is as before, but for what Syncro cannot
// delete, and the plan had said so.
func TestFigureUndoOfTheWholeRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := synchroteamWith(t, smallCompany(), quiet(41))
		to := syncroWith(t, company{}, budget.Limit{}, vendorsim.SyncroOptions{Options: quiet(41)})
		typedByPeople(t, from, to, 5)
		m := newMove(t, from, to)
		m.extract()
		p, sum := m.plan()
		m.apply(p)
		m.judge(p).clean(m)
		require.Positive(t, sum.Of(stage.ActUpdate), "people's records are changed too")
		undone(t, m, p, sum)
	})
}

// Synchroteam can delete all that a load creates.
func TestFigureUndoOfTheWholeRunInSynchroteam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := toSynchroteam(t, smallCompany(), quiet(42))
		m.extract()
		p, sum := m.plan()
		m.apply(p)
		undone(t, m, p, sum)
	})
}

// undone undoes the last run and judges the store.
func undone(t *testing.T, m *move, p stage.Plan, sum load.Summary) {
	t.Helper()
	loaded := m.linksOf(p)
	u, said, bins := m.undo(m.run)
	left := m.leftIn(u)
	entries := map[string]load.EntrySummary{}
	for _, e := range sum.Entries {
		entries[e.Name] = e
	}
	final, kept, still := 0, 0, 0
	for i, e := range u.Entries {
		now := m.to.store.Contents(simStream(e.Side.Stream))
		before := m.before[e.Side.Stream]
		for id, was := range before {
			require.Equalf(t, blankless(t, was), blankless(t, now[id]), "%s %s is as before", e.Side.Stream, id)
		}
		for id := range now {
			if _, old := before[id]; old {
				continue
			}
			still++
			at := slices.IndexFunc(slices.Collect(maps.Values(left[i])), func(it stage.Item) bool { return string(it.Target) == id })
			assert.GreaterOrEqualf(t, at, 0, "%s %s stands there and the undo did not say so", e.Side.Stream, id)
		}
		for key, it := range left[i] {
			switch why := reasonOf(it); why.Code {
			case load.CodeCannot:
				assert.NotEmptyf(t, entries[e.Name].Final, "the plan had said that %s cannot be undone", e.Name)
				final++
			case load.CodeParent:
				kept++
			default:
				assert.Failf(t, "left", "%s %s: %s", e.Name, key, it.Why)
			}
		}
		if n := 0; len(entries[e.Name].Final) > 0 {
			for _, c := range entries[e.Name].Final {
				n += c
			}
			assert.GreaterOrEqual(t, n, len(left[i]), "each of them")
		}
	}
	assert.Equal(t, still, final+kept)
	assert.Equal(t, said.Left, final+kept)
	t.Logf("%d records loaded: %d deleted, %d restored; left %d that the vendor cannot delete, as the plan said, and %d parents that those hang on, as the undo plan alone says: %v",
		loaded, bins.Of(stage.LoadDeleted), bins.Of(stage.LoadRestored), final, kept, sum.Final())
}

// blankless is a record without what says nothing: a text that was null is given
// back empty.
func blankless(t *testing.T, raw string) map[string]any {
	t.Helper()
	var fields map[string]any
	require.NoError(t, json.Unmarshal([]byte(raw), &fields))
	maps.DeleteFunc(fields, func(_ string, v any) bool { return v == nil || v == "" })
	return fields
}

// linksOf counts the linked records of a plan.
func (m *move) linksOf(p stage.Plan) (n int) {
	for _, e := range p.Entries {
		n += len(m.links(e.Side))
	}
	return n
}

// leftIn are the records that an undo leaves, by entry and source key.
func (m *move) leftIn(u stage.Plan) map[int]map[record.Key]stage.Item {
	m.t.Helper()
	out := map[int]map[record.Key]stage.Item{}
	for i := range u.Entries {
		out[i] = map[record.Key]stage.Item{}
		for key, it := range m.items(u, i) {
			if it.Bin == stage.LoadHeld || it.Action == stage.ActLeft {
				out[i][key] = it
			}
		}
	}
	return out
}

// Seven records are edited before the undo: exactly those stay, and are listed.
func TestFigureUndoLeavesWhatWasEdited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := toSynchroteam(t, smallCompany(), quiet(43))
		m.extract()
		p, _ := m.plan()
		m.apply(p)
		loaded := m.linksOf(p)
		edited := map[string]bool{}
		for key, target := range m.links(p.Entries[0].Side) {
			if len(edited) == 7 {
				break
			}
			edited[string(target)] = true
			require.Truef(t, m.to.store.Edit("customer", string(target), "addressCity", "Edited"), "customer %s", key)
		}
		u, said, bins := m.undo(m.run)
		assert.Equal(t, 7, said.Left)
		left := m.leftIn(u)
		n := 0
		for i, e := range u.Entries {
			for _, it := range left[i] {
				n++
				assert.Truef(t, edited[string(it.Target)], "%s %s was not edited: %s", e.Name, it.Key, it.Why)
				assert.Equal(t, load.CodeEdited, reasonOf(it).Code)
				assert.True(t, slices.ContainsFunc(reasonOf(it).Change, func(c load.Change) bool { return c.Field == "addressCity" }))
			}
			live := m.to.store.Live(simStream(e.Side.Stream))
			if e.Side.Stream == "customer" {
				assert.ElementsMatch(t, slices.Collect(maps.Keys(edited)), live)
			} else {
				assert.Empty(t, live, fmt.Sprint(e.Name))
			}
		}
		assert.Equal(t, 7, n)
		t.Logf("%d records loaded, 7 edited: %d deleted, %d left and listed", loaded, bins.Of(stage.LoadDeleted), n)
	})
}
