package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"ferry/extract/budget"
	"ferry/extract/connector"
)

// use is what is done with a good answer: read it as a stream, or take it whole
// and check it.
type use struct {
	read  func(io.Reader, *Answer) error
	check func(*Answer) error // nil: nothing to check
}

// maxHops is how many redirects one attempt follows.
const maxHops = 5

// errTimeout is why an attempt was given up.
var errTimeout = errors.New("no answer in time")

// attempt sends a call once, and follows redirects. wait ends with the request
// or with the client; ctx with the request alone, so that what is on its way
// when the client stops still arrives. The error is of what surrounds the
// vendor: the context, the usage file, the reader.
func (c *Client) attempt(ctx, wait context.Context, k *call, u use) (*Answer, verdict, error) {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-wait.Done():
		return nil, verdict{}, wait.Err()
	}
	k.tally.attempts++
	target := k.url
	for range maxHops {
		if c.life.Err() != nil { // wait follows a moment later
			return nil, verdict{}, context.Canceled
		}
		ticket, err := c.o.Budget.Take(wait)
		if err != nil {
			return nil, verdict{}, err
		}
		c.spent.Add(1)
		k.tally.requests++
		if k.Sending != nil {
			k.Sending()
		}
		answer, v, err := c.exchange(ctx, k, target, ticket, u)
		if err != nil || v.class != "" {
			return answer, v, err
		}
		next, refused := c.redirected(k, target, answer.Status, answer.Header.Get("Location"))
		if refused != nil {
			refused.status = answer.Status
			return nil, *refused, nil
		}
		target = next
	}
	return nil, verdict{
		class: connector.Permanent, message: fmt.Sprintf("more than %d redirects one after the other", maxHops-1),
		hint: "check base_url",
	}, nil
}

// exchange sends one request on one ticket. A verdict without class is a
// redirect, which the answer tells.
func (c *Client) exchange(ctx context.Context, k *call, to *url.URL, ticket budget.Ticket, u use) (*Answer, verdict, error) {
	inner, cancel := context.WithTimeoutCause(ctx, c.o.Timeout, errTimeout)
	defer cancel()
	sent := time.Now()
	resp, err := c.transport.RoundTrip(c.request(inner, k, to))
	if err != nil {
		told := c.o.Budget.Answered(context.WithoutCancel(ctx), ticket, budget.Answer{
			Received: time.Now(), Rate: budget.Unsaid(), Quota: budget.Unsaid(), Lost: true,
		})
		if told := errors.Join(ctx.Err(), told); told != nil {
			return nil, verdict{}, told
		}
		return nil, c.lost(inner, err, sent), nil
	}
	defer resp.Body.Close()
	c.http1.CompareAndSwap(false, resp.ProtoMajor == 1)
	answer := &Answer{Status: resp.StatusCode, Header: resp.Header, Sent: sent, Received: time.Now()}
	said := vendorClock(resp.Header)
	if answer.Vendor = said; said.IsZero() {
		answer.Vendor = answer.Received
	}
	answer.Requests = k.tally.requests
	c.heed(k, resp.Header)
	b := newBody(resp, k.Method, c.o.MaxBody)
	defer b.release()
	e := &exchanged{Client: c, call: k, ticket: ticket, answer: answer, body: b, said: said}
	if u.read != nil && resp.StatusCode < 300 {
		return e.stream(ctx, inner, u.read)
	}
	return e.whole(ctx, inner, u.check)
}

// request makes the HTTP request of one attempt.
func (c *Client) request(ctx context.Context, k *call, to *url.URL) *http.Request {
	req := &http.Request{
		Method: k.Method, URL: to, Host: to.Host, Header: k.header.Clone(),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	switch {
	case len(k.Body) > 0:
		req.Body, req.ContentLength = io.NopCloser(bytes.NewReader(k.Body)), int64(len(k.Body))
	case c.http1.Load():
		// A transport may send a request without a body a second time by itself
		// when a kept HTTP/1 connection breaks. The vendor would count two where
		// we took one ticket. It does not do so when there is a body, even if that
		// turns out to be empty; then it is left out.
		req.Body = io.NopCloser(bytes.NewReader(nil))
	}
	return req.WithContext(ctx)
}

// exchanged is an answer whose header has come.
type exchanged struct {
	*Client
	call   *call
	ticket budget.Ticket
	answer *Answer
	body   *body
	said   time.Time // the vendor's clock; zero: not told
}

// whole reads the body, decides, and tells the budget.
func (e *exchanged) whole(ctx, inner context.Context, check func(*Answer) error) (*Answer, verdict, error) {
	content, err := e.body.all()
	r := e.reply(content)
	r.empty = err == nil && len(content) == 0 && e.call.Method == http.MethodGet
	v := e.judge.decide(r)
	v.started = e.answer.Sent
	if isRedirect(r.status) && e.answer.Header.Get("Location") != "" {
		v = verdict{}
	}
	told := e.tell(ctx, v)
	if err := errors.Join(ctx.Err(), told); err != nil {
		return nil, verdict{}, err
	}
	if err != nil && v.class == connector.OK {
		return nil, e.broken(inner, err), nil
	}
	e.answer.Body = content
	if v.class == connector.OK && check != nil {
		if err := check(e.answer); err != nil {
			return nil, e.unsound(err), nil
		}
	}
	return e.answer, v, nil
}

// stream decides by the header, tells the budget, and hands the body on.
func (e *exchanged) stream(ctx, inner context.Context, read func(io.Reader, *Answer) error) (*Answer, verdict, error) {
	v := e.judge.decide(e.reply(nil))
	if err := e.tell(ctx, v); err != nil {
		return nil, verdict{}, err
	}
	if v.class != connector.OK {
		return nil, v, nil
	}
	err := read(e.body, e.answer)
	switch {
	case ctx.Err() != nil:
		return nil, verdict{}, ctx.Err()
	case e.body.err != nil:
		return nil, e.broken(inner, e.body.err), nil
	case err != nil:
		return nil, verdict{}, &readerError{err}
	}
	return e.answer, v, nil
}

// readerError carries what the caller's own reader said past the retries.
type readerError struct{ error }

// reply is what the judge needs to know.
func (e *exchanged) reply(content []byte) reply {
	_, quota := announced(e.o.Spec.Budget.Headers, e.answer.Header, e.answer.Vendor)
	return reply{
		status: e.answer.Status, header: e.answer.Header, body: content, types: e.call.Types, reading: e.call.reading,
		quotaLeft: quota.Remaining, retryAfter: retryAfter(e.answer.Header, e.answer.Vendor),
	}
}

// tell gives the budget what the answer announced. It is told even when the
// run was interrupted: the vendor has counted.
func (e *exchanged) tell(ctx context.Context, v verdict) error {
	a := budget.Answer{Received: e.answer.Received, Vendor: e.said}
	a.Rate, a.Quota = announced(e.o.Spec.Budget.Headers, e.answer.Header, e.answer.Vendor)
	switch v.class {
	case connector.RateLimited:
		a.Refused, a.RetryAfter = budget.ByRate, v.retryAfter
	case connector.QuotaSpent:
		a.Refused, a.RetryAfter = budget.ByQuota, v.retryAfter
	}
	return e.o.Budget.Answered(context.WithoutCancel(ctx), e.ticket, a)
}

// broken is the verdict on a body that did not come whole.
func (e *exchanged) broken(inner context.Context, err error) verdict {
	v := verdict{class: connector.Retryable, kind: "cut", status: e.answer.Status, started: e.answer.Sent}
	switch {
	case errors.Is(err, errTooBig):
		v.class, v.message = connector.Permanent, fmt.Sprintf("the answer is over %s", size(e.o.MaxBody))
		v.hint = "raise max_body in the job if an answer may be that large"
	case errors.Is(context.Cause(inner), errTimeout):
		v.kind, v.message = "timeout", fmt.Sprintf("the answer was not complete after %s", e.o.Timeout)
	default:
		v.message = "the answer was cut off: " + innermost(err)
	}
	v.err, v.hint = err, orHint(v)
	return v
}

// unsound is the verdict on a body that says it is good and is not.
func (e *exchanged) unsound(err error) verdict {
	v := verdict{class: connector.Lie, kind: "shape", status: e.answer.Status, message: err.Error(), err: err, started: e.answer.Sent}
	if shape := (*ShapeError)(nil); errors.As(err, &shape) && shape.Damaged {
		v.kind, v.hint = "json", hints[connector.Retryable]
		return v
	}
	v.hint = "the vendor has changed its answers or the connector spec is wrong: compare the two with `ferry call`"
	return v
}
