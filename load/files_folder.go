package load

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"ferry/extract/stage"
)

// folder writes the files of an entry into the folder.
func (f *filer) folder(ctx context.Context) (err error) {
	store, err := openFolder(f.r.cfg.Files.Folder, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.close()) }()
	err = f.settleEach(ctx, f.within(), func(a *stage.Attempt, it *fileItem, sent fileSent) (bool, error) {
		sum, _, there, err := store.hash(ctx, sent.Path)
		if err != nil {
			return false, err
		}
		o := stage.Outcome{Attempt: *a}
		if o.Attempt.State, o.Item = stage.AttemptLost, it.in(stage.LoadWaiting, nil); there && sum == sent.SHA256 {
			f.kept(&o, it, sent)
		}
		return true, f.end(ctx, o)
	})
	if err != nil {
		return err
	}
	return f.pages(ctx, func(items []fileItem) error {
		for i := range items {
			if err := f.keep(ctx, store, &items[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// keep writes one file into the folder.
func (f *filer) keep(ctx context.Context, store *filesDir, it *fileItem) error {
	_, why, wait, err := f.owner(ctx, it)
	if err != nil || wait {
		return err
	}
	if why != nil {
		return f.put(ctx, it, stage.LoadHeld, why)
	}
	replaces := ""
	if it.Action == stage.ActUpdate {
		have, ok, err := f.r.cfg.Stage.Written(ctx, f.side, it.Key)
		if err != nil {
			return err
		}
		if ok {
			replaces = textAt(have.Sent, "sha256")
		}
	}
	sent := sentOf(&it.note)
	a := f.attempt(it, stage.AttemptCreate, "", "", sent)
	if err := f.begin(ctx, &a); err != nil {
		return err
	}
	err = store.put(ctx, sent.Path, filepath.Join(f.r.cfg.Stage.FilesDir(), sent.SHA256), sent.SHA256, replaces)
	o := stage.Outcome{Attempt: a}
	bad := (*contentError)(nil)
	switch {
	case err == nil:
		f.kept(&o, it, sent)
	case errors.As(err, &bad):
		o.Attempt.State, o.Attempt.Message, o.Item = stage.AttemptUnsent, bad.why, it.in(stage.LoadHeld, noContent(bad.why))
		err = nil
	case errors.Is(err, errTaken):
		o.Attempt.State, o.Attempt.Message = stage.AttemptRejected, err.Error()
		o.Item = it.in(stage.LoadRejected, &Reason{Code: CodeTaken, Text: "another file of that name is in the folder", Value: sent.Path,
			Do: "take it out of the folder, run ferry requeue and plan again"})
		err = nil
	default:
		o.Attempt.State = stage.AttemptUnsent
	}
	return errors.Join(err, f.end(ctx, o))
}

// kept is the outcome of a file that lies in the folder.
func (f *filer) kept(o *stage.Outcome, it *fileItem, sent fileSent) {
	o.Attempt.State = stage.AttemptDone
	bin := stage.LoadCreated
	if it.Action == stage.ActUpdate {
		bin = stage.LoadUpdated
		o.Unlink = true // what was written of it before goes
	}
	o.Item = it.in(bin, nil)
	o.Link = &stage.Link{Key: it.Key, Target: folderTarget(sent.Path), How: stage.LinkCreated, Run: f.r.cfg.Run, At: f.r.cfg.Now()}
	o.Written = f.written(it.Key, sent, nil)
}

// lookEvery keeps looks at a target that shows files late from being many.
func lookEvery(every, waited time.Duration) time.Duration { return max(every, waited/4) }
