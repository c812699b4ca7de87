package extract

import (
	"context"
	"slices"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// forward reads a list whose length nobody announces.
type forward struct {
	*runner
	sw   *sweep
	lp   listPlan
	done []int          // pages that were read before
	size int            // rows of a full page
	seen map[uint64]int // page by what it lists
}

// readForward reads waves of pages that double until one comes back short or
// lists what another page did. Pages already read are not asked again. The first
// one is missing where a run ended before it was committed.
//
// Where the vendor does not say how long its pages are, page 1 shows it, and not
// what was asked for: it may grant fewer, and then a short page 1 ends nothing.
func (r *runner) readForward(ctx context.Context, sw *sweep, lp listPlan, done []int) error {
	p := sw.listing.paging()
	f := &forward{runner: r, sw: sw, lp: lp, done: done, size: lp.Size, seen: map[uint64]int{}}
	if p.PageSize == "" {
		f.size = lp.Rows
	}
	if !slices.Contains(done, p.First) {
		if _, err := f.wave(ctx, p.First, 1); err != nil {
			return err
		}
	}
	if lp.Rows == 0 || lp.Rows < f.size || p.Kind == connector.PageNone {
		return nil
	}
	next := p.First + 1
	for wave := 1; ; wave = min(2*wave, max(r.cfg.Connections, 1)) {
		ended, err := f.wave(ctx, next, wave)
		if err != nil || ended {
			return err
		}
		next += wave
	}
}

// wave reads some pages side by side and tells whether the list ends in them.
func (f *forward) wave(ctx context.Context, next, wave int) (ended bool, err error) {
	ends := make([]bool, wave)
	g := newTasks(ctx)
	for i := range wave {
		number := next + i
		if slices.Contains(f.done, number) {
			continue
		}
		g.Go(func(ctx context.Context) error {
			page, info, err := f.readPage(ctx, f.sw, f.lp.Variant, number, f.lp.Stripes[0].ID, number)
			ends[i] = err == nil && (len(page.Rows) < f.size || f.repeats(number, info.Keys))
			return err
		})
	}
	err = g.Wait()
	return slices.Contains(ends, true), err
}

// repeats tells whether another page listed the same: the vendor does not heed
// the page number, or gives its last page again beyond the end.
func (f *forward) repeats(number int, keys []record.Key) bool {
	h := xxhash.New()
	for _, k := range keys {
		_, _ = h.WriteString(string(k) + "\x00") // a hash never fails
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	at, seen := f.seen[h.Sum64()]
	if !seen {
		f.seen[h.Sum64()] = number
	}
	return seen && at != number
}
