package vendorsim

import (
	"context"
	"crypto/subtle"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// Gate is what every simulated vendor has before its endpoints: authorisation, limits, faults, latency, counters and
// a clock of its own. A vendor embeds it. All methods are safe for concurrent use.
type Gate struct {
	opts   Options
	limits *limits
	faults *faultDesk
	tally  *tally
	offset atomic.Int64 // the vendor's clock minus Options.Now, in ns
	number atomic.Int64 // of the last request

	// serve answers an admitted call; path turns a URL path into the name of the endpoint.
	serve func(c *call) reply
	path  func(string) string
	// control answers /_sim/ paths.
	control func(*http.Request) reply
}

// call is one admitted request on its way through a vendor's endpoints.
type call struct {
	r     *http.Request
	path  string // the endpoint's name, such as customer/list
	now   time.Time
	fault *Fault   // nil for none
	sent  *payload // what a write carries, nil for others
}

func newGate(o Options) *Gate {
	g := &Gate{
		opts:   o,
		limits: &limits{rate: window{Rate: o.Rate}, quota: quota{Quota: o.Quota}, refusedCount: o.RefusedCount},
		faults: &faultDesk{seed: o.Seed},
		tally:  newTally(o.LogSize),
	}
	g.faults.set(o.Faults)
	g.offset.Store(int64(o.ClockSkew))
	return g
}

// Now returns the vendor's clock.
func (g *Gate) Now() time.Time { return g.opts.Now().Add(time.Duration(g.offset.Load())) }

// Advance jumps the vendor's clock: Advance(24*time.Hour) is the next day, with a fresh quota.
func (g *Gate) Advance(d time.Duration) { g.offset.Add(int64(d)) }

// Spend counts n calls that somebody else made with the same key, against rate and quota.
func (g *Gate) Spend(n int) { g.limits.spend(g.Now(), n) }

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
	c := &call{r: r, path: g.path(r.URL.Path)}
	n := g.number.Add(1)
	g.tally.enter(r, c.path)
	if g.opts.OnRequest != nil {
		g.opts.OnRequest(r)
	}
	c.now = g.Now()
	out := g.admit(c, n)
	entry := LogEntry{At: c.now, Method: r.Method, Path: c.path, Query: r.URL.RawQuery, Host: hostOf(r), Status: out.status}
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
	if c.fault = g.faults.down(); c.fault != nil {
		return g.finish(c, n, fail(http.StatusInternalServerError, msg500), g.limits.peek(c.now))
	}
	if !g.authorised(c.r) {
		g.tally.count(func(k *Counters) { k.Unauthorized++ })
		return g.finish(c, n, fail(http.StatusUnauthorized, "Your API key is wrong"), g.limits.peek(c.now))
	}
	if !g.limits.full(c.now) { // a refused call uses up no fault
		c.fault = g.faults.next(c.r)
	}
	if c.fault.is(FaultReset) {
		return reply{broken: true}
	}
	verdict, st := g.limits.take(c.now)
	switch verdict {
	case overRate:
		g.tally.count(func(k *Counters) { k.RefusedRate++ })
		c.fault = nil
		return g.finish(c, n, fail(http.StatusTooManyRequests, msgRate), st)
	case overQuota:
		g.tally.count(func(k *Counters) { k.RefusedQuota++ })
		c.fault = nil
		return g.finish(c, n, fail(http.StatusTooManyRequests, msgQuota), st)
	}
	g.tally.count(func(k *Counters) { k.Accepted++ })
	out := g.faulty(c, &st)
	return g.finish(c, n, out, st)
}

// finish spends the latency and puts the headers on.
func (g *Gate) finish(c *call, n int64, out reply, st standing) reply {
	delay := g.opts.Latency
	if j := g.opts.LatencyJitter; j > 0 {
		p := pickFor(g.opts.Seed, 0x1a7, int(n))
		delay += time.Duration(p.share() * float64(j))
	}
	if c.fault.is(FaultSlow) {
		delay += orDefault(c.fault.Delay, 5*time.Minute)
	}
	if err := sleep(c.r.Context(), delay); err != nil {
		g.tally.count(func(k *Counters) { k.Cancelled++ })
		return reply{gone: err}
	}
	if out.header == nil {
		out.header = make(http.Header, 10)
	}
	h := out.header
	if len(h["Content-Type"]) == 0 {
		h["Content-Type"] = []string{"application/json; charset=utf-8"}
	}
	h["Date"] = []string{g.Now().Add(g.opts.DateSkew).UTC().Format(http.TimeFormat)}
	h["Content-Length"] = []string{strconv.Itoa(len(out.body))}
	if !g.opts.NoLimitHeaders {
		st.headers(h)
	}
	return out
}

// authorised checks basic authentication with domain and key (reference: Authentication).
func (g *Gate) authorised(r *http.Request) bool {
	user, pass, given := r.BasicAuth()
	return given && subtle.ConstantTimeCompare([]byte(user), []byte(g.opts.Domain)) == 1 &&
		subtle.ConstantTimeCompare([]byte(pass), []byte(g.opts.APIKey)) == 1
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
