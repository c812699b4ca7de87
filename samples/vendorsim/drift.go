package vendorsim

import (
	"strconv"
	"time"
)

// drifter decides what the vendor's own users do between requests.
type drifter struct {
	Drift
	usual           []string // streams that drift when the options name none
	requests, steps int
	removed         map[string][]int // by stream, what drift deleted, for undeletes
}

func newDrifter(d Drift, streams []string) drifter {
	if len(d.Streams) == 0 {
		d.Streams = streams
	}
	return drifter{Drift: d, usual: streams, removed: map[string][]int{}}
}

// SetDrift replaces the drift from now on; counting and draws start anew.
func (a *account) SetDrift(d Drift) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if d.Seed == 0 {
		d.Seed = a.gate.opts.Seed
	}
	a.drift = newDrifter(d, a.drift.usual)
}

// DriftNow makes n changes at once, of the kinds that the drift is set to (all kinds when none is set).
func (a *account) DriftNow(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	for range n {
		a.driftStep(a.gate.Now())
	}
}

// driftBefore counts an accepted request and makes the change that is due before it is answered.
func (a *account) driftBefore(now time.Time) {
	if a.drift.Every <= 0 {
		return
	}
	if a.drift.requests++; a.drift.requests%a.drift.Every == 0 {
		a.driftStep(now)
	}
}

// driftStep makes one change, drawn from the seed and the number of the step.
func (a *account) driftStep(now time.Time) {
	d := &a.drift
	p := pickFor(d.Seed, 0xd21f7, d.steps)
	d.steps++
	t := a.tables[d.Streams[p.n(len(d.Streams))]]
	if t == nil {
		return
	}
	var kinds []func()
	all := !d.Inserts && !d.Renames && !d.Deletes && !d.Undeletes
	if d.Inserts || all {
		kinds = append(kinds, func() { t.insert(now.UnixMilli()) })
	}
	if d.Renames || all {
		kinds = append(kinds, func() { a.relabel(t, t.anyLive(&p), now) })
	}
	if d.Deletes || all {
		kinds = append(kinds, func() {
			if i := t.anyLive(&p); i >= 0 && t.remove(i, t.stamp(now)) {
				d.removed[t.stream] = append(d.removed[t.stream], i)
			}
		})
	}
	if d.Undeletes || all {
		kinds = append(kinds, func() {
			if gone := d.removed[t.stream]; len(gone) > 0 {
				k := p.n(len(gone))
				t.restore(gone[k], t.stamp(now))
				d.removed[t.stream] = append(gone[:k:k], gone[k+1:]...)
			}
		})
	}
	kinds[p.n(len(kinds))]()
	a.gate.tally.count(func(k *Counters) { k.DriftSteps++ })
}

// anyLive draws a live record, -1 when it met only deleted ones.
func (t *table) anyLive(p *pick) int {
	for range 50 {
		if i := p.n(t.next); t.next > 0 && !t.headAt(i).deleted {
			return i
		}
	}
	return -1
}

// relabel gives a record another name; nothing happens for index -1.
func (a *account) relabel(t *table, i int, now time.Time) {
	if i < 0 {
		return
	}
	r := t.touch(i, t.stamp(now))
	a.rename(t, r, "Renamed "+strconv.FormatUint(mix(uint64(i)^r.changedAt<<20)%100000, 10))
}
