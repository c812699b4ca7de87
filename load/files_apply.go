package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// filer carries out one entry of files of a plan.
type filer struct {
	r      *runner
	index  int
	name   string
	side   stage.Side
	kind   fileKind
	stream *connector.Stream // of the records that the files belong to
	open   map[record.Key]bool
}

// fileItem is a planned file or line.
type fileItem struct {
	stage.Item
	note FileNote
	gone bool // the plan has none: the attempt is of an earlier one
}

// mayFiles refuses a plan whose files do what the job does not allow, before
// anything is sent.
func (r *runner) mayFiles(ctx context.Context) error {
	s := &surveyor{r: r, ctx: ctx}
	for i, pe := range r.plan.Entries {
		if filesOf(pe.Side) == notFiles {
			continue
		}
		if _, err := r.newFiler(i, &pe); err != nil {
			return err
		}
		err := r.cfg.Stage.Items(ctx, r.plan.ID, i, stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting}}, func(it *stage.Item) error {
			_, err := s.look(it)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.allowed()
}

// applyFiles carries out the entries of files: each file and each line in one
// request, in the ledger before it is sent; lines after the files they tell of.
// A file that the target does not take is rejected by itself: the record that it
// belongs to stays as it is.
func (r *runner) applyFiles(ctx context.Context) error {
	if r.cfg.Files.Dry {
		return nil
	}
	if r.sends == nil {
		sends, end := outlive(ctx, graceAfterStop)
		defer end()
		r.sends = sends
	}
	for i, pe := range r.plan.Entries {
		if filesOf(pe.Side) == notFiles {
			continue
		}
		f, err := r.newFiler(i, &pe)
		if err == nil {
			err = f.run(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) newFiler(index int, pe *stage.PlanEntry) (*filer, error) {
	f := &filer{r: r, index: index, name: pe.Name, side: pe.Side, kind: filesOf(pe.Side), open: map[record.Key]bool{}}
	if r.cfg.Files.Source == nil {
		return nil, &StalePlanError{Changed: []string{"it deals with files, and the job no longer says what becomes of them"}}
	}
	if f.kind == fileFolder && r.cfg.Files.Folder == "" {
		return nil, &StalePlanError{Changed: []string{"it writes files into a folder, and the job no longer names one"}}
	}
	var err error
	if f.stream, err = r.cfg.Vendor.Stream(pe.Side.Stream); err != nil {
		return nil, err
	}
	if f.kind == fileLine { // the stream of the record that the line is about
		for _, e := range r.entries {
			if e.stream.Writes != nil && e.stream.Writes.Note != nil && e.stream.Writes.Note.Stream == pe.Side.Stream {
				f.stream = e.stream
				return f, nil
			}
		}
		return nil, &StalePlanError{Changed: []string{"nothing in the mapping takes lines in " + pe.Side.Stream + " any more"}}
	}
	return f, nil
}

func (f *filer) run(ctx context.Context) error {
	switch {
	case f.r.undo:
		return f.undo(ctx)
	case f.kind == fileAttach:
		return f.attach(ctx)
	case f.kind == fileLine:
		return f.lines(ctx)
	}
	return f.folder(ctx)
}

// pages gives the waiting items some at a time, in their order.
func (f *filer) pages(ctx context.Context, fn func(items []fileItem) error) error {
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting}, Limit: itemsAtOnce}
	for {
		var items []fileItem
		err := f.r.cfg.Stage.Items(ctx, f.r.plan.ID, f.index, q, func(it *stage.Item) error {
			file, err := readFileItem(it)
			items = append(items, file)
			return err
		})
		if err != nil || len(items) == 0 {
			return err
		}
		q.After = items[len(items)-1].Key
		if err := ctx.Err(); err != nil {
			return context.Cause(ctx)
		}
		if err := fn(items); err != nil {
			return err
		}
		if err := f.r.guard.broken(); err != nil {
			return err
		}
	}
}

func readFileItem(it *stage.Item) (fileItem, error) {
	out := fileItem{Item: ownItem(it)}
	var note Note
	if err := json.Unmarshal(it.Note, &note); err != nil || note.File == nil {
		return out, fmt.Errorf("the plan's note on the file %s cannot be read: %w; plan again", it.Key, errors.Join(err))
	}
	out.note = *note.File
	return out, nil
}

// in is the item in a bin, with a reason where there is one; nil where the plan has none.
func (it *fileItem) in(bin stage.LoadBin, why *Reason) *stage.Item {
	if it.gone {
		return nil
	}
	out := it.Item
	out.Bin, out.Why = bin, encodeReason(why)
	return &out
}

// put moves an item to a bin that needs no attempt.
func (f *filer) put(ctx context.Context, it *fileItem, bin stage.LoadBin, why *Reason) error {
	moved := it.in(bin, why)
	err := f.r.cfg.Stage.SetItems(context.WithoutCancel(ctx), f.r.plan.ID, []stage.Item{*moved})
	if err == nil {
		f.r.tell.record(moved, f.name)
	}
	return err
}

// owner finds the target record that a file belongs to: its key, or why there is
// none. wait says that it may still come.
func (f *filer) owner(ctx context.Context, it *fileItem) (key record.Key, why *Reason, wait bool, err error) {
	e := f.r.entryNamed(it.note.Parent)
	if e == nil {
		return "", nil, false, &StalePlanError{Changed: []string{fmt.Sprintf("the mapping no longer has %q", it.note.Parent)}}
	}
	link, ok, err := f.r.cfg.Stage.Link(ctx, e.side, it.note.Of)
	if err != nil || ok {
		return link.Target, nil, false, err
	}
	bin, why, err := f.r.parentState(ctx, parentReason("", it.note.Parent, it.note.Of, "is not in the target"))
	return "", why, err == nil && bin == stage.LoadWaiting, err
}

// attempt is a line of the ledger for an item.
func (f *filer) attempt(it *fileItem, kind stage.AttemptKind, action string, target record.Key, sent fileSent) stage.Attempt {
	fields, err := json.Marshal(sent)
	if err != nil { // texts and numbers only
		fields = []byte("{}")
	}
	return stage.Attempt{Plan: f.r.plan.ID, Run: f.r.cfg.Run, Side: f.side, Key: it.Key, Kind: kind, Action: action, Target: target,
		Fields: fields, State: stage.AttemptSending, Sent: f.r.cfg.Now()}
}

func (f *filer) begin(ctx context.Context, a *stage.Attempt) error {
	ids, err := f.r.cfg.Stage.BeginAttempts(ctx, []stage.Attempt{*a})
	if err == nil {
		a.ID = ids[0]
	}
	return err
}

// within is how long something that was sent may take until it is seen.
func (f *filer) within() time.Duration {
	switch {
	case f.kind == fileAttach && f.stream.Writes != nil && f.stream.Writes.Attach != nil:
		return f.stream.Writes.Attach.Within
	case f.kind == fileFolder:
		return -f.r.cfg.Timeout
	}
	return settleOfStream(f.r.cfg.Vendor, f.side.Stream)
}

// sendBegun makes the request of an attempt that is written down.
func (f *filer) sendBegun(ctx context.Context, a *stage.Attempt, d *Deed) (Result, error) {
	if err := f.r.gate.enter(ctx); err != nil {
		a.State = stage.AttemptUnsent
		return Result{State: stage.AttemptUnsent}, err
	}
	results, err := f.r.cfg.Sink.Send(f.r.sends, []Deed{*d})
	res := complete(results, 1, err)[0]
	f.r.gate.leave(res.State == stage.AttemptUnsure)
	a.State, a.Status, a.Class, a.Message = res.State, res.Status, string(res.Class), res.Message
	return res, err
}

// end writes down what came of an attempt. One of an earlier plan moves the item
// of the plan that goes on.
func (f *filer) end(ctx context.Context, o stage.Outcome) error {
	ctx = context.WithoutCancel(ctx)
	o.Attempt.Ended = f.r.cfg.Now()
	item := o.Item
	if o.Attempt.Plan != f.r.plan.ID {
		o.Item = nil
	}
	if err := f.r.cfg.Stage.EndAttempts(ctx, []stage.Outcome{o}); err != nil {
		return err
	}
	if item == nil {
		return nil
	}
	if o.Item == nil {
		if err := f.r.cfg.Stage.SetItems(ctx, f.r.plan.ID, []stage.Item{*item}); err != nil {
			return err
		}
	}
	if item.Bin != stage.LoadWaiting {
		f.r.tell.record(item, f.name)
	}
	return nil
}

// written is what the crosswalk keeps of a file or a line.
func (f *filer) written(key record.Key, sent fileSent, back []byte) *stage.Written {
	sent.URL = ""
	text, err := json.Marshal(sent)
	if err != nil { // texts and numbers only
		text = []byte("{}")
	}
	return &stage.Written{Key: key, Sent: text, Back: back, Run: f.r.cfg.Run, At: f.r.cfg.Now()}
}

func (f *filer) note(kind stage.AttemptKind, res *Result) { f.r.guard.note(way{f.index, kind}, res) }

func (f *filer) closed(kind stage.AttemptKind) *Reason { return f.r.guard.closed(way{f.index, kind}) }

func refusedReason(res *Result) *Reason {
	return &Reason{Code: CodeRefused, Text: "the target refused it", Field: res.Field, Status: res.Status, Said: res.Message, Do: res.Hint}
}

func settleOfStream(vendor *connector.Spec, stream string) time.Duration {
	if st, err := vendor.Stream(stream); err == nil && st.Writes != nil {
		return st.Writes.Settle
	}
	return 0
}
