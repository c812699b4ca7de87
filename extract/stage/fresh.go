package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"
)

// A stream is fresh from its first page on until something needs the rows of its
// records in the table record: until a record comes a second time, as a rule.
// Until then every record of every chunk of it is live and no key stands twice,
// so that its chunks alone say all there is to know. A first sweep writes no
// rows that way, and rows made all at once, in the order of their keys, take half
// the time of rows made page by page.

const (
	// maxFreshKeys is the most keys that are held of all fresh streams: 64 MB.
	maxFreshKeys = 4_000_000
	// settleRows is the most rows that are sorted at once when a stream gets its rows.
	settleRows = 500_000
	// settleChunks is how many chunks' indexes are read at once for that.
	settleChunks = 256
)

// putFresh stages a page of a fresh stream whose records are all new. Where ok is
// false nothing was staged, and the stream has its rows.
func (t *tx) putFresh(to *target, p *pendingPage) (ok bool, err error) {
	keys, err := t.freshKeys(to.stream)
	if err != nil || keys == nil {
		return false, err
	}
	if !t.w.holdKeys(keys, p.Entries) {
		return false, t.settleStream(to.stream)
	}
	t.count(to.stream, len(p.Entries), 0)
	return true, t.insertBody(to, p, t.newChunk())
}

// freshKeys gives the keys of a stream that is fresh, as one without any chunk
// becomes here. One whose keys are not known any more gets its rows; then, and
// where it has them, the result is nil.
func (t *tx) freshKeys(stream int64) (*keySet, error) {
	if keys, known := t.w.fresh[stream]; known {
		return keys, nil
	}
	var begun bool
	if err := t.row("SELECT EXISTS (SELECT 1 FROM chunk WHERE stream = ?)", stream).Scan(&begun); err != nil {
		return nil, err
	}
	if begun {
		return nil, t.settleStream(stream)
	}
	keys := &keySet{}
	t.w.fresh[stream] = keys
	return keys, t.exec("UPDATE stream SET fresh = 1 WHERE id = ?", stream)
}

// holdKeys enters the entries' keys; false where one may have been there, or they
// would be too many.
func (w *writer) holdKeys(keys *keySet, entries []Entry) bool {
	held := len(entries)
	for _, other := range w.fresh {
		if other != nil {
			held += other.n
		}
	}
	if held > w.maxKeys {
		return false
	}
	for i := range entries {
		if !keys.add(maphash.String(w.seed, string(entries[i].Key))) {
			return false
		}
	}
	return true
}

// letGo forgets the keys of the stream of a sweep that ends: what comes after it
// lists the same records, so that it would be asked once.
func (t *tx) letGo(sweep int64) error {
	var stream int64
	if err := t.row("SELECT stream FROM sweep WHERE id = ?", sweep).Scan(&stream); err != nil {
		return err
	}
	if t.w.fresh[stream] != nil {
		delete(t.w.fresh, stream)
	}
	return nil
}

// isFresh says whether the stream is.
func (t *tx) isFresh(stream int64) (fresh bool, err error) {
	err = t.row("SELECT fresh FROM stream WHERE id = ?", stream).Scan(&fresh)
	return fresh, err
}

// settleStream gives a fresh stream its rows, and keeps any other from becoming
// fresh. Every call that reads or changes rows in a transaction needs it before.
func (t *tx) settleStream(stream int64) error {
	if keys, known := t.w.fresh[stream]; known && keys == nil {
		return nil
	}
	fresh, err := t.isFresh(stream)
	if err != nil {
		return err
	}
	if fresh {
		if err := t.makeRows(stream); err != nil {
			return err
		}
		if err := t.exec("UPDATE stream SET fresh = 0 WHERE id = ?", stream); err != nil {
			return err
		}
	}
	t.w.fresh[stream] = nil
	return nil
}

// freshRow is a row of the table record in the making.
type freshRow struct {
	key   string // shares the memory of its chunk's index
	chunk int64
	hash  uint64
	pos   int32
}

// makeRows inserts the rows of a stream that has none.
func (t *tx) makeRows(stream int64) error {
	var live int // without those of this transaction
	if err := t.row("SELECT live FROM stream WHERE id = ?", stream).Scan(&live); err != nil {
		return err
	}
	rows := make([]freshRow, 0, min(live, settleRows)*11/10)
	for after, more := int64(0), true; more; {
		n := 0
		err := t.each("SELECT id, size, idx FROM chunk WHERE stream = ? AND id > ? ORDER BY id LIMIT ?", func(r *sql.Rows) (err error) {
			n++
			rows, err = t.chunkRows(r, rows, &after)
			return err
		}, stream, after, settleChunks)
		if err != nil {
			return err
		}
		more = n == settleChunks
		if more && len(rows) < settleRows {
			continue
		}
		if err := t.insertRows(stream, rows); err != nil {
			return err
		}
		clear(rows)
		rows = rows[:0]
	}
	return nil
}

// chunkRows adds the rows for a chunk's records to rows.
func (t *tx) chunkRows(r *sql.Rows, rows []freshRow, id *int64) ([]freshRow, error) {
	var size int
	var index sql.RawBytes
	if err := r.Scan(id, &size, &index); err != nil {
		return rows, err
	}
	var reader indexReader
	if err := reader.open(index, size); err != nil {
		return rows, corrupt(t.w.path, *id, err)
	}
	for pos := int32(0); reader.more(); pos++ {
		rec, err := reader.next()
		if err != nil {
			return rows, corrupt(t.w.path, *id, err)
		}
		rows = append(rows, freshRow{key: rec.key, chunk: *id, hash: rec.hash, pos: pos})
	}
	return rows, nil
}

// insertRows inserts the rows in the order of their keys.
func (t *tx) insertRows(stream int64, rows []freshRow) error {
	slices.SortFunc(rows, func(a, b freshRow) int { return strings.Compare(a.key, b.key) })
	for i := range rows {
		if i > 0 && rows[i].key == rows[i-1].key {
			return corrupt(t.w.path, rows[i].chunk, fmt.Errorf("chunk %d has one of its records too", rows[i-1].chunk))
		}
	}
	for part := range slices.Chunk(rows, maxRows) {
		args := t.args[:0]
		for i := range part {
			r := &part[i]
			args = append(args, stream, r.key, r.chunk, int64(r.pos), int64(r.hash))
		}
		// A failure ends the transaction: SQLite need not be able to undo one statement.
		err := t.exec("INSERT OR FAIL INTO record (stream, key, chunk, pos, hash) VALUES "+repeat("(?, ?, ?, ?, ?)", len(part)), args...)
		t.args = args
		if err != nil {
			return err
		}
	}
	return nil
}

// needRows is for reading calls that need the rows of a stream: a fresh one gets
// them, or the error is ErrReadOnly.
func (s *Stage) needRows(ctx context.Context, stream int64) error {
	var fresh bool
	err := s.read.QueryRowContext(ctx, "SELECT fresh FROM stream WHERE id = ?", stream).Scan(&fresh)
	if err != nil {
		return s.failed("find a stream", err)
	}
	if !fresh {
		return nil
	}
	return s.write(ctx, func(t *tx) error { return t.settleStream(stream) })
}

// findFresh looks for a record in the chunks of the stream, if that is fresh.
func findFresh(ctx context.Context, view *sql.Tx, path string, stream int64, key string) (chunk int64, pos int, ok bool, err error) {
	rows, err := view.QueryContext(ctx, "SELECT c.id, c.size, c.idx FROM chunk c JOIN stream s ON s.id = c.stream"+
		" WHERE c.stream = ? AND s.fresh = 1 ORDER BY c.id", stream)
	if err != nil {
		return 0, 0, false, err
	}
	err = eachRow(rows, func(rows *sql.Rows) error {
		var size int
		var index sql.RawBytes
		if err := rows.Scan(&chunk, &size, &index); err != nil {
			return err
		}
		var r indexReader
		if err := r.open(index, size); err != nil {
			return corrupt(path, chunk, err)
		}
		for pos = 0; r.more(); pos++ {
			rec, err := r.next()
			if err != nil {
				return corrupt(path, chunk, err)
			}
			if rec.key == key {
				return errEnough
			}
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return chunk, pos, true, nil
	}
	return 0, 0, false, err
}
