package api

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/extract/connector"
)

func TestMessages(t *testing.T) {
	for name, c := range map[string]struct{ body, want string }{
		// Syncro's nine.
		"customers and more":       {`{"success":false,"message":["Email is invalid","Name can't be blank"],"params":{"email":"x@y.z"}}`, "Email is invalid; Name can't be blank"},
		"ticket comment":           {`{"success":false,"message":["Subject can't be blank"]}`, "Subject can't be blank"},
		"contacts":                 {`{"record":{"name":"Zoé","phone":"1"},"errors":"Name can't be blank"}`, "Name can't be blank"},
		"ticket create":            {`{"error":"Customer not found"}`, "Customer not found"},
		"appointments":             {`{"success":false,"error":"Summary,Start","message":"Summary can't be blank,Start can't be blank","params":{"a":1}}`, "Summary can't be blank,Start can't be blank"},
		"line item":                {`{"errors":"Item can't be blank, Price is not a number","params":{"a":1}}`, "Item can't be blank, Price is not a number"},
		"rmm alert":                {`{"errors":{"mute_for":["is not included in the list"],"b":["x","y"]}}`, "b: x; y; mute_for: is not included in the list"},
		"timer entry":              {`{"error":"undefined method 'to_i' for nil"}`, "undefined method 'to_i' for nil"},
		"product sku":              {`{"message":["Sku has already been taken"]}`, "Sku has already been taken"},
		"a bare quoted text":       {`"Disabled"`, "Disabled"},
		"a bare word":              {`Disabled`, "Disabled"},
		"Sonar":                    {`{"error":"text is missing, to is missing"}`, "text is missing, to is missing"},
		"Customerly":               {`{"error":{"message":"User doesn't exist","code":0}}`, "User doesn't exist"},
		"Synchroteam":              {`{"error":"Too Many Requests","message":"You have gone above your daily quota"}`, "You have gone above your daily quota"},
		"Synchroteam, short":       {`{"error":"Bad Request","message":""}`, "Bad Request"},
		"OAuth":                    {`{"error":"invalid_grant","error_description":"expired"}`, "expired"},
		"list of objects":          {`{"errors":[{"message":"a"},{"field":"name","message":"b"}]}`, "a; b"},
		"problem":                  {`{"type":"x","title":"Out of credit","detail":"Balance is 0"}`, "Balance is 0"},
		"web page":                 {`<html><head><title> Bad   gateway</title></head><body>x</body></html>`, "Bad gateway"},
		"web page without a title": {`<html><body><h1>No</h1> way</body></html>`, "No way"},
		"nothing":                  {``, ""},
		"no message":               {`{"params":{"name":"Zoé"},"record":1}`, "no message, only params, record"},
		"a list":                   {`["Zoé"]`, "no message"},
		"half a JSON":              {`{"error":"x`, `{"error":"x`},
		"long":                     {strings.Repeat("é", 400), strings.Repeat("é", 150) + "…"},
		"control characters":       {"a\x00b\r\nc\u200b\xffd", "a b c d"},
		"mail":                     {`{"message":"zoe.m+x@acme.example is taken"}`, "[e-mail] is taken"},
		"secret":                   {`{"message":"key abcd-1234 is bad"}`, "key [secret] is bad"},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJudge(&connector.Spec{})
			hidden := secrets{"abcd-1234", "x"}.useful()
			assert.Equal(t, c.want, hidden.clean(j.message(reply{status: 400, body: []byte(c.body)})))
		})
	}
	j := newJudge(&connector.Spec{Answers: connector.Answers{Messages: []string{"a.b", "error"}}})
	assert.Equal(t, "inner", j.message(reply{body: []byte(`{"message":"outer","error":"e","a":{"b":["inner"]}}`)}))
}

func FuzzMessage(f *testing.F) {
	f.Add([]byte(`{"errors":{"a":["b"]},"message":["x",{"message":1}]}`))
	f.Add([]byte(`<title>`))
	f.Add([]byte("\xff\x00<"))
	f.Fuzz(func(t *testing.T, body []byte) {
		j := newJudge(&connector.Spec{Answers: connector.Answers{ErrorKey: "error"}})
		text := secrets{}.clean(j.message(reply{status: 500, body: body}))
		assert.LessOrEqual(t, len(text), maxMessage+len("…"))
		assert.NotContains(t, text, "\n")
		j.decide(reply{status: 200, header: http.Header{}, body: body, reading: true, quotaLeft: -1})
	})
}

func TestWhichLimitRefused(t *testing.T) {
	j := newJudge(&connector.Spec{})
	for name, c := range map[string]struct {
		reply reply
		want  connector.Class
	}{
		"nothing said":    {reply{quotaLeft: -1}, connector.RateLimited},
		"quota left":      {reply{quotaLeft: 100}, connector.RateLimited},
		"no quota left":   {reply{quotaLeft: 0}, connector.QuotaSpent},
		"come back soon":  {reply{quotaLeft: -1, retryAfter: 10 * time.Minute}, connector.RateLimited},
		"come back later": {reply{quotaLeft: -1, retryAfter: time.Hour}, connector.QuotaSpent},
	} {
		c.reply.status = http.StatusTooManyRequests
		assert.Equal(t, c.want, j.decide(c.reply).class, name)
	}
	hourly := newJudge(&connector.Spec{Budget: connector.Budget{Rate: connector.Limit{Requests: 1000, Per: time.Hour}}})
	assert.Equal(t, connector.RateLimited, hourly.decide(reply{status: 429, quotaLeft: -1, retryAfter: time.Hour}).class)
}
