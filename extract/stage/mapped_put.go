package stage

import (
	"context"
	"fmt"
)

// Put writes mapped chunks in one commit. They are part of the generation, and
// found again by the next draft if this one is not published.
func (d *Draft) Put(ctx context.Context, chunks []*MappedChunk) error {
	heads := make([]*head, len(chunks))
	var written []reason
	err := d.s.write(ctx, func(t *tx) (err error) {
		if written, err = d.putReasons(t, chunks); err != nil {
			return err
		}
		for i, m := range chunks {
			e := d.entries[m.unit.Entry]
			h := &head{source: m.unit.chunk, hash: e.Hash, born: d.id, codes: m.codes, refs: m.names, chosen: true}
			res, err := t.execResult("INSERT INTO mapped_chunk (stream, source, hash, born, keyed, refs, bins) VALUES (?, ?, ?, ?, 0, ?, ?)",
				e.stream, h.source, int64(h.hash), h.born, h.refs, h.codes)
			if err != nil {
				return err
			}
			if h.id, err = res.LastInsertId(); err != nil {
				return err
			}
			if err := t.exec("INSERT INTO mapped_body (chunk, size, idx, refs, body) VALUES (?, ?, ?, ?, ?)",
				h.id, m.size, m.index, m.refs, m.body); err != nil {
				return err
			}
			heads[i] = h
		}
		return nil
	})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, m := range chunks {
		e := d.entries[m.unit.Entry]
		e.heads = append(e.heads, heads[i])
		for _, older := range m.unit.heads {
			older.yield(heads[i])
		}
		d.choose(e, m.unit.chunk, append([]*head{heads[i]}, m.unit.heads...))
	}
	for _, r := range written {
		r.entry.saved[r.code] = true
	}
	return nil
}

// yield makes room for the records that a newer head has.
func (h *head) yield(newer *head) {
	for pos, code := range newer.codes {
		if Bin(code) != BinNone && Bin(h.codes[pos]) != BinNone {
			h.set(pos, stateSuperseded)
		}
	}
}

// reason is one code of an entry's reasons.
type reason struct {
	entry *draftEntry
	code  int
}

// putReasons writes the reasons that the chunks may be the first to use.
func (d *Draft) putReasons(t *tx, chunks []*MappedChunk) (written []reason, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range chunks {
		e := d.entries[m.unit.Entry]
		for code := firstReason; code <= lastReason; code++ {
			if e.texts[code] == "" || e.saved[code] {
				continue
			}
			if err := t.exec("INSERT OR REPLACE INTO mapped_reason (stream, code, text) VALUES (?, ?, ?)", e.stream, code, e.texts[code]); err != nil {
				return nil, err
			}
			written = append(written, reason{e, code})
		}
	}
	return written, nil
}

// Bins counts what became of an entry's records so far.
func (d *Draft) Bins(entry int) Bins {
	e := d.entries[entry]
	var b Bins
	var reasons [256]int
	for _, h := range e.sortedHeads() {
		for pos, code := range h.codes {
			state := stateOf(h.state, pos)
			switch binOf(code, state) {
			case BinMapped:
				b.Mapped++
			case BinDead:
				b.Dead++
			case BinHeld:
				b.Held++
			case BinTombstone:
				b.Tombstones++
			case BinSkipped:
				b.Skipped++
				reasons[code]++
			}
		}
		b.Orphans += h.orphans
	}
	for code, n := range reasons {
		if n == 0 {
			continue
		}
		if b.Reasons == nil {
			b.Reasons = map[string]int{}
		}
		b.Reasons[e.texts[code]] += n
	}
	return b
}

// checkBins refuses a generation whose records are not all in exactly one bin.
func (d *Draft) checkBins(ctx context.Context, e *draftEntry, b *Bins) error {
	live, gone, err := d.s.counts(ctx, d.account, e.From[0].Stream)
	if err != nil {
		return err
	}
	b.Source = live + gone
	if sum := b.Sum(); sum != b.Source {
		return fmt.Errorf("stage %s: stream %s has %d records, but %d were mapped, skipped, dead, held or deleted for %s: nothing was published; extract once more, and report this if it stays",
			d.s.path, e.From[0].Stream, b.Source, sum, e.Name)
	}
	return nil
}
