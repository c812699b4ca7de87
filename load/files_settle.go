package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ferry/extract/stage"
)

// settleEach finds out about the attempts of the entry that are open, in this
// plan and earlier ones: ask tells whether it settled one. Those that it does not
// settle at once are asked for again after within, when whatever they did must be
// seen.
func (f *filer) settleEach(ctx context.Context, within time.Duration, ask func(*stage.Attempt, *fileItem, fileSent) (bool, error)) (err error) {
	var list []*stage.Attempt
	var until time.Time
	err = f.r.cfg.Stage.Attempts(ctx, stage.AttemptQuery{Side: &f.side, States: []stage.AttemptState{stage.AttemptSending, stage.AttemptUnsure}}, func(a *stage.Attempt) error {
		list = append(list, a)
		from := a.Sent
		if a.Ended.After(from) {
			from = a.Ended
		}
		if at := from.Add(f.r.cfg.Timeout + within); at.After(until) {
			until = at
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		return err
	}
	back, err := newFilesBack(f)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, back.close()) }()
	why := fmt.Sprintf("of %d files nobody knows what became of them: the target is asked once they must be seen", len(list))
	if err := f.r.rest(ctx, until.Sub(f.r.cfg.Now()), why); err != nil {
		return err
	}
	for _, a := range list {
		it, err := f.itemOf(ctx, a)
		if err != nil {
			return err
		}
		var sent fileSent
		if err := json.Unmarshal(a.Fields, &sent); err != nil {
			return fmt.Errorf("the ledger's line %d cannot be read: %w", a.ID, err)
		}
		settled := false
		if f.removes(a) {
			settled, err = f.settleRemoval(ctx, back, a, it)
		} else {
			settled, err = ask(a, it, sent)
		}
		if err != nil {
			return err
		}
		f.open[a.Key] = f.open[a.Key] || !settled
	}
	return nil
}

// itemOf is the planned file of an attempt: of this plan, which is the one that
// goes on, though an earlier one made the attempt.
func (f *filer) itemOf(ctx context.Context, a *stage.Attempt) (*fileItem, error) {
	it, ok, err := f.r.cfg.Stage.Item(ctx, f.r.plan.ID, f.index, a.Key)
	if err != nil {
		return nil, err
	}
	if !ok {
		return &fileItem{Item: stage.Item{Entry: f.index, Key: a.Key}, gone: true}, nil
	}
	file, err := readFileItem(&it)
	return &file, err
}

// settleLines asks for lines whose answer was lost, by all that was sent.
func (f *filer) settleLines(ctx context.Context) error {
	return f.settleEach(ctx, f.within(), func(a *stage.Attempt, it *fileItem, sent fileSent) (bool, error) {
		found, asked, err := f.r.cfg.Reader.Find(ctx, f.side.Stream, json.RawMessage(sent.Body))
		o := stage.Outcome{Attempt: *a}
		switch {
		case err != nil:
			return false, err
		case asked && len(found) == 1:
			f.lined(&o, it, found[0].Key, found[0].Record, sent, stage.LinkAdopted)
		case asked && len(found) == 0:
			o.Attempt.State, o.Item = stage.AttemptLost, it.in(stage.LoadWaiting, nil)
		default:
			return false, nil
		}
		return true, f.end(ctx, o)
	})
}
