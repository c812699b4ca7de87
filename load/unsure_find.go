package load

import (
	"context"
	"slices"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// lostOne is an attempt whose answer was lost, with what is needed to ask for it.
type lostOne struct {
	*stage.Attempt
	e    *entry
	item *stage.Item // in the plan of the attempt; nil: that plan is gone
	past bool        // of an earlier plan
	now  *stage.Item // in this plan, where it waits for what became of an earlier one's; nil
}

// crashed marks what a process that ended in the middle left sending: nobody
// knows whether it was done. The clock of its waiting starts now, since when it
// really left is not known.
func (r *runner) crashed(ctx context.Context) error {
	list, err := r.lostOnes(ctx, stage.AttemptSending)
	if err != nil {
		return err
	}
	var outcomes []stage.Outcome
	for _, l := range list {
		a := *l.Attempt
		a.State, a.Ended, a.Message = stage.AttemptUnsure, r.cfg.Now(), "Ferry ended before the answer came"
		o := stage.Outcome{Attempt: a}
		if l.item != nil {
			o.Item = l.in(stage.LoadUnsure, lostReason(&Result{Message: a.Message}))
		}
		outcomes = append(outcomes, o)
	}
	return r.end(ctx, outcomes)
}

// end writes outcomes that need no answer.
func (r *runner) end(ctx context.Context, outcomes []stage.Outcome) error {
	if len(outcomes) == 0 {
		return nil
	}
	return r.cfg.Stage.EndAttempts(context.WithoutCancel(ctx), outcomes)
}

// lostOnes reads the attempts in a state that are about the target's account,
// of this plan and of earlier ones.
func (r *runner) lostOnes(ctx context.Context, state stage.AttemptState) ([]*lostOne, error) {
	var list []*lostOne
	err := r.cfg.Stage.Attempts(ctx, stage.AttemptQuery{States: []stage.AttemptState{state}}, func(a *stage.Attempt) error {
		if a.Side.Target != r.cfg.Target.ID || r.vain[a.ID] {
			return nil
		}
		l := &lostOne{Attempt: a, past: a.Plan != r.plan.ID}
		at := slices.IndexFunc(r.entries, func(e *entry) bool { return e.side == a.Side })
		if at >= 0 {
			l.e = r.entries[at]
		}
		list = append(list, l)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, l := range list {
		if err := r.findItem(ctx, l); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// findItem finds the planned record of an attempt.
func (r *runner) findItem(ctx context.Context, l *lostOne) error {
	p := r.plan
	if l.past {
		var ok bool
		var err error
		if p, ok, err = r.cfg.Stage.Plan(ctx, l.Plan); err != nil || !ok {
			return err
		}
	}
	for i := range p.Entries {
		if p.Entries[i].Side != l.Side {
			continue
		}
		it, ok, err := r.cfg.Stage.Item(ctx, p.ID, i, l.Key)
		if err != nil {
			return err
		}
		if ok {
			l.item = &it
		}
	}
	if !l.past || l.e == nil {
		return nil
	}
	it, ok, err := r.cfg.Stage.Item(ctx, r.plan.ID, l.e.index, l.Key)
	if ok && it.Bin == stage.LoadUnsure {
		l.now = &it
	}
	return err
}

// close ends an unsure attempt, and lets its record go on in this plan.
func (r *runner) close(ctx context.Context, l *lostOne, o stage.Outcome) error {
	if err := r.end(ctx, []stage.Outcome{o}); err != nil || l.now == nil {
		return err
	}
	l.now.Bin, l.now.Why = stage.LoadWaiting, nil
	return r.cfg.Stage.SetItems(context.WithoutCancel(ctx), r.plan.ID, []stage.Item{*l.now})
}

// in is the attempt's item in a bin; nil where there is none.
func (l *lostOne) in(bin stage.LoadBin, why *Reason) *stage.Item {
	if l.item == nil {
		return nil
	}
	it := *l.item
	it.Bin, it.Why = bin, encodeReason(why)
	return &it
}

// linkedElsewhere tells whether a record of the target is another source
// record's by the crosswalk, whatever side it came by.
func (r *runner) linkedElsewhere(ctx context.Context, l *lostOne, target record.Key) (bool, error) {
	sides, err := r.cfg.Stage.Sides(ctx)
	if err != nil {
		return false, err
	}
	for _, side := range sides {
		if side.Target != l.Side.Target || side.Stream != l.Side.Stream {
			continue
		}
		links, err := r.cfg.Stage.LinkedTo(ctx, side, target)
		if err != nil {
			return false, err
		}
		for _, have := range links {
			if side != l.Side || have.Key != l.Key {
				return true, nil
			}
		}
	}
	return false, nil
}
