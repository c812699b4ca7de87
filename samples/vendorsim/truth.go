package vendorsim

import (
	"slices"
	"sync"
	"time"
)

// account is the data of one simulated vendor: its tables, their history, the drift over them, and the truth about them
// that tests ask for. A vendor embeds it beside its gate and sets show and rename.
type account struct {
	gate *Gate
	// show renders a record of a stream as its details call would.
	show func(stream string, r *record) object
	// rename gives a touched record another name, in the field that its stream has for one.
	rename func(t *table, r *record, name string)
	// amend sets fields of a live record by the vendor's own code for updates; false where that refuses.
	amend func(t *table, i int, fields map[string]any, now time.Time) bool
	// target names the records that a write is about, as far as they exist.
	target func(c *call) []place
	// invalid words the refusal of a write whose content is wrong; byRow is a vendor that refuses rows of a batch alone.
	invalid func(c *call, message string) reply
	byRow   bool

	mu      sync.Mutex // guards all below
	version uint64     // of all data
	tables  map[string]*table
	drift   drifter
	late    []lateWrite
	recent  recent
	writing *call // the write under way, nil for none
	written []Write
	locks   map[place]time.Time
	needs   map[string][]string // fields by stream that became required
}

// place is one record.
type place struct{ stream, id string }

// newAccount makes an account without tables, and gives the gate its control plane; drift draws from the streams named
// where the options name none.
func newAccount(g *Gate, streams ...string) *account {
	a := &account{
		gate: g, tables: map[string]*table{}, drift: newDrifter(g.opts.Drift, streams),
		recent: recent{index: g.opts.IndexLag, single: g.opts.StaleReads},
		locks:  map[place]time.Time{}, needs: map[string][]string{},
	}
	g.control = a.operate
	return a
}

// add puts tables into the account.
func (a *account) add(tables ...*table) {
	for _, t := range tables {
		t.recent = &a.recent
		a.tables[t.stream] = t
	}
}

// settle does what is due before a call is served: late writes, then drift. The lock is held.
func (a *account) settle(now time.Time) {
	a.arrive(now)
	a.driftBefore(now)
}

// arrive brings the account to now: late writes are done, and readers see what they are due to. The lock is held.
func (a *account) arrive(now time.Time) {
	a.doLate(now)
	a.recent.now = now
	for _, t := range a.tables {
		t.catchUp(now)
	}
}

// Mark is a moment in the history of the data: every change after it has a later mark.
type Mark uint64

// Mark returns the present moment. Zero is the start.
func (a *account) Mark() Mark {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	return Mark(a.version)
}

// Existed returns the ids of all records of a stream that were live at the mark and at every moment since, oldest
// first: what a complete reading begun at the mark must contain. An unknown stream has none.
func (a *account) Existed(stream string, since Mark) []string {
	m := uint64(since)
	return a.ids(stream, func(r *record) bool {
		return !r.deleted && r.bornAt <= m && r.goneAt <= m && r.backAt <= m
	}, true)
}

// Live returns the ids of all records that are live now, oldest first.
func (a *account) Live(stream string) []string {
	return a.ids(stream, func(r *record) bool { return !r.deleted }, true)
}

// Gone returns the ids of all records that were deleted after the mark and still are.
func (a *account) Gone(stream string, since Mark) []string {
	return a.ids(stream, func(r *record) bool { return r.deleted && r.goneAt > uint64(since) }, false)
}

// Changed returns the ids of all live records that were inserted, changed or brought back after the mark.
func (a *account) Changed(stream string, since Mark) []string {
	return a.ids(stream, func(r *record) bool { return !r.deleted && r.changedAt > uint64(since) }, false)
}

// ids collects ids in the order of creation; untouched tells whether records from the seed that nobody touched
// count as well, as long as they are live.
func (a *account) ids(stream string, match func(*record) bool, untouched bool) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	t := a.tables[stream]
	if t == nil {
		return nil
	}
	out := []string{}
	if !untouched {
		for _, i := range t.touched() {
			if r := t.over[i]; match(r) {
				out = append(out, r.key)
			}
		}
		return out
	}
	for i := range t.next {
		r := t.over[i]
		if r == nil {
			r = &record{head: t.headAt(i)}
		}
		if match(r) {
			out = append(out, r.key)
		}
	}
	return out
}

// Record returns a record as its details call would show it now, be it deleted; nil when there never was one.
func (a *account) Record(stream, id string) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	t := a.tables[stream]
	if t == nil {
		return nil
	}
	i := t.find(id)
	if i < 0 {
		return nil
	}
	return appendJSON(nil, a.show(stream, t.at(i)))
}

// Insert adds a record as a user of the vendor would, and returns its id; "" for an unknown stream.
func (a *account) Insert(stream string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	t := a.tables[stream]
	if t == nil {
		return ""
	}
	return t.insert(a.gate.Now().UnixMilli()).key
}

// Rename changes a record's name (in Synchroteam a job's description, an activity's note) as a user would; false when it is not live.
func (a *account) Rename(stream, id string) bool {
	return a.hand(stream, id, func(t *table, i int, now time.Time) bool {
		live := !t.headAt(i).deleted
		if live {
			a.relabel(t, i, now)
		}
		return live
	})
}

// Delete deletes a record as a user would; false when it is not live.
func (a *account) Delete(stream, id string) bool {
	return a.hand(stream, id, func(t *table, i int, now time.Time) bool { return t.remove(i, t.stamp(now)) })
}

// Undelete brings a record back as a user would; false when it is not deleted.
func (a *account) Undelete(stream, id string) bool {
	return a.hand(stream, id, func(t *table, i int, now time.Time) bool { return t.restore(i, t.stamp(now)) })
}

// hand lets somebody change the record of a stream.
func (a *account) hand(stream, id string, do func(*table, int, time.Time) bool) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.arrive(a.gate.Now())
	t := a.tables[stream]
	if t == nil {
		return false
	}
	i := t.find(id)
	return i >= 0 && do(t, i, a.gate.Now())
}

// lateWrite is a write that takes effect after its connection broke.
type lateWrite struct {
	due time.Time
	do  func()
}

// postpone keeps a write for later: do runs on a copy of the call, without its fault.
func (a *account) postpone(c *call, do func(*call) reply) {
	wait := orDefault(c.fault.Delay, 5*time.Second)
	later := *c
	later.fault, later.now, later.late = nil, c.now.Add(wait), true
	a.after(later.now, func() { do(&later) })
}

// after lets something happen at a later moment.
func (a *account) after(due time.Time, do func()) {
	at := len(a.late)
	for at > 0 && a.late[at-1].due.After(due) {
		at--
	}
	a.late = slices.Insert(a.late, at, lateWrite{due, do})
}

// doLate does the writes that have become due.
func (a *account) doLate(now time.Time) {
	for len(a.late) > 0 && !a.late[0].due.After(now) {
		w := a.late[0]
		a.late = a.late[1:]
		a.recent.now = w.due
		w.do()
	}
}
