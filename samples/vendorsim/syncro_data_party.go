package vendorsim

import "strconv"

// syncroState spells a province as its code where the account's people did.
var syncroState = map[string]string{"Virginia": "VA", "Massachusetts": "MA", "New Jersey": "NJ", "New York": "NY", "Florida": "FL"}

// syncroPlace is an address; lostZero is a ZIP that a spreadsheet took its zeros from.
func (s *Syncro) syncroPlace(p *pick) (street, second, town, state, zip any) {
	c := cities[p.n(len(cities))]
	street, second, town, state, zip = strconv.Itoa(1+p.n(9000))+" "+p.of(streets), nil, c.name, c.province, c.zip
	if s.m.data.Plain {
		return street, second, town, state, zip
	}
	if code := syncroState[c.province]; code != "" && p.chance(2) {
		state = code
	}
	switch p.n(12) {
	case 0:
		return nil, nil, nil, nil, nil
	case 1:
		return "", "", "", "", ""
	case 2:
		second = "Apt. 436\nc/o \"Émile\""
	case 3:
		for len(c.zip) > 1 && c.zip[0] == '0' {
			c.zip = c.zip[1:]
		}
		zip = c.zip
	}
	return street, second, town, state, zip
}

// customerTable makes the customers: businesses, people, and both.
func (s *Syncro) customerTable() *table {
	fill := func(h *head, p *pick) {
		k := &filterKeys{first: p.of(firstNames), last: p.of(lastNames)}
		k.business = p.of(lastNames) + " " + p.of(trades) + " " + p.of(forms) + " " + strconv.Itoa(h.idx)
		if name, nasty := s.m.nastyName(h.idx, p); nasty {
			k.business = name
		} else if !s.m.data.Plain && p.chance(5) {
			k.business = ""
		} else if !s.m.data.Plain && p.chance(4) {
			k.first, k.last = "", ""
		}
		h.email = s.syncroEmail("customer", h.idx, p)
		h.closed = !s.m.data.Plain && h.idx%20 == 13
		if h.idx == 0 && !s.m.data.Plain { // every account has it
			k.first, k.last, k.business, h.email, h.closed = "Walkin", "Customer", "", "walkin@example.com", false
		}
		number := pickFor(s.m.seed, kindSyncroCustomer+2*kindSyncroBody, h.idx)
		k.phone = digits(s.syncroPhone(&number))
		h.name, h.ext = k.then(), k
	}
	return s.syncroTable(SyncroCustomers, s.o.Counts.Customers, firstSyncroCustomer, kindSyncroCustomer, fill, s.customerBody)
}

// full joins first and last name.
func (k *filterKeys) full() string {
	if k.first != "" && k.last != "" {
		return k.first + " " + k.last
	}
	return k.first + k.last
}

// then is the name of the business, or of the person where there is none.
func (k *filterKeys) then() string {
	if k.business != "" {
		return k.business
	}
	return k.full()
}

// and is both names.
func (k *filterKeys) and() string {
	if k.business != "" && k.full() != "" {
		return k.business + " - " + k.full()
	}
	return k.then()
}

func (s *Syncro) customerBody(h *head, p *pick) object {
	k := h.keysOf()
	number := pickFor(s.m.seed, kindSyncroCustomer+2*kindSyncroBody, h.idx)
	phone := s.syncroPhone(&number)
	o := emptyCustomer()
	street, second, town, state, zip := s.syncroPlace(p)
	for _, m := range []member{
		{"firstname", orEmpty(k.first, p)}, {"lastname", orEmpty(k.last, p)}, {"business_name", orEmpty(k.business, p)},
		{"email", orEmpty(h.email, p)}, {"phone", orEmpty(phone, p)}, {"mobile", orEmpty(s.syncroPhone(p), p)},
		{"address", street}, {"address_2", second}, {"city", town}, {"state", state}, {"zip", zip},
		{"disabled", h.closed}, {"no_email", !s.m.data.Plain && p.chance(9)}, {"get_sms", p.chance(3)}, {"opt_out", p.chance(8)},
		{"properties", s.syncroProperties(p)},
		{"online_profile_url", "https://" + s.opts.Domain + ".syncromsp.com/my_profile/v2/index?portal_key=" + portalKey(s.m.seed, h.id)},
	} {
		o.set(m.key, m.val)
	}
	if p.chance(3) {
		o.set("notes", p.of([]string{"Gate code 0042", "<b>Do not call</b> before 9", "Line one\nline two\r\nline three", "=HYPERLINK(\"x\")", "", "🐕 bites"}))
	}
	if p.chance(4) {
		o.set("tax_rate_id", syncroTaxRates[p.n(len(syncroTaxRates))].id)
		o.set("referred_by", p.of([]string{"Google", "Synchroteam 4711", "friend"}))
		o.set("invoice_cc_emails", "billing@example.com, cc@example.com")
	}
	if h.idx == 0 && !s.m.data.Plain {
		o.set("phone", "123")
	}
	return o
}

// emptyCustomer has every key of the file's sample, in its order.
func emptyCustomer() object {
	return object{
		{"id", nil}, {"firstname", nil}, {"lastname", nil}, {"fullname", nil}, {"business_name", nil}, {"email", nil},
		{"phone", nil}, {"mobile", nil}, {"created_at", nil}, {"updated_at", nil}, {"pdf_url", nil}, {"address", nil},
		{"address_2", nil}, {"city", nil}, {"state", nil}, {"zip", nil}, {"latitude", nil}, {"longitude", nil}, {"notes", nil},
		{"get_sms", false}, {"opt_out", false}, {"disabled", false}, {"no_email", false}, {"location_name", nil},
		{"location_id", nil}, {"properties", object{}}, {"online_profile_url", nil}, {"tax_rate_id", nil},
		{"notification_email", nil}, {"invoice_cc_emails", nil}, {"invoice_term_id", nil}, {"referred_by", nil},
		{"ref_customer_id", nil}, {"business_and_full_name", nil}, {"business_then_name", nil}, {"contacts", nil},
	}
}

// portalKey is the secret of a customer's own page.
func portalKey(seed uint64, id int64) string {
	return strconv.FormatUint(mix(seed^mix(uint64(id)))|1<<62, 36)
}

// contactTable makes the contacts; many share a name.
func (s *Syncro) contactTable() *table {
	n := s.o.Counts.Contacts
	fill := func(h *head, p *pick) {
		h.customer = parent(h.idx, n, s.o.Counts.Customers, p)
		h.name = p.of(firstNames) + " " + p.of(lastNames)
		if name, nasty := s.m.nastyName(h.idx, p); nasty {
			h.name = name
		}
		h.email = s.syncroEmail("contact", h.idx, p)
		h.ext = &filterKeys{}
	}
	body := func(h *head, p *pick) object {
		o := emptyContact()
		street, second, town, state, zip := s.syncroPlace(p)
		for _, m := range []member{
			{"name", h.name}, {"address1", street}, {"address2", second}, {"city", town}, {"state", state}, {"zip", zip},
			{"email", orEmpty(h.email, p)}, {"phone", orEmpty(s.syncroPhone(p), p)}, {"mobile", orEmpty(s.syncroPhone(p), p)},
			{"customer_id", s.idAt(s.customers, h.customer)}, {"opt_out", p.chance(8)},
		} {
			o.set(m.key, m.val)
		}
		if p.chance(2) {
			o.set("properties", object{{"title", p.of([]string{"CEO", "Geschäftsführer", "IT Manager", ""})}, {"notification_billing", "1"}})
			o.set("latitude", decimal("67.92905002829"))
			o.set("longitude", decimal("-91.6028665875294"))
		}
		if p.chance(6) {
			o.set("notes", "Talk Jabba. (Tell <i>that</i> to Jabba.)")
			o.set("extension", "0"+strconv.Itoa(p.n(90)))
		}
		return o
	}
	return s.syncroTable(SyncroContacts, n, firstSyncroContact, kindSyncroContact, fill, body)
}

func emptyContact() object {
	return object{
		{"id", nil}, {"name", nil}, {"address1", nil}, {"address2", nil}, {"city", nil}, {"state", nil}, {"zip", nil},
		{"email", nil}, {"phone", nil}, {"mobile", nil}, {"latitude", nil}, {"longitude", nil}, {"customer_id", nil},
		{"account_id", 1}, {"notes", nil}, {"created_at", nil}, {"updated_at", nil}, {"vendor_id", nil},
		{"properties", object{}}, {"opt_out", false}, {"extension", nil},
	}
}

// leadStatuses are those of the file.
var leadStatuses = []string{
	"New", "Lead", "First Contact", "Opportunity", "Prospect", "Waiting on Client", "In Negotiation", "Pending", "Won", "Lost",
}

// leadTable makes the leads, which write empty text where customers have null.
func (s *Syncro) leadTable() *table {
	fill := func(h *head, p *pick) {
		k := &filterKeys{first: p.of(firstNames), last: p.of(lastNames)}
		if name, nasty := s.m.nastyName(h.idx, p); nasty {
			k.last = name
		}
		if p.chance(3) {
			k.business = p.of(lastNames) + "-" + p.of(lastNames)
		}
		if s.o.Counts.Customers > 0 && p.chance(3) {
			h.customer = p.n(s.o.Counts.Customers)
		}
		if p.chance(4) {
			k.user = syncroUsers[p.n(len(syncroUsers))].id
		}
		h.status = p.of(leadStatuses)
		h.email = s.syncroEmail("lead", h.idx, p)
		h.name, h.ext = k.full(), k
	}
	body := func(h *head, p *pick) object {
		o, k := emptyLead(), h.keysOf()
		street, _, town, state, zip := s.syncroPlace(p)
		for _, m := range []member{
			{"first_name", k.first}, {"last_name", k.last}, {"email", h.email}, {"phone", s.syncroPhone(p)}, {"mobile", s.syncroPhone(p)},
			{"address", textOf(street)}, {"city", textOf(town)}, {"state", textOf(state)}, {"zip", textOf(zip)},
			{"_business_name", k.business}, {"customer_id", s.idAt(s.customers, h.customer)}, {"status", h.status},
			{"user_id", idOrNull(k.user)}, {"message_read", p.chance(2)},
		} {
			o.set(m.key, m.val)
		}
		if p.chance(2) {
			o.set("ticket_subject", p.of(tasks))
			o.set("ticket_description", "<p>"+p.of(tasks)+" &amp; more</p>")
			o.set("ticket_problem_type", p.of(problemTypes))
		}
		return o
	}
	return s.syncroTable(SyncroLeads, s.o.Counts.Leads, firstSyncroLead, kindSyncroLead, fill, body)
}

func emptyLead() object {
	return object{
		{"id", nil}, {"first_name", ""}, {"last_name", ""}, {"email", ""}, {"phone", ""}, {"mobile", ""}, {"created_at", nil},
		{"updated_at", nil}, {"address", ""}, {"city", ""}, {"state", ""}, {"zip", ""}, {"ticket_subject", nil},
		{"ticket_description", nil}, {"ticket_problem_type", nil}, {"ticket_id", nil}, {"customer_id", nil}, {"contact_id", nil},
		{"mailbox_id", nil}, {"mailbox_name", nil}, {"business_then_name", nil}, {"has_attachments", false},
		{"message_read", false}, {"status", "New"}, {"user_id", nil}, {"location_id", nil},
	}
}

// textOf is the text of a value, "" for null.
func textOf(v any) string {
	text, _ := v.(string)
	return text
}

// idAt is the id of a record by its index, null for -1.
func (s *Syncro) idAt(t *table, i int) any {
	if i < 0 {
		return nil
	}
	h := t.headAt(i)
	return h.id
}
