package load_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// A whole company moves from Synchroteam to a Syncro that has records of its own:
// with customers of one name, without e-mail, without an own number.
func TestFigureMigrateToSyncro(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMove(t, synchroteamWith(t, wholeCompany(), quiet(11)),
			syncroWith(t, company{40, 20, 20, 20}, budget.Limit{}, vendorsim.SyncroOptions{Options: quiet(13)}))
		nasty(t, m.from.store.Snapshot("customer"))
		migrated(t, m)
	})
}

// And the other way, into an empty Synchroteam.
func TestFigureMigrateToSynchroteam(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		migrated(t, toSynchroteam(t, wholeCompany(), quiet(12)))
	})
}

func toSyncro(t *testing.T, c company, o vendorsim.Options) *move {
	return newMove(t, synchroteamWith(t, c, quiet(o.Seed)), syncroWith(t, company{}, budget.Limit{}, vendorsim.SyncroOptions{Options: o}))
}

func toSynchroteam(t *testing.T, c company, o vendorsim.Options) *move {
	return newMove(t, syncroWith(t, c, budget.Limit{}, vendorsim.SyncroOptions{Options: quiet(o.Seed)}), synchroteamWith(t, company{}, o))
}

func migrated(t *testing.T, m *move) {
	m.extract()
	p, _ := m.plan()
	m.apply(p)
	f := m.judge(p)
	t.Log(f.why())
	t.Logf("to %s: %s", m.to.spec.Vendor, f)
	f.clean(m)
	assert.Equal(t, f.bins[stage.LoadCreated], m.creations(), "nothing was created twice, not even for a moment")
	assert.Zero(t, f.bins[stage.LoadUnsure])
	m.leavesAlone(p)
}

// leavesAlone wants the records that were there before and are nobody's to be as
// they were.
func (m *move) leavesAlone(p stage.Plan) {
	m.t.Helper()
	for _, e := range p.Entries {
		linked := map[string]bool{}
		for _, target := range m.links(e.Side) {
			linked[string(target)] = true
		}
		now := m.to.store.Contents(simStream(e.Side.Stream))
		for id, was := range m.before[e.Side.Stream] {
			if !linked[id] {
				require.Equalf(m.t, own(m.t, was), own(m.t, now[id]), "%s %s is the target's own", e.Side.Stream, id)
			}
		}
	}
}

// own are the fields of a record that are its own, not of a record it hangs on.
func own(t *testing.T, raw string) map[string]any {
	t.Helper()
	fields := blankless(t, raw)
	maps.DeleteFunc(fields, func(name string, v any) bool {
		_, inner := v.(map[string]any)
		_, list := v.([]any)
		return inner || list || strings.HasPrefix(name, "customer_b")
	})
	return fields
}

// nasty wants customers of one name, without e-mail and without an own number.
func nasty(t *testing.T, customers map[string]string) {
	names, equal, mail, own := map[string]int{}, 0, 0, 0
	for _, raw := range customers {
		var c struct {
			Name  string  `json:"name"`
			Email *string `json:"contactEmail"`
			MyID  *string `json:"myId"`
		}
		require.NoError(t, json.Unmarshal([]byte(raw), &c))
		if names[c.Name]++; names[c.Name] > 1 {
			equal++
		}
		if c.Email == nil {
			mail++
		}
		if c.MyID == nil {
			own++
		}
	}
	t.Logf("of %d customers %d have the name of another, %d no e-mail, %d no myId", len(customers), equal, mail, own)
	require.Positive(t, equal)
	require.Positive(t, mail)
	require.Positive(t, own)
}
