package load

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// keptID names a target record that must stay because others hang on it.
type keptID struct {
	entry string
	key   record.Key
}

// left plans to leave a record, and the parents it hangs on with it.
func (u *undoing) left(e *entry, out *stage.Item, note Note, why *Reason) *stage.Item {
	note.Held = why
	out.Action, out.Bin, out.Note, out.Why = stage.ActLeft, stage.LoadHeld, encodeNote(note), encodeReason(why)
	u.sum.Left++
	if u.sum.Why == nil {
		u.sum.Why = map[string]int{}
	}
	u.sum.Why[why.Code]++
	w, ok, err := u.r.cfg.Stage.Written(context.Background(), e.side, out.Key)
	if err == nil && ok {
		u.keepParents(e, w.Sent, fmt.Sprintf("%s %s hangs on it and is left", e.name, out.Key))
	}
	return out
}

// keepParents keeps the target records that a record refers to.
func (u *undoing) keepParents(e *entry, fields json.RawMessage, why string) {
	for i := range e.rules.Fields {
		f := &e.rules.Fields[i]
		if f.Refs == "" {
			continue
		}
		if key := plainText(fieldAt(fields, f.Path)); key != "" && key != "null" {
			u.kept[keptID{f.Refs, record.Key(key)}] = why
		}
	}
}

// strangers finds records of the target that hang on what the run created and
// are not the run's own.
func (u *undoing) strangers(ctx context.Context, e *entry) error {
	refs := 0
	for i := range e.rules.Fields {
		if e.rules.Fields[i].Refs != "" {
			refs++
		}
	}
	if refs == 0 || u.r.cfg.Refresh == nil {
		return nil
	}
	if _, err := u.r.cfg.Refresh(ctx, []string{e.side.Stream}); err != nil {
		return err
	}
	return eachStaged(ctx, u.r.cfg.Stage, u.r.cfg.Target.ID, e.side.Stream, func(rec record.Staged) error {
		if rec.Deleted {
			return nil
		}
		ours, err := u.ours(ctx, e, rec.Key)
		if err != nil || ours {
			return err
		}
		now := wholeRecord(rec)
		for i := range e.rules.Fields {
			f := &e.rules.Fields[i]
			parent := u.r.entryNamed(f.Refs)
			if parent == nil {
				continue
			}
			key := record.Key(plainText(fieldAt(now, f.Path)))
			created, err := u.ours(ctx, parent, key)
			if err != nil {
				return err
			}
			if created {
				u.kept[keptID{f.Refs, key}] = fmt.Sprintf("%s %s of the target hangs on it, which Ferry did not write", e.side.Stream, rec.Key)
			}
		}
		return nil
	})
}

// ours tells whether the plan's runs created a record of the target.
func (u *undoing) ours(ctx context.Context, e *entry, target record.Key) (bool, error) {
	if target == "" {
		return false, nil
	}
	links, err := u.r.cfg.Stage.LinkedTo(ctx, e.side, target)
	for _, l := range links {
		if u.runs[l.Run] && (l.How == stage.LinkCreated || l.How == stage.LinkAdopted) {
			return true, nil
		}
	}
	return false, err
}

// undosOf finds the runs that took back before what any of these runs wrote.
func undosOf(ctx context.Context, cfg *Config, runs map[int64]bool) (map[int64]bool, error) {
	plans, err := cfg.Stage.Plans(ctx, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	undos := map[int64]bool{}
	for i := range plans {
		if plans[i].Kind != stage.PlanUndo || !runs[plans[i].Undoes] {
			continue
		}
		err := cfg.Stage.Attempts(ctx, stage.AttemptQuery{Plan: plans[i].ID}, func(a *stage.Attempt) error {
			undos[a.Run] = true
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return undos, nil
}
