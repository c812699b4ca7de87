package vendorsim

import (
	"strconv"
	"strings"
)

// people is the table of users or of leads, with ways from an address and from the customer's own id to a record. It is not
// safe for concurrent use.
type people struct {
	*table
	word    string         // stands before the number in every address of the seed
	exact   bool           // addresses are told apart by case
	emails  map[string]int // written records
	userIDs map[string]int // written records
}

// peopleTable makes the table of users or leads.
func (s *Customerly) peopleTable(stream, word string, n int, kind uint64, first int64) *people {
	m := &s.m
	id, find := numericIDs(m.firstID(first))
	t := m.table(stream, n, &s.version, find)
	t.sorts = customerlySorts
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(m.seed, kind, i)
		h := blank(i, createdMS)
		h.id = id(i)
		h.key = itoa(h.id)
		h.modified = m.changed(&p, h.created)
		nasty, is := m.nastyName(i, &p)
		h.name = p.of(firstNames) + " " + p.of(lastNames)
		if is {
			h.name = nasty
		} else if !m.data.Plain && p.chance(40) {
			h.name = ""
		}
		h.email = customerlyEmail(word, i, &p, m.data.Plain)
		h.myID = customerlyUserID(i, &p, m.data.Plain)
		if word == "lead" && p.n(4) > 0 {
			h.myID = ""
		}
		return h
	}
	t.makeBody = func(h *head) object { return s.personBody(kind, word == "lead", h) }
	return &people{table: t, word: word, exact: s.o.ExactEmail, emails: map[string]int{}, userIDs: map[string]int{}}
}

// customerlyEmail draws an address of its own for record i, or none. The number of the record is in it.
func customerlyEmail(word string, i int, p *pick, plain bool) string {
	n := strconv.Itoa(i)
	usual := word + n + "@example.com"
	d := p.n(32)
	if plain {
		return usual
	}
	switch {
	case d < 2 || i == 5 || i == 6 || i == 7:
		return ""
	case d == 2:
		return strings.ToUpper(word[:1]) + word[1:] + n + "@Example.COM"
	case d == 3:
		return word + n + "+promo@sub.example.co.uk"
	case d == 4:
		return "jürgen." + word + n + "@bücher.example"
	case d == 5:
		return "o'neill." + word + n + "@example.org"
	}
	return usual
}

// customerlyUserID draws the customer's own id of record i, or none: text, one in ten with leading zeros.
func customerlyUserID(i int, p *pick, plain bool) string {
	n := strconv.Itoa(1000 + i)
	switch d := p.n(20); {
	case plain || d > 4:
		return n
	case d < 3:
		return ""
	}
	return "000" + n
}

// customerlySorts are the fields that a list can be sorted by, and the order of creation that it has by itself.
var customerlySorts = map[string]func(*head) sortKey{
	"":                func(h *head) sortKey { return sortKey{n: int64(h.idx)} },
	"crmhero_user_id": func(h *head) sortKey { return sortKey{n: h.id} },
	"name":            func(h *head) sortKey { return sortKey{s: fold(h.name)} },
	"email":           func(h *head) sortKey { return sortKey{s: fold(h.email)} },
	"user_id":         func(h *head) sortKey { return sortKey{s: h.myID} },
	"last_update":     func(h *head) sortKey { return sortKey{n: h.modified} },
	"first_seen_at":   func(h *head) sortKey { return sortKey{n: h.created} },
}

// customerlyKeys are keys of attributes as people invent them.
var customerlyKeys = []string{
	"company", "Plan", "plan", "signup_date", "Zone 1.2", "a.b.c", "mrr", "is_partner", "last order €", "日本語", "trailing ", "\"quoted\"", "0", "zip",
}

// customerlyValue draws an attribute: dates are UNIX seconds, and the same key has several types.
func customerlyValue(key string, p *pick) any {
	d := p.n(10)
	switch {
	case key == "signup_date" && d < 8:
		return 1_400_000_000 + p.n(300_000_000)
	case d == 0:
		return nil
	case d == 1:
		return p.n(2) == 0
	case d == 2:
		return decimal(strconv.Itoa(p.n(900)) + ".50")
	case d == 3:
		return int64(9007199254740993)
	case d == 4:
		return -p.n(1000)
	case d == 5:
		return "000" + strconv.Itoa(p.n(1000))
	case d == 6:
		return ""
	}
	return p.of([]string{"Hamilton Ltd", "Müller & Söhne", "=1+1", "true", "1600000000", "two\nlines 😀", "بيت"})
}

// personBody holds what no list is sorted by.
func (s *Customerly) personBody(kind uint64, lead bool, h *head) object {
	p := pickFor(s.m.seed, kind+kindBody, h.idx)
	plain := s.m.data.Plain
	flag := func(k int) int {
		if p.chance(k) && !plain {
			return 1
		}
		return 0
	}
	seen := func() any {
		if p.chance(6) && !plain {
			return nil
		}
		return h.created + int64(p.n(int(max(h.modified-h.created, 0))+1))
	}
	o := object{{"was_lead", flag(5)}, {"last_activity", seen()}, {"last_page_viewed_at", seen()}}
	if lead {
		o.set("was_lead", 1)
	}
	attributes := object{}
	from := p.n(len(customerlyKeys))
	for k := range p.n(6) {
		key := customerlyKeys[(from+k)%len(customerlyKeys)]
		attributes.set(key, customerlyValue(key, &p))
	}
	if plain {
		attributes = object{{"company", "Company " + strconv.Itoa(h.idx)}}
	}
	if s.m.long(h.idx) {
		attributes.set("notes", longText())
	}
	city := cities[p.n(len(cities))]
	o = append(o, object{
		{"attributes", attributes}, {"tags", s.m.tags(&p)}, {"unsubscribe", flag(8)}, {"bounce", flag(20)}, {"spam", flag(40)},
		{"country", city.country}, {"city", city.name}, {"utm_source", p.of([]string{"", "google", "newsletter"})}, {"utm_campaign", nil},
		{"nps_vote", nil}, {"rating", nil},
	}...)
	if p.chance(4) {
		o.set("nps_vote", p.n(11))
		o.set("rating", 1+p.n(5))
	}
	return o
}

// nobody is the body of a person who was just written.
func nobody(lead bool) object {
	was := 0
	if lead {
		was = 1
	}
	return object{
		{"was_lead", was}, {"last_activity", nil}, {"last_page_viewed_at", nil}, {"attributes", object{}}, {"tags", []string{}},
		{"unsubscribe", 0}, {"bounce", 0}, {"spam", 0}, {"country", nil}, {"city", nil}, {"utm_source", nil}, {"utm_campaign", nil},
		{"nps_vote", nil}, {"rating", nil},
	}
}

// address is the form in which addresses are compared.
func (q *people) address(email string) string {
	if q.exact {
		return email
	}
	return fold(email)
}

// byEmail returns the index of the live record with that address, -1 for none.
func (q *people) byEmail(email string) int {
	if email == "" {
		return -1
	}
	want := q.address(email)
	fits := func(i int) bool {
		h := q.headAt(i)
		return !h.deleted && q.address(h.email) == want
	}
	if i, written := q.emails[want]; written && fits(i) {
		return i
	}
	_, rest, _ := strings.Cut(fold(email), q.word)
	digits := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if i, err := strconv.Atoi(rest[:digits]); err == nil && i < q.next && fits(i) {
		return i
	}
	return -1
}

// byUserID returns the index of the live record with the customer's own id, -1 for none.
func (q *people) byUserID(id string) int {
	fits := func(i int) bool {
		h := q.headAt(i)
		return id != "" && !h.deleted && h.myID == id
	}
	if i, written := q.userIDs[id]; written && fits(i) {
		return i
	}
	if n, err := strconv.Atoi(id); err == nil && n >= 1000 && n-1000 < q.next && fits(n-1000) {
		return n - 1000
	}
	return -1
}

// sight returns the record that a reader finds: i, or where it does not see that (yet), one that was it before a late write;
// nil for none.
func (q *people) sight(i int, fits func(*head) bool, sought bool) *record {
	if r := q.asRead(i, sought); r != nil && fits(&r.head) {
		return r
	}
	for other := range q.past {
		if r := q.asRead(other, sought); r != nil && fits(&r.head) {
			return r
		}
	}
	return nil
}

// noted keeps the ways to a written record.
func (q *people) noted(r *record) {
	if r.email != "" {
		q.emails[q.address(r.email)] = r.idx
	}
	if r.myID != "" {
		q.userIDs[r.myID] = r.idx
	}
}
