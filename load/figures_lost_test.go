package load_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/samples/vendorsim"
)

// lags are how long the target's searches do not show what was written; the
// longest and none where the tests are small.
func lags() []time.Duration {
	return []time.Duration{0, time.Minute, 5 * time.Second}[:sized(3, 2)]
}

// losingAnswers are faults that let a share of the calls take effect and lose their
// answer, in all the ways there are.
func losingAnswers(share float64) (faults []vendorsim.Fault) {
	for _, method := range []string{http.MethodPost, http.MethodPut} {
		for _, f := range []vendorsim.Fault{
			{Kind: vendorsim.FaultResetCounted}, {Kind: vendorsim.FaultCut}, {Kind: vendorsim.Fault502, Done: true},
			{Kind: vendorsim.FaultLateWrite, Delay: 20 * time.Second}, {Kind: vendorsim.FaultHTML},
		} {
			f.Method, f.Chance = method, share/5
			faults = append(faults, f)
		}
	}
	return faults
}

// Of 10 % of the writes the answer is lost though they took effect.
func TestFigureLostAnswersToSyncro(t *testing.T) {
	loseToAll(t, "syncro", 21, toSyncro)
}

// And into Synchroteam, where our reference finds what was written.
func TestFigureLostAnswersToSynchroteam(t *testing.T) {
	loseToAll(t, "synchroteam", 22, toSynchroteam)
}

// loseToAll loses answers of a vendor under each lag.
func loseToAll(t *testing.T, vendor string, seed uint64, to func(*testing.T, company, vendorsim.Options) *move) {
	var all found
	writes, faulted := 0, 0
	for _, lag := range lags() {
		t.Run(fmt.Sprintf("lag %s", lag), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := quiet(seed)
				o.IndexLag = lag
				m := to(t, smallCompany(), o)
				f, n := lost(t, m)
				t.Logf("lag %s: %d of %d answers lost: %s; %s", lag, n, m.to.store.Counters().Writes, f, f.why())
				writes, faulted = writes+m.to.store.Counters().Writes, faulted+n
				all.add(f)
			})
		})
	}
	t.Logf("to %s, lags %v: %d of %d answers lost: %s", vendor, lags(), faulted, writes, all)
}

// lost loads a company while answers are lost, and counts those.
func lost(t *testing.T, m *move) (f found, faulted int) {
	m.extract()
	p, _ := m.plan()
	m.to.store.SetFaults(losingAnswers(0.1)...)
	m.apply(p)
	f = m.judge(p)
	for _, n := range m.to.store.Counters().Faulted {
		faulted += n
	}
	f.clean(m)
	assert.GreaterOrEqual(t, faulted*100, m.creations()*8, "about a tenth was lost")
	assert.Equal(t, f.bins[stage.LoadCreated], m.creations(), "nothing was created twice, not even for a moment")
	for i, e := range p.Entries {
		for key, it := range m.items(p, i) {
			if it.Bin == stage.LoadUnsure {
				assert.Greaterf(t, len(reasonOf(it).Choose), 1, "%s %s is unsure: %s", e.Name, key, it.Why)
			}
		}
	}
	return f, faulted
}

// Where somebody makes an equal record while an answer is lost nothing tells the
// two apart: that one stays unsure, and both are listed. Nothing is sent again.
func TestFigureLostAnswersAmongEqualRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := sized(500, 50)
		b := newBench(t, loadTargetSpec(t), peopleRules())
		b.put("person", customers(n)...)
		twins := 0
		b.target.on(
			&fault{nth: every(25, n), do: func(v *target, r *fakeRequest, commit func() answer) (answer, error) {
				twins++
				in, _ := decode(r.body)
				commit()
				v.add("people", in)
				return answer{}, errReset{}
			}},
			&fault{nth: every(10, n), do: lostAfter})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		require.Positive(t, twins)
		assert.Equal(t, twins, bins.Of(stage.LoadUnsure))
		assert.Equal(t, n-twins, bins.Of(stage.LoadCreated))
		assert.Len(t, b.target.live("people"), n+twins, "none was sent again")
		listed := 0
		for key := range n {
			if b.item(p, "people", itoa(key+1)).Bin == stage.LoadUnsure {
				assert.Len(t, b.why(p, "people", itoa(key+1)).Choose, 2)
				listed++
			}
		}
		t.Logf("%d records, %d of them with an equal one made meanwhile: %d created, %d unsure, each with both candidates", n, twins, bins.Of(stage.LoadCreated), listed)
	})
}
