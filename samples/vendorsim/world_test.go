package vendorsim

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// judge is what tests ask any simulated vendor.
type judge interface {
	Written(stream string) []Write
	Snapshot(stream string) map[string]string
	Contents(stream string) map[string]string
	Counters() Counters
	Log() []LogEntry
	SetFaults(faults ...Fault)
	Advance(d time.Duration)
	Mark() Mark
	Live(stream string) []string
	Existed(stream string, since Mark) []string
	Changed(stream string, since Mark) []string
	Delete(stream, id string) bool
	Rename(stream, id string) bool
	Insert(stream string) string
	Edit(stream, id, field, value string) bool
	Require(stream, field string)
	Lock(stream, id string, span time.Duration)
	Transport() http.RoundTripper
}

// world is one vendor under test: a small account, and a client with the right key.
type world struct {
	judge
	client  asking
	streams []string
	calls   []writeCall
}

// writeCall is one write that the vendor takes on a fresh world.
type writeCall struct{ verb, path, body string }

func (w world) do(t *testing.T, verb, path, body string) answered {
	t.Helper()
	return w.client.do(t, verb, path, body)
}

// must sends a call that prepares something.
func (w world) must(t *testing.T, verb, path, body string) answered {
	t.Helper()
	a := w.do(t, verb, path, body)
	require.NoError(t, a.err)
	require.Less(t, a.status, 300, "%s %s: %s", verb, path, a.body)
	return a
}

// worlds make a fresh account of each vendor under options; all lie at noon unless they say otherwise.
var worlds = map[string]func(t *testing.T, o Options) world{
	"synchroteam": newSynchroteamWorld, "syncro": newSyncroWorld, "sonar": newSonarWorld, "customerly": newCustomerlyWorld,
}

func worldOptions(o Options) Options {
	o.Latency, o.Rate.Limit, o.Quota.Limit = -1, -1, -1
	if o.Now == nil {
		o.Now = func() time.Time { return noon }
	}
	return o
}

func newSynchroteamWorld(t *testing.T, o Options) world {
	t.Helper()
	o = worldOptions(o)
	o.Counts = Counts{Customers: 8, Sites: 8, Equipment: 8, Jobs: 8, Activities: 5, Recurrences: 5}
	o.Data.Plain = true
	s := NewSynchroteam(o)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	require.NoError(t, err)
	req.SetBasicAuth(DefaultDomain, DefaultAPIKey)
	w := world{
		judge: s, client: asking{s.Transport(), "https://ws.synchroteam.com/api/v3/", map[string]string{"Authorization": req.Header.Get("Authorization")}},
		streams: []string{StreamCustomers, StreamSites, StreamEquipment, StreamJobs, StreamActivities, StreamRecurrences},
	}
	c, job := s.Live(StreamCustomers)[0], s.Live(StreamJobs)[0]
	w.must(t, "POST", "job/send", `{"myId":"draft","customer":{"id":`+c+`},"preferences":{"isDraft":true}}`)
	for _, stream := range []string{StreamCustomers, StreamSites, StreamEquipment} {
		s.Delete(stream, s.Live(stream)[7])
	}
	w.calls = []writeCall{
		{"POST", "customer/send", `{"name":"New","myId":"n-1"}`}, {"POST", "customer/send", `{"id":` + c + `,"name":"Changed"}`},
		{"POST", "site/send", `{"name":"S","customer":{"id":` + c + `}}`}, {"POST", "equipment/send", `{"name":"E","customer":{"id":` + c + `}}`},
		{"POST", "job/send", `{"description":"D","customer":{"id":` + c + `}}`},
		{"POST", "activity/send", `{"activityType":{"id":596},"dateStart":"2018-01-01 14:22","dateEnd":"2018-01-01 14:50"}`},
		{"POST", "job/schedule", `{"id":"` + job + `","scheduledStart":"2018-12-12 15:00:00","scheduledEnd":"2018-12-12 17:00:00","technician":{"id":1551}}`},
		{"POST", "job/unschedule", `{"id":"` + job + `"}`}, {"POST", "job/cancel", `{"id":"` + job + `"}`}, {"POST", "job/validate", `{"id":"` + job + `"}`},
		{"POST", "job/confirm", `{"myId":"draft"}`}, {"POST", "job/complete", `{"id":"` + job + `","actualStart":"2019-11-06 13:13","actualEnd":"2019-11-06 14:28"}`},
		{"POST", "job/parts/send", `{"id":"` + job + `","parts":[{"reference":"1","quantity":2}]}`},
		{"DELETE", "customer/delete?id=" + c, ""}, {"DELETE", "site/delete?id=" + s.Live(StreamSites)[0], ""},
		{"DELETE", "equipment/delete?id=" + s.Live(StreamEquipment)[0], ""}, {"DELETE", "job/delete?id=" + job, ""},
		{"DELETE", "activity/delete?id=" + s.Live(StreamActivities)[0], ""}, {"DELETE", "recurrence/delete?id=" + s.Live(StreamRecurrences)[0], ""},
		{"PUT", "recurrence/close?id=" + s.Live(StreamRecurrences)[0], ""},
		{"POST", "customer/undelete?id=" + s.Gone(StreamCustomers, 0)[0], ""}, {"POST", "site/undelete?id=" + s.Gone(StreamSites, 0)[0], ""},
		{"POST", "equipment/undelete?id=" + s.Gone(StreamEquipment, 0)[0], ""},
	}
	return w
}

func newSyncroWorld(t *testing.T, o Options) world {
	t.Helper()
	o = worldOptions(o)
	o.Data.Plain = true
	s := NewSyncro(SyncroOptions{
		Options: o, Counts: SyncroCounts{Customers: 6, Contacts: 6, Tickets: 6, Leads: 4, Invoices: 6, Payments: 4, Assets: 6, Alerts: 4},
		Fetch: func(string) ([]byte, error) { return []byte("file"), nil }, AttachDelay: -1,
	})
	w := world{
		judge: s, client: asking{s.Transport(), "https://acme.syncromsp.com/api/v1/", map[string]string{"Authorization": "Bearer " + DefaultSyncroToken}},
		streams: []string{SyncroCustomers, SyncroContacts, SyncroTickets, SyncroLeads, SyncroInvoices, SyncroPayments, SyncroAssets, SyncroAlerts},
	}
	first := func(stream string) string { return s.Live(stream)[0] }
	c, ticket, alert := "customers/"+first(SyncroCustomers), "tickets/"+first(SyncroTickets), "rmm_alerts/"+first(SyncroAlerts)
	in := `"customer_id":` + first(SyncroCustomers)
	made := func(path, body string) string {
		return text(decode[row](t, w.must(t, "POST", path, body))["id"])
	}
	phone := made(c+"/phones", `{"number":"222"}`)
	line := made(ticket+"/add_line_item", `{"name":"a","description":"b"}`)
	bill := "invoices/" + text(at(decode[row](t, w.must(t, "POST", "invoices", `{`+in+`,"number":"W","date":"2024-02-03"}`)), "invoice", "id"))
	billLine := made(bill+"/line_items", `{"name":"n"}`)
	w.must(t, "POST", ticket+"/attach_file_url", `{"files":[{"url":"https://files.invalid/a.png"}]}`)
	file := s.Attachments(first(SyncroTickets))[0].ID
	w.calls = []writeCall{
		{"POST", "customers", `{"business_name":"New"}`}, {"PUT", c, `{"notes":"x"}`}, {"DELETE", c, ""},
		{"POST", c + "/phones", `{"number":"333"}`}, {"PUT", c + "/phones/" + phone, `{"number":"444"}`}, {"DELETE", c + "/phones/" + phone, ""},
		{"POST", "contacts", `{` + in + `,"name":"N"}`}, {"PUT", "contacts/" + first(SyncroContacts), `{"name":"M"}`}, {"DELETE", "contacts/" + first(SyncroContacts), ""},
		{"POST", "tickets", `{` + in + `,"subject":"s"}`}, {"PUT", ticket, `{"status":"Resolved"}`}, {"DELETE", ticket, ""},
		{"POST", ticket + "/comment", `{"subject":"s","body":"b","hidden":true,"do_not_email":true}`},
		{"POST", ticket + "/add_line_item", `{"name":"a","description":"b"}`}, {"POST", ticket + "/remove_line_item", `{"ticket_line_item_id":` + line + `}`},
		{"POST", ticket + "/timer_entry", `{"start_at":"2024-01-01T08:00:00Z","duration_minutes":10}`},
		{"POST", ticket + "/attach_file_url", `{"files":[{"url":"https://files.invalid/b"}]}`},
		{"POST", ticket + "/delete_attachment", `{"attachment_id":` + file + `}`}, {"POST", ticket + "/print", ""},
		{"POST", "leads", `{"first_name":"A"}`}, {"PUT", "leads/" + first(SyncroLeads), `{"last_name":"B"}`},
		{"POST", "invoices", `{` + in + `,"number":"X","date":"2024-02-03"}`}, {"PUT", bill, `{"note":"n"}`}, {"DELETE", bill, ""},
		{"POST", bill + "/line_items", `{"name":"n"}`}, {"PUT", bill + "/line_items/" + billLine, `{"price":3}`}, {"DELETE", bill + "/line_items/" + billLine, ""},
		{"POST", bill + "/email", ""}, {"POST", bill + "/print", ""}, {"POST", "payments", `{` + in + `,"amount_cents":1000}`},
		{"POST", "customer_assets", `{"name":"A","asset_type_name":"UPS",` + in + `}`}, {"PUT", "customer_assets/" + first(SyncroAssets), `{"name":"B"}`},
		{"POST", "rmm_alerts", `{` + in + `,"description":"d"}`}, {"POST", alert + "/mute", `{"mute_for":"forever"}`}, {"DELETE", alert, ""},
	}
	return w
}

func newSonarWorld(t *testing.T, o Options) world {
	t.Helper()
	s := NewSonar(SonarOptions{Options: worldOptions(o), Customers: 8})
	w := world{
		judge: s, client: asking{s.Transport(), "https://www.sendsonar.com/api/v1/", map[string]string{"X-Token": DefaultSonarToken}},
		streams: []string{SonarCustomers},
	}
	id := s.Live(SonarCustomers)[0]
	who := `"phone_number":"` + id + `"`
	w.must(t, "POST", "customers", `{`+who+`,"subscribed":true,"properties":{"zone":"N"}}`)
	w.must(t, "POST", "messages", `{"to":"`+id+`","text":"first"}`)
	hook := text(decodeAny[row](t, w.must(t, "POST", "webhooks", `{"webhook":{"name":"n","url":"https://h.invalid","settings":{}}}`))["id"])
	w.calls = []writeCall{
		{"POST", "customers", `{"phone_number":"+15550001111","first_name":"New"}`}, {"POST", "customers", `{` + who + `,"first_name":"Ann"}`},
		{"POST", "customers/close", `{` + who + `}`}, {"POST", "customers/unassign", `{` + who + `}`},
		{"DELETE", "customers/properties", `{` + who + `,"property_name":"zone"}`}, {"POST", "messages", `{"to":"` + id + `","text":"Hi"}`},
		{"POST", "messages/tags", `{"external_id":"` + s.Texts()[0].ExternalID + `","tag_name":"VIP"}`}, {"POST", "campaigns", `{"to":"` + id + `","campaign_id":"17"}`},
		{"POST", "webhooks", `{"webhook":{"name":"m","url":"https://h.invalid/2"}}`}, {"DELETE", "webhooks/" + hook, ""},
	}
	return w
}

func newCustomerlyWorld(t *testing.T, o Options) world {
	t.Helper()
	o = worldOptions(o)
	o.Data.Plain = true
	s := NewCustomerly(CustomerlyOptions{Options: o, Counts: CustomerlyCounts{Users: 8, Leads: 6}})
	w := world{
		judge: s, client: asking{s.Transport(), "https://api.customerly.io/v1/", map[string]string{"Authorization": "Bearer " + DefaultCustomerlyToken}},
		streams: []string{CustomerlyUsers, CustomerlyLeads},
	}
	w.calls = []writeCall{
		{"POST", "users", `{"users":[{"email":"new@example.com","name":"New"}]}`}, {"POST", "users", `{"users":[{"email":"user0@example.com","name":"Ann"}]}`},
		{"POST", "leads", `{"leads":[{"email":"new@example.org"},{"email":"lead1@example.com","tags":["x"]}]}`},
		{"DELETE", "users?email=user1@example.com", ""}, {"DELETE", "leads?email=lead2@example.com", ""},
		{"POST", "users/unsubscribe/1002", ""}, {"POST", "users/add-attributes/1002", `{"attributes":{"plan":"gold"}}`},
		{"POST", "users/add-to-company", `{"company_id":"c1","user_id":"1002"}`}, {"POST", "company/add-attributes/c1", `{"attributes":{"size":3}}`},
		{"POST", "tags", `{"tag":"t","users":[{"user_id":"1002"}]}`}, {"DELETE", "tags", `{"tag":"vip"}`},
		{"POST", "messages", `{"from":{"type":"admin","id":3301},"to":{"type":"user","email":"user3@example.com"},"content":"Hi"}`},
		{"POST", "knowledge/collections", `{"title":"C"}`}, {"POST", "knowledge/articles", `{"title":"A"}`}, {"POST", "knowledge/collections/11", `{"title":"D"}`},
		{"POST", "knowledge/articles/21", `{"title":"B"}`}, {"DELETE", "knowledge/collections/12", ""}, {"DELETE", "knowledge/articles/22", ""},
	}
	return w
}

// decodeAny reads a body of any good status.
func decodeAny[T any](t *testing.T, a answered) T {
	t.Helper()
	if a.status < 300 {
		a.status = http.StatusOK
	}
	return decode[T](t, a)
}

// everything is all that a vendor keeps of a world's records.
func (w world) everything() map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, stream := range w.streams {
		out[stream] = w.Snapshot(stream)
	}
	return out
}

// endpointOf names the endpoint of a call as its vendor's table of endpoints does.
func (w world) endpointOf(c writeCall) string {
	path, _, _ := strings.Cut(strings.TrimPrefix(w.client.base, "https://")+c.path, "?")
	path = path[strings.IndexByte(path, '/'):]
	switch w.judge.(type) {
	case *Synchroteam:
		return endpointName(path)
	case *Syncro:
		return c.verb + " " + syncroPath(path)
	case *Sonar:
		return c.verb + " " + sonarPath(path)
	}
	return c.verb + " " + customerlyPath(path)
}

// sameStore compares two states of a store and names the records that differ.
func sameStore(t *testing.T, want, got map[string]map[string]string, what string) {
	t.Helper()
	for stream := range want {
		for id := range got[stream] {
			require.Contains(t, want[stream], id, "%s: %s has one too many", what, stream)
		}
		for id, shown := range want[stream] {
			require.Equal(t, shown, got[stream][id], "%s: %s %s", what, stream, id)
		}
	}
}
