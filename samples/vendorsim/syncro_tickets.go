package vendorsim

import (
	"net/http"
	"strings"
)

// Effects of a simulated Syncro account, as Counters.Effects names them.
const (
	// SyncroMailComment is a comment that went to the customer by mail: neither hidden nor do_not_email, and the customer
	// (or the ticket's contact) has an address and takes mail.
	SyncroMailComment = "mail: ticket comment"
	// SyncroMailTicket is the account's own rule about new tickets; see SyncroOptions.TicketMail.
	SyncroMailTicket = "mail: ticket created"
	// SyncroMailInvoice is an invoice that was sent by its email action.
	SyncroMailInvoice = "mail: invoice"
	// SyncroMailAlert is the comment that an RMM alert brings along, under the rule of comments.
	SyncroMailAlert = "mail: rmm alert"
	// SyncroSMS is a comment's sms_body that went to a mobile number.
	SyncroSMS = "sms"
	// SyncroPortal is a notice in the customer's portal about a comment that is neither hidden nor do_not_email.
	SyncroPortal = "portal notice"
	// SyncroPrint is a page that came out of a printer.
	SyncroPrint = "print"
	// SyncroFetch is a file that the vendor fetched from the address it was given.
	SyncroFetch = "file fetched"
)

func (s *Syncro) checkTicket(r *record, sent map[string]any, fresh bool) []string {
	if r.customer < 0 || s.customers.headAt(r.customer).deleted {
		return []string{"Customer required field"}
	}
	subject, given := sent["subject"]
	if (fresh || given) && strings.TrimSpace(plainText(subject)) == "" {
		return []string{"Subject can't be blank"}
	}
	for _, one := range commentsSent(sent) {
		if wrong := wrongComment(one); len(wrong) > 0 {
			return wrong
		}
	}
	return nil
}

// commentsSent are the comments that came with a ticket.
func commentsSent(sent map[string]any) []map[string]any {
	list, _ := sent["comments_attributes"].([]any)
	var out []map[string]any
	for _, v := range list {
		if one, is := v.(map[string]any); is {
			out = append(out, one)
		}
	}
	return out
}

// wrongComment: subject and body are required, though the schema marks neither.
func wrongComment(sent map[string]any) []string {
	var wrong []string
	for _, m := range []struct{ key, message string }{{"body", "Body can't be blank"}, {"subject", "Subject can't be blank"}} {
		if strings.TrimSpace(plainText(sent[m.key])) == "" {
			wrong = append(wrong, m.message)
		}
	}
	return wrong
}

// ticketSaved numbers a new ticket, keeps the comments that came with it and lets out what goes out.
func (s *Syncro) ticketSaved(c *call, r *record, fresh bool) {
	r.body.set("number", r.num)
	if closedStatus(r.status) && r.body.get("resolved_at") == nil {
		r.body.set("resolved_at", s.moment(r.modified, 0))
	}
	if fresh && s.o.TicketMail && s.reachable(r) {
		s.effect(SyncroMailTicket)
	}
	for _, one := range commentsSent(c.sent.fields) {
		s.comment(c, r, one)
	}
}

// ticket returns the index of the ticket that the path names.
func (s *Syncro) ticket(c *call) int { return s.tickets.live(c.id(0)) }

// changed touches a record now and clones its body for changing.
func (s *Syncro) changed(t *table, i int, c *call) *record {
	r := t.touch(i, t.stamp(c.now))
	r.body = r.body.clone()
	return r
}

func (s *Syncro) ticketDelete(c *call) reply {
	if i := s.ticket(c); i < 0 || !s.tickets.remove(i, s.tickets.stamp(c.now)) {
		return notFound(c)
	}
	return s.done(c, object{{"message", "Ticket was successfully deleted. "}})
}

// ticketLineAdd: name and description are required even with a product.
func (s *Syncro) ticketLineAdd(c *call) reply {
	i := s.ticket(c)
	if i < 0 {
		return notFound(c)
	}
	sent := c.sent.fields
	var wrong []string
	for _, key := range []string{"name", "description"} {
		if strings.TrimSpace(plainText(sent[key])) == "" {
			wrong = append(wrong, strings.ToUpper(key[:1])+key[1:]+" can't be blank")
		}
	}
	if len(wrong) > 0 {
		return oneErrors(wrong, sent, nil)
	}
	r := s.changed(s.tickets, i, c)
	all, _ := r.body.get("line_items").([]object)
	at := s.moment(c.now.UnixMilli(), 0)
	cost, retail := hundredths(plainText(sent["price_cost"])), hundredths(plainText(sent["price_retail"]))
	quantity := textOfNumber(asNumber.take(sent["quantity"]))
	if quantity == nil {
		quantity = "1.0"
	}
	one := object{
		{"id", s.number()}, {"ticket_id", r.id}, {"user_id", syncroUsers[0].id}, {"product_id", asInt.take(sent["product_id"])},
		{"name", asText.take(sent["name"])}, {"description", asText.take(sent["description"])}, {"quantity", quantity},
		{"product_category", nil}, {"upc_code", asText.take(sent["upc_code"])}, {"taxable", truth(sent["taxable"])},
		{"cost_cents", cost}, {"retail_cents", retail}, {"created_at", at}, {"updated_at", at}, {"converted", false}, {"item_id", nil},
		{"position", len(all) + 1}, {"estimate_line_item_id", nil}, {"old_price", nil}, {"line_discount_percent", nil},
		{"discount_dollars", nil}, {"original_ticket_line_item_id", nil}, {"price_cost", decimal(dollars(cost))},
		{"price_retail", decimal(dollars(retail))},
	}
	r.body.set("line_items", append(all[:len(all):len(all)], one))
	return s.done(c, one)
}

func (s *Syncro) ticketLineRemove(c *call) reply {
	i := s.ticket(c)
	if i < 0 {
		return notFound(c)
	}
	id, _ := asInt.take(c.sent.fields["ticket_line_item_id"]).(int64)
	all, _ := s.tickets.at(i).body.get("line_items").([]object)
	rest := without(all, id)
	if len(rest) == len(all) {
		return notFound(c)
	}
	s.changed(s.tickets, i, c).body.set("line_items", rest)
	return s.done(c, object{{"success", true}, {"message", ""}})
}

// without copies rows but the one with the id.
func without(all []object, id int64) []object {
	out := make([]object, 0, len(all))
	for _, one := range all {
		if one.get("id") != id {
			out = append(out, one)
		}
	}
	return out
}

// timerAdd needs a start: without it the vendor shows the text of an exception.
func (s *Syncro) timerAdd(c *call) reply {
	i := s.ticket(c)
	if i < 0 {
		return notFound(c)
	}
	sent := c.sent.fields
	start, given := syncroTime(plainText(sent["start_at"]))
	if !given {
		return oneError([]string{"no implicit conversion of nil into String"}, nil, nil)
	}
	end, given := syncroTime(plainText(sent["end_at"]))
	if minutes, is := asInt.take(sent["duration_minutes"]).(int64); !given && is {
		end = start + minutes*60_000
	}
	r := s.changed(s.tickets, i, c)
	at := s.moment(c.now.UnixMilli(), 0)
	one := object{
		{"id", s.number()}, {"ticket_id", r.id}, {"user_id", syncroUsers[0].id}, {"start_time", s.moment(start, 0)},
		{"end_time", s.moment(end, 0)}, {"recorded", false}, {"created_at", at}, {"updated_at", at}, {"billable", false},
		{"notes", asText.take(sent["notes"])}, {"toggl_id", nil}, {"product_id", asInt.take(sent["product_id"])}, {"comment_id", nil},
		{"ticket_line_item_id", nil}, {"active_duration", max(end-start, 0) / 1000}, {"billable_time", 0}, {"billable_override", nil},
	}
	all, _ := r.body.get("ticket_timers").([]object)
	r.body.set("ticket_timers", append(all[:len(all):len(all)], one))
	return s.done(c, one)
}

func (s *Syncro) ticketPrint(c *call) reply {
	if s.ticket(c) < 0 {
		return notFound(c)
	}
	s.effect(SyncroPrint)
	s.acted(SyncroTickets, c.id(0), "print", c.sent)
	return reply{status: http.StatusOK}
}
