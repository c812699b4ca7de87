package vendorsim

import (
	"strconv"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// First ids of the numeric streams; with Data.BigIDs they start beyond what a float can hold.
const (
	firstCustomer   = 35604
	firstSite       = 2811
	firstEquipment  = 93971
	firstActivity   = 5697
	firstRecurrence = 123456
	beyondFloat     = 1 << 53
)

func (m *maker) firstID(small int64) int64 {
	if m.data.BigIDs {
		return beyondFloat + small
	}
	return small
}

// blank is a head without links.
func blank(i int, createdMS int64) head {
	return head{
		idx: i, created: createdMS / 1000, customer: -1, site: -1, equipment: -1, kind: -1, template: -1,
		user: -1, team: -1, prefTeam: -1,
	}
}

// customers makes the table of customers (reference: The customer object).
func (m *maker) customers(clock *uint64) *table {
	id, find := numericIDs(m.firstID(firstCustomer))
	t := m.table(StreamCustomers, m.counts.Customers, clock, find)
	t.sorts = partySorts
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindCustomer, i)
		h := blank(i, createdMS)
		h.id = id(i)
		h.key = itoa(h.id)
		h.modified = m.changed(&p, h.created)
		nasty, is := m.nastyName(i, &p)
		h.name = p.of(lastNames) + " " + p.of(trades) + " " + p.of(forms) + " " + strconv.Itoa(i)
		if is {
			h.name = nasty
		}
		h.myID, h.noMyID = m.myID("sCustomer", i, &p)
		h.email = m.email("customer", i, &p)
		return h
	}
	t.makeBody = func(h *head) object {
		p := pickFor(m.seed, kindCustomer+kindBody, h.idx)
		o := m.address(&p)
		o = append(o,
			member{"contactEmail", orNull(h.email)}, member{"contactFirstName", p.of(firstNames)},
			member{"contactFax", m.phone(&p)}, member{"contactPhone", m.phone(&p)},
			member{"contactLastName", p.of(lastNames)}, member{"contactMobile", m.phone(&p)},
			member{"vatNumber", p.of([]string{"", "34567-87695-345867", "FR00123456789", "0012345"})},
			member{"publicLink", publicLink("Customer", m.seed, h.id)},
			member{"customFieldValues", m.customValues("customer", h.idx, &p)},
			member{"position", m.position(&p)}, member{"tags", m.tags(&p)},
		)
		return o
	}
	return t
}

// email draws an address; one in eight is missing, one in sixteen shared.
func (m *maker) email(who string, i int, p *pick) string {
	d := p.n(16)
	switch {
	case m.data.Plain || d > 2:
		return who + strconv.Itoa(i) + "@example.com"
	case d < 2:
		return ""
	}
	return "office@example.com"
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func publicLink(kind string, seed uint64, id int64) string {
	const hex = "0123456789abcdef"
	x := mix(seed ^ mix(uint64(id)))
	b := make([]byte, 16)
	for i := range b {
		b[i] = hex[x>>(4*i)&15]
	}
	return "https://yourdomain.synchroteam.com/" + kind + "/" + string(b)
}

// partySorts are the sorts of customers, sites and equipment (reference: List customers, sort), and two more for
// looking records up.
var partySorts = map[string]func(*head) sortKey{
	"name":         func(h *head) sortKey { return sortKey{s: fold(h.name)} },
	"datemodified": func(h *head) sortKey { return sortKey{n: h.modified} },
	"datecreated":  func(h *head) sortKey { return sortKey{n: int64(h.idx)} },
	"myid":         func(h *head) sortKey { return sortKey{s: h.myID} },
	"email":        func(h *head) sortKey { return sortKey{s: fold(h.email)} },
}
