package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
)

var dialError = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

// serve starts a real server and a client on it.
func serve(t testing.TB, h http.HandlerFunc, change func(*api.Options)) *api.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return newClient(t, plainSpec(), nil, func(o *api.Options) {
		o.BaseURL = server.URL + "/v1"
		if change != nil {
			change(o)
		}
	})
}

func answer(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, body)
}

func TestWhatIsSent(t *testing.T) {
	var got *http.Request
	var body []byte
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		answer(w, `{"ok":true}`)
	}, nil)
	a, err := c.Do(context.Background(), api.Request{
		Method: "POST", Path: "/thing/a%2Fb?x=1", Body: []byte(`{"a":"é"}`), Header: http.Header{"X-Extra": {"1"}},
		Query: []connector.Param{{Name: "since", Value: "2024-02-03 04:05:06+é&"}, {Name: "b", Value: ""}},
	})
	require.NoError(t, err)
	assert.Equal(t, "/v1/thing/a%2Fb?x=1&since=2024-02-03+04%3A05%3A06%2B%C3%A9%26&b=", got.RequestURI)
	user, password, _ := got.BasicAuth()
	assert.Equal(t, "acme", user)
	assert.Equal(t, testKey, password)
	assert.Equal(t, "ferry/test", got.UserAgent())
	assert.Equal(t, "application/json", got.Header.Get("Accept"))
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	assert.Equal(t, "acme", got.Header.Get("X-Domain"))
	assert.Equal(t, "1", got.Header.Get("X-Extra"))
	assert.Equal(t, `{"a":"é"}`, string(body))
	assert.Equal(t, 200, a.Status)
	assert.Equal(t, 1, a.Requests)
	assert.WithinDuration(t, time.Now(), a.Vendor, 3*time.Second)
	assert.False(t, a.Received.Before(a.Sent))
}

func TestWaysToSign(t *testing.T) {
	for kind, want := range map[connector.AuthKind]string{
		connector.AuthBearer: "Bearer " + testKey, connector.AuthHeader: "", connector.AuthNone: "",
	} {
		spec := plainSpec()
		spec.Auth = connector.Auth{Kind: kind, Name: "X-Token", Value: "{key}"}
		s := play(says(200, `{}`))
		_, err := newClient(t, spec, s, nil).Do(context.Background(), get("thing"))
		require.NoError(t, err)
		assert.Equal(t, want, s.seen[0].Header.Get("Authorization"))
		assert.Equal(t, kind == connector.AuthHeader, s.seen[0].Header.Get("X-Token") == testKey)
	}
}

func TestNewRefuses(t *testing.T) {
	for base, says := range map[string]string{
		"http://api.example.com/v1":     "plain http",
		"ftp://api.example.com":         "no address",
		"api.example.com":               "no address",
		"https://u:p@api.example.com":   "user",
		"https://api.example.com/?x=1":  "?",
		"http://127.0.0.1.example.com/": "plain http",
	} {
		_, err := api.New(api.Options{Spec: plainSpec(), Budget: newBudget(t, nil), BaseURL: base})
		require.ErrorContains(t, err, says, base)
	}
	for _, base := range []string{"http://127.0.0.1:99", "http://localhost/x", "http://[::1]:8", "https://api.example.com"} {
		_, err := api.New(api.Options{Spec: plainSpec(), Budget: newBudget(t, nil), BaseURL: base})
		require.NoError(t, err, base)
	}
	_, err := api.New(api.Options{Spec: plainSpec()})
	require.ErrorContains(t, err, "budget")
	blind := &http.Transport{TLSClientConfig: insecure()}
	_, err = api.New(api.Options{Spec: plainSpec(), Budget: newBudget(t, nil), Transport: blind})
	require.ErrorContains(t, err, "does not verify TLS")
}

func TestOddPathsAreRefused(t *testing.T) {
	c := newClient(t, plainSpec(), play(says(200, `{}`)), nil)
	for _, path := range []string{"https://evil.example/x", "//evil.example/x", "../admin", "a/../../b", "%zz", "mailto:x"} {
		_, err := c.Do(context.Background(), get(path))
		require.Error(t, err, path)
	}
	assert.Zero(t, c.Requests())
}

func TestTLSIsVerified(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, `{}`) }))
	defer server.Close()
	server.Config.ErrorLog = quiet()
	c := newClient(t, plainSpec(), nil, func(o *api.Options) { o.BaseURL = server.URL })
	_, err := c.Do(context.Background(), get("thing"))
	require.ErrorContains(t, err, "no safe connection")
	assert.Equal(t, connector.Permanent, api.ClassOf(err))
	trusted := newClient(t, plainSpec(), server.Client().Transport, func(o *api.Options) { o.BaseURL = server.URL })
	_, err = trusted.Do(context.Background(), get("thing"))
	require.NoError(t, err)
}

func TestRedirects(t *testing.T) {
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere.Add(1)
		answer(w, `{}`)
	}))
	defer other.Close()
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/v1/old":
			http.Redirect(w, r, "/v1/new?x=1", http.StatusMovedPermanently)
		case "/v1/post":
			http.Redirect(w, r, "/v1/new", http.StatusTemporaryRedirect)
		case "/v1/away":
			http.Redirect(w, r, other.URL+"/?token=xyz", http.StatusFound)
		case "/v1/downgrade":
			http.Redirect(w, r, "ftp://"+r.Host+"/", http.StatusFound)
		case "/v1/loop":
			http.Redirect(w, r, "/v1/loop", http.StatusFound)
		default:
			body, _ := io.ReadAll(r.Body)
			_, _, signed := r.BasicAuth()
			answer(w, fmt.Sprintf(`{"method":%q,"signed":%v,"body":%d}`, r.Method, signed, len(body)))
		}
	}, nil)
	a, err := c.Do(context.Background(), get("old"))
	require.NoError(t, err)
	assert.Equal(t, `{"method":"GET","signed":true,"body":0}`, string(a.Body))
	assert.Equal(t, 2, a.Requests, "a redirect is paid")
	a, err = c.Do(context.Background(), api.Request{Method: "POST", Path: "post", Body: []byte(`{}`)})
	require.NoError(t, err)
	assert.Equal(t, `{"method":"POST","signed":true,"body":2}`, string(a.Body))
	_, err = c.Do(context.Background(), api.Request{Method: "POST", Path: "old", Body: []byte(`{}`)})
	require.ErrorContains(t, err, "turn POST into GET")
	_, err = c.Do(context.Background(), get("away"))
	require.ErrorContains(t, err, "a redirect to "+other.URL+", which was not followed; if that is where the account lives now, set base_url")
	assert.NotContains(t, err.Error(), "xyz")
	assert.Equal(t, connector.Permanent, api.ClassOf(err))
	_, err = c.Do(context.Background(), get("downgrade"))
	require.ErrorContains(t, err, "which was not followed")
	_, err = c.Do(context.Background(), get("loop"))
	require.ErrorContains(t, err, "redirects one after the other")
	assert.Zero(t, elsewhere.Load())
	assert.EqualValues(t, 2+2+1+1+1+5, c.Requests())
}

func TestMaxBody(t *testing.T) {
	packed := func(n int) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(bytes.Repeat([]byte(" "), n))
		_ = z.Close()
		return b.Bytes()
	}
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/v1/full":
			fmt.Fprint(w, strings.Repeat(" ", 1022)+"{}")
		case "/v1/announced":
			fmt.Fprint(w, strings.Repeat(" ", 1023)+"{}")
		case "/v1/chunked":
			w.(http.Flusher).Flush()
			fmt.Fprint(w, strings.Repeat(" ", 1023)+"{}")
		case "/v1/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed(20 << 20))
		}
	}, func(o *api.Options) { o.MaxBody = 1024 })
	_, err := c.Do(context.Background(), get("full"))
	require.NoError(t, err)
	for _, path := range []string{"announced", "chunked", "bomb"} {
		for _, via := range []string{"Do", "Open"} {
			spent := c.Requests()
			if via == "Do" {
				_, err = c.Do(context.Background(), get(path))
			} else {
				err = c.Open(context.Background(), get(path), func(r io.Reader, _ *api.Answer) error {
					_, err := io.Copy(io.Discard, r)
					return err
				})
			}
			require.ErrorContains(t, err, "thing 1: GET "+path+": answered 200 OK: the answer is over 1 KiB; raise max_body", via)
			assert.Equal(t, connector.Permanent, api.ClassOf(err))
			assert.Equal(t, spent+1, c.Requests(), "not asked again")
		}
	}
}

func TestPackedAnswers(t *testing.T) {
	content := `{"data":"` + strings.Repeat("abc ", 50_000) + `"}`
	var hits atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Encoding", "gzip")
		if r.URL.Path == "/v1/empty" {
			return
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write([]byte(content))
		_ = z.Close()
		if hits.Add(1) == 1 {
			b.Truncate(b.Len() / 2)
		}
		_, _ = w.Write(b.Bytes())
	}, nil)
	a, err := c.Do(context.Background(), get("thing"))
	require.NoError(t, err)
	assert.Equal(t, content, string(a.Body))
	assert.Equal(t, 2, a.Requests, "a cut packed body is asked again")
	a, err = c.Do(context.Background(), api.Request{Method: "DELETE", Path: "empty"})
	require.NoError(t, err)
	assert.Empty(t, a.Body)
}

func TestOpenStartsOver(t *testing.T) {
	content := strings.Repeat("0123456789", 10_000)
	var hits atomic.Int32
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		if hits.Add(1) < 3 {
			fmt.Fprint(w, content[:40_000])
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, content)
	}, func(o *api.Options) { o.Attempts = 3 })
	var got bytes.Buffer
	r := get("photo")
	r.Types = []string{"*/*"}
	err := c.Open(context.Background(), r, func(from io.Reader, a *api.Answer) error {
		got.Reset()
		assert.Equal(t, 200, a.Status)
		_, err := io.Copy(&got, from)
		return err
	})
	require.NoError(t, err)
	assert.Equal(t, content, got.String())
	assert.EqualValues(t, 3, c.Requests())

	full := errors.New("disk full")
	err = c.Open(context.Background(), r, func(io.Reader, *api.Answer) error { return full })
	require.ErrorIs(t, err, full)
	assert.EqualValues(t, 4, c.Requests(), "the reader's own failure is not the vendor's")

	err = c.Open(context.Background(), get("photo"), func(io.Reader, *api.Answer) error { return nil })
	assert.Equal(t, connector.Lie, api.ClassOf(err), "an image is no JSON")
}

// A transport must not send again by itself what broke on a kept connection.
func TestEveryAttemptIsCounted(t *testing.T) {
	var hits atomic.Int64
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if hits.Add(1)%2 == 0 {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.(*net.TCPConn).SetLinger(0)
				_ = conn.Close()
			}
			return
		}
		answer(w, `{}`)
	}, nil)
	for range 5 {
		_, err := c.Do(context.Background(), get("thing"))
		require.NoError(t, err)
	}
	assert.Equal(t, hits.Load(), c.Requests())
}

func TestMostInFlight(t *testing.T) {
	var now, most atomic.Int32
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(2 * time.Millisecond)
		now.Add(-1)
		answer(w, `{}`)
	}, func(o *api.Options) { o.Connections = 3 })
	done := make(chan error, 30)
	for range 30 {
		go func() {
			_, err := c.Do(context.Background(), get("thing"))
			done <- err
		}()
	}
	for range 30 {
		require.NoError(t, <-done)
	}
	assert.LessOrEqual(t, most.Load(), int32(3))
}

func TestNoSecretsInErrors(t *testing.T) {
	for _, body := range []string{
		`{"error":"key ` + testKey + ` is bad, ask boss@acme.example"}`,
		`plain ` + testKey,
		`<html><title>` + testKey + `</title>`,
		`{"message":["ok"],"params":{"phone":"+33612345678"}}`,
		`{"params":{"name":"Zoé"}}`,
	} {
		for _, status := range []int{400, 401, 403, 404} {
			c := newClient(t, plainSpec(), play(says(status, body)), nil)
			r := get("thing?id=12345")
			r.Query = []connector.Param{{Name: "email", Value: "zoe@acme.example"}}
			_, err := c.Do(context.Background(), r)
			require.Error(t, err)
			text := fmt.Sprintf("%v %+v", err, err)
			for _, secret := range []string{testKey, "boss@", "zoe@", "12345", "+33612345678", "Zoé"} {
				assert.NotContains(t, text, secret)
			}
			assert.Contains(t, text, "GET thing?id&email")
		}
	}
}
