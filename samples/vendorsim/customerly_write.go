package vendorsim

import (
	"encoding/json"
	"slices"
	"time"
)

// merge puts attributes over those there are, or in place of them.
func (s *Customerly) merge(r *record, sent map[string]any, replace bool) {
	old, _ := r.body.get("attributes").(object)
	next := old.clone()
	if replace {
		next = object{}
	}
	for _, key := range sortedKeys(sent) {
		next.set(key, jsonOf(sent[key]))
	}
	r.body.set("attributes", next)
}

// convert makes a user of lead i, with the same internal id, and returns the user's index.
func (s *Customerly) convert(i int, now time.Time) int {
	lead := *s.leads.at(i)
	s.leads.remove(i, s.leads.stamp(now))
	r := s.users.insert(now.UnixMilli())
	delete(s.users.keys, r.key)
	r.id, r.key, r.name, r.email, r.myID, r.created = lead.id, lead.key, lead.name, lead.email, lead.myID, lead.created
	r.body = lead.body.clone()
	r.body.set("was_lead", 1)
	s.users.keys[r.key] = r.idx
	s.users.noted(r)
	return r.idx
}

// convertAny makes a user of some lead, drawn from the seed and the number of the call.
func (s *Customerly) convertAny(c *call) {
	p := pickFor(s.o.Seed, 0xc0417, s.calls)
	if i := s.leads.anyLive(&p); i >= 0 {
		s.convert(i, c.now)
	}
}

// Convert makes a user of the lead with that internal id, as the vendor does when a lead signs up; false when there is no
// such lead.
func (s *Customerly) Convert(id string) bool {
	return s.hand(CustomerlyLeads, id, func(t *table, i int, now time.Time) bool {
		live := !t.headAt(i).deleted
		if live {
			s.convert(i, now)
		}
		return live
	})
}

// userUnsubscribe is the one way to write the flag; the path names the customer's own id.
func (s *Customerly) userUnsubscribe(c *call) reply {
	i := s.users.byUserID(c.last())
	if i < 0 {
		return s.unknown(false)
	}
	r := s.users.touch(i, s.users.stamp(c.now))
	r.body = r.body.clone()
	r.body.set("unsubscribe", 1)
	return s.done(c, CustomerlyUsers, r.key, "unsubscribe")
}

// userAttributes merges attributes into those of a user.
func (s *Customerly) userAttributes(c *call) reply {
	i, sent := s.users.byUserID(c.last()), c.sent.object("attributes")
	switch {
	case c.sent.bad != "":
		return s.wrong(c.sent.bad)
	case sent == nil:
		return s.wrong("attributes is required")
	case i < 0:
		return s.unknown(false)
	}
	r := s.users.touch(i, s.users.stamp(c.now))
	r.body = r.body.clone()
	s.merge(r, sent.fields, false)
	return s.done(c, CustomerlyUsers, r.key, "add-attributes")
}

// selected finds the user that an object names by internal_user_id, user_id or email.
func (s *Customerly) selected(q *people, p *payload) int {
	if id := p.text("internal_user_id"); id != "" {
		return q.live(id)
	}
	if id := p.text("user_id"); id != "" {
		return q.byUserID(id)
	}
	return q.byEmail(p.text("email"))
}

// userCompany puts a user into a company, which is made where it is missing.
func (s *Customerly) userCompany(c *call) reply {
	p := c.sent
	id, i := p.text("company_id"), s.selected(s.users, p)
	switch {
	case p.bad != "":
		return s.wrong(p.bad)
	case id == "":
		return s.wrong("company_id is required")
	case i < 0:
		return s.unknown(false)
	}
	company := s.company(id, p, "company_attributes")
	members, _ := company.get("users").([]string)
	if key := s.users.headAt(i).key; !slices.Contains(members, key) {
		company.set("users", append(slices.Clone(members), key))
	}
	if p.bad != "" {
		return s.wrong(p.bad)
	}
	s.companies[id] = company
	return s.done(c, "companies", id, "add-to-company")
}

// companyAttributes merges attributes into those of a company.
func (s *Customerly) companyAttributes(c *call) reply {
	if c.sent.object("attributes") == nil && c.sent.bad == "" {
		c.sent.wrong("attributes is required")
	}
	company := s.company(c.last(), c.sent, "attributes")
	if c.sent.bad != "" {
		return s.wrong(c.sent.bad)
	}
	s.companies[c.last()] = company
	return s.done(c, "companies", c.last(), "add-attributes")
}

// company returns a changed copy of a company, new where there is none.
func (s *Customerly) company(id string, p *payload, attributes string) object {
	company := s.companies[id].clone()
	if len(company) == 0 {
		company = object{{"company_id", id}, {"company_name", nil}, {"attributes", object{}}, {"users", []string{}}}
	}
	if name := p.text("company_name"); name != "" {
		company.set("company_name", name)
	}
	if sent := p.object(attributes); sent != nil {
		old, _ := company.get("attributes").(object)
		next := old.clone()
		for _, key := range sortedKeys(sent.fields) {
			next.set(key, jsonOf(sent.fields[key]))
		}
		company.set("attributes", next)
	}
	return company
}

// Company returns a company with the internal ids of its users, as JSON; nil when there is none. No call of the API reads
// companies.
func (s *Customerly) Company(id string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	if company, known := s.companies[id]; known {
		return appendJSON(nil, company)
	}
	return nil
}

// jsonOf turns decoded JSON of any depth into what the encoder knows; members of objects are sorted by key.
func jsonOf(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = jsonOf(v[i])
		}
		return out
	case map[string]any:
		out := make(object, 0, len(v))
		for _, key := range sortedKeys(v) {
			out = append(out, member{key, jsonOf(v[key])})
		}
		return out
	case json.Number:
		return decimal(v.String())
	default:
		return value(v)
	}
}

func sortedKeys(o map[string]any) []string {
	out := make([]string, 0, len(o))
	for key := range o {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}
