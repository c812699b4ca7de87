package vendorsim

import (
	"html"
	"strings"
)

// show renders a record as its details call does, without the wrapper.
func (s *Syncro) show(stream string, r *record) object {
	return map[string]func(*record) object{
		SyncroCustomers: s.customer, SyncroContacts: s.contact, SyncroTickets: func(r *record) object { return s.ticketFull(r, "") },
		SyncroLeads: s.lead, SyncroInvoices: s.invoiceFull, SyncroPayments: s.payment, SyncroAssets: s.asset, SyncroAlerts: s.alert,
	}[stream](r)
}

// relabelled is the drift's rename: the field that people would change.
func (s *Syncro) relabelled(t *table, r *record, name string) {
	field := map[string]string{
		SyncroCustomers: "business_name", SyncroContacts: "name", SyncroTickets: "subject", SyncroLeads: "last_name",
		SyncroInvoices: "note", SyncroPayments: "ref_num", SyncroAssets: "name", SyncroAlerts: "description",
	}[t.stream]
	r.body = r.body.clone()
	r.body.set(field, name+" "+r.key)
	s.reindex(t, r)
}

// shown copies what of a body is returned (keys that begin with _ are only kept) and puts id and dates in.
func (s *Syncro) shown(r *record) object {
	o := make(object, 0, len(r.body)+8)
	for _, m := range r.body {
		if m.key[0] != '_' {
			o = append(o, m)
		}
	}
	for _, m := range []member{{"id", r.id}, {"created_at", s.moment(r.created, r.idx)}, {"updated_at", s.moment(r.modified, r.idx)}} {
		if o.has(m.key) {
			o.set(m.key, m.val)
		}
	}
	return o
}

func (o object) has(key string) bool {
	for i := range o {
		if o[i].key == key {
			return true
		}
	}
	return false
}

func (s *Syncro) customer(r *record) object {
	o := s.shown(r)
	k := r.keysOf()
	o.set("fullname", k.full())
	o.set("business_and_full_name", k.and())
	o.set("business_then_name", k.then())
	contacts := []object{}
	for _, one := range s.children(s.contacts, r.idx, s.o.Counts.Customers, func(h *head) int { return h.customer }) {
		contacts = append(contacts, s.contact(one))
	}
	o.set("contacts", contacts)
	return o
}

// customerNested is the customer inside another record: the file's samples of assets leave two keys out.
func (s *Syncro) customerNested(i int) any {
	if i < 0 || s.customers.headAt(i).deleted {
		return nil
	}
	return s.customer(s.customers.at(i)).without("contacts").without("location_name")
}

// customerWhole is the customer inside a ticket, payment or invoice.
func (s *Syncro) customerWhole(i int) any {
	if i < 0 || s.customers.headAt(i).deleted {
		return nil
	}
	return s.customer(s.customers.at(i))
}

// thenName is the name of a record's customer as other records show it, deleted or not.
func (s *Syncro) thenName(i int) any {
	if i < 0 {
		return nil
	}
	h := s.customers.headAt(i)
	return h.keysOf().then()
}

func (s *Syncro) contact(r *record) object { return s.shown(r) }

func (s *Syncro) lead(r *record) object {
	o, k := s.shown(r), r.keysOf()
	o.set("business_then_name", k.then())
	return o
}

func (s *Syncro) alert(r *record) object { return s.shown(r) }

func (s *Syncro) payment(r *record) object {
	o := s.shown(r)
	o.set("customer", s.customerWhole(r.customer))
	return o
}

func (s *Syncro) asset(r *record) object {
	o := s.shown(r)
	o.set("asset_type", orNull(nameOf(assetTypes, r.keysOf().kind)))
	o.set("customer", s.customerNested(r.customer))
	triggers := make(object, len(alertTriggers))
	for i, name := range alertTriggers {
		triggers[i] = member{name, "false"}
	}
	o.set("rmm_store", object{
		{"id", r.id + 1}, {"asset_id", r.id}, {"account_id", 1}, {"triggers", triggers}, {"windows_updates", object{}},
		{"emsisoft", object{}}, {"general", object{}}, {"created_at", s.moment(r.created, 0)}, {"updated_at", s.moment(r.created, 0)},
		{"override_alert_agent_offline_mins", nil}, {"override_alert_agent_rearm_after_mins", nil},
		{"override_low_hd_threshold", nil}, {"override_autoresolve_offline_alert", nil},
	})
	return o
}

// comments of a ticket in a format; every false keeps the first alone.
func comments(r *record, format string, every bool) []object {
	all, _ := r.body.get("_comments").([]object)
	if !every && len(all) > 1 {
		all = all[:1]
	}
	out := make([]object, len(all))
	for i, one := range all {
		out[i] = one.without("is_rich_text")
		out[i].set("body", formatted(one.text("body"), format))
	}
	return out
}

// formatted is a comment's body: plain text by default, as it was written for richtext and original.
func formatted(body, format string) string {
	if format == "richtext" || format == "original" || !strings.HasPrefix(body, "<") {
		return body
	}
	var b strings.Builder
	for rest := body; rest != ""; {
		text, tag, found := strings.Cut(rest, "<")
		b.WriteString(text)
		if !found {
			break
		}
		name, after, _ := strings.Cut(tag, ">")
		if name == "br" || name == "/p" || name == "/div" {
			b.WriteByte('\n')
		}
		rest = after
	}
	return strings.TrimSpace(html.UnescapeString(b.String()))
}

// invoice is an invoice as lists show it; the sums follow from its lines.
func (s *Syncro) invoice(r *record) object {
	o := s.shown(r)
	o.set("customer_business_then_name", s.thenName(r.customer))
	net, tax := sums(r)
	o.set("subtotal", decimalText(net))
	o.set("tax", decimalText(tax))
	o.set("total", decimalText(net+tax))
	o.set("is_paid", r.closed)
	o.set("tech_marked_paid", r.closed)
	return o
}

// sums are an invoice's net and tax in hundredths: 8.25 % on taxable lines.
func sums(r *record) (net, tax int64) {
	for _, l := range linesOf(r) {
		part := hundredths(l.text("price")) * hundredths(l.text("quantity")) / 100
		net += part
		if taxable, _ := l.get("taxable").(bool); taxable {
			tax += part * 825 / 10_000
		}
	}
	return net, tax
}

// linesOf are an invoice's line items.
func linesOf(r *record) []object {
	all, _ := r.body.get("_lines").([]object)
	return all
}

// invoiceFull is an invoice's details.
func (s *Syncro) invoiceFull(r *record) object {
	o := s.invoice(r)
	o = append(o, member{"customer", s.customerWhole(r.customer)}, member{"line_items", linesOf(r)}, member{"payments", s.paymentsOf(r)})
	return o
}

// paymentsOf are the payments that name an invoice.
func (s *Syncro) paymentsOf(r *record) []object {
	out := []object{}
	for _, one := range s.children(s.payments, r.idx, s.o.Counts.Invoices, func(h *head) int {
		return s.invoices.find(itoa(h.keysOf().invoice))
	}) {
		out = append(out, s.shown(one).without("customer").without("signature_date"))
	}
	return out
}
