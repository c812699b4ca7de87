package load

import (
	"context"
	"encoding/json"
	"errors"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// linksAtOnce is how many links are put in one commit.
const linksAtOnce = 1000

// survey goes through the plan before anything is sent: what the job must allow,
// the links of matched records, and what an earlier run held that may go on.
func (r *runner) survey(ctx context.Context) error {
	s := &surveyor{r: r, ctx: ctx}
	for _, e := range r.entries {
		if err := s.entry(e); err != nil {
			return err
		}
	}
	if err := s.allowed(); err != nil {
		return err
	}
	return r.mayFiles(ctx)
}

// surveyor is one survey.
type surveyor struct {
	r     *runner
	ctx   context.Context
	final int
	texts []string
	gone  int // deletes
}

func (s *surveyor) entry(e *entry) error {
	var links []stage.Link
	var items []stage.Item
	var left []linked
	q := stage.ItemQuery{Limit: itemsAtOnce}
	for {
		page, err := s.r.items(s.ctx, e, q)
		if err != nil || len(page) == 0 {
			if err == nil {
				err = s.put(e, links)
			}
			if err == nil {
				err = s.keep(e, left)
			}
			return errors.Join(err, s.r.reopen(s.ctx, items))
		}
		q.After = page[len(page)-1].Key
		for i := range page {
			it := &page[i]
			note, err := s.look(it)
			if err != nil {
				return err
			}
			if note.Match != nil && it.Target != "" && !s.r.undo && it.Action <= stage.ActUnchanged {
				links = append(links, stage.Link{Key: it.Key, Target: it.Target, How: note.Match.How, Run: s.r.cfg.Run, At: s.r.cfg.Now()})
				if note.leaves(it) {
					left = append(left, linked{it.Key, it.Target, note.Found})
				}
			}
			if note.Instead != "" && it.Bin == stage.LoadWaiting {
				if err := s.dropLost(e, it, note.Instead); err != nil {
					return err
				}
			}
			if it.Bin == stage.LoadHeld && it.Action != stage.ActHeld && it.Action != stage.ActLeft && mayGoOn(it.Why) {
				again := *it
				again.Bin, again.Why = stage.LoadWaiting, nil
				items = append(items, again)
			}
		}
		if len(links) >= linksAtOnce {
			if err := s.put(e, links); err != nil {
				return err
			}
			links = links[:0]
		}
		if len(left) >= linkedAtOnce && len(links) == 0 {
			if err := s.keep(e, left); err != nil {
				return err
			}
			left = left[:0]
		}
	}
}

// look reads an item's note and counts what the job has to allow.
func (s *surveyor) look(it *stage.Item) (note Note, err error) {
	if len(it.Note) > 0 {
		if err := json.Unmarshal(it.Note, &note); err != nil {
			return note, err
		}
	}
	if it.Bin != stage.LoadWaiting {
		return note, nil
	}
	if it.Action == stage.ActDelete {
		s.gone++
	}
	if len(note.Final) > 0 && !s.r.undo {
		s.final++
		for _, text := range note.Final {
			if !contains(s.texts, text) {
				s.texts = append(s.texts, text)
			}
		}
	}
	return note, nil
}

// allowed refuses a plan that does what the job does not allow.
func (s *surveyor) allowed() error {
	switch {
	case s.gone > 0 && !s.r.cfg.may(allowDeletes):
		return &AllowError{Need: allowDeletes, Count: s.gone}
	case s.final > 0 && !s.r.cfg.may(allowFinal):
		return &AllowError{Need: allowFinal, Count: s.final, Texts: s.texts}
	}
	return nil
}

// put adds links; one that contradicts the crosswalk holds its record.
func (s *surveyor) put(e *entry, links []stage.Link) error {
	err := s.r.cfg.Stage.PutLinks(s.ctx, e.side, links)
	var conflict *stage.LinkConflictError
	if !errors.As(err, &conflict) {
		return err
	}
	for _, l := range links {
		err := s.r.cfg.Stage.PutLinks(s.ctx, e.side, []stage.Link{l})
		if errors.As(err, &conflict) {
			err = s.r.hold(s.ctx, e, l.Key, sharedReason(conflict.Have.Key, conflict.Have.Target))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hold puts a planned record into the bin held.
func (r *runner) hold(ctx context.Context, e *entry, key record.Key, why *Reason) error {
	it, ok, err := r.cfg.Stage.Item(ctx, r.plan.ID, e.index, key)
	if err != nil || !ok {
		return err
	}
	return r.settleItems(ctx, []stage.Item{*(&unit{e: e, item: it}).in(stage.LoadHeld, why)})
}

// reopen lets records that an earlier run held wait again.
func (r *runner) reopen(ctx context.Context, items []stage.Item) error {
	if len(items) == 0 {
		return nil
	}
	return r.cfg.Stage.SetItems(ctx, r.plan.ID, items)
}

// mayGoOn tells whether what held a record in an earlier run may be over.
func mayGoOn(why []byte) bool {
	switch decodeReason(why).Code {
	case CodeParent, CodeStopped, CodeTwin, CodeFailures, CodeBusy:
		return true
	}
	return false
}

// holdBlocked holds, at the end of a run, what waits for a record whose answer
// is lost; the next run lets it wait again.
func (r *runner) holdBlocked(ctx context.Context) error {
	for _, e := range r.order() {
		q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting}, Limit: itemsAtOnce}
		for {
			items, err := r.items(ctx, e, q)
			if err != nil {
				return err
			}
			if len(items) == 0 {
				break
			}
			q.After = items[len(items)-1].Key
			if err := r.holdWaiting(ctx, e, items); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *runner) holdWaiting(ctx context.Context, e *entry, items []stage.Item) error {
	var held []stage.Item
	for i := range items {
		block := r.blockedBy
		if r.again.spent(e.index, items[i].Key) {
			block = r.notTaken
		}
		why, err := block(ctx, e, &items[i])
		if err != nil {
			return err
		}
		held = append(held, *(&unit{e: e, item: items[i]}).in(stage.LoadHeld, why))
	}
	return r.settleItems(ctx, held)
}

// blockedBy says what a record waits for.
func (r *runner) blockedBy(ctx context.Context, e *entry, it *stage.Item) (*Reason, error) {
	if r.gen != nil {
		rows, err := r.cfg.Stage.MappedRecords(ctx, r.gen, e.mapped, it.Key)
		if err != nil {
			return nil, err
		}
		links := &linkReader{r: r, ctx: ctx}
		_, missing := Resolve(rows[it.Key].JSON, e.rules, Settled{Link: links.ref, Found: nil})
		for i := range missing {
			if why := &missing[i]; why.Code == CodeParent && !e.late[why.Field] {
				return parentReason(why.Field, why.Parent.To, why.Parent.Key, "is unsure"), links.err
			}
		}
		if links.err != nil {
			return nil, links.err
		}
	}
	return &Reason{Code: CodeTwin, Text: "the answer about a record that is just like it was lost, and the two could not be told apart",
		Do: "see to the unsure record first; then run `ferry apply` again"}, nil
}
