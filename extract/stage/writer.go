package stage

import (
	"context"
	"database/sql"
	"errors"
	"hash/maphash"
	"slices"
	"sync"
	"time"
)

// maxGroup is the most calls committed in one transaction. More would not be
// faster, and would make every one of them wait for the last.
const maxGroup = 32

// Pages that come in close succession are committed some at a time: every commit
// writes the same few inner pages of the file to the log again, which for a page
// alone is most of the work. pageGroup is half of the pages that are read at once
// by default, so that the other half is still under way meanwhile.
const (
	pageGroup    = 8
	pagePatience = time.Millisecond // what waiting for the rest may cost
)

// request is one call that writes. do may run more than once: alone again when
// the group it ran in was refused.
type request struct {
	do   func(*tx) error
	page bool // it may wait for others of its kind
	err  error
	done chan struct{}
}

func allPages(group []*request) bool {
	return !slices.ContainsFunc(group, func(r *request) bool { return !r.page })
}

// writer owns the one connection that writes. A single goroutine takes the calls
// that are waiting and commits them together.
type writer struct {
	path     string
	db       *sql.DB
	conn     *sql.Conn
	stmts    map[string]*sql.Stmt
	requests chan *request
	quit     chan struct{}
	ended    chan struct{}
	stop     sync.Once
	last     int64 // newest chunk id given out, never given out again
	first    int64 // chunks with a higher id were made by this process
	packer   packer
	seed     maphash.Seed      // of the hashes in fresh
	fresh    map[int64]*keySet // by stream: the keys of a fresh one, nil: it has its rows; without an entry only the file knows
	maxKeys  int               // held in fresh
}

// openWriter opens the writing connection; start makes it take calls.
func openWriter(ctx context.Context, path string, durable bool) (*writer, error) {
	params := writerParams + normalParams
	if durable {
		params = writerParams + durableParams
	}
	db, err := sql.Open("sqlite", dsn(path, params))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &writer{
		path:     path,
		db:       db,
		conn:     conn,
		stmts:    map[string]*sql.Stmt{},
		requests: make(chan *request),
		quit:     make(chan struct{}),
		seed:     maphash.MakeSeed(),
		fresh:    map[int64]*keySet{},
		maxKeys:  maxFreshKeys,
	}, nil
}

func (w *writer) start(ctx context.Context) error {
	if err := w.conn.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) FROM chunk").Scan(&w.last); err != nil {
		return err
	}
	w.first = w.last
	w.ended = make(chan struct{})
	go w.loop()
	return nil
}

// close waits for the calls already taken, folds the log into the file and closes
// the connection.
func (w *writer) close() (err error) {
	w.stop.Do(func() {
		close(w.quit)
		if w.ended != nil {
			<-w.ended
			// A reader may hold the log open; the next opening folds it then.
			_, err = w.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		}
		for _, stmt := range w.stmts {
			err = errors.Join(err, stmt.Close())
		}
		err = errors.Join(err, w.conn.Close(), w.db.Close())
	})
	return err
}

// write runs do in a transaction of the writer, possibly together with other
// calls, and returns when it is committed or refused. Once the writer has taken
// the call its end is waited for, even if ctx ends: leaving would hide whether it
// was committed. do runs in the writer's goroutine, maybe twice.
func (s *Stage) write(ctx context.Context, do func(*tx) error) error {
	return s.submit(ctx, &request{do: do})
}

// submit is write for a request.
func (s *Stage) submit(ctx context.Context, r *request) error {
	if s.writer == nil {
		return ErrReadOnly
	}
	r.done = make(chan struct{})
	select {
	case <-s.writer.quit:
		return ErrClosed
	default:
	}
	select {
	case s.writer.requests <- r:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.writer.quit:
		return ErrClosed
	}
	<-r.done
	if sqliteCode(r.err) == 0 {
		return diskError(s.path, r.err) // made by do, which said what there is to say
	}
	return s.failed("write", r.err)
}

func (w *writer) loop() {
	defer close(w.ended)
	var group []*request
	company := false // the last commit had more calls than one
	for {
		select {
		case r := <-w.requests:
			group = append(group[:0], r)
		case <-w.quit:
			return
		}
		group = w.takeWaiting(group)
		if company {
			group = w.takeComing(group)
		}
		company = len(group) > 1
		w.commitGroup(group)
		clear(group)
	}
}

// takeWaiting adds the calls that wait right now, without waiting for more.
func (w *writer) takeWaiting(group []*request) []*request {
	for len(group) < maxGroup {
		select {
		case r := <-w.requests:
			group = append(group, r)
		default:
			return group
		}
	}
	return group
}

// takeComing adds pages that are about to come, to a group of nothing but pages.
// Nobody waits where one page at a time is read, or where a limit keeps them apart.
func (w *writer) takeComing(group []*request) []*request {
	patience := time.NewTimer(pagePatience)
	defer patience.Stop()
	for len(group) < pageGroup && allPages(group) {
		select {
		case r := <-w.requests:
			group = append(group, r)
		case <-patience.C:
			return group
		case <-w.quit:
			return group
		}
	}
	return group
}

// commitGroup commits the calls together. If anything goes wrong each is tried
// alone, so that exactly the calls that cannot be done fail.
func (w *writer) commitGroup(group []*request) {
	err := w.commit(group)
	if err != nil && len(group) > 1 {
		for i := range group {
			group[i].err = w.commit(group[i : i+1])
		}
	} else {
		for _, r := range group {
			r.err = err
		}
	}
	for _, r := range group {
		close(r.done)
	}
}

// commit runs the calls in one transaction: all of them or none.
func (w *writer) commit(group []*request) (err error) {
	ctx := context.Background()
	if err := w.execPrepared(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	t := newTx(w)
	defer func() {
		if err != nil {
			// SQLite may have rolled back already, as it does on a full disk; the
			// error that led here is the one to tell.
			_, _ = w.conn.ExecContext(ctx, "ROLLBACK")
			clear(w.fresh) // it knows of pages that were not committed
		}
	}()
	for _, r := range group {
		if err = r.do(t); err != nil {
			return err
		}
	}
	if err = t.flush(); err != nil {
		return err
	}
	return w.execPrepared(ctx, "COMMIT")
}

func (w *writer) execPrepared(ctx context.Context, query string) error {
	stmt, err := w.stmt(ctx, query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(ctx)
	return err
}

// stmt is the prepared statement of query, made at its first use. Queries are
// constants, or one a number of rows, so there are few.
func (w *writer) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt, ok := w.stmts[query]; ok {
		return stmt, nil
	}
	stmt, err := w.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	w.stmts[query] = stmt
	return stmt, nil
}
