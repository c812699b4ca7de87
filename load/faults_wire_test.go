package load_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// wire is between Ferry and a vendor and notes what goes over it, so that a row
// of the matrix can be judged by what was really asked and really answered.
type wire struct {
	next http.RoundTripper

	mu    sync.Mutex
	calls []*wireCall
	in    int
	most  int  // requests in flight at one time
	dead  bool // the process that used it was killed: nothing more goes out
	// before is called for each request before it leaves, without the lock.
	before func(c *wireCall)
}

// wireCall is one request and its answer.
type wireCall struct {
	n            int
	at, ended    time.Time
	method, path string
	query, body  string
	host         string
	header       http.Header
	status       int  // 0: no answer
	clear        bool // the answer says for certain what became of the request
}

func (c *wireCall) writes() bool { return c.method != http.MethodGet }

// errDead is what a killed process gets of everything.
type errDead struct{}

func (errDead) Error() string { return "the process was killed" }

// RoundTrip passes a request on.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	c := &wireCall{at: time.Now(), method: r.Method, path: strings.TrimPrefix(r.URL.Path, "/api/"), query: r.URL.RawQuery, host: r.URL.Host, header: r.Header.Clone()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = r.Body.Close()
		c.body = string(body)
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if !w.enter(c) {
		return nil, errDead{}
	}
	if w.before != nil {
		w.before(c)
	}
	if w.killed() {
		return nil, errDead{}
	}
	resp, err := w.next.RoundTrip(r)
	var answer []byte
	cut := err != nil
	if err == nil {
		var broken error
		answer, broken = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(answer), failing{broken}))
		cut = broken != nil
		c.status = resp.StatusCode
	}
	w.leave(c, !cut && clearAnswer(resp, answer))
	return resp, err
}

// failing ends a body as it ended before.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err != nil {
		return 0, f.err
	}
	return 0, io.EOF
}

// clearAnswer tells whether an answer, taken by itself, leaves no doubt about
// what became of a write.
func clearAnswer(r *http.Response, body []byte) bool {
	switch {
	case r.StatusCode >= 500, r.StatusCode == http.StatusRequestTimeout, r.StatusCode == http.StatusAccepted:
		return false
	case r.StatusCode >= 300:
		return true
	case r.Request.Method == http.MethodDelete:
		return true
	}
	return strings.Contains(r.Header.Get("Content-Type"), "json") && json.Valid(body)
}

func (w *wire) enter(c *wireCall) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead {
		return false
	}
	w.calls = append(w.calls, c)
	c.n = len(w.calls)
	w.in++
	w.most = max(w.most, w.in)
	return true
}

func (w *wire) leave(c *wireCall, clear bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.in--
	c.ended, c.clear = time.Now(), clear
}

func (w *wire) killed() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dead
}

// kill lets nothing more out.
func (w *wire) kill() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = true
}

// seen gives the calls that fit, in their order.
func (w *wire) seen(fits func(c *wireCall) bool) (out []*wireCall) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if fits(c) {
			out = append(out, c)
		}
	}
	return out
}

// posts are the creations whose body holds a text.
func (w *wire) posts(text string) int {
	return len(w.seen(func(c *wireCall) bool { return c.method == http.MethodPost && strings.Contains(c.body, text) }))
}

// count tells how many calls of a method go to a path that holds a text; "" any.
func (w *wire) count(method, path string) int {
	return len(w.seen(func(c *wireCall) bool {
		return (method == "" || c.method == method) && strings.Contains(c.path+"?"+c.query, path)
	}))
}

// sent are the records in the body of a call: of a batch each.
func (c *wireCall) sent() (out []fields) {
	var one map[string]any
	if json.Unmarshal([]byte(c.body), &one) != nil {
		return nil
	}
	for _, v := range one {
		list, ok := v.([]any)
		if !ok || len(one) != 1 {
			continue
		}
		for _, row := range list {
			if f, ok := row.(map[string]any); ok {
				out = append(out, f)
			}
		}
	}
	if out == nil {
		out = []fields{one}
	}
	return out
}
