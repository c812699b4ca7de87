package apisink

import (
	"context"
	"fmt"
	"time"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// polled asks what became of work that has only begun, until it has ended or
// nobody can know any more. A run that stops meanwhile leaves it unsure: each
// record is asked for then.
func (x *exchange) polled(ctx context.Context, a *api.Answer) ([]load.Result, error) {
	p := x.call.Poll
	lost := load.Result{State: stage.AttemptUnsure, Status: a.Status, Class: connector.OK, Message: "the target took the work on and did not say what came of it"}
	o, err := parseObject(a.Body)
	if err != nil {
		return each(x.deeds, lost), nil //nolint:nilerr // no job to ask for: nobody knows
	}
	v, _ := o.get(p.Job)
	job, ok := textOf(v)
	if !ok || job == "" {
		return each(x.deeds, lost), nil
	}
	call, err := p.Fill(func(place string) (string, bool) {
		if place == "job" {
			return job, true
		}
		return x.t.setting(place)
	})
	if err != nil {
		return each(x.deeds, lost), err
	}
	for end := time.Now().Add(p.Within); time.Now().Before(end); {
		if err := wait(ctx, p.Every); err != nil {
			return each(x.deeds, lost), err
		}
		told, err := x.t.o.Client.Do(ctx, api.Request{Method: call.Method, Path: call.Path, Query: call.Query, Idempotent: true, Label: x.s.Name + ", job"})
		if err != nil {
			return each(x.deeds, lost), x.serious(err)
		}
		if results, done, err := x.ended(ctx, told); done {
			return results, err
		}
	}
	lost.Message = fmt.Sprintf("the target took the work on and had not done it after %s", p.Within)
	return each(x.deeds, lost), nil
}

// ended judges an answer about work; done is false while it goes on.
func (x *exchange) ended(ctx context.Context, a *api.Answer) (out []load.Result, done bool, err error) {
	p := x.call.Poll
	o, err := parseObject(a.Body)
	if err != nil {
		return nil, false, nil //nolint:nilerr // another answer may come
	}
	switch {
	case holds(p.Failed, o):
		r := load.Result{Status: a.Status, Class: connector.Permanent, Message: "the target did not do it"}
		for _, path := range p.Messages {
			if v, ok := o.get(path); ok && given(v) {
				r.Message, _ = textOf(v)
				break
			}
		}
		out, err = x.refused(ctx, r)
		return out, true, err
	case !holds(p.Done, o):
		return nil, false, nil
	case x.many():
		out, err = x.sorted(ctx, a)
		return out, true, err
	}
	r, err := x.confirm(ctx, &x.deeds[0], x.told(&x.deeds[0], a.Status, a.Body, p.Answer))
	return []load.Result{r}, true, err
}

func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
