package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"ferry/extract/stage"
)

// PlanUndo plans how to take back what the plan of a run wrote, in whatever runs:
// delete what it created and restore what it changed, only where the record still
// is as it was written. What was edited since, what other records hang on, and
// what the vendor cannot give back is left, and said. The plan waits for approval
// as every plan does.
func PlanUndo(ctx context.Context, cfg Config, run int64) (plan stage.Plan, err error) {
	p, runs, err := planOf(ctx, &cfg, run)
	if err != nil {
		return plan, err
	}
	if p.Kind != stage.PlanLoad {
		return plan, fmt.Errorf("run %d took a load back; `ferry apply` brings it again", run)
	}
	r, err := newReader(ctx, &cfg, p)
	if err != nil {
		return plan, err
	}
	if err := r.crashed(ctx); err != nil {
		return plan, err
	}
	base := stage.Plan{Kind: stage.PlanUndo, Run: cfg.Run, Undoes: run, Made: cfg.Now(), Source: p.Source, Target: p.Target,
		Generation: p.Generation, Entries: p.Entries}
	draft, err := cfg.Stage.BeginPlan(ctx, base)
	if err != nil {
		return plan, err
	}
	defer func() { err = errors.Join(err, draft.Close()) }()
	u := &undoing{r: r, runs: runs, draft: draft, kept: map[keptID]string{}, gone: map[keptID]bool{}}
	if u.backed, err = undosOf(ctx, &cfg, runs); err != nil {
		return plan, err
	}
	for _, e := range slices.Backward(r.entries) { // children first
		if err := u.entry(ctx, e); err != nil {
			return plan, err
		}
	}
	if err := u.files(ctx); err != nil {
		return plan, err
	}
	if base.Summary, err = json.Marshal(u.sum); err != nil {
		return plan, err
	}
	return draft.Publish(ctx, base)
}

// UndoSummary counts what an undo plan does; it is in the plan's Summary.
type UndoSummary struct {
	Delete    int            `json:"delete"`
	Restore   int            `json:"restore"`
	Left      int            `json:"left"`
	Unchanged int            `json:"unchanged"`         // gone already
	Why       map[string]int `json:"why,omitempty"`     // of what is left, by the code of its reason
	Effects   map[string]int `json:"effects,omitempty"` // that will happen
}

// undoing makes one undo plan.
type undoing struct {
	r      *runner
	runs   map[int64]bool
	draft  *stage.PlanDraft
	kept   map[keptID]string // why
	gone   map[keptID]bool   // source records whose target record is deleted
	backed map[int64]bool    // runs that undid these runs before
	sum    UndoSummary
}

// undoneBins are the bins of records that were written, or may have been.
var undoneBins = []stage.LoadBin{stage.LoadCreated, stage.LoadUpdated, stage.LoadUnsure, stage.LoadRejected}

// entry plans the undo of one entry's records.
func (u *undoing) entry(ctx context.Context, e *entry) error {
	counts, err := u.r.cfg.Stage.PlanBins(ctx, u.r.plan.ID)
	if err != nil {
		return err
	}
	n := 0
	for _, bin := range undoneBins {
		n += counts[e.index][bin]
	}
	look, err := u.r.reader(ctx, e, n)
	if err != nil {
		return err
	}
	if err := u.strangers(ctx, e); err != nil {
		return err
	}
	q := stage.ItemQuery{Bins: undoneBins, Limit: itemsAtOnce}
	for {
		items, err := u.r.items(ctx, e, q)
		if err != nil || len(items) == 0 {
			return err
		}
		q.After = items[len(items)-1].Key
		var planned []stage.Item
		for i := range items {
			it, err := u.item(ctx, e, &items[i], look)
			if err != nil {
				return err
			}
			if it != nil {
				planned = append(planned, *it)
			}
		}
		if err := u.draft.Put(ctx, planned); err != nil {
			return err
		}
	}
}

// item plans the undo of one record; nil where nothing was written.
func (u *undoing) item(ctx context.Context, e *entry, it *stage.Item, look lookup) (*stage.Item, error) {
	out := &stage.Item{Entry: e.index, Key: it.Key, Target: it.Target}
	if it.Bin == stage.LoadUnsure {
		return u.left(e, out, Note{}, lostReason(&Result{})), nil
	}
	link, ok, err := u.r.cfg.Stage.Link(ctx, e.side, it.Key)
	if err != nil || !ok {
		return nil, err // taken back already, or never written
	}
	out.Target = link.Target
	w, ok, err := u.r.cfg.Stage.Written(ctx, e.side, it.Key)
	switch {
	case err != nil:
		return nil, err
	case !ok && !u.runs[link.Run]:
		return nil, nil // matched before, and never written
	case !ok:
		return u.left(e, out, Note{}, &Reason{Code: CodeLost, Text: "what was written of it is not known", Do: "run `ferry apply` to its end, then plan the undo again"}), nil
	case u.backed[w.Run]:
		return nil, nil // an undo gave its values back already
	case !u.runs[w.Run]:
		return u.left(e, out, Note{}, &Reason{Code: CodeEdited, Text: fmt.Sprintf("run %d wrote it again", w.Run), Do: "undo that run first"}), nil
	case it.Action == stage.ActCreate && link.How != stage.LinkCreated && link.How != stage.LinkAdopted:
		return u.left(e, out, Note{}, &Reason{Code: CodeCannot, Text: "it was there before Ferry", Do: "leave it, or take it out by hand"}), nil
	}
	now, found, err := look(ctx, link.Target, w.Sent)
	if err != nil {
		return nil, err
	}
	if !found {
		out.Action, out.Bin = stage.ActUnchanged, stage.LoadUnchanged
		u.sum.Unchanged++
		return out, nil
	}
	if edits := e.editedSince(&w, now); len(edits) > 0 {
		return u.left(e, out, Note{Kept: edits}, &Reason{Code: CodeEdited, Text: "it was edited since it was written", Field: edits[0].Field,
			Change: edits, Do: "decide by hand whether it stays"}), nil
	}
	if it.Action == stage.ActUpdate {
		return u.restore(e, out, it, now)
	}
	return u.remove(e, out, now)
}

// remove plans the deletion of a record that was created.
func (u *undoing) remove(e *entry, out *stage.Item, now json.RawMessage) (*stage.Item, error) {
	if why := u.kept[keptID{e.name, out.Target}]; why != "" {
		return u.left(e, out, Note{}, &Reason{Code: CodeParent, Text: why, Do: "see to what hangs on it first"}), nil
	}
	deeds, err := u.r.cfg.Sink.Deeds(Write{Stream: e.side.Stream, Kind: stage.AttemptDelete, Key: out.Target, Source: out.Key, Now: now})
	if err != nil {
		_, why, err := refused(err)
		if err != nil {
			return nil, err
		}
		why.Do = "take it out in the target by hand"
		return u.left(e, out, Note{}, why), nil
	}
	out.Action = stage.ActDelete
	u.gone[keptID{e.name, out.Key}] = true
	u.sum.Delete++
	return u.planned(out, Note{}, deeds), nil
}

// restore plans to give a record the values back that an update replaced.
func (u *undoing) restore(e *entry, out, it *stage.Item, now json.RawMessage) (*stage.Item, error) {
	var was Note
	if len(it.Note) > 0 {
		if err := json.Unmarshal(it.Note, &was); err != nil {
			return nil, err
		}
	}
	var back []Change
	for _, c := range was.Changes {
		steps := e.stepsOf(c.Field)
		if len(e.same.Differ(putField(nil, steps, valueOrNull(c.Old)), now)) > 0 {
			back = append(back, Change{Field: c.Field, Old: valueOrNull(fieldAt(now, steps)), New: valueOrNull(c.Old)})
		}
	}
	if len(back) == 0 {
		out.Action, out.Bin = stage.ActUnchanged, stage.LoadUnchanged
		u.sum.Unchanged++
		return out, nil
	}
	x := &unit{e: e, item: *out, key: out.Target}
	deeds, err := u.r.cfg.Sink.Deeds(x.update(back, now))
	if err != nil {
		_, why, err := refused(err)
		if err != nil {
			return nil, err
		}
		return u.left(e, out, Note{Changes: back}, why), nil
	}
	out.Action = stage.ActRestore
	u.sum.Restore++
	return u.planned(out, Note{Changes: back, Dropped: deeds.Dropped}, deeds), nil
}

// planned fills in what an item's requests are.
func (u *undoing) planned(out *stage.Item, note Note, deeds Deeds) *stage.Item {
	note.Deeds, note.Effects, note.Muted, note.Final = len(deeds.List), deeds.Effects, deeds.Muted, deeds.Final
	for _, name := range deeds.Effects {
		if u.sum.Effects == nil {
			u.sum.Effects = map[string]int{}
		}
		u.sum.Effects[name]++
	}
	out.Note = encodeNote(note)
	return out
}

func encodeNote(n Note) []byte {
	text, err := json.Marshal(n)
	if err != nil || string(text) == "{}" {
		return nil
	}
	return text
}
