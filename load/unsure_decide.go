package load

import (
	"context"
	"fmt"
	"net/http"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// decide adopts, gives up, and leaves the rest unsure with what it may be.
func (k *asking) decide(ctx context.Context) (settled int, err error) {
	claims := map[record.Key]int{}
	for _, found := range k.found {
		for _, f := range found {
			claims[f.Key]++
		}
	}
	adopted := map[record.Key]bool{}
	var rest []*lostOne
	for _, l := range k.list {
		found := k.found[l.ID]
		if len(found) != 1 || claims[found[0].Key] != 1 {
			rest = append(rest, l)
			continue
		}
		adopted[found[0].Key] = true
		if err := k.adopt(ctx, l, found[0]); err != nil {
			return settled, err
		}
		settled++
	}
	for _, l := range rest {
		may := k.found[l.ID]
		for _, f := range k.near[l.ID] {
			if !adopted[f.Key] {
				may = append(may, f)
			}
		}
		if len(may) == 0 && k.sure[l.ID] && !l.queued() {
			err = k.lost(ctx, l)
			settled++
		} else {
			err = k.stays(ctx, l, may)
		}
		if err != nil {
			return settled, err
		}
	}
	return settled, nil
}

// queued tells whether the target took the work on and did not say what came of
// it: that nothing is there yet proves nothing, since it may still be done.
func (l *lostOne) queued() bool { return l.Status == http.StatusAccepted }

// adopt takes a record of the target as what a creation made.
func (k *asking) adopt(ctx context.Context, l *lostOne, f Found) error {
	a := *l.Attempt
	a.State, a.Target, a.Ended, a.Back = stage.AttemptDone, f.Key, k.r.cfg.Now(), f.Record
	o := stage.Outcome{
		Attempt: a,
		Link:    &stage.Link{Key: l.Key, Target: f.Key, How: stage.LinkAdopted, Run: l.Run, At: k.r.cfg.Now()},
		Item:    l.in(stage.LoadWaiting, nil), // what follows comes with the record's next turn
	}
	if l.past {
		o.Item = l.in(stage.LoadCreated, nil)
		o.Written = &stage.Written{Key: l.Key, Sent: l.Fields, Back: f.Record, Run: l.Run, At: k.r.cfg.Now()}
	}
	return k.r.close(ctx, l, o)
}

// lost gives up an attempt that was not done; its record is sent again.
func (k *asking) lost(ctx context.Context, l *lostOne) error {
	a := *l.Attempt
	a.State, a.Ended = stage.AttemptLost, k.r.cfg.Now()
	o := stage.Outcome{Attempt: a, Item: l.in(stage.LoadWaiting, nil)}
	if l.past {
		o.Item = l.in(stage.LoadHeld, &Reason{Code: CodeLost, Text: "it was not written, and a newer plan took the place of this one"})
	}
	k.r.lose(l)
	return k.r.close(ctx, l, o)
}

// stays leaves a record unsure and lists what it may be.
func (k *asking) stays(ctx context.Context, l *lostOne, may []Found) error {
	k.r.vain[l.ID] = true
	why := lostReason(&Result{Status: l.Status, Message: l.Message})
	switch {
	case len(may) > 1:
		why.Text = fmt.Sprintf("the answer was lost, and %d records of the target may be it", len(may))
		why.Do = "link the right one in the plan workbook, or take out of the target what is not wanted; then run `ferry apply` again"
	case len(may) == 1:
		why.Text = "the answer was lost, and a record of the target resembles it without being equal, or may be another record's"
		why.Do = "link it in the plan workbook if it is the one, or take it out of the target; then run `ferry apply` again"
	case l.queued():
		why.Text = "the target took the work on and has not done it yet"
		why.Do = "see in the target what became of it; then run `ferry apply` again"
	default:
		why.Text = "the answer was lost, and the target could not be read in full"
	}
	why.Choose = k.r.candidates(l.e, may)
	it := l.in(stage.LoadUnsure, why)
	if it == nil {
		return nil
	}
	return k.r.cfg.Stage.SetItems(ctx, l.Plan, []stage.Item{*it})
}
