package vendorsim

import "strconv"

// invoiceTable makes the invoices; their numbers are text, some with zeros in front.
func (s *Syncro) invoiceTable() *table {
	n := s.o.Counts.Invoices
	fill := func(h *head, p *pick) {
		h.customer = parent(h.idx, n, s.o.Counts.Customers, p)
		h.myID = strconv.Itoa(4000 + h.idx)
		if !s.m.data.Plain && h.idx%9 == 4 {
			h.myID = "00" + h.myID
		}
		if !s.m.data.Plain && h.idx%9 == 5 {
			h.myID = "INV-" + h.myID
		}
		h.closed = p.chance(2)
		k := &filterKeys{lines: p.n(5)}
		if s.o.Counts.Tickets > 0 && p.chance(2) {
			i := p.n(s.o.Counts.Tickets)
			k.ticket = s.tickets.makeHead(i, s.tickets.created(i)).id
		}
		h.name, h.ext = h.myID, k
	}
	body := func(h *head, p *pick) object {
		o, k := emptyInvoice(), h.keysOf()
		day := s.moment(h.created-h.created%86_400_000, 0)
		for _, m := range []member{
			{"customer_id", s.idAt(s.customers, h.customer)}, {"number", h.myID}, {"date", day}, {"due_date", day},
			{"ticket_id", idOrNull(k.ticket)}, {"_paid", h.closed}, {"user_id", syncroUsers[p.n(len(syncroUsers))].id},
			{"_lines", s.seedLines(h, p)},
		} {
			o.set(m.key, m.val)
		}
		if p.chance(4) {
			o.set("note", "Thank you!\n<i>Net 30</i> – 2 % Skonto")
			o.set("po_number", "PO 0099/"+strconv.Itoa(h.idx))
		}
		return o
	}
	return s.syncroTable(SyncroInvoices, n, firstSyncroInvoice, kindSyncroInvoice, fill, body)
}

func emptyInvoice() object {
	return object{
		{"id", nil}, {"customer_id", nil}, {"customer_business_then_name", nil}, {"number", nil}, {"created_at", nil},
		{"updated_at", nil}, {"date", nil}, {"due_date", nil}, {"subtotal", nil}, {"total", nil}, {"tax", nil},
		{"verified_paid", false}, {"tech_marked_paid", false}, {"ticket_id", nil}, {"pdf_url", nil}, {"is_paid", false},
		{"location_id", nil}, {"po_number", nil}, {"contact_id", nil}, {"note", nil}, {"hardwarecost", nil}, {"user_id", nil},
	}
}

// seedLines makes an invoice's line items; the ids leave 10 for each invoice.
func (s *Syncro) seedLines(h *head, p *pick) []object {
	out := make([]object, h.keysOf().lines)
	for k := range out {
		at := s.moment(h.created, 0)
		l := emptyLine()
		for _, m := range []member{
			{"id", 200_000_000 + int64(h.idx)*10 + int64(k)}, {"created_at", at}, {"updated_at", at}, {"invoice_id", h.id},
			{"item", p.of([]string{"Labor", "Part", "Ersatzteil", ""})}, {"name", p.of(tasks)}, {"cost", decimalText(int64(p.n(20000)))},
			{"price", decimalText(int64(p.n(90000)) - 5000)}, {"quantity", p.of([]string{"1.0", "2.0", "0.25", "0.0"})},
			{"taxable", p.chance(2)}, {"position", k + 1},
		} {
			l.set(m.key, m.val)
		}
		out[k] = l
	}
	return out
}

func emptyLine() object {
	return object{
		{"id", nil}, {"created_at", nil}, {"updated_at", nil}, {"invoice_id", nil}, {"item", nil}, {"name", nil}, {"cost", "0.0"},
		{"price", "0.0"}, {"quantity", "1.0"}, {"product_id", nil}, {"taxable", false}, {"discount_percent", nil}, {"position", nil},
		{"invoice_bundle_id", nil}, {"discount_dollars", nil},
	}
}

// decimalText writes hundredths as the vendor's decimals: 64.99, 10.0, 0.5.
func decimalText(hundredths int64) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	text := sign + strconv.FormatInt(hundredths/100, 10) + "." + strconv.FormatInt(hundredths%100/10, 10)
	if last := hundredths % 10; last != 0 {
		text += strconv.FormatInt(last, 10)
	}
	return text
}

// hundredths reads a decimal text, cutting what is beyond; anything else is 0.
func hundredths(text string) int64 {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0
	}
	if f < 0 {
		return -int64(-f*100 + 0.5)
	}
	return int64(f*100 + 0.5)
}

// paymentTable makes the payments; ref_num is often missing and sometimes used twice.
func (s *Syncro) paymentTable() *table {
	fill := func(h *head, p *pick) {
		k := &filterKeys{}
		if i := parent(h.idx, s.o.Counts.Payments, s.o.Counts.Invoices, p); i >= 0 && p.n(5) > 0 {
			bill := s.invoices.makeHead(i, s.invoices.created(i))
			h.customer, k.invoice = bill.customer, bill.id
		} else if s.o.Counts.Customers > 0 {
			h.customer = p.n(s.o.Counts.Customers)
		}
		switch d := p.n(6); {
		case d > 1 || s.m.data.Plain:
			h.myID = strconv.Itoa(11000 + h.idx)
		case d == 1:
			h.myID = "11006"
		}
		h.name, h.ext = h.myID, k
	}
	body := func(h *head, p *pick) object {
		o, k := emptyPayment(), h.keysOf()
		for _, m := range []member{
			{"payment_amount", decimal(dollars(int64(1 + p.n(100000))))}, {"ref_num", orNull(h.myID)},
			{"applied_at", s.moment(h.created-h.created%86_400_000, 0)}, {"payment_method", p.of([]string{"Check", "Cash", "Credit Card"})},
			{"invoice_ids", []any{idOrNull(k.invoice)}}, {"success", !p.chance(15)}, {"_customer_id", s.idAt(s.customers, h.customer)},
		} {
			o.set(m.key, m.val)
		}
		return o
	}
	return s.syncroTable(SyncroPayments, s.o.Counts.Payments, firstSyncroPayment, kindSyncroPayment, fill, body)
}

func emptyPayment() object {
	return object{
		{"id", nil}, {"created_at", nil}, {"updated_at", nil}, {"success", true}, {"payment_amount", 0}, {"invoice_ids", []any{}},
		{"ref_num", nil}, {"applied_at", nil}, {"payment_method", nil}, {"transaction_response", nil}, {"signature_date", nil},
		{"customer", nil},
	}
}
