package load_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/extract/stage"
	"ferry/samples/vendorsim"
)

// The same job a second time: read, mapped, planned and applied anew.
func TestFigureSecondRun(t *testing.T) {
	first, second := 0, 0
	for name, to := range map[string]func(*testing.T, company, vendorsim.Options) *move{"syncro": toSyncro, "synchroteam": toSynchroteam} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := to(t, smallCompany(), quiet(51))
				m.extract()
				p, _ := m.plan()
				m.apply(p)
				writes := m.to.store.Counters().Writes
				m.extract()
				again, sum := m.plan()
				bins := m.apply(again)
				assert.Equal(t, writes, m.to.store.Counters().Writes, "the second run writes nothing: %v", bins)
				assert.Zero(t, sum.Of(stage.ActCreate)+sum.Of(stage.ActUpdate))
				f := m.judge(again)
				f.clean(m)
				t.Logf("to %s: %d writes, then again: %d writes; %s", name, writes, m.to.store.Counters().Writes-writes, f)
				first, second = first+writes, second+m.to.store.Counters().Writes-writes
			})
		})
	}
	t.Logf("to both vendors: %d writes, then %d", first, second)
}

// half keeps every second customer and what belongs to them.
func half(t *testing.T, text, entry string) string {
	t.Helper()
	at := strings.Index(text, "  - name: "+entry+"\n")
	require.GreaterOrEqual(t, at, 0)
	cut := strings.Index(text[at:], "    match: ") + at
	return text[:cut] + "    where: id % 2 == 0\n" + text[cut:]
}

// Half of the records are in the target already, by a load of which nothing is
// known any more: no crosswalk and no ledger.
func TestFigureHalfExistedBefore(t *testing.T) {
	there, linked, twice := 0, 0, 0
	for name, to := range map[string]func(*testing.T, company, vendorsim.Options) *move{"syncro": toSyncro, "synchroteam": toSynchroteam} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				before := to(t, smallCompany(), quiet(52))
				before.use(half(t, before.mapping, "customers"))
				before.extract()
				p, _ := before.plan()
				before.apply(p)
				m := newMove(t, before.from, before.to)
				m.extract()
				again, _ := m.plan()
				m.apply(again)
				f := m.judge(again)
				f.clean(m)
				matched, doubled := 0, 0
				for _, e := range again.Entries {
					now := m.links(e.Side)
					for key, target := range before.links(e.Side) {
						switch now[key] {
						case target:
							matched++
						case "":
						default:
							doubled++
						}
					}
				}
				existed := before.linksOf(p)
				t.Logf("to %s: %d were there: %d linked, %d held for a person, %d doubled; then %s", name, existed, matched, existed-matched-doubled, doubled, f)
				assert.Zero(t, doubled)
				assert.Equal(t, f.bins[stage.LoadCreated]+existed, m.creations(), "nothing was created that was there")
				assert.Greater(t, matched*100, existed*90)
				there, linked, twice = there+existed, linked+matched, twice+doubled
			})
		})
	}
	t.Logf("to both vendors: %d were there: %d linked, %d held for a person, %d doubled", there, linked, there-linked-twice, twice)
}

// Half of the customers were typed by people: name, e-mail, and a city of their own.
func TestFigureHalfTypedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := synchroteamWith(t, smallCompany(), quiet(53))
		to := syncroWith(t, company{}, budget.Limit{}, vendorsim.SyncroOptions{Options: quiet(53)})
		there := typedByPeople(t, from, to, 2)
		m := newMove(t, from, to)
		m.extract()
		p, _ := m.plan()
		m.apply(p)
		f := m.judge(p)
		f.clean(m)
		linked, doubled := 0, 0
		for i, e := range p.Entries {
			if e.Name != "customers" {
				continue
			}
			for key, it := range m.items(p, i) {
				if !there[string(key)] {
					continue
				}
				switch it.Action {
				case stage.ActUpdate, stage.ActUnchanged:
					linked++
				case stage.ActCreate:
					doubled++
				}
			}
		}
		t.Logf("%d customers were typed before: %d linked, %d held for a person, %d doubled; %s", len(there), linked, len(there)-linked-doubled, doubled, f)
		assert.Zero(t, doubled)
		assert.Greater(t, linked*100, len(there)*90)
	})
}
