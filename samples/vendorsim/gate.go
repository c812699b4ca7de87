package vendorsim

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Gate is what every simulated vendor has before its endpoints: authorisation, limits, faults, latency, counters and
// a clock of its own. A vendor embeds it. All methods are safe for concurrent use.
type Gate struct {
	opts   Options
	limits *meters
	faults *faultDesk
	tally  *tally
	offset atomic.Int64 // the vendor's clock minus Options.Now, in ns
	number atomic.Int64 // of the last request

	// serve answers an admitted call; path turns a URL path into the name of the endpoint.
	serve func(c *call) reply
	path  func(string) string
	// control answers /_sim/ paths.
	control func(*http.Request) reply
	// authorised checks the credentials of a request.
	authorised func(*http.Request) bool
	// refuse words what the gate itself answers (401, 429, 500, 503) in the vendor's error shape. message is the one
	// of the Synchroteam reference; another vendor puts its own in its place, and may answer another status.
	refuse func(status int, message string) reply
	// limitKey says on whose account a call is counted; the default is one account for all.
	limitKey func(*http.Request) string
	// countFirst counts a call before its credentials are looked at, as a limit by address does.
	countFirst bool
	// silent is a vendor that never sends limit headers.
	silent bool
}

// call is one admitted request on its way through a vendor's endpoints.
type call struct {
	r     *http.Request
	path  string // the endpoint's name, such as customer/list
	now   time.Time
	n     int64    // the request's number
	fault *Fault   // nil for none
	sent  *payload // what a write carries, nil for others
	late  bool     // a write that takes effect after its connection broke
	wrote []Write  // what took effect
	body  *peeked  // what was read ahead of the body, nil for nothing
	files []fetched
}

func newGate(o Options) *Gate {
	g := &Gate{
		opts: o,
		limits: &meters{by: map[string]*limits{}, make: func() *limits {
			return &limits{rate: window{Rate: o.Rate}, quota: quota{Quota: o.Quota}, refusedCount: o.RefusedCount}
		}},
		faults:   &faultDesk{seed: o.Seed},
		tally:    newTally(o.LogSize),
		refuse:   fail,
		limitKey: func(*http.Request) string { return "" },
	}
	g.faults.set(o.Faults)
	g.offset.Store(int64(o.ClockSkew))
	return g
}

// Now returns the vendor's clock.
func (g *Gate) Now() time.Time { return g.opts.Now().Add(time.Duration(g.offset.Load())) }

// Advance jumps the vendor's clock: Advance(24*time.Hour) is the next day, with a fresh quota.
func (g *Gate) Advance(d time.Duration) { g.offset.Add(int64(d)) }

// Spend counts n calls that somebody else made with the same key (or, where the vendor counts so, from the same
// address, which is loopback and the in-process transport), against rate and quota.
func (g *Gate) Spend(n int) { g.limits.of("").spend(g.Now(), n) }

// SetFaults replaces the faults; their counting of requests starts anew.
func (g *Gate) SetFaults(faults ...Fault) { g.faults.set(faults) }

// Outage answers every request with 500 until it is switched off. Nothing is counted against the limits meanwhile.
func (g *Gate) Outage(on bool) {
	g.faults.mu.Lock()
	defer g.faults.mu.Unlock()
	g.faults.outage = on
}

// Counters returns a copy of the counters.
func (g *Gate) Counters() Counters { return g.tally.counters() }

// Log returns the last requests, oldest first, at most Options.LogSize.
func (g *Gate) Log() []LogEntry { return g.tally.entries() }

// answer takes one request through the gate. It runs on the caller's goroutine and starts none.
func (g *Gate) answer(r *http.Request) reply {
	if control := controlPath(r.URL.Path); control != "" {
		return g.control(r)
	}
	n := g.number.Add(1)
	c := &call{r: r, path: g.path(r.URL.Path), n: n}
	g.tally.enter(r, c.path)
	if g.opts.OnRequest != nil {
		g.opts.OnRequest(r)
	}
	c.now = g.Now()
	out := g.admit(c, n)
	entry := LogEntry{
		N: n, At: c.now, Method: r.Method, Path: c.path, Query: r.URL.RawQuery, Host: hostOf(r), Status: out.status, Done: len(c.wrote) > 0,
	}
	if c.fault != nil {
		entry.Fault = c.fault.Kind
	}
	if out.broken || out.gone != nil {
		entry.Status = 0
	}
	g.tally.leave(entry)
	return out
}

// admit decides about a call, lets it be served and spends the latency.
func (g *Gate) admit(c *call, n int64) reply {
	limits := g.limits.of(g.limitKey(c.r))
	if c.fault = g.faults.down(); c.fault != nil {
		return g.finish(c, n, g.refuse(http.StatusInternalServerError, msg500), limits.peek(c.now))
	}
	known := g.authorised(c.r)
	if !known && !g.countFirst {
		return g.finish(c, n, g.stranger(), limits.peek(c.now))
	}
	if known && !limits.full(c.now) { // a refused call uses up no fault
		c.fault = g.faults.next(c)
	}
	switch {
	case c.fault.is(FaultReset):
		return reply{broken: true}
	case c.fault.is(FaultWAF):
		return g.finish(c, n, reply{status: http.StatusForbidden, body: []byte(blockedPage), header: htmlHeader()}, limits.peek(c.now))
	}
	verdict, st := limits.take(c.now)
	switch verdict {
	case overRate:
		g.tally.count(func(k *Counters) { k.RefusedRate++ })
		c.fault = nil
		return g.finish(c, n, g.refuse(http.StatusTooManyRequests, msgRate), st)
	case overQuota:
		g.tally.count(func(k *Counters) { k.RefusedQuota++ })
		c.fault = nil
		return g.finish(c, n, g.refuse(http.StatusTooManyRequests, msgQuota), st)
	}
	if !known {
		return g.finish(c, n, g.stranger(), st)
	}
	g.tally.count(func(k *Counters) { k.Accepted++ })
	out := g.faulty(c, &st)
	return g.finish(c, n, out, st)
}

// stranger answers a call with wrong credentials.
func (g *Gate) stranger() reply {
	g.tally.count(func(k *Counters) { k.Unauthorized++ })
	return g.refuse(http.StatusUnauthorized, msg401)
}

// finish spends the latency and puts the headers on.
func (g *Gate) finish(c *call, n int64, out reply, st standing) reply {
	delay := g.opts.Latency
	if j := g.opts.LatencyJitter; j > 0 {
		p := pickFor(g.opts.Seed, 0x1a7, int(n))
		delay += time.Duration(p.share() * float64(j))
	}
	switch {
	case c.fault.is(FaultSlow):
		delay += orDefault(c.fault.Delay, 5*time.Minute)
	case c.fault.is(FaultSlower):
		delay *= time.Duration(orDefault(c.fault.Factor, 10))
	}
	if err := sleep(c.r.Context(), delay); err != nil {
		g.tally.count(func(k *Counters) { k.Cancelled++ })
		return reply{gone: err}
	}
	if out.header == nil {
		out.header = make(http.Header, 10)
	}
	h := out.header
	if out.status != http.StatusNoContent {
		if len(h["Content-Type"]) == 0 {
			h["Content-Type"] = []string{"application/json; charset=utf-8"}
		}
		h["Content-Length"] = []string{strconv.Itoa(len(out.body))}
	}
	h["Date"] = []string{g.Now().Add(g.opts.DateSkew).UTC().Format(http.TimeFormat)}
	if !g.opts.NoLimitHeaders && !g.silent {
		st.headers(h)
	}
	return out
}

// TransportFrom is Transport for a caller at another IP address, for vendors that count by address.
func (g *Gate) TransportFrom(ip string) http.RoundTripper { return caller{g.Transport(), ip} }

type caller struct {
	next http.RoundTripper
	ip   string
}

func (t caller) RoundTrip(r *http.Request) (*http.Response, error) {
	from := r.Clone(r.Context())
	from.RemoteAddr = net.JoinHostPort(t.ip, "40000")
	res, err := t.next.RoundTrip(from)
	if res != nil {
		res.Request = r
	}
	return res, err
}

// same compares a secret in constant time.
func same(given, want string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(want)) == 1
}

// sleep waits for d, or returns the context's error. It works on a bubble's fake clock.
func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
