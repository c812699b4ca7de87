package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
)

var errReset = &netError{syscall.ECONNRESET}

type netError struct{ error }

func (e *netError) Unwrap() error { return e.error }

// Everything that can go right at last.
func TestRetriesUntilGood(t *testing.T) {
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"reset":              breaks(errReset),
		"closed":             breaks(io.ErrUnexpectedEOF),
		"cut":                cuts(`{"id":1,"name":"x"}`),
		"500":                says(500, `{"error":"x"}`),
		"502 web page":       says(502, `<html><title>Bad gateway</title>`, "Content-Type", "text/html"),
		"503":                says(503, ``, "Retry-After", "2"),
		"408":                says(408, ``),
		"web page":           says(200, `<html>login</html>`, "Content-Type", "text/html"),
		"web page as JSON":   says(200, ` <html>login</html>`),
		"other type":         says(200, `{"id":1}`, "Content-Type", "text/plain"),
		"half JSON":          says(200, `{"id":1,"na`),
		"no body":            says(200, ``),
		"rate":               says(429, `{"error":"slow down"}`),
		"rate with a wait":   says(429, `{}`, "Retry-After", "7"),
		"no answer in time":  hangs,
		"refused connection": breaks(&netError{syscall.ECONNREFUSED}),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(step, step, says(200, `{"id":1}`))
				var told []api.Retry
				c := newClient(t, plainSpec(), s, func(o *api.Options) {
					o.OnRetry = func(r api.Retry) { told = append(told, r) }
				})
				a, err := c.Do(context.Background(), get("thing?id=secret-id"))
				require.NoError(t, err)
				assert.Equal(t, `{"id":1}`, string(a.Body))
				assert.Equal(t, 3, a.Requests)
				assert.EqualValues(t, 3, c.Requests())
				require.Len(t, told, 2)
				assert.Equal(t, "thing?id", told[0].Path)
				assert.Equal(t, 1, told[0].Attempt)
				assert.NotEmpty(t, told[0].Reason)
			})
		})
	}
}

// What is never tried again.
func TestStopsAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		step  func(*http.Request) (*http.Response, error)
		class connector.Class
		says  string
	}{
		"401": {says(401, `{"error":"Bad Token"}`), connector.Credentials, "thing 1: GET thing: answered 401 Unauthorized: Bad Token; check the credentials"},
		"403": {says(403, `{"error":"Api Disabled"}`), connector.Forbidden, "answered 403 Forbidden: Api Disabled; give the key the permission"},
		"404": {says(404, ``), connector.Missing, "answered 404 Not Found; check that it still exists"},
		"410": {says(410, ``), connector.Missing, "answered 410 Gone"},
		"400": {says(400, `{"message":"bad filter"}`), connector.Permanent, "answered 400 Bad Request: bad filter"},
		"405": {says(405, ``), connector.Permanent, "answered 405"},
		"501": {says(501, ``), connector.Permanent, "answered 501"},
		"304": {says(304, ``), connector.Permanent, "answered 304"},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(c.step)
			_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), get("thing"))
			require.ErrorContains(t, err, c.says)
			assert.Equal(t, c.class, api.ClassOf(err))
			assert.Equal(t, 1, s.count())
		})
	}
}

func TestSpecRulesComeFirst(t *testing.T) {
	spec := plainSpec()
	spec.Answers = connector.Answers{ErrorKey: "error", Rules: []connector.AnswerRule{
		{Status: []int{500}, Body: "token not found", Class: connector.Credentials, Hint: "get a new token"},
		{Status: []int{401}, Body: "Not authorized", Class: connector.Forbidden},
		{Status: []int{200}, Header: "X-Busy", Equals: "yes", Class: connector.Retryable},
		{Status: []int{404}, Body: "nothing yet", Class: connector.OK},
	}}
	for name, c := range map[string]struct {
		step  func(*http.Request) (*http.Response, error)
		class connector.Class
		says  string
	}{
		"500 that means a bad token": {says(500, `{"error":{"message":"Access token not found.","code":0}}`), connector.Credentials, "Access token not found.; get a new token"},
		"401 that means forbidden":   {says(401, `{"error":"Not authorized to do this"}`), connector.Forbidden, "Not authorized to do this"},
		"200 with an error key":      {says(200, `{"error":{"message":"User doesn't exist"}}`), connector.Permanent, "User doesn't exist"},
	} {
		t.Run(name, func(t *testing.T) {
			s := play(c.step)
			_, err := newClient(t, spec, s, nil).Do(context.Background(), get("thing"))
			require.ErrorContains(t, err, c.says)
			assert.Equal(t, c.class, api.ClassOf(err))
			assert.Equal(t, 1, s.count())
		})
	}
	for name, body := range map[string]string{"null": `{"error":null,"data":1}`, "empty": `{"error":"","data":1}`, "below": `{"data":{"error":"x"}}`} {
		_, err := newClient(t, spec, play(says(200, body)), nil).Do(context.Background(), get("thing"))
		require.NoError(t, err, name)
	}
	a, err := newClient(t, spec, play(says(404, `{"x":"nothing yet"}`)), nil).Do(context.Background(), get("thing"))
	require.NoError(t, err)
	assert.Equal(t, 404, a.Status)
}

func TestGivesUpOnOneThing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(says(500, `{"error":"Exception","message":"line 7"}`))
		began := time.Now()
		_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), get("thing"))
		require.ErrorContains(t, err, "answered 500 Internal Server Error: line 7 (tried 6 times); the vendor has trouble; nothing is lost, run again later")
		assert.Equal(t, connector.Retryable, api.ClassOf(err))
		assert.Equal(t, 6, s.count())
		assert.Less(t, time.Since(began), 20*time.Second)
	})
}

func TestRetryAfterIsHonoured(t *testing.T) {
	for name, c := range map[string]struct {
		step func(*http.Request) (*http.Response, error)
		wait time.Duration
	}{
		"503 in seconds": {says(503, ``, "Retry-After", "45"), 45 * time.Second},
		"429 in seconds": {says(429, ``, "Retry-After", "90"), 90 * time.Second},
		"503 by the vendor's clock": {says(503, ``, "Date", "Mon, 02 Jan 2023 10:00:00 GMT",
			"Retry-After", "Mon, 02 Jan 2023 10:01:00 GMT"), time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(c.step, says(200, `{}`))
				_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), get("thing"))
				require.NoError(t, err)
				waited := s.at[1].Sub(s.at[0])
				assert.GreaterOrEqual(t, waited, c.wait)
				assert.Less(t, waited, c.wait+2*time.Second)
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := play(says(503, `{"message":"maintenance"}`, "Retry-After", "7200"))
		_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), get("thing"))
		var e *api.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, 1, s.count(), "two hours are not waited out")
		assert.Equal(t, 2*time.Hour, time.Until(e.Until))
	})
}

func TestRateRefusalsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(says(429, `{"error":"Too many"}`))
		_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), get("thing"))
		assert.Equal(t, connector.RateLimited, api.ClassOf(err))
		assert.Equal(t, 21, s.count())
	})
}

func TestWritesAreNotSentTwice(t *testing.T) {
	write := api.Request{Method: "POST", Path: "thing/send", Body: []byte(`{"a":1}`), Label: "thing 1"}
	for name, c := range map[string]struct {
		step       func(*http.Request) (*http.Response, error)
		idempotent bool
		sent       int
		unsure     bool
		good       bool
	}{
		"lost":                  {breaks(errReset), false, 1, true, false},
		"cut":                   {cuts(`{"id":1,"x":2}`), false, 1, true, false},
		"500":                   {says(500, ``), false, 1, true, false},
		"web page":              {says(200, `<html>`, "Content-Type", "text/html"), false, 1, true, false},
		"400":                   {says(400, ``), false, 1, false, false},
		"lost, idempotent":      {breaks(errReset), true, 2, false, true},
		"500, idempotent":       {says(500, ``), true, 2, false, true},
		"refused by the rate":   {says(429, ``), false, 2, false, true},
		"never left":            {breaks(dialError), false, 2, false, true},
		"good without a body":   {says(200, ``), false, 1, false, true},
		"good with half a JSON": {says(200, `{"a`), false, 1, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := play(c.step, says(200, `{"id":1}`))
				r := write
				r.Idempotent = c.idempotent
				_, err := newClient(t, plainSpec(), s, nil).Do(context.Background(), r)
				assert.Equal(t, c.sent, s.count())
				if c.good {
					require.NoError(t, err)
					return
				}
				var e *api.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, c.unsure, e.Unsure)
			})
		})
	}
}

func TestInterruptEndsEveryWait(t *testing.T) {
	stop := errors.New("Ctrl-C")
	for name, step := range map[string]func(*http.Request) (*http.Response, error){
		"in flight": hangs, "between attempts": says(503, ``, "Retry-After", "100"), "refused": says(429, ``, "Retry-After", "100"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(context.Background())
				time.AfterFunc(10*time.Second, func() { cancel(stop) })
				began := time.Now()
				_, err := newClient(t, plainSpec(), play(step), nil).Do(ctx, get("thing"))
				require.ErrorIs(t, err, stop)
				assert.Equal(t, connector.Class(""), api.ClassOf(err))
				assert.Equal(t, 10*time.Second, time.Since(began))
			})
		})
	}
}

func TestTheFirst401EndsEverything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := play(says(401, `{"error":"Bad Token"}`))
		slow := func(r *http.Request) (*http.Response, error) {
			if r.URL.Path == "/v1/slow" {
				return says(503, ``, "Retry-After", "60")(r)
			}
			time.Sleep(time.Second)
			return s.RoundTrip(r)
		}
		c := newClient(t, plainSpec(), play(slow), nil)
		var waiting sync.WaitGroup
		waiting.Go(func() {
			began := time.Now()
			_, err := c.Do(context.Background(), api.Request{Path: "slow", Label: "slow thing"})
			assert.Equal(t, connector.Credentials, api.ClassOf(err), "a waiting request is called off")
			assert.ErrorContains(t, err, "slow thing: GET slow: answered 401")
			assert.Equal(t, time.Second, time.Since(began))
		})
		_, err := c.Do(context.Background(), get("thing"))
		assert.Equal(t, connector.Credentials, api.ClassOf(err))
		waiting.Wait()
		spent := c.Requests()
		for range 3 {
			_, err = c.Do(context.Background(), get("thing"))
			assert.Equal(t, connector.Credentials, api.ClassOf(err))
		}
		assert.Equal(t, spent, c.Requests(), "nothing more is sent")
	})
}
