package vendorsim

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// beyondTheFile is where the simulator knowingly answers what the file does not say, and why.
var beyondTheFile = []struct{ pattern, why string }{
	{`^GET /contacts/\{id\}: has longitude beyond the file$`, "the schema spells it longitud, every sample longitude"},
	{`^GET /invoices/\{id\}: has invoice beyond the file$`, "the schema lacks the wrapper that all samples of the resource have"},
	{`\.payment_amount: json\.Number \d+\.\d+, but integer or null$`, "dollars with cents; the samples are whole dollars"},
	{`/comments?.*\.user: has `, "the sample's user is an empty object"},
}

// specCase is one call whose answer is checked.
type specCase struct {
	verb, path string // as in the file
	call       string // the real path
	body       string
	status     int
}

func TestSyncroAnswersFitTheVendorsFile(t *testing.T) {
	a := readOpenAPI(t)
	checked, kinds := 0, map[string]int{}
	for _, plain := range []bool{false, true} {
		s := newSyncro(t, SyncroOptions{
			Options: Options{Data: Data{Plain: plain}}, PageSizes: map[string]int{"comments": 50},
			Fetch: func(string) ([]byte, error) { return []byte("a"), nil }, AttachDelay: -1,
		})
		for _, tc := range specCases(t, s) {
			name := tc.verb + " " + tc.path
			got := sy(t, s, tc.verb, tc.call, tc.body)
			require.NoError(t, got.err, name)
			require.Equal(t, tc.status, got.status, "%s %s: %s", tc.verb, tc.call, got.body)
			schema, kind := a.response(tc.verb, tc.path, strconv.Itoa(tc.status))
			kinds[kind]++
			require.NotEqual(t, "undocumented", kind, "%s %d is not in the file", name, tc.status)
			if kind == "broken" { // the asset's schema takes its keywords for properties: the creation's sample stands in
				schema, kind = a.response(http.MethodPost, "/customer_assets", "200")
				require.Equal(t, "sample", kind)
			}
			if kind == "none" {
				continue
			}
			checked++
			for _, wrong := range a.check(schema, decoded(t, got.body), name) {
				assert.True(t, excused(wrong), "status %d, %s", tc.status, wrong)
			}
		}
	}
	t.Logf("answers checked: %d; by what the file has: %v", checked, kinds)
	require.NotZero(t, checked)
	assert.GreaterOrEqual(t, kinds["schema"], 2)
	assert.GreaterOrEqual(t, kinds["sample"], 80)
}

func excused(wrong string) bool {
	for _, one := range beyondTheFile {
		if regexp.MustCompile(one.pattern).MatchString(wrong) {
			return true
		}
	}
	return false
}

func decoded(t *testing.T, raw []byte) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var v any
	require.NoError(t, dec.Decode(&v), string(raw))
	return v
}

// TestEveryEndpointIsInTheFileAndChecked holds the routes against the file and against the cases above.
func TestEveryEndpointIsInTheFileAndChecked(t *testing.T) {
	a := readOpenAPI(t)
	s := newSyncro(t, SyncroOptions{})
	cases := map[string]bool{}
	for _, tc := range specCases(t, s) {
		cases[tc.verb+" "+syncroPath("/api/v1/"+tc.call[:strings.IndexByte(tc.call+"?", '?')])] = true
	}
	named := regexp.MustCompile(`\{[a-z_]+\}`)
	inFile := map[string]bool{}
	for path, ops := range at(a.doc, "paths").(row) {
		for verb := range ops.(row) {
			inFile[strings.ToUpper(verb)+" "+strings.TrimPrefix(named.ReplaceAllString(path, ":id"), "/")] = true
		}
	}
	for name := range syncroEndpoints {
		assert.True(t, inFile[name], "%s is served but not in the file", name)
		assert.True(t, cases[name], "%s is served but no case checks it", name)
	}
	assert.Greater(t, len(syncroEndpoints), 50)
}

// specCases call every endpoint, in every documented way that the simulator can be brought to.
func specCases(t *testing.T, s *Syncro) []specCase {
	t.Helper()
	first := func(path, key string) string { return text(syGet(t, s, path)[key].([]any)[0].(row)["id"]) }
	customer, contact, ticket := first("customers", "customers"), first("contacts", "contacts"), first("tickets", "tickets")
	lead, payment, asset := first("leads", "leads"), first("payments", "payments"), first("customer_assets", "assets")
	alert, user := first("rmm_alerts", "rmm_alerts"), itoa(syncroUsers[0].id)
	invoices, _ := syPages(t, s, "invoices", "invoices")
	invoice := text(firstOf(t, invoices, func(r row) bool { return r["is_paid"] == false && r["ticket_id"] != nil })["id"])
	line := decode[row](t, sy(t, s, "POST", "invoices/"+invoice+"/line_items", `{"item":"Labor","name":"Work","price":64.99,"quantity":1}`))
	phone := decode[row](t, sy(t, s, "POST", "customers/"+customer+"/phones", `{"label":"Mobile","number":"222"}`))
	ticketLine := decode[row](t, sy(t, s, "POST", "tickets/"+ticket+"/add_line_item", `{"name":"a","description":"b"}`))
	spare := func(path, body, wrap string) string {
		one := decode[row](t, sy(t, s, "POST", path, body))
		if wrap != "" {
			one = one[wrap].(row)
		}
		return text(one["id"])
	}
	spareCustomer := spare("customers", `{"business_name":"Spare"}`, "customer")
	spareContact := spare("contacts", `{"customer_id":`+customer+`,"name":"Spare"}`, "")
	spareTicket := spare("tickets", `{"customer_id":`+customer+`,"subject":"Spare"}`, "ticket")
	spareInvoice := spare("invoices", `{"customer_id":`+customer+`,"number":"S1","date":"2024-02-03"}`, "invoice")
	sy(t, s, "POST", "tickets/"+spareTicket+"/attach_file_url", `{"files":[{"url":"https://files.invalid/a","filename":"a"}]}`)
	file := `{"attachment_id":0}`
	if all := s.Attachments(spareTicket); len(all) > 0 {
		file = `{"attachment_id":` + all[0].ID + `}`
	}
	aTicket := `{"customer_id":` + customer + `,"subject":"s","asset_ids":[` + asset + `],"comments_attributes":[{"subject":"c","body":"b","hidden":true}]}`
	return []specCase{
		{"GET", "/me", "me", "", 200}, {"GET", "/users", "users", "", 200}, {"GET", "/users/{id}", "users/" + user, "", 200},
		{"GET", "/settings", "settings", "", 200}, {"GET", "/tickets/settings", "tickets/settings", "", 200},
		{"GET", "/payment_methods", "payment_methods", "", 200}, {"GET", "/search", "search?query=" + esc(text(syGet(t, s, "customers/"+customer)["customer"].(row)["email"])), "", 200},

		{"GET", "/customers", "customers?include_disabled=true", "", 200}, {"GET", "/customers", "customers?page=99", "", 200},
		{"GET", "/customers/latest", "customers/latest", "", 200}, {"GET", "/customers/autocomplete", "customers/autocomplete?query=Sm", "", 200},
		{"GET", "/customers/{id}", "customers/" + customer, "", 200}, {"GET", "/customers/{id}", "customers/1", "", 404},
		{"POST", "/customers", "customers", `{"business_name":"New","email":"n@example.com","zip":"02108"}`, 200},
		{"POST", "/customers", "customers", `{"business_name":"Real Business","firstname":"First","lastname":"Last","email":"it is not an email"}`, 422},
		{"PUT", "/customers/{id}", "customers/" + customer, `{"notes":"x"}`, 200}, {"PUT", "/customers/{id}", "customers/" + customer, `{"email":"not an email"}`, 422},
		{"DELETE", "/customers/{id}", "customers/" + spareCustomer, "", 200}, {"DELETE", "/customers/{id}", "customers/" + spareCustomer, "", 404},
		{"GET", "/customers/{customer_id}/phones", "customers/" + customer + "/phones", "", 200},
		{"POST", "/customers/{customer_id}/phones", "customers/" + customer + "/phones", `{"number":"222000222"}`, 200},
		{"POST", "/customers/{customer_id}/phones", "customers/" + customer + "/phones", `{"number":""}`, 422},
		{"PUT", "/customers/{customer_id}/phones/{id}", "customers/" + customer + "/phones/" + text(phone["id"]), `{"number":"333"}`, 200},
		{"PUT", "/customers/{customer_id}/phones/{id}", "customers/" + customer + "/phones/" + text(phone["id"]), `{"number":""}`, 422},
		{"DELETE", "/customers/{customer_id}/phones/{id}", "customers/" + customer + "/phones/" + text(phone["id"]), "", 200},
		{"DELETE", "/customers/{customer_id}/phones/{id}", "customers/" + customer + "/phones/" + text(phone["id"]), "", 404},

		{"GET", "/contacts", "contacts", "", 200}, {"GET", "/contacts/{id}", "contacts/" + contact, "", 200}, {"GET", "/contacts/{id}", "contacts/1", "", 404},
		{"POST", "/contacts", "contacts", `{"customer_id":` + customer + `,"name":"N"}`, 200}, {"POST", "/contacts", "contacts", `{"customer_id":1,"name":"N"}`, 404},
		{"POST", "/contacts", "contacts", `{"customer_id":` + customer + `,"name":"Bad Email","email":"xxx"}`, 422},
		{"PUT", "/contacts/{id}", "contacts/" + contact, `{"name":"N","title":"CEO"}`, 200}, {"PUT", "/contacts/{id}", "contacts/" + contact, `{"name":"N","customer_id":null}`, 422},
		{"PUT", "/contacts/{id}", "contacts/1", `{"name":"N"}`, 404}, {"DELETE", "/contacts/{id}", "contacts/" + spareContact, "", 200},
		{"DELETE", "/contacts/{id}", "contacts/" + spareContact, "", 404},

		{"GET", "/tickets", "tickets", "", 200}, {"GET", "/tickets", "tickets?all_comments=true&comment_format=original", "", 200},
		{"GET", "/tickets/{id}", "tickets/" + ticket, "", 200}, {"GET", "/tickets/{id}", "tickets/1", "", 404},
		{"POST", "/tickets", "tickets", aTicket, 200}, {"POST", "/tickets", "tickets", `{"subject":"s"}`, 422},
		{"PUT", "/tickets/{id}", "tickets/" + ticket, `{"status":"Resolved"}`, 200}, {"PUT", "/tickets/{id}", "tickets/" + ticket, `{"subject":""}`, 422},
		{"POST", "/tickets/{id}/delete_attachment", "tickets/" + spareTicket + "/delete_attachment", file, 200},
		{"POST", "/tickets/{id}/delete_attachment", "tickets/" + spareTicket + "/delete_attachment", file, 404},
		{"DELETE", "/tickets/{id}", "tickets/" + spareTicket, "", 200}, {"DELETE", "/tickets/{id}", "tickets/" + spareTicket, "", 404},
		{"GET", "/tickets/{id}/comments", "tickets/" + ticket + "/comments", "", 200},
		{"POST", "/tickets/{id}/comment", "tickets/" + ticket + "/comment", `{"subject":"s","body":"b","hidden":true}`, 200},
		{"POST", "/tickets/{id}/comment", "tickets/" + ticket + "/comment", `{}`, 422},
		{"POST", "/tickets/{id}/add_line_item", "tickets/" + ticket + "/add_line_item", `{"name":"a","description":"b","price_retail":15}`, 200},
		{"POST", "/tickets/{id}/add_line_item", "tickets/" + ticket + "/add_line_item", `{}`, 422},
		{"POST", "/tickets/{id}/remove_line_item", "tickets/" + ticket + "/remove_line_item", `{"ticket_line_item_id":` + text(ticketLine["id"]) + `}`, 200},
		{"POST", "/tickets/{id}/remove_line_item", "tickets/" + ticket + "/remove_line_item", `{"ticket_line_item_id":1}`, 404},
		{"POST", "/tickets/{id}/timer_entry", "tickets/" + ticket + "/timer_entry", `{"start_at":"2024-01-01T08:00:00Z","duration_minutes":10}`, 200},
		{"POST", "/tickets/{id}/timer_entry", "tickets/" + ticket + "/timer_entry", `{}`, 422},
		{"POST", "/tickets/{id}/attach_file_url", "tickets/" + ticket + "/attach_file_url", `{"files":[{"url":"https://files.invalid/a","filename":"a"}]}`, 200},
		{"POST", "/tickets/{id}/attach_file_url", "tickets/" + ticket + "/attach_file_url", `{}`, 422},
		{"POST", "/tickets/{id}/print", "tickets/" + ticket + "/print", "", 200},

		{"GET", "/leads", "leads", "", 200}, {"GET", "/leads/{id}", "leads/" + lead, "", 200}, {"GET", "/leads/{id}", "leads/1", "", 404},
		{"POST", "/leads", "leads", `{"first_name":"A","likelihood":50}`, 200}, {"POST", "/leads", "leads", `{"from_check_in":true}`, 422},
		{"PUT", "/leads/{id}", "leads/" + lead, `{"disabled":true}`, 200}, {"PUT", "/leads/{id}", "leads/" + lead, `{"ticket_description":""}`, 422},

		{"GET", "/invoices", "invoices", "", 200}, {"GET", "/invoices/{id}", "invoices/" + invoice, "", 200}, {"GET", "/invoices/{id}", "invoices/nope", "", 404},
		{"POST", "/invoices", "invoices", `{"customer_id":` + customer + `,"number":"9999","date":"2024-02-03T00:00:00Z"}`, 200}, {"POST", "/invoices", "invoices", `{}`, 422},
		{"PUT", "/invoices/{id}", "invoices/" + invoice, `{"note":"n"}`, 200}, {"PUT", "/invoices/{id}", "invoices/1", `{}`, 404},
		{"DELETE", "/invoices/{id}", "invoices/" + spareInvoice, "", 200}, {"DELETE", "/invoices/{id}", "invoices/" + spareInvoice, "", 200},
		{"GET", "/invoices/{id}/ticket", "invoices/" + invoice + "/ticket", "", 200}, {"POST", "/invoices/{id}/email", "invoices/" + invoice + "/email", "", 200},
		{"POST", "/invoices/{id}/print", "invoices/" + invoice + "/print", "", 200}, {"GET", "/line_items", "line_items", "", 200},
		{"POST", "/invoices/{id}/line_items", "invoices/" + invoice + "/line_items", `{"item":"i","name":"n"}`, 200},
		{"POST", "/invoices/{id}/line_items", "invoices/" + invoice + "/line_items", `{}`, 422},
		{"PUT", "/invoices/{id}/line_items/{line_item_id}", "invoices/" + invoice + "/line_items/" + text(line["id"]), `{"price":3}`, 200},
		{"DELETE", "/invoices/{id}/line_items/{line_item_id}", "invoices/" + invoice + "/line_items/" + text(line["id"]), "", 200},
		{"DELETE", "/invoices/{id}/line_items/{line_item_id}", "invoices/" + invoice + "/line_items/" + text(line["id"]), "", 404},

		{"GET", "/payments", "payments", "", 200}, {"GET", "/payments/{id}", "payments/" + payment, "", 200}, {"GET", "/payments/{id}", "payments/1", "", 404},
		{"POST", "/payments", "payments", `{"customer_id":` + customer + `,"amount_cents":1000,"ref_num":"r1"}`, 200}, {"POST", "/payments", "payments", `{}`, 422},
		{"GET", "/customer_assets", "customer_assets", "", 200}, {"GET", "/customer_assets/{id}", "customer_assets/" + asset, "", 200},
		{"GET", "/customer_assets/{id}", "customer_assets/1", "", 404},
		{"POST", "/customer_assets", "customer_assets", `{"name":"A","asset_type_name":"UPS","customer_id":` + customer + `}`, 200},
		{"POST", "/customer_assets", "customer_assets", `{"name":"No type"}`, 422},
		{"PUT", "/customer_assets/{id}", "customer_assets/" + asset, `{"name":"B"}`, 200},
		{"PUT", "/customer_assets/{id}", "customer_assets/" + asset, `{"name":"B","asset_type_id":1}`, 422},

		{"GET", "/rmm_alerts", "rmm_alerts?status=all", "", 200}, {"GET", "/rmm_alerts/{id}", "rmm_alerts/" + alert, "", 200}, {"GET", "/rmm_alerts/{id}", "rmm_alerts/1", "", 404},
		{"POST", "/rmm_alerts", "rmm_alerts", `{"customer_id":` + customer + `,"asset_id":` + asset + `,"description":"d"}`, 201},
		{"POST", "/rmm_alerts/{id}/mute", "rmm_alerts/" + alert + "/mute?mute_for=forever", "", 200},
		{"POST", "/rmm_alerts/{id}/mute", "rmm_alerts/" + alert + "/mute?mute_for=1h", "", 422},
		{"DELETE", "/rmm_alerts/{id}", "rmm_alerts/" + alert, "", 200}, {"DELETE", "/rmm_alerts/{id}", "rmm_alerts/1", "", 404},
	}
}

// TestSyncroTakesTheFieldsOfTheFile holds what writes take against the bodies in the file, in both directions.
func TestSyncroTakesTheFieldsOfTheFile(t *testing.T) {
	a := readOpenAPI(t)
	special := map[string][]string{ // taken by code of their own
		"contacts": {"title"}, "tickets": {"comments_attributes"}, "invoices": {"line_items"},
	}
	ignored := map[string][]string{ // in the file, but computed by the vendor, or card data that nobody migrates
		"invoices": {"id", "balance_due", "customer_business_then_name", "created_at", "updated_at", "subtotal", "total", "tax",
			"verified_paid", "tech_marked_paid", "pdf_url", "is_paid"},
		"payments": {"credit_card_number", "date_month", "date_year", "cvv"},
	}
	beyond := map[string][]string{"rmm_alerts": {"formatted_output"}} // a tester found it
	for name, res := range syncroResources {
		inFile := map[string]bool{}
		for _, path := range []string{"/" + name, "/" + name + "/{id}"} {
			for _, verb := range []string{"post", "put"} {
				body := a.follow(at(a.doc, "paths", path, verb, "requestBody"))
				schema := a.follow(at(body, "content", "application/json", "schema"))
				props, _ := schema["properties"].(row)
				for key := range props {
					inFile[key] = true
				}
			}
		}
		require.NotEmpty(t, inFile, name)
		taken := map[string]bool{}
		for _, all := range []map[string]fieldType{res.fields, res.hidden} {
			for key := range all {
				taken[key] = true
			}
		}
		for _, key := range special[name] {
			taken[key] = true
		}
		for _, key := range ignored[name] {
			assert.True(t, inFile[key], "%s.%s", name, key)
			delete(inFile, key)
		}
		for _, key := range beyond[name] {
			inFile[key] = true
		}
		assert.Equal(t, inFile, taken, name)
	}
}
