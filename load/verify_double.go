package load

import (
	"context"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// doubled looks for what a target wrote long after the answer was lost, when its
// record had been sent again: target records that are nobody's and equal to what
// a lost attempt sent.
func (v *verifier) doubled(ctx context.Context, e *entry) error {
	var lost []*lostOne
	q := stage.AttemptQuery{Plan: v.r.plan.ID, Side: &e.side, States: []stage.AttemptState{stage.AttemptLost}}
	err := v.r.cfg.Stage.Attempts(ctx, q, func(a *stage.Attempt) error {
		if a.Target == "" && a.Kind != stage.AttemptAction {
			lost = append(lost, &lostOne{Attempt: a, e: e})
		}
		return nil
	})
	if err != nil || len(lost) == 0 || v.r.cfg.Refresh == nil {
		return err
	}
	if _, err := v.r.cfg.Refresh(ctx, []string{e.side.Stream}); err != nil {
		return err
	}
	k := &asking{r: v.r, stream: e.side.Stream}
	return eachStaged(ctx, v.r.cfg.Stage, v.r.cfg.Target.ID, e.side.Stream, func(rec record.Staged) error {
		if rec.Deleted {
			return nil
		}
		now := wholeRecord(rec)
		for _, l := range lost {
			if readBefore(rec, l.Sent) || !k.equal(l, now) {
				continue
			}
			link, linked, err := v.r.cfg.Stage.Link(ctx, e.side, l.Key)
			if err != nil || !linked || link.Target == rec.Key {
				return err
			}
			fresh, err := k.fresh(ctx, l, rec.Key)
			if err != nil || !fresh {
				return err
			}
			v.verdict.Doubled = append(v.verdict.Doubled, EntryDouble{Entry: e.name, RecordDouble: RecordDouble{Key: l.Key, Targets: []record.Key{link.Target, rec.Key}}})
			return nil
		}
		return nil
	})
}
