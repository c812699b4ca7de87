package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
)

// mostAttachTries is how often a file whose answer was lost is sent in one run.
const mostAttachTries = 3

// attacher attaches the files of one entry: those of one record together, of
// several records at once.
type attacher struct {
	*filer
	how  *connector.Attach
	sink Attacher
	drop *filesDir
}

// attach attaches the files of an entry.
func (f *filer) attach(ctx context.Context) (err error) {
	t := &attacher{filer: f}
	if f.stream.Writes != nil {
		t.how = f.stream.Writes.Attach
	}
	t.sink, _ = f.r.cfg.Sink.(Attacher)
	if t.how == nil || t.sink == nil {
		return &StalePlanError{Changed: []string{"files were to be attached to " + f.stream.Name + ", which takes none now"}}
	}
	if at := f.r.cfg.Files.At; at.Dir != "" && at.URL != "" {
		if t.drop, err = openFolder(at.Dir, true); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, t.drop.close()) }()
	}
	if err := f.settleEach(ctx, f.within(), t.ask(ctx)); err != nil {
		return err
	}
	for range mostAttachTries {
		lost := 0
		err := f.pages(ctx, func(items []fileItem) error {
			n, err := t.records(ctx, items)
			lost += n
			return err
		})
		if err != nil || lost == 0 {
			return err
		}
	}
	return nil
}

// records attaches files, those of a record one after the other. It tells of how
// many the answer was lost and nothing came.
func (t *attacher) records(ctx context.Context, items []fileItem) (lost int, err error) {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(t.r.gate.most)
	var counts []*int
	for len(items) > 0 {
		n := 1
		for n < len(items) && items[n].note.Of == items[0].note.Of && items[n].note.Parent == items[0].note.Parent {
			n++
		}
		own, count := items[:n], new(int)
		items, counts = items[n:], append(counts, count)
		group.Go(func() (err error) {
			*count, err = t.record(inner, own)
			return err
		})
	}
	err = group.Wait()
	for _, n := range counts {
		lost += *n
	}
	return lost, err
}

// flight is a file that the target was told to fetch, until it appears.
type flight struct {
	it      *fileItem
	attempt stage.Attempt
	sent    fileSent
	res     Result
}

// record attaches the files of one record and waits until they appear in it.
func (t *attacher) record(ctx context.Context, items []fileItem) (lost int, err error) {
	key, why, wait, err := t.owner(ctx, &items[0])
	if err != nil || wait {
		return 0, err
	}
	if why == nil && t.drop == nil {
		why = &Reason{Code: CodeNoAddress, Text: "the job no longer names a place that the target can fetch files from", Do: "write target.files_at again and plan again"}
	}
	l := &looking{t: t, key: key, known: map[string]bool{}}
	if why == nil {
		if why, err = l.first(ctx); err != nil {
			return 0, err
		}
	}
	for i := range items {
		it := &items[i]
		switch {
		case t.open[it.Key]:
		case why != nil:
			err = t.put(ctx, it, stage.LoadHeld, why)
		default:
			err = t.one(ctx, l, it)
		}
		if err != nil {
			return 0, errors.Join(err, t.giveUp(ctx, l))
		}
	}
	return t.await(ctx, l)
}

// one sends one file, unless one of its name is there already.
func (t *attacher) one(ctx context.Context, l *looking, it *fileItem) error {
	done, err := t.there(ctx, l, it)
	if done || err != nil {
		return err
	}
	if why := t.closed(stage.AttemptAction); why != nil {
		return t.put(ctx, it, stage.LoadHeld, why)
	}
	drop := dropName(it.note.Name)
	sent := sentOf(&it.note)
	sent.URL = t.r.cfg.Files.At.URL + "/" + drop
	d, err := t.sink.Attaching(Attachment{Stream: t.stream.Name, Key: l.key, Source: it.Key, Now: l.now, URL: sent.URL, Name: sent.Name})
	if err != nil {
		bin, why, err := refused(err)
		if err != nil {
			return err
		}
		return t.put(ctx, it, bin, why)
	}
	fl := &flight{it: it, sent: sent, attempt: t.attempt(it, d.Kind, d.Action, l.key, sent)}
	if err := t.begin(ctx, &fl.attempt); err != nil {
		return err
	}
	return t.fly(ctx, l, fl, &d, drop)
}

// fly puts a file where the target fetches it, and tells the target.
func (t *attacher) fly(ctx context.Context, l *looking, fl *flight, d *Deed, drop string) error {
	o := stage.Outcome{Attempt: fl.attempt}
	o.Attempt.State = stage.AttemptUnsent
	err := t.drop.put(ctx, drop, filepath.Join(t.r.cfg.Stage.FilesDir(), fl.sent.SHA256), fl.sent.SHA256, "")
	if bad := (*contentError)(nil); errors.As(err, &bad) {
		o.Attempt.Message, o.Item = bad.why, fl.it.in(stage.LoadHeld, noContent(bad.why))
		return t.end(ctx, o)
	}
	if err != nil {
		return errors.Join(err, t.end(ctx, o))
	}
	fl.res, err = t.sendBegun(ctx, &fl.attempt, d)
	switch fl.res.State {
	case stage.AttemptDone, stage.AttemptUnsure:
		l.flights = append(l.flights, fl)
		return err
	}
	o.Attempt = fl.attempt
	if fl.res.State == stage.AttemptRejected {
		t.note(stage.AttemptAction, &fl.res)
		o.Item = fl.it.in(stage.LoadRejected, refusedReason(&fl.res))
		if fl.res.Class == connector.Missing {
			o.Item = fl.it.in(stage.LoadHeld, goneReason())
		}
	}
	return errors.Join(err, t.end(ctx, o), t.pickUp(fl.sent))
}

// pickUp takes a file away from where the target fetches it.
func (t *attacher) pickUp(sent fileSent) error {
	name := path.Base(sent.URL)
	if t.drop == nil || !isDrop(name) {
		return nil
	}
	return t.drop.removeIfThere(name)
}

// ask settles an attempt whose answer was lost: by the name, in the record.
func (t *attacher) ask(ctx context.Context) func(*stage.Attempt, *fileItem, fileSent) (bool, error) {
	return func(a *stage.Attempt, it *fileItem, sent fileSent) (bool, error) {
		l := &looking{t: t, key: a.Target, known: map[string]bool{}}
		if err := t.pickUp(sent); err != nil {
			return false, err
		}
		why, err := l.first(ctx)
		if err != nil {
			return false, err
		}
		fl := &flight{it: it, attempt: *a, sent: sent}
		if why != nil {
			fl.attempt.State = stage.AttemptLost
			return true, t.end(ctx, stage.Outcome{Attempt: fl.attempt, Item: it.in(stage.LoadHeld, why)})
		}
		var mine []shownFile
		for _, f := range named(l.shown, sent.Name, nil) {
			other, err := t.linkedTo(ctx, l.key, f.key)
			if err != nil {
				return false, err
			}
			if !other {
				mine = append(mine, f)
			}
		}
		switch len(mine) {
		case 0:
			fl.attempt.State = stage.AttemptLost
			return true, t.end(ctx, stage.Outcome{Attempt: fl.attempt, Item: it.in(stage.LoadWaiting, nil)})
		case 1:
			return true, t.arrived(ctx, l, fl, &mine[0], stage.LinkAdopted)
		}
		why = lostReason(&fl.res)
		why.Text = fmt.Sprintf("the answer was lost, and %d files of that name are there", len(mine))
		why.Do = "take off what is not wanted, then run ferry apply again"
		if it.gone {
			return false, nil
		}
		return false, t.r.cfg.Stage.SetItems(ctx, t.r.plan.ID, []stage.Item{*it.in(stage.LoadUnsure, why)})
	}
}

// arrived writes down that a file is at its record.
func (t *attacher) arrived(ctx context.Context, l *looking, fl *flight, f *shownFile, how stage.LinkHow) error {
	o := stage.Outcome{Attempt: fl.attempt}
	o.Attempt.State, o.Attempt.Back = stage.AttemptDone, json.RawMessage(f.raw)
	var why *Reason
	if same, known := f.same(&fl.it.note); known && !same && !fl.it.gone {
		why = &Reason{Code: CodeNotShown, Text: "it is there, but not with the same content", Value: fl.sent.Name, Do: "take it off there and attach it by hand"}
	}
	o.Item = fl.it.in(stage.LoadCreated, why)
	o.Link = &stage.Link{Key: fl.attempt.Key, Target: api.JoinKey(string(l.key), f.key), How: how, Run: t.r.cfg.Run, At: t.r.cfg.Now()}
	o.Written = t.written(fl.attempt.Key, fl.sent, f.raw)
	t.note(stage.AttemptAction, &Result{State: stage.AttemptDone})
	return errors.Join(t.end(ctx, o), t.pickUp(fl.sent))
}
