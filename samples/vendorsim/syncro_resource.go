package vendorsim

import (
	"net/http"
	"strings"
)

// resource is what the standard calls of one stream need: GET, POST and PUT of a single record.
type resource struct {
	stream string
	fields map[string]fieldType // what a body may set; anything else is passed over
	hidden map[string]fieldType // what a body may set and no answer shows
	empty  func() object
	// wrap is the key around an answer, "" for none.
	wrap string
	// check lists what is wrong with a draft; fresh is a record that does not exist yet.
	check func(s *Syncro, r *record, sent map[string]any, fresh bool) []string
	// created and changed answer what is wrong.
	created, change refusalShape
	// before may refuse a creation outright; after does what follows a creation or an update.
	before func(s *Syncro, c *call) *reply
	after  func(s *Syncro, c *call, r *record, fresh bool)
	// answer shows the record after a creation; nil shows it as its details do.
	answer func(s *Syncro, c *call, r *record) reply
	// details shows the record; nil is the account's show.
	details func(s *Syncro, c *call, r *record) object
}

func (s *Syncro) wrapped(c *call, res *resource, r *record) reply {
	var o object
	if res.details != nil {
		o = res.details(s, c, r)
	} else {
		o = s.show(res.stream, r)
	}
	if res.wrap == "" {
		return syncroJSON(http.StatusOK, o)
	}
	return syncroJSON(http.StatusOK, object{{res.wrap, o}})
}

// read returns the live record that a path names, as a single read shows it; nil for none. An invoice is found by its number
// too, which is a search.
func (s *Syncro) read(c *call, stream string) *record {
	t := s.tables[stream]
	if r := t.asRead(t.find(c.id(0)), false); r != nil || stream != SyncroInvoices {
		return r
	}
	for _, i := range t.sought("invoice_number", c.id(0), func(h *head) string { return h.myID }) {
		if r := t.asRead(i, true); r != nil {
			return r
		}
	}
	return nil
}

func (s *Syncro) details(c *call, res *resource) reply {
	r := s.read(c, res.stream)
	if r == nil {
		return notFound(c)
	}
	return s.wrapped(c, res, r)
}

func (s *Syncro) create(c *call, res *resource) reply {
	if res.before != nil {
		if bad := res.before(s, c); bad != nil {
			return *bad
		}
	}
	t := s.tables[res.stream]
	draft := &record{head: blank(-1, 0), body: res.empty()}
	draft.ext = &filterKeys{}
	res.apply(draft, c.sent.fields)
	s.reindex(t, draft)
	if wrong := append(res.check(s, draft, c.sent.fields, true), s.blanks(res.stream, draft)...); len(wrong) > 0 {
		return res.created(wrong, c.sent.fields, s.unsaved(draft))
	}
	r := t.insert(c.now.UnixMilli())
	h := draft.head
	h.idx, h.id, h.key, h.created, h.modified = r.idx, r.id, r.key, r.created, r.modified
	if h.num == 0 {
		h.num = r.num
	}
	r.head, r.body = h, draft.body
	s.noteSerial(t, r)
	if res.after != nil {
		res.after(s, c, r, true)
	}
	s.note(res.stream, r.key, "create", c.sent)
	if res.answer != nil {
		return res.answer(s, c, r)
	}
	return s.wrapped(c, res, r)
}

func (s *Syncro) update(c *call, res *resource) reply {
	t := s.tables[res.stream]
	i := t.live(c.id(0))
	if i < 0 {
		return notFound(c)
	}
	was := t.at(i)
	draft := &record{head: was.head, body: was.body.clone()}
	if s.o.PutReplaces && s.writing != nil {
		res.clear(draft)
	}
	res.apply(draft, c.sent.fields)
	s.reindex(t, draft)
	if wrong := append(res.check(s, draft, c.sent.fields, false), s.blanks(res.stream, draft)...); len(wrong) > 0 {
		return res.change(wrong, c.sent.fields, was)
	}
	r := t.touch(i, t.stamp(c.now))
	h := draft.head
	h.modified = r.modified
	r.head, r.body = h, draft.body
	s.noteSerial(t, r)
	if res.after != nil {
		res.after(s, c, r, false)
	}
	s.note(res.stream, r.key, "update", c.sent)
	return s.wrapped(c, res, r)
}

// clear sets every field that a body may set to what a new record has.
func (res *resource) clear(r *record) {
	none := res.empty()
	for key := range res.fields {
		if key != "customer_id" && key != "number" {
			r.body.set(key, none.get(key))
		}
	}
}

// noteSerial remembers which asset a serial was written to.
func (s *Syncro) noteSerial(t *table, r *record) {
	if t == s.assets && r.myID != "" {
		s.serials[r.myID] = append(s.serials[r.myID], r.idx)
	}
}

// apply puts what was sent into a draft; custom fields that were not sent stay.
func (res *resource) apply(r *record, sent map[string]any) {
	for key, v := range sent {
		if f, known := res.fields[key]; known {
			taken := f.take(v)
			if more, is := taken.(object); is && key == "properties" {
				taken = merged(r.body.get(key), more)
			}
			r.body.set(key, taken)
		} else if f, known := res.hidden[key]; known {
			r.body.set("_"+key, f.take(v))
		}
	}
}

func merged(old any, more object) object {
	was, _ := old.(object)
	out := was.clone()
	for _, m := range more {
		out.set(m.key, m.val)
	}
	return out
}

// unsaved is a record that was refused, as contacts answer it: without id and dates.
func (s *Syncro) unsaved(r *record) *record {
	r.id, r.created, r.modified = 0, 0, 0
	return r
}

// reindex brings the head in line with the body.
func (s *Syncro) reindex(t *table, r *record) {
	b := r.body
	k := *r.keysOf()
	number := func(key string) int64 {
		n, _ := b.get(key).(int64)
		return n
	}
	owner := "customer_id"
	switch t.stream {
	case SyncroCustomers:
		k.first, k.last, k.business = b.text("firstname"), b.text("lastname"), b.text("business_name")
		k.phone = digits(b.text("phone"))
		r.name, r.email, owner = k.then(), b.text("email"), ""
		r.closed, _ = b.get("disabled").(bool)
	case SyncroContacts:
		r.name, r.email = b.text("name"), b.text("email")
	case SyncroLeads:
		k.first, k.last, k.business = b.text("first_name"), b.text("last_name"), b.text("_business_name")
		r.name, r.email, r.status = k.full(), b.text("email"), b.text("status")
		k.user, k.ticket, k.contact = number("user_id"), number("ticket_id"), number("contact_id")
	case SyncroTickets:
		r.name, r.status = b.text("subject"), b.text("status")
		r.num = number("number")
		k.user, k.contact = number("user_id"), number("contact_id")
	case SyncroInvoices:
		r.myID = b.text("number")
		r.name, k.ticket, k.lines = r.myID, number("ticket_id"), len(linesOf(r))
	case SyncroPayments:
		r.myID, owner = b.text("ref_num"), "_customer_id"
		r.name = r.myID
	case SyncroAssets:
		r.name, r.myID, k.kind = b.text("name"), b.text("asset_serial"), number("_asset_type_id")
	case SyncroAlerts:
		r.name = b.text("description")
		r.closed, _ = b.get("resolved").(bool)
	}
	if owner != "" {
		was := r.customer
		if r.customer = -1; number(owner) != 0 {
			r.customer = s.customers.find(itoa(number(owner)))
		}
		if r.customer != was && t.stream == SyncroContacts {
			s.moved(t, r.idx, r.customer)
		}
	}
	r.ext = &k
}

// badEmail lists what the vendor says about an address that is none.
func badEmail(r *record) []string {
	text := strings.TrimSpace(r.email)
	name, host, at := strings.Cut(text, "@")
	if text == "" || at && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(text, " \t\n") {
		return nil
	}
	return []string{"Email is not an email", "Email Only able to parse up to \"" + text + "\""}
}
