package apisink

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// Send makes one request for the deeds and judges its answer, as load.Sink wants
// it; where the answer proves nothing, the record is read again. There is a
// result for every deed also where there is an error.
func (t *Target) Send(ctx context.Context, deeds []load.Deed) ([]load.Result, error) {
	if len(deeds) == 0 {
		return nil, nil
	}
	s, err := t.stream(deeds[0].Stream)
	if err != nil {
		return unsent(deeds), err
	}
	call, err := s.callOf(&deeds[0])
	if err != nil {
		return unsent(deeds), err
	}
	if err := alike(deeds, call); err != nil {
		return unsent(deeds), err
	}
	r, err := t.request(ctx, s, call, deeds)
	if refused := (*load.RefusedError)(nil); errors.As(err, &refused) {
		return each(deeds, load.Result{State: stage.AttemptRejected, Class: connector.Permanent, Field: refused.Field,
			Message: refused.Reason, Hint: refused.Do}), nil
	}
	if err != nil {
		return unsent(deeds), err
	}
	left := false
	r.Sending = func() { left = true }
	answer, err := t.o.Client.Do(ctx, r)
	x := &exchange{t: t, s: s, call: call, deeds: deeds}
	if err != nil {
		return x.failed(ctx, err, left)
	}
	return x.answered(ctx, answer)
}

// alike refuses deeds that do not go in one request.
func alike(deeds []load.Deed, call *connector.WriteCall) error {
	for _, d := range deeds[1:] {
		if d.Stream != deeds[0].Stream || d.Kind != deeds[0].Kind || d.Action != deeds[0].Action {
			return fmt.Errorf("apisink: deeds of %s and %s in one request", deeds[0].Stream, d.Stream)
		}
	}
	if len(deeds) > 1 && (!batched(call, deeds[0].Kind) || len(deeds) > call.BatchMax) {
		return fmt.Errorf("apisink: %d deeds of %s in one request, which takes %d", len(deeds), deeds[0].Stream, max(1, call.BatchMax))
	}
	return nil
}

func unsent(deeds []load.Deed) []load.Result {
	return each(deeds, load.Result{State: stage.AttemptUnsent})
}

func each(deeds []load.Deed, r load.Result) []load.Result {
	out := make([]load.Result, len(deeds))
	for i := range out {
		out[i] = r
	}
	return out
}

// exchange is a request that was made, and its answer.
type exchange struct {
	t     *Target
	s     *stream
	call  *connector.WriteCall
	deeds []load.Deed
}

// failed judges a request that did not come to a good answer.
func (x *exchange) failed(ctx context.Context, err error, left bool) ([]load.Result, error) {
	e := (*api.Error)(nil)
	if !errors.As(err, &e) { // interrupted, or the usage file
		r := load.Result{State: stage.AttemptUnsent}
		if left {
			r = load.Result{State: stage.AttemptUnsure, Message: "interrupted while it was on its way"}
		}
		return each(x.deeds, r), err
	}
	r := load.Result{Status: e.Status, Class: e.Class, Message: e.Message, Hint: e.Hint}
	switch {
	case e.Unsure:
		r.State = stage.AttemptUnsure
	case e.Class == connector.Permanent && (e.Status == 0 || e.Status == http.StatusProxyAuthRequired):
		return unsent(x.deeds), e // no safe connection, no such host, a proxy that wants a login: it is not about the record
	case e.Class == connector.Permanent, e.Class == connector.Missing, e.Class == connector.Forbidden:
		return x.refused(ctx, r)
	default:
		r.State = stage.AttemptUnsent
	}
	return each(x.deeds, r), ends(e)
}

// ends gives the errors back that end a run: nothing more can be sent for now.
func ends(e *api.Error) error {
	switch e.Class {
	case connector.QuotaSpent, connector.RateLimited, connector.Credentials:
		return e
	}
	if errors.Is(e, api.ErrOutage) || e.Status == http.StatusProxyAuthRequired {
		return e
	}
	return nil
}

// refused judges a refusal: whose fault it is, and whether the next one like it
// would be refused too.
func (x *exchange) refused(ctx context.Context, r load.Result) ([]load.Result, error) {
	r.State, r.Hint = stage.AttemptRejected, x.t.advice(r.Hint)
	d := &x.deeds[0]
	gone := r.Class == connector.Missing
	switch {
	case len(x.deeds) > 1:
		r.Whole = r.Class != connector.Forbidden
		r.Stop = r.Class == connector.Forbidden
		r.Message = clean(r.Message, x.deeds...)
		return each(x.deeds, r), nil
	case gone && d.Kind == stage.AttemptDelete:
		r, err := x.goneAlready(ctx, r)
		return []load.Result{r}, err
	case r.Class == connector.Forbidden, r.Status == http.StatusPaymentRequired, r.Status >= 300 && r.Status < 400:
		r.Stop = true
	case locked(r):
		r.State, r.Class = stage.AttemptUnsent, connector.Retryable
	case d.Kind == stage.AttemptCreate && exists(r):
		there, err := x.alreadyThere(ctx, r)
		return []load.Result{there}, err
	}
	r.Field = x.s.fieldIn(r.Message)
	r.Message = clean(r.Message, *d)
	return []load.Result{r}, nil
}

// advice is what to do about a refusal: what the spec says, else what helps with
// a record.
func (t *Target) advice(hint string) string {
	if hint != "" && slices.ContainsFunc(t.o.Spec.Answers.Rules, func(r connector.AnswerRule) bool { return r.Hint == hint }) {
		return hint
	}
	return "correct the record at its source or the rule in the mapping, then run `ferry requeue`"
}

// goneAlready looks whether a record that a deletion did not find is gone, or the
// call was wrong.
func (x *exchange) goneAlready(ctx context.Context, r load.Result) (load.Result, error) {
	d := &x.deeds[0]
	found, asked, err := x.look(ctx, d, d.Key)
	switch {
	case err != nil:
		return r, x.serious(err)
	case asked && len(found) > 0:
		r.Class = connector.Permanent
		r.Message, r.Hint = "the target says that there is no such record, but shows it", "compare the call with the vendor's reference"
		return r, nil
	}
	return load.Result{State: stage.AttemptDone, Key: d.Key, Status: r.Status, Class: r.Class, Message: "it was gone already"}, nil
}
