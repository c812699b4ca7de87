package vendorsim

import (
	"encoding/json"
	"net/url"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSonarWebhooks(t *testing.T) {
	s, a := newSonarSim(SonarOptions{Webhooks: -1})
	hooks := func() []row {
		t.Helper()
		var out []row
		got := a.do(t, "GET", "/webhooks", "")
		require.NoError(t, json.Unmarshal(got.body, &out), string(got.body))
		return out
	}
	assert.Equal(t, []row{}, hooks())
	made := a.object(t, 201, "POST", "/webhooks", `{"webhook":{"name":"Mine","url":"https://x.invalid/hook","http_method":"POST","active":true,
		"settings":{"customer_created":"true","outbound_message":"true","tag_added_to_message":"true","customer_unsubscribed":"true",
		"customer_state_changed":"true","user_assignment":"true","new_assigned_message":"true","customer_subscribed":"false"}}}`)
	assert.Equal(t, shape("id name active settings url http_method payload created_at updated_at"), keys(made))
	assert.Equal(t, []row{made}, hooks())
	_, err := time.Parse(time.RFC3339, made["created_at"].(string))
	assert.NoError(t, err)

	a.object(t, 201, "POST", "/customers", `{"phone_number":"+15550001111","first_name":"Zoë","user_email":"dana@example.com"}`)
	a.object(t, 202, "POST", "/messages", `{"to":"+15550001111","text":"Hi"}`)
	a.object(t, 201, "POST", "/messages/tags", `{"external_id":"`+s.Texts()[0].ExternalID+`","tag_name":"VIP"}`)
	a.object(t, 201, "POST", "/customers/close", `{"phone_number":"+15550001111"}`)
	s.Receive("+15550001111", "quit")
	var actions []string
	seen := map[any]bool{}
	for _, e := range s.Events() {
		var o row
		require.NoError(t, json.Unmarshal(e.Body, &o))
		assert.Equal(t, shape("uuid action message_id external_id text from_name to_name link customer user"), keys(o))
		assert.Equal(t, "https://x.invalid/hook", e.URL)
		assert.Equal(t, "+15550001111", o["customer"].(row)["phone_number"])
		actions = append(actions, o["action"].(string))
		seen[o["uuid"]] = true
	}
	assert.Equal(t, []string{"customer_created", "user_assignment", "outbound_message", "tag_added_to_message", "customer_state_changed",
		"new_assigned_message", "customer_unsubscribed", "customer_state_changed"}, actions)
	assert.Len(t, seen, len(actions), "each delivery has an id of its own")

	id := string(appendJSON(nil, int(made["id"].(float64))))
	a.object(t, 200, "DELETE", "/webhooks/"+id, "")
	assert.Equal(t, row{"error": "Webhook Not Found"}, a.object(t, 404, "DELETE", "/webhooks/"+id, ""))
	assert.Empty(t, hooks())
	assert.Equal(t, 2, s.Counters().ByPath["DELETE webhooks/:id"])
	s.Receive("+15550001111", "hello")
	assert.Len(t, s.Events(), len(actions), "nobody listens any more")
	_, wrapped := newSonarSim(SonarOptions{WrapWebhooks: true, Webhooks: 19})
	assert.Len(t, wrapped.object(t, 200, "GET", "/webhooks", "")["webhooks"], 19)
}

func TestSonarDriftAndTruth(t *testing.T) {
	s, a := newSonarSim(SonarOptions{Options: Options{Drift: Drift{Every: 2, Inserts: true, Renames: true, Deletes: true}}})
	start := s.Live(SonarCustomers)
	mark := s.Mark()
	found := map[string]bool{}
	for _, phone := range start {
		found[phone] = a.do(t, "GET", sonarCustomer(phone), "").status == 200
	}
	assert.Equal(t, 100, s.Counters().DriftSteps)
	for _, phone := range s.Existed(SonarCustomers, mark) {
		assert.True(t, found[phone], phone)
	}
	gone := s.Gone(SonarCustomers, mark)
	require.NotEmpty(t, gone)
	s.SetDrift(Drift{})
	a.object(t, 201, "POST", "/customers", `{"phone_number":"`+gone[0]+`","first_name":"Back"}`)
	assert.Equal(t, "Back", a.object(t, 200, "GET", sonarCustomer(gone[0]), "")["first_name"])
	fresh := s.Insert(SonarCustomers)
	assert.Equal(t, 200, a.do(t, "GET", sonarCustomer(fresh), "").status)
	require.True(t, s.Rename(SonarCustomers, fresh))
	assert.Contains(t, a.object(t, 200, "GET", sonarCustomer(fresh), "")["first_name"], "Renamed")
}

func TestSonarLimitsAndFaults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := newSonarSim(SonarOptions{Options: Options{Rate: Rate{Limit: 2}}})
		for range 2 {
			assert.Equal(t, 200, a.do(t, "GET", "/webhooks", "").status)
		}
		refused := a.do(t, "GET", "/webhooks", "")
		assert.Equal(t, 429, refused.status)
		assert.JSONEq(t, `{"error":"Too Many Requests"}`, string(refused.body))
		assert.Empty(t, refused.header.Get("X-RateLimit-Limit"))
		time.Sleep(time.Minute)
		assert.Equal(t, 200, a.do(t, "GET", "/webhooks", "").status)
		assert.Equal(t, 1, s.Counters().RefusedRate)

		s, a = newSonarSim(SonarOptions{})
		s.SetFaults(Fault{Kind: FaultLateWrite, Nth: []int{1}, Delay: time.Second}, Fault{Kind: Fault503, Nth: []int{2}, Done: true},
			Fault{Kind: FaultNoID, Nth: []int{3}}, Fault{Kind: FaultType, Nth: []int{4}}, Fault{Kind: FaultGoneField, Nth: []int{5}})
		assert.ErrorIs(t, a.do(t, "POST", "/messages", `{"to":"+15550001111","text":"Late"}`).err, syscall.ECONNRESET)
		assert.Empty(t, s.Texts(), "not there yet")
		down := a.do(t, "POST", "/messages", `{"to":"+15550001111","text":"Lost"}`)
		assert.JSONEq(t, `{"error":"Request Timed Out"}`, string(down.body))
		assert.Equal(t, "1", down.header.Get("Retry-After"))
		time.Sleep(time.Second)
		assert.Len(t, s.Texts(), 2, "both are done, whatever the client heard")
		one := sonarCustomer(sonarKey(0))
		assert.NotContains(t, a.object(t, 200, "GET", one, ""), "phone_number")
		assert.Equal(t, 12345.0, a.object(t, 200, "GET", one, "")["first_name"])
		assert.NotContains(t, a.object(t, 200, "GET", one, ""), "subscribed")
		s.Outage(true)
		assert.JSONEq(t, `{"error":"Internal Server Error"}`, string(a.do(t, "GET", one, "").body))
	})
}

func TestSonarSameSeedSameBytes(t *testing.T) {
	run := func(seed uint64) string {
		s, a := newSonarSim(SonarOptions{Options: Options{Seed: seed, Now: func() time.Time { return noon }}, Customers: 1_000_000})
		out := ""
		for _, i := range []int{0, 1, 3, 999_999} {
			out += string(a.do(t, "GET", sonarCustomer(sonarKey(i)), "").body)
		}
		assert.Equal(t, 404, a.do(t, "GET", sonarCustomer(sonarKey(1_000_000)), "").status)
		a.do(t, "POST", "/messages", `{"to":"+15550001111","text":"x"}`)
		return out + s.Texts()[0].ExternalID
	}
	assert.Equal(t, run(7), run(7))
	assert.NotEqual(t, run(7), run(8))
}

func FuzzSonarBody(f *testing.F) {
	for _, seed := range []string{"a=1", "properties[x]=1&properties[x][y]=2", "a[]=1&a[]=2", "[=1", "a[[]]=1", "a[b=1", "%zz", "a]=&=1", "phone_number=%2B15550001111&tag_names[]=x&text=x&to=15550001111",
		`{"phone_number":"+15550001111","properties":{"a":[1]},"subscribed":{}}`, `{"webhook":{"name":1,"url":2,"settings":{"customer_created":"true"}}}`,
		`{"to":"+15550001111","text":["x"],"tag_names":"x"}`, "+1 (555) 000-1111"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if form, err := url.ParseQuery(raw); err == nil {
			_, err = json.Marshal(sonarForm(form))
			assert.NoError(t, err)
		}
		_, a := newSonarSim(SonarOptions{Customers: 5})
		for _, kind := range []string{"application/json", "application/x-www-form-urlencoded"} {
			a.header["Content-Type"] = kind
			for _, path := range []string{"/customers", "/messages", "/campaigns", "/webhooks"} {
				got := a.do(t, "POST", path, raw)
				assert.True(t, json.Valid(got.body), string(got.body))
			}
		}
		if key := sonarNumber(raw); key != "" {
			assert.Equal(t, key, sonarNumber(key), "the form of a number is its own form")
		}
	})
}
