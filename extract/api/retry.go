package api

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"ferry/extract/budget"
	"ferry/extract/connector"
)

// How long a request is patient.
const (
	backoffBase    = 500 * time.Millisecond
	backoffLongest = 30 * time.Second
	patience       = 2 * time.Minute // with a vendor that answers nothing well
	maxRateWaits   = 20              // refusals by the rate, for one request
	maxQuotaTries  = 3               // refusals by the quota though the budget let it go, in a minute
)

// tally is what a call went through.
type tally struct {
	attempts int
	requests int            // tickets spent, redirects included
	alike    map[string]int // failures by kind
	failed   int
	rate     int
	quota    int
	refused  time.Time // the last refusal by the quota
	began    time.Time // the first failed attempt
	trouble  time.Duration
	unsure   bool // a deed may have been done
}

// run makes attempts until one is good or no more make sense.
func (c *Client) run(ctx context.Context, r Request, u use) (*Answer, error) {
	k, err := c.prepare(r)
	if err != nil {
		return nil, err
	}
	var v verdict
	if c.life.Err() != nil {
		return nil, c.stopped(ctx, k, v, context.Canceled)
	}
	wait, done := c.watch(ctx)
	defer done()
	for {
		probe, err := c.breaker.enter(wait)
		if err != nil {
			return nil, c.stopped(ctx, k, v, err)
		}
		answer, last, err := c.attempt(ctx, wait, k, u)
		over := c.breaker.leave(k, probe, last)
		if err != nil {
			return nil, c.stopped(ctx, k, v, err)
		}
		v = last
		k.tally.note(k, v)
		switch {
		case v.class == connector.OK:
			return answer, nil
		case v.class == connector.Credentials:
			c.end(c.failure(k, v))
			return nil, c.failure(k, v)
		case over:
			c.end(c.outage(k, v))
			return nil, c.stopped(ctx, k, v, context.Canceled)
		}
		d, again := c.again(k, v, probe)
		if !again {
			return nil, c.failure(k, v)
		}
		k.tally.trouble += d
		c.tellRetry(k, v, d)
		if d > 0 {
			if err := pause(wait, d, nil); err != nil {
				return nil, c.stopped(ctx, k, v, err)
			}
		}
	}
}

// note adds what an attempt came to. Waiting for the budget is no trouble.
func (t *tally) note(k *call, v verdict) {
	if !v.failed() && !errors.Is(v.err, errTooBig) {
		return
	}
	t.unsure = t.unsure || !k.reading && !v.unsent
	if t.began.IsZero() {
		t.began = v.started
	}
	t.trouble += time.Since(v.started)
}

// watch gives a context that ends with the request's or with the client.
func (c *Client) watch(ctx context.Context) (context.Context, func()) {
	wait, cancel := context.WithCancel(ctx)
	undo := context.AfterFunc(c.life, cancel)
	return wait, func() { undo(); cancel() }
}

// failed tells whether an attempt shows a vendor in trouble.
func (v verdict) failed() bool {
	return v.class == connector.Retryable || v.class == connector.Lie
}

// again decides whether a call is tried once more, and how long it waits first.
func (c *Client) again(k *call, v verdict, probe bool) (time.Duration, bool) {
	t := &k.tally
	switch v.class {
	case connector.RateLimited:
		// The budget knows when the window opens; this only keeps a refused request
		// from coming back at once where it does not.
		t.rate++
		return max(v.retryAfter, jitter(t.rate)), t.rate <= maxRateWaits
	case connector.QuotaSpent:
		return c.againNextDay(t)
	case connector.Retryable, connector.Lie:
	default:
		return 0, false
	}
	if !k.reading && !k.Idempotent && !v.unsent {
		return 0, false
	}
	if probe {
		return 0, true // the breaker says when
	}
	t.failed++
	if t.alike == nil {
		t.alike = map[string]int{}
	}
	t.alike[v.kind]++
	allowed := c.breaker.allowed(c.o.Attempts)
	switch {
	case t.alike[v.kind] >= allowed, t.failed >= mixedAllowed*allowed, v.retryAfter > patience:
		return 0, false
	case t.trouble >= patience && t.failed >= 3 && c.breaker.silent(t.began):
		return 0, false
	}
	return max(v.retryAfter, jitter(t.failed)), true
}

// againNextDay asks the budget once more: it stops the run or waits for the
// quota, as the job says. Refusals that come in spite of it are not endless.
func (c *Client) againNextDay(t *tally) (time.Duration, bool) {
	if time.Since(t.refused) > time.Minute {
		t.quota = 0
	}
	t.refused = time.Now()
	if t.quota++; t.quota == 1 {
		return 0, true
	}
	return jitter(t.quota), t.quota <= maxQuotaTries
}

// jitter is how long to wait after the n-th failure: anything up to a bound
// that doubles, so that requests that failed together do not come back
// together.
func jitter(n int) time.Duration {
	return rand.N(bound(n, backoffLongest)) //nolint:gosec // not a secret
}

// backoff is the upper half of that, for one who waits alone.
func backoff(n int, longest time.Duration) time.Duration {
	b := bound(n, longest)
	return b/2 + rand.N(b/2) //nolint:gosec // not a secret
}

func bound(n int, longest time.Duration) time.Duration {
	return min(backoffBase<<min(max(n-1, 0), 10), longest)
}

// tellRetry tells the caller of a wait.
func (c *Client) tellRetry(k *call, v verdict, d time.Duration) {
	if c.o.OnRetry == nil {
		return
	}
	r := Retry{
		Label: k.Label, Method: k.Method, Path: k.show, Class: v.class,
		Reason: describe(v.status, c.secrets.clean(v.message)), Attempt: k.tally.attempts, Wait: d,
	}
	if since, probe, ok := c.breaker.outage(); ok {
		r.Outage, r.Wait = since, max(d, time.Until(probe))
	}
	c.o.OnRetry(r)
}

// stopped makes the error for a call that was not carried on: v is its last
// attempt, err what surrounds it.
func (c *Client) stopped(ctx context.Context, k *call, v verdict, err error) error {
	var (
		own   *readerError
		spent *budget.SpentError
		end   *Error
	)
	switch {
	case errors.As(err, &own):
		return own.error
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &spent):
		if v.class != connector.QuotaSpent {
			v = verdict{class: connector.QuotaSpent, message: spent.Error()}
			v.hint = "nothing is lost"
		} else {
			v.hint = "nothing is lost; run again after " + spent.Until.Format("2006-01-02 15:04:05 MST")
		}
		v.err = err
		e := c.failure(k, v)
		e.Until = spent.Until
		return e
	case errors.As(context.Cause(c.life), &end):
		e := *end
		e.Label, e.Method, e.Path = k.Label, k.Method, k.show
		e.Attempts, e.Requests, e.Unsure = k.tally.attempts, k.tally.requests, k.tally.unsure
		return &e
	}
	return fmt.Errorf("%s: %w", k.Label, err)
}

// failure makes the error of a call's last attempt.
func (c *Client) failure(k *call, v verdict) *Error {
	e := &Error{
		Class: v.class, Status: v.status, Message: c.secrets.clean(v.message), Hint: v.hint,
		Method: k.Method, Path: k.show, Label: k.Label,
		Attempts: k.tally.attempts, Requests: k.tally.requests, Unsure: k.tally.unsure, Err: v.err,
	}
	if v.retryAfter > 0 {
		e.Until = time.Now().Add(v.retryAfter)
	}
	return e
}

// outage makes the error that ends the client.
func (c *Client) outage(k *call, v verdict) *Error {
	e := c.failure(k, v)
	what := "fails at everything (" + e.Message + ")"
	if v.status != 0 && v.class == connector.Retryable {
		what = fmt.Sprintf("answers %d to everything", v.status)
	}
	since, _, _ := c.breaker.outage()
	e.Message = fmt.Sprintf("%s %s since %s", c.base.Host, what, since.Format("15:04:05"))
	e.Class, e.Status, e.Err = connector.Retryable, 0, errors.Join(ErrOutage, v.err)
	e.Hint = "nothing is lost; run again later"
	return e
}
