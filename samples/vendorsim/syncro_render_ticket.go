package vendorsim

// ticketRow is a ticket as lists show it.
func (s *Syncro) ticketRow(r *record, format string, every bool) object {
	b, k := r.body, r.keysOf()
	kind, _ := b.get("ticket_type_id").(int64)
	return object{
		{"id", r.id}, {"number", r.num}, {"subject", b.get("subject")}, {"created_at", s.moment(r.created, r.idx)},
		{"customer_id", b.get("customer_id")}, {"customer_business_then_name", s.thenName(r.customer)}, {"due_date", b.get("due_date")},
		{"resolved_at", b.get("resolved_at")}, {"start_at", b.get("start_at")}, {"end_at", b.get("end_at")},
		{"location_id", b.get("location_id")}, {"location_name", nil}, {"problem_type", b.get("problem_type")}, {"status", b.get("status")},
		{"ticket_type_id", b.get("ticket_type_id")}, {"ticket_type_name", orNull(nameOf(ticketTypes, kind))}, {"properties", b.get("properties")},
		{"user_id", b.get("user_id")}, {"updated_at", s.moment(r.modified, r.idx)}, {"pdf_url", nil}, {"priority", b.get("priority")},
		{"billing_status", nil}, {"tag_list", b.get("tag_list")}, {"sla_name", nil}, {"creator_name_or_email", nil},
		{"contact_fullname", s.contactName(k.contact)}, {"contract_name", nil}, {"address_id", nil}, {"parent", false}, {"parent_id", nil},
		{"child", false}, {"recurring", false}, {"customer_reply", r.status == "Customer Reply"}, {"total_formatted_billable_time", nil},
		{"contact_id", b.get("contact_id")}, {"sla_breached", false}, {"sla_breaching_soon", false}, {"contract_id", nil},
		{"sla_id", b.get("sla_id")}, {"customer_tag_list", []any{}}, {"resolution_time", nil}, {"response_time", nil},
		{"customer_icons", []any{}}, {"comments", comments(r, format, every)}, {"user", userObject(k.user)},
	}
}

// ticketFull is a ticket as its details and its creation show it, with all comments.
func (s *Syncro) ticketFull(r *record, format string) object {
	b, k := r.body, r.keysOf()
	return object{
		{"id", r.id}, {"number", r.num}, {"subject", b.get("subject")}, {"created_at", s.moment(r.created, r.idx)},
		{"customer_id", b.get("customer_id")}, {"customer_business_then_name", s.thenName(r.customer)}, {"due_date", b.get("due_date")},
		{"start_at", b.get("start_at")}, {"end_at", b.get("end_at")}, {"location_id", b.get("location_id")},
		{"problem_type", b.get("problem_type")}, {"status", b.get("status")}, {"properties", b.get("properties")},
		{"user_id", b.get("user_id")}, {"updated_at", s.moment(r.modified, r.idx)}, {"pdf_url", nil}, {"intake_form_html", nil},
		{"signature_name", b.get("signature_name")}, {"signature_date", nil}, {"asset_ids", b.get("asset_ids")}, {"priority", b.get("priority")},
		{"resolved_at", b.get("resolved_at")}, {"outtake_form_name", b.get("outtake_form_name")},
		{"outtake_form_date", b.get("outtake_form_date")}, {"outtake_form_html", nil}, {"tag_list", b.get("tag_list")},
		{"comments", comments(r, format, true)}, {"attachments", b.get("attachments")}, {"ticket_timers", b.get("ticket_timers")},
		{"line_items", b.get("line_items")}, {"worksheet_results", []any{}}, {"assets", s.assetsOf(r)},
		{"appointments", []any{}}, {"ticket_fields", []any{}}, {"ticket_answers", []any{}}, {"customer", s.customerWhole(r.customer)},
		{"contact", s.contactObject(k.contact)}, {"user", userObject(k.user)}, {"ticket_type", ticketType(r)}, {"address", nil},
	}
}

func ticketType(r *record) any {
	id, _ := r.body.get("ticket_type_id").(int64)
	name := nameOf(ticketTypes, id)
	if name == "" {
		return nil
	}
	return object{
		{"id", id}, {"name", name}, {"account_id", 1}, {"created_at", "2019-11-04T14:55:01.722Z"},
		{"updated_at", "2019-11-04T14:55:01.722Z"}, {"disabled", false}, {"intake_terms", nil}, {"skip_intake", false},
		{"outtake_terms", nil}, {"skip_outtake", false}, {"ticket_fields", []any{}},
	}
}

// assetsOf are the live assets that a ticket names; the samples leave two keys out here.
func (s *Syncro) assetsOf(r *record) []object {
	ids, _ := r.body.get("asset_ids").([]any)
	out := []object{}
	for _, id := range ids {
		n, _ := id.(int64)
		if i := s.assets.live(itoa(n)); i >= 0 {
			out = append(out, s.asset(s.assets.at(i)).without("contact_id").without("address"))
		}
	}
	return out
}

func userObject(id int64) any {
	if u := userAt(id); u != nil {
		return u.object()
	}
	return nil
}

func (s *Syncro) contactObject(id int64) any {
	if i := s.contacts.live(itoa(id)); i >= 0 {
		return s.contact(s.contacts.at(i))
	}
	return nil
}

func (s *Syncro) contactName(id int64) any {
	if i := s.contacts.live(itoa(id)); i >= 0 {
		h := s.contacts.headAt(i)
		return h.name
	}
	return nil
}
