package load

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// Undo carries out an approved plan of PlanUndo with the same ledger and the same
// care for lost answers as Apply: each record is read again first, and left where
// it was edited since. The error is *AllowError where records are to be deleted
// and the job does not allow deletes; else as of Apply.
func Undo(ctx context.Context, cfg Config, plan int64) (Bins, error) {
	p, err := approved(ctx, &cfg, plan, stage.PlanUndo)
	if err != nil {
		return Bins{}, err
	}
	return carryOut(ctx, &cfg, p, ApplyOptions{All: true})
}

// prepareUndo makes planned records ready to be taken back.
func (r *runner) prepareUndo(ctx context.Context, e *entry, items []stage.Item) (units []*unit, held int, err error) {
	for i := range items {
		if r.again.spent(e.index, items[i].Key) {
			continue
		}
		u := &unit{e: e, item: items[i], key: items[i].Target}
		if len(u.item.Note) > 0 {
			if err := json.Unmarshal(u.item.Note, &u.note); err != nil {
				return nil, 0, fmt.Errorf("the plan's note on %s %s cannot be read: %w; plan the undo again", e.name, u.item.Key, err)
			}
		}
		_, linked, err := r.cfg.Stage.Link(ctx, e.side, u.item.Key)
		if err != nil {
			return nil, 0, err
		}
		if !linked { // an earlier run took it back
			if err := r.settleItems(ctx, []stage.Item{*u.in(u.bin(), nil)}); err != nil {
				return nil, held, err
			}
			held++
			continue
		}
		units = append(units, u)
	}
	return units, held, nil
}

// rereadUndo reads a record right before it is taken back.
func (r *runner) rereadUndo(ctx context.Context, u *unit) (stage.LoadBin, *Reason, error) {
	now, found, err := r.readNow(ctx, u.e, u.key, r.began)
	if err != nil {
		return 0, nil, err
	}
	if !found {
		if u.item.Action == stage.ActDelete {
			return stage.LoadDeleted, nil, r.cfg.Stage.DropLink(context.WithoutCancel(ctx), u.e.side, u.item.Key)
		}
		return stage.LoadHeld, goneReason(), nil
	}
	w, _, err := r.cfg.Stage.Written(ctx, u.e.side, u.item.Key)
	if err != nil {
		return 0, nil, err
	}
	if u.item.Action == stage.ActRestore {
		return r.rereadRestore(ctx, u, &w, now)
	}
	if edits := u.e.editedSince(&w, now); len(edits) > 0 {
		return stage.LoadHeld, staleReason(edits), nil
	}
	u.write = Write{Stream: u.e.side.Stream, Kind: stage.AttemptDelete, Key: u.key, Source: u.item.Key, Now: now}
	if err := u.plan(r.cfg.Sink); err != nil {
		return refused(err)
	}
	return stage.LoadWaiting, nil, nil
}

// rereadRestore makes ready what is still to be restored.
func (r *runner) rereadRestore(ctx context.Context, u *unit, w *stage.Written, now json.RawMessage) (stage.LoadBin, *Reason, error) {
	var back, edits []Change
	for _, c := range u.note.Changes {
		steps := u.e.stepsOf(c.Field)
		u.want = putField(u.want, steps, valueOrNull(c.New))
		switch {
		case len(u.e.same.Differ(putField(nil, steps, valueOrNull(c.New)), now)) == 0:
		case len(u.e.same.Differ(putField(nil, steps, valueOrNull(c.Old)), now)) > 0:
			edits = append(edits, Change{Field: c.Field, Old: valueOrNull(fieldAt(now, steps)), New: c.New, Last: c.Old})
		default:
			back = append(back, c)
		}
	}
	if len(edits) > 0 {
		return stage.LoadHeld, staleReason(edits), nil
	}
	if len(back) == 0 {
		return stage.LoadRestored, nil, r.keepRestored(ctx, u, now)
	}
	if edits := u.e.editedSince(w, now); len(edits) > 0 {
		return stage.LoadHeld, staleReason(edits), nil
	}
	u.write = u.update(back, now)
	if err := u.plan(r.cfg.Sink); err != nil {
		return refused(err)
	}
	if len(u.deeds) == 0 {
		return stage.LoadRejected, &Reason{Code: CodeCannot, Text: "the target cannot give these values back", Do: "restore them by hand"}, nil
	}
	return stage.LoadWaiting, nil, nil
}

// keepRestored notes what a restored record is like whose answer was lost.
func (r *runner) keepRestored(ctx context.Context, u *unit, now json.RawMessage) error {
	if err := r.doneBefore(ctx, u); err != nil || !u.done {
		return err
	}
	u.agreed, u.back = u.want, now
	return r.cfg.Stage.PutWritten(context.WithoutCancel(ctx), u.e.side, []stage.Written{r.writtenOf(ctx, u)})
}

// editedSince lists the fields of a record that are not as they were right after
// it was written: as the target gave them back then, else as they were sent. Only
// what can be written counts, and what the reading shows.
func (e *entry) editedSince(w *stage.Written, now json.RawMessage) (edits []Change) {
	back := writable(e.stream, w.Back)
	edits = filledSince(membersOf(back), membersOf(writable(e.stream, now)), membersOf(w.Sent))
	for _, c := range e.same.Differ(back, now) {
		if fieldAt(now, e.stepsOf(c.Field)) != nil {
			edits = append(edits, c)
		}
	}
	for _, c := range e.same.Differ(w.Sent, now) {
		steps := e.stepsOf(c.Field)
		if fieldAt(back, steps[:1]) == nil && fieldAt(now, steps[:1]) != nil {
			edits = append(edits, c)
		}
	}
	return edits
}

// filledSince lists the fields that say something now and did not stand in the
// answer to the write at all. An answer that lacks most of what a reading shows
// is no whole record, and tells nothing.
func filledSince(back, now, sent map[string]json.RawMessage) (edits []Change) {
	shown := 0
	for _, name := range slices.Sorted(maps.Keys(now)) {
		v := now[name]
		if isBlank(v) || string(v) == "0" || string(v) == "false" {
			continue
		}
		if back[name] != nil || sent[name] != nil {
			shown++
			continue
		}
		edits = append(edits, Change{Field: name, Old: v, New: json.RawMessage("null")})
	}
	if len(back) == 0 || len(edits) > shown {
		return nil
	}
	return edits
}

// writable keeps the fields of a record that others can write.
func writable(st *connector.Stream, back []byte) json.RawMessage {
	members := membersOf(back)
	if st.Writes == nil || members == nil {
		return nil
	}
	for name := range members {
		known := false
		for i := range st.Writes.Fields {
			known = known || st.Writes.Fields[i].Name == name && !st.Writes.Fields[i].ReadOnly
		}
		if !known {
			delete(members, name)
		}
	}
	return mustObject(members)
}
