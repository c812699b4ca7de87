package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

const testKey = "k3y-that-nobody-may-see"

// newBudget opens a usage file of its own without limits, unless change sets some.
func newBudget(t testing.TB, change func(*budget.Config)) *budget.Budget {
	t.Helper()
	ledger, err := budget.Open(filepath.Join(t.TempDir(), "usage"))
	require.NoError(t, err)
	config := budget.Config{Key: "test"}
	if change != nil {
		change(&config)
	}
	b, err := ledger.Budget(context.Background(), config)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, b.Close())
		require.NoError(t, ledger.Close())
	})
	return b
}

// plainSpec is a vendor with Basic credentials, limit headers and no rules.
func plainSpec() *connector.Spec {
	return &connector.Spec{
		Vendor:   "acme",
		BaseURL:  "https://api.acme.example/v1",
		Settings: []connector.Setting{{Name: "domain"}, {Name: "key", Secret: true}},
		Auth:     connector.Auth{Kind: connector.AuthBasic, User: "{domain}", Value: "{key}"},
		Headers:  []connector.Param{{Name: "X-Domain", Value: "{domain}"}},
		Budget: connector.Budget{Headers: []connector.LimitHeaders{
			{Limit: "X-Rate-Limit", Remaining: "X-Rate-Left", Reset: "X-Rate-Reset", ResetIs: connector.ResetEpoch},
			{Quota: true, Limit: "X-Quota-Limit", Remaining: "X-Quota-Left"},
		}},
	}
}

// newClient makes a client for a spec over a transport; change may be nil.
func newClient(t testing.TB, spec *connector.Spec, transport http.RoundTripper, change func(*api.Options)) *api.Client {
	t.Helper()
	o := api.Options{
		Spec: spec, Version: "test", Transport: transport,
		Values: connector.Values{"domain": connector.NewSecret("acme"), "key": connector.NewSecret(testKey)},
	}
	if change != nil {
		change(&o)
	}
	if o.Budget == nil {
		o.Budget = newBudget(t, nil)
	}
	c, err := api.New(o)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// newSim is a client on a simulated Synchroteam, in process.
func newSim(t testing.TB, o vendorsim.Options, change func(*api.Options)) (*api.Client, *vendorsim.Synchroteam, *connector.Spec) {
	t.Helper()
	spec, err := connector.Load("synchroteam")
	require.NoError(t, err)
	sim := vendorsim.NewSynchroteam(o)
	c := newClient(t, spec, sim.Transport(), func(o *api.Options) {
		o.Values = connector.Values{
			"domain": connector.NewSecret(vendorsim.DefaultDomain), "api_key": connector.NewSecret(vendorsim.DefaultAPIKey),
		}
		if change != nil {
			change(o)
		}
	})
	return c, sim, spec
}

// script is a transport that plays answers one after the other; the last stays.
type script struct {
	mu    sync.Mutex
	steps []func(*http.Request) (*http.Response, error)
	seen  []*http.Request
	at    []time.Time
}

func play(steps ...func(*http.Request) (*http.Response, error)) *script { return &script{steps: steps} }

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	step := s.steps[0]
	if len(s.steps) > 1 {
		s.steps = s.steps[1:]
	}
	s.seen, s.at = append(s.seen, r), append(s.at, time.Now())
	s.mu.Unlock()
	return step(r)
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

// says answers with a status, a body and headers in pairs; JSON unless a
// Content-Type is among them.
func says(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: status, Header: h, ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Body: io.NopCloser(bytes.NewReader([]byte(body))), ContentLength: int64(len(body)),
		}, nil
	}
}

// breaks fails without an answer.
func breaks(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// cuts answers with half a body.
func cuts(body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp, err := says(200, body)(r)
		resp.Body = io.NopCloser(bytes.NewReader([]byte(body[:len(body)/2])))
		return resp, err
	}
}

// hangs never answers.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, fmt.Errorf("waiting: %w", r.Context().Err())
}

func get(path string) api.Request { return api.Request{Path: path, Label: "thing 1"} }
