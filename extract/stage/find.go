package stage

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"
	"slices"
	"time"

	"ferry/extract/record"
)

// Record gives one record as it is staged, tombstones included, and where it came
// from; ok is false where it was never staged. The bytes are the caller's.
func (s *Stage) Record(ctx context.Context, account, stream string, key record.Key) (staged record.Staged, from Provenance, ok bool, err error) {
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok {
		return record.Staged{}, Provenance{}, false, err
	}
	staged, from, ok, err = s.readOne(ctx, id, key)
	if err != nil || !ok {
		return record.Staged{}, Provenance{}, false, err
	}
	answers, some, err := s.streamID(ctx, account, stream, partCompletions)
	if err != nil {
		return record.Staged{}, Provenance{}, false, err
	}
	if some {
		answer, _, has, err := s.readOne(ctx, answers, key)
		if err != nil {
			return record.Staged{}, Provenance{}, false, err
		}
		if has && !answer.Deleted {
			staged.Detail = answer.Raw
		}
	}
	if from.Details, err = s.detailNotes(ctx, id, key); err != nil {
		return record.Staged{}, Provenance{}, false, err
	}
	if from.Page.Sweep != 0 {
		row := s.read.QueryRowContext(ctx, "SELECT "+sweepColumns+sweepTables+"WHERE w.id = ?", from.Page.Sweep)
		from.Sweep, err = scanSweep(row.Scan)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return record.Staged{}, Provenance{}, false, s.failed("find a sweep", err)
		}
	}
	return staged, from, true, nil
}

// Row gives the list row of a record alone, tombstones included; ok is false
// where it was never staged. The bytes are the caller's.
func (s *Stage) Row(ctx context.Context, account, stream string, key record.Key) (raw []byte, ok bool, err error) {
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok {
		return nil, false, err
	}
	if s.writer != nil { // it is asked for one after the other
		if err := s.needRows(ctx, id); err != nil {
			return nil, false, err
		}
	}
	staged, _, ok, err := s.readOne(ctx, id, key)
	return staged.Raw, ok, err
}

// readOne reads one record of the stream of that number.
func (s *Stage) readOne(ctx context.Context, stream int64, key record.Key) (staged record.Staged, from Provenance, ok bool, err error) {
	row, pos, gone, ok, err := s.findOne(ctx, stream, string(key))
	if err != nil || !ok {
		return staged, from, false, s.failed("find a record", err)
	}
	dec := NewDecoder()
	c := Chunk{Rows: row.rows, path: s.path, row: row}
	all, err := c.Decode(dec)
	if err != nil {
		return staged, from, false, err
	}
	if pos >= len(all) || all[pos].Key != key {
		return staged, from, false, &CorruptError{Path: s.path, Chunk: row.id, What: "a record points at the place of another"}
	}
	staged = all[pos]
	staged.Deleted = gone.Valid
	place, err := dec.placeOf(&row, pos)
	if err != nil {
		return staged, from, false, corrupt(s.path, row.id, err)
	}
	o := dec.reader.origins[place.origin]
	from = Provenance{Run: o.run, Page: o.page, ReadAt: o.fetched, Chunk: row.id, Offset: place.offset, Length: place.length,
		DeletedAt: fromNull(gone), Parent: record.Key(o.parent)}
	return staged, from, true, nil
}

// findOne finds a record's place, and its chunk without the states of the others.
// In a fresh stream it reads the chunks' indexes until it meets the key.
func (s *Stage) findOne(ctx context.Context, stream int64, key string) (row chunkRow, pos int, gone sql.NullInt64, ok bool, err error) {
	view, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return row, 0, gone, false, err
	}
	defer func() {
		// Nothing was written: there is nothing to lose by ending it.
		_ = view.Rollback()
	}()
	err = view.QueryRowContext(ctx, "SELECT chunk, pos, gone FROM record WHERE stream = ? AND key = ?", stream, key).Scan(&row.id, &pos, &gone)
	if errors.Is(err, sql.ErrNoRows) {
		row.id, pos, ok, err = findFresh(ctx, view, s.path, stream, key)
		if err != nil || !ok {
			return row, 0, gone, false, err
		}
	}
	if err != nil {
		return row, 0, gone, false, err
	}
	err = view.QueryRowContext(ctx, "SELECT size, rows, idx, body FROM chunk WHERE id = ?", row.id).
		Scan(&row.size, &row.rows, &row.index, &row.stored)
	if errors.Is(err, sql.ErrNoRows) {
		err = &CorruptError{Path: s.path, Chunk: row.id, What: "a record points at it, and it is not there"}
	}
	return row, pos, gone, err == nil, err
}

// placeOf reads the index up to pos.
func (dec *Decoder) placeOf(row *chunkRow, pos int) (rec indexed, err error) {
	if err := dec.reader.open(row.index, row.size); err != nil {
		return indexed{}, err
	}
	for range pos + 1 {
		if rec, err = dec.reader.next(); err != nil {
			return indexed{}, err
		}
	}
	return rec, nil
}

// detailNotes tells what is known of each detail of a record.
func (s *Stage) detailNotes(ctx context.Context, stream int64, key record.Key) ([]DetailNote, error) {
	rows, err := s.read.QueryContext(ctx, "SELECT CASE s.part WHEN 0 THEN s.name ELSE '' END, d.read_at, d.missing, d.rows"+
		" FROM detail d JOIN stream s ON s.id = d.sub WHERE d.stream = ? AND d.key = ? ORDER BY 1", stream, string(key))
	if err != nil {
		return nil, s.failed("read details", err)
	}
	var notes []DetailNote
	err = eachRow(rows, func(rows *sql.Rows) error {
		var n DetailNote
		var at int64
		err := rows.Scan(&n.Sub, &at, &n.Missing, &n.Records)
		n.ReadAt = fromMicros(at)
		notes = append(notes, n)
		return err
	})
	return notes, s.failed("read details", err)
}

// MissingFrom calls fn for every live key of the stream that no page of those
// sweeps lists. Of the listed keys only a 64-bit hash is held (8 bytes a key),
// seeded anew each time: two keys that share one would hide a missing record
// with a chance of 1 in 10^13 a record, until the next call. An error of fn ends
// the walk and comes back as it is. A stage opened read only gives ErrReadOnly
// where the stream is fresh.
func (s *Stage) MissingFrom(ctx context.Context, account, stream string, sweeps []int64, fn func(key record.Key) error) error {
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok {
		return err
	}
	if err := s.needRows(ctx, id); err != nil {
		return err
	}
	seed := maphash.MakeSeed()
	var listed []uint64
	for _, sweep := range sweeps {
		err := s.EachPage(ctx, sweep, func(p PageInfo) error {
			for _, key := range p.Keys {
				listed = append(listed, maphash.String(seed, string(key)))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	slices.Sort(listed)
	rows, err := s.read.QueryContext(ctx, "SELECT key FROM record WHERE stream = ? AND gone IS NULL ORDER BY key", id)
	if err != nil {
		return s.failed("read keys", err)
	}
	var own error
	err = eachRow(rows, func(rows *sql.Rows) error {
		var key string
		if err := rows.Scan(&key); err != nil {
			return err
		}
		if _, found := slices.BinarySearch(listed, maphash.String(seed, key)); found {
			return nil
		}
		own = fn(record.Key(key))
		return own
	})
	if own != nil {
		return own
	}
	return s.failed("read keys", err)
}

// Tombstone marks the live records among keys as deleted at that time and tells
// how many there were. Their content stays. A record that is staged again is live
// again.
func (s *Stage) Tombstone(ctx context.Context, account, stream string, keys []record.Key, at time.Time) (int, error) {
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok || len(keys) == 0 {
		return 0, err
	}
	n := 0
	err = s.write(ctx, func(t *tx) error {
		n = 0
		if err := t.settleStream(id); err != nil {
			return err
		}
		for _, key := range keys {
			was, err := t.bury(id, key, micros(at))
			if err != nil {
				return err
			}
			if was {
				n++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
