package stage

import (
	"context"
	"database/sql"
	"errors"

	"ferry/extract/record"
)

// pendingPage is a page on its way to the writer.
type pendingPage struct {
	PageWrite
	place  *sweepPlace
	hint   *hint
	keys   []byte
	index  []byte // set with packed
	packed []byte // nil: the writer compresses, if anything has to be stored
}

// PutPage stages a page: its body, its records and its checkpoint in one commit,
// several calls maybe sharing it. It returns when the page is committed; on an
// error nothing of it is. A page at a place (PageRef) that was put before
// replaces that checkpoint. It may be called from many goroutines, and compresses
// in the caller's. w is not kept.
//
// Of two readings of a record within one process the one with the later ReadAt
// stays, whichever is committed first.
func (s *Stage) PutPage(ctx context.Context, w PageWrite) (PutResult, error) {
	return s.putPageWith(ctx, w, nil)
}

// putPageWith is PutPage, with more to be written in the same commit; nil nothing.
func (s *Stage) putPageWith(ctx context.Context, w PageWrite, more func(*tx) error) (PutResult, error) {
	if s.writer == nil {
		return PutResult{}, ErrReadOnly
	}
	place, err := s.place(ctx, w.Sweep)
	if err != nil {
		return PutResult{}, err
	}
	p := &pendingPage{PageWrite: w, place: place}
	if p.hint, err = s.hintOf(ctx, place.stream); err != nil {
		return PutResult{}, err
	}
	if !w.NamesOnly {
		if err := checkEntries(w.Body, w.Entries); err != nil {
			return PutResult{}, err
		}
		if p.hint.pack.Load() && len(w.Entries) > 0 {
			if err := p.pack(&s.writer.packer); err != nil {
				return PutResult{}, err
			}
		}
	}
	p.keys = appendKeys(make([]byte, 0, 12*len(w.Keys)), w.Keys)
	var sum PutResult
	err = s.submit(ctx, &request{page: true, do: func(t *tx) (err error) {
		if sum, err = t.putPage(p); err != nil || more == nil {
			return err
		}
		return more(t)
	}})
	if err != nil {
		return PutResult{}, err
	}
	if !w.NamesOnly {
		p.hint.learn(len(w.Entries), sum)
	}
	return sum, nil
}

func (p *pendingPage) from() origin { return origin{fetched: p.ReadAt, run: p.Run, page: p.PageRef} }

// pack compresses the whole body and writes the index of all its records.
func (p *pendingPage) pack(packer *packer) (err error) {
	if p.packed != nil {
		return nil
	}
	index := indexWriter{origins: []origin{p.from()}, records: make([]indexed, len(p.Entries))}
	for i := range p.Entries {
		e := &p.Entries[i]
		index.records[i] = indexed{key: string(e.Key), offset: e.Offset, length: e.Length, hash: e.Hash}
	}
	p.index = index.bytes()
	p.packed, err = packer.pack(p.Body)
	return err
}

func (t *tx) putPage(p *pendingPage) (PutResult, error) {
	err := t.exec("INSERT OR REPLACE INTO page (sweep, variant, number, stripe, step, read_at, total, rows, keys) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		p.Sweep, p.Variant, p.Number, p.Stripe, p.Step, micros(p.ReadAt), p.Total, len(p.Keys), p.keys)
	if err != nil {
		return PutResult{}, err
	}
	if !p.Cursor.IsZero() {
		if err := t.exec("INSERT INTO cursor (stream, filter, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
			p.place.stream, p.place.filter, micros(p.Cursor)); err != nil {
			return PutResult{}, err
		}
	}
	if p.NamesOnly || len(p.Entries) == 0 {
		return PutResult{}, nil
	}
	to := &target{stream: p.place.stream, from: p.from()}
	if ok, err := t.putFresh(to, p); err != nil {
		return PutResult{}, err
	} else if ok {
		return PutResult{New: len(p.Entries)}, nil
	}
	if p.hint.insert.Load() {
		return t.putUnknown(to, p)
	}
	return t.putKnown(to, p)
}

// putUnknown stages a page whose records are expected to be new.
func (t *tx) putUnknown(to *target, p *pendingPage) (sum PutResult, err error) {
	chunk := t.newChunk()
	n, err := t.insertNew(to.stream, chunk, p.Entries)
	if err != nil {
		return sum, err
	}
	t.count(to.stream, n, 0)
	if n == len(p.Entries) {
		return PutResult{New: n}, t.insertBody(to, p, chunk)
	}
	found, err := t.lookUp(to.stream, p.Entries)
	if err != nil {
		return sum, err
	}
	stored := false
	for i := range p.Entries {
		e := &p.Entries[i]
		have := found[e.Key]
		if have.chunk == chunk && have.pos == i {
			sum.New++
			stored = true
			continue
		}
		if err := t.settle(to, e, found, chunk, i, &sum, &stored); err != nil {
			return sum, err
		}
	}
	if !stored {
		return sum, nil
	}
	return sum, t.insertBody(to, p, chunk)
}

// settle decides on entry e, number pos of a page to be stored whole as chunk,
// and places it there, or marks it as not to be read from there.
func (t *tx) settle(to *target, e *Entry, found map[record.Key]placed, chunk int64, pos int, sum *PutResult, stored *bool) error {
	have := found[e.Key]
	f, err := t.decide(to, e, found, sum)
	if err != nil {
		return err
	}
	if f == fateKeep {
		return t.mark(chunk, pos, stateSuperseded)
	}
	*stored = true
	found[e.Key] = placed{chunk: chunk, pos: pos, hash: e.Hash, parent: to.from.parent}
	return t.place(to, e, f, have, chunk, pos)
}

// putKnown stages a page whose records are expected to be known: only what is new
// in it is stored, by itself if that is less than half of the body.
func (t *tx) putKnown(to *target, p *pendingPage) (sum PutResult, err error) {
	found, err := t.lookUp(to.stream, p.Entries)
	if err != nil {
		return sum, err
	}
	fresh := 0
	for i := range p.Entries {
		if have, known := found[p.Entries[i].Key]; !known || have.hash != p.Entries[i].Hash {
			fresh += p.Entries[i].Length
		}
	}
	if fresh*2 < len(p.Body) {
		return sum, t.putFew(to, p.Body, p.Entries, found, &sum)
	}
	chunk, stored := t.newChunk(), false
	for i := range p.Entries {
		if err := t.settle(to, &p.Entries[i], found, chunk, i, &sum, &stored); err != nil {
			return sum, err
		}
	}
	if !stored {
		return sum, nil
	}
	return sum, t.insertBody(to, p, chunk)
}

// putFew stages what is new among entries, cut out of body.
func (t *tx) putFew(to *target, body []byte, entries []Entry, found map[record.Key]placed, sum *PutResult) error {
	for i := range entries {
		e := &entries[i]
		have := found[e.Key]
		f, err := t.decide(to, e, found, sum)
		if err != nil {
			return err
		}
		if f == fateKeep {
			continue
		}
		b, err := t.builder(to.stream, e.Length)
		if err != nil {
			return err
		}
		pos := b.add(e.Key, body[e.Offset:e.Offset+e.Length], e.Hash, to.from)
		if err := t.place(to, e, f, have, b.chunk, pos); err != nil {
			return err
		}
		found[e.Key] = placed{chunk: b.chunk, pos: pos, hash: e.Hash, parent: to.from.parent}
	}
	return nil
}

// insertBody writes the page's body as chunk.
func (t *tx) insertBody(to *target, p *pendingPage, chunk int64) error {
	if err := p.pack(&t.w.packer); err != nil {
		return err
	}
	return t.insertChunk(chunk, to.stream, micros(p.ReadAt), len(p.Body), len(p.Entries), p.index, p.packed)
}

// Pages gives every page of the sweep that was read, in the order of reading.
func (s *Stage) Pages(ctx context.Context, sweep int64) ([]PageInfo, error) {
	var pages []PageInfo
	err := s.EachPage(ctx, sweep, func(p PageInfo) error {
		pages = append(pages, p)
		return nil
	})
	return pages, err
}

// EachPage calls fn for every page of the sweep in the order of reading.
func (s *Stage) EachPage(ctx context.Context, sweep int64, fn func(PageInfo) error) error {
	rows, err := s.read.QueryContext(ctx,
		"SELECT id, variant, number, stripe, step, read_at, total, rows, keys FROM page WHERE sweep = ? ORDER BY id", sweep)
	if err != nil {
		return s.failed("read checkpoints", err)
	}
	var own error
	err = eachRow(rows, func(rows *sql.Rows) error {
		p := PageInfo{PageRef: PageRef{Sweep: sweep}}
		var id, readAt int64
		var count int
		var keys sql.RawBytes
		err := rows.Scan(&id, &p.Variant, &p.Number, &p.Stripe, &p.Step, &readAt, &p.Total, &count, &keys)
		if err != nil {
			return err
		}
		p.ReadAt = fromMicros(readAt)
		if p.Keys, err = readKeys(keys, count); err != nil {
			own = &CorruptError{Path: s.path, What: "checkpoint " + err.Error()}
			return own
		}
		own = fn(p)
		return own
	})
	if own != nil && errors.Is(err, own) {
		return own
	}
	return s.failed("read checkpoints", err)
}
