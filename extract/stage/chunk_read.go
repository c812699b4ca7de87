package stage

import (
	"context"
	"database/sql"
	"fmt"
)

// ID names the chunk within its stage, for ChunkReader.
func (c *Chunk) ID() int64 { return c.row.id }

// Stored is about how many bytes the chunk holds in memory while it is not decoded.
func (c *Chunk) Stored() int {
	n := len(c.row.stored) + len(c.row.index) + len(c.row.state)
	for _, d := range c.details {
		n += 64 + len(d.row.stored)/max(1, d.row.rows)
	}
	return n
}

// ChunkReader reads chunks of one stream again, each as it is now. It may be used
// from many goroutines.
type ChunkReader struct {
	s       *Stage
	stream  string
	answers int64 // stream.id of the detail answers; 0: none
}

// ChunkReader gives a reader of the chunks that Chunks went through.
func (s *Stage) ChunkReader(ctx context.Context, account, stream string) (*ChunkReader, error) {
	answers, _, err := s.streamID(ctx, account, stream, partCompletions)
	return &ChunkReader{s: s, stream: stream, answers: answers}, err
}

// Read gives the chunk of that ID. It is an error where it is not there any more:
// chunks go only while something is staged.
func (r *ChunkReader) Read(ctx context.Context, id int64) (*Chunk, error) {
	view, err := r.s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, r.s.failed("read stream "+r.stream, err)
	}
	defer func() {
		// Nothing was written: there is nothing to lose by ending it.
		_ = view.Rollback()
	}()
	rows, err := view.QueryContext(ctx, chunkColumns+"WHERE c.id = ?", id)
	if err != nil {
		return nil, r.s.failed("read stream "+r.stream, err)
	}
	var c *Chunk
	err = eachRow(rows, func(rows *sql.Rows) error {
		row, err := scanChunk(rows)
		c = &Chunk{Rows: row.kept(), path: r.s.path, row: row}
		return err
	})
	if err != nil {
		return nil, r.s.failed("read stream "+r.stream, err)
	}
	if c == nil {
		return nil, fmt.Errorf("stage %s: chunk %d of %s went while it was read; run it again", r.s.path, id, r.stream)
	}
	if r.answers == 0 {
		return c, nil
	}
	finder := &completionFinder{ctx: ctx, view: view, stream: r.answers, path: r.s.path}
	c.details, err = finder.find(&c.row)
	return c, r.s.failed("read details", err)
}
