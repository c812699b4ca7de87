package load

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// settle asks the target for everything that is unsure, once it must be visible,
// and tells how many records it settled. Nothing may be in flight meanwhile.
func (r *runner) settle(ctx context.Context) (settled int, err error) {
	list, err := r.lostOnes(ctx, stage.AttemptUnsure)
	r.unsure.Store(0)
	if err != nil || len(list) == 0 {
		return 0, errors.Join(err, r.resetFlights(ctx))
	}
	if err := r.waitVisible(ctx, list); err != nil {
		return 0, err
	}
	asked := r.cfg.Now()
	var creations []*lostOne
	for _, l := range list {
		if l.e == nil {
			r.vain[l.ID] = true // its entry is no longer in the mapping
			continue
		}
		if l.Target == "" && l.Kind != stage.AttemptAction {
			ok, err := r.settleLinked(ctx, l)
			if err != nil {
				return settled, err
			}
			if settled += ok; ok == 0 {
				creations = append(creations, l)
			}
			continue
		}
		ok, err := r.settleChange(ctx, l, asked)
		if err != nil {
			return settled, err
		}
		settled += ok
	}
	n, err := r.settleCreations(ctx, creations)
	if settled += n; err != nil {
		return settled, err
	}
	return settled, r.resetFlights(ctx)
}

// resetFlights reads which creations stay unsure, so that neither they nor
// anything like them is sent.
func (r *runner) resetFlights(ctx context.Context) error {
	var hashes []uint64
	clear(r.open)
	err := r.cfg.Stage.Attempts(ctx, stage.AttemptQuery{States: []stage.AttemptState{stage.AttemptUnsure}}, func(a *stage.Attempt) error {
		if a.Side.Target == r.cfg.Target.ID && a.Target == "" {
			hashes = append(hashes, flightOf(a.Side.Stream, a.Fields))
			r.open[openID{a.Side, a.Key}] = true
		}
		return nil
	})
	r.flights.reset(hashes)
	return err
}

// openID names a source record whose creation is unsure.
type openID struct {
	side stage.Side
	key  record.Key
}

// waitVisible waits until whatever was written must have become visible.
func (r *runner) waitVisible(ctx context.Context, list []*lostOne) error {
	var until time.Time
	longest := time.Duration(0)
	for _, l := range list {
		if l.e == nil {
			continue
		}
		from := l.Sent
		if l.Ended.After(from) {
			from = l.Ended // a request may wait for the budget before it leaves
		}
		span := r.cfg.Timeout + settleOf(l.e)
		longest = max(longest, span)
		if at := from.Add(span); at.After(until) {
			until = at
		}
	}
	// The clock may have been set meanwhile. What was lost in this run is waited for
	// by time that passed, and nothing is waited for longer than if it left just now.
	wait := until.Sub(r.cfg.Now())
	if at := r.lostAt.Load(); at != nil {
		wait = max(wait, longest-time.Since(*at))
	}
	return r.rest(ctx, min(wait, longest), lostWhy(len(list)))
}

// lostWhy says why is waited after n answers were lost.
func lostWhy(n int) string {
	why := "1 answer was lost"
	if n != 1 {
		why = fmt.Sprintf("%d answers were lost", n)
	}
	return why + ": the target is asked once everything written must be visible"
}

func settleOf(e *entry) time.Duration {
	if e.stream.Writes == nil {
		return 0
	}
	return e.stream.Writes.Settle
}

// settleChange asks for a record whose change, action or delete is unsure. It
// gives 1 where that settled it.
func (r *runner) settleChange(ctx context.Context, l *lostOne, asked time.Time) (int, error) {
	now, found, err := r.readNow(ctx, l.e, l.Target, asked)
	if err != nil {
		return 0, err
	}
	a := *l.Attempt
	a.Ended = r.cfg.Now()
	o := stage.Outcome{}
	switch done, known := l.happened(now, found); {
	case l.Kind == stage.AttemptDelete && !found:
		a.State, o.Unlink = stage.AttemptDone, true
		o.Item = l.in(stage.LoadDeleted, nil)
		r.written.Add(1)
	case !found:
		a.State, o.Item = stage.AttemptLost, l.in(stage.LoadHeld, goneReason())
	case !known:
		r.vain[l.ID] = true
		return 0, nil
	case done:
		// What follows it, and what is kept of it, comes with the record's next turn.
		a.State, a.Back, o.Item = stage.AttemptDone, now, l.in(l.nextBin(), nil)
	default:
		a.State, o.Item = stage.AttemptLost, l.in(l.nextBin(), nil)
		r.lose(l)
	}
	if (l.past || l.late()) && a.State == stage.AttemptDone && l.Kind != stage.AttemptDelete {
		if o.Written, err = r.writtenLate(ctx, l, now); err != nil {
			return 0, err
		}
	}
	if l.past && o.Item != nil && o.Item.Bin == stage.LoadWaiting {
		o.Item = l.in(l.doneBin(), nil) // nobody carries that plan out any more
		if a.State == stage.AttemptLost {
			o.Item = l.in(stage.LoadHeld, &Reason{Code: CodeLost, Text: "it was not written, and a newer plan took the place of this one"})
		}
	}
	o.Attempt = a
	return 1, r.close(ctx, l, o)
}

// late tells whether the attempt was to fill a reference of a record that was
// created before.
func (l *lostOne) late() bool { return l.Step >= lateStep }

// nextBin is where a record waits for its next turn.
func (l *lostOne) nextBin() stage.LoadBin {
	if l.late() {
		return stage.LoadCreated
	}
	return stage.LoadWaiting
}

// settleLinked settles a creation whose record a person has linked meanwhile.
func (r *runner) settleLinked(ctx context.Context, l *lostOne) (int, error) {
	link, ok, err := r.cfg.Stage.Link(ctx, l.Side, l.Key)
	if err != nil || !ok {
		return 0, err
	}
	a := *l.Attempt
	a.State, a.Target, a.Ended = stage.AttemptDone, link.Target, r.cfg.Now()
	bin := stage.LoadWaiting
	o := stage.Outcome{Attempt: a}
	if l.past {
		bin = stage.LoadCreated
		o.Written = &stage.Written{Key: l.Key, Sent: l.Fields, Run: l.Run, At: r.cfg.Now()}
	}
	o.Item = l.in(bin, nil)
	return 1, r.close(ctx, l, o)
}

// happened tells from the record as it is now whether an attempt was done; known
// is false where the record does not show it.
func (l *lostOne) happened(now json.RawMessage, found bool) (done, known bool) {
	if !found {
		return false, true
	}
	switch l.Kind {
	case stage.AttemptDelete:
		return false, true
	case stage.AttemptAction:
		if act := l.action(); act != nil {
			return textAt(now, act.Field) == act.To, true
		}
		return false, false
	}
	return l.e.same.SameAsSent(l.Fields, now), true
}

// action is the action of an attempt, where a record shows whether it was done;
// nil else.
func (l *lostOne) action() *connector.Action {
	if l.Kind != stage.AttemptAction || l.e.stream.Writes == nil {
		return nil
	}
	for i := range l.e.stream.Writes.Actions {
		if act := &l.e.stream.Writes.Actions[i]; act.Name == l.Action && act.Field != "" && act.To != "" {
			return act
		}
	}
	return nil
}

// doneBin is where a record belongs of which all was done.
func (l *lostOne) doneBin() stage.LoadBin {
	switch l.item.Action {
	case stage.ActCreate:
		return stage.LoadCreated
	case stage.ActRestore:
		return stage.LoadRestored
	}
	return stage.LoadUpdated
}

// lose counts a record that is sent once more.
func (r *runner) lose(l *lostOne) {
	if l.item != nil && !l.past {
		r.again.lose(l.e.index, l.Key)
	}
}

// settleCreations asks for records whose creation is unsure, stream by stream.
func (r *runner) settleCreations(ctx context.Context, list []*lostOne) (settled int, err error) {
	byStream := map[string][]*lostOne{}
	for _, l := range list {
		byStream[l.Side.Stream] = append(byStream[l.Side.Stream], l)
	}
	for _, e := range r.entries { // parents first
		group := byStream[e.side.Stream]
		delete(byStream, e.side.Stream)
		if len(group) == 0 {
			continue
		}
		slices.SortFunc(group, func(a, b *lostOne) int { return cmp.Compare(a.ID, b.ID) })
		asking := &asking{r: r, stream: e.side.Stream, list: group}
		n, err := asking.run(ctx)
		if settled += n; err != nil {
			return settled, err
		}
	}
	return settled, nil
}
