package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// haveFile is a file that Ferry attached or wrote.
type haveFile struct {
	target record.Key
	sent   fileSent
	gone   bool // it was found missing
}

// rejectedFile is what the target last refused of a file.
type rejectedFile struct {
	sha256 string
	said   string
	status int
}

// decideAll decides the files of an entry and puts them into the plan.
func (f *plannedFiles) decideAll(ctx context.Context, draft *stage.PlanDraft) (err error) {
	if err := f.prepare(ctx); err != nil {
		return err
	}
	if f.store != nil {
		defer func() { err = errors.Join(err, f.store.close()) }()
	}
	var items []stage.Item
	err = eachStaged(ctx, f.cfg.Stage, f.cfg.Source.ID, f.sub.Name, func(rec record.Staged) error {
		if rec.Deleted {
			return nil
		}
		it, err := f.item(ctx, record.Key(strings.Clone(string(rec.Key))), wholeRecord(rec))
		if err != nil {
			return err
		}
		if items = append(items, it); len(items) < itemsAtOnce {
			return nil
		}
		err = draft.Put(ctx, items)
		items = items[:0]
		return err
	})
	if err != nil {
		return err
	}
	return draft.Put(ctx, items)
}

// prepare reads what is known of the entry's files before.
func (f *plannedFiles) prepare(ctx context.Context) error {
	var err error
	if f.have, err = readHave(ctx, f.cfg.Stage, f.side); err != nil {
		return err
	}
	for _, have := range f.have {
		f.claimed[f.claim(have.sent.Of, have.sent.Name, have.sent.Path)] = true
	}
	f.refused = map[record.Key]rejectedFile{}
	err = f.cfg.Stage.Attempts(ctx, stage.AttemptQuery{Side: &f.side, States: []stage.AttemptState{stage.AttemptRejected}}, func(a *stage.Attempt) error {
		var sent fileSent
		if json.Unmarshal(a.Fields, &sent) == nil {
			f.refused[a.Key] = rejectedFile{sent.SHA256, a.Message, a.Status}
		}
		return nil
	})
	if err != nil || f.kind != fileFolder {
		return err
	}
	if _, err := os.Stat(f.cfg.Files.Folder); err == nil { // a plan makes none
		if f.store, err = openFolder(f.cfg.Files.Folder, false); err != nil {
			return err
		}
	}
	return f.readFolders(ctx)
}

// readHave reads what was attached or written of a side before.
func readHave(ctx context.Context, st *stage.Stage, side stage.Side) (map[record.Key]haveFile, error) {
	have := map[record.Key]haveFile{}
	err := st.Links(ctx, side, func(l *stage.Link) error {
		have[l.Key] = haveFile{target: l.Target}
		return nil
	})
	if err != nil || len(have) == 0 {
		return have, err
	}
	return have, st.EachWritten(ctx, side, func(w *stage.Written) error {
		h, ok := have[w.Key]
		if ok && json.Unmarshal(w.Sent, &h.sent) == nil {
			h.gone = string(w.Back) == goneBack
			have[w.Key] = h
		}
		return nil
	})
}

// of is the source key of the record that a file belongs to.
func (f *plannedFiles) of(key record.Key) record.Key {
	return keyPart(key, len(f.sub.Key), slices.Index(f.sub.Key, f.sub.Sub.As))
}

// item decides one file.
func (f *plannedFiles) item(ctx context.Context, key record.Key, whole json.RawMessage) (stage.Item, error) {
	note := Note{File: &FileNote{Parent: f.rules.Name, Of: f.of(key)}}
	it := stage.Item{Entry: f.number, Key: key, Action: stage.ActCreate}
	file := note.File
	why, err := f.readContent(whole, file)
	if err != nil {
		return it, err
	}
	have, had := f.have[key]
	linked := had && !f.moved(file, &have)
	if had { // it keeps its name
		file.Name, file.Path = have.sent.Name, have.sent.Path
	} else {
		f.giveName(whole, file)
	}
	if linked {
		it.Target = have.target
	}
	bin := stage.LoadHeld
	switch {
	case linked:
		bin, why, err = f.known(ctx, &it, file, &have)
	case why == nil:
		bin, why = f.fresh(key, file)
	}
	if err != nil {
		return it, err
	}
	if why == nil && bin == stage.LoadWaiting && f.kind == fileAttach && file.About != "" {
		note.Dropped = []string{f.sub.File.About + ": a file that is attached carries no text"}
	}
	f.settle(&it, bin, why, &note)
	return it, nil
}

// moved tells whether a file is not where it was put: it was found missing, or it
// is at another record than the one that it belongs to now, which was created
// anew.
func (f *plannedFiles) moved(file *FileNote, have *haveFile) bool {
	if f.kind == fileFolder {
		return false // that is seen
	}
	target, why := f.parent(file.Parent, file.Of)
	return have.gone || target != "" && keyPart(have.target, 2, 0) != target || why != nil && why.Code == codePending
}

// settle fills in what was decided, and counts it.
func (f *plannedFiles) settle(it *stage.Item, bin stage.LoadBin, why *Reason, note *Note) {
	it.Bin = bin
	switch {
	case why != nil && bin == stage.LoadRejected:
		it.Action = stage.ActRejected
	case why != nil:
		it.Action, it.Bin = stage.ActHeld, stage.LoadHeld
	}
	if why != nil {
		note.Held, it.Why = why, encodeReason(why)
	}
	it.Note = encodeNote(*note)
	f.sum.count(it, howLinked, note)
	works := it.Action == stage.ActCreate || it.Action == stage.ActUpdate
	if works {
		f.files.Bytes += note.File.Bytes
	}
	if f.kind == fileFolder {
		f.sum.Writes = 0 // nothing is asked of the target
		if f.lines != nil && (works || it.Action == stage.ActUnchanged) {
			f.tell(note.File)
		}
	}
	if f.kind == fileAttach && works {
		f.reads[note.File.Of] = true
	}
}

// known decides a file that was attached or written before.
func (f *plannedFiles) known(ctx context.Context, it *stage.Item, file *FileNote, have *haveFile) (stage.LoadBin, *Reason, error) {
	changed := file.SHA256 != "" && have.sent.SHA256 != "" && file.SHA256 != have.sent.SHA256
	if f.kind == fileAttach {
		if changed {
			return 0, &Reason{Code: CodeReplaced, Text: "its content is another one since it was attached", Choose: f.choose(have.target),
				Do: "attach the new one by hand and take the old one off, or leave it"}, nil
		}
		it.Action = stage.ActUnchanged
		return stage.LoadUnchanged, nil, nil
	}
	now, there := "", false
	if f.store != nil {
		var err error
		if !changed && f.store.has(file.Path, file.Bytes) { // what is in it is looked at by ferry verify
			it.Action = stage.ActUnchanged
			return stage.LoadUnchanged, nil, nil
		}
		if now, _, there, err = f.store.hash(ctx, file.Path); err != nil {
			return 0, nil, err
		}
	}
	switch {
	case there && now == file.SHA256, there && file.SHA256 == "":
		it.Action = stage.ActUnchanged
		return stage.LoadUnchanged, nil, nil
	case file.SHA256 == "":
		return 0, noContent("its content was not given when it was read, and the file is not in the folder"), nil
	case there && now != have.sent.SHA256:
		return 0, &Reason{Code: CodeEdited, Text: "the file in the folder was changed", Value: file.Path, Do: "take it out of the folder, or leave it"}, nil
	}
	it.Action = stage.ActUpdate
	return stage.LoadWaiting, nil, nil
}

// fresh decides a file that is nowhere yet.
func (f *plannedFiles) fresh(key record.Key, file *FileNote) (stage.LoadBin, *Reason) {
	switch f.chosen[key].Choice {
	case ChooseSkip:
		return 0, &Reason{Code: CodeSkipped, Text: "it was decided to leave it out", Do: "take the decision back if it is to be loaded"}
	case ChooseLink:
		return 0, &Reason{Code: CodeCannot, Text: "it was decided that it is there already, and files are not linked by hand", Do: "decide skip where it is there, or create where it is to come too"}
	}
	if _, why := f.parent(file.Parent, file.Of); why != nil && why.Code != codePending {
		held := *why
		held.Code = CodeParent
		return 0, &held
	}
	if was, ok := f.refused[key]; ok && was.sha256 == file.SHA256 {
		return stage.LoadRejected, &Reason{Code: CodeRefused, Text: "it was refused before, and nothing changed since", Said: was.said, Status: was.status,
			Do: "mend what was wrong and run ferry requeue"}
	}
	if f.kind == fileAttach {
		if why := refusedFile(f.target.Writes.Attach, file); why != nil {
			return stage.LoadRejected, why
		}
		if f.cfg.Files.At == (FilesAt{}) {
			return 0, &Reason{Code: CodeNoAddress, Text: f.cfg.Vendor.Title + " fetches files from an address, and the job names none",
				Do: "write target.files_at with dir, a folder that a web server shows, and url, the https address of that folder; or write files: folder"}
		}
	}
	return stage.LoadWaiting, nil
}

// refusedFile says why a target is known not to take a file.
func refusedFile(a *connector.Attach, file *FileNote) *Reason {
	const byHand = "see to it by hand, or write files: folder"
	switch {
	case a.Most > 0 && file.Bytes > int64(a.Most):
		return &Reason{Code: CodeCannot, Text: fmt.Sprintf("it has %s, and the target takes up to %s", connector.Bytes(file.Bytes), connector.Bytes(int64(a.Most))), Do: byHand}
	case a.Refuses(file.Name):
		_, end := splitName(file.Name)
		return &Reason{Code: CodeCannot, Text: "the target takes no files that end in " + end, Value: file.Name, Do: byHand}
	}
	return nil
}

// choose is a file at a record of the target, as a person looks for it.
func (f *plannedFiles) choose(target record.Key) []Candidate {
	of := keyPart(target, 2, 0)
	c := Candidate{Key: of}
	if f.cfg.Link != nil {
		c.Link = f.cfg.Link(f.target.Name, of)
	}
	return []Candidate{c}
}

func joinWords(words []string) string { return strings.Join(words, " or ") }

// folderName is the folder as people write it: its own name, since where it lies
// is theirs.
func folderName(cfg *Config) string { return filepath.Base(cfg.Files.Folder) }
