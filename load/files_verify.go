package load

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// files reads back what was attached and written: whether every file is where it
// was put, and what the target or the folder shows of its content.
func (v *verifier) files(ctx context.Context) error {
	for i, pe := range v.r.plan.Entries {
		if filesOf(pe.Side) == notFiles {
			continue
		}
		f, err := v.r.newFiler(i, &pe)
		if err == nil {
			err = v.fileEntry(ctx, f)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) fileEntry(ctx context.Context, f *filer) (err error) {
	back, err := newFilesBack(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, back.close()) }()
	count := EntryVerdict{Entry: f.name}
	err = v.r.cfg.Stage.EachWritten(ctx, f.side, func(w *stage.Written) error {
		if !v.runs[w.Run] {
			return nil
		}
		link, ok, err := v.r.cfg.Stage.Link(ctx, f.side, w.Key)
		if err != nil || !ok {
			return err
		}
		return v.file(ctx, f, back, w, link.Target, &count)
	})
	if err != nil || count.Checked+count.Unchecked == 0 {
		return err
	}
	v.verdict.Entries = append(v.verdict.Entries, count)
	v.r.tell.event(Event{Event: EventVerify, Stream: f.name, Records: count.Checked, Total: count.Checked + count.Unchecked})
	return nil
}

// file reads one file or line back.
func (v *verifier) file(ctx context.Context, f *filer, back *filesBack, w *stage.Written, target record.Key, count *EntryVerdict) error {
	state, err := back.look(ctx, target, w.Sent)
	if errors.Is(err, ErrNoRead) {
		count.Unchecked++
		return nil
	}
	if err != nil {
		return err
	}
	count.Checked++
	if state == backGone {
		count.Gone++
		v.verdict.Gone = append(v.verdict.Gone, RecordMissing{Entry: f.name, Key: w.Key, Target: target})
		gone := stage.Written{Key: w.Key, Sent: slices.Clone(w.Sent), Back: []byte(goneBack), Run: w.Run, At: w.At}
		return errors.Join(v.r.cfg.Stage.PutWritten(ctx, f.side, []stage.Written{gone}), v.rejectFile(ctx, f, w.Key))
	}
	d := FieldDiffers{Entry: f.name, Key: w.Key, Target: target, Field: "content", Deviation: Altered, Sent: textValue(textAt(w.Sent, "sha256"))}
	switch {
	case state == backChanged && f.kind == fileAttach:
		d.Field, d.Sent = "name", textValue(textAt(w.Sent, "name"))
	case state == backChanged:
	case f.kind == fileAttach && !back.whole(target, w.Sent, &d):
	default:
		count.Equal++
		return nil
	}
	count.Different++
	v.verdict.Differs = append(v.verdict.Differs, d)
	return nil
}

// whole compares what the target shows of an attached file's content with what
// was sent, and fills in what differs.
func (b *filesBack) whole(target record.Key, sent []byte, d *FieldDiffers) bool {
	var n FileNote
	if json.Unmarshal(sent, &n) != nil {
		return true
	}
	for _, f := range shownFiles(b.f.stream.Writes.Attach, b.now) {
		if f.key != string(keyPart(target, 2, 1)) {
			continue
		}
		if same, known := f.same(&n); known && !same {
			d.Now = textValue(f.sha256)
			if f.sha256 == "" {
				d.Field, d.Sent, d.Now = "bytes", json.RawMessage(strconv.FormatInt(n.Bytes, 10)), json.RawMessage(strconv.FormatInt(f.bytes, 10))
			}
			return false
		}
	}
	return true
}

func (v *verifier) rejectFile(ctx context.Context, f *filer, key record.Key) error {
	it, ok, err := v.r.cfg.Stage.Item(ctx, v.r.plan.ID, f.index, key)
	if err != nil || !ok {
		return err
	}
	it.Bin, it.Why = stage.LoadRejected, encodeReason(&Reason{Code: CodeGone, Text: "it was there, and is not any more", Do: "look who took it away; the next plan brings it back if you approve it"})
	return v.r.cfg.Stage.SetItems(ctx, v.r.plan.ID, []stage.Item{it})
}

func textValue(text string) json.RawMessage {
	v, err := json.Marshal(text)
	if err != nil {
		return json.RawMessage(`""`)
	}
	return v
}
