package load

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// telling counts the files of a record of which no line tells yet.
type telling struct {
	files int
	paths []uint64 // hashes of theirs
}

// tell notes that a line has to tell of a file.
func (f *plannedFiles) tell(file *FileNote) {
	t := f.tells[file.Of]
	if t == nil {
		t = &telling{}
		f.tells[file.Of] = t
	}
	t.files++
	t.paths = append(t.paths, f.claim("", "", file.Path))
}

// tellAll plans the lines: one a record, and a further one where files came
// after it.
func (f *plannedFiles) tellAll(ctx context.Context, draft *stage.PlanDraft) error {
	l := f.lines
	var err error
	if l.have, err = readHave(ctx, l.cfg.Stage, l.side); err != nil {
		return err
	}
	told := map[uint64]bool{}
	for _, have := range l.have {
		if have.gone {
			continue
		}
		for _, at := range have.sent.Files {
			told[f.claim("", "", at)] = true
		}
	}
	var items []stage.Item
	deeds, why, err := l.lineDeeds()
	if err != nil {
		return err
	}
	for _, of := range slices.Sorted(maps.Keys(f.tells)) {
		n := 0
		for _, sum := range f.tells[of].paths {
			if !told[sum] {
				n++
			}
		}
		items = append(items, l.linesOf(of, n, deeds, why)...)
	}
	return draft.Put(ctx, items)
}

// linesOf plans the lines of one record, of which n files are not told yet.
func (f *plannedFiles) linesOf(of record.Key, n int, deeds Deeds, cannot *Reason) (items []stage.Item) {
	for i := 1; ; i++ {
		note := Note{File: &FileNote{Parent: f.rules.Name, Of: of, Files: n}}
		it := stage.Item{Entry: f.number, Key: lineKey(of, i), Action: stage.ActCreate}
		if have, linked := f.have[it.Key]; linked && !f.moved(note.File, &have) {
			it.Action, it.Target, note.File.Files = stage.ActUnchanged, have.target, len(have.sent.Files)
			f.settle(&it, stage.LoadUnchanged, nil, &note)
			items = append(items, it)
			continue
		}
		if n == 0 {
			return items
		}
		bin, why := f.fresh(it.Key, note.File)
		if why == nil {
			why = cannot
		}
		note.Effects, note.Muted, note.Final, note.Deeds = deeds.Effects, deeds.Muted, deeds.Final, len(deeds.List)
		f.settle(&it, bin, why, &note)
		return append(items, it)
	}
}

// lineKey is the key of the nth line about a record.
func lineKey(of record.Key, n int) record.Key {
	if n == 1 {
		return of
	}
	return api.JoinKey(string(of), strconv.Itoa(n))
}

// lineDeeds asks the sink what a line takes; it is the same for all.
func (f *plannedFiles) lineDeeds() (Deeds, *Reason, error) {
	if f.cfg.Sink == nil {
		return Deeds{List: make([]Deed, 1)}, nil, nil
	}
	deeds, err := f.cfg.Sink.Deeds(lineWrite(f.cfg.Vendor, f.target.Writes.Note, standIn, standIn, "files"))
	if err == nil {
		return deeds, nil, nil
	}
	_, why, err := refused(err)
	return deeds, why, err
}

// lineWrite is what writes a line about a record of the target.
func lineWrite(vendor *connector.Spec, how *connector.NoteWrite, source, of record.Key, body string) Write {
	text, err := json.Marshal(body)
	if err != nil { // no text is refused
		text = []byte(`""`)
	}
	fields := putField(nil, strings.Split(how.Body, "."), text)
	fields = putField(fields, strings.Split(how.Place, "."), keyValue(vendor, how, of))
	for _, l := range how.Fixed {
		fields = putField(fields, strings.Split(l.Path, "."), l.Value)
	}
	return Write{Stream: how.Stream, Kind: stage.AttemptCreate, Source: source, Fields: fields}
}

// keyValue is a key as the field that takes it has it.
func keyValue(vendor *connector.Spec, how *connector.NoteWrite, key record.Key) json.RawMessage {
	if st, err := vendor.Stream(how.Stream); err == nil && st.Writes != nil {
		for _, flat := range connector.Flatten(st.Writes.Fields) {
			if flat.Path == how.Place && flat.Field.Kind == record.Integer {
				if _, err := strconv.ParseInt(string(key), 10, 64); err == nil {
					return json.RawMessage(key)
				}
			}
		}
	}
	text, err := json.Marshal(string(key))
	if err != nil {
		return json.RawMessage(`""`)
	}
	return text
}

// lineText is what a line says.
func lineText(cfg *Config, files []toldFile) string {
	dir := ""
	if at := strings.LastIndexByte(files[0].path, '/'); at >= 0 {
		dir = "/" + files[0].path[:at]
	}
	var b strings.Builder
	from := ""
	if cfg.Files.Source != nil {
		from = " from " + cfg.Files.Source.Title
	}
	b.WriteString("Files moved" + from + " are in the folder " + folderName(cfg) + dir + ":")
	for _, f := range files {
		b.WriteString("\n- " + f.path[strings.LastIndexByte(f.path, '/')+1:])
		if f.about != "" {
			b.WriteString(" (" + f.about + ")")
		}
	}
	return b.String()
}

// toldFile is a file that a line tells of.
type toldFile struct{ path, about string }

// lines writes the lines of one entry.
func (f *filer) lines(ctx context.Context) error {
	if err := f.settleLines(ctx); err != nil {
		return err
	}
	told, err := f.toldFiles(ctx)
	if err != nil {
		return err
	}
	return f.pages(ctx, func(items []fileItem) error {
		for i := range items {
			if f.open[items[i].Key] {
				continue
			}
			if err := f.line(ctx, &items[i], told[items[i].note.Of]); err != nil {
				return err
			}
		}
		return nil
	})
}

// toldFiles lists the files that lie in the folder and of which no line tells
// yet, by the record they belong to.
func (f *filer) toldFiles(ctx context.Context) (map[record.Key][]toldFile, error) {
	told := map[string]bool{}
	have, err := readHave(ctx, f.r.cfg.Stage, f.side)
	if err != nil {
		return nil, err
	}
	for _, h := range have {
		if h.gone {
			continue
		}
		for _, at := range h.sent.Files {
			told[at] = true
		}
	}
	out := map[record.Key][]toldFile{}
	part := strings.Replace(f.side.Part, string(fileLine), string(fileFolder), 1)
	for i, pe := range f.r.plan.Entries {
		if pe.Side.Source != f.side.Source || pe.Side.Part != part {
			continue
		}
		q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadCreated, stage.LoadUpdated, stage.LoadUnchanged}}
		err := f.r.cfg.Stage.Items(ctx, f.r.plan.ID, i, q, func(it *stage.Item) error {
			file, err := readFileItem(it)
			if err == nil && !told[file.note.Path] {
				out[file.note.Of] = append(out[file.note.Of], toldFile{file.note.Path, file.note.About})
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// line writes one line.
func (f *filer) line(ctx context.Context, it *fileItem, files []toldFile) error {
	if len(files) == 0 {
		return f.put(ctx, it, stage.LoadHeld, &Reason{Code: CodeParent, Text: "none of its files is in the folder", Do: "see to the files first"})
	}
	of, why, wait, err := f.owner(ctx, it)
	if err != nil || wait {
		return err
	}
	if why != nil {
		return f.put(ctx, it, stage.LoadHeld, why)
	}
	w := lineWrite(f.r.cfg.Vendor, f.stream.Writes.Note, it.Key, of, lineText(f.r.cfg, files))
	deeds, err := f.r.cfg.Sink.Deeds(w)
	if err != nil {
		bin, why, err := refused(err)
		if err != nil {
			return err
		}
		return f.put(ctx, it, bin, why)
	}
	sent := sentOf(&it.note)
	for _, t := range files {
		sent.Files = append(sent.Files, t.path)
	}
	return f.sendLine(ctx, it, &deeds.List[0], w.Fields, sent)
}

// sendLine sends a line and writes down what came of it.
func (f *filer) sendLine(ctx context.Context, it *fileItem, d *Deed, fields json.RawMessage, sent fileSent) error {
	if why := f.closed(d.Kind); why != nil {
		return f.put(ctx, it, stage.LoadHeld, why)
	}
	sent.Body = string(fields)
	a := f.attempt(it, d.Kind, "", "", sent)
	a.Effects = d.Effects
	if err := f.begin(ctx, &a); err != nil {
		return err
	}
	res, err := f.sendBegun(ctx, &a, d)
	o := stage.Outcome{Attempt: a}
	switch {
	case res.State == stage.AttemptDone && res.Key != "":
		f.lined(&o, it, res.Key, res.Back, sent, stage.LinkCreated)
	case res.State == stage.AttemptDone, res.State == stage.AttemptUnsure:
		o.Attempt.State, o.Item = stage.AttemptUnsure, it.in(stage.LoadUnsure, lostReason(&res))
	case res.State == stage.AttemptRejected:
		f.note(d.Kind, &res)
		o.Item = it.in(stage.LoadRejected, refusedReason(&res))
	}
	return errors.Join(err, f.end(ctx, o))
}

// lined is the outcome of a line that stands in the target.
func (f *filer) lined(o *stage.Outcome, it *fileItem, key record.Key, back json.RawMessage, sent fileSent, how stage.LinkHow) {
	o.Attempt.State, o.Attempt.Target, o.Attempt.Back = stage.AttemptDone, key, back
	o.Item, o.Unlink = it.in(stage.LoadCreated, nil), true // one that was there before is not any more
	o.Link = &stage.Link{Key: it.Key, Target: key, How: how, Run: f.r.cfg.Run, At: f.r.cfg.Now()}
	o.Written = f.written(it.Key, sent, back)
	f.note(stage.AttemptCreate, &Result{State: stage.AttemptDone})
}
