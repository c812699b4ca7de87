package vendorsim

import "time"

// Mark is a moment in the history of the data: every change after it has a later mark.
type Mark uint64

// Mark returns the present moment. Zero is the start.
func (s *Synchroteam) Mark() Mark {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doLate(s.Now())
	return Mark(s.version)
}

// Existed returns the ids of all records of a stream that were live at the mark and at every moment since, oldest
// first: what a complete reading begun at the mark must contain. An unknown stream has none.
func (s *Synchroteam) Existed(stream string, since Mark) []string {
	m := uint64(since)
	return s.ids(stream, func(r *record) bool {
		return !r.deleted && r.bornAt <= m && r.goneAt <= m && r.backAt <= m
	}, true)
}

// Live returns the ids of all records that are live now, oldest first.
func (s *Synchroteam) Live(stream string) []string {
	return s.ids(stream, func(r *record) bool { return !r.deleted }, true)
}

// Gone returns the ids of all records that were deleted after the mark and still are.
func (s *Synchroteam) Gone(stream string, since Mark) []string {
	return s.ids(stream, func(r *record) bool { return r.deleted && r.goneAt > uint64(since) }, false)
}

// Changed returns the ids of all live records that were inserted, changed or brought back after the mark.
func (s *Synchroteam) Changed(stream string, since Mark) []string {
	return s.ids(stream, func(r *record) bool { return !r.deleted && r.changedAt > uint64(since) }, false)
}

// ids collects ids in the order of creation; untouched tells whether records from the seed that nobody touched
// count as well, as long as they are live.
func (s *Synchroteam) ids(stream string, match func(*record) bool, untouched bool) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doLate(s.Now())
	t := s.tables[stream]
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
func (s *Synchroteam) Record(stream, id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doLate(s.Now())
	t := s.tables[stream]
	if t == nil {
		return nil
	}
	i := t.find(id)
	if i < 0 {
		return nil
	}
	render := map[string]func(*record) object{
		StreamCustomers: s.customer, StreamSites: s.site, StreamEquipment: s.piece, StreamJobs: s.job,
		StreamActivities: s.activity, StreamRecurrences: s.recurrence,
	}[stream]
	return appendJSON(nil, render(t.at(i)))
}

// Insert adds a record as a user of the vendor would, and returns its id; "" for an unknown stream.
func (s *Synchroteam) Insert(stream string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doLate(s.Now())
	t := s.tables[stream]
	if t == nil {
		return ""
	}
	return t.insert(s.Now().UnixMilli()).key
}

// Rename changes a record's name (a job's description, an activity's note) as a user would; false when it is not live.
func (s *Synchroteam) Rename(stream, id string) bool {
	return s.hand(stream, id, func(t *table, i int, now time.Time) bool {
		live := !t.headAt(i).deleted
		if live {
			s.rename(t, i, now)
		}
		return live
	})
}

// Delete deletes a record as a user would; false when it is not live.
func (s *Synchroteam) Delete(stream, id string) bool {
	return s.hand(stream, id, func(t *table, i int, now time.Time) bool { return t.remove(i, now.Unix()) })
}

// Undelete brings a record back as a user would; false when it is not deleted.
func (s *Synchroteam) Undelete(stream, id string) bool {
	return s.hand(stream, id, func(t *table, i int, now time.Time) bool { return t.restore(i, now.Unix()) })
}

// FillReport lets a technician write a value into an item of a job's report. The job's dateModified does not move:
// only reportChangedSince tells (reference: List jobs). False when the job is not live.
func (s *Synchroteam) FillReport(id, item, value string) bool {
	return s.hand(StreamJobs, id, func(t *table, i int, now time.Time) bool {
		was := t.headAt(i)
		if was.deleted {
			return false
		}
		r := t.touch(i, now.Unix())
		r.modified, r.reportChanged = was.modified, now.Unix()
		r.body = r.body.clone()
		r.body.set("_answers", append(r.answers()[:len(r.answers()):len(r.answers())], answer{item: item, value: value}))
		return true
	})
}

func (s *Synchroteam) hand(stream, id string, do func(*table, int, time.Time) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doLate(s.Now())
	t := s.tables[stream]
	if t == nil {
		return false
	}
	i := t.find(id)
	return i >= 0 && do(t, i, s.Now())
}

// lateWrite is a write that takes effect after its connection broke.
type lateWrite struct {
	due time.Time
	do  func()
}

// postpone keeps a write for later.
func (s *Synchroteam) postpone(c *call, e endpoint) {
	wait := orDefault(c.fault.Delay, 5*time.Second)
	later := *c
	later.fault, later.now = nil, c.now.Add(wait)
	s.late = append(s.late, lateWrite{later.now, func() { e.run(s, &later) }})
}

// doLate does the writes that have become due.
func (s *Synchroteam) doLate(now time.Time) {
	for len(s.late) > 0 && !s.late[0].due.After(now) {
		w := s.late[0]
		s.late = s.late[1:]
		w.do()
	}
}
