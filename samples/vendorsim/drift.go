package vendorsim

import (
	"strconv"
	"time"
)

// drifter decides what the vendor's own users do between requests.
type drifter struct {
	Drift
	requests, steps int
	removed         map[string][]int // by stream, what drift deleted, for undeletes
}

func newDrifter(d Drift) drifter {
	if len(d.Streams) == 0 {
		d.Streams = []string{StreamCustomers, StreamSites, StreamEquipment, StreamJobs}
	}
	return drifter{Drift: d, removed: map[string][]int{}}
}

// SetDrift replaces the drift from now on; counting and draws start anew.
func (s *Synchroteam) SetDrift(d Drift) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Seed == 0 {
		d.Seed = s.opts.Seed
	}
	s.drift = newDrifter(d)
}

// DriftNow makes n changes at once, of the kinds that the drift is set to (all kinds when none is set).
func (s *Synchroteam) DriftNow(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.driftStep(s.Now())
	}
}

// driftBefore counts an accepted request and makes the change that is due before it is answered.
func (s *Synchroteam) driftBefore(now time.Time) {
	if s.drift.Every <= 0 {
		return
	}
	if s.drift.requests++; s.drift.requests%s.drift.Every == 0 {
		s.driftStep(now)
	}
}

// driftStep makes one change, drawn from the seed and the number of the step.
func (s *Synchroteam) driftStep(now time.Time) {
	d := &s.drift
	p := pickFor(d.Seed, 0xd21f7, d.steps)
	d.steps++
	t := s.tables[d.Streams[p.n(len(d.Streams))]]
	if t == nil {
		return
	}
	var kinds []func()
	all := !d.Inserts && !d.Renames && !d.Deletes && !d.Undeletes
	if d.Inserts || all {
		kinds = append(kinds, func() { t.insert(now.UnixMilli()) })
	}
	if d.Renames || all {
		kinds = append(kinds, func() { s.rename(t, t.anyLive(&p), now) })
	}
	if d.Deletes || all {
		kinds = append(kinds, func() {
			if i := t.anyLive(&p); i >= 0 && t.remove(i, now.Unix()) {
				d.removed[t.stream] = append(d.removed[t.stream], i)
			}
		})
	}
	if d.Undeletes || all {
		kinds = append(kinds, func() {
			if gone := d.removed[t.stream]; len(gone) > 0 {
				k := p.n(len(gone))
				t.restore(gone[k], now.Unix())
				d.removed[t.stream] = append(gone[:k:k], gone[k+1:]...)
			}
		})
	}
	kinds[p.n(len(kinds))]()
	s.tally.count(func(k *Counters) { k.DriftSteps++ })
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

// rename gives a record another name (jobs and recurrences another description, activities another note).
func (s *Synchroteam) rename(t *table, i int, now time.Time) {
	if i < 0 {
		return
	}
	r := t.touch(i, now.Unix())
	name := "Renamed " + strconv.FormatUint(mix(uint64(i)^r.changedAt<<20)%100000, 10)
	switch t.stream {
	case StreamJobs, StreamRecurrences:
		r.body = r.body.clone()
		r.body.set("description", name)
	case StreamActivities:
		r.body = r.body.clone()
		r.body.set("note", name)
	default:
		r.name = name + " " + r.key
	}
}
