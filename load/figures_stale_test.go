package load_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

const (
	cityRule      = "      city: {from: addressCity, as: text, lines: join}\n"
	correctedRule = "      city: {expr: 'clean(addressCity) == \"\" ? \"\" : clean(addressCity) + \" City\"', as: text, lines: join}\n"
)

// correct mends the mapping of customers, as somebody does who saw the first load.
func (m *move) correct() {
	m.t.Helper()
	mended := strings.Replace(m.mapping, cityRule, correctedRule, 1)
	require.NotEqual(m.t, m.mapping, mended)
	m.use(mended)
	m.transform()
}

// texts are the text fields of the records of a target stream in the store, by id.
func (m *move) texts(stream string) map[record.Key]map[string]string {
	m.t.Helper()
	out := map[record.Key]map[string]string{}
	for id, raw := range m.to.store.Snapshot(simStream(stream)) {
		var now map[string]any
		require.NoError(m.t, json.Unmarshal([]byte(raw), &now))
		fields := map[string]string{}
		for name, v := range now {
			if text, ok := v.(string); ok {
				fields[name] = text
			}
		}
		out[record.Key(id)] = fields
	}
	return out
}

// updates are the planned updates of an entry, by source key: the target keys.
func (m *move) updates(p stage.Plan, entry string) map[record.Key]record.Key {
	m.t.Helper()
	out := map[record.Key]record.Key{}
	for i := range p.Entries {
		if p.Entries[i].Name != entry {
			continue
		}
		for key, it := range m.items(p, i) {
			if it.Action == stage.ActUpdate {
				out[key] = it.Target
			}
		}
	}
	return out
}

// newlyHeld are the records of a plan that are held, and were not in an earlier
// one, by source key: why.
func (m *move) newlyHeld(p, before stage.Plan) map[record.Key]load.Reason {
	m.t.Helper()
	out := map[record.Key]load.Reason{}
	for i := range p.Entries {
		was := m.items(before, i)
		for key, it := range m.items(p, i) {
			if it.Bin == stage.LoadHeld && was[key].Bin != stage.LoadHeld {
				out[key] = reasonOf(it)
			}
		}
	}
	return out
}

// some gives n of the records, by source key.
func some(t *testing.T, all map[record.Key]record.Key, n int) map[record.Key]record.Key {
	t.Helper()
	require.GreaterOrEqual(t, len(all), 2*n, "more are to be updated than people change")
	out := map[record.Key]record.Key{}
	for key, target := range all {
		if len(out) == n {
			break
		}
		out[key] = target
	}
	return out
}

// After the plan people change ten records that it is going to update: in the
// field that is to be written, and in another one.
func TestFigureStaleSinceThePlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := toSyncro(t, smallCompany(), quiet(31))
		m.extract()
		first, _ := m.plan()
		m.apply(first)
		m.correct()
		p, _ := m.plan()
		all := m.updates(p, "customers")
		edited := some(t, all, 10)
		values, n := map[record.Key]string{}, 0
		for key, target := range edited {
			field := "city"
			if n++; n%2 == 0 {
				field = "firstname"
			}
			require.True(t, m.to.store.Edit("customers", string(target), field, "Changed"))
			values[key] = field
		}
		bins := m.apply(p)
		held, now := m.newlyHeld(p, first), m.texts("customers")
		assert.Len(t, held, 10)
		for key, field := range values {
			require.Containsf(t, held, key, "%s was changed in %s and is not held", key, field)
			assert.Equal(t, load.CodeStale, held[key].Code)
			assert.Equal(t, field, held[key].Field)
			assert.Equal(t, "Changed", now[edited[key]][field], "what people wrote stands")
		}
		right := 0
		for key, target := range all {
			if edited[key] == "" && strings.HasSuffix(now[target]["city"], " City") {
				right++
			}
		}
		assert.Equal(t, len(all)-10, right)
		assert.Equal(t, len(all)-10, bins.Of(stage.LoadUpdated))
		m.judge(p).clean(m)
		t.Logf("%d updates planned, 10 records changed since: %d held, %d updated", len(all), len(held), bins.Of(stage.LoadUpdated))
	})
}

// People change 300 records in the field of which the mapping is then corrected,
// and others elsewhere.
func TestFigureCorrectedMappingAfterEdits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		edits := sized(300, 15)
		m := toSyncro(t, smallCompany(), quiet(32))
		m.extract()
		first, was := m.plan()
		m.apply(first)
		cities, now := map[record.Key]record.Key{}, m.texts("customers")
		for key, target := range m.links(first.Entries[0].Side) {
			if now[target]["city"] != "" {
				cities[key] = target
			}
		}
		edited, others := some(t, cities, edits), map[record.Key]record.Key{}
		for key, target := range cities {
			switch {
			case edited[key] != "":
				require.True(t, m.to.store.Edit("customers", string(target), "city", "Moved"))
			case len(others) < edits/3:
				others[key] = target
				require.True(t, m.to.store.Edit("customers", string(target), "notes", "Called on Monday"))
			}
		}
		m.correct()
		p, sum := m.plan()
		held := m.newlyHeld(p, first)
		assert.Len(t, held, edits)
		for key := range edited {
			require.Contains(t, held, key)
			assert.Equal(t, load.CodeEdited, held[key].Code)
			assert.Equal(t, "city", held[key].Field)
		}
		assert.Equal(t, edits, sum.Of(stage.ActHeld)-was.Of(stage.ActHeld))
		bins := m.apply(p)
		assert.Equal(t, len(cities)-edits, bins.Of(stage.LoadUpdated))
		now = m.texts("customers")
		for key, target := range cities {
			city := now[target]["city"]
			if edited[key] != "" {
				assert.Equal(t, "Moved", city)
			} else {
				assert.Truef(t, strings.HasSuffix(city, " City"), "%s: %q", key, city)
			}
			if others[key] != "" {
				assert.Equal(t, "Called on Monday", now[target]["notes"])
			}
		}
		m.judge(p).clean(m)
		t.Logf("%d records edited in the corrected field, %d elsewhere: %d held, %d updated", edits, len(others), len(held), bins.Of(stage.LoadUpdated))
	})
}
