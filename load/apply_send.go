package load

import (
	"context"
	"errors"
	"slices"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/stage"
)

// write brings a group of records about whose next deeds share requests; most
// groups are one record. It tells how many of them moved on.
func (r *runner) write(ctx context.Context, group []*unit) (moved int, err error) {
	var ready []*unit
	for _, u := range group {
		ok, n, err := r.begin(ctx, u)
		if moved += n; err != nil {
			return moved, err
		}
		if ok {
			ready = append(ready, u)
		}
	}
	if len(ready) > 1 {
		n, err := r.together(ctx, ready)
		if moved += n; err != nil {
			return moved, err
		}
	}
	for _, u := range ready {
		n, err := r.alone(ctx, u)
		if moved += n; err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// begin makes the last checks before a record's requests. ok is false where
// there is nothing to send.
func (r *runner) begin(ctx context.Context, u *unit) (ok bool, moved int, err error) {
	if !u.ready {
		bin, why, err := r.reread(ctx, u)
		if err != nil {
			return false, 0, err
		}
		if why != nil || bin != stage.LoadWaiting {
			return false, 1, r.settleItems(ctx, []stage.Item{*u.in(bin, why)})
		}
	}
	if u.step >= len(u.deeds) {
		return false, 1, r.finish(ctx, u)
	}
	if why := r.guard.closed(u.way()); why != nil {
		return false, 1, r.settleItems(ctx, []stage.Item{*u.in(stage.LoadHeld, why)})
	}
	why, err := r.takenKey(ctx, u)
	if err != nil || why == nil {
		return err == nil, 0, err
	}
	return false, 1, r.settleItems(ctx, []stage.Item{*u.in(stage.LoadHeld, why)})
}

// finish puts a record into its bin of which all deeds are done already.
func (r *runner) finish(ctx context.Context, u *unit) error {
	if u.done && !r.undo {
		if err := r.cfg.Stage.PutWritten(context.WithoutCancel(ctx), u.e.side, []stage.Written{r.writtenOf(ctx, u)}); err != nil {
			return err
		}
	}
	return r.settleItems(ctx, []stage.Item{*u.in(u.bin(), nil)})
}

// alone sends the deeds of one record, one after the other.
func (r *runner) alone(ctx context.Context, u *unit) (moved int, err error) {
	for u.ready && u.step < len(u.deeds) {
		if err := ctx.Err(); err != nil {
			return moved, context.Cause(ctx)
		}
		if err := r.follow(ctx, u); err != nil {
			return moved, err
		}
		results, err := r.send(ctx, []*unit{u}, true)
		if err != nil {
			return moved, err
		}
		if len(results) == 0 {
			if why := r.guard.closed(u.way()); why != nil {
				return 1, r.settleItems(ctx, []stage.Item{*u.in(stage.LoadHeld, why)})
			}
			return moved, nil
		}
		if moved = 1; results[0].State != stage.AttemptDone {
			return moved, nil
		}
	}
	return moved, nil
}

// follow gives a later deed what the earlier ones made known: the key, and the
// record as it is now.
func (r *runner) follow(ctx context.Context, u *unit) error {
	d := &u.deeds[u.step]
	if u.step == 0 || u.key == "" || d.Key != "" && d.Now != nil {
		return nil
	}
	d.Key = u.key
	if u.back != nil {
		d.Now = u.back
	}
	if d.Now != nil {
		return nil
	}
	now, _, err := r.readNow(r.sends, u.e, u.key, r.began)
	d.Now = now
	return err
}

// together sends the next deed of several records in one request. What the
// target refuses as a whole is halved, down to the record that it complains of.
func (r *runner) together(ctx context.Context, group []*unit) (moved int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, context.Cause(ctx)
	}
	results, err := r.send(ctx, group, false)
	if err != nil || len(results) == 0 {
		return 0, err
	}
	whole := false
	for i := range results {
		whole = whole || results[i].Whole
		if results[i].State != stage.AttemptDone {
			if !results[i].Whole {
				group[i].ready = false // its turn is over
			}
		}
		moved++
	}
	if !whole || len(group) < 2 {
		return moved, nil
	}
	half := len(group) / 2
	for _, part := range [][]*unit{group[:half], group[half:]} {
		if len(part) < 2 {
			continue // alone comes next
		}
		if _, err := r.together(ctx, part); err != nil {
			return moved, err
		}
	}
	return moved, nil
}

// send makes one request for the next deed of every unit: the ledger first, then
// the call, then what came of it. Without results nothing was sent, because a
// creation alike is in flight or unsure, or the way was closed.
func (r *runner) send(ctx context.Context, group []*unit, wait bool) ([]Result, error) {
	hashes, ok, err := r.takeOff(ctx, group, wait)
	if err != nil || !ok {
		return nil, err
	}
	lost := true
	defer func() {
		for _, h := range hashes {
			r.flights.land(h, lost)
		}
	}()
	way := group[0].way()
	if ok, err := r.guard.enter(ctx, way); !ok {
		lost = false
		return nil, err
	}
	defer r.guard.leave(way)
	if err := r.gate.enter(ctx); err != nil {
		lost = false
		return nil, err
	}
	attempts, deeds := r.attempts(group)
	ids, err := r.cfg.Stage.BeginAttempts(ctx, attempts)
	if err != nil {
		lost = false
		r.gate.leave(false)
		return nil, err
	}
	results, failed := r.cfg.Sink.Send(r.sends, deeds)
	results = complete(results, len(deeds), failed)
	lost = slices.ContainsFunc(results, func(res Result) bool { return res.State == stage.AttemptUnsure })
	r.gate.leave(lost)
	err = r.record(context.WithoutCancel(ctx), group, ids, attempts, results)
	return results, errors.Join(failed, err)
}

// takeOff waits until nothing like these creations is in flight.
func (r *runner) takeOff(ctx context.Context, group []*unit, wait bool) (hashes []uint64, ok bool, err error) {
	for _, u := range group {
		if !u.creates() {
			continue
		}
		h := u.flight()
		if ok, err = r.flights.start(ctx, h, wait && len(group) == 1); !ok {
			for _, h := range hashes {
				r.flights.land(h, false)
			}
			return nil, false, err
		}
		hashes = append(hashes, h)
	}
	return hashes, true, nil
}

// attempts are the ledger's lines for the next deeds of a group.
func (r *runner) attempts(group []*unit) ([]stage.Attempt, []Deed) {
	now := r.cfg.Now()
	attempts, deeds := make([]stage.Attempt, len(group)), make([]Deed, len(group))
	for i, u := range group {
		d := &u.deeds[u.step]
		attempts[i] = stage.Attempt{
			Plan: r.plan.ID, Run: r.cfg.Run, Side: u.e.side, Key: u.item.Key, Step: u.step, Kind: d.Kind, Action: d.Action,
			Target: u.key, Fields: d.Fields, Sent: now, Effects: d.Effects,
		}
		if len(group) > 1 {
			attempts[i].Batch = 1
		}
		if u.late {
			attempts[i].Step += lateStep
		}
		deeds[i] = *d
	}
	return attempts, deeds
}

// complete gives a result for every deed also where the sink gave an error: what
// may have been done is unsure, what surely was not is unsent.
func complete(results []Result, n int, failed error) []Result {
	for len(results) < n {
		res := Result{State: stage.AttemptUnsure, Message: "no answer came"}
		if failed != nil && surelyUnsent(failed) {
			res.State, res.Message = stage.AttemptUnsent, ""
		}
		results = append(results, res)
	}
	return results
}

// surelyUnsent tells whether an error of a sink proves that nothing was done.
func surelyUnsent(err error) bool {
	if e := (*api.Error)(nil); errors.As(err, &e) {
		return !e.Unsure
	}
	var spent *budget.SpentError
	return errors.As(err, &spent) || errors.Is(err, budget.ErrClosed)
}
