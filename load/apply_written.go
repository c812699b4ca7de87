package load

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// recordOneByOne ends attempts of which one contradicts the crosswalk: the
// target gave the key of a record that is another source record's already.
func (r *runner) recordOneByOne(ctx context.Context, group []*unit, outcomes []stage.Outcome) error {
	for i, u := range group {
		o := &outcomes[i]
		err := r.cfg.Stage.EndAttempts(ctx, []stage.Outcome{*o})
		var conflict *stage.LinkConflictError
		if !errors.As(err, &conflict) {
			if err != nil {
				return err
			}
			continue
		}
		why := sharedReason(conflict.Have.Key, u.key)
		o.Link, o.Written, o.Item = nil, nil, u.in(stage.LoadHeld, why)
		u.deeds = u.deeds[:u.step]
		if err := r.cfg.Stage.EndAttempts(ctx, []stage.Outcome{*o}); err != nil {
			return err
		}
		if err := r.markShared(ctx, u.e, conflict.Have.Key, u.item.Key, u.key); err != nil {
			return err
		}
	}
	return nil
}

func sharedReason(other, target record.Key) *Reason {
	return &Reason{Code: CodeShared, Text: "the target made it one with " + string(other) + ": both are its record " + string(target),
		Choose: []Candidate{{Key: target}}, Do: "look at that record, then link one of the two and skip the other"}
}

// markShared marks the record that had the target record first.
func (r *runner) markShared(ctx context.Context, e *entry, first, second, target record.Key) error {
	it, ok, err := r.cfg.Stage.Item(ctx, r.plan.ID, e.index, first)
	if err != nil || !ok {
		return err
	}
	it.Why = encodeReason(sharedReason(second, target))
	return r.cfg.Stage.SetItems(ctx, r.plan.ID, []stage.Item{it})
}

// writtenOf is what the crosswalk keeps of what was written to a record: what was
// known of it before, what was as wanted without a request, and what the deeds that
// were done carried.
func (r *runner) writtenOf(ctx context.Context, u *unit) stage.Written {
	w := stage.Written{Key: u.item.Key, Run: cmp.Or(u.run, r.cfg.Run), At: r.cfg.Now(), Back: u.back}
	sent := json.RawMessage(nil)
	if u.item.Action != stage.ActCreate {
		if before, ok, err := r.cfg.Stage.Written(ctx, u.e.side, u.item.Key); err == nil && ok {
			sent = before.Sent
		}
	}
	for name, v := range membersOf(u.agreed) {
		sent = laidOver(sent, name, v)
	}
	open := map[string]bool{}
	for i := u.step; i < len(u.deeds); i++ {
		for name := range membersOf(u.deeds[i].Fields) {
			open[name] = true
		}
	}
	for name, v := range membersOf(u.write.Fields) {
		if !open[name] {
			sent = laidOver(sent, name, v)
		}
	}
	if u.step >= len(u.deeds) {
		for path := range u.write.Reach {
			if v := fieldAt(u.want, u.e.stepsOf(path)); v != nil {
				sent = putField(sent, u.e.stepsOf(path), v)
			}
		}
	}
	for _, path := range u.left {
		sent = putField(sent, u.e.stepsOf(path), nil)
	}
	w.Sent = sent
	if sent == nil {
		w.Sent = []byte("{}")
	}
	return w
}

// laidOver puts a member into an object; of objects their members.
func laidOver(object json.RawMessage, name string, v json.RawMessage) json.RawMessage {
	members := membersOf(object)
	if have, is := members[name]; is && len(v) > 0 && v[0] == '{' && len(have) > 0 && have[0] == '{' {
		for inner, w := range membersOf(v) {
			have = laidOver(have, inner, w)
		}
		v = have
	}
	return putField(object, []string{name}, v)
}

// doneBefore looks in the ledger for what the plan did to a record already, in
// this run or in an earlier one.
func (r *runner) doneBefore(ctx context.Context, u *unit) error {
	q := stage.AttemptQuery{Plan: r.plan.ID, Side: &u.e.side, Key: u.item.Key, States: []stage.AttemptState{stage.AttemptDone}}
	return r.cfg.Stage.Attempts(ctx, q, func(a *stage.Attempt) error {
		u.done, u.run = true, a.Run // the newest comes last
		if len(a.Back) > 0 {
			u.back = a.Back
		}
		return nil
	})
}

// writtenLate is what the crosswalk keeps of a change whose answer was lost and
// which turned out to be done, of a plan that nobody carries out any more.
func (r *runner) writtenLate(ctx context.Context, l *lostOne, now json.RawMessage) (*stage.Written, error) {
	before, _, err := r.cfg.Stage.Written(ctx, l.Side, l.Key)
	if err != nil {
		return nil, err
	}
	sent := json.RawMessage(before.Sent)
	for name, v := range membersOf(l.Fields) {
		sent = laidOver(sent, name, v)
	}
	if act := l.action(); act != nil {
		sent = putField(sent, l.e.stepsOf(act.Field), quotedText(act.To))
	}
	if sent == nil {
		sent = json.RawMessage("{}")
	}
	return &stage.Written{Key: l.Key, Sent: sent, Back: now, Run: l.Run, At: r.cfg.Now()}, nil
}
