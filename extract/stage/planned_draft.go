package stage

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
)

// draftRoom is how many bytes of items a draft holds in memory. What is more is
// written as sorted runs, which Publish merges.
const draftRoom = 24 << 20

// slabBytes is the size of the pieces that a draft's items are put in.
const slabBytes = 1 << 20

// PlanDraft is a plan being written. Nothing of it is seen before Publish. Put may
// be called from many goroutines; the rest belongs to one.
type PlanDraft struct {
	s       *Stage
	id      int64
	entries []PlanEntry
	ids     []int64 // plan_entry.id
	room    int

	mu     sync.Mutex
	items  [][]packed // by entry, of what is held in memory
	slab   []byte
	held   int // bytes
	runs   int // written so far
	failed error
	closed bool
}

// BeginPlan begins a plan: its entries must be those that Publish is given. A stage
// takes one plan at a time: an unfinished older one is thrown away, whoever began
// it. Plans that were superseded before anybody approved them go too, but for the
// latest.
func (s *Stage) BeginPlan(ctx context.Context, p Plan) (*PlanDraft, error) {
	sides := make([]int64, len(p.Entries))
	for i, e := range p.Entries {
		id, err := s.ensureSide(ctx, e.Side)
		if err != nil {
			return nil, err
		}
		sides[i] = id
	}
	d := &PlanDraft{s: s, entries: slices.Clone(p.Entries), room: draftRoom, items: make([][]packed, len(p.Entries))}
	err := s.write(ctx, func(t *tx) error {
		if err := t.dropPlans(); err != nil {
			return err
		}
		res, err := t.execResult("INSERT INTO plan (kind, run, undoes, made, state, approver, source, target, generation) VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)",
			string(p.Kind), p.Run, p.Undoes, micros(p.Made), string(PlanWaiting), p.Source, p.Target, p.Generation)
		if err != nil {
			return err
		}
		if d.id, err = res.LastInsertId(); err != nil {
			return err
		}
		d.ids = d.ids[:0]
		for i, e := range p.Entries {
			res, err := t.execResult("INSERT INTO plan_entry (plan, number, name, side, hash) VALUES (?, ?, ?, ?, ?)", d.id, i, e.Name, sides[i], int64(e.Hash))
			if err != nil {
				return err
			}
			id, err := res.LastInsertId()
			if err != nil {
				return err
			}
			d.ids = append(d.ids, id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// dropPlans removes unfinished plans, and all but the latest of those superseded
// that nobody approved and nothing was done of.
func (t *tx) dropPlans() error {
	var ids []int64
	err := t.each("SELECT id FROM plan WHERE hash IS NULL UNION SELECT p.id FROM plan p WHERE p.state = 'superseded' AND p.approved IS NULL"+
		" AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.plan = p.id)"+
		" AND EXISTS (SELECT 1 FROM plan n WHERE n.id > p.id AND n.state = 'superseded' AND n.approved IS NULL)", func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := t.dropPlan(id); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) dropPlan(id int64) error {
	if err := t.dropPacks(id, 0); err != nil {
		return err
	}
	if err := t.exec("DELETE FROM plan_entry WHERE plan = ?", id); err != nil {
		return err
	}
	return t.exec("DELETE FROM plan WHERE id = ?", id)
}

// dropPacks removes the packs of a plan, those of run from and later.
func (t *tx) dropPacks(plan int64, from int) error {
	const these = "SELECT p.id FROM plan_entry e CROSS JOIN plan_pack p ON p.entry = e.id WHERE e.plan = ? AND p.run >= ?"
	for _, query := range []string{
		"DELETE FROM plan_body WHERE pack IN (" + these + ")",
		"DELETE FROM plan_why WHERE pack IN (" + these + ")",
		"DELETE FROM plan_pack WHERE id IN (" + these + ")",
	} {
		if err := t.exec(query, plan, from); err != nil {
			return err
		}
	}
	return nil
}

// Put adds items, in any order. Their bytes are not kept. An item that is not
// whole, or of an entry that the plan has not, is an error; one that was put before
// is an error of Publish.
func (d *PlanDraft) Put(ctx context.Context, items []Item) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.usable(); err != nil {
		return err
	}
	for i := range items {
		if err := d.check(&items[i]); err != nil {
			return err
		}
		d.add(&items[i])
	}
	if d.held < d.room {
		return nil
	}
	d.failed = d.spill(ctx)
	return d.failed
}

func (d *PlanDraft) usable() error {
	if d.closed {
		return errors.New("stage: the plan is published or closed")
	}
	return d.failed
}

func (d *PlanDraft) check(it *Item) error {
	switch {
	case it.Entry < 0 || it.Entry >= len(d.ids):
		return fmt.Errorf("stage: an item of entry %d, and the plan has %d", it.Entry, len(d.ids))
	case it.Key == "":
		return fmt.Errorf("stage: an item of %s has no key", d.entries[it.Entry].Name)
	case it.Action < ActCreate || it.Action > ActLeft:
		return fmt.Errorf("stage: item %s of %s has no action", it.Key, d.entries[it.Entry].Name)
	case it.Bin > LoadRestored:
		return fmt.Errorf("stage: item %s of %s has no bin", it.Key, d.entries[it.Entry].Name)
	}
	return nil
}

// add keeps a copy of an item.
func (d *PlanDraft) add(it *Item) {
	need := 2*len(it.Key) + 24 + len(it.Target) + len(it.Note) + len(it.Why)
	if cap(d.slab)-len(d.slab) < need {
		d.slab = make([]byte, 0, max(slabBytes, need))
	}
	p := packed{action: it.Action, bin: it.Bin}
	p.order = d.keep(func(b []byte) []byte { return appendOrder(b, string(it.Key)) })
	p.body = d.keep(func(b []byte) []byte { return appendBody(b, it.Target, it.Note) })
	if it.Why != nil {
		p.why = d.keep(func(b []byte) []byte { return append(b, it.Why...) })
	}
	d.items[it.Entry] = append(d.items[it.Entry], p)
	d.held += len(p.order) + len(p.body) + len(p.why) + 96
}

// keep appends to the slab and gives what was appended.
func (d *PlanDraft) keep(write func([]byte) []byte) []byte {
	from := len(d.slab)
	b := write(d.slab)
	if cap(b) == cap(d.slab) {
		d.slab = b
	}
	return b[from:len(b):len(b)]
}

// spill writes what is held as a run of each entry.
func (d *PlanDraft) spill(ctx context.Context) error {
	d.runs++
	for entry := range d.items {
		w := &packWriter{d: d, entry: entry, run: d.runs}
		src := d.inMemory(entry)
		for {
			it, err := src.next(ctx)
			if err != nil {
				return err
			}
			if it == nil {
				break
			}
			if err := w.add(ctx, it); err != nil {
				return err
			}
		}
		if err := w.end(ctx); err != nil {
			return err
		}
	}
	for entry := range d.items {
		clear(d.items[entry])
		d.items[entry] = d.items[entry][:0]
	}
	d.held, d.slab = 0, nil
	return nil
}

// inMemory sorts what is held of an entry.
func (d *PlanDraft) inMemory(entry int) *heldItems {
	slices.SortFunc(d.items[entry], func(a, b packed) int { return bytes.Compare(a.order, b.order) })
	return &heldItems{items: d.items[entry]}
}

// heldItems gives items held in memory one by one.
type heldItems struct{ items []packed }

func (h *heldItems) next(context.Context) (*packed, error) {
	if len(h.items) == 0 {
		return nil, nil
	}
	it := &h.items[0]
	h.items = h.items[1:]
	return it, nil
}

// Close ends the draft. What was not published is gone. It may come after Publish
// or instead.
func (d *PlanDraft) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil
	}
	d.closed, d.items, d.slab = true, nil, nil
	return d.s.write(context.Background(), func(t *tx) error {
		var unfinished bool
		if err := t.row("SELECT EXISTS (SELECT 1 FROM plan WHERE id = ? AND hash IS NULL)", d.id).Scan(&unfinished); err != nil || !unfinished {
			return err
		}
		return t.dropPlan(d.id)
	})
}
