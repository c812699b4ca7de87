package load

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// record writes what came of a request into the ledger, with all that follows
// from it, in one commit.
func (r *runner) record(ctx context.Context, group []*unit, ids []int64, attempts []stage.Attempt, results []Result) error {
	outcomes := make([]stage.Outcome, len(group))
	for i, u := range group {
		attempts[i].ID = ids[i]
		if err := r.outcome(ctx, u, &attempts[i], &results[i], &outcomes[i]); err != nil {
			return err
		}
	}
	err := r.cfg.Stage.EndAttempts(ctx, outcomes)
	var conflict *stage.LinkConflictError
	if errors.As(err, &conflict) {
		err = r.recordOneByOne(ctx, group, outcomes)
	}
	if err != nil {
		return err
	}
	for i, u := range group {
		r.count(u, &outcomes[i])
	}
	return nil
}

// count tells about a record that reached a bin.
func (r *runner) count(u *unit, o *stage.Outcome) {
	if o.Item == nil || o.Item.Bin == stage.LoadWaiting {
		return
	}
	switch o.Item.Bin {
	case stage.LoadUnsure:
		r.unsure.Add(1)
		now := time.Now()
		r.lostAt.Store(&now)
	case stage.LoadCreated, stage.LoadUpdated, stage.LoadDeleted, stage.LoadRestored:
		r.written.Add(1)
		r.looks.saw(r.tell.linkTo(u.e.side.Stream, u.key))
	}
	if u.late {
		r.tell.counted(o.Item)
	}
	r.tell.record(o.Item, u.e.name)
}

// outcome decides what an answer means for the ledger and the record.
func (r *runner) outcome(ctx context.Context, u *unit, a *stage.Attempt, res *Result, o *stage.Outcome) error {
	d, w := &u.deeds[u.step], u.way()
	if err := r.judge(ctx, u, d, res, o); err != nil {
		return err
	}
	if !res.Whole {
		r.guard.note(w, res)
	}
	a.State, a.Status, a.Class, a.Message, a.Back = res.State, res.Status, string(res.Class), res.Message, res.Back
	a.Ended = r.cfg.Now()
	if u.key != "" {
		a.Target = u.key
	}
	o.Attempt = *a
	return nil
}

// judge fills in everything of an outcome but the attempt. It may change the
// result's state.
func (r *runner) judge(ctx context.Context, u *unit, d *Deed, res *Result, o *stage.Outcome) error {
	creates := u.creates()
	switch {
	case res.State == stage.AttemptDone && creates && res.Key == "":
		res.State = stage.AttemptUnsure
		res.Message = orText(res.Message, "the answer does not say under which key it was kept")
	case res.State == stage.AttemptRejected && d.Kind == stage.AttemptDelete && res.Class == connector.Missing:
		res.State = stage.AttemptDone // it is gone, which was wanted
	case res.State == stage.AttemptRejected && res.Whole:
		res.State = stage.AttemptUnsent
	case res.State == stage.AttemptRejected && res.Class == connector.Retryable && r.again.postpone(u.e.index, u.item.Key):
		res.State = stage.AttemptUnsent
		return nil
	}
	u.stuck = res.State == stage.AttemptUnsure || res.State == stage.AttemptUnsent && !res.Whole
	switch res.State {
	case stage.AttemptDone:
		return r.judgeDone(ctx, u, d, res, o, creates)
	case stage.AttemptUnsure:
		o.Item = u.in(stage.LoadUnsure, lostReason(res))
	case stage.AttemptUnsent:
		if !res.Whole {
			r.again.postpone(u.e.index, u.item.Key)
		}
	default:
		return r.judgeRejected(ctx, u, res, o, creates)
	}
	return nil
}

func (r *runner) judgeDone(ctx context.Context, u *unit, d *Deed, res *Result, o *stage.Outcome, creates bool) error {
	u.done, u.run, u.back = true, r.cfg.Run, res.Back
	u.step++
	if res.Key != "" && d.Kind != stage.AttemptDelete {
		u.key = res.Key
	}
	if creates {
		how, err := r.howMade(ctx, u, res)
		if err != nil {
			return err
		}
		o.Link = &stage.Link{Key: u.item.Key, Target: u.key, How: how, Run: r.cfg.Run, At: r.cfg.Now()}
	}
	o.Unlink = d.Kind == stage.AttemptDelete
	if u.step < len(u.deeds) {
		return nil
	}
	o.Item = u.in(u.bin(), nil)
	if d.Kind != stage.AttemptDelete {
		w := r.writtenOf(ctx, u)
		o.Written = &w
	}
	return nil
}

// howMade says how the record of a creation came about. One that the target said
// was there already is only Ferry's own if it was not known before.
func (r *runner) howMade(ctx context.Context, u *unit, res *Result) (stage.LinkHow, error) {
	if res.Status < http.StatusBadRequest {
		return stage.LinkCreated, nil
	}
	_, _, known, err := r.cfg.Stage.Record(ctx, r.cfg.Target.ID, u.e.side.Stream, res.Key)
	if known {
		return stage.LinkMatched, err
	}
	return stage.LinkAdopted, err
}

// judgeRejected decides what a refusal makes of a record.
func (r *runner) judgeRejected(ctx context.Context, u *unit, res *Result, o *stage.Outcome, creates bool) error {
	why := &Reason{Code: CodeRefused, Text: "the target refused it", Field: res.Field, Status: res.Status, Said: res.Message, Do: res.Hint}
	switch {
	case u.done: // what came before stays
		o.Item = u.in(u.bin(), why)
		if !r.undo {
			w := r.writtenOf(ctx, u)
			o.Written = &w
		}
	case !creates && res.Class == connector.Missing:
		o.Item = u.in(stage.LoadHeld, goneReason())
	case !creates && (res.Status == http.StatusPreconditionFailed || res.Status == http.StatusConflict):
		stale, err := r.staleNow(u)
		o.Item = u.in(stage.LoadHeld, stale)
		return err
	default:
		gone, err := r.parentGone(u, res)
		if err != nil {
			return err
		}
		if gone != nil {
			gone.Status, gone.Said = res.Status, res.Message
			o.Item = u.in(stage.LoadHeld, gone)
			return nil
		}
		o.Item = u.in(stage.LoadRejected, why)
	}
	return nil
}

func lostReason(res *Result) *Reason {
	return &Reason{Code: CodeLost, Text: "the answer was lost, so it may have been written", Status: res.Status, Said: res.Message,
		Do: "run `ferry apply` again: the target is asked before anything is sent again"}
}

func goneReason() *Reason {
	return &Reason{Code: CodeGone, Text: "the target no longer has it", Do: "plan again, and decide whether it is created anew"}
}

func orText(have, or string) string {
	if have != "" {
		return have
	}
	return or
}

// parentGone looks, when a child was refused, whether the target still has the
// parents it names; nil: it has, or that is not what the refusal is about.
func (r *runner) parentGone(u *unit, res *Result) (*Reason, error) {
	for i := range u.e.rules.Fields {
		f := &u.e.rules.Fields[i]
		parent := r.entryNamed(f.Refs)
		if parent == nil || f.Refs == "" {
			continue
		}
		key := record.Key(plainText(fieldAt(u.want, f.Path)))
		named := strings.EqualFold(res.Field, f.Dotted()) || strings.HasPrefix(f.Dotted(), res.Field+".") && res.Field != ""
		if key == "" || !named && res.Class != connector.Missing {
			continue
		}
		_, found, err := r.readNow(r.sends, parent, key, r.began)
		if err != nil {
			return nil, err
		}
		if !found {
			why := goneReason()
			why.Text = "the target no longer has its parent " + f.Refs + " " + string(key)
			why.Parent = &stage.Ref{Field: f.Dotted(), To: f.Refs, Key: key}
			why.Choose, err = r.survivors(parent, key)
			return why, err
		}
	}
	return nil, nil
}

// survivors finds records that may have taken the place of one that is gone:
// those that agree with what Ferry last wrote of it in a match field.
func (r *runner) survivors(e *entry, gone record.Key) ([]Candidate, error) {
	links, err := r.cfg.Stage.LinkedTo(r.sends, e.side, gone)
	if err != nil || len(links) == 0 {
		return nil, err
	}
	w, ok, err := r.cfg.Stage.Written(r.sends, e.side, links[0].Key)
	if err != nil || !ok {
		return nil, err
	}
	for _, group := range e.rules.Match {
		by := json.RawMessage(nil)
		for _, path := range group {
			if v := fieldAt(w.Sent, e.stepsOf(path)); !isNull(v) {
				by = putField(by, e.stepsOf(path), v)
			}
		}
		if by == nil {
			continue
		}
		found, asked, err := r.cfg.Reader.Find(r.sends, e.side.Stream, by)
		if err != nil || asked && len(found) > 0 {
			return r.candidates(e, found), err
		}
	}
	return nil, nil
}

func (r *runner) entryNamed(name string) *entry {
	for _, e := range r.entries {
		if e.name == name {
			return e
		}
	}
	return nil
}

// candidates are found records as a person chooses among them.
func (r *runner) candidates(e *entry, found []Found) []Candidate {
	out := make([]Candidate, 0, len(found))
	for _, f := range found {
		out = append(out, Candidate{Key: f.Key, Link: r.tell.linkTo(e.side.Stream, f.Key)})
	}
	return out
}
