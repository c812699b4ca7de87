package vendorsim

import (
	"cmp"
	"slices"
	"sort"
)

// show says which records a list shows (reference: List jobs, show).
type show int

const (
	showLive show = iota
	showGone
	showAll
)

// query asks a table for an order of some of its records.
type query struct {
	filter string // canonical text of the filters: equal text, equal keep
	keep   func(*head) bool
	show   show
	sort   string // lower-case name of the sort
	desc   bool
	noBase bool // no untouched record can match
	truth  bool // of the store itself, not of what lists show already
}

func (q *query) matches(h *head) bool {
	if q.show == showLive && h.deleted || q.show == showGone && !h.deleted {
		return false
	}
	return q.keep == nil || q.keep(h)
}

// index is an immutable order of matching records from the seed, with a view on top that leaves out touched records
// and weaves in those that match now. The view follows the table's version.
type index struct {
	t    *table
	q    query
	key  func(*head) sortKey
	n    int     // records from the seed in the order
	perm []int32 // their indexes; nil where the order is the order of creation of all of them

	version uint64
	built   bool
	seen    int             // of the table's changes
	left    map[int]bool    // touched records from the seed
	skip    []int           // positions of those that are in the order, ascending
	extra   []extra         // touched records that match, in order
	keys    map[int]sortKey // by record, the keys of extra
}

// extra is a touched record in the order: at counts the records from the seed before it, rank is its position in the view.
type extra struct {
	idx, at, rank int
	key           sortKey
}

func (a extra) compare(b extra) int {
	if c := a.key.compare(b.key); c != 0 {
		return c
	}
	return cmp.Compare(a.idx, b.idx)
}

// index returns the view for a query, made or brought up to date.
func (t *table) index(q query) *index {
	if t.recent == nil || t.recent.index <= 0 {
		q.truth = false // one index does for both
	}
	name := q.sort + "\x00" + q.filter + "\x00" + string(rune('0'+q.show))
	if q.truth {
		name += "\x00truth"
	}
	x := t.indexes[name]
	if x == nil {
		if len(t.indexes) >= 64 {
			clear(t.indexes)
		}
		x = &index{t: t, q: q, key: t.sorts[q.sort], left: map[int]bool{}, keys: map[int]sortKey{}}
		x.order()
		t.indexes[name] = x
	}
	if !x.built || x.version != t.version {
		x.weave()
	}
	return x
}

// order sorts the matching records from the seed once.
func (x *index) order() {
	t, q := x.t, x.q
	creation := q.sort == "" || q.sort == "datecreated" || q.sort == "num"
	if q.noBase {
		x.perm = []int32{}
		return
	}
	if creation && q.keep == nil && q.filter == "" && (q.show == showAll || q.show == showLive && !t.baseGone) {
		x.n = t.base
		return
	}
	type keyed struct {
		k sortKey
		i int32
	}
	all := make([]keyed, 0, min(t.base, 1024))
	for i := range t.base {
		h := t.makeHead(i, t.created(i))
		if q.matches(&h) {
			all = append(all, keyed{x.key(&h), int32(i)})
		}
	}
	slices.SortFunc(all, func(a, b keyed) int {
		if c := a.k.compare(b.k); c != 0 {
			return c
		}
		return cmp.Compare(a.i, b.i)
	})
	x.n, x.perm = len(all), make([]int32, len(all))
	for p, a := range all {
		x.perm[p] = a.i
	}
}

// baseAt returns the index of the record from the seed at position p of the immutable order.
func (x *index) baseAt(p int) int {
	if x.perm == nil {
		return p
	}
	return int(x.perm[p])
}

// before counts the records from the seed that stand before (k, idx) in the immutable order.
func (x *index) before(k sortKey, idx int) int {
	return sort.Search(x.n, func(p int) bool {
		i := x.baseAt(p)
		h := x.t.makeHead(i, x.t.created(i))
		if c := x.key(&h).compare(k); c != 0 {
			return c > 0
		}
		return i >= idx
	})
}

// few is up to how many changes the view is mended rather than sorted anew.
const few = 32

// weave brings the view up to the table's present version: what changed since is taken out and put in where it belongs now.
func (x *index) weave() {
	changed := x.t.changes[x.seen:]
	if !x.built {
		changed = x.t.touched()
	}
	changed = slices.Compact(slices.Sorted(slices.Values(changed)))
	x.built, x.version, x.seen = true, x.t.version, len(x.t.changes)
	x.takeOut(changed)
	for _, i := range changed {
		if i < x.t.base && !x.q.noBase && !x.left[i] {
			x.left[i] = true
			if old := x.t.makeHead(i, x.t.created(i)); x.q.matches(&old) {
				x.skip = append(x.skip, x.before(x.key(&old), i))
			}
		}
		if h, there := x.now(i); there && x.q.matches(&h) {
			one := extra{idx: i, key: x.key(&h)}
			one.at = x.before(one.key, i)
			x.keys[i] = one.key
			x.extra = append(x.extra, one)
			if len(changed) <= few {
				last := len(x.extra) - 1
				at, _ := slices.BinarySearchFunc(x.extra[:last], one, extra.compare)
				copy(x.extra[at+1:], x.extra[at:last])
				x.extra[at] = one
			}
		}
	}
	slices.Sort(x.skip)
	if len(changed) > few {
		slices.SortFunc(x.extra, extra.compare)
	}
	k := 0
	for j := range x.extra {
		for k < len(x.skip) && x.skip[k] < x.extra[j].at {
			k++
		}
		x.extra[j].rank = x.extra[j].at - k + j
	}
}

// takeOut removes records from the woven part.
func (x *index) takeOut(changed []int) {
	if len(changed) > few {
		gone := make(map[int]bool, len(changed))
		for _, i := range changed {
			gone[i] = true
			delete(x.keys, i)
		}
		x.extra = slices.DeleteFunc(x.extra, func(e extra) bool { return gone[e.idx] })
		return
	}
	for _, i := range changed {
		key, woven := x.keys[i]
		if !woven {
			continue
		}
		delete(x.keys, i)
		at, _ := slices.BinarySearchFunc(x.extra, extra{idx: i, key: key}, extra.compare)
		x.extra = slices.Delete(x.extra, at, at+1)
	}
}

// now returns the head of a touched record as the view knows it; there is false where it knows none.
func (x *index) now(i int) (h head, there bool) {
	if x.q.truth {
		return x.t.headAt(i), true
	}
	return x.t.headListed(i)
}

// head returns the head of a record in the view.
func (x *index) head(i int) head {
	h, _ := x.now(i)
	return h
}

// total is the number of records in the view.
func (x *index) total() int { return x.n - len(x.skip) + len(x.extra) }

// at returns the index of the record at position p of the view, ascending.
func (x *index) at(p int) int {
	j := sort.Search(len(x.extra), func(j int) bool { return x.extra[j].rank >= p })
	if j < len(x.extra) && x.extra[j].rank == p {
		return x.extra[j].idx
	}
	q := p - j
	k := sort.Search(len(x.skip), func(k int) bool { return x.skip[k]-k > q })
	return x.baseAt(q + k)
}

// firstNotBefore returns the first position of the view whose key is k or later.
func (x *index) firstNotBefore(k sortKey) int {
	return sort.Search(x.total(), func(p int) bool {
		h := x.head(x.at(p))
		return x.key(&h).compare(k) >= 0
	})
}

// page returns one page of a query as lists show it, the number of all matches, and the record in front of the page (nil for none).
func (t *table) page(q query, page, size int) (rows []*record, total int, before *record) {
	x := t.index(q)
	total = x.total()
	from := (page - 1) * size
	if page-1 > total/size { // far past the end, where the product may overflow
		from = total
	}
	at := func(p int) *record {
		if q.desc {
			p = total - 1 - p
		}
		return t.asListed(x.at(p))
	}
	for p := from; p < min(from+size, total); p++ {
		rows = append(rows, at(p))
	}
	if from > 0 && from < total {
		before = at(from - 1)
	}
	return rows, total, before
}
