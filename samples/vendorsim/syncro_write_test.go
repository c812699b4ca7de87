package vendorsim

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSyncroWritesReadBack(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	customer := s.Live(SyncroCustomers)[0]
	for _, tc := range []struct {
		stream, body, wrap string
		status             int
		want               row // members of the record that is read back
	}{
		{SyncroCustomers, `{"business_name":"Ångström & Sons 😀","firstname":"Zoë","zip":"02108","phone":"555-0999","get_sms":true,` +
			`"properties":{"Zone 1.2":"Nord"},"tax_rate_id":51,"no_such_field":1,"latitude":"1"}`, "customer", 200, row{
			"business_name": "Ångström & Sons 😀", "zip": "02108", "phone": "5550999", "get_sms": true, "properties": row{"Zone 1.2": "Nord"},
			"business_then_name": "Ångström & Sons 😀", "fullname": "Zoë", "latitude": nil, "email": nil,
		}},
		{SyncroContacts, `{"customer_id":` + customer + `,"name":"Boba Fett","title":"ignored","email":"b@example.com"}`, "", 200,
			row{"name": "Boba Fett", "properties": row{}, "email": "b@example.com"}},
		{SyncroTickets, `{"customer_id":` + customer + `,"subject":"Leak","number":"77001","due_date":"2025-10-10","status":"New","tag_list":["a"],"user_id":10232}`,
			"ticket", 200, row{"subject": "Leak", "due_date": "2025-10-10T00:00:00.000Z", "tag_list": []any{"a"}, "status": "New"}},
		{SyncroLeads, `{"first_name":"Susy","business_name":"Klocko","likelihood":80,"disabled":true}`, "lead", 200,
			row{"first_name": "Susy", "business_then_name": "Klocko", "status": "New"}},
		{SyncroInvoices, `{"customer_id":` + customer + `,"number":"0042","date":"2024-02-03","line_items":[{"item":"x","name":"y","price":1}],"total":"9"}`,
			"invoice", 200, row{"number": "0042", "total": "0.0", "line_items": []any{}, "is_paid": false}},
		{SyncroAssets, `{"customer_id":` + customer + `,"name":"Boiler","asset_type_name":"Heat Pump","asset_serial":"0001","properties":{"OS":4}}`,
			"asset", 200, row{"name": "Boiler", "asset_type": "Heat Pump", "asset_serial": "0001", "properties": row{}}},
		{SyncroPayments, `{"customer_id":` + customer + `,"amount_cents":1055,"payment_method":"Cash","ref_num":"r"}`, "payment", 200,
			row{"payment_method": "Cash", "ref_num": "r", "invoice_ids": []any{}, "success": true}},
	} {
		mark := s.Mark()
		a := sy(t, s, http.MethodPost, tc.stream, tc.body)
		require.Equal(t, tc.status, a.status, string(a.body))
		one := decode[row](t, a)
		if tc.wrap != "" {
			one = one[tc.wrap].(row)
		}
		id := text(one["id"])
		assert.Equal(t, []string{id}, s.Changed(tc.stream, mark), tc.stream)
		got := syGet(t, s, tc.stream+"/"+id)
		if tc.wrap != "" {
			got = got[tc.wrap].(row)
		}
		for key, want := range tc.want {
			assert.Equal(t, want, got[key], "%s.%s", tc.stream, key)
		}
		assert.NotContains(t, got, "no_such_field")
	}
	assert.Equal(t, 7, s.Counters().Writes)
	assert.Empty(t, s.Counters().Effects, "no mail, no SMS, no notice")
}

func TestSyncroUpdatesKeepWhatWasNotSent(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	id := s.Live(SyncroCustomers)[4]
	before := syGet(t, s, "customers/"+id)["customer"].(row)
	mark := s.Mark()
	after := decode[row](t, sy(t, s, http.MethodPut, "customers/"+id, `{"notes":"new","get_billing":true,"properties":{"Fresh":"x"}}`))["customer"].(row)
	assert.Equal(t, []string{id}, s.Changed(SyncroCustomers, mark))
	assert.JSONEq(t, `{"get_billing":true}`, string(s.WriteOnly(SyncroCustomers, id)))
	assert.Equal(t, "new", after["notes"])
	assert.Equal(t, "x", after["properties"].(row)["Fresh"])
	for key, was := range before {
		if key != "notes" && key != "properties" && key != "updated_at" {
			assert.Equal(t, was, after[key], key)
		}
	}
	contact := s.Live(SyncroContacts)[0]
	got := decode[row](t, sy(t, s, http.MethodPut, "contacts/"+contact, `{"name":"N","title":"CEO"}`))
	assert.Equal(t, "CEO", got["properties"].(row)["title"])
	asset := s.Live(SyncroAssets)[0]
	decode[row](t, sy(t, s, http.MethodPut, "customer_assets/"+asset, `{"name":"N","properties":{"OS":"10"}}`))
	assert.Equal(t, "10", at(syGet(t, s, "customer_assets/"+asset), "asset", "properties", "OS"), "updates take properties")
}

func TestSyncroRefusals(t *testing.T) {
	s := newSyncro(t, SyncroOptions{UniqueEmail: true, Options: Options{Data: Data{Plain: true}}})
	customer, ticket := s.Live(SyncroCustomers)[0], s.Live(SyncroTickets)[0]
	serial := text(at(syGet(t, s, "customer_assets/"+s.Live(SyncroAssets)[0]), "asset", "asset_serial"))
	alert := s.Live(SyncroAlerts)[0]
	for _, tc := range []struct {
		path, body string
		status     int
		want       string
	}{
		{"customers", `{"business_name":"A","email":"bad"}`, 422,
			`{"success":false,"message":["Email is not an email","Email Only able to parse up to \"bad\""],"params":{"business_name":"A","email":"bad"}}`},
		{"customers", `{"business_name":"A","email":"customer3@example.com"}`, 422,
			`{"success":false,"message":["Email has already been taken"],"params":{"business_name":"A","email":"customer3@example.com"}}`},
		{"contacts", `{"customer_id":5,"name":"A"}`, 404, `{"message":"Not found"}`},
		{"tickets", `{"subject":"A"}`, 422, `{"error":"Customer required field"}`},
		{"tickets/" + ticket + "/comment", `{"body":"A"}`, 422, `{"success":false,"message":["Subject can't be blank"]}`},
		{"tickets/" + ticket + "/add_line_item", `{"name":"A"}`, 422, `{"errors":"Description can't be blank","params":{"name":"A"}}`},
		{"tickets/" + ticket + "/timer_entry", `{}`, 422, `{"error":"no implicit conversion of nil into String"}`},
		{"leads", `{"from_check_in":true}`, 422, `{"success":false,"message":["Ticket description can't be blank"],"params":{"from_check_in":true}}`},
		{"customer_assets", `{"name":"A","asset_type_name":"UPS","asset_serial":"` + serial + `"}`, 422,
			`{"success":false,"message":["Asset serial has already been taken"],"params":{"name":"A","asset_type_name":"UPS","asset_serial":"` + serial + `"}}`},
		{"rmm_alerts/" + alert + "/mute", `{"mute_for":"60"}`, 422, `{"errors":{"mute_for":["is not included in the list"]}}`},
		{"payments", `{"customer_id":` + customer + `}`, 422, `{"success":false,"message":["Amount can't be blank"],"params":{"customer_id":` + customer + `}}`},
	} {
		a := sy(t, s, http.MethodPost, tc.path, tc.body)
		assert.Equal(t, tc.status, a.status, tc.path)
		assert.JSONEq(t, tc.want, string(a.body), tc.path)
	}
	a := sy(t, s, http.MethodPost, "contacts", `{"customer_id":`+customer+`,"name":"Bad","email":"xxx"}`)
	assert.Equal(t, http.StatusUnprocessableEntity, a.status)
	got := decoded(t, a.body).(row)
	assert.Equal(t, "Email is not an email", got["errors"])
	assert.Nil(t, at(got, "record", "id"))
	assert.Zero(t, s.Counters().Writes)
}

func TestSyncroCustomersShowTheirContacts(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	one, two := s.Live(SyncroCustomers)[3], s.Live(SyncroCustomers)[9]
	of := func(customer string) []string {
		nested := at(syGet(t, s, "customers/"+customer), "customer", "contacts").([]any)
		ids := make([]string, len(nested))
		for i, v := range nested {
			ids[i] = text(v.(row)["id"])
		}
		listed, _ := syPages(t, s, "contacts?customer_id="+customer, "contacts")
		assert.ElementsMatch(t, idsOf(listed), ids)
		return ids
	}
	before := of(one)
	require.NotEmpty(t, before)
	decode[row](t, sy(t, s, http.MethodPut, "contacts/"+before[0], `{"name":"Moved","customer_id":`+two+`}`))
	made := text(decode[row](t, sy(t, s, http.MethodPost, "contacts", `{"name":"New","customer_id":`+one+`}`))["id"])
	assert.Equal(t, append(before[1:len(before):len(before)], made), of(one))
	assert.Contains(t, of(two), before[0])
	require.True(t, s.Delete(SyncroContacts, made))
	decode[row](t, sy(t, s, http.MethodPut, "contacts/"+before[0], `{"name":"Back","customer_id":`+one+`}`))
	assert.Equal(t, before, of(one))
}

func TestSyncroSerialsAreUnique(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	assets, _ := syPages(t, s, "customer_assets", "assets")
	post := func(serial string) int {
		return sy(t, s, http.MethodPost, "customer_assets", `{"name":"A","asset_type_name":"UPS","asset_serial":"`+serial+`"}`).status
	}
	for _, r := range assets[:40] {
		if serial := text(r["asset_serial"]); serial != "" {
			assert.Equal(t, http.StatusUnprocessableEntity, post(serial), serial)
		}
	}
	assert.Equal(t, []int{200, 422}, []int{post("fresh"), post("fresh")})
	first := firstOf(t, assets, func(r row) bool { return r["asset_serial"] != nil })
	decode[row](t, sy(t, s, http.MethodPut, "customer_assets/"+text(first["id"]), `{"name":"B","asset_serial":"moved"}`))
	assert.Equal(t, []int{200, 422}, []int{post(text(first["asset_serial"])), post("moved")}, "the old serial is free again")
}

func TestSyncroDeletes(t *testing.T) {
	s := newSyncro(t, SyncroOptions{StuckInvoices: true})
	for stream, message := range map[string]string{
		SyncroCustomers: `{"message":"Customer was deleted from the system."}`, SyncroContacts: `{"success":true}`,
		SyncroTickets: `{"message":"Ticket was successfully deleted. "}`,
	} {
		id := s.Live(stream)[2]
		a := sy(t, s, http.MethodDelete, stream+"/"+id, "")
		assert.JSONEq(t, message, string(a.body))
		assert.Equal(t, http.StatusNotFound, sy(t, s, http.MethodGet, stream+"/"+id, "").status)
		assert.Equal(t, http.StatusNotFound, sy(t, s, http.MethodDelete, stream+"/"+id, "").status)
	}
	rows, _ := syPages(t, s, "invoices", "invoices")
	for _, paid := range []bool{true, false} {
		id := text(firstOf(t, rows, func(r row) bool { return r["is_paid"] == paid })["id"])
		assert.Equal(t, http.StatusOK, sy(t, s, http.MethodDelete, "invoices/"+id, "").status)
		assert.Equal(t, map[bool]int{true: 200, false: 404}[paid], sy(t, s, http.MethodGet, "invoices/"+id, "").status, "200 says nothing")
	}
	alert := s.Live(SyncroAlerts)[0]
	assert.JSONEq(t, `{"success":"true"}`, string(sy(t, s, http.MethodDelete, "rmm_alerts/"+alert, "").body))
	assert.Equal(t, true, at(syGet(t, s, "rmm_alerts/"+alert), "rmm_alert", "resolved"), "resolved, not gone")
}

func TestSyncroEffects(t *testing.T) {
	const mail, quiet = `"subject":"s","body":"b"`, `"subject":"s","body":"b","hidden":true,"do_not_email":true`
	fresh := func(o SyncroOptions) (s *Syncro, customer, ticket string) {
		s = newSyncro(t, o)
		customer = text(at(decode[row](t, sy(t, s, "POST", "customers", `{"business_name":"B","email":"b@example.com","mobile":"5551234567"}`)), "customer", "id"))
		ticket = text(at(decode[row](t, sy(t, s, "POST", "tickets", `{"customer_id":`+customer+`,"subject":"s"}`)), "ticket", "id"))
		return s, customer, ticket
	}
	for name, tc := range map[string]struct {
		o          SyncroOptions
		path, body string // C and T stand for customer and ticket
		want       map[string]int
	}{
		"loud comment":   {path: "tickets/T/comment", body: `{` + mail + `}`, want: map[string]int{SyncroMailComment: 1, SyncroPortal: 1}},
		"quiet comment":  {path: "tickets/T/comment", body: `{` + quiet + `}`, want: map[string]int{}},
		"hidden comment": {path: "tickets/T/comment", body: `{` + mail + `,"hidden":true}`, want: map[string]int{}},
		"not mailed":     {path: "tickets/T/comment", body: `{` + mail + `,"do_not_email":true}`, want: map[string]int{}},
		"sms":            {path: "tickets/T/comment", body: `{` + quiet + `,"sms_body":"hi"}`, want: map[string]int{SyncroSMS: 1}},
		"with a ticket": {path: "tickets", body: `{"customer_id":C,"subject":"s","comments_attributes":[{` + mail + `},{` + quiet + `}]}`,
			want: map[string]int{SyncroMailComment: 1, SyncroPortal: 1}},
		"loud account": {o: SyncroOptions{TicketMail: true}, path: "tickets", body: `{"customer_id":C,"subject":"s"}`, want: map[string]int{SyncroMailTicket: 2}},
		"alert":        {path: "rmm_alerts", body: `{"customer_id":C,"description":"d","properties":{` + mail + `}}`, want: map[string]int{SyncroMailAlert: 1}},
		"file":         {path: "tickets/T/attach_file_url", body: `{"files":[{"url":"https://files.invalid/a"}]}`, want: map[string]int{SyncroFetch: 1}},
		"print":        {path: "tickets/T/print", want: map[string]int{SyncroPrint: 1}},
	} {
		s, customer, ticket := fresh(tc.o)
		put := strings.NewReplacer(":C", ":"+customer, "/T/", "/"+ticket+"/")
		a := sy(t, s, http.MethodPost, put.Replace(tc.path), put.Replace(tc.body))
		assert.Less(t, a.status, 300, string(a.body))
		assert.Equal(t, tc.want, s.Counters().Effects, name)
	}
	s, customer, _ := fresh(SyncroOptions{})
	invoice := text(at(decode[row](t, sy(t, s, "POST", "invoices", `{"customer_id":`+customer+`,"number":"1","date":"2024-01-01"}`)), "invoice", "id"))
	sy(t, s, http.MethodPost, "invoices/"+invoice+"/email", "")
	assert.Equal(t, map[string]int{SyncroMailInvoice: 1}, s.Counters().Effects)
}

func TestSyncroInvoicesAndPayments(t *testing.T) {
	s := newSyncro(t, SyncroOptions{BodyLines: true})
	body := `{"customer_id":` + s.Live(SyncroCustomers)[0] + `,"number":"Z-1","date":"2024-02-03","line_items":[{"item":"Labor","name":"Work","price":10.5,"quantity":2,"taxable":true}]}`
	made := decode[row](t, sy(t, s, http.MethodPost, "invoices", body))["invoice"].(row)
	id := text(made["id"])
	assert.Equal(t, []any{"21.0", "1.73", "22.73"}, []any{made["subtotal"], made["tax"], made["total"]})
	line := decode[row](t, sy(t, s, http.MethodPost, "invoices/"+id+"/line_items", `{"item":"Part","name":"Filter","price":"3.27","quantity":1}`))
	whole := syGet(t, s, "invoices/Z-1")["invoice"].(row)
	assert.Equal(t, id, text(whole["id"]), "found by its number")
	assert.Equal(t, "26.0", whole["total"])
	assert.Len(t, whole["line_items"], 2)
	pay := `{"invoice_number":"Z-1","amount_cents":2600,"ref_num":"once"}`
	paid := decode[row](t, sy(t, s, http.MethodPost, "payments", pay))["payment"].(row)
	assert.Equal(t, []any{"26", id}, []any{text(paid["payment_amount"]), text(paid["invoice_ids"].([]any)[0])})
	whole = syGet(t, s, "invoices/"+id)["invoice"].(row)
	assert.Equal(t, true, whole["is_paid"])
	assert.Len(t, whole["payments"], 1)
	a := sy(t, s, http.MethodPut, "invoices/"+id+"/line_items/"+text(line["id"]), `{"price":99}`)
	assert.Equal(t, http.StatusOK, a.status)
	assert.Contains(t, string(a.body), "already paid", "200, and nothing changed")
	assert.Equal(t, "26.0", at(syGet(t, s, "invoices/"+id), "invoice", "total"))
}

func TestSyncroPaymentsSplitOverInvoices(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	customer := s.Live(SyncroCustomers)[0]
	bill := func(number string) string {
		made := decode[row](t, sy(t, s, http.MethodPost, "invoices", `{"customer_id":`+customer+`,"number":"`+number+`","date":"2024-02-03"}`))
		id := text(at(made, "invoice", "id"))
		decode[row](t, sy(t, s, http.MethodPost, "invoices/"+id+"/line_items", `{"name":"Work","price":10,"quantity":1}`))
		return id
	}
	one, two := bill("A-1"), bill("A-2")
	paid := decode[row](t, sy(t, s, http.MethodPost, "payments", `{"customer_id":`+customer+`,"amount_cents":1500,"apply_payments":{"`+one+`":1000,"`+two+`":500,"7":1}}`))
	ids := at(paid, "payment", "invoice_ids").([]any)
	require.Len(t, ids, 2, "an invoice that does not exist is passed over")
	assert.Equal(t, []string{one, two}, []string{text(ids[0]), text(ids[1])})
	assert.Equal(t, true, at(syGet(t, s, "invoices/"+one), "invoice", "is_paid"))
	assert.Equal(t, false, at(syGet(t, s, "invoices/"+two), "invoice", "is_paid"), "half of it")
}

func TestSyncroTakesForms(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://acme.syncromsp.com/api/v1/customers.json",
		strings.NewReader("business_name=Form+Ltd&properties[Zone+1.2]=North&get_sms=1"))
	require.NoError(t, err)
	req.Header.Set("Authorization", DefaultSyncroToken)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	got := decode[row](t, roundTripOver(s.Transport(), req))["customer"].(row)
	assert.Equal(t, []any{"Form Ltd", row{"Zone 1.2": "North"}, true}, []any{got["business_name"], got["properties"], got["get_sms"]})
}

// FuzzSyncroBody: whatever is sent, the answer is one of the documented statuses and nothing breaks.
func FuzzSyncroBody(f *testing.F) {
	for _, body := range []string{`{}`, `[]`, `{"business_name":1}`, `{"properties":[1]}`, `{"number":"1e5","customer_id":"x"}`, `{"comments_attributes":[{"body":null}]}`, "\x00", `{"line_items":[null]}`} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		s := NewSyncro(SyncroOptions{Options: Options{Latency: -1, Rate: Rate{Limit: -1}}, BodyLines: true})
		for name := range syncroResources {
			a := sy(t, s, http.MethodPost, name, body)
			require.NoError(t, a.err)
			require.Contains(t, []int{200, 201, 400, 404, 422}, a.status, name)
		}
	})
}
