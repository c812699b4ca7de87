package vendorsim

import (
	"strconv"
	"time"
)

// ticketTable makes the tickets. Their numbers ascend, two in a hundred subjects are equal.
func (s *Syncro) ticketTable() *table {
	n := s.o.Counts.Tickets
	fill := func(h *head, p *pick) {
		h.customer = parent(h.idx, n, s.o.Counts.Customers, p)
		k := &filterKeys{}
		h.num = 1000 + int64(h.idx)
		h.name = p.of(tasks) + " " + strconv.Itoa(h.idx)
		if name, nasty := s.m.nastyName(h.idx, p); nasty {
			h.name = name
		}
		h.status = p.of(syncroStatuses)
		if p.chance(2) {
			k.user = syncroUsers[p.n(len(syncroUsers))].id
		}
		if s.o.Counts.Contacts > 0 && p.chance(3) {
			k.contact = s.contactOf(h.customer)
		}
		h.ext = k
	}
	return s.syncroTable(SyncroTickets, n, firstSyncroTicket, kindSyncroTicket, fill, s.ticketBody)
}

// contactOf returns the id of the first contact that the seed gives to a customer, 0 for none.
func (s *Syncro) contactOf(customer int) int64 {
	n, parents := s.o.Counts.Contacts, s.o.Counts.Customers
	if customer < 0 || customer >= parents {
		return 0
	}
	if i := (customer*n + parents - 1) / parents; i < n && i*parents/n == customer {
		return s.contacts.makeHead(i, s.contacts.created(i)).id
	}
	return 0
}

func (s *Syncro) ticketBody(h *head, p *pick) object {
	o, k := emptyTicket(), h.keysOf()
	kind := ticketTypes[p.n(len(ticketTypes))]
	for _, m := range []member{
		{"number", h.num}, {"subject", h.name}, {"customer_id", s.idAt(s.customers, h.customer)}, {"status", h.status},
		{"due_date", s.moment(h.created+int64(p.n(30))*24*time.Hour.Milliseconds(), 0)}, {"problem_type", p.of(problemTypes)},
		{"ticket_type_id", kind.id}, {"user_id", idOrNull(k.user)}, {"contact_id", idOrNull(k.contact)},
		{"properties", s.syncroProperties(p)}, {"priority", orNull(p.of(priorities))}, {"tag_list", s.m.tags(p)},
		{"_comments", s.seedComments(h, p)},
	} {
		o.set(m.key, m.val)
	}
	if h.status == "Resolved" || h.status == "Invoiced" {
		o.set("resolved_at", s.moment(h.modified, 0))
	}
	if p.chance(3) {
		start := h.created + int64(p.n(100))*time.Hour.Milliseconds()
		o.set("start_at", s.moment(start, 0))
		o.set("end_at", s.moment(start+5400_000, 0))
	}
	if s.o.Counts.Assets > 0 && p.chance(3) {
		i := p.n(s.o.Counts.Assets)
		o.set("asset_ids", []any{s.assets.makeHead(i, s.assets.created(i)).id})
	}
	return o
}

// emptyTicket has what a ticket keeps: what lists and details show is put together from it.
func emptyTicket() object {
	return object{
		{"number", nil}, {"subject", nil}, {"customer_id", nil}, {"due_date", nil}, {"resolved_at", nil}, {"start_at", nil},
		{"end_at", nil}, {"location_id", nil}, {"problem_type", nil}, {"status", "New"}, {"ticket_type_id", nil},
		{"properties", object{}}, {"user_id", nil}, {"priority", nil}, {"tag_list", []string{}}, {"sla_id", nil},
		{"contact_id", nil}, {"signature_name", nil}, {"asset_ids", []any{}}, {"outtake_form_name", nil},
		{"outtake_form_date", nil}, {"attachments", []object{}}, {"ticket_timers", []object{}}, {"line_items", []object{}},
		{"_comments", []object{}},
	}
}

// commentBodies are what people and mail programs leave behind.
var commentBodies = []string{
	"Replaced the filter.", "<p>Dear customer,<br>we are <b>on our way</b> &amp; will call.</p>", "Line one\nline two",
	"<div>Gr\u00fc\u00dfe 🚚</div><script>alert(1)</script>", "a < b && c > d", "=cmd|' /C calc'!A0", "שלום", "  ", "[img](http://elsewhere.invalid/x.png)",
}

// seedComments makes a ticket's comments; the ids leave 40 for each ticket.
func (s *Syncro) seedComments(h *head, p *pick) []object {
	n := p.n(4)
	if h.idx%41 == 7 {
		n = 23
	}
	out := make([]object, n)
	for k := range out {
		body := p.of(commentBodies)
		at := s.moment(h.created+int64(k)*977_000, 0)
		out[k] = object{
			{"id", 300_000_000 + int64(h.idx)*40 + int64(k)}, {"created_at", at}, {"updated_at", at}, {"ticket_id", h.id},
			{"subject", p.of([]string{"Initial Issue", "Update", "Private Note", "Re: [Ticket #1] \"help\""})}, {"body", body},
			{"tech", p.of([]string{"Joe Doe", "customer-reply", "Former technician"})}, {"hidden", p.chance(3)},
			{"user_id", syncroUsers[p.n(len(syncroUsers))].id}, {"is_rich_text", len(body) > 0 && body[0] == '<'},
		}
	}
	return out
}

// assetTable makes the assets; serials are unique where there are any.
func (s *Syncro) assetTable() *table {
	n := s.o.Counts.Assets
	fill := func(h *head, p *pick) {
		h.customer = parent(h.idx, n, s.o.Counts.Customers, p)
		h.name = p.of(devices) + " " + strconv.Itoa(h.idx)
		if name, nasty := s.m.nastyName(h.idx, p); nasty {
			h.name = name
		}
		if d := p.n(8); d > 1 || s.m.data.Plain {
			h.myID = "SN" + strconv.Itoa(100000+h.idx)
		} else if d == 1 {
			h.myID = "000" + strconv.Itoa(h.idx)
		}
		h.ext = &filterKeys{kind: assetTypes[p.n(len(assetTypes))].id}
	}
	body := func(h *head, p *pick) object {
		o := emptyAsset()
		for _, m := range []member{
			{"name", h.name}, {"customer_id", s.idAt(s.customers, h.customer)}, {"asset_serial", orNull(h.myID)},
			{"_asset_type_id", h.keysOf().kind}, {"properties", append(object{{"OS", p.n(9)}, {"Size", "Medium"}}, s.syncroProperties(p)...)},
		} {
			o.set(m.key, m.val)
		}
		return o
	}
	return s.syncroTable(SyncroAssets, n, firstSyncroAsset, kindSyncroAsset, fill, body)
}

func emptyAsset() object {
	return object{
		{"id", nil}, {"name", nil}, {"customer_id", nil}, {"contact_id", nil}, {"created_at", nil}, {"updated_at", nil},
		{"properties", object{}}, {"asset_type", nil}, {"asset_serial", nil}, {"external_rmm_link", nil}, {"customer", nil},
		{"rmm_links", []any{}}, {"rmm_store", nil}, {"address", nil},
	}
}

// alertTable makes the RMM alerts; every third is resolved.
func (s *Syncro) alertTable() *table {
	fill := func(h *head, p *pick) {
		if s.o.Counts.Assets > 0 {
			h.equipment = p.n(s.o.Counts.Assets)
		}
		h.closed = p.chance(3)
		h.name = p.of([]string{"Low Hd Space Trigger", "agent_offline_trigger", "CPU > 90 %", "Gerät offline"})
	}
	body := func(h *head, p *pick) object {
		o := emptyAlert()
		for _, m := range []member{
			{"customer_id", 0}, {"computer_name", p.of([]string{"DESKTOP-01", "srv.local", ""})}, {"resolved", h.closed},
			{"status", p.of([]string{"auto_resolved", "new", "MyString"})}, {"description", h.name}, {"check_id", p.n(50)},
			{"formatted_output", p.of([]string{"<b>C:</b> 3% free", "Agent last seen 2019-10-31 08:22", ""})},
			{"properties", object{{"trigger", h.name}, {"event_id", strconv.Itoa(p.n(9999))}}},
		} {
			o.set(m.key, m.val)
		}
		if h.equipment >= 0 {
			device := s.assets.headAt(h.equipment)
			o.set("asset_id", device.id)
			if owner := s.idAt(s.customers, device.customer); owner != nil {
				o.set("customer_id", owner)
			}
		}
		return o
	}
	return s.syncroTable(SyncroAlerts, s.o.Counts.Alerts, firstSyncroAlert, kindSyncroAlert, fill, body)
}

func emptyAlert() object {
	return object{
		{"id", nil}, {"customer_id", nil}, {"ticket_number", nil}, {"ticket_status", nil}, {"computer_name", nil},
		{"properties", object{}}, {"resolved", false}, {"check_id", nil}, {"status", nil}, {"formatted_output", nil},
		{"description", nil}, {"created_at", nil}, {"updated_at", nil}, {"asset_id", nil},
	}
}
