package stage

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// SetItems writes the Bin and the Why of items, all of them or none; what else the
// items hold is not looked at.
func (s *Stage) SetItems(ctx context.Context, plan int64, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	sorted := make([]setItem, len(items))
	for i := range items {
		sorted[i] = setItem{appendOrder(nil, string(items[i].Key)), &items[i]}
	}
	slices.SortStableFunc(sorted, func(a, b setItem) int {
		return cmp.Or(cmp.Compare(a.item.Entry, b.item.Entry), bytes.Compare(a.order, b.order))
	})
	return s.write(ctx, func(t *tx) error { return t.setItems(plan, sorted) })
}

// setItem is an item to be set and the text it is found by.
type setItem struct {
	order []byte
	item  *Item
}

func (t *tx) setItem(plan int64, it *Item) error {
	return t.setItems(plan, []setItem{{appendOrder(nil, string(it.Key)), it}})
}

// setItems sets sorted items, pack by pack.
func (t *tx) setItems(plan int64, sorted []setItem) error {
	p := openPack{t: t}
	for i := range sorted {
		if err := p.set(plan, &sorted[i]); err != nil {
			return err
		}
	}
	return p.flush()
}

// openPack is the pack whose items are being set.
type openPack struct {
	t      *tx
	id     int64 // 0: none
	number int   // of the entry
	bins   []byte
	index  packIndex
	dirty  bool
}

func (p *openPack) set(plan int64, s *setItem) error {
	if s.item.Bin > LoadRestored {
		return fmt.Errorf("item %s of a plan cannot be in bin %d", s.item.Key, s.item.Bin)
	}
	pos, ok := 0, false
	if p.id != 0 && p.number == s.item.Entry {
		pos, ok = p.index.find(s.order)
	}
	if !ok {
		if err := p.open(plan, s); err != nil {
			return err
		}
		if pos, ok = p.index.find(s.order); !ok {
			return errNoItem(plan, s.item)
		}
	}
	if p.bins[pos] != byte(s.item.Bin) {
		p.bins[pos], p.dirty = byte(s.item.Bin), true
	}
	if s.item.Why == nil {
		return p.t.exec("DELETE FROM plan_why WHERE pack = ? AND pos = ?", p.id, pos)
	}
	return p.t.exec("INSERT OR REPLACE INTO plan_why (pack, pos, why) VALUES (?, ?, ?)", p.id, pos, s.item.Why)
}

func errNoItem(plan int64, it *Item) error {
	return fmt.Errorf("plan %d has no item %s in entry %d", plan, it.Key, it.Entry)
}

// open writes the pack before and reads the one in which an item should be.
func (p *openPack) open(plan int64, s *setItem) error {
	if err := p.flush(); err != nil {
		return err
	}
	var entry int64
	err := p.t.row("SELECT e.id FROM plan_entry e JOIN plan p ON p.id = e.plan WHERE e.plan = ? AND e.number = ? AND p.hash IS NOT NULL", plan, s.item.Entry).Scan(&entry)
	if err == nil {
		err = p.t.row(packOf, entry, s.order).Scan(&p.id)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return errNoItem(plan, s.item)
	}
	if err != nil {
		return err
	}
	var size int
	var index []byte
	p.number = s.item.Entry
	if err := p.t.row("SELECT p.bins, b.size, b.idx FROM plan_pack p CROSS JOIN plan_body b ON b.pack = p.id WHERE p.id = ?", p.id).
		Scan(&p.bins, &size, &index); err != nil {
		return err
	}
	if err := p.index.open(index, len(p.bins), size); err != nil {
		return corruptPack(p.t.w.path, p.id, err)
	}
	return nil
}

func (p *openPack) flush() error {
	if !p.dirty {
		return nil
	}
	p.dirty = false
	return p.t.exec("UPDATE plan_pack SET bins = ? WHERE id = ?", p.bins, p.id)
}

// PlanBins counts the items of a published plan by bin, entry by entry.
func (s *Stage) PlanBins(ctx context.Context, plan int64) ([]LoadBins, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT e.number, k.bins FROM plan p CROSS JOIN plan_entry e ON e.plan = p.id LEFT JOIN plan_pack k ON k.entry = e.id AND k.run = 0"+
		" WHERE p.id = ? AND p.hash IS NOT NULL ORDER BY e.number", plan)
	if err != nil {
		return nil, s.failed("count a plan", err)
	}
	var all []LoadBins
	err = eachRow(rows, func(rows *sql.Rows) error {
		var entry int
		var bins sql.RawBytes
		if err := rows.Scan(&entry, &bins); err != nil {
			return err
		}
		for entry >= len(all) {
			all = append(all, LoadBins{})
		}
		var counts [256]int
		for _, bin := range bins {
			counts[bin]++
		}
		for bin, n := range counts {
			if n > 0 {
				all[entry][LoadBin(bin)] += n
			}
		}
		return nil
	})
	return all, s.failed("count a plan", err)
}
