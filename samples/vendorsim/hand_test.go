package vendorsim

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEditIsAPersonsEdit: the field changes, the record's moment moves, readers see it, and no client did it.
func TestEditIsAPersonsEdit(t *testing.T) {
	moment := map[string]string{"synchroteam": "dateModified", "syncro": "updated_at", "customerly": "last_update"}
	for _, tc := range []struct {
		vendor, stream, field, value, shown string
	}{
		{"synchroteam", StreamCustomers, "name", "Ed", `"name":"Ed"`}, {"synchroteam", StreamCustomers, "contactEmail", "e@x.y", `"contactEmail":"e@x.y"`},
		{"synchroteam", StreamCustomers, "customFieldValues.Zone", "B4", `"label":"Zone","value":"B4"`}, {"synchroteam", StreamSites, "contactPhone", "1", `"contactPhone":"1"`},
		{"synchroteam", StreamEquipment, "name", "Ed", `"name":"Ed"`}, {"synchroteam", StreamJobs, "description", "Ed", `"description":"Ed"`},
		{"synchroteam", StreamJobs, "status", "cancelled", `"status":"cancelled"`}, {"synchroteam", StreamActivities, "note", "Ed", `"note":"Ed"`},
		{"syncro", SyncroCustomers, "notes", "Ed", `"notes":"Ed"`}, {"syncro", SyncroCustomers, "properties.Zone", "Q", `"Zone":"Q"`},
		{"syncro", SyncroCustomers, "disabled", "true", `"disabled":true`}, {"syncro", SyncroCustomers, "get_sms", "true", `"get_sms":true`},
		{"syncro", SyncroContacts, "name", "Ed", `"name":"Ed"`}, {"syncro", SyncroTickets, "status", "Resolved", `"status":"Resolved"`},
		{"syncro", SyncroLeads, "last_name", "Ed", `"last_name":"Ed"`}, {"syncro", SyncroInvoices, "note", "Ed", `"note":"Ed"`},
		{"syncro", SyncroPayments, "ref_num", "Ed", `"ref_num":"Ed"`}, {"syncro", SyncroAssets, "name", "Ed", `"name":"Ed"`},
		{"syncro", SyncroAlerts, "description", "Ed", `"description":"Ed"`},
		{"sonar", SonarCustomers, "first_name", "Ed", `"first_name":"Ed"`}, {"sonar", SonarCustomers, "properties.zone", "Q", `"zone":"Q"`},
		{"customerly", CustomerlyUsers, "name", "Ed", `"name":"Ed"`}, {"customerly", CustomerlyUsers, "attributes.plan", "Q", `"plan":"Q"`},
		{"customerly", CustomerlyLeads, "email", "new@x.y", `"email":"new@x.y"`}, {"customerly", CustomerlyUsers, "unsubscribe", "1", `"unsubscribe":1`},
	} {
		what := tc.vendor + " " + tc.stream + " " + tc.field
		w := worlds[tc.vendor](t, Options{IndexLag: time.Minute, StaleReads: time.Minute})
		id, mark, before := w.Live(tc.stream)[1], w.Mark(), w.Counters()
		written := len(w.Written(""))
		was, contents := w.Snapshot(tc.stream), w.Contents(tc.stream)
		w.Advance(time.Hour)
		require.True(t, w.Edit(tc.stream, id, tc.field, tc.value), what)
		now := w.Snapshot(tc.stream)
		assert.Contains(t, now[id], tc.shown, what)
		assert.Equal(t, []string{id}, w.Changed(tc.stream, mark), what)
		if key := moment[tc.vendor]; key != "" && tc.stream != SyncroPayments && tc.stream != StreamActivities {
			var old, fresh row
			require.NoError(t, json.Unmarshal([]byte(was[id]), &old))
			require.NoError(t, json.Unmarshal([]byte(now[id]), &fresh))
			assert.NotEqual(t, old[key], fresh[key], what)
			assert.NotContains(t, contents[id], `"`+key+`"`)
		}
		assert.Len(t, w.Written(""), written, what)
		assert.Equal(t, before, w.Counters(), what+": no client did it, nothing went out")
		assert.False(t, w.Edit(tc.stream, id, "no_such_field_here", "x") && tc.vendor == "syncro", what)
		assert.False(t, w.Edit(tc.stream, "nobody", tc.field, tc.value), what)
		assert.False(t, w.Edit("nothing", id, tc.field, tc.value), what)
	}
}

func TestRequireFromNowOn(t *testing.T) {
	for vendor, tc := range map[string]struct {
		stream, field    string
		status           int
		says             string
		lacks, has       writeCall // creations
		update, complete func(id string) writeCall
	}{
		"synchroteam": {StreamCustomers, "customFieldValues.Zone", 400, "Zone is required",
			writeCall{"POST", "customer/send", `{"name":"X"}`}, writeCall{"POST", "customer/send", `{"name":"X","customFieldValues":[{"label":"Zone","value":"B"}]}`},
			func(id string) writeCall { return writeCall{"POST", "customer/send", `{"id":` + id + `,"name":"Y"}`} },
			func(id string) writeCall {
				return writeCall{"POST", "customer/send", `{"id":` + id + `,"name":"Y","customFieldValues":[{"label":"Zone","value":"B"}]}`}
			}},
		"syncro": {SyncroCustomers, "properties.Gate", 422, "Gate can't be blank",
			writeCall{"POST", "customers", `{"business_name":"X"}`}, writeCall{"POST", "customers", `{"business_name":"X","properties":{"Gate":"1"}}`},
			func(id string) writeCall { return writeCall{"PUT", "customers/" + id, `{"notes":"Y"}`} },
			func(id string) writeCall {
				return writeCall{"PUT", "customers/" + id, `{"notes":"Y","properties":{"Gate":"2"}}`}
			}},
		"sonar": {SonarCustomers, "properties.gate", 400, "properties.gate is missing",
			writeCall{"POST", "customers", `{"phone_number":"+15550001111"}`}, writeCall{"POST", "customers", `{"phone_number":"+15550001111","properties":{"gate":"1"}}`},
			func(id string) writeCall {
				return writeCall{"POST", "customers", `{"phone_number":"` + id + `","first_name":"Y"}`}
			},
			func(id string) writeCall {
				return writeCall{"POST", "customers", `{"phone_number":"` + id + `","properties":{"gate":"2"}}`}
			}},
		"customerly": {CustomerlyUsers, "attributes.gate", 200, "attributes.gate is required",
			writeCall{"POST", "users", `{"users":[{"email":"x@example.net"}]}`}, writeCall{"POST", "users", `{"users":[{"email":"x@example.net","attributes":{"gate":"1"}}]}`},
			func(string) writeCall {
				return writeCall{"POST", "users", `{"users":[{"email":"user0@example.com","name":"Y"}]}`}
			},
			func(string) writeCall {
				return writeCall{"POST", "users", `{"users":[{"email":"user0@example.com","attributes":{"gate":"2"}}]}`}
			}},
	} {
		w := worlds[vendor](t, Options{})
		id := w.Live(tc.stream)[2]
		w.must(t, tc.lacks.verb, tc.lacks.path, tc.lacks.body)
		w = worlds[vendor](t, Options{})
		w.Require(tc.stream, tc.field)
		before, was := len(w.Written("")), w.everything()
		for _, call := range []writeCall{tc.lacks, tc.update(id)} {
			a := w.do(t, call.verb, call.path, call.body)
			assert.Equal(t, tc.status, a.status, vendor)
			assert.Contains(t, string(a.body), tc.says, vendor)
		}
		assert.Len(t, w.Written(""), before, vendor)
		sameStore(t, was, w.everything(), vendor)
		for _, call := range []writeCall{tc.has, tc.complete(id), tc.update(id)} {
			w.must(t, call.verb, call.path, call.body)
		}
		assert.Len(t, w.Written(""), before+3, vendor+": what is there counts too")
	}
}

func TestLockedRecordsRefuseWrites(t *testing.T) {
	for vendor, tc := range map[string]struct{ stream, verb, path, body, other string }{
		"synchroteam": {StreamJobs, "POST", "job/cancel", `{"id":"ID"}`, `{"myId":"draft"}`},
		"syncro":      {SyncroTickets, "POST", "tickets/ID/comment", `{"subject":"s","body":"b","hidden":true,"do_not_email":true}`, ""},
		"sonar":       {SonarCustomers, "POST", "customers", `{"phone_number":"ID","first_name":"Y"}`, `{"phone_number":"+15550001111"}`},
		"customerly":  {CustomerlyUsers, "POST", "users/unsubscribe/1000", ``, ""},
	} {
		w := worlds[vendor](t, Options{})
		id := w.Live(tc.stream)[0]
		fill := func(s string) string { return replaceID(s, id) }
		w.Lock(tc.stream, id, time.Minute)
		before := len(w.Written(""))
		assert.Equal(t, http.StatusConflict, w.do(t, tc.verb, fill(tc.path), fill(tc.body)).status, vendor)
		assert.Len(t, w.Written(""), before, vendor)
		if tc.other != "" {
			w.must(t, tc.verb, tc.path, tc.other)
		}
		w.Advance(time.Minute)
		w.must(t, tc.verb, fill(tc.path), fill(tc.body))
	}
	w := worlds["customerly"](t, Options{})
	w.Lock(CustomerlyUsers, w.Live(CustomerlyUsers)[0], time.Minute)
	a := w.must(t, "POST", "users", `{"users":[{"email":"user0@example.com","name":"Y"},{"email":"user1@example.com","name":"Y"}]}`)
	assert.Contains(t, string(a.body), `"inserted":1,"errors":[{"email":"user0@example.com","message":"The record is locked`)
	w = worlds["synchroteam"](t, Options{})
	id := w.Live(StreamCustomers)[0]
	w.Lock(StreamCustomers, id, time.Minute)
	assert.Equal(t, http.StatusConflict, w.do(t, "DELETE", "customer/delete?id="+id, "").status)
}

func replaceID(s, id string) string {
	for at := range len(s) - 1 {
		if s[at:at+2] == "ID" {
			return s[:at] + id + s[at+2:]
		}
	}
	return s
}

func TestSyncroMerge(t *testing.T) {
	s := newSyncro(t, SyncroOptions{})
	loser, winner := s.Live(SyncroCustomers)[0], s.Live(SyncroCustomers)[1]
	count := func(id string) (n int) {
		for path, key := range map[string]string{"contacts": "contacts", "tickets": "tickets", "customer_assets": "assets"} {
			rows, _ := syPages(t, s, path+"?customer_id="+id, key)
			n += len(rows)
		}
		return n
	}
	before := count(loser) + count(winner)
	require.NotZero(t, count(loser))
	assert.False(t, s.Merge(loser, loser))
	require.True(t, s.Merge(loser, winner))
	assert.False(t, s.Merge(loser, winner), "it is gone")
	assert.Equal(t, http.StatusNotFound, sy(t, s, http.MethodGet, "customers/"+loser, "").status)
	assert.Equal(t, before, count(winner))
	assert.Zero(t, count(loser))
	for _, stream := range []string{SyncroContacts, SyncroTickets, SyncroInvoices, SyncroAssets, SyncroLeads} {
		for id, shown := range s.Snapshot(stream) {
			require.NotContains(t, shown, `"customer_id":`+loser+`,`, "%s %s", stream, id)
		}
	}
}

func TestWrittenTellsWhatTookEffect(t *testing.T) {
	w := worlds["syncro"](t, Options{})
	before := len(w.Written(""))
	w.must(t, "POST", "customers", `{"business_name":"New","ref_customer_id":7}`)
	made := w.Written(SyncroCustomers)
	id := made[len(made)-1].ID
	w.do(t, "POST", "customers", `{"email":"none"}`)
	w.must(t, "PUT", "customers/"+id, `{"notes":"x"}`)
	w.must(t, "POST", "customers/"+id+"/phones", `{"number":"333"}`)
	w.must(t, "DELETE", "customers/"+id, "")
	all := w.Written("")[before:]
	var verbs []string
	for _, one := range all {
		verbs = append(verbs, one.Verb)
		assert.Equal(t, []string{SyncroCustomers, id}, []string{one.Stream, one.ID})
		assert.Equal(t, noon, one.At)
	}
	assert.Equal(t, []string{"create", "update", "phones", "delete"}, verbs)
	assert.Equal(t, map[string]any{"business_name": "New", "ref_customer_id": json.Number("7")}, all[0].Fields)
	assert.NotEmpty(t, all[2].Part)
	assert.Equal(t, all[0].N+2, all[1].N, "a refused call has its number too")

	w = worlds["synchroteam"](t, Options{})
	job := w.Live(StreamJobs)[0]
	w.must(t, "DELETE", "job/delete?id="+job, "")
	last := w.Written(StreamJobs)[1]
	assert.Equal(t, []any{"delete", job, map[string]any{"id": job}}, []any{last.Verb, last.ID, last.Fields})
}

// TestEffectsOfEveryVendor is the list of what may reach people, by the vendors' own rules.
func TestEffectsOfEveryVendor(t *testing.T) {
	st := func(action, body string) writeCall { return writeCall{"POST", "job/" + action, body} }
	plan := `"scheduledStart":"2018-12-12 15:00:00","scheduledEnd":"2018-12-12 17:00:00","technician":{"id":1551}`
	for _, tc := range []struct {
		vendor string
		hooks  []string
		call   writeCall
		want   map[string]int
	}{
		{"synchroteam", nil, st("schedule", `{"myId":"plain",`+plan+`}`), map[string]int{EffectTechnician: 1}},
		{"synchroteam", nil, st("schedule", `{"myId":"plain",`+plan+`,"otherTechnicians":[{"login":"alainpp"}]}`), map[string]int{EffectTechnician: 2}},
		{"synchroteam", nil, st("schedule", `{"myId":"draft",`+plan+`}`), map[string]int{}},
		{"synchroteam", nil, st("send", `{"myId":"plain",`+plan+`}`), map[string]int{EffectTechnician: 1}},
		{"synchroteam", nil, st("send", `{"myId":"draft",`+plan+`}`), map[string]int{}},
		{"synchroteam", nil, st("send", `{"myId":"draft",`+plan+`,"preferences":{"isDraft":false}}`), map[string]int{EffectTechnician: 1}},
		{"synchroteam", nil, st("confirm", `{"myId":"planned"}`), map[string]int{EffectTechnician: 1}},
		{"synchroteam", nil, st("send", `{"myId":"planned","preferences":{"isDraft":false}}`), map[string]int{EffectTechnician: 1}},
		{"synchroteam", nil, st("send", `{"myId":"planned","description":"x"}`), map[string]int{}},
		{"synchroteam", nil, st("validate", `{"myId":"plain"}`), map[string]int{}},
		{"synchroteam", []string{StreamJobs}, st("validate", `{"myId":"plain"}`), map[string]int{EffectWebhook: 1}},
		{"syncro", []string{SyncroCustomers}, writeCall{"POST", "customers", `{"business_name":"x"}`}, map[string]int{EffectWebhook: 1}},
		{"syncro", []string{SyncroTickets}, writeCall{"POST", "customers", `{"business_name":"x"}`}, map[string]int{}},
		{"customerly", nil, writeCall{"POST", "messages", `{"from":{"type":"admin","id":3301},"to":{"type":"user","email":"user3@example.com"},"content":"Hi"}`},
			map[string]int{CustomerlyEffectMessage: 1}},
		{"customerly", []string{CustomerlyUsers}, writeCall{"POST", "users", `{"users":[{"email":"a@b.c"},{"email":"d@e.f"}]}`}, map[string]int{EffectWebhook: 2}},
		{"sonar", nil, writeCall{"POST", "messages", `{"to":"+15550001111","text":"Hi"}`}, map[string]int{SonarEffectText: 1, EffectWebhook: 2}},
		{"sonar", nil, writeCall{"POST", "customers", `{"phone_number":"+15550001111"}`}, map[string]int{EffectWebhook: 1}},
	} {
		w := worlds[tc.vendor](t, Options{HookStreams: tc.hooks})
		switch tc.vendor {
		case "synchroteam":
			c := w.Live(StreamCustomers)[0]
			w.must(t, "POST", "job/send", `{"myId":"plain","customer":{"id":`+c+`}}`)
			w.must(t, "POST", "job/send", `{"myId":"planned","customer":{"id":`+c+`},"preferences":{"isDraft":true},`+plan+`}`)
		case "sonar":
			w.must(t, "POST", "webhooks", `{"webhook":{"name":"n","url":"https://h.invalid","settings":{"customer_created":"true","outbound_message":"true"}}}`)
		}
		before := w.Counters().Effects
		w.must(t, tc.call.verb, tc.call.path, tc.call.body)
		got := map[string]int{}
		for name, n := range w.Counters().Effects {
			if more := n - before[name]; more > 0 {
				got[name] = more
			}
		}
		if tc.vendor == "sonar" && tc.want[SonarEffectText] > 0 { // the account's own hook to outbound messages hears of it too
			got[EffectWebhook] = min(got[EffectWebhook], 2)
		}
		assert.Equal(t, tc.want, got, "%s %v", tc.vendor, tc.call)
	}
}
