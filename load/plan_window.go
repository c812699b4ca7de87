package load

import (
	"cmp"
	"context"
	"slices"

	"github.com/valyala/fastjson"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Mapped records come in their own order, target records stand in another. Some
// mapped records at a time are held, a window, and of the target only the chunks
// that the window needs are read, each once: memory does not grow with the
// streams, whatever their orders are.

// windowRoom is how much of the mapped records is held at a time.
type windowRoom struct{ bytes, rows int }

var usualWindow = windowRoom{bytes: 12 << 20, rows: 16_384}

// task is one mapped record of a window.
type task struct {
	row    uint32
	json   []byte
	labels map[uint32]Candidate // of target records to be shown; nil: none
	item   stage.Item
}

// visit is a target record that a task needs.
type visit struct {
	place targetPlace
	row   uint32
	task  int32
}

// decideAll decides every record of an entry and puts it into the plan.
func (p *planner) decideAll(ctx context.Context, e *plannedEntry) error {
	defer e.target.drop()
	batches, windows := make(chan *mappedBatch, 1), make(chan windowTasks, 1)
	items := make(chan []stage.Item, 1)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(batches)
		return p.batches(ctx, e, batches)
	})
	g.Go(func() error {
		defer close(windows)
		return p.room.gather(ctx, batches, windows)
	})
	g.Go(func() error {
		defer close(items)
		w := p.newWindow(e)
		for window := range windows {
			decided, err := w.decide(ctx, window.tasks)
			if err != nil {
				return err
			}
			for _, b := range window.batches {
				batchPool.Put(b)
			}
			select {
			case items <- decided:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	g.Go(func() error {
		done := 0
		for decided := range items {
			if err := p.draft.Put(ctx, decided); err != nil {
				return err
			}
			done += len(decided)
			p.report(Event{Event: EventPlan, Stream: e.rules.Name, Records: done, Total: e.keys.len()})
		}
		return nil
	})
	return g.Wait()
}

// windowTasks are the tasks of a window, and the batches that hold their bytes.
type windowTasks struct {
	tasks   []task
	batches []*mappedBatch
}

// gather makes windows of batches.
func (room windowRoom) gather(ctx context.Context, batches <-chan *mappedBatch, windows chan<- windowTasks) error {
	var w windowTasks
	size, usual := 0, 0
	send := func() error {
		if len(w.tasks) == 0 {
			return nil
		}
		select {
		case windows <- w:
			usual = max(usual, len(w.tasks))
			w, size = windowTasks{}, 0
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for b := range batches {
		if w.tasks == nil {
			w.tasks = make([]task, 0, usual)
		}
		w.batches = append(w.batches, b)
		err := b.each(func(row uint32, json []byte) error {
			w.tasks = append(w.tasks, task{row: row, json: json})
			return nil
		})
		if err != nil {
			return err
		}
		if size += len(b.json); size >= room.bytes || len(w.tasks) >= room.rows {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// window decides windows of one entry.
type window struct {
	p        *planner
	e        *plannedEntry
	deciders []*decider // one a worker
}

func (p *planner) newWindow(e *plannedEntry) *window {
	w := &window{p: p, e: e}
	for range planners() {
		w.deciders = append(w.deciders, p.newDecider(e))
	}
	return w
}

// decide decides the tasks of a window.
func (w *window) decide(ctx context.Context, tasks []task) ([]stage.Item, error) {
	if err := w.label(ctx, tasks); err != nil {
		return nil, err
	}
	var compared []visit
	var alone []int32
	for i := range tasks {
		row := tasks[i].row
		if w.e.how[row].named() && w.e.listedHit(row) {
			compared = append(compared, w.visit(w.e.hit[row], i))
		} else {
			alone = append(alone, int32(i))
		}
	}
	err := w.visits(ctx, compared, func(d *decider, v visit, now *fastjson.Value, s *record.Staged) error {
		t := &tasks[v.task]
		return d.decide(ctx, t, now, len(s.Detail) == 0 && w.e.st.Detail != nil)
	})
	if err != nil {
		return nil, err
	}
	if err := w.spread(len(alone), func(d *decider, i int) error { return d.decide(ctx, &tasks[alone[i]], nil, false) }); err != nil {
		return nil, err
	}
	items := make([]stage.Item, len(tasks))
	for i := range tasks {
		items[i] = tasks[i].item
	}
	return items, w.collect()
}

func (w *window) visit(row uint32, task int) visit {
	return visit{place: w.e.target.places[row], row: row, task: int32(task)}
}

// label reads the target records that people are to be shown.
func (w *window) label(ctx context.Context, tasks []task) error {
	var shown []visit
	for i := range tasks {
		row := tasks[i].row
		rows := w.e.looks[row]
		switch w.e.how[row] {
		case howSeveral:
			rows = w.e.several[row]
		case howShared, howRetired, howTaken:
			if w.e.listedHit(row) {
				rows = []uint32{w.e.hit[row]}
			}
		}
		for _, to := range rows[:min(len(rows), maxCandidates)] {
			shown = append(shown, w.visit(to, i))
		}
		if len(rows) > 0 {
			tasks[i].labels = make(map[uint32]Candidate, len(rows))
		}
	}
	return w.visits(ctx, shown, func(d *decider, v visit, now *fastjson.Value, s *record.Staged) error {
		c := Candidate{Key: s.Key, Label: labelOf(now), Link: w.p.link(w.e.st.Name, s.Key), Why: w.e.target.state(v.row)}
		w.p.mu.Lock()
		defer w.p.mu.Unlock()
		tasks[v.task].labels[v.row] = c
		return nil
	})
}

// visits reads the chunks that the visits need, each once, and calls fn for each
// visit. Visits of one chunk are made by one worker.
func (w *window) visits(ctx context.Context, all []visit, fn func(d *decider, v visit, now *fastjson.Value, s *record.Staged) error) error {
	slices.SortFunc(all, func(a, b visit) int {
		return cmp.Or(cmp.Compare(a.place.chunk, b.place.chunk), cmp.Compare(a.place.pos, b.place.pos), cmp.Compare(a.task, b.task))
	})
	var groups [][]visit
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].place.chunk == all[0].place.chunk {
			n++
		}
		groups = append(groups, all[:n])
		all = all[n:]
	}
	return w.spread(len(groups), func(d *decider, i int) error {
		group := groups[i]
		c, err := w.e.target.chunk(ctx, group[0].place.chunk)
		if err != nil {
			return err
		}
		staged, err := c.Decode(d.dec)
		if err != nil {
			return err
		}
		for _, v := range group {
			s := &staged[v.place.pos]
			now, err := parseStaged(&d.nowParser, s)
			if err != nil {
				return err
			}
			if err := fn(d, v, now, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// spread calls fn for 0 to n-1, some at a time, each call with a decider that no
// other call has.
func (w *window) spread(n int, fn func(d *decider, i int) error) error {
	if n == 0 {
		return nil
	}
	var g errgroup.Group
	share := max(1, min(64, n/len(w.deciders)))
	next := make(chan int, (n+share-1)/share)
	for i := 0; i < n; i += share {
		next <- i
	}
	close(next)
	for _, d := range w.deciders {
		g.Go(func() error {
			for from := range next {
				for i := from; i < min(from+share, n); i++ {
					if err := fn(d, i); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	return g.Wait()
}

// collect adds what the workers counted to the entry's summary.
func (w *window) collect() error {
	for _, d := range w.deciders {
		w.e.sum.add(&d.sum)
		d.sum = newEntrySummary()
	}
	return nil
}
