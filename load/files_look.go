package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// looking watches one record of the target for the files it shows.
type looking struct {
	t       *attacher
	key     record.Key
	now     json.RawMessage
	shown   []shownFile     // at the last look
	known   map[string]bool // files that are no news
	flights []*flight
}

// has tells whether the record shows a file.
func (l *looking) has(target record.Key) bool {
	return keyPart(target, 2, 0) == l.key &&
		slices.ContainsFunc(l.shown, func(f shownFile) bool { return f.key == string(keyPart(target, 2, 1)) })
}

// look reads the record.
func (l *looking) look(ctx context.Context) (found bool, err error) {
	l.now, found, err = l.t.r.cfg.Reader.Read(ctx, l.t.stream.Name, l.key)
	if found && err == nil {
		l.shown = shownFiles(l.t.how, l.now)
	}
	return found, err
}

// first looks at the record before anything is sent.
func (l *looking) first(ctx context.Context) (*Reason, error) {
	found, err := l.look(ctx)
	switch {
	case errors.Is(err, ErrNoRead):
		return &Reason{Code: CodeCannot, Text: "no call reads the record that it belongs to, so nobody would see whether it arrived", Do: "write files: folder"}, nil
	case err != nil:
		return nil, err
	case !found:
		return goneReason(), nil
	}
	return nil, nil
}

// await looks at the record until every file that the target was told to fetch
// has appeared, or none will any more. It tells of how many the answer was lost
// and nothing came: they may be sent again.
func (t *attacher) await(ctx context.Context, l *looking) (lost int, err error) {
	if len(l.flights) == 0 {
		return 0, nil
	}
	for _, f := range l.shown {
		l.known[f.key] = true
	}
	began := t.r.cfg.Now()
	for {
		waited := t.r.cfg.Now().Sub(began)
		last := waited >= t.how.Within
		if last { // nothing more is to be fetched from now on
			if err := t.pickUpAll(l); err != nil {
				return 0, errors.Join(err, t.giveUp(ctx, l))
			}
		}
		if err = t.pause(ctx, lookEvery(t.how.Every, waited), last); err == nil {
			_, err = l.look(ctx)
		}
		if err == nil {
			err = t.landed(ctx, l)
		}
		if err != nil {
			return 0, errors.Join(err, t.giveUp(ctx, l))
		}
		if len(l.flights) == 0 {
			return 0, nil
		}
		if last {
			return t.expire(ctx, l)
		}
	}
}

// pause waits between two looks.
func (t *attacher) pause(ctx context.Context, d time.Duration, last bool) error {
	if last {
		return context.Cause(ctx)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// landed writes down the files that have appeared.
func (t *attacher) landed(ctx context.Context, l *looking) error {
	rest := l.flights[:0:0]
	for _, fl := range l.flights {
		mine := named(l.shown, fl.sent.Name, l.known)
		if len(mine) == 0 {
			rest = append(rest, fl)
			continue
		}
		l.known[mine[0].key] = true
		if err := t.arrived(ctx, l, fl, &mine[0], stage.LinkCreated); err != nil {
			return err
		}
	}
	l.flights = rest
	return nil
}

func (t *attacher) pickUpAll(l *looking) error {
	for _, fl := range l.flights {
		if err := t.pickUp(fl.sent); err != nil {
			return err
		}
	}
	return nil
}

// expire ends the flights of files that did not appear. The target took the call
// and did not take the file: too large, of a type it refuses, or not to be
// fetched; it does not tell which. Where the answer was lost too, the call was
// not made.
func (t *attacher) expire(ctx context.Context, l *looking) (lost int, err error) {
	for _, fl := range l.flights {
		o := stage.Outcome{Attempt: fl.attempt}
		if fl.res.State == stage.AttemptUnsure {
			o.Attempt.State, o.Item = stage.AttemptLost, fl.it.in(stage.LoadWaiting, nil)
			lost++
		} else {
			res := Result{State: stage.AttemptRejected, Status: fl.res.Status, Message: fmt.Sprintf("the file did not appear within %s", t.how.Within),
				Hint: "see whether it is too large or of a type that the target refuses, and whether files under target.files_at.url can be fetched from outside; then run ferry requeue"}
			t.note(stage.AttemptAction, &res)
			o.Attempt.State, o.Attempt.Message = res.State, res.Message
			o.Item = fl.it.in(stage.LoadRejected, &Reason{Code: CodeNotShown, Text: "the target said it would fetch the file, and " + res.Message, Value: fl.sent.Name, Do: res.Hint})
		}
		err = errors.Join(err, t.end(ctx, o))
	}
	l.flights = nil
	return lost, err
}

// giveUp leaves the flights of a run that ends to the next one, which asks for
// them.
func (t *attacher) giveUp(ctx context.Context, l *looking) (err error) {
	for _, fl := range l.flights {
		a := fl.attempt
		a.State = stage.AttemptUnsure
		o := stage.Outcome{Attempt: a, Item: fl.it.in(stage.LoadUnsure, &Reason{Code: CodeLost, Text: "the run ended before it was seen whether the file appeared",
			Do: "run `ferry apply` again: the target is asked first"})}
		err = errors.Join(err, t.end(ctx, o))
	}
	l.flights = nil
	return err
}
