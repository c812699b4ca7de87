package vendorsim

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// newSim makes a simulator without latency unless the options say otherwise.
func newSim(t *testing.T, o Options) *Synchroteam {
	t.Helper()
	if o.Latency == 0 {
		o.Latency = -1
	}
	return NewSynchroteam(o)
}

// answered is a reply as a client got it.
type answered struct {
	status int
	header http.Header
	body   []byte
	err    error // of the round trip or of reading the body
}

func send(ctx context.Context, s *Synchroteam, verb, path, body string) answered {
	req, err := http.NewRequestWithContext(ctx, verb, "https://ws.synchroteam.com"+path, strings.NewReader(body))
	if err != nil {
		return answered{err: err}
	}
	req.SetBasicAuth(DefaultDomain, DefaultAPIKey)
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return roundTrip(s, req)
}

func roundTrip(s *Synchroteam, req *http.Request) answered {
	res, err := s.Transport().RoundTrip(req)
	if err != nil {
		return answered{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answered{status: res.StatusCode, header: res.Header, body: raw, err: err}
}

func get(s *Synchroteam, path string) answered {
	return send(context.Background(), s, http.MethodGet, path, "")
}

// decode reads the body into T and requires a 200.
func decode[T any](t *testing.T, a answered) T {
	t.Helper()
	require.NoError(t, a.err)
	require.Equal(t, http.StatusOK, a.status, string(a.body))
	var out T
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	require.NoError(t, dec.Decode(&out), string(a.body))
	return out
}

type row = map[string]any

type envelope struct {
	Page, PageSize, Records, RecordsTotal int
	Data                                  []row
}

func list(t *testing.T, s *Synchroteam, path string, params ...string) envelope {
	t.Helper()
	return decode[envelope](t, get(s, path+"?"+values(params).Encode()))
}

// all reads every page of a list.
func all(t *testing.T, s *Synchroteam, path string, params ...string) []row {
	t.Helper()
	var out []row
	for page := 1; ; page++ {
		q := values(params)
		q.Set("page", itoa(int64(page)))
		q.Set("pageSize", "100")
		e := decode[envelope](t, get(s, path+"?"+q.Encode()))
		out = append(out, e.Data...)
		if len(e.Data) == 0 {
			require.Len(t, out, e.RecordsTotal)
			return out
		}
	}
}

func values(pairs []string) url.Values {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

func text(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

func idsOf(rows []row) []string {
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = text(r["id"])
	}
	return out
}

func post(t *testing.T, s *Synchroteam, path, body string) answered {
	t.Helper()
	return send(t.Context(), s, http.MethodPost, path, body)
}

// unlimited is an account whose limits never matter.
func unlimited() Options { return Options{Rate: Rate{Limit: -1}, Quota: Quota{Limit: -1}} }

var noon = time.Date(2025, 6, 2, 12, 0, 10, 0, time.UTC)
