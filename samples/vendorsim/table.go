package vendorsim

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Streams of the simulators, as methods such as Existed and Drift.Streams name them.
const (
	StreamCustomers   = "customer"
	StreamSites       = "site"
	StreamEquipment   = "equipment"
	StreamJobs        = "job"
	StreamActivities  = "activity"
	StreamRecurrences = "recurrence"
)

// head is what lists filter and sort by: cheap to make for any record. A stream uses the fields it has.
type head struct {
	idx               int    // position in the order of creation, from 0
	id                int64  // numeric id, 0 for jobs
	key               string // id as text
	num               int64
	name, myID, email string
	noMyID            bool // myId is null
	created, modified int64
	deleted           bool

	customer, site, equipment int // index of the linked record, -1 for none
	kind, template            int // index of the fixed activity or job type and report template, -1 for none
	user, team, prefTeam      int // index of the fixed user or team, -1 for none

	status                     string
	start, end                 int64 // planned, unix seconds, 0 for none
	actualStart, actualEnd     int64
	reportChanged, validatedAt int64
	photos                     int
	closed                     bool
	ext                        any // what a stream of another vendor lists by beyond the above; never changed in place
}

// record is a head with everything else: body holds the members that are neither filtered nor linked.
type record struct {
	head
	body object
	// When it was last born, deleted, brought back and changed, in versions of the data; 0 is from the start.
	bornAt, goneAt, backAt, changedAt uint64
}

// table holds one stream: records from the seed, made on demand, and on top those that were touched.
// It is not safe for concurrent use; its simulator's lock guards it.
type table struct {
	stream   string
	base     int                               // records from the seed
	next     int                               // index of the next record to be inserted
	makeHead func(i int, createdMS int64) head // from the seed
	makeBody func(h *head) object              // from the seed
	created  func(i int) int64                 // of base records, in ms, strictly ascending
	find     func(key string) int              // index by id, -1 when no such id was ever given
	baseGone bool                              // some records from the seed are deleted
	newest   int64                             // no record from the seed was changed after it
	over     map[int]*record                   // touched and inserted records by index
	keys     map[string]int                    // inserted records by id
	lastMS   int64                             // when the newest record was created, in ms
	indexes  map[string]*index                 // orders of the base, by sort and filter
	sorts    map[string]func(h *head) sortKey  // by lower-case name
	version  uint64                            // of this table, for the indexes
	clock    *uint64                           // version of all data, shared by the tables
	millis   bool                              // heads hold created and modified in ms, not seconds
	changes  []int                             // every change, by the record it was made to, for the indexes

	// What readers do not see yet; see remember.
	recent       *recent
	past         map[int][]earlier
	queue        []unseen
	listed, read int // of the queue, what lists and what all readers have seen
}

// sortKey orders records: by number, then by text.
type sortKey struct {
	n int64
	s string
}

func (a sortKey) compare(b sortKey) int {
	if c := cmp.Compare(a.n, b.n); c != 0 {
		return c
	}
	return strings.Compare(a.s, b.s)
}

// headAt returns the head of record i, deleted or not. i must have been given out.
func (t *table) headAt(i int) head {
	if r := t.over[i]; r != nil {
		return r.head
	}
	return t.makeHead(i, t.created(i))
}

// at returns record i, deleted or not. It must not be changed: see touch.
func (t *table) at(i int) *record {
	if r := t.over[i]; r != nil {
		return r
	}
	r := &record{head: t.makeHead(i, t.created(i))}
	r.body = t.makeBody(&r.head)
	return r
}

// touch returns record i for changing it now, and moves its dateModified.
func (t *table) touch(i int, now int64) *record {
	r := t.over[i]
	if r == nil {
		r = t.at(i)
		t.over[i] = r
	}
	was := *r
	t.remember(i, &was)
	r.modified = now
	r.changedAt = t.step(i)
	return r
}

// stamp is a moment in the unit of the table's created and modified.
func (t *table) stamp(now time.Time) int64 {
	if t.millis {
		return now.UnixMilli()
	}
	return now.Unix()
}

// step moves the version of the table and of all data, for a change of record i.
func (t *table) step(i int) uint64 {
	t.changes = append(t.changes, i)
	t.version++
	*t.clock++
	return *t.clock
}

// insert adds the record that the seed has for the next index, born now (a millisecond after the one before, where
// they would coincide: ids and creation ascend together).
func (t *table) insert(nowMS int64) *record {
	i := t.next
	t.next++
	t.lastMS = max(nowMS, t.lastMS+1)
	r := &record{head: t.makeHead(i, t.lastMS)}
	r.modified, r.deleted = r.created, false
	r.body = t.makeBody(&r.head)
	t.remember(i, nil)
	r.bornAt = t.step(i)
	r.changedAt = r.bornAt
	t.over[i], t.keys[r.key] = r, i
	return r
}

// remove deletes record i; false when it was already.
func (t *table) remove(i int, now int64) bool {
	if t.headAt(i).deleted {
		return false
	}
	r := t.touch(i, now)
	r.deleted, r.goneAt = true, r.changedAt
	return true
}

// restore brings a deleted record back; false when it was not deleted.
func (t *table) restore(i int, now int64) bool {
	if !t.headAt(i).deleted {
		return false
	}
	r := t.touch(i, now)
	r.deleted, r.backAt = false, r.changedAt
	return true
}

// touched returns the indexes of all changed and inserted records, ascending.
func (t *table) touched() []int {
	out := make([]int, 0, len(t.over))
	for i := range t.over {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

// live returns the index of the record with that id, -1 when there is none or it is deleted.
func (t *table) live(key string) int {
	if i := t.find(key); i >= 0 && !t.headAt(i).deleted {
		return i
	}
	return -1
}

// lookup returns the indexes of the records whose text under the sort is exactly want, ascending; deleted asks for
// deleted records instead of live ones. It looks into the store itself, as a vendor does before it writes.
func (t *table) lookup(sort, want string, text func(*head) string, deleted bool) []int {
	return t.search(query{sort: sort, truth: true}, want, text, deleted)
}

// sought is lookup as a reader does it, whom the search index answers.
func (t *table) sought(sort, want string, text func(*head) string) []int {
	return t.search(query{sort: sort}, want, text, false)
}

func (t *table) search(q query, want string, text func(*head) string, deleted bool) []int {
	q.show = showLive
	if deleted {
		q.show = showGone
	}
	x := t.index(q)
	probe := head{name: want, myID: want, email: want}
	k := x.key(&probe)
	var out []int
	total := x.total()
	for p := x.firstNotBefore(k); p < total; p++ {
		h := x.head(x.at(p))
		if x.key(&h).compare(k) != 0 {
			break
		}
		if text(&h) == want {
			out = append(out, h.idx)
		}
	}
	slices.Sort(out)
	return out
}
