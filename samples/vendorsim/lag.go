package vendorsim

import "time"

// recent says how long writes through the API stay unseen, and at what moment the call under way happens. The tables of an
// account share one; the account's lock guards it.
type recent struct {
	index  time.Duration // until lists and searches show a write
	single time.Duration // until single reads show it
	now    time.Time     // of the call under way
	api    bool          // the change under way came through the API
}

// earlier is a record as it was before one write; was is nil where there was none.
type earlier struct {
	at  time.Time
	was *record
}

// unseen is a write that some reader does not see yet.
type unseen struct {
	at  time.Time
	idx int
}

// remember keeps what record i was before a change that is about to be made. What people change is seen at once, with all
// that was written before it.
func (t *table) remember(i int, was *record) {
	r := t.recent
	if r == nil || r.index <= 0 && r.single <= 0 {
		return
	}
	if !r.api {
		delete(t.past, i)
		return
	}
	if t.past == nil {
		t.past = map[int][]earlier{}
	}
	t.past[i] = append(t.past[i], earlier{r.now, was})
	t.queue = append(t.queue, unseen{r.now, i})
}

// catchUp lets lists see what was written long enough ago, and forgets what nobody sees differently any more.
func (t *table) catchUp(now time.Time) {
	r := t.recent
	for ; t.listed < len(t.queue) && !t.queue[t.listed].at.Add(r.index).After(now); t.listed++ {
		t.changes = append(t.changes, t.queue[t.listed].idx)
		t.version++
	}
	longest := max(r.index, r.single)
	for ; t.read < len(t.queue) && !t.queue[t.read].at.Add(longest).After(now); t.read++ {
		w := t.queue[t.read]
		old := t.past[w.idx]
		if len(old) > 0 && old[0].at.Equal(w.at) {
			old = old[1:]
		}
		if t.past[w.idx] = old; len(old) == 0 {
			delete(t.past, w.idx)
		}
	}
	if t.read == len(t.queue) && t.listed == len(t.queue) {
		t.queue, t.read, t.listed = t.queue[:0], 0, 0
	}
}

// before returns record i as a reader sees it who learns of a write only after the lag; nil where it sees none.
func (t *table) before(i int, lag time.Duration) *record {
	for _, old := range t.past[i] {
		if old.at.Add(lag).After(t.recent.now) {
			return old.was
		}
	}
	return t.at(i)
}

// asListed returns record i as lists and searches show it; nil where they show none.
func (t *table) asListed(i int) *record {
	if len(t.past[i]) == 0 {
		return t.at(i)
	}
	return t.before(i, t.recent.index)
}

// headListed is asListed for the head alone; there is false where lists show no such record.
func (t *table) headListed(i int) (h head, there bool) {
	if len(t.past[i]) == 0 {
		return t.headAt(i), true
	}
	r := t.before(i, t.recent.index)
	if r == nil {
		return head{}, false
	}
	return r.head, true
}

// asRead returns live record i as a single read shows it; nil where it shows none. sought is a record that was looked for by
// something else than the vendor's own id.
func (t *table) asRead(i int, sought bool) *record {
	if i < 0 {
		return nil
	}
	r := t.at(i)
	if len(t.past[i]) > 0 {
		lag := t.recent.single
		if sought {
			lag = max(lag, t.recent.index)
		}
		r = t.before(i, lag)
	}
	if r == nil || r.deleted {
		return nil
	}
	return r
}

// pending tells whether lists show something else than the store.
func (t *table) pending() bool { return len(t.past) > 0 }

// shelf is a short list of things that are in no table, such as webhooks, with what it was before late writes.
type shelf struct {
	all  []object
	past []shelved
}

type shelved struct {
	at  time.Time
	was []object
}

// put replaces the things; all must be a new slice.
func (b *shelf) put(r *recent, all []object) {
	if r.api && r.index > 0 {
		b.past = append(b.past, shelved{r.now, b.all})
	} else {
		b.past = nil
	}
	b.all = all
}

// listed returns the things as a list shows them.
func (b *shelf) listed(r *recent) []object {
	for len(b.past) > 0 && !b.past[0].at.Add(r.index).After(r.now) {
		b.past = b.past[1:]
	}
	if len(b.past) > 0 {
		return b.past[0].was
	}
	return b.all
}
