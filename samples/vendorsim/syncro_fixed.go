package vendorsim

import "net/http"

// me is the cheap check of a token.
func (s *Syncro) me(_ *call) reply {
	u := syncroUsers[0]
	may := object{{"read", true}, {"write", true}, {"delete", true}}
	return syncroJSON(http.StatusOK, object{
		{"user_token", "00000000-0000-4000-8000-000000000000"}, {"user_email", u.email}, {"user_name", u.name}, {"user_id", u.id},
		{"admin", u.admin}, {"can_use_app", true}, {"two_factor_required", false}, {"subdomain", s.opts.Domain}, {"default_location", nil},
		{"enable_multi_locations", false}, {"locations_allowed", []any{}},
		{"permissions", object{
			{"asset", may}, {"customer", may}, {"ticket", may}, {"invoice", may}, {"payment", may},
			{"worksheet", object{{"add", true}, {"manage", true}, {"delete", true}}}, {"script", object{{"execute", true}}},
		}},
	})
}

// userList is a list of pairs, not of objects.
func (s *Syncro) userList(_ *call) reply {
	pairs := make([]any, len(syncroUsers))
	for i, u := range syncroUsers {
		pairs[i] = []any{u.id, u.name}
	}
	return syncroJSON(http.StatusOK, object{{"users", pairs}})
}

func (s *Syncro) userDetails(c *call) reply {
	id, _ := asInt.take(c.id(0)).(int64)
	u := userAt(id)
	if u == nil {
		return notFound(c)
	}
	return syncroJSON(http.StatusOK, object{{"user", u.object()}})
}

// typesOf shows ticket or asset types as settings do.
func typesOf(all []syncroNamed) []object {
	out := make([]object, len(all))
	for i, n := range all {
		out[i] = object{{"id", n.id}, {"name", n.name}}
	}
	return out
}

func (s *Syncro) ticketSettings(_ *call) reply {
	names := make([]object, len(syncroUsers))
	for i, u := range syncroUsers {
		names[i] = object{{"id", u.id}, {"name", u.name}}
	}
	return syncroJSON(http.StatusOK, object{
		{"ticket_status_list", syncroStatuses}, {"default_labor_product_id", nil}, {"ticket_timer_charge_by_default", nil},
		{"saved_searches", []any{}}, {"ticket_types", typesOf(ticketTypes)}, {"ticket_type_fields", fieldLabels(ticketTypes[0].id)},
		{"ticket_type_field_answers", []any{}}, {"appointment_types", []any{}}, {"users", names}, {"dashboard_settings", nil},
		{"worksheet_templates", []any{}}, {"require_ticket_type", nil}, {"require_intake_form_with_ticket", nil},
		{"require_outtake_form_with_ticket", nil}, {"ticket_workflow_default_id", nil},
	})
}

// fieldLabels are the labels of custom fields; the file's samples are empty lists.
func fieldLabels(kind int64) []object {
	labels := []string{"Zone 1.2", "Gate code #", "VIP?", "Notes", "Customer since"}
	out := make([]object, len(labels))
	for i, label := range labels {
		out[i] = object{{"id", 9000 + i}, {"name", label}, {"field_type", "text"}, {"type_id", kind}, {"required", false}, {"position", i}}
	}
	return out
}

func (s *Syncro) settings(_ *call) reply {
	hours := []object{}
	for _, day := range []string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"} {
		hours = append(hours, object{{"day", day}, {"start", "09:00"}, {"end", "17:00"}, {"closed", day == "Sunday"}})
	}
	return syncroJSON(http.StatusOK, object{
		{"customers", object{{"required_fields", nil}, {"customer_fields", fieldLabels(0)}, {"customer_field_answers", []any{}}}},
		{"assets", object{
			{"asset_types", typesOf(assetTypes)}, {"asset_type_fields", fieldLabels(assetTypes[0].id)}, {"asset_type_field_answers", []any{}},
		}},
		{"locale", object{
			{"iso_code", "en"}, {"currency_symbol", "$"}, {"date_format", "mm-dd-yy"}, {"time_format", "hh:mm tt"},
			{"time_zone", "America/Los_Angeles"}, {"time_offset", "-08:00"},
		}},
		{"ticket", object{
			{"ticket_types", typesOf(ticketTypes)}, {"ticket_type_fields", fieldLabels(ticketTypes[0].id)}, {"ticket_type_field_answers", []any{}},
			{"problem_types", problemTypes}, {"priorities", priorities},
		}},
		{"business_hours_enabled", true}, {"business_hours", hours}, {"default_holiday_calendar", "USA"}, {"msp_addon", nil},
	})
}

func (s *Syncro) paymentMethods(_ *call) reply {
	out := make([]object, len(paymentMethods))
	for i, m := range paymentMethods {
		out[i] = object{
			{"id", m.id}, {"name", m.name}, {"created_at", "2019-10-28T09:55:44.304Z"}, {"updated_at", "2019-10-28T09:55:44.304Z"},
			{"uses_card_processing", m.id == 1},
		}
	}
	return syncroJSON(http.StatusOK, object{{"payment_methods", out}})
}

// search looks through customers, contacts, tickets, leads, invoices and assets; each result is wrapped twice.
func (s *Syncro) search(c *call) reply {
	results := []object{}
	sought := c.query().Get("query")
	for _, kind := range []struct {
		t         *table
		one, many string
		source    []string
	}{
		{s.customers, "customer", "customers", []string{"firstname", "lastname", "email", "business_name"}},
		{s.contacts, "contact", "contacts", []string{"name", "email", "customer_id"}},
		{s.tickets, "ticket", "tickets", []string{"number", "subject", "customer_id"}},
		{s.leads, "lead", "leads", []string{"first_name", "last_name", "email"}},
		{s.invoices, "invoice", "invoices", []string{"number", "customer_id"}},
		{s.assets, "asset", "assets", []string{"name", "asset_serial", "customer_id"}},
	} {
		if sought == "" {
			break
		}
		found, _, _ := kind.t.page(query{filter: "query=" + sought, keep: func(h *head) bool { return matches(h, sought) }}, 1, 10)
		for _, r := range found {
			source := object{}
			for _, key := range kind.source {
				source = append(source, member{key, r.body.get(key)})
			}
			if kind.one == "customer" {
				source = append(source, member{"phones", s.phonesOf(r)})
			}
			results = append(results, object{{"table", object{
				{"_id", r.id}, {"_type", kind.one}, {"_index", kind.many}, {"_source", object{{"table", source}}},
			}}})
		}
	}
	return syncroJSON(http.StatusOK, object{{"quick_result", nil}, {"results", results}, {"error", nil}})
}
