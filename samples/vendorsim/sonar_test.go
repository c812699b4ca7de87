package vendorsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asking is a client of one simulated vendor: a transport, a base address and the headers of every call.
type asking struct {
	via    http.RoundTripper
	base   string
	header map[string]string
}

// do sends one call. Nothing but the caller's own headers go with it.
func (a asking) do(t *testing.T, verb, path, body string) answered {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), verb, a.base+path, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, v := range a.header {
		req.Header.Set(name, v)
	}
	res, err := a.via.RoundTrip(req)
	if err != nil {
		return answered{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answered{status: res.StatusCode, header: res.Header, body: raw, err: err}
}

// object reads an answer of the wanted status.
func (a asking) object(t *testing.T, status int, verb, path, body string) row {
	t.Helper()
	got := a.do(t, verb, path, body)
	require.NoError(t, got.err)
	require.Equal(t, status, got.status, string(got.body))
	var out row
	require.NoError(t, json.Unmarshal(got.body, &out), string(got.body))
	return out
}

func newSonarSim(o SonarOptions) (*Sonar, asking) {
	if o.Latency == 0 {
		o.Latency = -1
	}
	s := NewSonar(o)
	return s, asking{s.Transport(), "https://www.sendsonar.com/api/v1", map[string]string{"X-Token": DefaultSonarToken}}
}

func sonarCustomer(phone string) string { return "/customers?phone_number=" + url.QueryEscape(phone) }

func TestSonarShapes(t *testing.T) {
	s, a := newSonarSim(SonarOptions{})
	live := s.Live(SonarCustomers)
	require.Len(t, live, 200)
	for i, phone := range live {
		assert.Equal(t, i, sonarIndex(phone))
		got := a.object(t, 200, "GET", sonarCustomer(phone), "")
		assert.Equal(t, shape("phone_number email first_name last_name subscribed properties assigned_phone_number unsubscribed_at external_id"), keys(got))
		assert.Equal(t, phone, got["phone_number"])
		assert.Equal(t, got["subscribed"] == false, got["unsubscribed_at"] != nil)
		for key, v := range got["properties"].(row) {
			assert.IsType(t, "", v, key)
		}
		assert.JSONEq(t, string(s.Record(SonarCustomers, phone)), string(a.do(t, "GET", sonarCustomer(phone), "").body))
	}
	made := a.do(t, "POST", "/customers", `{"phone_number":"+15550001111"}`)
	var out row
	require.NoError(t, json.Unmarshal(made.body, &out))
	assert.Equal(t, shape("phone_number email first_name last_name subscribed properties assignee"), keys(out))
	assert.Equal(t, true, out["subscribed"])
	assert.Equal(t, "application/json", made.header.Get("Content-Type"))
	assert.NotEmpty(t, made.header.Get("X-Request-Id"))
	assert.NotEmpty(t, made.header.Get("X-Runtime"))
	for name := range made.header {
		assert.NotContains(t, strings.ToLower(name), "limit")
	}
}

func TestSonarErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		o                        SonarOptions
		verb, path, sent, header string
		status                   int
		text                     string
	}{
		"no number":           {SonarOptions{}, "POST", "/customers", `{"email":"a@b.c"}`, "", 400, "phone_number is missing"},
		"null number":         {SonarOptions{}, "POST", "/customers", `{"phone_number":null}`, "", 400, "phone_number is missing"},
		"bad number":          {SonarOptions{}, "POST", "/customers", `{"phone_number":"n/a"}`, "", 400, "Invalid Phone Number"},
		"no country code":     {SonarOptions{}, "POST", "/customers", `{"phone_number":"5550001111"}`, "", 400, "Invalid Phone Number"},
		"no text":             {SonarOptions{}, "POST", "/messages", `{}`, "", 400, "text is missing, to is missing"},
		"blank text":          {SonarOptions{}, "POST", "/messages", `{"to":"+15550001111","text":" "}`, "", 400, "text is missing"},
		"unknown tag":         {SonarOptions{}, "POST", "/messages", `{"to":"+15550001111","text":"x","tag_names":["billing","nope"]}`, "", 400, "Tag Not Found: nope"},
		"bad zone":            {SonarOptions{}, "POST", "/customers", `{"phone_number":"+15550001111","timezone":"Eastern"}`, "", 400, "timezone does not have a valid value"},
		"bad flag":            {SonarOptions{}, "POST", "/customers", `{"phone_number":"+15550001111","subscribed":"perhaps"}`, "", 400, "subscribed is invalid"},
		"bad agent":           {SonarOptions{}, "POST", "/customers", `{"phone_number":"+15550001111","user_email":"x@y.z"}`, "", 400, "User Not Found"},
		"no JSON":             {SonarOptions{}, "POST", "/customers", `[1]`, "", 400, "The request body is no JSON object"},
		"unknown":             {SonarOptions{}, "GET", sonarCustomer("+15550001111"), "", "", 404, "Customer Not Found"},
		"unknown as 400":      {SonarOptions{MissingStatus: 400}, "GET", sonarCustomer("+15550001111"), "", "", 400, "Customer Not Found"},
		"nothing asked":       {SonarOptions{}, "GET", "/customers", "", "", 400, "phone_number is missing"},
		"no list":             {SonarOptions{}, "GET", "/customers/list", "", "", 404, "Not Found"},
		"no deletion":         {SonarOptions{}, "DELETE", "/customers", "", "", 404, "Not Found"},
		"token of 2017":       {SonarOptions{}, "GET", "/webhooks", "", "wrong", 401, "Token or publishable_key not found"},
		"token of 2014":       {SonarOptions{BadToken: true}, "GET", "/webhooks", "", "wrong", 401, "Bad Token"},
		"live at sandbox":     {SonarOptions{Sandbox: true}, "GET", "/webhooks", "", "", 401, "Token or publishable_key not found"},
		"no API":              {SonarOptions{Denied: SonarAPIDisabled}, "GET", "/webhooks", "", "", 403, "Api Disabled For Company"},
		"not paid":            {SonarOptions{Denied: SonarNoSubscription}, "POST", "/messages", "{}", "", 403, "No Active Subscription"},
		"no campaign":         {SonarOptions{}, "POST", "/campaigns", `{"to":"+12010000000","campaign_id":"9"}`, "", 404, "Campaign Not Found"},
		"close nobody":        {SonarOptions{}, "POST", "/customers/close", `{}`, "", 400, "phone_number is missing"},
		"close stranger":      {SonarOptions{}, "POST", "/customers/close", `{"phone_number":"+15550001111"}`, "", 404, "Customer Not Found"},
		"unassign junk":       {SonarOptions{}, "POST", "/customers/unassign", `{"phone_number":"555-01"}`, "", 400, "Invalid Phone Number"},
		"no property":         {SonarOptions{}, "DELETE", "/customers/properties", `{}`, "", 400, "phone_number is missing, property_name is missing"},
		"no owner":            {SonarOptions{}, "DELETE", "/customers/properties", `{"email":"no@example.com","property_name":"a"}`, "", 404, "Customer Not Found"},
		"bad send_at":         {SonarOptions{}, "POST", "/campaigns", `{"to":"+12010000000","campaign_id":"17","send_at":"soon"}`, "", 400, "send_at is no valid date: soon"},
		"stranger's campaign": {SonarOptions{}, "POST", "/campaigns", `{"to":"+15550001111","campaign_id":"17"}`, "", 404, "Customer Not Found"},
		"no hook":             {SonarOptions{}, "POST", "/webhooks", `{"name":"x"}`, "", 400, "webhook is missing"},
		"boolean flag":        {SonarOptions{}, "POST", "/webhooks", `{"webhook":{"name":"x","url":"https://x.invalid","settings":{"customer_created":true}}}`, "", 400, "settings is invalid"},
		"unknown event":       {SonarOptions{}, "POST", "/webhooks", `{"webhook":{"name":"x","url":"https://x.invalid","settings":{"moon":"true"}}}`, "", 400, "settings is invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			s, a := newSonarSim(tc.o)
			if tc.header != "" {
				a.header = map[string]string{"X-Token": tc.header}
			}
			assert.Equal(t, row{"error": tc.text}, a.object(t, tc.status, tc.verb, tc.path, tc.sent))
			assert.Zero(t, s.Mark(), "a refused write changes nothing")
			assert.Zero(t, s.Counters().Writes)
		})
	}
}

func TestSonarTokens(t *testing.T) {
	s, a := newSonarSim(SonarOptions{})
	for _, header := range []map[string]string{{"X-Token": DefaultSonarToken}, {"Token": DefaultSonarToken}} {
		a.header = header
		assert.Equal(t, 200, a.do(t, "GET", "/webhooks", "").status)
	}
	a.header = nil
	assert.Equal(t, 200, a.do(t, "GET", "/webhooks?token="+DefaultSonarToken, "").status)
	assert.Equal(t, 401, a.do(t, "GET", "/webhooks", "").status)
	assert.Equal(t, 401, a.do(t, "GET", "/phone_numbers/available?token="+DefaultSonarToken, "").status)
	a.header = map[string]string{"X-Publishable-Key": DefaultSonarPublishable}
	assert.Contains(t, a.object(t, 200, "GET", "/phone_numbers/available", ""), "available_number")
	assert.Equal(t, 2, s.Counters().Unauthorized)
	_, box := newSonarSim(SonarOptions{Sandbox: true})
	box.base = "https://sandbox.sendsonar.com/api/v1"
	assert.Equal(t, 200, box.do(t, "GET", "/webhooks", "").status)
}

func TestSonarUpsert(t *testing.T) {
	s, a := newSonarSim(SonarOptions{})
	made := a.object(t, 201, "POST", "/customers", `{"phone_number":"+1 (555) 000-1111","first_name":"Zoë","email":null,
		"subscribed":false,"user_email":"dana@example.com","zip_code":"02108","timezone":"Europe/Paris","picture_url":"https://p.invalid/1",
		"properties":{"vip":true,"n":42,"list":[1],"a.b":"x","none":null}}`)
	assert.Equal(t, "+15550001111", made["phone_number"])
	assert.Equal(t, row{"vip": "true", "n": "42", "list": "[1]", "a.b": "x", "none": ""}, made["properties"])
	assert.Equal(t, "dana@example.com", made["assignee"].(row)["email"])
	assert.Equal(t, false, made["subscribed"])
	again := a.object(t, 200, "POST", "/customers", `{"phone_number":"15550001111","last_name":"Doe","properties":{"n":43}}`)
	assert.Equal(t, "Zoë", again["first_name"])
	assert.Equal(t, row{"vip": "true", "n": "43", "list": "[1]", "a.b": "x", "none": ""}, again["properties"], "properties merge")
	assert.Equal(t, false, again["subscribed"], "what is not sent stays")
	read := a.object(t, 200, "GET", sonarCustomer("+15550001111"), "")
	assert.Equal(t, "Doe", read["last_name"])
	assert.NotNil(t, read["unsubscribed_at"])
	var kept row
	require.NoError(t, json.Unmarshal(s.Stored("+15550001111"), &kept))
	assert.Equal(t, []any{"02108", "Europe/Paris", "open"}, []any{kept["zip_code"], kept["timezone"], kept["state"]})
	assert.Len(t, s.Live(SonarCustomers), 201)
	assert.Equal(t, 2, s.Counters().Writes)

	gone := a.object(t, 200, "DELETE", "/customers/properties", `{"phone_number":"+15550001111","property_name":"n"}`)
	assert.Equal(t, row{"property_name": "n", "property_value": "43", "email": nil, "phone_number": "+15550001111", "deleted": true}, gone)
	assert.Equal(t, row{"error": "Property Not Found"}, a.object(t, 404, "DELETE", "/customers/properties", `{"phone_number":"+15550001111","property_name":"n"}`))
	a.object(t, 200, "POST", "/customers", `{"phone_number":"+15550001111","email":"zoe@example.com"}`)
	byMail := a.object(t, 200, "DELETE", "/customers/properties", `{"email":"zoe@example.com","property_name":"vip"}`)
	assert.Equal(t, "+15550001111", byMail["phone_number"])
	assert.Equal(t, row{"success": true}, a.object(t, 201, "POST", "/customers/close", `{"phone_number":"+15550001111"}`))
	assert.Equal(t, row{"success": true}, a.object(t, 201, "POST", "/customers/unassign", `{"phone_number":"+15550001111"}`))
	require.NoError(t, json.Unmarshal(s.Stored("+15550001111"), &kept))
	assert.Equal(t, []any{"closed", nil}, []any{kept["state"], kept["assignee"]})
	assert.Empty(t, s.Counters().Effects, "no customer write reaches a person")

	_, old := newSonarSim(SonarOptions{Always201: true, WithID: true, PlainPhones: true})
	first := old.object(t, 201, "POST", "/customers", `{"phone_number":"+15550001111"}`)
	assert.Equal(t, "15550001111", first["phone_number"])
	assert.Equal(t, first["id"], old.object(t, 201, "POST", "/customers", `{"phone_number":"+15550001111"}`)["id"])
}

func TestSonarForm(t *testing.T) {
	_, a := newSonarSim(SonarOptions{})
	a.header["Content-Type"] = "application/x-www-form-urlencoded"
	form := url.Values{"phone_number": {"+15550001111"}, "subscribed": {"false"}, "properties[Zone 1.2]": {"North"}, "properties[n]": {"1"}}
	made := a.object(t, 201, "POST", "/customers", form.Encode())
	assert.Equal(t, row{"Zone 1.2": "North", "n": "1"}, made["properties"])
	assert.Equal(t, false, made["subscribed"])
	form = url.Values{"to": {"+15550002222"}, "text": {"x"}, "tag_names[]": {"billing", "VIP"}}
	assert.Equal(t, "queued", a.object(t, 202, "POST", "/messages", form.Encode())["status"])
}

func TestSonarTextsAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := newSonarSim(SonarOptions{})
		say := func(body string) any {
			t.Helper()
			return a.object(t, 202, "POST", "/messages", body)["status"]
		}
		assert.Equal(t, "queued", say(`{"to":"+15550001111","text":"Hi"}`))
		assert.Equal(t, 200, a.do(t, "GET", sonarCustomer("+15550001111"), "").status, "a text makes a customer")
		time.Sleep(6 * time.Second)
		assert.Equal(t, "queued", say(`{"to":"+15550001111","text":"Hi"}`), "suppressed, which looks like success")
		assert.Equal(t, 1, s.Counters().Effects[SonarEffectText])
		assert.Equal(t, "queued", say(`{"to":"+15550002222","text":"Hi"}`), "another customer")
		time.Sleep(time.Second)
		assert.Equal(t, "queued", say(`{"to":"+15550001111","text":"Hi"}`), "seven seconds are over")
		assert.Equal(t, "queued", say(`{"to":"+15550001111","media_url":"https://p.invalid/a.png","tag_names":["VIP"]}`))
		assert.Equal(t, 4, s.Counters().Effects[SonarEffectText])

		a.object(t, 200, "POST", "/customers", `{"phone_number":"+15550001111","subscribed":false}`)
		assert.Equal(t, "unsubscribed", say(`{"to":"+15550001111","text":"Still there?"}`))
		off := a.object(t, 202, "POST", "/campaigns", `{"to":"+15550001111","campaign_id":"17"}`)
		assert.Equal(t, "unsubscribed", off["status"])
		on := a.object(t, 202, "POST", "/campaigns", `{"to":"+15550002222","campaign_id":17,"send_at":"2030-01-01 10:00"}`)
		assert.Equal(t, row{"to": "+15550002222", "text": "We moved! 🏠", "status": "queued"}, on)
		assert.Equal(t, map[string]int{SonarEffectText: 4, SonarEffectCampaign: 1, EffectWebhook: len(s.Events())}, s.Counters().Effects)
		texts := s.Texts()
		require.Len(t, texts, 8)
		sent := 0
		for _, text := range texts {
			if text.Sent {
				sent++
			}
		}
		assert.Equal(t, 5, sent)
		assert.Equal(t, []string{"VIP"}, texts[4].Tags)
		assert.Equal(t, time.Date(2030, 1, 1, 10, 0, 0, 0, time.UTC), texts[7].SendAt)

		body := `{"external_id":"` + texts[0].ExternalID + `","tag_name":"billing"}`
		assert.Equal(t, row{"success": true}, a.object(t, 201, "POST", "/messages/tags", body))
		assert.Equal(t, []string{"billing"}, s.Texts()[0].Tags)
		assert.Equal(t, 404, a.do(t, "POST", "/messages/tags", `{"external_id":"SM0","tag_name":"billing"}`).status)

		box, b := newSonarSim(SonarOptions{Sandbox: true})
		b.base = "https://sandbox.sendsonar.com/api/v1"
		assert.Equal(t, "sent", b.object(t, 202, "POST", "/campaigns", `{"to":"`+sonarKey(0)+`","campaign_id":"17"}`)["text"])
		assert.Zero(t, box.Counters().Effects[SonarEffectCampaign])
	})
}

func TestSonarStopWord(t *testing.T) {
	for final, want := range map[bool]bool{false: true, true: false} {
		s, a := newSonarSim(SonarOptions{StopIsFinal: final})
		assert.True(t, s.Receive("+15550001111", "hello"))
		assert.True(t, s.Receive("+15550001111", " STOP "))
		assert.Equal(t, "unsubscribed", a.object(t, 202, "POST", "/messages", `{"to":"+15550001111","text":"x"}`)["status"])
		assert.Equal(t, want, a.object(t, 200, "POST", "/customers", `{"phone_number":"+15550001111","subscribed":true}`)["subscribed"])
	}
	s, _ := newSonarSim(SonarOptions{})
	assert.False(t, s.Receive("nobody", "stop"))
}
