package load

import (
	"context"
	"encoding/json"
	"errors"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// files plans the undo of the entries of files: what was attached is taken off,
// what was written into the folder is deleted where it still is what was written.
func (u *undoing) files(ctx context.Context) error {
	for i, pe := range u.r.plan.Entries {
		if filesOf(pe.Side) == notFiles {
			continue
		}
		f, err := u.r.newFiler(i, &pe)
		if err != nil {
			return err
		}
		w := &fileUndo{undoing: u, f: f}
		if err := w.entry(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fileUndo plans the undo of one entry of files.
type fileUndo struct {
	*undoing
	f    *filer
	back *filesBack
}

func (u *fileUndo) entry(ctx context.Context) (err error) {
	if u.back, err = newFilesBack(u.f); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, u.back.close()) }()
	q := stage.ItemQuery{Bins: undoneBins, Limit: itemsAtOnce}
	for {
		var items []fileItem
		err := u.r.cfg.Stage.Items(ctx, u.r.plan.ID, u.f.index, q, func(it *stage.Item) error {
			file, err := readFileItem(it)
			items = append(items, file)
			return err
		})
		if err != nil || len(items) == 0 {
			return err
		}
		q.After = items[len(items)-1].Key
		var planned []stage.Item
		for i := range items {
			it, err := u.item(ctx, &items[i])
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

// item plans the undo of one file or line; nil where nothing was done.
func (u *fileUndo) item(ctx context.Context, it *fileItem) (*stage.Item, error) {
	note := it.note
	out := &stage.Item{Entry: u.f.index, Key: it.Key, Target: it.Target}
	if it.Bin == stage.LoadUnsure {
		return u.stays(out, &note, lostReason(&Result{})), nil
	}
	link, ok, err := u.r.cfg.Stage.Link(ctx, u.f.side, it.Key)
	if err != nil || !ok {
		return nil, err
	}
	w, ok, err := u.r.cfg.Stage.Written(ctx, u.f.side, it.Key)
	if err != nil || !ok || !u.runs[w.Run] {
		return nil, err
	}
	out.Target = link.Target
	state, err := u.back.look(ctx, link.Target, w.Sent)
	if err != nil {
		return nil, err
	}
	deed := Deeds{}
	switch {
	case state == backGone:
		out.Action, out.Bin, out.Note = stage.ActUnchanged, stage.LoadUnchanged, encodeNote(Note{File: &note})
		u.sum.Unchanged++
		return out, nil
	case state == backChanged:
		return u.stays(out, &note, &Reason{Code: CodeEdited, Text: "it was changed since it was written", Value: note.Path, Do: "decide by hand whether it stays"}), nil
	case u.f.kind == fileAttach:
		d, err := u.f.removing(out.Target, it.Key, u.back.now)
		if err != nil {
			return u.cannot(out, &note, err)
		}
		deed.List = []Deed{d}
	case u.f.kind == fileLine && !u.gone[keptID{note.Parent, note.Of}]:
		if deed, err = u.r.cfg.Sink.Deeds(u.f.lineRemoving(out.Target, it.Key)); err != nil {
			return u.cannot(out, &note, err)
		}
	}
	out.Action = stage.ActDelete
	u.sum.Delete++
	return u.planned(out, Note{File: &note}, deed), nil
}

func (u *fileUndo) cannot(out *stage.Item, note *FileNote, err error) (*stage.Item, error) {
	_, why, err := refused(err)
	if err != nil {
		return nil, err
	}
	why.Do = "take it out in the target by hand"
	return u.stays(out, note, why), nil
}

func (u *fileUndo) stays(out *stage.Item, note *FileNote, why *Reason) *stage.Item {
	out.Action, out.Bin = stage.ActLeft, stage.LoadHeld
	out.Note, out.Why = encodeNote(Note{File: note, Held: why}), encodeReason(why)
	u.sum.Left++
	if u.sum.Why == nil {
		u.sum.Why = map[string]int{}
	}
	u.sum.Why[why.Code]++
	return out
}

// removing is the request that takes an attached file off.
func (f *filer) removing(target, source record.Key, now json.RawMessage) (Deed, error) {
	sink, ok := f.r.cfg.Sink.(Attacher)
	if !ok {
		return Deed{}, &RefusedError{Reason: "nothing takes files off " + f.stream.Name, Do: "do it by hand"}
	}
	return sink.Attaching(Attachment{Stream: f.stream.Name, Key: keyPart(target, 2, 0), Source: source, Now: now, Remove: string(keyPart(target, 2, 1))})
}

func (f *filer) lineRemoving(target, source record.Key) Write {
	return Write{Stream: f.side.Stream, Kind: stage.AttemptDelete, Key: target, Source: source}
}
