package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// prepare makes planned records ready to be written. Those that have to wait for
// a parent stay where they are; those that cannot be written reach their bin,
// and held counts them.
func (r *runner) prepare(ctx context.Context, e *entry, items []stage.Item) (units []*unit, held int, err error) {
	if r.undo {
		return r.prepareUndo(ctx, e, items)
	}
	keys := make([]record.Key, len(items))
	for i := range items {
		keys[i] = items[i].Key
	}
	rows, err := r.cfg.Stage.MappedRecords(ctx, r.gen, e.mapped, keys...)
	if err != nil {
		return nil, 0, err
	}
	var moved []stage.Item
	for i := range items {
		row, ok := rows[items[i].Key]
		if !ok || row.Bin != stage.BinMapped {
			return nil, held, &StalePlanError{Changed: []string{fmt.Sprintf("%s %s is no longer mapped", e.name, items[i].Key)}}
		}
		u, bin, why, err := r.prepareOne(ctx, e, &items[i], row.JSON)
		switch {
		case err != nil:
			return nil, held, err
		case u != nil:
			units = append(units, u)
		case bin != stage.LoadWaiting:
			moved = append(moved, *(&unit{e: e, item: items[i]}).in(bin, why))
		}
	}
	if err := r.settleItems(ctx, moved); err != nil {
		return nil, held, err
	}
	return units, len(moved), nil
}

// settleItems moves records to the bins that need no attempt.
func (r *runner) settleItems(ctx context.Context, items []stage.Item) error {
	if len(items) == 0 {
		return nil
	}
	if err := r.cfg.Stage.SetItems(context.WithoutCancel(ctx), r.plan.ID, items); err != nil {
		return err
	}
	for i := range items {
		if slices.Contains(doneBins, items[i].Bin) {
			r.written.Add(1)
		}
		r.tell.record(&items[i], r.plan.Entries[items[i].Entry].Name)
	}
	return nil
}

// prepareOne makes one record ready. Without a unit, the record goes to bin, or
// stays where that is waiting.
func (r *runner) prepareOne(ctx context.Context, e *entry, it *stage.Item, mapped json.RawMessage) (*unit, stage.LoadBin, *Reason, error) {
	u := &unit{e: e, item: *it, key: it.Target}
	if len(it.Note) > 0 {
		if err := json.Unmarshal(it.Note, &u.note); err != nil {
			return nil, 0, nil, fmt.Errorf("the plan's note on %s %s cannot be read: %w; plan again", e.name, it.Key, err)
		}
	}
	if r.again.spent(e.index, it.Key) {
		return nil, stage.LoadWaiting, nil, nil
	}
	links := &linkReader{r: r, ctx: ctx}
	fields, missing := Resolve(mapped, e.rules, Settled{Link: links.ref, Found: u.note.Found, Decided: r.cfg.Decisions.OfEntry(e.name)})
	if links.err != nil {
		return nil, 0, nil, links.err
	}
	u.want, u.parent = fields, links.parents[e.parent]
	if why := firstMissing(missing, e.late); why != nil {
		bin, why, err := r.parentState(ctx, why)
		return nil, bin, why, err
	}
	if it.Action == stage.ActUpdate {
		return u, 0, nil, nil // it is read again when its turn comes
	}
	link, linked, err := r.cfg.Stage.Link(ctx, e.side, it.Key)
	if err != nil {
		return nil, 0, nil, err
	}
	u.write = creation(u)
	if err := u.plan(r.cfg.Sink); err != nil {
		bin, why, err := refused(err)
		return nil, bin, why, err
	}
	if linked {
		return r.resume(ctx, u, link)
	}
	if r.open[openID{e.side, it.Key}] {
		return nil, stage.LoadUnsure, lostReason(&Result{}), nil
	}
	if parent, made := u.implicitOf(); len(made) > 0 {
		if why, err := r.adoptImplicit(ctx, u, parent, made); why != nil || err != nil {
			return nil, stage.LoadHeld, why, err
		}
	}
	return u, 0, nil, nil
}

// linkReader asks the crosswalk for the parents of one record and keeps them.
type linkReader struct {
	r       *runner
	ctx     context.Context
	parents map[string]string // by field
	err     error
}

func (l *linkReader) ref(to string, key record.Key) (record.Key, bool) {
	for _, e := range l.r.entries {
		if e.name != to {
			continue
		}
		link, ok, err := l.r.cfg.Stage.Link(l.ctx, e.side, key)
		if err != nil {
			l.err = err
		}
		if l.parents == nil {
			l.parents = map[string]string{}
		}
		l.parents[to] = to + " " + string(key)
		return link.Target, ok
	}
	return "", false
}

// firstMissing is the first reason that a second update cannot mend.
func firstMissing(missing []Reason, late map[string]bool) *Reason {
	for i := range missing {
		if missing[i].Code != CodeParent || !late[missing[i].Field] {
			return &missing[i]
		}
	}
	return nil
}

// parentState decides what becomes of a record that lacks something: it waits for
// a parent that may still come, and is held by name for one that does not.
func (r *runner) parentState(ctx context.Context, why *Reason) (stage.LoadBin, *Reason, error) {
	if why.Code != CodeParent || why.Parent == nil {
		return stage.LoadHeld, why, nil
	}
	parent := r.entryNamed(why.Parent.To)
	if parent == nil {
		return stage.LoadHeld, why, nil
	}
	it, ok, err := r.cfg.Stage.Item(ctx, r.plan.ID, parent.index, why.Parent.Key)
	if err != nil {
		return 0, nil, err
	}
	if !ok {
		return stage.LoadHeld, why, nil
	}
	switch it.Bin {
	case stage.LoadWaiting, stage.LoadUnsure:
		return stage.LoadWaiting, nil, nil
	}
	return stage.LoadHeld, parentReason(why.Field, why.Parent.To, why.Parent.Key, "is "+it.Bin.String()), nil
}

// creation is what a record to be created takes.
func creation(u *unit) Write {
	w := Write{Stream: u.e.side.Stream, Kind: stage.AttemptCreate, Source: u.item.Key, From: u.e.from, Fields: u.want}
	for i := range u.e.rules.Fields {
		f := &u.e.rules.Fields[i]
		if !f.Actions {
			continue
		}
		if v := fieldAt(w.Fields, f.Path); !isNull(v) {
			w.reach(f.Dotted(), v)
			w.Fields = putField(w.Fields, f.Path, nil)
		}
	}
	return w
}

// reach adds a value that actions bring about.
func (w *Write) reach(path string, v json.RawMessage) {
	if w.Reach == nil {
		w.Reach = map[string]string{}
	}
	w.Reach[path] = plainText(v)
}

// plainText is a JSON value as text.
func plainText(v json.RawMessage) string {
	var s string
	if json.Unmarshal(v, &s) == nil {
		return s
	}
	return string(v)
}

// refused turns a write that cannot be sent into a bin; other errors go through.
func refused(err error) (stage.LoadBin, *Reason, error) {
	var no *RefusedError
	if !errors.As(err, &no) {
		return 0, nil, err
	}
	return stage.LoadRejected, &Reason{Code: CodeCannot, Text: no.Reason, Field: no.Field, Do: no.Do}, nil
}

// resume goes on with a creation whose record is there already: from an earlier
// run of this plan, or adopted after its answer was lost.
func (r *runner) resume(ctx context.Context, u *unit, link stage.Link) (*unit, stage.LoadBin, *Reason, error) {
	u.key = link.Target
	ours := false
	err := r.cfg.Stage.Attempts(ctx, stage.AttemptQuery{Side: &u.e.side, Key: u.item.Key, States: []stage.AttemptState{stage.AttemptDone}}, func(a *stage.Attempt) error {
		if a.Target == link.Target && len(a.Back) > 0 {
			u.back = a.Back
		}
		if a.Plan == r.plan.ID && a.Step < lateStep {
			ours = true
			u.run, u.step = a.Run, max(u.step, a.Step+1)
		}
		return nil
	})
	if err != nil {
		return nil, 0, nil, err
	}
	u.done = true
	if ours {
		return u, 0, nil, nil
	}
	if len(u.back) > 0 && len(u.e.same.Differ(u.write.Fields, u.back)) == 0 {
		u.step = len(u.deeds)
		return u, 0, nil, nil
	}
	return nil, stage.LoadHeld, &Reason{Code: CodeStale, Text: "it was created meanwhile, and differs",
		Choose: []Candidate{{Key: link.Target, Link: r.tell.linkTo(u.e.side.Stream, link.Target)}}, Do: "plan again: it is compared then"}, nil
}

// parentField finds the reference whose records keep the order of their
// children: that to the entry written last, which is the nearest of them.
func parentField(rules []Rules, of *Rules, late map[string]bool) (entry string) {
	at := -1
	for i := range of.Fields {
		f := &of.Fields[i]
		if f.Refs == "" || late[f.Dotted()] {
			continue
		}
		if n := slices.IndexFunc(rules, func(x Rules) bool { return x.Name == f.Refs }); n > at {
			at, entry = n, f.Refs
		}
	}
	return entry
}

// fromOf tells an entry from the others that feed the same target stream; ""
// where it is the only one. A rename of the entry does not change it.
func fromOf(rules []Rules, of *Rules) string {
	same, alike := 0, 0
	for i := range rules {
		if rules[i].Target == of.Target {
			same++
			if rules[i].Source == of.Source {
				alike++
			}
		}
	}
	switch {
	case same < 2:
		return ""
	case alike < 2:
		return of.Source
	}
	return of.Source + "#" + of.Part
}

// lateFields are the references that a second update fills, by entry and path.
func lateFields(cfg *Config) (map[string]map[string]bool, error) {
	rules := Needs(cfg.Vendor, cfg.Rules)
	_, late, err := ParentsFirst(rules)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]bool{}
	for i, paths := range late {
		set := map[string]bool{}
		for _, p := range paths {
			set[p] = true
		}
		out[rules[i].Name] = set
	}
	return out, nil
}
