package vendorsim

import (
	"net/http"
	"slices"
	"strings"
)

// customerList: without include_disabled, disabled customers are missing.
func (s *Syncro) customerList(c *call) reply {
	l := s.query(c, "customers")
	l.search()
	l.text("firstname", func(h *head, v string) bool { return contains(v, h.keysOf().first) })
	l.text("lastname", func(h *head, v string) bool { return contains(v, h.keysOf().last) })
	l.text("business_name", func(h *head, v string) bool { return contains(v, h.keysOf().business) })
	l.text("email", func(h *head, v string) bool { return strings.EqualFold(h.email, v) })
	l.in("id", func(h *head) string { return h.key }, false)
	l.in("not_id", func(h *head) string { return h.key }, true)
	if l.Get("include_disabled") != "true" {
		l.filter("disabled", "false", func(h *head) bool { return !h.closed })
	}
	field, direction, _ := strings.Cut(l.Get("sort"), " ")
	if s.customers.sorts[field] != nil {
		l.query.sort, l.query.desc = field, strings.EqualFold(strings.TrimSpace(direction), "desc")
	}
	return s.rows(c, l, s.customers, "customers", fullMeta, s.customer)
}

// customerAutocomplete is the quick search, without meta.
func (s *Syncro) customerAutocomplete(c *call) reply {
	l := s.query(c, "customers")
	l.search()
	return s.rows(c, l, s.customers, "customers", noMeta, s.customer)
}

// customerLatest is the newest customer, null where there is none.
func (s *Syncro) customerLatest(_ *call) reply {
	newest, _, _ := s.customers.page(query{desc: true}, 1, 1)
	var one any
	if len(newest) > 0 {
		s.listing = true
		defer func() { s.listing = false }()
		one = s.customer(newest[0])
	}
	return syncroJSON(http.StatusOK, object{{"customer", one}})
}

func (s *Syncro) contactList(c *call) reply {
	l := s.query(c, "contacts")
	l.id("customer_id", s.customerOf)
	return s.rows(c, l, s.contacts, "contacts", fullMeta, s.contact)
}

// customerOf is the id of the customer that a record belongs to, 0 for none.
func (s *Syncro) customerOf(h *head) int64 {
	if h.customer < 0 {
		return 0
	}
	owner := s.customers.headAt(h.customer)
	return owner.id
}

// ticketList: newest first. Comments are cut to the first one unless all_comments asks for all.
func (s *Syncro) ticketList(c *call) reply {
	l := s.query(c, "tickets")
	l.query.desc = true
	l.search()
	l.id("customer_id", s.customerOf)
	l.id("contact_id", func(h *head) int64 { return h.keysOf().contact })
	l.id("user_id", func(h *head) int64 { return h.keysOf().user })
	l.id("number", func(h *head) int64 { return h.num })
	if l.Get("mine") == "true" {
		l.filter("mine", "true", func(h *head) bool { return h.keysOf().user == syncroUsers[0].id })
	}
	l.text("status", func(h *head, v string) bool {
		if v == "Not Closed" {
			return !closedStatus(h.status)
		}
		return h.status == v
	})
	l.after("created_after", func(h *head) int64 { return h.created })
	if at, given := syncroTime(l.Get("resolved_after")); given {
		l.filter("resolved_after", itoa(at), func(h *head) bool { return closedStatus(h.status) && h.modified > at })
	}
	s.since(l, s.tickets)
	format, every := l.Get("comment_format"), l.Get("all_comments") == "true"
	return s.rows(c, l, s.tickets, "tickets", shortMeta, func(r *record) object { return s.ticketRow(r, format, every) })
}

func closedStatus(status string) bool { return status == "Resolved" || status == "Invoiced" }

// since filters by since_updated_at, which only tickets and invoices know.
func (s *Syncro) since(l *syncroQuery, t *table) {
	if at := l.after("since_updated_at", func(h *head) int64 { return h.modified }); at >= t.newest {
		l.query.noBase = true
	}
}

func (s *Syncro) leadList(c *call) reply {
	l := s.query(c, "leads")
	l.query.desc = true
	l.search()
	l.in("statuses", func(h *head) string { return h.status }, false)
	if list := l.Get("status_list"); list != "" {
		all := strings.Split(list, ",")
		l.filter("status_list", list, func(h *head) bool { return slices.Contains(all, h.status) })
	}
	l.in("users", func(h *head) string { return itoa(h.keysOf().user) }, false)
	l.in("mailbox_ids", func(*head) string { return "" }, false) // the account has no mailboxes
	l.text("has_ticket", func(h *head, v string) bool { return (h.keysOf().ticket != 0) == (v == "true") })
	return s.rows(c, l, s.leads, "leads", fullMeta, s.lead)
}

func (s *Syncro) invoiceList(c *call) reply {
	l := s.query(c, "invoices")
	l.query.desc = true
	if l.Get("paid") == "true" {
		l.filter("paid", "true", func(h *head) bool { return h.closed })
	}
	if l.Get("unpaid") == "true" {
		l.filter("unpaid", "true", func(h *head) bool { return !h.closed })
	}
	l.id("ticket_id", func(h *head) int64 { return h.keysOf().ticket })
	s.since(l, s.invoices)
	return s.rows(c, l, s.invoices, "invoices", shortMeta, s.invoice)
}

func (s *Syncro) paymentList(c *call) reply {
	l := s.query(c, "payments")
	l.query.desc = true
	l.search()
	return s.rows(c, l, s.payments, "payments", shortMeta, s.payment)
}

func (s *Syncro) assetList(c *call) reply {
	l := s.query(c, "customer_assets")
	l.search()
	l.id("customer_id", s.customerOf)
	l.id("asset_type_id", func(h *head) int64 { return h.keysOf().kind })
	l.text("snmp_enabled", func(_ *head, v string) bool { return v != "true" })
	has := noMeta
	if s.o.AssetMeta {
		has = shortMeta
	}
	return s.rows(c, l, s.assets, "assets", has, s.asset)
}

// alertList: only active alerts unless the status asks for more.
func (s *Syncro) alertList(c *call) reply {
	l := s.query(c, "rmm_alerts")
	l.query.desc = true
	switch l.Get("status") {
	case "all":
	case "resolved":
		l.filter("status", "resolved", func(h *head) bool { return h.closed })
	default:
		l.filter("status", "active", func(h *head) bool { return !h.closed })
	}
	return s.rows(c, l, s.alerts, "rmm_alerts", shortMeta, s.alert)
}

// lineIndex holds the live invoices that have line items, and how many lines there are up to each.
type lineIndex struct {
	version  uint64
	built    bool
	invoices []int32
	upTo     []int32
}

// lineItemList pages through the lines of all invoices, oldest first.
func (s *Syncro) lineItemList(c *call) reply {
	l := s.query(c, "line_items")
	if l.Get("estimate_id") != "" || l.Get("estimate_id_not_null") == "true" {
		return s.slice(c, l, "line_items", fullMeta, nil)
	}
	if id := l.Get("invoice_id"); id != "" {
		var all []object
		if i := s.invoices.find(id); i >= 0 {
			if r := s.invoices.asListed(i); r != nil && !r.deleted {
				all = linesOf(r)
			}
		}
		return s.slice(c, l, "line_items", fullMeta, all)
	}
	s.indexLines()
	x := &s.lines
	total := 0
	if n := len(x.upTo); n > 0 {
		total = int(x.upTo[n-1])
	}
	from := min((min(l.page, total+1)-1)*l.size, total)
	start := max(from-1, 0) // the row in front, for faults
	var rows []object
	at, _ := slices.BinarySearch(x.upTo, int32(start)+1)
	for ; at < len(x.invoices) && len(rows) < l.size+1; at++ {
		lines := linesOf(s.invoices.asListed(int(x.invoices[at])))
		if skip := start - (int(x.upTo[at]) - len(lines)); skip > 0 {
			lines = lines[min(skip, len(lines)):]
		}
		rows = append(rows, lines...)
	}
	var front object
	if from > start && len(rows) > 0 {
		front, rows = rows[0], rows[1:]
	}
	if from >= total {
		front, rows = nil, nil
	}
	return s.envelope(c, l, "line_items", fullMeta, total, slices.Clone(rows[:min(l.size, len(rows))]), front)
}

// indexLines counts the lines of all live invoices, anew when an invoice changed.
func (s *Syncro) indexLines() {
	x, t := &s.lines, s.invoices
	if x.built && x.version == t.version {
		return
	}
	x.built, x.version, x.invoices, x.upTo = true, t.version, x.invoices[:0], x.upTo[:0]
	sum := 0
	for i := range t.next {
		h, there := t.headListed(i)
		n := h.keysOf().lines
		if !there || h.deleted || n == 0 {
			continue
		}
		sum += n
		x.invoices, x.upTo = append(x.invoices, int32(i)), append(x.upTo, int32(sum))
	}
}
