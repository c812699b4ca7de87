package stage

import (
	"context"
	"database/sql"
	"errors"
)

// chunkRow is a chunk as it stands in the file.
type chunkRow struct {
	id     int64
	size   int
	rows   int
	stored []byte // compressed body
	index  []byte
	state  []byte // nil: all live
}

// kept is how many records of the chunk are live or tombstones.
func (c *chunkRow) kept() int {
	n := c.rows
	for _, b := range c.state {
		if b == stateSuperseded {
			n--
		}
	}
	return n
}

const chunkColumns = "SELECT c.id, c.size, c.rows, c.idx, s.state, c.body FROM chunk c LEFT JOIN chunk_state s ON s.chunk = c.id "

func scanChunk(rows *sql.Rows) (c chunkRow, err error) {
	err = rows.Scan(&c.id, &c.size, &c.rows, &c.index, &c.state, &c.stored)
	return c, err
}

// completion is a detail answer that belongs to a record of a chunk.
type completion struct {
	row *chunkRow // chunk that holds the answer
	pos int
}

// Chunks calls fn for every chunk of the stream that holds live records or
// tombstones, one after the other, in staging order, from one consistent view of
// the stage. A chunk may be kept and decoded after fn returned. An error of fn
// ends the walk and comes back as it is.
func (s *Stage) Chunks(ctx context.Context, account, stream string, fn func(*Chunk) error) error {
	id, ok, err := s.streamID(ctx, account, stream, partRecords)
	if err != nil || !ok {
		return err
	}
	details, _, err := s.streamID(ctx, account, stream, partCompletions)
	if err != nil {
		return err
	}
	view, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.failed("read stream "+stream, err)
	}
	defer func() {
		// Nothing was written: there is nothing to lose by ending it.
		_ = view.Rollback()
	}()
	finder := &completionFinder{ctx: ctx, view: view, stream: details, path: s.path}
	rows, err := view.QueryContext(ctx, chunkColumns+"WHERE c.stream = ? ORDER BY c.id", id)
	if err != nil {
		return s.failed("read stream "+stream, err)
	}
	seq := 0
	var own error
	err = eachRow(rows, func(rows *sql.Rows) error {
		row, err := scanChunk(rows)
		if err != nil {
			return err
		}
		c := &Chunk{Seq: seq, Rows: row.kept(), path: s.path, row: row}
		if c.Rows == 0 {
			return nil
		}
		if details != 0 {
			if c.details, own = finder.find(&c.row); own != nil {
				return own
			}
		}
		seq++
		own = fn(c)
		return own
	})
	if own != nil {
		return own
	}
	return s.failed("read stream "+stream, err)
}

// completionFinder finds the detail answers for the records of a chunk. It keeps
// the last answers' chunks, compressed, since neighbours share them.
type completionFinder struct {
	ctx    context.Context
	view   *sql.Tx
	stream int64
	path   string
	stmts  map[int]*sql.Stmt // by the number of keys; they end with the view
	kept   map[int64]*chunkRow
	order  []int64
}

// keptChunks is how many chunks of answers a finder keeps.
const keptChunks = 64

func (f *completionFinder) find(row *chunkRow) (map[int]completion, error) {
	keys, places, err := liveKeys(row, f.path)
	if err != nil {
		return nil, err
	}
	found := map[int]completion{}
	for from := 0; from < len(keys); from += maxRows {
		part := keys[from:min(from+maxRows, len(keys))]
		args := append(make([]any, 0, len(part)+1), f.stream)
		for _, key := range part {
			args = append(args, key)
		}
		stmt, err := f.stmt(len(part))
		if err != nil {
			return nil, err
		}
		rows, err := stmt.QueryContext(f.ctx, args...)
		if err != nil {
			return nil, err
		}
		err = eachRow(rows, func(rows *sql.Rows) error {
			var key string
			var chunk int64
			var pos int
			if err := rows.Scan(&key, &chunk, &pos); err != nil {
				return err
			}
			answer, err := f.chunk(chunk)
			found[places[key]] = completion{row: answer, pos: pos}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// stmt is the query for so many keys, prepared at its first use.
func (f *completionFinder) stmt(keys int) (*sql.Stmt, error) {
	if stmt := f.stmts[keys]; stmt != nil {
		return stmt, nil
	}
	stmt, err := f.view.PrepareContext(f.ctx,
		"SELECT key, chunk, pos FROM record WHERE stream = ? AND gone IS NULL AND key IN ("+repeat("?", keys)+")")
	if err != nil {
		return nil, err
	}
	if f.stmts == nil {
		f.stmts = map[int]*sql.Stmt{}
	}
	f.stmts[keys] = stmt
	return stmt, nil
}

// liveKeys are the keys of the records of a chunk that are not superseded, and
// where they stand.
func liveKeys(row *chunkRow, path string) ([]string, map[string]int, error) {
	var r indexReader
	if err := r.open(row.index, row.size); err != nil {
		return nil, nil, corrupt(path, row.id, err)
	}
	keys := make([]string, 0, row.rows)
	places := make(map[string]int, row.rows)
	for pos := 0; r.more(); pos++ {
		rec, err := r.next()
		if err != nil {
			return nil, nil, corrupt(path, row.id, err)
		}
		if stateOf(row.state, pos) != stateSuperseded {
			keys = append(keys, rec.key)
			places[rec.key] = pos
		}
	}
	return keys, places, nil
}

// chunk reads one chunk of answers, unless it was among the last ones.
func (f *completionFinder) chunk(id int64) (*chunkRow, error) {
	if row := f.kept[id]; row != nil {
		return row, nil
	}
	rows, err := f.view.QueryContext(f.ctx, chunkColumns+"WHERE c.id = ?", id)
	if err != nil {
		return nil, err
	}
	var row *chunkRow
	err = eachRow(rows, func(rows *sql.Rows) error {
		c, err := scanChunk(rows)
		row = &c
		return err
	})
	if err != nil {
		return nil, err
	}
	if row == nil {
		return nil, &CorruptError{Path: f.path, Chunk: id, What: "a record points at it, and it is not there"}
	}
	if len(f.order) == keptChunks {
		delete(f.kept, f.order[0])
		f.order = append(f.order[:0], f.order[1:]...)
	}
	if f.kept == nil {
		f.kept = map[int64]*chunkRow{}
	}
	f.kept[id] = row
	f.order = append(f.order, id)
	return row, nil
}

func stateOf(state []byte, pos int) byte {
	if pos < len(state) {
		return state[pos]
	}
	return stateLive
}

func corrupt(path string, chunk int64, err error) error {
	if known := new(CorruptError); errors.As(err, &known) {
		return err
	}
	return &CorruptError{Path: path, Chunk: chunk, What: err.Error()}
}
