package vendorsim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Page sizes (reference: Pagination).
const (
	defaultPageSize = 25
	maxPageSize     = 100
)

// listing reads the parameters of one list call. The first thing wrong with them is kept and answered with 400.
type listing struct {
	q          url.Values
	page, size int
	query      query
	keeps      []func(*head) bool
	names      []string
	bad        string
}

// newListing reads page, pageSize, sort and sortOrder. sorts are the allowed ones in lower case, the first is the
// default; a list without sorts keeps the order of creation.
func newListing(c *call, sorts ...string) *listing {
	l := &listing{q: c.query()}
	l.page = l.number("page", 1)
	l.size = min(l.number("pageSize", defaultPageSize), maxPageSize)
	if len(sorts) == 0 {
		return l
	}
	l.query.sort = sorts[0]
	if v := strings.ToLower(l.q.Get("sort")); v != "" {
		if !slices.Contains(sorts, v) {
			l.wrong("sort", v)
		}
		l.query.sort = v
	}
	switch v := strings.ToLower(l.q.Get("sortOrder")); v {
	case "", "ascending":
	case "descending":
		l.query.desc = true
	default:
		l.wrong("sortOrder", v)
	}
	return l
}

func (l *listing) wrong(name, value string) {
	if l.bad == "" {
		l.bad = "Invalid value for parameter " + name + ": " + value
	}
}

// number reads a positive number.
func (l *listing) number(name string, def int) int {
	v := l.q.Get(name)
	if v == "" {
		return def
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		l.wrong(name, v)
		return def
	}
	return n
}

// filter adds a condition that came with the parameter. Filters are cumulative.
func (l *listing) filter(name, value string, keep func(*head) bool) {
	l.keeps = append(l.keeps, keep)
	l.names = append(l.names, name+"="+value)
}

// text filters by a parameter if it is given.
func (l *listing) text(name string, keep func(h *head, v string) bool) {
	if v := l.q.Get(name); v != "" {
		l.filter(name, v, func(h *head) bool { return keep(h, v) })
	}
}

// id filters by the id of a linked record: find gives its index.
func (l *listing) id(name string, find func(string) int, of func(*head) int) {
	v := l.q.Get(name)
	if v == "" {
		return
	}
	if _, err := strconv.ParseInt(v, 10, 64); err != nil {
		l.wrong(name, v)
		return
	}
	i := find(v)
	l.filter(name, v, func(h *head) bool { return i >= 0 && of(h) == i })
}

// myID filters by the myId of a linked record, of which there may be several.
func (l *listing) myID(name string, t *table, of func(*head) int) {
	v := l.q.Get(name)
	if v == "" {
		return
	}
	found := map[int]bool{}
	text := v
	for _, i := range t.sought("myid", v, func(h *head) string { return h.myID }) {
		found[i] = true
		text += "," + strconv.Itoa(i)
	}
	l.filter(name, text, func(h *head) bool { return found[of(h)] })
}

// time filters by a date.
func (l *listing) time(name string, keep func(h *head, at int64) bool) (at int64, given bool) {
	v := l.q.Get(name)
	if v == "" {
		return 0, false
	}
	at, given = parseTime(v)
	if !given {
		l.wrong(name, v)
		return 0, false
	}
	l.filter(name, v, func(h *head) bool { return keep(h, at) })
	return at, true
}

// changedSince filters by dateModified: after the moment, or on it too (reference: List customers says after, List
// jobs says on or after).
func (l *listing) changedSince(t *table, inclusive bool) {
	at, given := l.time("changedSince", func(h *head, at int64) bool {
		return h.modified > at || inclusive && h.modified == at
	})
	if given && (at > t.newest || at == t.newest && !inclusive) {
		l.query.noBase = true
	}
}

// wildcard reports whether name contains pattern in any case; a * in it stands for any text.
func wildcard(pattern, name string) bool {
	rest := fold(name)
	for part := range strings.SplitSeq(fold(pattern), "*") {
		at := strings.Index(rest, part)
		if at < 0 {
			return false
		}
		rest = rest[at+len(part):]
	}
	return true
}

// records answers a list of a table.
func (s *Synchroteam) records(c *call, l *listing, t *table, render func(*record) object) reply {
	if l.bad != "" {
		return fail(http.StatusBadRequest, l.bad)
	}
	q := l.query
	q.filter = strings.Join(l.names, "&")
	if q.noBase {
		q.filter += "&nobase"
	}
	if keeps := l.keeps; len(keeps) > 0 {
		q.keep = func(h *head) bool {
			for _, keep := range keeps {
				if !keep(h) {
					return false
				}
			}
			return true
		}
	}
	rows, total, before := t.page(q, l.page, l.size)
	out := make([]object, len(rows), len(rows)+1)
	for i, r := range rows {
		out[i] = render(r)
	}
	var front object
	if before != nil && c.fault != nil {
		front = render(before)
	}
	return s.envelope(c, l, total, out, front)
}

// fixed answers a list of things that never change, already filtered. less sorts them; nil keeps the order.
func (s *Synchroteam) fixed(c *call, l *listing, all []object, sortBy func(object) string) reply {
	if l.bad != "" {
		return fail(http.StatusBadRequest, l.bad)
	}
	if sortBy != nil {
		all = slices.Clone(all)
		slices.SortStableFunc(all, func(a, b object) int { return strings.Compare(sortBy(a), sortBy(b)) })
		if l.query.desc {
			slices.Reverse(all)
		}
	}
	total := len(all)
	from := total
	if l.page-1 <= total/l.size {
		from = min((l.page-1)*l.size, total)
	}
	var front object
	if from > 0 && from < total {
		front = all[from-1]
	}
	return s.envelope(c, l, total, slices.Clone(all[from:min(from+l.size, total)]), front)
}

// envelope wraps a page (reference: Pagination, Response Properties).
func (s *Synchroteam) envelope(c *call, l *listing, total int, rows []object, front object) reply {
	if c.fault != nil {
		rows = c.fault.spoilRows(rows, front)
	}
	if c.fault.is(FaultTotal) {
		total += 7
	}
	b := make([]byte, 0, 256+700*len(rows))
	b = appendJSON(b, object{
		{"page", l.page}, {"pageSize", l.size}, {"records", len(rows)}, {"recordsTotal", total}, {"data", rows},
	})
	return reply{status: http.StatusOK, body: b}
}
