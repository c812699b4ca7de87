package vendorsim

import "slices"

// customerSend: reference, Create/Update a customer.
func (s *Synchroteam) customerSend(c *call) reply {
	p, f := c.sent, s.finders()[StreamCustomers]
	i := f.known(p)
	r := f.t.draft(i)
	if i < 0 {
		r.body = emptyParty(customerKeys)
		r.need(p, "name")
	}
	r.names(p)
	r.texts(p, customerKeys)
	r.place(p)
	r.customs(p, StreamCustomers)
	r.email = r.body.text("contactEmail")
	s.complete(p, StreamCustomers, func() object { return s.customer(r) })
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	r = s.keep(f.t, i, r, c, "Customer")
	if i < 0 && s.opts.DefaultSite {
		s.defaultSite(r, c)
	}
	return s.done(c, StreamCustomers, r, i < 0, s.customer(r))
}

// defaultSite makes the site that the account adds by itself.
func (s *Synchroteam) defaultSite(owner *record, c *call) {
	draft := s.sites.draft(-1)
	draft.body = emptyParty(siteKeys)
	draft.body.set("customer", nil)
	draft.name, draft.customer = owner.name, owner.idx
	for _, key := range append([]string{"tags", "position"}, addressKeys...) {
		draft.body.set(key, owner.body.get(key))
	}
	s.keep(s.sites, -1, draft, c, "Site")
}

// siteSend: reference, Create/Update a site. A new site needs a customer and inherits its tags.
func (s *Synchroteam) siteSend(c *call) reply {
	p, f := c.sent, s.finders()[StreamSites]
	i := f.known(p)
	r := f.t.draft(i)
	if i < 0 {
		r.body = emptyParty(siteKeys)
		r.body.set("customer", nil)
		r.need(p, "name")
		r.need(p, "customer")
	}
	r.names(p)
	r.texts(p, siteKeys)
	if p.has("contactFirstName") || p.has("contactLastName") {
		r.body.set("contactName", join(r.body.text("contactFirstName"), r.body.text("contactLastName")))
	}
	r.place(p)
	r.customs(p, StreamSites)
	s.reparent(p, r)
	if i < 0 && r.customer >= 0 {
		r.body.set("tags", s.customers.at(r.customer).body.get("tags"))
	}
	s.complete(p, StreamSites, func() object { return s.site(r) })
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	r = s.keep(f.t, i, r, c, "Site")
	return s.done(c, StreamSites, r, i < 0, s.site(r))
}

// equipmentSend: reference, Create/Update equipment. A new piece needs a customer or a site and inherits the tags.
func (s *Synchroteam) equipmentSend(c *call) reply {
	p, f := c.sent, s.finders()[StreamEquipment]
	i := f.known(p)
	r := f.t.draft(i)
	if i < 0 {
		r.body = object{{"publicLink", nil}, {"customer", nil}, {"site", nil}, {"customFieldValues", []any{}}, {"tags", []string{}}}
		r.need(p, "name")
		if p.object("customer") == nil && p.object("site") == nil {
			p.wrong("customer or site is required")
		}
	}
	r.names(p)
	r.customs(p, StreamEquipment)
	s.reparent(p, r)
	switch {
	case i >= 0:
	case r.site >= 0:
		r.body.set("tags", s.sites.at(r.site).body.get("tags"))
	case r.customer >= 0:
		r.body.set("tags", s.customers.at(r.customer).body.get("tags"))
	}
	s.complete(p, StreamEquipment, func() object { return s.piece(r) })
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	r = s.keep(f.t, i, r, c, "Equipment")
	return s.done(c, StreamEquipment, r, i < 0, s.piece(r))
}

// reparent moves a record below the customer, site and equipment that a payload names. A site brings its customer,
// equipment brings both; what contradicts that is refused.
func (s *Synchroteam) reparent(p *payload, r *record) {
	all := s.finders()
	stream := p.has("equipment")
	if p.has("customer") {
		r.customer = all[StreamCustomers].linked(p, "customer")
	}
	if p.has("site") {
		if r.site = all[StreamSites].linked(p, "site"); r.site >= 0 {
			s.follow(p, &r.customer, s.sites.headAt(r.site).customer, "customer", p.object("customer") != nil)
		}
	}
	if stream {
		if r.equipment = all[StreamEquipment].linked(p, "equipment"); r.equipment >= 0 {
			h := s.equipment.headAt(r.equipment)
			s.follow(p, &r.customer, h.customer, "customer", p.object("customer") != nil)
			s.follow(p, &r.site, h.site, "site", p.object("site") != nil)
		}
	}
}

// follow takes over a parent's own parent, unless the payload itself named another one.
func (s *Synchroteam) follow(p *payload, have *int, parent int, what string, named bool) {
	if named && parent >= 0 && *have != parent {
		p.wrong("This %s does not fit the other records named", what)
		return
	}
	if !named {
		*have = parent
	}
}

// keep commits a draft and gives a new record its public link.
func (s *Synchroteam) keep(t *table, i int, draft *record, c *call, kind string) *record {
	r := t.commit(i, draft, c.now)
	if i < 0 {
		r.body.set("publicLink", publicLink(kind, s.maker.seed, r.id))
	}
	return r
}

// need complains about a missing member of a new record.
func (r *record) need(p *payload, key string) {
	if v := p.fields[key]; v == nil || v == "" {
		p.wrong("%s is required", key)
	}
}

// emptyParty is the body of a record of which nothing is known yet.
func emptyParty(keys []string) object {
	o := make(object, 0, len(keys)+6)
	for _, key := range slices.Sorted(slices.Values(keys)) {
		o = append(o, member{key, nil})
	}
	return append(o, member{"publicLink", nil}, member{"customFieldValues", []any{}}, member{"position", nil}, member{"tags", []string{}})
}

func join(first, last string) string {
	if first == "" || last == "" {
		return first + last
	}
	return first + " " + last
}

// activitySend: reference, Create/Update an activity, Required Fields For Creation.
func (s *Synchroteam) activitySend(c *call) reply {
	p, f := c.sent, s.finders()[StreamActivities]
	i := f.known(p)
	r := f.t.draft(i)
	if i < 0 {
		r.body = object{{"note", nil}, {"distance", nil}}
		r.need(p, "activityType")
		r.need(p, "dateStart")
		r.need(p, "dateEnd")
	}
	r.activityLinks(p)
	if p.has("dateStart") {
		r.start = p.time("dateStart")
	}
	if p.has("dateEnd") {
		r.end = p.time("dateEnd")
	}
	if r.end < r.start {
		p.wrong("dateEnd is before dateStart")
	}
	if p.has("note") {
		r.body.set("note", orNull(p.text("note")))
	}
	if p.has("distance") {
		r.body.set("distance", nil)
		if d := p.object("distance"); d != nil {
			r.body.set("distance", object{{"km", value(d.fields["km"])}, {"mi", value(d.fields["mi"])}})
		}
	}
	if bad := p.refuse(); bad != nil {
		return *bad
	}
	r = f.t.commit(i, r, c.now)
	return s.done(c, StreamActivities, r, i < 0, s.activity(r))
}

// activityLinks sets type, user and team. A team is for unavailabilities only (reference: The activity object).
func (r *record) activityLinks(p *payload) {
	if o := p.object("activityType"); o != nil {
		if r.kind = activityTypeIndex(o.key("id")); r.kind < 0 {
			p.wrong("The activity type does not exist")
		}
	}
	if p.has("user") {
		r.user = p.userAt("user")
	}
	if p.has("team") {
		r.team = -1
		if o := p.object("team"); o != nil {
			if r.team = teamIndex(o.key("id")); r.team < 0 {
				p.wrong("The team does not exist")
			}
		}
	}
	if r.team >= 0 && r.kind >= 0 && activityTypes[r.kind].text("category") != "unavail" {
		p.wrong("A team may only be given for an unavailability")
	}
}

// userAt finds the user that a nested object names by id or login; -1 for null.
func (p *payload) userAt(key string) int {
	o := p.object(key)
	if o == nil {
		return -1
	}
	return o.user(p)
}

// user finds a user by id or login and complains to p when there is none.
func (o *payload) user(p *payload) int {
	id, login := o.key("id"), o.text("login")
	for i, u := range users {
		if id == itoa(int64(u.id)) || id == "" && login != "" && login == u.login {
			return i
		}
	}
	p.wrong("The user does not exist")
	return -1
}
