package extract

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ferry/extract/stage"
)

// seenRow is what is known of a key of the listing before.
type seenRow struct {
	hash uint64
	seen bool
}

// compare counts the rows, and says what differs from the listing before.
func (f *rowFinisher) compare(ctx context.Context) error {
	f.sum = RowsSummary{Bins: map[string]int{}, Rules: map[string]int{}, Marked: f.marks.done, Spared: f.marks.spared}
	err := f.cfg.Stage.EachListed(ctx, f.listing, func(_ int, rows []stage.ListedRow) error {
		for i := range rows {
			f.sum.Rows++
			f.sum.Bins[rows[i].Bin]++
			if rows[i].Rule != "" {
				f.sum.Rules[rows[i].Rule]++
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	before, ok, err := f.cfg.Stage.Listing(ctx, f.cfg.Account.ID, f.cfg.Stream)
	if err != nil {
		return err
	}
	if !ok {
		f.sum.New = f.sum.Bins[stage.ListedRecord]
		return nil
	}
	f.sum.Since = before.Ended.Truncate(time.Second)
	f.parts = max(f.parts, f.cfg.parts(before.Pages*pageRows))
	for part := range f.parts {
		if err := f.comparePart(ctx, before, part); err != nil {
			return err
		}
	}
	if before.Print == f.listing.Print && f.sum.New+f.sum.Changed+f.sum.Missing == 0 {
		return f.sameAs(before)
	}
	return nil
}

// sameAs says of files that were read again what they said the first time: the
// reading may have been stopped after its end.
func (f *rowFinisher) sameAs(before stage.Listing) error {
	var was RowsSummary
	if err := json.Unmarshal(before.Summary, &was); err != nil {
		return fmt.Errorf("summary of the rows: %w", err)
	}
	f.sum.Since, f.sum.New, f.sum.Changed, f.sum.Unchanged = was.Since, was.New, was.Changed, was.Unchanged
	f.sum.Again, f.sum.Missing, f.sum.Gone = was.Again, was.Missing, was.Gone
	return nil
}

func (f *rowFinisher) comparePart(ctx context.Context, before stage.Listing, part uint64) error {
	known := map[uint64]seenRow{}
	err := f.eachKey(ctx, before, part, func(r *stage.ListedRow, hash uint64) { known[hash] = seenRow{hash: r.Hash} })
	if err != nil {
		return err
	}
	err = f.eachKey(ctx, f.listing, part, func(r *stage.ListedRow, hash uint64) {
		was, ok := known[hash]
		if ok {
			known[hash] = seenRow{hash: was.hash, seen: true}
		}
		switch {
		case r.Bin != stage.ListedRecord && r.Rule != RuleLoaded:
		case !ok:
			f.sum.New++
			if r.Rule == RuleLoaded || f.cfg.Loaded != nil && f.cfg.Loaded(r.Key) {
				f.sum.Again++
			}
		case was.hash != r.Hash:
			f.sum.Changed++
		default:
			f.sum.Unchanged++
		}
	})
	if err != nil {
		return err
	}
	return f.eachKey(ctx, before, part, func(r *stage.ListedRow, hash uint64) {
		if known[hash].seen || f.keeps(r.Key) {
			return
		}
		known[hash] = seenRow{seen: true} // a key that stood twice is one record
		f.sum.Missing++
		if len(f.sum.Gone) < mostGone {
			f.sum.Gone = append(f.sum.Gone, GoneRow{File: r.File, Sheet: r.Sheet, Number: r.Number, Key: r.Key})
		}
	})
}
