package vendorsim

import "net/http"

// invoiceShown is an invoice's details for GET; a PUT answers it as lists show it.
func (s *Syncro) invoiceShown(c *call, r *record) object {
	if c.r.Method == http.MethodGet {
		return s.invoiceFull(r)
	}
	return s.invoice(r).without("user_id")
}

// invoiceSaved takes the lines of a new invoice's body where the account does.
func (s *Syncro) invoiceSaved(c *call, r *record, fresh bool) {
	list, _ := c.sent.fields["line_items"].([]any)
	if !fresh || !s.o.BodyLines {
		return
	}
	for _, v := range list {
		if sent, is := v.(map[string]any); is {
			s.putLine(c, r, -1, sent)
		}
	}
}

// putLine adds a line to a touched invoice, or changes the one at k.
func (s *Syncro) putLine(c *call, r *record, k int, sent map[string]any) object {
	all := linesOf(r)
	lines := append(make([]object, 0, len(all)+1), all...)
	at := s.moment(c.now.UnixMilli(), 0)
	if k < 0 {
		k = len(lines)
		one := emptyLine()
		one.set("id", s.number())
		one.set("created_at", at)
		one.set("invoice_id", r.id)
		one.set("position", k+1)
		lines = append(lines, one)
	}
	one := lines[k].clone()
	one.set("updated_at", at)
	for key, v := range sent {
		if f, known := lineFields[key]; known {
			one.set(key, textOfNumber(f.take(v)))
		}
		if key == "line_discount_percent" {
			one.set("discount_percent", asInt.take(v))
		}
	}
	lines[k] = one
	r.body.set("_lines", lines)
	s.reindex(s.invoices, r)
	return one
}

// line returns the index of the invoice and of its line that the path names, -1 for none.
func (s *Syncro) line(c *call) (i, k int) {
	if i = s.invoices.live(c.id(0)); i < 0 {
		return -1, -1
	}
	for k, one := range linesOf(s.invoices.at(i)) {
		if id, _ := one.get("id").(int64); itoa(id) == c.id(1) {
			return i, k
		}
	}
	return i, -1
}

// lineAdd answers the new line; the file shows no body. A name is needed.
func (s *Syncro) lineAdd(c *call) reply {
	i := s.invoices.live(c.id(0))
	if i < 0 {
		return notFound(c)
	}
	sent := c.sent.fields
	if plainText(sent["name"]) == "" && plainText(sent["item"]) == "" && sent["product_id"] == nil {
		return withParams([]string{"Name can't be blank"}, sent, nil)
	}
	return s.done(c, s.putLine(c, s.changed(s.invoices, i, c), -1, sent))
}

// lineChange: a paid invoice is left as it is, and the answer is 200 all the same.
func (s *Syncro) lineChange(c *call) reply {
	i, k := s.line(c)
	if k < 0 {
		return notFound(c)
	}
	if s.invoices.headAt(i).closed {
		return syncroJSON(http.StatusOK, object{{"message", "Invoice is already paid"}})
	}
	return s.done(c, s.putLine(c, s.changed(s.invoices, i, c), k, c.sent.fields))
}

func (s *Syncro) lineDelete(c *call) reply {
	i, k := s.line(c)
	if k < 0 {
		return notFound(c)
	}
	r := s.changed(s.invoices, i, c)
	id := linesOf(r)[k].get("id").(int64)
	r.body.set("_lines", without(linesOf(r), id))
	s.reindex(s.invoices, r)
	return s.done(c, object{{"message", "Line item deleted"}})
}

// invoiceDelete answers 200 whatever becomes of it.
func (s *Syncro) invoiceDelete(c *call) reply {
	i := s.invoices.live(c.id(0))
	stuck := i >= 0 && s.o.StuckInvoices && s.invoices.headAt(i).closed
	if i >= 0 && !stuck && s.invoices.remove(i, s.invoices.stamp(c.now)) {
		s.note(SyncroInvoices, c.id(0), "delete", c.sent)
	}
	return syncroJSON(http.StatusOK, object{{"message", "We deleted the invoice."}})
}

func (s *Syncro) invoiceTicket(c *call) reply {
	bill := s.invoices.asRead(s.invoices.find(c.id(0)), false)
	if bill == nil {
		return notFound(c)
	}
	k := s.tickets.asRead(s.tickets.find(itoa(bill.keysOf().ticket)), false)
	if k == nil {
		return notFound(c)
	}
	return syncroJSON(http.StatusOK, object{{"ticket", s.ticketFull(k, "")}})
}

// invoiceEmail sends mail to the customer, if there is an address.
func (s *Syncro) invoiceEmail(c *call) reply {
	i := s.invoices.live(c.id(0))
	if i < 0 {
		return notFound(c)
	}
	if s.reachable(s.invoices.at(i)) {
		s.effect(SyncroMailInvoice)
	}
	s.acted(SyncroInvoices, c.id(0), "email", c.sent)
	return syncroJSON(http.StatusOK, object{{"message", "Invoice email sent"}})
}

func (s *Syncro) invoicePrint(c *call) reply {
	if s.invoices.live(c.id(0)) < 0 {
		return notFound(c)
	}
	s.effect(SyncroPrint)
	s.acted(SyncroInvoices, c.id(0), "print", c.sent)
	return syncroJSON(http.StatusOK, object{{"message", "Print job queued"}})
}

// paymentSaved applies a new payment to its invoice, or to those that apply_payments names with their cents. What names
// none is credit of the customer.
func (s *Syncro) paymentSaved(c *call, r *record, _ bool) {
	at := c.now.UnixMilli()
	r.body.set("applied_at", s.moment(at-at%86_400_000, 0))
	cents, _ := r.body.get("_amount_cents").(int64)
	ids := []any{}
	if bill := r.keysOf().invoice; bill != 0 {
		ids = append(ids, bill)
		s.pay(c, bill, cents)
	} else if parts, is := r.body.get("_apply_payments").(object); is {
		for _, part := range parts {
			bill, fine := asInt.take(part.key).(int64)
			amount, _ := part.val.(int64)
			if fine && s.pay(c, bill, amount) {
				ids = append(ids, bill)
			}
		}
	}
	r.body.set("invoice_ids", ids)
}

// pay puts cents on an invoice, which is paid when they reach its total; false when there is no such invoice.
func (s *Syncro) pay(c *call, bill, cents int64) bool {
	i := s.invoices.live(itoa(bill))
	if i < 0 {
		return false
	}
	r := s.changed(s.invoices, i, c)
	paid, _ := r.body.get("_paid_cents").(int64)
	paid += cents
	r.body.set("_paid_cents", paid)
	net, tax := sums(r)
	r.closed = r.closed || paid >= net+tax
	return true
}
