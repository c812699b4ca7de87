package stage

import (
	"context"
	"database/sql"

	"ferry/extract/record"
)

// SourceChunk is a chunk of source records to be mapped.
type SourceChunk struct {
	Unit
	chunk Chunk
	asked map[string]asked // by key; nil where no rule needs details
}

// asked is what is known of the detail of a record.
type asked struct {
	hash uint64 // of the row it was asked for
	due  bool
}

// Source is a record of a source chunk.
type Source struct {
	record.Staged
	Pos     int  // place in the chunk
	Pending bool // its details are still to be read
}

// Read reads the chunk of a unit with the details of its records. It may be
// called from many goroutines.
func (d *Draft) Read(ctx context.Context, u Unit) (*SourceChunk, error) {
	return d.readChunk(ctx, d.entries[u.Entry].from[0], u)
}

// Joined lists the chunks of stream number n (1, 2..) of an entry's sources, for
// ReadJoined.
func (d *Draft) Joined(ctx context.Context, entry, n int) (chunks []int64, err error) {
	err = d.s.sourceChunks(ctx, d.entries[entry].from[n].id, func(c sourceChunk) error {
		if !allSuperseded(c.state) {
			chunks = append(chunks, c.id)
		}
		return nil
	})
	return chunks, err
}

// ReadJoined reads a chunk that Joined listed, like Read.
func (d *Draft) ReadJoined(ctx context.Context, entry, n int, chunk int64) (*SourceChunk, error) {
	return d.readChunk(ctx, d.entries[entry].from[n], Unit{Entry: entry, chunk: chunk})
}

func (d *Draft) readChunk(ctx context.Context, f fromStream, u Unit) (*SourceChunk, error) {
	c := &SourceChunk{Unit: u}
	if !f.Details {
		rows, err := d.read.QueryContext(ctx, u.chunk)
		if err != nil {
			return nil, d.s.failed("read chunks", err)
		}
		err = d.oneChunk(rows, u, c)
		return c, d.s.failed("read chunks", err)
	}
	view, err := d.s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, d.s.failed("read chunks", err)
	}
	defer func() {
		// Nothing was written: there is nothing to lose by ending it.
		_ = view.Rollback()
	}()
	rows, err := view.QueryContext(ctx, chunkColumns+"WHERE c.id = ?", u.chunk)
	if err != nil {
		return nil, d.s.failed("read chunks", err)
	}
	if err := d.oneChunk(rows, u, c); err != nil {
		return nil, d.s.failed("read chunks", err)
	}
	if c.asked, err = d.askedOf(ctx, view, f, c); err != nil || f.answers == 0 {
		return c, d.s.failed("read details", err)
	}
	finder := &completionFinder{ctx: ctx, view: view, stream: f.answers, path: d.s.path}
	c.chunk.details, err = finder.find(&c.chunk.row)
	return c, d.s.failed("read details", err)
}

func (d *Draft) oneChunk(rows *sql.Rows, u Unit, c *SourceChunk) error {
	found := false
	err := eachRow(rows, func(rows *sql.Rows) error {
		row, err := scanChunk(rows)
		c.chunk = Chunk{Rows: row.kept(), path: d.s.path, row: row}
		found = true
		return err
	})
	if err == nil && !found {
		err = &CorruptError{Path: d.s.path, Chunk: u.chunk, What: "it went while it was mapped"}
	}
	return err
}

// askedOf reads what is known of the details of a chunk's records.
func (d *Draft) askedOf(ctx context.Context, view *sql.Tx, f fromStream, c *SourceChunk) (map[string]asked, error) {
	known := map[string]asked{}
	keys, _, err := liveKeys(&c.chunk.row, d.s.path)
	if err != nil || f.answers == 0 {
		return known, err
	}
	for from := 0; from < len(keys); from += maxRows {
		part := keys[from:min(from+maxRows, len(keys))]
		args := append(make([]any, 0, len(part)+2), f.id, f.answers)
		for _, key := range part {
			args = append(args, key)
		}
		rows, err := view.QueryContext(ctx, "SELECT key, hash, due FROM detail WHERE stream = ? AND sub = ? AND key IN ("+repeat("?", len(part))+")", args...)
		if err != nil {
			return nil, err
		}
		err = eachRow(rows, func(rows *sql.Rows) error {
			var key string
			var hash int64
			var due bool
			err := rows.Scan(&key, &hash, &due)
			known[key] = asked{uint64(hash), due}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return known, nil
}

// Decode appends the records of the chunk that are live or tombstones to to. The
// bytes are the decoder's, valid until its next use.
func (c *SourceChunk) Decode(dec *Decoder, to []Source) ([]Source, error) {
	all, err := c.chunk.Decode(dec)
	if err != nil {
		return to, err
	}
	next := 0
	for pos := 0; pos < c.chunk.row.rows && next < len(all); pos++ {
		if stateOf(c.chunk.row.state, pos) == stateSuperseded {
			continue
		}
		src := Source{Staged: all[next], Pos: pos}
		if c.asked != nil && !src.Deleted {
			a, ok := c.asked[string(src.Key)]
			src.Pending = !ok || a.due || a.hash != src.Hash
		}
		to = append(to, src)
		next++
	}
	return to, nil
}
