package vendorsim

import (
	"strconv"
	"strings"
	"time"
)

// Kinds of choices of the Syncro account; see kindCustomer.
const (
	kindSyncroCustomer = iota + 40
	kindSyncroContact
	kindSyncroTicket
	kindSyncroLead
	kindSyncroInvoice
	kindSyncroPayment
	kindSyncroAsset
	kindSyncroAlert
	kindSyncroBody // added to the ones above for everything beyond the head
)

// First ids of the streams.
const (
	firstSyncroCustomer = 20511001
	firstSyncroContact  = 4410077
	firstSyncroTicket   = 71230450
	firstSyncroLead     = 880123
	firstSyncroInvoice  = 33012345
	firstSyncroPayment  = 19004001
	firstSyncroAsset    = 5507001
	firstSyncroAlert    = 66120031
)

// filterKeys are what Syncro's lists filter and search by beyond the head. They are never changed in place.
type filterKeys struct {
	first, last, business string
	phone                 string // digits alone
	contact, ticket       int64  // ids, 0 for none
	invoice               int64  // id, 0 for none
	user, kind            int64  // ids of the assigned user and of the asset type, 0 for none
	lines                 int    // line items of an invoice from the seed
}

// keysOf returns the filter keys of a head.
func (h *head) keysOf() *filterKeys {
	k, _ := h.ext.(*filterKeys)
	if k == nil {
		return &filterKeys{}
	}
	return k
}

// syncroTable makes a table whose heads hold milliseconds. fill completes the head, body makes the rest.
func (s *Syncro) syncroTable(stream string, n int, first int64, kind uint64, fill func(h *head, p *pick), body func(h *head, p *pick) object) *table {
	id, find := numericIDs(first)
	t := s.m.table(stream, n, &s.version, find)
	t.millis, t.newest = true, s.m.epoch.UnixMilli()
	t.makeHead = func(i int, createdMS int64) head {
		p := pickFor(s.m.seed, kind, i)
		h := blank(i, 0)
		h.id = id(i)
		h.key = itoa(h.id)
		h.created = createdMS
		h.modified = createdMS
		if span := s.m.epoch.UnixMilli() - createdMS; span > 0 && p.n(5) >= 2 {
			h.modified += int64(p.bits() % uint64(span))
		}
		fill(&h, &p)
		return h
	}
	t.makeBody = func(h *head) object {
		p := pickFor(s.m.seed, kind+kindSyncroBody, h.idx)
		return body(h, &p)
	}
	t.sorts = map[string]func(*head) sortKey{
		"":               func(h *head) sortKey { return sortKey{n: int64(h.idx)} },
		"created_at":     func(h *head) sortKey { return sortKey{n: int64(h.idx)} },
		"id":             func(h *head) sortKey { return sortKey{n: int64(h.idx)} },
		"updated_at":     func(h *head) sortKey { return sortKey{n: h.modified} },
		"email":          func(h *head) sortKey { return sortKey{s: fold(h.email)} },
		"firstname":      func(h *head) sortKey { return sortKey{s: fold(h.keysOf().first)} },
		"lastname":       func(h *head) sortKey { return sortKey{s: fold(h.keysOf().last)} },
		"business_name":  func(h *head) sortKey { return sortKey{s: fold(h.keysOf().business)} },
		"myid":           func(h *head) sortKey { return sortKey{s: h.myID} },
		"invoice_number": func(h *head) sortKey { return sortKey{s: h.myID} },
	}
	return t
}

// parent spreads n children over the parents in order, so that a parent finds its children again; a child that was
// inserted later belongs to any. It is -1 where there are no parents.
func parent(i, n, parents int, p *pick) int {
	switch {
	case parents == 0:
		return -1
	case i < n:
		return i * parents / n
	}
	return p.n(parents)
}

// moment writes milliseconds as the vendor does; a few records of a nasty account carry another offset or a longer
// fraction, as one sync's parser expects.
func (s *Syncro) moment(ms int64, idx int) any {
	if ms == 0 {
		return nil
	}
	t := time.UnixMilli(ms).UTC()
	switch {
	case s.m.data.Plain:
	case idx%37 == 5:
		return t.In(time.FixedZone("", -7*3600)).Format("2006-01-02T15:04:05.000-07:00")
	case idx%37 == 9:
		return t.Format("2006-01-02T15:04:05.000000Z")
	}
	return t.Format(formMillis)
}

const formMillis = "2006-01-02T15:04:05.000Z"

// digits keeps the digits of a phone number, as the vendor does on a write.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// syncroPhone draws a number as people typed it over the years; "" for none.
func (s *Syncro) syncroPhone(p *pick) string {
	a, b, c := strconv.Itoa(200+p.n(700)), strconv.Itoa(200+p.n(700)), strconv.Itoa(1000+p.n(9000))
	d := p.n(14)
	if s.m.data.Plain {
		return a + b + c
	}
	switch d {
	case 0, 1:
		return ""
	case 2:
		return a + "." + b + "." + c + " x330"
	case 3:
		return "(" + a + ") " + b + "-" + c
	case 4:
		return "+1 " + a + " " + b + " " + c
	case 5:
		return b + "-" + c // no area code
	case 6:
		return "call reception"
	case 7:
		return "0049 (0)30 " + b + c
	case 8:
		return "123"
	}
	return a + b + c
}

// syncroProperties draws custom fields: labels are whatever an administrator typed.
func (s *Syncro) syncroProperties(p *pick) object {
	o := object{}
	if s.m.data.Plain {
		return object{{"Zone", p.of([]string{"North", "South"})}}
	}
	for _, m := range []member{
		{"Zone 1.2", p.of([]string{"North", "Süd", "", "0042"})}, {"Gate code #", "00" + strconv.Itoa(p.n(100))},
		{"VIP?", p.of([]string{"Yes", "no", "1", "true"})}, {"Notes", "see \"Notes\" tab"}, {"notes", "lower case label"},
		{"Customer since", p.of([]string{"01/02/2019", "2019-02-01", "Feb 2019", "44593"})}, {"Größe (m²)", decimal("12.50")},
		{"  padded label ", nil}, {"a.b[c]", []any{"x", "y"}}, {"🔑 Key", "under the mat 🪴"}, {"=Formula", "=1+1"},
	} {
		if p.chance(4) {
			o = append(o, m)
		}
	}
	return o
}

// syncroEmail draws an address; null and "" are both empty, one is shared, some are written oddly.
func (s *Syncro) syncroEmail(who string, i int, p *pick) string {
	plain := who + strconv.Itoa(i) + "@example.com"
	d := p.n(24)
	switch {
	case s.m.data.Plain || d > 6:
		return plain
	case d < 3:
		return ""
	case d == 3 && !s.o.UniqueEmail:
		return "office@example.com"
	case d == 4:
		return strings.ToUpper(plain[:1]) + plain[1:]
	case d == 5:
		return who + "+tag." + strconv.Itoa(i) + "@mail.example.co.uk"
	}
	return plain
}

// orEmpty is null for the empty text of some records and "" for others: a vendor's old and new rows differ.
func orEmpty(text string, p *pick) any {
	if text == "" && p.chance(2) {
		return nil
	}
	return text
}

func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
