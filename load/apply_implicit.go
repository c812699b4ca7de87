package load

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Some targets make children of their own with a new parent, such as a first
// site with each customer. Before children are created the target is looked at:
// what it made is adopted where it matches, and never doubled. A target that made
// none is not asked again.

// cheapLook is how many requests a look may take in any case; above that it may
// take a tenth of what is to be written.
const cheapLook = 20

// findImplicit finds records of an entry that the target made with parents that
// this plan created.
func (r *runner) findImplicit(ctx context.Context, e *entry) error {
	if e.looked || e.parent == "" || r.undo || r.cfg.Refresh == nil || e.stream.List == nil {
		return nil
	}
	parent := r.entryNamed(e.parent)
	if parent == nil || parent == e {
		return nil
	}
	counts, err := r.cfg.Stage.PlanBins(ctx, r.plan.ID)
	if err != nil || counts[parent.index][stage.LoadCreated] == 0 || counts[e.index][stage.LoadWaiting] == 0 {
		return err
	}
	e.looked = true
	if skip, err := r.needNoLook(ctx, e, counts[e.index][stage.LoadWaiting]); skip || err != nil {
		return err
	}
	if _, err := r.cfg.Refresh(ctx, []string{e.side.Stream}); err != nil {
		return err
	}
	e.implicit = map[record.Key][]Found{}
	if err := r.collectImplicit(ctx, e, parent); err != nil || len(e.implicit) > 0 {
		return err
	}
	return r.cfg.Stage.SetNote(ctx, r.noneNote(e), "none")
}

func (r *runner) noneNote(e *entry) string {
	return "load.implicit." + strconv.FormatInt(r.plan.ID, 10) + "." + e.name
}

// needNoLook tells whether an earlier run found nothing, or looking takes too
// many requests.
func (r *runner) needNoLook(ctx context.Context, e *entry, waiting int) (bool, error) {
	_, none, err := r.cfg.Stage.Note(ctx, r.noneNote(e))
	if err != nil || none {
		return none, err
	}
	live, err := r.cfg.Stage.LiveCount(ctx, r.cfg.Target.ID, e.side.Stream)
	return verifyRequests(e.stream, live+waiting, live) > max(cheapLook, waiting/10), err
}

// collectImplicit finds what is staged now and is nobody's.
func (r *runner) collectImplicit(ctx context.Context, e, parent *entry) error {
	return eachStaged(ctx, r.cfg.Stage, r.cfg.Target.ID, e.side.Stream, func(rec record.Staged) error {
		if rec.Deleted || readBefore(rec, r.plan.Approved) {
			return nil
		}
		now := wholeRecord(rec)
		for i := range e.rules.Fields {
			f := &e.rules.Fields[i]
			if f.Refs != e.parent {
				continue
			}
			made, err := r.madeHere(ctx, parent, record.Key(plainText(fieldAt(now, f.Path))))
			if err != nil || made == "" {
				return err
			}
			ours, err := r.linkedElsewhere(ctx, &lostOne{Attempt: &stage.Attempt{Side: e.side}}, rec.Key)
			if err == nil && !ours {
				e.implicit[made] = append(e.implicit[made], Found{Key: rec.Key, Record: now})
			}
			return err
		}
		return nil
	})
}

// madeHere gives the target key back where this plan created that record.
func (r *runner) madeHere(ctx context.Context, e *entry, target record.Key) (record.Key, error) {
	if target == "" {
		return "", nil
	}
	links, err := r.cfg.Stage.LinkedTo(ctx, e.side, target)
	if err != nil || len(links) != 1 || links[0].How != stage.LinkCreated && links[0].How != stage.LinkAdopted {
		return "", err
	}
	it, ok, err := r.cfg.Stage.Item(ctx, r.plan.ID, e.index, links[0].Key)
	if err != nil || !ok || it.Action != stage.ActCreate {
		return "", err
	}
	return target, nil
}

// implicitOf gives what the target made with a record's parent.
func (u *unit) implicitOf() (parent record.Key, made []Found) {
	for i := range u.e.rules.Fields {
		if f := &u.e.rules.Fields[i]; f.Refs == u.e.parent && len(u.e.implicit) > 0 {
			parent = record.Key(plainText(fieldAt(u.want, f.Path)))
			return parent, u.e.implicit[parent]
		}
	}
	return "", nil
}

// adoptImplicit takes what the target made for a record to be created, where it
// matches; a reason where only a person can tell.
func (r *runner) adoptImplicit(ctx context.Context, u *unit, parent record.Key, made []Found) (*Reason, error) {
	at := slices.IndexFunc(made, func(f Found) bool { return u.matches(f.Record) })
	if at < 0 {
		return &Reason{Code: CodeSeveral, Text: fmt.Sprintf("the target made %d records of %s with its parent %s, and it may be one of them", len(made), u.e.side.Stream, parent),
			Choose: r.candidates(u.e, made), Do: "choose link or create in the sheet Matches of a new plan"}, nil
	}
	f := made[at]
	u.e.implicit[parent] = slices.Delete(slices.Clone(made), at, at+1)
	link := stage.Link{Key: u.item.Key, Target: f.Key, How: stage.LinkAdopted, Run: r.cfg.Run, At: r.cfg.Now()}
	if err := r.cfg.Stage.PutLinks(ctx, u.e.side, []stage.Link{link}); err != nil {
		return nil, err
	}
	u.key, u.done, u.back, u.ready, u.deeds = f.Key, true, f.Record, true, nil
	changes := u.e.same.Differ(u.want, f.Record)
	if len(changes) == 0 {
		return nil, nil
	}
	u.write = u.update(changes, f.Record)
	err := u.plan(r.cfg.Sink)
	if err != nil {
		_, why, err := refused(err)
		return why, err
	}
	return nil, nil
}

// matches tells whether a record of the target agrees in the fields of a match.
func (u *unit) matches(now json.RawMessage) bool {
	for _, group := range u.e.rules.Match {
		want := json.RawMessage(nil)
		for _, path := range group {
			steps := u.e.stepsOf(path)
			if v := fieldAt(u.want, steps); !isNull(v) {
				want = putField(want, steps, v)
				continue
			}
			want = nil
			break
		}
		if want != nil && u.e.same.SameAsSent(want, now) {
			return true
		}
	}
	return false
}
