package vendorsim

import (
	"strconv"
	"strings"
	"time"
)

// sonarAgent is a user of the account, to whom customers are assigned.
type sonarAgent struct{ first, last, email string }

var sonarAgents = []sonarAgent{
	{"Dana", "Ortiz", "dana@example.com"}, {"Søren", "Lund", "soren@example.com"}, {"Li", "Wei", "li.wei@example.com"},
}

func sonarAgentOf(email string) *sonarAgent {
	for i := range sonarAgents {
		if strings.EqualFold(sonarAgents[i].email, email) {
			return &sonarAgents[i]
		}
	}
	return nil
}

func (a *sonarAgent) object() object {
	return object{{"first_name", a.first}, {"last_name", a.last}, {"email", a.email}}
}

// sonarKeys are keys of properties as people invent them.
var sonarKeys = []string{
	"company", "Zone 1.2", "balance", "is vip?", "next visit", "a.b.c", "日本語", "properties[x]", " leading blank", "Quote\"d", "ZIP", "zip",
}

// sonarValues are values of properties: always text.
var sonarValues = []string{
	"Hamilton Ltd", "", "true", "42", "0042", "1.50", "2019-03-31", "null", "=1+1", "Müller 😀", "two\nlines", "{\"a\":1}",
}

// sonarKey is the phone number of customer i of the seed; sonarIndex is the way back, -1 when the seed has no such number.
func sonarKey(i int) string {
	switch i % 10 {
	case 3:
		return "+33" + strconv.Itoa(600000000+i)
	case 7:
		return "+49151" + strconv.Itoa(20000000+i)
	}
	return "+1" + strconv.Itoa(2010000000+7*i)
}

func sonarIndex(key string) int {
	for _, form := range []struct {
		prefix       string
		first, steps int
	}{{"+33", 600000000, 1}, {"+49151", 20000000, 1}, {"+1", 2010000000, 7}} {
		digits, found := strings.CutPrefix(key, form.prefix)
		n, err := strconv.Atoi(digits)
		if !found || err != nil || n < form.first {
			continue
		}
		if i := (n - form.first) / form.steps; sonarKey(i) == key {
			return i
		}
	}
	return -1
}

// customerTable makes the table of customers. The body holds what is stored, also what no answer shows.
func (s *Sonar) customerTable() *table {
	m := &s.m
	t := m.table(SonarCustomers, s.o.Customers, &s.version, sonarIndex)
	t.sorts = map[string]func(*head) sortKey{"email": func(h *head) sortKey { return sortKey{s: fold(h.email)} }}
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kindCustomer, i)
		h := blank(i, createdMS)
		h.key, h.modified = sonarKey(i), h.created
		nasty, is := m.nastyName(i, &p)
		h.name = p.of(firstNames)
		if is {
			h.name = nasty
		}
		h.email = m.email("texter", i, &p)
		return h
	}
	t.makeBody = func(h *head) object { return s.customerBody(h) }
	return t
}

func (s *Sonar) customerBody(h *head) object {
	p := pickFor(s.m.seed, kindCustomer+kindBody, h.idx)
	plain := s.m.data.Plain
	o := s.emptyCustomer()
	o.set("email", orNull(h.email))
	o.set("first_name", h.name)
	o.set("last_name", p.of(lastNames))
	if !plain && p.chance(12) {
		o.set("last_name", p.of([]string{"", " ", "-", "O\u2019Neill", "مؤسسة"}))
	}
	if !plain && p.chance(20) {
		o.set("first_name", nil)
	}
	if out := p.chance(6); out && !plain || h.idx == 4 {
		at := h.created + int64(p.n(90*24*3600))
		o.set("subscribed", false)
		o.set("unsubscribed_at", sonarTime(time.Unix(at, 0)))
		o.set("stopped", p.chance(2))
	}
	if who := p.n(len(sonarAgents) + 1); who < len(sonarAgents) {
		o.set("assignee", sonarAgents[who].email)
	}
	if p.chance(3) {
		o.set("external_id", "ext-"+strconv.FormatUint(p.bits()%1e9, 10))
	}
	o.set("properties", s.seedProperties(h.idx, &p))
	o.set("zip_code", cities[p.n(len(cities))].zip)
	o.set("timezone", p.of([]string{"America/New_York", "America/Los_Angeles", "Europe/Paris"}))
	if p.chance(4) {
		o.set("state", "closed")
	}
	return o
}

// emptyCustomer is a customer of whom nothing but the number is known. New ones start subscribed.
func (s *Sonar) emptyCustomer() object {
	return object{
		{"email", nil}, {"first_name", nil}, {"last_name", nil}, {"subscribed", true}, {"properties", object{}},
		{"assignee", nil}, {"assigned_phone_number", s.phone("+14155550100")}, {"unsubscribed_at", nil}, {"external_id", nil},
		{"picture_url", nil}, {"zip_code", nil}, {"timezone", nil}, {"state", "open"}, {"stopped", false},
	}
}

func (s *Sonar) seedProperties(i int, p *pick) object {
	if s.m.data.Plain {
		return object{{"company", "Company " + strconv.Itoa(i)}, {"balance", strconv.Itoa(i)}}
	}
	from, n := p.n(len(sonarKeys)), p.n(5)
	o := make(object, 0, n)
	for k := range n {
		o.set(sonarKeys[(from+k)%len(sonarKeys)], p.of(sonarValues))
	}
	if s.m.long(i) {
		o.set("notes", longText())
	}
	return o
}

// sonarTime writes a moment as the vendor does: with an offset.
func sonarTime(at time.Time) string {
	return at.In(time.FixedZone("", -7*3600)).Format("2006-01-02T15:04:05.000-07:00")
}

// phone is a number as an answer shows it.
func (s *Sonar) phone(key string) string {
	if s.o.PlainPhones {
		return strings.TrimPrefix(key, "+")
	}
	return key
}
