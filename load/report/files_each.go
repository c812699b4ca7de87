package report

import (
	"encoding/json"
	"slices"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
)

// files writes of each file that is not where it was to be why, and of the
// others where they are.
func (w *writer) files(f *FilesEntry, crosswalk *crosswalk, exceptions *exceptions) error {
	entry := w.report.Plan.Entries[f.place]
	page := func(target record.Key) string {
		stream, key := load.ShownAt(w.cfg.Vendor, entry, target)
		return page(&w.cfg, stream, key)
	}
	r := &entryReader{cfg: &load.Config{}, entry: &Entry{Name: f.Entry, Side: f.Side}} // its page is not the file's
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting, stage.LoadRejected, stage.LoadHeld, stage.LoadUnsure}}
	err := w.cfg.Stage.Items(w.ctx, w.report.Plan.ID, f.place, q, func(it *stage.Item) error {
		var note load.Note
		if err := json.Unmarshal(it.Note, &note); err != nil {
			return err
		}
		x := r.ofItem(it)
		x.Link = page(it.Target)
		if note.File != nil {
			x.Label, x.Belongs = note.File.Title(), note.File.Belongs()
		}
		byName := *x
		byName.Key = x.Label
		w.fileCauses.add(&byName)
		return exceptions.row(x)
	})
	if err != nil {
		return err
	}
	if err := w.fileDifferences(f, page); err != nil {
		return err
	}
	return w.cfg.Stage.Links(w.ctx, f.Side, func(l *stage.Link) error {
		since := ""
		if !l.At.IsZero() {
			since = l.At.UTC().Format(time.RFC3339)
		}
		return crosswalk.row(f.Entry, string(l.Key), "", f.Side.Stream, string(l.Target), "", page(l.Target), string(l.How), since)
	})
}

// fileDifferences takes over what the last verifications found of files: their
// hashes and sizes, never their content.
func (w *writer) fileDifferences(f *FilesEntry, page func(record.Key) string) error {
	type place struct {
		key   record.Key
		field string
	}
	told := map[place]bool{}
	for _, check := range slices.Backward(w.report.Checks) {
		for i := range check.Differs {
			d := &check.Differs[i]
			at := place{d.Key, d.Field}
			if d.Entry != f.Entry || told[at] {
				continue
			}
			told[at] = true
			out := Difference{Entry: d.Entry, Key: string(d.Key), Target: string(d.Target), Field: d.Field, How: string(d.Deviation),
				Sent: plain.Value(d.Sent), Has: plain.Value(d.Now), Link: page(d.Target)}
			w.report.FilesOff++
			if err := w.difference(out); err != nil {
				return err
			}
		}
	}
	return nil
}
