package load

import (
	"context"
	"encoding/json"
	"slices"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// lateStep is the step of the update that fills references which had to wait
// until all records were there.
const lateStep = 1000

// fillLate fills the references that could not be written with their records,
// because each of two waits for the other. What fails there is said of a record
// that stays created.
func (r *runner) fillLate(ctx context.Context) error {
	for wanted := r.mayFill; ; wanted = r.mayFillAgain {
		for _, e := range r.entries {
			if len(e.late) == 0 || r.undo {
				continue
			}
			if err := r.fillEntry(ctx, e, wanted); err != nil {
				return err
			}
		}
		settled, err := r.settle(ctx)
		if err != nil || settled == 0 {
			return err
		}
	}
}

func (r *runner) mayFill(e *entry, key record.Key) bool { return !r.again.spent(e.index, key) }

// mayFillAgain is for those whose answer was lost; what was refused stays so.
func (r *runner) mayFillAgain(e *entry, key record.Key) bool {
	return r.mayFill(e, key) && r.again.wasLost(e.index, key)
}

// fillEntry fills the references of those of an entry's records that are wanted.
func (r *runner) fillEntry(ctx context.Context, e *entry, wanted func(*entry, record.Key) bool) error {
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadCreated}, Limit: itemsAtOnce}
	for {
		items, err := r.items(ctx, e, q)
		if err != nil || len(items) == 0 {
			return err
		}
		q.After = items[len(items)-1].Key
		items = slices.DeleteFunc(items, func(it stage.Item) bool { return !wanted(e, it.Key) })
		units, err := r.lateUnits(ctx, e, items)
		if err != nil {
			return err
		}
		if _, err := r.runLanes(ctx, lanesOf(units)); err != nil {
			return err
		}
	}
}

// lateUnits are the records of which a reference is still to be filled.
func (r *runner) lateUnits(ctx context.Context, e *entry, items []stage.Item) (units []*unit, err error) {
	keys := make([]record.Key, len(items))
	for i := range items {
		keys[i] = items[i].Key
	}
	rows, err := r.cfg.Stage.MappedRecords(ctx, r.gen, e.mapped, keys...)
	if err != nil {
		return nil, err
	}
	for i := range items {
		u, err := r.lateUnit(ctx, e, &items[i], rows[items[i].Key].JSON)
		if err != nil {
			return nil, err
		}
		if u != nil {
			units = append(units, u)
		}
	}
	return units, nil
}

// lateUnit is one such record; nil where nothing is to be filled, or not yet.
func (r *runner) lateUnit(ctx context.Context, e *entry, it *stage.Item, mapped json.RawMessage) (*unit, error) {
	link, ok, err := r.cfg.Stage.Link(ctx, e.side, it.Key)
	if err != nil || !ok {
		return nil, err
	}
	links := &linkReader{r: r, ctx: ctx}
	want, _ := Resolve(mapped, e.rules, Settled{Link: links.ref, Decided: r.cfg.Decisions.OfEntry(e.name)})
	if links.err != nil {
		return nil, links.err
	}
	before, _, err := r.cfg.Stage.Written(ctx, e.side, it.Key)
	if err != nil {
		return nil, err
	}
	u := &unit{e: e, item: *it, key: link.Target, want: want, back: before.Back}
	fields := json.RawMessage(nil)
	for path := range e.late {
		steps := e.stepsOf(path)
		if v := fieldAt(want, steps); !isNull(v) && fieldAt(before.Sent, steps) == nil {
			fields = putField(fields, steps, v)
		}
	}
	if fields == nil {
		return nil, nil
	}
	now, found, err := r.readNow(ctx, e, link.Target, r.began)
	if err != nil || !found {
		return nil, err
	}
	u.write = Write{Stream: e.side.Stream, Kind: stage.AttemptUpdate, Key: link.Target, Source: it.Key, Fields: fields, Now: now}
	u.item.Action = stage.ActUpdate // what was written before is kept beside what comes now
	u.late = true
	if err := u.plan(r.cfg.Sink); err != nil {
		_, why, err := refused(err)
		if err != nil {
			return nil, err
		}
		return nil, r.cfg.Stage.SetItems(ctx, r.plan.ID, []stage.Item{*(&unit{e: e, item: *it}).in(stage.LoadCreated, why)})
	}
	u.done = true
	return u, nil
}
