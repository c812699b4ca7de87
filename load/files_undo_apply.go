package load

import (
	"context"
	"encoding/json"
	"errors"

	"ferry/extract/stage"
)

// undo carries out the undo of one entry of files.
func (f *filer) undo(ctx context.Context) (err error) {
	back, err := newFilesBack(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, back.close()) }()
	// What an apply left unsure stays so: the plan that loads asks for it.
	none := func(*stage.Attempt, *fileItem, fileSent) (bool, error) { return false, nil }
	if err := f.settleEach(ctx, f.within(), none); err != nil {
		return err
	}
	return f.pages(ctx, func(items []fileItem) error {
		for i := range items {
			if f.open[items[i].Key] {
				continue
			}
			if err := f.takeBack(ctx, back, &items[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// takeBack takes one file off, or out of the folder, if it still is what was
// written.
func (f *filer) takeBack(ctx context.Context, back *filesBack, it *fileItem) error {
	w, ok, err := f.r.cfg.Stage.Written(ctx, f.side, it.Key)
	if err != nil {
		return err
	}
	if !ok { // an earlier run took it back
		return f.put(ctx, it, stage.LoadDeleted, nil)
	}
	state, err := back.look(ctx, it.Target, w.Sent)
	if err != nil {
		return err
	}
	if state == backChanged {
		return f.put(ctx, it, stage.LoadHeld, &Reason{Code: CodeStale, Text: "it was changed since the undo was planned", Do: "decide by hand whether it stays"})
	}
	d, kind, why, err := f.removal(it, back, state)
	if err != nil || why != nil {
		if why != nil {
			err = f.put(ctx, it, stage.LoadHeld, why)
		}
		return err
	}
	var sent fileSent
	if err := json.Unmarshal(w.Sent, &sent); err != nil {
		return err
	}
	a := f.attempt(it, kind, "", it.Target, sent)
	if err := f.begin(ctx, &a); err != nil {
		return err
	}
	res := Result{State: stage.AttemptDone}
	if d != nil {
		res, err = f.sendBegun(ctx, &a, d)
	} else if f.kind == fileFolder {
		if err := back.store.remove(sent.Path); err != nil {
			a.State = stage.AttemptUnsent
			return errors.Join(err, f.end(ctx, stage.Outcome{Attempt: a}))
		}
	}
	return errors.Join(err, f.takenBack(ctx, back, it, a, res, d != nil))
}

// removal is the request that takes a file or a line off; nil where there is none
// to make: it is gone, or goes with its record, or lies in the folder.
func (f *filer) removal(it *fileItem, back *filesBack, state backState) (d *Deed, kind stage.AttemptKind, why *Reason, err error) {
	var n Note
	if err := json.Unmarshal(it.Note, &n); err != nil {
		return nil, "", nil, err
	}
	if state == backGone || n.Deeds == 0 {
		return nil, stage.AttemptDelete, nil, nil
	}
	if f.kind == fileAttach {
		deed, err := f.removing(it.Target, it.Key, back.now)
		if err != nil {
			_, why, err = refused(err)
			return nil, "", why, err
		}
		return &deed, stage.AttemptDelete, nil, nil
	}
	deeds, err := f.r.cfg.Sink.Deeds(f.lineRemoving(it.Target, it.Key))
	if err != nil {
		_, why, err = refused(err)
		return nil, "", why, err
	}
	return &deeds.List[0], stage.AttemptDelete, nil, nil
}

// takenBack writes down what came of taking back, after a look whether it is so.
func (f *filer) takenBack(ctx context.Context, back *filesBack, it *fileItem, a stage.Attempt, res Result, look bool) error {
	o := stage.Outcome{Attempt: a}
	if look && res.State == stage.AttemptDone {
		back.forget()
		state, err := back.look(ctx, it.Target, nil)
		switch {
		case err != nil:
			o.Attempt.State, o.Item = stage.AttemptUnsure, it.in(stage.LoadUnsure, lostReason(&res))
			return errors.Join(err, f.end(ctx, o))
		case state != backGone:
			res = Result{State: stage.AttemptRejected, Status: res.Status, Message: "the target said that it took the file off, but it is still there"}
		}
	}
	o.Attempt.State, o.Attempt.Message = res.State, res.Message
	switch res.State {
	case stage.AttemptDone:
		o.Unlink, o.Item = true, it.in(stage.LoadDeleted, nil)
	case stage.AttemptUnsure:
		o.Item = it.in(stage.LoadUnsure, lostReason(&res))
	case stage.AttemptRejected:
		f.note(stage.AttemptDelete, &res)
		o.Item = it.in(stage.LoadRejected, refusedReason(&res))
	}
	return f.end(ctx, o)
}

// removes tells whether an attempt took something back.
func (f *filer) removes(a *stage.Attempt) bool { return a.Kind == stage.AttemptDelete }

// settleRemoval finds out whether something that was to be taken back is gone.
func (f *filer) settleRemoval(ctx context.Context, back *filesBack, a *stage.Attempt, it *fileItem) (bool, error) {
	back.forget()
	state, err := back.look(ctx, a.Target, nil)
	if err != nil {
		return false, err
	}
	o := stage.Outcome{Attempt: *a}
	switch {
	case state == backGone:
		o.Attempt.State, o.Unlink, o.Item = stage.AttemptDone, true, it.in(stage.LoadDeleted, nil)
	default:
		o.Attempt.State, o.Item = stage.AttemptLost, it.in(stage.LoadWaiting, nil)
	}
	if !f.r.undo {
		o.Item = nil // the plan that loads decides by itself
	}
	return true, f.end(ctx, o)
}
