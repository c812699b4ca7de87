package stage

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// sourceChunk is a chunk of a source stream, by what its small columns say.
type sourceChunk struct {
	id    int64
	state []byte
}

// sourceChunks lists the chunks of a stream without reading any.
func (s *Stage) sourceChunks(ctx context.Context, stream int64, fn func(sourceChunk) error) error {
	rows, err := s.read.QueryContext(ctx, "SELECT c.id, s.state FROM chunk c LEFT JOIN chunk_state s ON s.chunk = c.id"+
		" WHERE c.stream = ? ORDER BY c.id", stream)
	if err != nil {
		return s.failed("list chunks", err)
	}
	return s.failed("list chunks", eachRow(rows, func(rows *sql.Rows) error {
		var c sourceChunk
		if err := rows.Scan(&c.id, &c.state); err != nil {
			return err
		}
		return fn(c)
	}))
}

// marksOf is a mark of all that an entry depends on beside its source: details
// that are read or become due, and the streams joined to it. Where it is equal,
// nothing of these has changed.
func (d *Draft) marksOf(ctx context.Context, e *draftEntry) ([]byte, error) {
	marks := []byte{}
	for i, f := range e.from {
		var err error
		if i > 0 && f.id != 0 {
			if marks, err = d.s.markStream(ctx, marks, f.id); err != nil {
				return nil, err
			}
		}
		if !f.Details || f.id == 0 {
			continue
		}
		if f.answers != 0 {
			if marks, err = d.s.markStream(ctx, marks, f.answers); err != nil {
				return nil, err
			}
		}
		if marks, err = d.s.markDetails(ctx, marks, f); err != nil {
			return nil, err
		}
	}
	return marks, nil
}

// markStream appends a mark of the chunks of a stream and of what lives in them. A
// chunk's content never changes but by rewriting, which is counted.
func (s *Stage) markStream(ctx context.Context, marks []byte, stream int64) ([]byte, error) {
	sum := xxhash.New()
	var number [8]byte
	err := s.sourceChunks(ctx, stream, func(c sourceChunk) error {
		binary.LittleEndian.PutUint64(number[:], uint64(c.id))
		_, _ = sum.Write(number[:]) // never fails, nor does the next
		_, _ = sum.Write(c.state)
		return nil
	})
	if err != nil {
		return nil, err
	}
	var times int64
	err = s.read.QueryRowContext(ctx, "SELECT coalesce(max(times), 0) FROM rewritten WHERE stream = ?", stream).Scan(&times)
	marks = binary.LittleEndian.AppendUint64(marks, uint64(stream))
	marks = binary.LittleEndian.AppendUint64(marks, uint64(times))
	return sum.Sum(marks), s.failed("list chunks", err)
}

// markDetails appends a mark of which details were asked and which are due. Every
// answer is noted with its time, so the numbers cannot be the same after one.
func (s *Stage) markDetails(ctx context.Context, marks []byte, f fromStream) ([]byte, error) {
	var n [4]int64
	err := s.read.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(due), 0), coalesce(sum(missing), 0), coalesce(max(read_at), 0)"+
		" FROM detail WHERE stream = ? AND sub = ?", f.id, f.answers).Scan(&n[0], &n[1], &n[2], &n[3])
	for _, v := range n {
		marks = binary.LittleEndian.AppendUint64(marks, uint64(v))
	}
	return marks, s.failed("count details", err)
}

// mostHeads is how many mapped chunks may share a source chunk, before its records
// are all mapped again into one.
const mostHeads = 4

// Units lists the chunks that have to be looked at for an entry, in staging
// order, and settles for all others what part of this generation they are.
func (d *Draft) Units(ctx context.Context, entry int) ([]Unit, error) {
	e := d.entries[entry]
	bySource := map[int64][]*head{}
	for _, h := range e.heads {
		if h.hash == e.Hash && h.source != 0 {
			bySource[h.source] = append(bySource[h.source], h)
		}
	}
	settled := e.before != nil && bytes.Equal(e.marks, e.before.marks)
	var units []Unit
	err := d.s.sourceChunks(ctx, e.from[0].id, func(c sourceChunk) error {
		heads := bySource[c.id]
		slices.Reverse(heads)
		switch {
		case allSuperseded(c.state):
		case len(heads) == 0 || len(heads) > mostHeads:
			units = append(units, Unit{Entry: entry, chunk: c.id})
		case cover(heads, c.state) && (len(e.marks) == 0 || settled && heads[0].born != d.id):
			d.choose(e, c.id, heads)
		default:
			units = append(units, Unit{Entry: entry, Known: true, chunk: c.id, heads: heads})
		}
		return nil
	})
	return units, err
}

// Keep says that what is known of a unit is part of the generation as it is.
func (d *Draft) Keep(u Unit) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.choose(d.entries[u.Entry], u.chunk, u.heads)
}

func (d *Draft) choose(e *draftEntry, source int64, heads []*head) {
	for _, h := range heads {
		h.chosen = true
	}
	e.chosen[source] = heads
}

// cover brings the heads of a chunk, the newest first, to the state of its
// records: each counts where it was mapped last. It is false where a record lives
// that none of them mapped, because it was deleted then.
func cover(heads []*head, source []byte) bool {
	rows := len(heads[0].codes)
	all := true
	for _, h := range heads {
		h.state = nil
	}
	for pos := range rows {
		now := stateOf(source, pos)
		covered := now == stateSuperseded
		for _, h := range heads {
			code := Bin(h.codes[pos])
			switch {
			case code == BinNone:
			case covered, code == BinTombstone && now == stateLive:
				h.set(pos, stateSuperseded)
			default:
				covered = true
				if now == stateTombstone && code != BinTombstone {
					h.set(pos, stateTombstone)
				}
			}
		}
		all = all && covered
	}
	return all
}

// set sets the state of one record.
func (h *head) set(pos int, state byte) {
	if h.state == nil {
		h.state = make([]byte, len(h.codes))
	}
	h.state[pos] = state
}

// Prior says what is known of the records of a unit, by their places: those that
// count and were mapped, with the hash they were mapped from. Tombstones that
// need nothing have their bin and no hash.
func (d *Draft) Prior(ctx context.Context, u Unit) (map[int]Prior, error) {
	known := map[int]Prior{}
	for _, h := range u.heads {
		var size int
		var index []byte
		err := d.s.read.QueryRowContext(ctx, "SELECT size, idx FROM mapped_body WHERE chunk = ?", h.id).Scan(&size, &index)
		if err != nil {
			return nil, d.s.failed("read what is mapped", err)
		}
		err = eachItem(h.codes, index, size, func(it *mappedItem) error {
			if bin := binOf(h.codes[it.pos], stateOf(h.state, it.pos)); bin != BinNone {
				known[it.pos] = Prior{Bin: bin, Hash: it.hash}
			}
			return nil
		})
		if err != nil {
			return nil, corruptMapped(d.s.path, h.id, err)
		}
	}
	return known, nil
}

// Prior is what a record became, and the hash that Mapped, Letter or Skipped was
// given for it.
type Prior struct {
	Bin  Bin
	Hash uint64
}

func allSuperseded(state []byte) bool {
	for _, b := range state {
		if b != stateSuperseded {
			return false
		}
	}
	return len(state) > 0
}
