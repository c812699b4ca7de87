package stage

import (
	"context"
	"database/sql"
	"time"

	"ferry/extract/record"
)

// sharedLink is a link of a shared crosswalk; Gone is when a job dropped it.
type sharedLink struct {
	Link
	Gone time.Time
}

// sharedLinks reads the links of one side of a shared crosswalk in the order of
// their keys, some at a time, so that the file may be written in between.
type sharedLinks struct {
	c     *Shared
	side  int64
	where string // a further condition
	page  []sharedLink
	after record.Key // the last key read
	ended bool
}

// head gives the next link and leaves it there; nil after the last.
func (r *sharedLinks) head(ctx context.Context) (*sharedLink, error) {
	if len(r.page) == 0 && !r.ended {
		if err := r.read(ctx); err != nil {
			return nil, r.c.failed("read", err)
		}
	}
	if len(r.page) == 0 {
		return nil, nil
	}
	return &r.page[0], nil
}

// skip leaves the next link behind.
func (r *sharedLinks) skip() { r.page = r.page[1:] }

// find gives the link of key, nil where there is none. Keys must be asked for in
// their order.
func (r *sharedLinks) find(ctx context.Context, key record.Key) (*sharedLink, error) {
	for {
		l, err := r.head(ctx)
		if err != nil || l == nil || l.Key > key {
			return nil, err
		}
		if l.Key == key {
			return l, nil
		}
		r.skip()
	}
}

func (r *sharedLinks) read(ctx context.Context) error {
	rows, err := r.c.conn.QueryContext(ctx, "SELECT key, target, how, at, gone FROM link WHERE side = ? AND key > ?"+r.where+" ORDER BY key LIMIT ?",
		r.side, string(r.after), exchangeAtOnce)
	if err != nil {
		return err
	}
	r.page = nil
	err = eachRow(rows, func(rows *sql.Rows) error {
		var l sharedLink
		var at int64
		var gone sql.NullInt64
		err := rows.Scan(&l.Key, &l.Target, &l.How, &at, &gone)
		l.At, l.Gone = fromMicros(at), fromNull(gone)
		r.page = append(r.page, l)
		return err
	})
	if r.ended = len(r.page) < exchangeAtOnce; len(r.page) > 0 {
		r.after = r.page[len(r.page)-1].Key
	}
	return err
}
