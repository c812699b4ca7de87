package extract

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/stage"
)

// rowFinisher does what can only be done when every row is there. Each step may be
// done again. Keys are gone through in parts, by their hash, so that the memory
// does not grow with the files.
type rowFinisher struct {
	cfg     RowsConfig
	listing stage.Listing
	parts   uint64
	split   map[record.Key]*double // keys of rows that differ: no record is made of any
	marks   goneMarks
	sum     RowsSummary
}

// double is a key that several rows have.
type double struct {
	first, second rowPlace // a second row of 0: there is none
	hash          uint64
	differ        bool
}

// rowPlace is where a row stands.
type rowPlace struct {
	file   int
	sheet  string
	number int
}

func placeOf(r *stage.ListedRow) rowPlace { return rowPlace{r.File, r.Sheet, r.Number} }

// from names the place for somebody who looks at another.
func (p rowPlace) from(here rowPlace, files []string) string {
	name := grid.Ref{Row: p.number}.String()
	if p.sheet != here.sheet {
		name += " of sheet " + p.sheet
	}
	if p.file != here.file && p.file < len(files) {
		name += " of " + files[p.file]
	}
	return name
}

func rowHash(key record.Key) uint64 { return xxhash.Sum64String(string(key)) }

// holdDoubles finds rows with one key.
func (f *rowFinisher) holdDoubles(ctx context.Context) error {
	suspects := map[uint64]bool{}
	for part := range f.parts {
		var hashes []uint64
		err := f.eachKey(ctx, f.listing, part, func(_ *stage.ListedRow, hash uint64) { hashes = append(hashes, hash) })
		if err != nil {
			return err
		}
		slices.Sort(hashes)
		for i := 1; i < len(hashes); i++ {
			if hashes[i] == hashes[i-1] {
				suspects[hashes[i]] = true
			}
		}
	}
	f.split = map[record.Key]*double{}
	if len(suspects) == 0 {
		return nil
	}
	all := map[record.Key]*double{}
	err := f.cfg.Stage.EachListed(ctx, f.listing, func(_ int, rows []stage.ListedRow) error {
		for i := range rows {
			if r := &rows[i]; r.Key != "" && suspects[rowHash(r.Key)] {
				addDouble(all, r)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for key, d := range all {
		if d.differ {
			f.split[key] = d
		}
	}
	return f.cfg.Stage.EachListed(ctx, f.listing, func(page int, rows []stage.ListedRow) error {
		changed := false
		for i := range rows {
			if d := all[rows[i].Key]; d != nil && d.second.number > 0 {
				changed = d.apply(&rows[i], f.cfg.Names) || changed
			}
		}
		if !changed {
			return ctx.Err()
		}
		return f.cfg.Stage.SetListed(ctx, f.listing, page, rows)
	})
}

func addDouble(all map[record.Key]*double, r *stage.ListedRow) {
	d := all[r.Key]
	switch {
	case d == nil:
		all[r.Key] = &double{first: placeOf(r), hash: r.Hash}
		return
	case d.second.number == 0:
		d.second = placeOf(r)
	}
	d.differ = d.differ || d.hash != r.Hash
}

// apply says in a row that others have its key, and tells whether that is news.
func (d *double) apply(r *stage.ListedRow, files []string) bool {
	here, other := placeOf(r), d.first
	if here == d.first {
		other = d.second
	}
	name := other.from(here, files)
	was := *r
	switch {
	case r.Bin == string(sheet.SkippedRow) && r.Rule != RuleDouble:
		return false // it is in the target already, or was left out by a person
	case d.differ:
		r.Bin, r.Rule = string(sheet.Held), RuleDouble
		r.Why = fmt.Sprintf("%s has the same key, and the two differ", name)
		r.Do = "keep the right one of them, or name columns as the key that tell them apart"
	case here != d.first && r.Bin == stage.ListedRecord:
		r.Bin, r.Rule, r.Why = string(sheet.SkippedRow), RuleDouble, "says the same as "+name
	}
	return r.Bin != was.Bin || r.Why != was.Why
}

// forget takes the records out of the stage that no row lists any more.
func (f *rowFinisher) forget(ctx context.Context) error {
	if err := f.begin(ctx); err != nil {
		return err
	}
	for part := range f.parts {
		var listed []uint64
		err := f.eachKey(ctx, f.listing, part, func(r *stage.ListedRow, hash uint64) {
			if f.split[r.Key] == nil {
				listed = append(listed, hash)
			}
		})
		if err != nil {
			return err
		}
		slices.Sort(listed)
		var gone []record.Key
		drop := func() error {
			_, err := f.cfg.Stage.Forget(ctx, f.cfg.Account.ID, f.cfg.Stream, gone)
			gone = gone[:0]
			return err
		}
		err = f.cfg.Stage.MissingFrom(ctx, f.cfg.Account.ID, f.cfg.Stream, nil, func(key record.Key) error {
			hash := rowHash(key)
			if hash%f.parts != part || f.keeps(key) {
				return nil
			}
			if _, found := slices.BinarySearch(listed, hash); found {
				return nil
			}
			if f.cfg.Missing != "" && f.split[key] == nil && f.cfg.Loaded(key) {
				return f.mark(ctx, key)
			}
			if gone = append(gone, key); len(gone) < pageRows {
				return ctx.Err()
			}
			return drop()
		})
		if err != nil {
			return err
		}
		if err := errors.Join(drop(), f.putMarks(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func (f *rowFinisher) keeps(key record.Key) bool {
	return f.split[key] == nil && f.cfg.Keep != nil && f.cfg.Keep(key)
}

// eachKey gives the rows of a listing that have a key, of one part of the keys.
func (f *rowFinisher) eachKey(ctx context.Context, l stage.Listing, part uint64, fn func(r *stage.ListedRow, hash uint64)) error {
	return f.cfg.Stage.EachListed(ctx, l, func(_ int, rows []stage.ListedRow) error {
		for i := range rows {
			if rows[i].Key == "" {
				continue
			}
			if hash := rowHash(rows[i].Key); hash%f.parts == part {
				fn(&rows[i], hash)
			}
		}
		return ctx.Err()
	})
}
