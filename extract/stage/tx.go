package stage

import (
	"context"
	"database/sql"
	"errors"
	"slices"
)

// The states of a record in its chunk.
const (
	stateLive       = 0
	stateSuperseded = 1
	stateTombstone  = 2
)

// chunkState is the state of a chunk's records while a transaction changes it.
type chunkState struct {
	bytes []byte
	dirty bool
}

// tx is one transaction of the writer. It lives in the writer's goroutine only.
type tx struct {
	w        *writer
	states   map[int64]*chunkState
	counts   map[int64]*counts
	builders map[int64]*builder // by stream
	dropped  map[int64]bool     // by side: whether links of it were dropped; without an entry nobody asked yet
	args     []any
}

// counts is by how much a stream's records became more or fewer.
type counts struct{ live, gone int }

func newTx(w *writer) *tx { return &tx{w: w} }

func (t *tx) exec(query string, args ...any) error {
	_, err := t.execResult(query, args...)
	return err
}

func (t *tx) execResult(query string, args ...any) (sql.Result, error) {
	stmt, err := t.w.stmt(context.Background(), query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(context.Background(), args...)
}

func (t *tx) row(query string, args ...any) rowScanner {
	stmt, err := t.w.stmt(context.Background(), query)
	if err != nil {
		return rowScanner{err: err}
	}
	return rowScanner{row: stmt.QueryRowContext(context.Background(), args...)}
}

// rowScanner is a row, or the error that kept it from being asked for.
type rowScanner struct {
	row *sql.Row
	err error
}

// Scan is sql.Row's.
func (r rowScanner) Scan(to ...any) error {
	if r.err != nil {
		return r.err
	}
	return r.row.Scan(to...)
}

// each runs query and calls fn for every row.
func (t *tx) each(query string, fn func(*sql.Rows) error, args ...any) (err error) {
	stmt, err := t.w.stmt(context.Background(), query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	return eachRow(rows, fn)
}

// eachRow calls fn for every row and closes rows.
func eachRow(rows *sql.Rows, fn func(*sql.Rows) error) (err error) {
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// count notes that stream has so many more live records and tombstones.
func (t *tx) count(stream int64, live, gone int) {
	if live == 0 && gone == 0 {
		return
	}
	if t.counts == nil {
		t.counts = map[int64]*counts{}
	}
	c := t.counts[stream]
	if c == nil {
		c = &counts{}
		t.counts[stream] = c
	}
	c.live += live
	c.gone += gone
}

// mark sets the state of the record at pos of chunk, whose row may not be
// written yet.
func (t *tx) mark(chunk int64, pos int, state byte) error {
	if t.states == nil {
		t.states = map[int64]*chunkState{}
	}
	st := t.states[chunk]
	if st == nil {
		st = &chunkState{}
		err := t.row("SELECT state FROM chunk_state WHERE chunk = ?", chunk).Scan(&st.bytes)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		t.states[chunk] = st
	}
	if pos >= len(st.bytes) {
		st.bytes = append(st.bytes, make([]byte, pos+1-len(st.bytes))...)
	}
	if st.bytes[pos] != state {
		st.bytes[pos], st.dirty = state, true
	}
	return nil
}

// flush writes what was gathered: chunks being built, states, counts.
func (t *tx) flush() error {
	for _, stream := range sortedKeys(t.builders) {
		if err := t.builders[stream].flush(t); err != nil {
			return err
		}
	}
	for _, chunk := range sortedKeys(t.states) {
		if err := t.flushState(chunk, t.states[chunk]); err != nil {
			return err
		}
	}
	for _, stream := range sortedKeys(t.counts) {
		c := t.counts[stream]
		if err := t.exec("UPDATE stream SET live = live + ?, gone = gone + ? WHERE id = ?", c.live, c.gone, stream); err != nil {
			return err
		}
	}
	return nil
}

// flushState writes a chunk's state, padded to all its records.
func (t *tx) flushState(chunk int64, st *chunkState) error {
	if !st.dirty {
		return nil
	}
	var rows int
	err := t.row("SELECT rows FROM chunk WHERE id = ?", chunk).Scan(&rows)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // its records were all superseded before it was written
	}
	if err != nil {
		return err
	}
	if rows > len(st.bytes) {
		st.bytes = append(st.bytes, make([]byte, rows-len(st.bytes))...)
	}
	kept := 0
	for _, b := range st.bytes {
		if b != stateSuperseded {
			kept++
		}
	}
	return t.exec("INSERT OR REPLACE INTO chunk_state (chunk, kept, state) VALUES (?, ?, ?)", chunk, kept, st.bytes)
}

// newChunk gives out a chunk id. Ids of transactions that fail are lost.
func (t *tx) newChunk() int64 {
	t.w.last++
	return t.w.last
}

// insertChunk writes a chunk's row.
func (t *tx) insertChunk(id, stream int64, fetched int64, size, rows int, idx, body []byte) error {
	return t.exec("INSERT INTO chunk (id, stream, fetched, size, rows, idx, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
		id, stream, fetched, size, rows, idx, body)
}

// sortedKeys are the keys of m in order, so that the same calls write the same file.
func sortedKeys[V any](m map[int64]V) []int64 {
	if len(m) == 0 {
		return nil
	}
	keys := make([]int64, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
