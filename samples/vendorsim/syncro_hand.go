package vendorsim

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// amend sets fields of a record as the vendor's own pages do; there, people may also set what an answer shows and no body
// takes, such as disabled, and change what the API cannot.
func (s *Syncro) amend(t *table, i int, fields map[string]any, now time.Time) bool {
	h, res := t.headAt(i), syncroResources[t.stream]
	for field, v := range fields {
		if res.change == nil || !knownField(res, field) {
			return s.mark(t, i, field, plainText(v), now)
		}
	}
	c := &call{
		r: &http.Request{Method: http.MethodPut, URL: &url.URL{Path: "/api/v1/" + t.stream + "/" + h.key}}, path: t.stream + "/:id",
		now: now, sent: &payload{fields: fields},
	}
	return s.update(c, res).status == http.StatusOK
}

func knownField(res *resource, field string) bool {
	_, open := res.fields[field]
	_, kept := res.hidden[field]
	return open || kept || res.stream == SyncroContacts && field == "title"
}

// mark sets a member that a record has; false where it has none such.
func (s *Syncro) mark(t *table, i int, field, text string, now time.Time) bool {
	if was := t.at(i); !was.body.has(field) || field[0] == '_' || field == "id" {
		return false
	}
	r := t.touch(i, t.stamp(now))
	r.body = r.body.clone()
	r.body.set(field, text)
	if flag, err := strconv.ParseBool(text); err == nil {
		r.body.set(field, flag)
	}
	s.reindex(t, r)
	return true
}

// target names the record that the path of a write leads to.
func (s *Syncro) target(c *call) []place {
	stream, _, _ := strings.Cut(c.path, "/")
	t := s.tables[stream]
	if t == nil || t.find(c.id(0)) < 0 {
		return nil
	}
	return []place{{stream, c.id(0)}}
}

// invalid words a refusal in the shape of the resource.
func (s *Syncro) invalid(c *call, message string) reply {
	name, rest, deeper := strings.Cut(c.path, "/")
	res := syncroResources[name]
	switch {
	case res == nil || strings.Contains(rest, "/"):
		return withParams([]string{message}, c.sent.fields, nil)
	case !deeper:
		draft := &record{head: blank(-1, 0), body: res.empty()}
		return res.created([]string{message}, c.sent.fields, draft)
	}
	i := s.tables[res.stream].live(c.id(0))
	if i < 0 || res.change == nil {
		return withParams([]string{message}, c.sent.fields, nil)
	}
	return res.change([]string{message}, c.sent.fields, s.tables[res.stream].at(i))
}

// blanks words the required fields that a draft leaves blank.
func (s *Syncro) blanks(stream string, draft *record) []string {
	var out []string
	for _, field := range s.lacking(stream, draft.body) {
		label := field[strings.LastIndexByte(field, '.')+1:]
		out = append(out, strings.ToUpper(label[:1])+label[1:]+" can't be blank")
	}
	return out
}

// Merge lets a person merge a customer into another: the loser is gone, and everything that hangs below it hangs below the winner.
// False where one of them is not live, or both are one.
func (s *Syncro) Merge(loser, winner string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now()
	s.arrive(now)
	from, to := s.customers.live(loser), s.customers.live(winner)
	if from < 0 || to < 0 || from == to {
		return false
	}
	id := s.idAt(s.customers, to)
	for _, t := range []*table{s.contacts, s.tickets, s.leads, s.invoices, s.payments, s.assets, s.alerts} {
		for i := range t.next {
			if h := t.headAt(i); h.customer != from || h.deleted {
				continue
			}
			r := t.touch(i, t.stamp(now))
			r.body = r.body.clone()
			for _, key := range []string{"customer_id", "_customer_id"} {
				if r.body.has(key) {
					r.body.set(key, id)
				}
			}
			s.reindex(t, r)
			if r.customer != to { // a stream whose body does not name its customer
				r.customer = to
			}
		}
	}
	s.customers.touch(to, s.customers.stamp(now))
	return s.customers.remove(from, s.customers.stamp(now))
}
