package stage

import (
	"context"
	"database/sql"
	"fmt"

	"ferry/extract/record"
)

const (
	smallChunk  = 32 << 10 // a chunk below is joined with others of its stream
	repackBytes = 4 << 20  // kept in one transaction, so that other calls get their turn
	vacuumPages = 500      // given back in one transaction
)

// Repack is for a run's end: it drops chunks that hold neither live records nor
// tombstones, rewrites those of whose bytes less than half are still read, joins
// small ones, forgets the checkpoints of sweeps that have ended or been
// overtaken, and gives room back to the disk where there is much of it. It
// tells how many bytes became free. Records, their order within a chunk and where
// they came from stay as they are. It may be stopped at any point.
func (s *Stage) Repack(ctx context.Context) (freed int64, err error) {
	if s.writer == nil {
		return 0, ErrReadOnly
	}
	var before, after room
	if err := s.write(ctx, func(t *tx) (err error) {
		if before, err = t.room(); err != nil {
			return err
		}
		return t.forgetSweeps()
	}); err != nil {
		return 0, err
	}
	streams, err := s.streamIDs(ctx)
	if err != nil {
		return 0, err
	}
	for _, stream := range streams {
		if err := s.repackStream(ctx, stream); err != nil {
			return 0, err
		}
	}
	if err := s.giveBack(ctx); err != nil {
		return 0, err
	}
	err = s.write(ctx, func(t *tx) (err error) {
		if after, err = t.room(); err != nil {
			return err
		}
		// What follows at a run's end reads; the writer's cache is given back to it.
		return t.exec("PRAGMA shrink_memory")
	})
	return max(0, before.used()-after.used()), err
}

// room is how a file's pages are used.
type room struct{ pages, free, size int64 }

func (r room) used() int64 { return (r.pages - r.free) * r.size }

func (t *tx) room() (r room, err error) {
	for pragma, to := range map[string]*int64{"page_count": &r.pages, "freelist_count": &r.free, "page_size": &r.size} {
		if err := t.row("PRAGMA " + pragma).Scan(to); err != nil {
			return room{}, err
		}
	}
	return r, nil
}

// forgetSweeps drops the checkpoints of ended sweeps: a proof has been made of
// them by now, and where a record came from stands in its chunk. A sweep left
// open that a later one of the same list has overtaken (of the same purpose, or
// the stream itself) is never gone on with.
func (t *tx) forgetSweeps() error {
	err := t.exec("UPDATE sweep SET dropped = 1 WHERE ended IS NULL AND dropped = 0 AND EXISTS (SELECT 1 FROM sweep n" +
		" WHERE n.stream = sweep.stream AND n.kind = sweep.kind AND n.filter = sweep.filter AND n.purpose IN (sweep.purpose, '')" +
		" AND n.id > sweep.id AND n.ended IS NOT NULL)")
	if err != nil {
		return err
	}
	return t.exec("DELETE FROM page WHERE sweep IN (SELECT id FROM sweep WHERE ended IS NOT NULL OR dropped <> 0)")
}

func (s *Stage) streamIDs(ctx context.Context) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT id FROM stream ORDER BY id")
	if err != nil {
		return nil, s.failed("list streams", err)
	}
	var ids []int64
	err = eachRow(rows, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, s.failed("list streams", err)
}

// poorChunk is a chunk that wastes room.
type poorChunk struct {
	id   int64
	kept int // bytes still read
}

// repackStream rewrites the poor chunks of a stream, some at a time.
func (s *Stage) repackStream(ctx context.Context, stream int64) error {
	poor, err := s.poorChunks(ctx, stream)
	if err != nil {
		return err
	}
	for len(poor) > 0 {
		n, sum := 0, 0
		for n < len(poor) && (n == 0 || sum+poor[n].kept <= repackBytes) {
			sum += poor[n].kept
			n++
		}
		group := poor[:n]
		poor = poor[n:]
		if err := s.write(ctx, func(t *tx) error { return t.rewrite(stream, group) }); err != nil {
			return err
		}
	}
	return nil
}

// poorChunks lists the chunks of a stream that are worth rewriting, in order.
func (s *Stage) poorChunks(ctx context.Context, stream int64) ([]poorChunk, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT c.id, c.size, c.rows, c.idx, s.state FROM chunk c LEFT JOIN chunk_state s ON s.chunk = c.id"+
		" WHERE c.stream = ? AND (s.chunk IS NOT NULL OR c.size < ?) ORDER BY c.id", stream, smallChunk)
	if err != nil {
		return nil, s.failed("look for room", err)
	}
	var poor []poorChunk
	small := 0
	err = eachRow(rows, func(rows *sql.Rows) error {
		var c chunkRow
		if err := rows.Scan(&c.id, &c.size, &c.rows, &c.index, &c.state); err != nil {
			return err
		}
		kept, err := c.keptBytes()
		if err != nil {
			return corrupt(s.path, c.id, err)
		}
		if kept*2 >= c.size && c.size >= smallChunk {
			return nil
		}
		if kept*2 >= c.size {
			small++
		}
		poor = append(poor, poorChunk{id: c.id, kept: kept})
		return nil
	})
	if small == 1 && len(poor) == 1 {
		poor = nil // a small chunk alone has nothing to be joined with
	}
	return poor, s.failed("look for room", err)
}

// keptBytes is the length of the records that are live or tombstones.
func (c *chunkRow) keptBytes() (int, error) {
	var r indexReader
	if err := r.open(c.index, c.size); err != nil {
		return 0, err
	}
	sum := 0
	for pos := 0; r.more(); pos++ {
		rec, err := r.next()
		if err != nil {
			return 0, err
		}
		if stateOf(c.state, pos) != stateSuperseded {
			sum += rec.length
		}
	}
	return sum, nil
}

// rewrite puts what is kept of the chunks into new ones, which take over the ids
// of the first of them, so that the order of the stream stays.
func (t *tx) rewrite(stream int64, group []poorChunk) error {
	// Other calls of this transaction may have touched these chunks.
	if err := t.flush(); err != nil {
		return err
	}
	t.states, t.counts, t.builders = nil, nil, nil
	fresh, err := t.isFresh(stream)
	if err != nil {
		return err
	}
	b := &builder{stream: stream}
	dec := NewDecoder()
	for _, c := range group {
		row, err := t.takeChunk(c.id)
		if err != nil {
			return err
		}
		if row == nil || row.kept() == 0 {
			continue
		}
		if len(b.body) > 0 && len(b.body)+c.kept > builderBytes {
			if err := b.flush(t); err != nil {
				return err
			}
		}
		if b.chunk == 0 {
			b.chunk = row.id
		}
		if err := t.moveRecords(b, dec, row, fresh); err != nil {
			return err
		}
	}
	return b.flush(t)
}

// takeChunk reads a chunk and deletes it; nil where there is none.
func (t *tx) takeChunk(id int64) (*chunkRow, error) {
	var row *chunkRow
	err := t.each(chunkColumns+"WHERE c.id = ?", func(rows *sql.Rows) error {
		c, err := scanChunk(rows)
		row = &c
		return err
	}, id)
	if err != nil || row == nil {
		return nil, err
	}
	if err := t.exec("DELETE FROM chunk_state WHERE chunk = ?", id); err != nil {
		return nil, err
	}
	return row, t.exec("DELETE FROM chunk WHERE id = ?", id)
}

// moveRecords adds the kept records of row to b and points the index there, unless
// the stream is fresh and has none.
func (t *tx) moveRecords(b *builder, dec *Decoder, row *chunkRow, fresh bool) error {
	if err := dec.unpack(row, &dec.body); err != nil {
		return corrupt(t.w.path, row.id, err)
	}
	r := &dec.reader
	if err := r.open(row.index, row.size); err != nil {
		return corrupt(t.w.path, row.id, err)
	}
	for pos := 0; r.more(); pos++ {
		rec, err := r.next()
		if err != nil {
			return corrupt(t.w.path, row.id, err)
		}
		state := stateOf(row.state, pos)
		if state == stateSuperseded {
			continue
		}
		to := b.add(record.Key(rec.key), dec.body[rec.offset:rec.offset+rec.length], rec.hash, r.origins[rec.origin])
		if state == stateTombstone {
			if err := t.mark(b.chunk, to, state); err != nil {
				return err
			}
		}
		if fresh {
			continue
		}
		if err := t.repoint(b.stream, rec.key, row.id, pos, b.chunk, to); err != nil {
			return err
		}
	}
	return nil
}

// repoint moves an index row from one place to another. A row that is not where
// the chunk says it is means damage: nothing is rewritten on top of that.
func (t *tx) repoint(stream int64, key string, chunk int64, pos int, toChunk int64, toPos int) error {
	res, err := t.execResult("UPDATE record SET chunk = ?, pos = ? WHERE stream = ? AND key = ? AND chunk = ? AND pos = ?",
		toChunk, toPos, stream, key, chunk, pos)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		err = corrupt(t.w.path, chunk, fmt.Errorf("the record at place %d is not in the index", pos))
	}
	return err
}

// giveBack shortens the file where a quarter of it or more is free, some pages at
// a time. The write-ahead log carries the change until the stage is closed.
func (s *Stage) giveBack(ctx context.Context) error {
	last := int64(-1)
	for worth := true; worth; {
		err := s.write(ctx, func(t *tx) error {
			r, err := t.room()
			if err != nil {
				return err
			}
			worth = r.free > 0 && r.free*4 >= r.pages && r.free != last
			last = r.free
			if !worth {
				return nil
			}
			// Each step of the statement gives one page back.
			return t.each(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", vacuumPages), func(*sql.Rows) error { return nil })
		})
		if err != nil {
			return err
		}
	}
	return nil
}
