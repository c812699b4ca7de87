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
	skip    []int   // positions of touched records, ascending
	extra   []extra // touched records that match, in order
}

// extra is a touched record in the order; rank is its position in the view.
type extra struct {
	idx, rank int
	key       sortKey
}

// index returns the view for a query, made or brought up to date.
func (t *table) index(q query) *index {
	name := q.sort + "\x00" + q.filter + "\x00" + string(rune('0'+q.show))
	x := t.indexes[name]
	if x == nil {
		if len(t.indexes) >= 64 {
			clear(t.indexes)
		}
		x = &index{t: t, q: q, key: t.sorts[q.sort]}
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

// weave rebuilds the view for the table's present version.
func (x *index) weave() {
	x.built, x.version = true, x.t.version
	x.skip, x.extra = x.skip[:0], x.extra[:0]
	for _, i := range x.t.touched() {
		if i < x.t.base && !x.q.noBase {
			old := x.t.makeHead(i, x.t.created(i))
			if x.q.matches(&old) {
				x.skip = append(x.skip, x.before(x.key(&old), i))
			}
		}
		if h := &x.t.over[i].head; x.q.matches(h) {
			x.extra = append(x.extra, extra{idx: i, key: x.key(h)})
		}
	}
	slices.Sort(x.skip)
	slices.SortFunc(x.extra, func(a, b extra) int {
		if c := a.key.compare(b.key); c != 0 {
			return c
		}
		return cmp.Compare(a.idx, b.idx)
	})
	for j := range x.extra {
		at := x.before(x.extra[j].key, x.extra[j].idx)
		x.extra[j].rank = at - sort.SearchInts(x.skip, at) + j
	}
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
		h := x.t.headAt(x.at(p))
		return x.key(&h).compare(k) >= 0
	})
}

// page returns one page of a query, the number of all matches, and the record in front of the page (nil for none).
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
		return t.at(x.at(p))
	}
	for p := from; p < min(from+size, total); p++ {
		rows = append(rows, at(p))
	}
	if from > 0 && from < total {
		before = at(from - 1)
	}
	return rows, total, before
}
