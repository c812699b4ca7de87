package extract

import (
	"context"

	"ferry/extract/stage"
)

// tally is what the pages of a sweep add up to.
type tally struct {
	pages      int
	rows       int    // listed, with repetitions
	startTotal int    // announced by the first pages read; -1 unknown
	endTotal   int    // announced by the last pages read
	steady     bool   // every page announced the same total
	keyless    int    // rows without their key, repetitions included
	keys       keySet // of the other rows
}

func (t tally) distinct() int   { return len(t.keys) }
func (t tally) duplicates() int { return t.rows - t.keyless - len(t.keys) }

// whole tells that the list held still and every record it counts was seen.
func (t tally) whole() bool { return t.pages > 0 && t.steady && t.startTotal == t.distinct() }

// tallyOf adds up a sweep.
func (r *runner) tallyOf(ctx context.Context, sweep int64) (tally, error) {
	t := tally{steady: true}
	first, last := map[string]int{}, map[string]int{}
	var hashes []uint64
	err := r.pages(ctx, sweep, func(p stage.PageInfo) error {
		_, seen := first[p.Variant]
		if seen && len(p.Keys) == 0 {
			return nil // the end of the list, no page of it
		}
		t.pages++
		t.rows += len(p.Keys)
		if !seen {
			first[p.Variant] = p.Total
		}
		last[p.Variant] = p.Total
		t.steady = t.steady && p.Total >= 0 && p.Total == first[p.Variant]
		for _, k := range p.Keys {
			if isKeyless(k) {
				t.keyless++
			} else {
				hashes = append(hashes, keyHash(k))
			}
		}
		return nil
	})
	t.startTotal, t.endTotal = sum(first), sum(last)
	t.keys = newKeySet(hashes)
	return t, err
}

// sum adds totals; one unknown makes the sum unknown.
func sum(totals map[string]int) (n int) {
	for _, t := range totals {
		if t < 0 {
			return -1
		}
		n += t
	}
	return n
}

// pages walks the pages of a sweep in the order of reading.
func (r *runner) pages(ctx context.Context, sweep int64, fn func(stage.PageInfo) error) error {
	return r.cfg.Stage.EachPage(ctx, sweep, fn)
}
