package stage

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// loadModel is what plans, ledger and crosswalk should hold, kept in maps.
type loadModel struct {
	s        *Stage
	rnd      *rand.Rand
	step     int
	plans    []Plan // published, the newest last
	items    map[int64]map[record.Key]Item
	attempts []Attempt
	links    map[record.Key]Link
	written  map[record.Key]Written
}

// TestLoadAgreesWithAModel does random calls of a load on a stage and on maps and
// compares them, opening the file again in between.
func TestLoadAgreesWithAModel(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) { runLoadModel(t, seed, 250) })
	}
}

func runLoadModel(t *testing.T, seed uint64, steps int) {
	path := filepath.Join(t.TempDir(), "model.stage")
	m := &loadModel{s: openAt(t, path), rnd: rand.New(rand.NewPCG(seed, 5)), items: map[int64]map[record.Key]Item{},
		links: map[record.Key]Link{}, written: map[record.Key]Written{}}
	m.publish(t)
	for m.step = 1; m.step <= steps; m.step++ {
		switch n := m.rnd.IntN(100); {
		case n < 4:
			m.publish(t)
		case n < 20:
			m.set(t)
		case n < 45:
			m.begin(t)
		case n < 75:
			m.end(t)
		case n < 85:
			m.link(t)
		case n < 90:
			m.drop(t)
		case n < 92:
			m.requeue(t)
		case n < 94:
			require.NoError(t, m.s.Close())
			m.s = openAt(t, path)
		default:
			m.compare(t)
		}
	}
	m.compare(t)
}

func (m *loadModel) side() Side        { return sideOf("customer", "customers") }
func (m *loadModel) plan() *Plan       { return &m.plans[len(m.plans)-1] }
func (m *loadModel) key() record.Key   { return record.Key(fmt.Sprint(m.rnd.IntN(700))) }
func (m *loadModel) json() []byte      { return fmt.Appendf(nil, `{"step":%d}`, m.step) }
func (m *loadModel) anyBin() LoadBin   { return LoadBin(m.rnd.IntN(int(LoadRestored) + 1)) }
func (m *loadModel) when() (w Written) { return Written{Run: int64(m.step), At: testTime} }

// publish publishes a plan; of those before it the ones that were never approved
// and are not the latest are dropped.
func (m *loadModel) publish(t *testing.T) {
	items := map[record.Key]Item{}
	for range m.rnd.IntN(700) {
		key := m.key()
		it := planItem(0, m.rnd.IntN(100))
		it.Key = key
		items[key] = it
	}
	var kept []Plan
	latest := int64(0)
	for _, p := range m.plans {
		if p.State == PlanSuperseded {
			latest = p.ID
		}
	}
	for _, p := range m.plans {
		tried := slices.ContainsFunc(m.attempts, func(a Attempt) bool { return a.Plan == p.ID })
		if p.State == PlanSuperseded && p.ID != latest && !tried {
			delete(m.items, p.ID)
			continue
		}
		p.State = PlanSuperseded
		kept = append(kept, p)
	}
	p := publish(t, m.s, loadPlan(), slices.Collect(maps.Values(items))...)
	m.plans, m.items[p.ID] = append(kept, p), items
}

func (m *loadModel) set(t *testing.T) {
	p := m.plan()
	var set []Item
	whole := true
	for range 1 + m.rnd.IntN(40) {
		it := Item{Key: m.key(), Bin: m.anyBin()}
		if m.rnd.IntN(2) == 0 {
			it.Why = m.json()
		}
		if _, ok := m.items[p.ID][it.Key]; !ok {
			if m.rnd.IntN(20) > 0 {
				continue
			}
			whole = false
		}
		set = append(set, it)
	}
	err := m.s.SetItems(context.Background(), p.ID, set)
	if !whole {
		require.Error(t, err)
		return
	}
	require.NoError(t, err)
	for _, it := range set {
		m.setItem(p.ID, it)
	}
}

func (m *loadModel) setItem(plan int64, it Item) {
	have := m.items[plan][it.Key]
	have.Bin, have.Why = it.Bin, it.Why
	m.items[plan][it.Key] = have
}

func (m *loadModel) begin(t *testing.T) {
	var all []Attempt
	for range 1 + m.rnd.IntN(4) {
		a := attempt(m.plan().ID, m.key())
		a.Step = m.step
		all = append(all, a)
	}
	for i, id := range begin(t, m.s, all...) {
		all[i].ID, all[i].State = id, AttemptSending
		m.attempts = append(m.attempts, all[i])
	}
}

// end ends some attempt, with some of what may follow from it.
func (m *loadModel) end(t *testing.T) {
	if len(m.attempts) == 0 {
		return
	}
	a := &m.attempts[m.rnd.IntN(len(m.attempts))]
	states := []AttemptState{AttemptDone, AttemptRejected, AttemptUnsure, AttemptLost, AttemptUnsent}
	o := Outcome{Attempt: Attempt{ID: a.ID, State: states[m.rnd.IntN(5)], Target: m.key(), Ended: testTime, Status: m.step, Message: "m"}, Unlink: m.rnd.IntN(4) == 0}
	it, planned := m.items[a.Plan][a.Key]
	if m.rnd.IntN(2) == 0 && planned {
		it = Item{Key: a.Key, Bin: m.anyBin(), Why: m.json()}
		o.Item = &it
	}
	if m.rnd.IntN(2) == 0 {
		l := link(a.Key, o.Attempt.Target, LinkCreated)
		o.Link = &l
	}
	if m.rnd.IntN(2) == 0 {
		w := m.when()
		w.Key, w.Sent = a.Key, m.json()
		o.Written = &w
	}
	links, written := maps.Clone(m.links), maps.Clone(m.written)
	if o.Unlink {
		m.forget(a.Key)
	}
	err := m.s.EndAttempts(context.Background(), []Outcome{o})
	if o.Link != nil && !m.put(*o.Link) {
		conflict := &LinkConflictError{}
		require.ErrorAs(t, err, &conflict)
		m.links, m.written = links, written
		return
	}
	require.NoError(t, err, "step %d", m.step)
	if o.Item != nil {
		m.setItem(a.Plan, *o.Item)
	}
	if o.Written != nil {
		m.written[a.Key] = *o.Written
	}
	a.State, a.Target, a.Ended, a.Status, a.Message = o.Attempt.State, o.Attempt.Target, o.Attempt.Ended, o.Attempt.Status, o.Attempt.Message
}

// put is what putting a link does; false where it contradicts.
func (m *loadModel) put(l Link) bool {
	if have, ok := m.links[l.Key]; ok && have.Target != l.Target {
		return false
	}
	for _, have := range m.links {
		if have.Target == l.Target && have.Key != l.Key && !have.How.onPurpose() && !l.How.onPurpose() {
			return false
		}
	}
	if _, ok := m.links[l.Key]; !ok {
		m.links[l.Key] = l
	}
	return true
}

func (m *loadModel) forget(key record.Key) {
	if _, ok := m.links[key]; ok {
		delete(m.links, key)
	}
	delete(m.written, key)
}

func (m *loadModel) link(t *testing.T) {
	hows := []LinkHow{LinkCreated, LinkMatched, LinkDecided, LinkShared}
	before := maps.Clone(m.links)
	var all []Link
	fits := true
	for range 1 + m.rnd.IntN(3) {
		l := link(m.key(), m.key(), hows[m.rnd.IntN(len(hows))])
		all = append(all, l)
		fits = m.put(l) && fits
	}
	err := m.s.PutLinks(context.Background(), m.side(), all)
	if fits {
		require.NoError(t, err)
		return
	}
	var conflict *LinkConflictError
	require.True(t, errors.As(err, &conflict), "%v", err)
	m.links = before
}

func (m *loadModel) drop(t *testing.T) {
	key := m.key()
	m.forget(key)
	require.NoError(t, m.s.DropLink(context.Background(), m.side(), key))
}

func (m *loadModel) requeue(t *testing.T) {
	want := map[record.Key]bool{}
	for i := range m.attempts {
		if a := &m.attempts[i]; a.State == AttemptRejected {
			a.State, want[a.Key] = AttemptRequeued, true
		}
	}
	n, err := m.s.Requeue(context.Background(), testAccount, "customers")
	require.NoError(t, err)
	require.Equal(t, len(want), n)
}

func (m *loadModel) compare(t *testing.T) {
	ctx := context.Background()
	plans, err := m.s.Plans(ctx, 1000)
	require.NoError(t, err)
	slices.Reverse(plans)
	require.Equal(t, m.plans, plans, "step %d", m.step)
	for _, p := range plans {
		var want []Item
		bins := LoadBins{}
		for _, it := range m.items[p.ID] {
			want = append(want, it)
			bins[it.Bin]++
		}
		slices.SortFunc(want, func(a, b Item) int { return compareNatural(string(a.Key), string(b.Key)) })
		require.Equal(t, want, itemsOf(t, m.s, p.ID, 0, ItemQuery{}), "step %d", m.step)
		got, err := m.s.PlanBins(ctx, p.ID)
		require.NoError(t, err)
		require.Equal(t, []LoadBins{bins, {}}, got)
	}
	require.Equal(t, m.attempts, attemptsOf(t, m.s, AttemptQuery{}), "step %d", m.step)
	links := linksOf(t, m.s, m.side())
	for key, l := range links {
		require.False(t, l.At.Before(testTime))
		l.At = testTime // later where it was dropped before
		links[key] = l
	}
	require.Equal(t, m.links, links, "step %d", m.step)
	written := map[record.Key]Written{}
	require.NoError(t, m.s.EachWritten(ctx, m.side(), func(w *Written) error {
		written[w.Key] = *w
		return nil
	}))
	require.Equal(t, m.written, written, "step %d", m.step)
	for key, l := range m.links {
		to, err := m.s.LinkedTo(ctx, m.side(), l.Target)
		require.NoError(t, err)
		require.True(t, slices.ContainsFunc(to, func(have Link) bool { return have.Key == key }))
	}
}
