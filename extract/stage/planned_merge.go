package stage

import (
	"bytes"
	"container/heap"
	"context"
	"database/sql"
	"errors"
)

// itemSource gives items in their order; nil after the last. What it gives is
// valid until its next call.
type itemSource interface {
	next(context.Context) (*packed, error)
}

// merged gives the items of an entry: what is held, and the runs that were written.
func (d *PlanDraft) merged(ctx context.Context, entry int) (itemSource, error) {
	held := d.inMemory(entry)
	if d.runs == 0 {
		return held, nil
	}
	m := &mergedItems{}
	if err := m.add(ctx, held); err != nil {
		return nil, err
	}
	for run := 1; run <= d.runs; run++ {
		src := &runItems{s: d.s, entry: d.ids[entry], run: run, dec: NewDecoder()}
		if err := m.add(ctx, src); err != nil {
			return nil, err
		}
	}
	heap.Init(m)
	return m, nil
}

// mergedItems merges sources: a heap of them by the item that each gives next.
type mergedItems struct {
	sources []itemSource
	heads   []*packed
	taken   bool // the first head was given out
}

func (m *mergedItems) add(ctx context.Context, src itemSource) error {
	it, err := src.next(ctx)
	if err == nil && it != nil {
		m.sources, m.heads = append(m.sources, src), append(m.heads, it)
	}
	return err
}

func (m *mergedItems) next(ctx context.Context) (*packed, error) {
	if m.taken {
		it, err := m.sources[0].next(ctx)
		if err != nil {
			return nil, err
		}
		if m.heads[0] = it; it == nil {
			heap.Pop(m)
		} else {
			heap.Fix(m, 0)
		}
	}
	if m.taken = len(m.heads) > 0; !m.taken {
		return nil, nil
	}
	return m.heads[0], nil
}

func (m *mergedItems) Len() int           { return len(m.heads) }
func (m *mergedItems) Less(i, j int) bool { return m.compare(i, j) < 0 }
func (m *mergedItems) Swap(i, j int) {
	m.heads[i], m.heads[j] = m.heads[j], m.heads[i]
	m.sources[i], m.sources[j] = m.sources[j], m.sources[i]
}

// compare puts a source that has ended before all others, so that it is popped.
func (m *mergedItems) compare(i, j int) int {
	if m.heads[i] == nil || m.heads[j] == nil {
		return map[bool]int{true: -1, false: 1}[m.heads[i] == nil]
	}
	return bytes.Compare(m.heads[i].order, m.heads[j].order)
}

// Push is not used: sources are added before the heap is made.
func (m *mergedItems) Push(any) {}

// Pop takes the last source off.
func (m *mergedItems) Pop() any {
	n := len(m.heads) - 1
	m.heads, m.sources = m.heads[:n], m.sources[:n]
	return nil
}

// runItems reads one sorted run of an entry, pack by pack.
type runItems struct {
	s     *Stage
	entry int64
	run   int
	dec   *Decoder
	after []byte // first of the pack read last; nil: none
	pack  packView
	pos   int
	item  packed
}

func (r *runItems) next(ctx context.Context) (*packed, error) {
	for r.pos >= len(r.pack.bins) {
		more, err := r.read(ctx)
		if err != nil || !more {
			return nil, r.s.failed("read the plan being written", err)
		}
	}
	p := &r.pack
	from, to := p.index.span(r.pos)
	r.item = packed{order: p.index.orders[r.pos], body: p.body[from:to], action: p.index.actions[r.pos], bin: LoadBin(p.bins[r.pos]), why: p.why[r.pos]}
	r.pos++
	return &r.item, nil
}

// read reads the next pack of the run.
func (r *runItems) read(ctx context.Context) (more bool, err error) {
	view, err := r.s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return false, err
	}
	defer func() {
		// Nothing was written: there is nothing to lose by ending it.
		_ = view.Rollback()
	}()
	var id int64
	err = view.QueryRowContext(ctx, "SELECT id, first FROM plan_pack WHERE entry = ? AND run = ? AND (?3 IS NULL OR first > ?3) ORDER BY first LIMIT 1",
		r.entry, r.run, r.after).Scan(&id, &r.after)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	r.pos = 0
	return true, r.pack.read(ctx, r.s, view, id, r.dec)
}
