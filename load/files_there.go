package load

import (
	"context"

	"ferry/extract/api"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// there looks whether a file of that name is at the record already: what an
// earlier attempt of ours brought, or one that is the same, is taken as it; of
// another nobody knows.
func (t *attacher) there(ctx context.Context, l *looking, it *fileItem) (done bool, err error) {
	link, linked, err := t.r.cfg.Stage.Link(ctx, t.side, it.Key)
	if linked && !l.has(link.Target) {
		linked, err = false, t.r.cfg.Stage.DropLink(context.WithoutCancel(ctx), t.side, it.Key)
	}
	if err != nil || linked {
		if linked {
			l.known[string(keyPart(link.Target, 2, 1))] = true
			err = t.put(ctx, it, stage.LoadCreated, nil)
		}
		return linked, err
	}
	for _, f := range named(l.shown, it.note.Name, l.known) {
		if other, err := t.linkedTo(ctx, l.key, f.key); err != nil || other {
			if err != nil {
				return false, err
			}
			continue
		}
		same, sure := f.same(&it.note)
		ours, err := t.triedBefore(ctx, it)
		if err != nil {
			return false, err
		}
		switch {
		case same && sure, ours && (same || !sure):
			l.known[f.key] = true
			return true, t.adopt(ctx, l, it, &f, ours)
		case t.decided(it):
			continue
		}
		return true, t.put(ctx, it, stage.LoadRejected, &Reason{Code: CodeTaken, Text: "a file of that name is there already, and nobody can say whether it is the same",
			Value: it.note.Name, Choose: []Candidate{{Key: l.key, Link: t.r.tell.linkTo(t.stream.Name, l.key)}},
			Do: "look at it there; to attach this one too, decide create for it and plan again"})
	}
	return false, nil
}

// linkedTo tells whether a shown file is another source file's by the crosswalk.
func (t *attacher) linkedTo(ctx context.Context, of record.Key, file string) (bool, error) {
	links, err := t.r.cfg.Stage.LinkedTo(ctx, t.side, api.JoinKey(string(of), file))
	return len(links) > 0, err
}

// triedBefore tells whether an earlier attempt asked for this very file.
func (t *attacher) triedBefore(ctx context.Context, it *fileItem) (tried bool, err error) {
	err = t.r.cfg.Stage.Attempts(ctx, stage.AttemptQuery{Side: &t.side, Key: it.Key}, func(a *stage.Attempt) error {
		tried = tried || textAt(a.Fields, "sha256") == it.note.SHA256 && a.State != stage.AttemptUnsent
		return nil
	})
	return tried, err
}

// decided tells whether a person said to attach a file though one of its name is
// there.
func (t *attacher) decided(it *fileItem) bool {
	if t.r.cfg.Decisions == nil {
		return false
	}
	for _, d := range t.r.cfg.Decisions.Matches {
		if d.Entry == t.name && d.Key == it.Key && d.Choice == ChooseCreate {
			return true
		}
	}
	return false
}

// adopt links a file that is there.
func (t *attacher) adopt(ctx context.Context, l *looking, it *fileItem, f *shownFile, ours bool) error {
	how, bin := stage.LinkMatched, stage.LoadUnchanged
	if ours {
		how, bin = stage.LinkAdopted, stage.LoadCreated
	}
	link := stage.Link{Key: it.Key, Target: api.JoinKey(string(l.key), f.key), How: how, Run: t.r.cfg.Run, At: t.r.cfg.Now()}
	ctx = context.WithoutCancel(ctx)
	if err := t.r.cfg.Stage.PutLinks(ctx, t.side, []stage.Link{link}); err != nil {
		return err
	}
	if ours { // what Ferry did not attach is none of an undo's business
		if err := t.r.cfg.Stage.PutWritten(ctx, t.side, []stage.Written{*t.written(it.Key, sentOf(&it.note), f.raw)}); err != nil {
			return err
		}
	}
	return t.put(ctx, it, bin, nil)
}
