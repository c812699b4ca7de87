package vendorsim

import "time"

// amend sets fields of a user or lead as the vendor's own pages do: name, email, user_id, unsubscribe (0 or 1) and attributes.
func (s *Customerly) amend(t *table, i int, fields map[string]any, now time.Time) bool {
	q := s.users
	if t == s.leads.table {
		q = s.leads
	}
	for field, v := range fields {
		switch field {
		case "name", "email", "user_id", "unsubscribe", "attributes":
		default:
			return false
		}
		if _, is := v.(map[string]any); is != (field == "attributes") {
			return false
		}
	}
	r := q.touch(i, q.stamp(now))
	r.body = r.body.clone()
	for field, v := range fields {
		switch field {
		case "name":
			r.name = plainText(v)
		case "email":
			r.email = plainText(v)
		case "user_id":
			r.myID = plainText(v)
		case "unsubscribe":
			r.body.set(field, 0)
			if truth(v) {
				r.body.set(field, 1)
			}
		case "attributes":
			s.merge(r, v.(map[string]any), false)
		}
	}
	q.noted(r)
	return true
}

// target names the users and leads that a write is about.
func (s *Customerly) target(c *call) []place {
	var out []place
	add := func(q *people, i int) {
		if i >= 0 {
			h := q.headAt(i)
			out = append(out, place{q.stream, h.key})
		}
	}
	ask := c.query()
	switch c.path {
	case "users/unsubscribe/:id", "users/add-attributes/:id":
		add(s.users, s.users.byUserID(c.last()))
	case "users/add-to-company":
		add(s.users, s.selected(s.users, &payload{fields: c.sent.fields}))
	case "users":
		add(s.users, s.users.byEmail(ask.Get("email")))
		add(s.users, s.users.byUserID(ask.Get("user_id")))
	case "leads":
		add(s.leads, s.leads.byEmail(ask.Get("email")))
	case "tags":
		for _, q := range []*people{s.users, s.leads} {
			for _, one := range (&payload{fields: c.sent.fields}).objects(q.stream) {
				add(q, s.selected(q, one))
			}
		}
	}
	return out
}

// invalid words a refusal; of a batch each row that fits is refused instead, see refusedRow.
func (s *Customerly) invalid(_ *call, message string) reply { return s.wrong(message) }

// refusedRow says why a row of a batch is refused for reasons that are not in the row itself, "" where it is not: a fault, a
// record that somebody keeps open, a field that became required.
func (s *Customerly) refusedRow(q *people, i int, p *payload, f *Fault) string {
	if f.is(FaultInvalid) && (f.When == nil || f.When(p.asSent())) {
		return f.complaint()
	}
	draft := object{{"name", nil}, {"user_id", nil}, {"attributes", object{}}}
	if i >= 0 {
		h := q.headAt(i)
		if s.held(place{q.stream, h.key}) {
			return msgLocked
		}
		draft = s.person(q == s.users, q.at(i), true)
	}
	for _, field := range sortedKeys(p.fields) {
		draft.set(field, jsonOf(p.fields[field]))
	}
	if sent := p.object("attributes"); sent != nil && i >= 0 {
		old, _ := q.at(i).body.get("attributes").(object)
		next := old.clone()
		for _, key := range sortedKeys(sent.fields) {
			next.set(key, jsonOf(sent.fields[key]))
		}
		draft.set("attributes", next)
	}
	if lacks := s.lacking(q.stream, draft); len(lacks) > 0 {
		return lacks[0] + " is required"
	}
	return ""
}
