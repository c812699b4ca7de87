package vendorsim

import "strconv"

// sites makes the table of sites (reference: The site object).
func (m *maker) sites(clock *uint64) *table {
	id, find := numericIDs(m.firstID(firstSite))
	t := m.table(StreamSites, m.counts.Sites, clock, find)
	t.sorts = partySorts
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindSite, i)
		h := blank(i, createdMS)
		h.id = id(i)
		h.key = itoa(h.id)
		h.modified = m.changed(&p, h.created)
		h.customer = m.link(&p, m.counts.Customers)
		nasty, is := m.nastyName(i, &p)
		h.name = p.of(siteKinds) + " " + strconv.Itoa(i)
		if is {
			h.name = nasty
		}
		h.myID, h.noMyID = m.myID("ref-", i, &p)
		return h
	}
	t.makeBody = func(h *head) object {
		p := pickFor(m.seed, kindSite+kindBody, h.idx)
		first, last := p.of(firstNames), p.of(lastNames)
		o := m.address(&p)
		return append(o,
			member{"contactEmail", orNull(m.email("site", h.idx, &p))}, member{"contactFax", m.phone(&p)},
			member{"contactMobile", m.phone(&p)}, member{"contactName", first + " " + last},
			member{"contactFirstName", first}, member{"contactLastName", last}, member{"contactPhone", m.phone(&p)},
			member{"publicLink", publicLink("Site", m.seed, h.id)}, member{"customer", nil},
			member{"customFieldValues", m.customValues("site", h.idx, &p)},
			member{"position", m.position(&p)}, member{"tags", m.tags(&p)},
		)
	}
	return t
}

// link draws one of n records, -1 when there are none.
func (m *maker) link(p *pick, n int) int {
	if n == 0 {
		return -1
	}
	return p.n(n)
}

// equipment makes the table of equipment (reference: The equipment object): at a site, or straight at a customer.
func (m *maker) equipment(clock *uint64, sites *table) *table {
	id, find := numericIDs(m.firstID(firstEquipment))
	t := m.table(StreamEquipment, m.counts.Equipment, clock, find)
	t.sorts = partySorts
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindEquipment, i)
		h := blank(i, createdMS)
		h.id = id(i)
		h.key = itoa(h.id)
		h.modified = m.changed(&p, h.created)
		if h.customer = m.link(&p, m.counts.Customers); p.n(5) < 3 && m.counts.Sites > 0 {
			h.site = m.link(&p, m.counts.Sites)
			h.customer = m.siteCustomer(sites, h.site)
		}
		nasty, is := m.nastyName(i, &p)
		h.name = p.of(devices) + " " + strconv.Itoa(1000+i)
		if is {
			h.name = nasty
		}
		h.myID, h.noMyID = m.myID("eq-", i, &p)
		return h
	}
	t.makeBody = func(h *head) object {
		p := pickFor(m.seed, kindEquipment+kindBody, h.idx)
		return object{
			{"publicLink", publicLink("Equipment", m.seed, h.id)}, {"customer", nil}, {"site", nil},
			{"customFieldValues", m.customValues("equipment", h.idx, &p)}, {"tags", m.tags(&p)},
		}
	}
	return t
}

// siteCustomer is the customer that a site from the seed had at the start.
func (m *maker) siteCustomer(sites *table, i int) int {
	h := sites.makeHead(i, sites.created(i))
	return h.customer
}
