package vendorsim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// syncroQuery reads the parameters of one list call. Like the vendor's framework it takes what it can read and passes
// over the rest: an unknown parameter or a broken page number changes nothing.
type syncroQuery struct {
	url.Values
	page  int
	size  int
	keeps []func(*head) bool
	names []string
	query query
}

// query reads page and per_page of a list; name is its key in SyncroOptions.PageSizes.
func (s *Syncro) query(c *call, name string) *syncroQuery {
	l := &syncroQuery{Values: c.query(), page: 1, size: s.o.PageSizes[name]}
	if n, err := strconv.Atoi(l.Get("page")); err == nil && n > 1 {
		l.page = n
	}
	if n, err := strconv.Atoi(l.Get("per_page")); err == nil && n > 0 && (s.o.PerPage || name == "comments") {
		l.size = min(n, 100)
	}
	return l
}

func (l *syncroQuery) filter(name, value string, keep func(*head) bool) {
	l.keeps = append(l.keeps, keep)
	l.names = append(l.names, name+"="+value)
}

// text filters by a parameter if it is given.
func (l *syncroQuery) text(name string, keep func(h *head, v string) bool) {
	if v := l.Get(name); v != "" {
		l.filter(name, v, func(h *head) bool { return keep(h, v) })
	}
}

// id filters by a number if it is given; what is no number matches nothing.
func (l *syncroQuery) id(name string, of func(*head) int64) {
	l.text(name, func(h *head, v string) bool { return itoa(of(h)) == v })
}

// list returns an array parameter, spelled name[]=1&name[]=2 or name=1.
func (l *syncroQuery) list(name string) []string {
	return append(slices.Clone(l.Values[name+"[]"]), l.Values[name]...)
}

// in filters by an array parameter; not turns it around.
func (l *syncroQuery) in(name string, of func(*head) string, not bool) {
	if all := l.list(name); len(all) > 0 {
		l.filter(name, strings.Join(all, "\x00"), func(h *head) bool { return slices.Contains(all, of(h)) != not })
	}
}

// after filters by a moment later than the parameter; a day without time is its midnight, UTC.
func (l *syncroQuery) after(name string, of func(*head) int64) (at int64) {
	at, given := syncroTime(l.Get(name))
	if given {
		l.filter(name, itoa(at), func(h *head) bool { return of(h) > at })
	}
	return at
}

// contains tells whether any of the texts holds what was searched for, in any case.
func contains(sought string, texts ...string) bool {
	sought = fold(sought)
	for _, text := range texts {
		if strings.Contains(fold(text), sought) {
			return true
		}
	}
	return false
}

// search filters by the query parameter: names, e-mail, numbers and phone digits.
func (l *syncroQuery) search() {
	l.text("query", matches)
}

func matches(h *head, sought string) bool {
	k := h.keysOf()
	if number := digits(sought); len(number) > 4 && strings.Contains(k.phone, number) {
		return true
	}
	return contains(sought, h.name, h.email, h.myID, k.business, k.full()) || h.num > 0 && itoa(h.num) == sought
}

// syncroTime reads a moment in milliseconds.
func syncroTime(text string) (int64, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0, false
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999"} {
		if t, err := time.Parse(form, text); err == nil {
			return t.UnixMilli(), true
		}
	}
	sec, fine := parseTime(text)
	return sec * 1000, fine
}

// meta says which of its members a list has.
type meta int

const (
	noMeta    meta = iota
	shortMeta      // total_pages and page
	sizeMeta       // and per_page
	fullMeta       // and total_entries
)

// rows answers one page of a table, oldest first unless the query says otherwise (the default orders are in no document).
func (s *Syncro) rows(c *call, l *syncroQuery, t *table, key string, has meta, render func(*record) object) reply {
	q := l.query
	q.filter = strings.Join(l.names, "&")
	if q.noBase {
		q.filter += "&nobase"
	}
	if keeps := l.keeps; len(keeps) > 0 {
		q.keep = func(h *head) bool {
			return !slices.ContainsFunc(keeps, func(keep func(*head) bool) bool { return !keep(h) })
		}
	}
	s.listing = true
	defer func() { s.listing = false }()
	found, total, before := t.page(q, l.page, l.size)
	out := make([]object, len(found), len(found)+1)
	for i, r := range found {
		out[i] = render(r)
	}
	var front object
	if before != nil && c.fault != nil {
		front = render(before)
	}
	return s.envelope(c, l, key, has, total, out, front)
}

// envelope wraps a page: one plural key, and meta where the list has it.
func (s *Syncro) envelope(c *call, l *syncroQuery, key string, has meta, total int, rows []object, front object) reply {
	if c.fault != nil {
		rows = c.fault.spoilRows(rows, front)
	}
	if c.fault.is(FaultTotal) {
		total += 7
	}
	out := object{{key, rows}}
	pages := max((total+l.size-1)/l.size, 1)
	switch has {
	case shortMeta:
		out = append(out, member{"meta", object{{"total_pages", pages}, {"page", l.page}}})
	case sizeMeta:
		out = append(out, member{"meta", object{{"total_pages", pages}, {"page", l.page}, {"per_page", l.size}}})
	case fullMeta:
		out = append(out, member{"meta", object{{"total_pages", pages}, {"total_entries", total}, {"per_page", l.size}, {"page", l.page}}})
	}
	return syncroJSON(http.StatusOK, out)
}

// slice answers one page of rows that are already there.
func (s *Syncro) slice(c *call, l *syncroQuery, key string, has meta, all []object) reply {
	from := min((min(l.page, len(all)+1)-1)*l.size, len(all))
	var front object
	if from > 0 && from < len(all) {
		front = all[from-1]
	}
	return s.envelope(c, l, key, has, len(all), slices.Clone(all[from:min(from+l.size, len(all))]), front)
}
