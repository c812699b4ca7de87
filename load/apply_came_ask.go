package load

import (
	"context"
	"fmt"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// rereadPrice is how many requests reading a stream again takes.
func (r *runner) rereadPrice(ctx context.Context, e *entry) int {
	live, err := r.cfg.Stage.LiveCount(ctx, r.cfg.Target.ID, e.side.Stream)
	switch {
	case err != nil:
		return 1
	case e.stream.Cursor != nil:
		return 2 // what changed, and that nothing else did
	}
	return verifyRequests(e.stream, live+1, live)
}

// askForEach asks for the counterpart of each creation where that takes fewer
// requests than reading the stream. asked is false where that is not so.
func (r *runner) askForEach(ctx context.Context, stream string, list []*arrivals) (asked bool, err error) {
	n, few := 0, true
	for _, a := range list {
		for _, by := range a.fields {
			n += len(by)
		}
		few = few && len(a.keys) <= fewLinked
	}
	listed := r.cfg.Refresh != nil && list[0].e.stream.List != nil
	if !few || listed && n >= r.rereadPrice(ctx, list[0].e) {
		return false, nil
	}
	r.tell.event(Event{Event: EventReading, Stream: list[0].e.name, Total: n,
		Reason: fmt.Sprintf("%s of the target: what is to be created is looked for once more (requests: about %d)", stream, n)})
	for _, a := range list {
		found := map[int32][]Found{}
		for i := range a.fields {
			if asked, err := a.ask(ctx, int32(i), found); err != nil || !asked {
				return false, err
			}
		}
		if err := a.hold(ctx, found); err != nil {
			return false, err
		}
	}
	return true, nil
}

// ask looks for the counterparts of one creation by all that it is matched by.
func (a *arrivals) ask(ctx context.Context, n int32, found map[int32][]Found) (asked bool, err error) {
	seen := map[record.Key]bool{}
	for _, by := range a.fields[n] {
		there, asked, err := a.r.cfg.Reader.Find(ctx, a.e.side.Stream, by)
		if err != nil || !asked {
			return false, err
		}
		for _, f := range there {
			if seen[f.Key] {
				continue
			}
			seen[f.Key] = true
			staged, _, known, err := a.r.cfg.Stage.Record(ctx, a.r.cfg.Target.ID, a.e.side.Stream, f.Key)
			if err != nil {
				return false, err
			}
			at := a.r.cfg.Now()
			if known && !staged.Deleted {
				at = staged.SyncedAt
			}
			if err := a.came(ctx, n, f, at, found); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// takenKey looks, right before a record is created by a call that would update
// one with the same natural key, whether there is one by now; nil: there is none,
// or no call tells.
func (r *runner) takenKey(ctx context.Context, u *unit) (*Reason, error) {
	w := u.e.stream.Writes
	if r.undo || w == nil || w.Upsert == nil || w.Create != nil || u.step > 0 || !u.creates() {
		return nil, nil
	}
	for _, path := range w.Upsert.By {
		steps := u.e.stepsOf(path)
		v := fieldAt(u.deeds[0].Fields, steps)
		if isNull(v) {
			continue
		}
		found, asked, err := r.cfg.Reader.Find(ctx, u.e.side.Stream, putField(nil, steps, v))
		if err != nil {
			return nil, err
		}
		if !asked || len(found) == 0 {
			continue
		}
		links, err := r.cfg.Stage.LinkedTo(ctx, u.e.side, found[0].Key)
		if err != nil {
			return nil, err
		}
		if len(links) > 0 {
			return sharedReason(links[0].Key, found[0].Key), nil
		}
		ours, err := r.lateOfOurs(ctx, u, found)
		if err != nil || ours {
			return nil, err
		}
		return r.cameReason(u.e, found), nil
	}
	return nil, nil
}

// lateOfOurs tells whether what is there now is what an earlier attempt of ours
// wrote, which nothing showed when the target was asked about it: then the call
// updates it with what it has.
func (r *runner) lateOfOurs(ctx context.Context, u *unit, found []Found) (ours bool, err error) {
	if len(found) != 1 || !u.e.same.SameAsSent(u.deeds[0].Fields, found[0].Record) {
		return false, nil
	}
	q := stage.AttemptQuery{Plan: r.plan.ID, Side: &u.e.side, Key: u.item.Key, States: []stage.AttemptState{stage.AttemptLost}}
	err = r.cfg.Stage.Attempts(ctx, q, func(*stage.Attempt) error {
		ours = true
		return nil
	})
	return ours, err
}
