package vendorsim

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// newSyncro makes a simulator without latency and, unless the options name one, without a limit.
func newSyncro(t *testing.T, o SyncroOptions) *Syncro {
	t.Helper()
	if o.Latency == 0 {
		o.Latency = -1
	}
	if o.Rate.Limit == 0 {
		o.Rate.Limit = -1
	}
	return NewSyncro(o)
}

// sy sends one call to a simulated Syncro.
func sy(t *testing.T, s *Syncro, verb, path, body string) answered {
	t.Helper()
	return syOver(t.Context(), s.Transport(), verb, path, body)
}

func syOver(ctx context.Context, over http.RoundTripper, verb, path, body string) answered {
	req, err := http.NewRequestWithContext(ctx, verb, "https://acme.syncromsp.com/api/v1/"+path, strings.NewReader(body))
	if err != nil {
		return answered{err: err}
	}
	req.Header.Set("Authorization", "Bearer "+DefaultSyncroToken)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return roundTripOver(over, req)
}

func roundTripOver(over http.RoundTripper, req *http.Request) answered {
	res, err := over.RoundTrip(req)
	if err != nil {
		return answered{err: err}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	return answered{status: res.StatusCode, header: res.Header, body: raw, err: err}
}

func syGet(t *testing.T, s *Syncro, path string) row {
	t.Helper()
	return decode[row](t, sy(t, s, http.MethodGet, path, ""))
}

// syPages reads a list to its end and returns the rows and the number of pages.
func syPages(t *testing.T, s *Syncro, path, key string) (out []row, pages int) {
	t.Helper()
	for page := 1; ; page++ {
		q := "?page="
		if strings.Contains(path, "?") {
			q = "&page="
		}
		one := syGet(t, s, path+q+itoa(int64(page)))
		rows, is := one[key].([]any)
		require.True(t, is, "%s has no list %s", path, key)
		for _, r := range rows {
			out = append(out, r.(row))
		}
		if len(rows) == 0 {
			return out, page - 1
		}
	}
}

// firstOf returns the first row of a list that fits.
func firstOf(t *testing.T, rows []row, fits func(row) bool) row {
	t.Helper()
	for _, r := range rows {
		if fits(r) {
			return r
		}
	}
	require.Fail(t, "the account has no such record")
	return nil
}

func esc(s string) string { return url.QueryEscape(s) }
