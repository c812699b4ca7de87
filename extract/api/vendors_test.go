package api_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

// refusal is one way in which a simulated vendor says no, or pretends not to.
type refusal struct {
	name   string
	vendor string
	sim    interface{ Transport() http.RoundTripper }
	token  string // "" the right one
	req    api.Request
	want   connector.Class
	says   string // part of the message
}

func refusals() []refusal {
	syncro := func(o vendorsim.SyncroOptions) *vendorsim.Syncro { return vendorsim.NewSyncro(o) }
	customerly := func(o vendorsim.CustomerlyOptions) *vendorsim.Customerly { return vendorsim.NewCustomerly(o) }
	sonar := func(o vendorsim.SonarOptions) *vendorsim.Sonar { return vendorsim.NewSonar(o) }
	const wrong = "wrong-token-of-somebody"
	json := http.Header{"Content-Type": {"application/json"}}
	post := func(path, body string) api.Request {
		return api.Request{Method: http.MethodPost, Path: path, Body: []byte(body), Header: json}
	}
	return []refusal{
		{"a wrong token", "syncro", syncro(vendorsim.SyncroOptions{}), wrong, get("customers"), connector.Credentials, "Not authorized"},
		{"one resource is not for this token", "syncro", syncro(vendorsim.SyncroOptions{Denied: []string{"contacts"}}), "", get("contacts"), connector.Forbidden, "group permissions"},
		{"the same as 403", "syncro", syncro(vendorsim.SyncroOptions{Denied: []string{"contacts"}, DeniedStatus: 403}), "", get("contacts"), connector.Forbidden, "group permissions"},
		{"a module that is switched off", "syncro", syncro(vendorsim.SyncroOptions{Disabled: []string{"leads"}}), "", get("leads"), connector.Lie, `the text "Disabled"`},
		{"no such customer, without a body", "syncro", syncro(vendorsim.SyncroOptions{}), "", get("customers/1"), connector.Missing, ""},
		{"no such ticket", "syncro", syncro(vendorsim.SyncroOptions{}), "", get("tickets/1"), connector.Missing, "Not found"},
		{"no such path, a web page", "syncro", syncro(vendorsim.SyncroOptions{}), "", get("nothing/at/all"), connector.Missing, "doesn't exist"},
		{"422, a list of messages and an echo", "syncro", syncro(vendorsim.SyncroOptions{UniqueEmail: true}), "", post("customers", `{"notes":"echo@example.com"}`), connector.Permanent, ""},
		{"422, one text", "syncro", syncro(vendorsim.SyncroOptions{}), "", post("tickets", `{"subject":"echo@example.com"}`), connector.Permanent, ""},

		{"a wrong token is a 500", "customerly", customerly(vendorsim.CustomerlyOptions{}), wrong, get("users/list"), connector.Credentials, "Access token not found"},
		{"a wrong token as 401", "customerly", customerly(vendorsim.CustomerlyOptions{TokenStatus: 401}), wrong, get("users/list"), connector.Credentials, ""},
		{"a wrong token as 403", "customerly", customerly(vendorsim.CustomerlyOptions{TokenStatus: 403}), wrong, get("users/list"), connector.Credentials, ""},
		{"no such user, under 200", "customerly", customerly(vendorsim.CustomerlyOptions{}), "", get("users?email=nobody@example.com"), connector.Missing, "User doesn't exist"},
		{"no such user, under 400", "customerly", customerly(vendorsim.CustomerlyOptions{MissingStatus: 400}), "", get("users?email=nobody@example.com"), connector.Missing, "User doesn't exist"},
		{"no such lead, under 200", "customerly", customerly(vendorsim.CustomerlyOptions{}), "", get("leads?email=nobody@example.com"), connector.Missing, "Lead doesn't exist"},
		{"a wrong call", "customerly", customerly(vendorsim.CustomerlyOptions{}), "", get("users/list?page=x"), connector.Permanent, "Invalid page"},
		{"a wrong call, under 200", "customerly", customerly(vendorsim.CustomerlyOptions{RefusedStatus: 200}), "", get("users/list?page=x"), connector.Permanent, "Invalid page"},

		{"a wrong token, as of late", "sonar", sonar(vendorsim.SonarOptions{}), wrong, get("customers?phone_number=%2B12010000000"), connector.Credentials, "Token or publishable_key not found"},
		{"a wrong token, as before", "sonar", sonar(vendorsim.SonarOptions{BadToken: true}), wrong, get("customers?phone_number=%2B12010000000"), connector.Credentials, "Bad Token"},
		{"no subscription", "sonar", sonar(vendorsim.SonarOptions{Denied: vendorsim.SonarNoSubscription}), "", get("webhooks"), connector.Credentials, "No Active Subscription"},
		{"no access", "sonar", sonar(vendorsim.SonarOptions{Denied: vendorsim.SonarAPIDisabled}), "", get("webhooks"), connector.Credentials, "Api Disabled For Company"},
		{"no such number", "sonar", sonar(vendorsim.SonarOptions{}), "", get("customers?phone_number=%2B19995550001"), connector.Missing, "Not Found"},
		{"no such number, under 400", "sonar", sonar(vendorsim.SonarOptions{MissingStatus: 400}), "", get("customers?phone_number=%2B19995550001"), connector.Missing, "Not Found"},
		{"a wrong call", "sonar", sonar(vendorsim.SonarOptions{}), "", post("customers", `{}`), connector.Permanent, ""},

		{"a wrong key", "synchroteam", vendorsim.NewSynchroteam(vendorsim.Options{}), wrong, get("customer/list"), connector.Credentials, "API key is wrong"},
		{"no such job", "synchroteam", vendorsim.NewSynchroteam(vendorsim.Options{}), "", get("job/details?id=none"), connector.Missing, ""},
	}
}

// credentials are the settings under which a simulated vendor lets one in.
func credentials(vendor, token string) connector.Values {
	values := map[string][2]string{ // the secret's name and the one that is right
		"syncro": {"token", vendorsim.DefaultSyncroToken}, "customerly": {"token", vendorsim.DefaultCustomerlyToken},
		"sonar": {"token", vendorsim.DefaultSonarToken}, "synchroteam": {"api_key", vendorsim.DefaultAPIKey},
	}[vendor]
	if token == "" {
		token = values[1]
	}
	return connector.Values{
		values[0]: connector.NewSecret(token), "subdomain": connector.NewSecret(vendorsim.DefaultSyncroDomain),
		"domain": connector.NewSecret(vendorsim.DefaultDomain), "environment": connector.NewSecret("www"), "zone": connector.NewSecret("UTC"),
	}
}

// TestEveryVendorsRefusalsAreUnderstood holds the specs' rules against what the
// vendors answer; an answer's echo of what was sent is never shown.
func TestEveryVendorsRefusalsAreUnderstood(t *testing.T) {
	for _, c := range refusals() {
		t.Run(c.vendor+": "+c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				spec, err := connector.Load(c.vendor)
				require.NoError(t, err)
				client := newClient(t, spec, c.sim.Transport(), func(o *api.Options) { o.Values = credentials(c.vendor, c.token) })
				_, err = client.Do(context.Background(), c.req)
				require.Error(t, err)
				assert.Equal(t, c.want, api.ClassOf(err), err)
				assert.Contains(t, err.Error(), c.says)
				assert.NotContains(t, err.Error(), "echo@example.com")
				assert.NotContains(t, err.Error(), "nobody")
				if c.want != connector.Lie {
					assert.EqualValues(t, 1, client.Requests(), "it was asked again")
				}
				if c.want == connector.Credentials {
					_, err = client.Do(context.Background(), get("anything"))
					require.Error(t, err)
					assert.EqualValues(t, 1, client.Requests(), "nothing more is sent with refused credentials")
				}
			})
		})
	}
}

// TestEveryVendorsTroublesPass has one bad answer of each kind before a good one.
func TestEveryVendorsTroublesPass(t *testing.T) {
	good := map[string]string{
		"syncro": "customers", "customerly": "users/list", "sonar": "webhooks", "synchroteam": "customer/list?page=1&pageSize=10",
	}
	sims := func(f ...vendorsim.Fault) map[string]interface{ Transport() http.RoundTripper } {
		o := vendorsim.Options{Faults: f}
		return map[string]interface{ Transport() http.RoundTripper }{
			"syncro": vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: o}), "syncro, JSON": vendorsim.NewSyncro(vendorsim.SyncroOptions{Options: o, RateJSON: true}),
			"customerly": vendorsim.NewCustomerly(vendorsim.CustomerlyOptions{Options: o}), "sonar": vendorsim.NewSonar(vendorsim.SonarOptions{Options: o}),
			"synchroteam": vendorsim.NewSynchroteam(o),
		}
	}
	for kind, want := range map[vendorsim.FaultKind]connector.Class{
		vendorsim.FaultRate: connector.RateLimited, vendorsim.Fault500: connector.Retryable, vendorsim.Fault503: connector.Retryable,
		vendorsim.FaultHTML: connector.Lie, vendorsim.FaultReset: connector.Retryable, vendorsim.FaultCut: connector.Retryable,
	} {
		for name := range sims() {
			t.Run(fmt.Sprintf("%s, %s", name, kind), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					vendor := name
					if name == "syncro, JSON" {
						vendor = "syncro"
					}
					spec, err := connector.Load(vendor)
					require.NoError(t, err)
					var mu sync.Mutex
					var met []connector.Class
					sim := sims(vendorsim.Fault{Kind: kind, Nth: []int{1}})[name]
					client := newClient(t, spec, sim.Transport(), func(o *api.Options) {
						o.Values = credentials(vendor, "")
						o.OnRetry = func(r api.Retry) {
							mu.Lock()
							defer mu.Unlock()
							met = append(met, r.Class)
						}
					})
					began := time.Now()
					_, err = client.Do(context.Background(), get(good[vendor]))
					require.NoError(t, err)
					assert.Equal(t, []connector.Class{want}, met)
					assert.EqualValues(t, 2, client.Requests())
					assert.Less(t, time.Since(began), 3*time.Minute)
				})
			})
		}
	}
}
