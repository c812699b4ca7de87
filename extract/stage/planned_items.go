package stage

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"ferry/extract/record"
)

// packView is a pack read.
type packView struct {
	id    int64
	bins  []byte
	index packIndex
	body  []byte
	why   map[int][]byte
}

// read reads the pack of that id. Its memory is its own: an item of it may be kept.
func (p *packView) read(ctx context.Context, s *Stage, view *sql.Tx, id int64, dec *Decoder) error {
	*p = packView{id: id}
	row := chunkRow{id: id}
	err := view.QueryRowContext(ctx, "SELECT p.bins, b.size, b.idx, b.body FROM plan_pack p CROSS JOIN plan_body b ON b.pack = p.id WHERE p.id = ?", id).
		Scan(&p.bins, &row.size, &row.index, &row.stored)
	if errors.Is(err, sql.ErrNoRows) {
		return corruptPack(s.path, id, errors.New("its contents are not there"))
	}
	if err != nil {
		return err
	}
	if err := dec.unpack(&row, &p.body); err != nil {
		return corruptPack(s.path, id, err)
	}
	if err := p.index.open(row.index, len(p.bins), row.size); err != nil {
		return corruptPack(s.path, id, err)
	}
	rows, err := view.QueryContext(ctx, "SELECT pos, why FROM plan_why WHERE pack = ?", id)
	if err != nil {
		return err
	}
	return eachRow(rows, func(rows *sql.Rows) error {
		var pos int
		var why []byte
		err := rows.Scan(&pos, &why)
		if p.why == nil {
			p.why = map[int][]byte{}
		}
		p.why[pos] = why
		return err
	})
}

// item gives the item at pos.
func (p *packView) item(entry, pos int) (*Item, error) {
	key, err := orderedKey(p.index.orders[pos])
	if err != nil {
		return nil, err
	}
	from, to := p.index.span(pos)
	target, note, err := cutBody(p.body[from:to])
	if err != nil {
		return nil, err
	}
	return &Item{Entry: entry, Key: record.Key(key), Action: p.index.actions[pos], Target: record.Key(target),
		Note: note, Bin: LoadBin(p.bins[pos]), Why: p.why[pos]}, nil
}

// packHead is a pack without its contents.
type packHead struct {
	id    int64
	first []byte
	bins  []byte
}

// headsAtOnce is how many packs are looked at together.
const headsAtOnce = 256

// planEntryID finds an entry of a published plan; ok is false where there is none.
func (s *Stage) planEntryID(ctx context.Context, plan int64, entry int) (id int64, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT e.id FROM plan_entry e JOIN plan p ON p.id = e.plan WHERE e.plan = ? AND e.number = ? AND p.hash IS NOT NULL",
		plan, entry).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, false, nil
	}
	return id, err == nil, s.failed("find a plan", err)
}

// Items calls fn for the items of one entry of a published plan that q picks, in
// the natural order of their keys: runs of digits compare as numbers, so that of
// most vendors the oldest records come first. They are read some hundreds at a
// time: an item is as it was shortly before fn is given it, and fn may write, and
// take as long as it likes. The item is fn's to keep. An error of fn ends the walk
// and comes back as it is.
func (s *Stage) Items(ctx context.Context, plan int64, entry int, q ItemQuery, fn func(*Item) error) error {
	id, ok, err := s.planEntryID(ctx, plan, entry)
	if err != nil || !ok {
		return err
	}
	w := itemWalk{s: s, entry: entry, q: q, fn: fn, dec: NewDecoder(), after: appendOrder(nil, string(q.After))}
	from := []byte{}
	for {
		heads, err := s.packHeads(ctx, id, from, w.after)
		if err != nil {
			return s.failed("read a plan", err)
		}
		for i := range heads {
			more, err := w.pack(ctx, &heads[i])
			if err != nil || !more {
				return err
			}
		}
		if len(heads) < headsAtOnce {
			return nil
		}
		from = append(heads[len(heads)-1].first, 0) // the least text after it
	}
}

// packHeads lists packs of a published entry from the one on that holds after, and
// of those from the text from on.
func (s *Stage) packHeads(ctx context.Context, entry int64, from, after []byte) (heads []packHead, err error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id, first, bins FROM plan_pack WHERE entry = ?1 AND run = 0 AND first >= ?2 AND"+
		" first >= coalesce((SELECT max(first) FROM plan_pack WHERE entry = ?1 AND run = 0 AND first <= ?3), x'')"+
		" ORDER BY first LIMIT ?4", entry, from, after, headsAtOnce)
	if err != nil {
		return nil, err
	}
	err = eachRow(rows, func(rows *sql.Rows) error {
		var h packHead
		err := rows.Scan(&h.id, &h.first, &h.bins)
		heads = append(heads, h)
		return err
	})
	return heads, err
}

// itemWalk gives a caller the items it picked.
type itemWalk struct {
	s     *Stage
	entry int
	q     ItemQuery
	fn    func(*Item) error
	dec   *Decoder
	after []byte
	given int
}

// pack goes through one pack; more is false when enough was given.
func (w *itemWalk) pack(ctx context.Context, h *packHead) (more bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if len(w.q.Bins) > 0 && !slices.ContainsFunc(h.bins, w.wantsBin) {
		return true, nil
	}
	p, err := w.s.readPack(ctx, h.id, w.dec)
	if err != nil {
		return false, err
	}
	pos := 0
	if len(w.after) > 0 {
		var here bool
		if pos, here = p.index.find(w.after); here {
			pos++
		}
	}
	for ; pos < len(p.bins); pos++ {
		if !w.wantsBin(p.bins[pos]) || len(w.q.Actions) > 0 && !slices.Contains(w.q.Actions, p.index.actions[pos]) {
			continue
		}
		it, err := p.item(w.entry, pos)
		if err != nil {
			return false, corruptPack(w.s.path, h.id, err)
		}
		if err := w.fn(it); err != nil {
			return false, err
		}
		if w.given++; w.given == w.q.Limit {
			return false, nil
		}
	}
	return true, nil
}

func (w *itemWalk) wantsBin(bin byte) bool {
	return len(w.q.Bins) == 0 || slices.Contains(w.q.Bins, LoadBin(bin))
}

// readPack reads a pack in a moment's view.
func (s *Stage) readPack(ctx context.Context, id int64, dec *Decoder) (*packView, error) {
	view, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, s.failed("read a plan", err)
	}
	defer func() {
		// Nothing was written: there is nothing to lose by ending it.
		_ = view.Rollback()
	}()
	p := &packView{}
	return p, s.failed("read a plan", p.read(ctx, s, view, id, dec))
}

// Item gives one item of a published plan; ok is false where it has none of that
// key.
func (s *Stage) Item(ctx context.Context, plan int64, entry int, key record.Key) (it Item, ok bool, err error) {
	id, ok, err := s.planEntryID(ctx, plan, entry)
	if err != nil || !ok {
		return Item{}, false, err
	}
	order := appendOrder(nil, string(key))
	var pack int64
	err = s.read.QueryRowContext(ctx, packOf, id, order).Scan(&pack)
	if errors.Is(err, sql.ErrNoRows) {
		return Item{}, false, nil
	}
	if err != nil {
		return Item{}, false, s.failed("find an item", err)
	}
	dec, _ := s.spare.Get().(*Decoder)
	if dec == nil {
		dec = NewDecoder()
	}
	p, err := s.readPack(ctx, pack, dec)
	s.spare.Put(dec)
	if err != nil {
		return Item{}, false, err
	}
	pos, ok := p.index.find(order)
	if !ok {
		return Item{}, false, nil
	}
	found, err := p.item(entry, pos)
	if err != nil {
		return Item{}, false, corruptPack(s.path, pack, err)
	}
	return *found, true, nil
}

// packOf finds the pack of a published entry in which a key stands, if anywhere.
const packOf = "SELECT id FROM plan_pack WHERE entry = ? AND run = 0 AND first <= ? ORDER BY first DESC LIMIT 1"
