package vendorsim

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// details is a customer as get shows it.
func (s *Sonar) details(r *record) object {
	o := object{{"phone_number", s.phone(r.key)}}
	for _, key := range []string{"email", "first_name", "last_name", "subscribed", "properties", "assigned_phone_number", "unsubscribed_at", "external_id"} {
		o = append(o, member{key, r.body.get(key)})
	}
	if s.o.Data.ExtraField && r.idx%7 == 0 {
		o = append(o, member{"loyaltyTier", object{{"level", 3}}})
	}
	return o
}

// answered is a customer as an upsert shows it: with the assignee, without what get adds.
func (s *Sonar) answered(r *record) object {
	o := object{}
	if s.o.WithID {
		o = append(o, member{"id", 70000 + r.idx})
	}
	o = append(o, member{"phone_number", s.phone(r.key)})
	for _, key := range []string{"email", "first_name", "last_name", "subscribed", "properties"} {
		o = append(o, member{key, r.body.get(key)})
	}
	if who := sonarAgentOf(r.body.text("assignee")); who != nil {
		return append(o, member{"assignee", who.object()})
	}
	return append(o, member{"assignee", nil})
}

// Stored returns everything that the account keeps of a customer, also what no answer shows (picture_url, zip_code,
// timezone, assignee by e-mail, state, stopped); nil when there is none.
func (s *Sonar) Stored(phone string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrive(s.Now())
	i := s.customers.live(sonarNumber(phone))
	if i < 0 {
		return nil
	}
	r := s.customers.at(i)
	return appendJSON(nil, append(object{{"phone_number", r.key}}, r.body...))
}

// customerDetails is the one way to read a customer.
func (s *Sonar) customerDetails(c *call) reply {
	given := c.query().Get("phone_number")
	switch key := sonarNumber(given); {
	case strings.TrimSpace(given) == "":
		return s.fail(http.StatusBadRequest, "phone_number is missing")
	case key == "":
		return s.fail(http.StatusBadRequest, "Invalid Phone Number")
	default:
		r := s.customers.asRead(s.customers.find(key), false)
		if r == nil {
			return s.missing("Customer")
		}
		o := s.details(r)
		switch {
		case c.fault.is(FaultNoID):
			o = o.without("phone_number")
		case c.fault.is(FaultType):
			o.set("first_name", 12345)
		case c.fault != nil:
			o = c.fault.spoilRows([]object{o}, nil)[0]
		}
		return s.json(http.StatusOK, o)
	}
}

// customerUpsert creates or changes a customer: only what was sent changes, properties are added to those there are.
func (s *Sonar) customerUpsert(c *call) reply {
	if bad := c.sent.lacks("phone_number"); bad != "" {
		return s.fail(http.StatusBadRequest, bad)
	}
	key := sonarNumber(c.sent.text("phone_number"))
	if key == "" {
		return s.fail(http.StatusBadRequest, "Invalid Phone Number")
	}
	i := s.customers.live(key)
	draft := s.emptyCustomer()
	if i >= 0 {
		draft = s.customers.at(i).body.clone()
	}
	was := draft.clone()
	s.fill(&draft, c.sent, c.now)
	if c.sent.bad != "" {
		return s.fail(http.StatusBadRequest, c.sent.bad)
	}
	if lacks := s.lacking(SonarCustomers, draft); len(lacks) > 0 {
		return s.fail(http.StatusBadRequest, strings.Join(lacks, " is missing, ")+" is missing")
	}
	r := s.keep(key, draft, c.now)
	status := http.StatusOK
	if i < 0 {
		s.happened("customer_created", r, nil, c.now)
	}
	if i < 0 || s.o.Always201 {
		status = http.StatusCreated
	}
	s.changed(r, was, c.now)
	verb := "update"
	if i < 0 {
		verb = "create"
	}
	return s.done(c, SonarCustomers, r.key, verb, status, s.answered(r))
}

// fill puts what was sent into a draft.
func (s *Sonar) fill(draft *object, p *payload, now time.Time) {
	for _, key := range []string{"email", "first_name", "last_name", "picture_url", "zip_code"} {
		if p.has(key) {
			draft.set(key, nil)
			if p.fields[key] != nil {
				draft.set(key, p.text(key))
			}
		}
	}
	if zone := p.text("timezone"); zone != "" {
		if area, place, found := strings.Cut(zone, "/"); zone != "UTC" && (!found || area == "" || place == "") {
			p.wrong("timezone does not have a valid value")
		}
		draft.set("timezone", zone)
	}
	if who := p.text("user_email"); who != "" {
		agent := sonarAgentOf(who)
		if agent == nil {
			p.wrong("User Not Found")
			return
		}
		draft.set("assignee", agent.email)
	}
	if sent := p.object("properties"); sent != nil {
		have, _ := draft.get("properties").(object)
		have = have.clone()
		names := make([]string, 0, len(sent.fields))
		for name := range sent.fields {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			have.set(name, sonarText(sent.fields[name]))
		}
		draft.set("properties", have)
	}
	if !p.has("subscribed") {
		return
	}
	flag, fine := sonarFlag(p.fields["subscribed"])
	if !fine {
		p.wrong("subscribed is invalid")
		return
	}
	subscribe(draft, flag && !(s.o.StopIsFinal && draft.get("stopped") == true), now)
}

// subscribe sets the flag and the moment that belongs to it.
func subscribe(draft *object, flag bool, now time.Time) {
	switch {
	case flag:
		draft.set("unsubscribed_at", nil)
		draft.set("stopped", false)
	case draft.get("subscribed") == true:
		draft.set("unsubscribed_at", sonarTime(now))
	}
	draft.set("subscribed", flag)
}

// keep stores a customer under its number: changed, brought back, or new.
func (s *Sonar) keep(key string, body object, now time.Time) *record {
	t := s.customers
	i := t.find(key)
	var r *record
	switch {
	case i >= 0 && t.restore(i, t.stamp(now)):
		r = t.over[i]
	case i >= 0:
		r = t.touch(i, t.stamp(now))
	default:
		r = t.insert(now.UnixMilli())
		delete(t.keys, r.key)
		r.key, t.keys[key] = key, r.idx
	}
	r.body, r.email, r.name = body, body.text("email"), body.text("first_name")
	return r
}

// changed tells the webhooks what an upsert moved.
func (s *Sonar) changed(r *record, was object, now time.Time) {
	switch on := r.body.get("subscribed") == true; {
	case on && was.get("subscribed") == false:
		s.happened("customer_subscribed", r, nil, now)
	case !on && was.get("subscribed") == true:
		s.happened("customer_unsubscribed", r, nil, now)
	}
	if r.body.text("assignee") != was.text("assignee") {
		s.happened("user_assignment", r, nil, now)
	}
	if r.body.text("state") != was.text("state") {
		s.happened("customer_state_changed", r, nil, now)
	}
}

// named finds the customer that a write names by phone_number; bad is the answer where it names none.
func (s *Sonar) named(c *call) (i int, bad *reply) {
	var out reply
	key := sonarNumber(c.sent.text("phone_number"))
	switch lacks := c.sent.lacks("phone_number"); {
	case lacks != "":
		out = s.fail(http.StatusBadRequest, lacks)
	case key == "":
		out = s.fail(http.StatusBadRequest, "Invalid Phone Number")
	default:
		if i = s.customers.live(key); i >= 0 {
			return i, nil
		}
		out = s.missing("Customer")
	}
	return -1, &out
}

// customerSet changes one member of a named customer; the recording answers an action with 201.
func (s *Sonar) customerSet(c *call, key string, v any) reply {
	i, bad := s.named(c)
	if bad != nil {
		return *bad
	}
	was := s.customers.at(i).body
	body := was.clone()
	body.set(key, v)
	r := s.keep(s.customers.headAt(i).key, body, c.now)
	s.changed(r, was, c.now)
	return s.done(c, SonarCustomers, r.key, strings.TrimPrefix(c.path, "customers/"), http.StatusCreated, object{{"success", true}})
}

func (s *Sonar) customerClose(c *call) reply { return s.customerSet(c, "state", "closed") }

func (s *Sonar) customerUnassign(c *call) reply { return s.customerSet(c, "assignee", nil) }

// propertyDelete takes one property off the customer that a number or an e-mail names.
func (s *Sonar) propertyDelete(c *call) reply {
	name, email := c.sent.text("property_name"), c.sent.text("email")
	lacks := c.sent.lacks("property_name")
	if email == "" && c.sent.text("phone_number") == "" {
		lacks = c.sent.lacks("phone_number", "property_name")
	}
	if lacks != "" {
		return s.fail(http.StatusBadRequest, lacks)
	}
	i := -1
	if c.sent.text("phone_number") != "" {
		var bad *reply
		if i, bad = s.named(c); bad != nil {
			return *bad
		}
	} else if found := s.customers.lookup("email", email, func(h *head) string { return h.email }, false); len(found) > 0 {
		i = found[0]
	} else {
		return s.missing("Customer")
	}
	r := s.customers.at(i)
	old, _ := r.body.get("properties").(object)
	value, has := old.get(name).(string)
	if !has {
		return s.missing("Property")
	}
	body := r.body.clone()
	body.set("properties", old.without(name))
	s.keep(r.key, body, c.now)
	return s.done(c, SonarCustomers, r.key, "delete property", http.StatusOK, object{
		{"property_name", name}, {"property_value", value}, {"email", body.get("email")}, {"phone_number", s.phone(r.key)}, {"deleted", true},
	})
}
