package sheet

import (
	"context"
	"slices"

	"ferry/extract/sheet/grid"
)

// wander finds rows that have left their stamps: an Excel table that is sorted, or
// gets a row, moves its own cells and leaves ours beside it where they are. A row is
// then known by its print, which stands in the stamp of another row.
type wander struct{ rows, stamps []uint64 } // prints of rows beside a stamp that is not theirs, and of such stamps

// add takes a record of an answered file.
func (w *wander) add(row *Row) {
	if row.Stamp != nil && row.Stamp.Hash == row.Hash {
		return
	}
	w.rows = append(w.rows, row.Hash)
	if row.Stamp != nil {
		w.stamps = append(w.stamps, row.Stamp.Hash)
	}
}

// found counts the rows that are known by the stamp of another.
func (w *wander) found() (n int) {
	slices.Sort(w.rows)
	slices.Sort(w.stamps)
	for i, j := 0, 0; i < len(w.rows) && j < len(w.stamps); {
		switch {
		case w.rows[i] < w.stamps[j]:
			i++
		case w.rows[i] > w.stamps[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// settleMoved has rows that have left their stamps recognised by what stands in them,
// and tells so.
func (u *understanding) settleMoved(ctx context.Context) error {
	r := &u.layout.Recipe
	r.Moved = false
	if u.survey.stamps == 0 {
		return nil
	}
	var w wander
	_, err := u.book.Rows(ctx, r, func(row *Row) error {
		if row.Bin == Record {
			w.add(row)
		}
		return nil
	})
	if n := w.found(); err == nil && n > 0 {
		r.Moved = true
		u.fact(grid.Fact{Code: "rows-moved", Count: n, Warn: true,
			Text: plural(n, "row was", "rows were") + " sorted or moved without Ferry's columns beside the list: they are recognised by what stands in them."})
	}
	return err
}

// moved are the stamps of rows that have left them.
type moved struct {
	stamps map[uint64][]Stamp // by the print of their rows
	lost   bool               // a row that is done is nowhere to be found: it was changed or deleted
}

// What is said of a row of which nobody can tell which record it is.
const (
	whyMoved = "rows were moved without Ferry's columns, and this one was changed as well: it may be one that is loaded already"
	doMoved  = "in the answered file as Ferry wrote it, sort whole rows with Ferry's columns, or undo the change of this row first"
)

// give gives a row the stamp of what stands in it. unknown tells that it may be a
// changed one of those that are done.
func (m *moved) give(row *Row) (unknown bool) {
	if row.Stamp != nil && row.Stamp.Hash == row.Hash {
		return false
	}
	row.Stamp = nil
	if of := m.stamps[row.Hash]; len(of) > 0 {
		row.Stamp, m.stamps[row.Hash] = &of[0], of[1:]
		return false
	}
	return m.lost
}

// movedOf collects the stamps that rows have left; nil where they stand beside them.
func (b *Book) movedOf(ctx context.Context, r *Recipe) (*moved, error) {
	if !r.Moved {
		return nil, nil
	}
	m := &moved{stamps: map[uint64][]Stamp{}}
	rows, tally := map[uint64]int{}, b.newTally()
	err := b.eachSheet(ctx, r, func(s *sorter, index int) error {
		s.looks = true
		_, err := b.pass(ctx, s, index, wantOf(s.recipe), &tally, func(_ *grid.Row, row *Row) error {
			if row.Bin != Record || row.Stamp != nil && row.Stamp.Hash == row.Hash {
				return nil
			}
			rows[row.Hash]++
			if row.Stamp != nil {
				m.stamps[row.Stamp.Hash] = append(m.stamps[row.Stamp.Hash], *row.Stamp)
			}
			return nil
		})
		return err
	})
	for print, of := range m.stamps {
		for _, left := range of[min(rows[print], len(of)):] {
			m.lost = m.lost || left.Done
		}
	}
	return m, err
}
