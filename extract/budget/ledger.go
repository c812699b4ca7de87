package budget

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Ledger is the usage file. Its methods may be called by many goroutines.
type Ledger struct {
	path string
	host string
	now  func() time.Time
	db   *sql.DB
	conn *sql.Conn
	held chan struct{} // holds one token while conn is in use
	st   map[string]*sql.Stmt
}

// Open opens the usage file at path and makes it, and its folder, when missing:
// for this user only. It fails with a file that is damaged, of another program
// or of a newer Ferry. Errors do not name the path.
func Open(path string) (*Ledger, error) { return open(path, time.Now) }

func open(path string, now func() time.Time) (_ *Ledger, err error) {
	if err := claimFile(path); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	file := filepath.ToSlash(abs)
	if file[0] != '/' {
		file = "/" + file // C:/... on Windows
	}
	dsn := url.URL{Scheme: "file", Path: file, RawQuery: "_pragma=busy_timeout(10000)&_pragma=synchronous(normal)"}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "?" // only tells machines apart that share a file
	}
	l := &Ledger{path: path, host: host, now: now, db: db, held: make(chan struct{}, 1), st: map[string]*sql.Stmt{}}
	if err := l.connect(context.Background()); err != nil {
		return nil, errors.Join(explain(err), l.Close())
	}
	return l, nil
}

// claimFile makes sure that the file exists and is nobody else's to read.
func claimFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("this is not a file; name another place for the usage file")
	}
	if info.Mode().Perm()&0o077 != 0 {
		if err := f.Chmod(0o600); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// connect opens the one connection and prepares the file; only a file that is
// ours is switched to WAL. Two processes that make the file at once can get in
// each other's way there, where SQLite does not wait by itself.
func (l *Ledger) connect(ctx context.Context) error {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	l.conn = conn
	if err := prepareFile(ctx, conn); err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, err := conn.ExecContext(ctx, "PRAGMA journal_mode=wal")
		if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqlite3.SQLITE_BUSY && time.Now().Before(deadline) {
			continue
		}
		return err
	}
}

// Close closes the file. The budgets must be closed before.
func (l *Ledger) Close() error {
	var errs []error
	for _, st := range l.st {
		errs = append(errs, st.Close())
	}
	if l.conn != nil {
		errs = append(errs, l.conn.Close())
	}
	return errors.Join(append(errs, l.db.Close())...)
}

// statement prepares a query once.
func (l *Ledger) statement(query string) (*sql.Stmt, error) {
	if st, ok := l.st[query]; ok {
		return st, nil
	}
	st, err := l.conn.PrepareContext(context.Background(), query)
	if err == nil {
		l.st[query] = st
	}
	return st, err
}

// exec runs a statement. The connection must be held. Statements run without
// the caller's context: they take microseconds, and an answer must be written
// also when the run is being stopped.
func (l *Ledger) exec(query string, args ...any) (sql.Result, error) {
	st, err := l.statement(query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(context.Background(), args...)
}

// scan runs a query and calls row for each row.
func (l *Ledger) scan(row func(*sql.Rows) error, query string, args ...any) error {
	st, err := l.statement(query)
	if err != nil {
		return err
	}
	rows, err := st.QueryContext(context.Background(), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// number runs a query that gives one number; 0 without rows.
func (l *Ledger) number(query string, args ...any) (n int64, err error) {
	err = l.scan(func(r *sql.Rows) error { return r.Scan(&n) }, query, args...)
	return n, err
}

// enter runs fn on the entry of a key within one transaction that excludes all
// other processes. A cancelled context stops it only before it began.
func (l *Ledger) enter(ctx context.Context, key string, fn func(*entry) error) (err error) {
	select {
	case l.held <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.held }()
	defer func() {
		if err != nil {
			err = fmt.Errorf("usage file %s: %w", l.path, explain(err))
		}
	}()
	if _, err := l.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err = l.within(key, fn)
	if err == nil {
		if _, err = l.exec("COMMIT"); err == nil {
			return nil
		}
	}
	_, undo := l.exec("ROLLBACK")
	if undo != nil {
		return errors.Join(err, undo)
	}
	return err
}

func (l *Ledger) within(key string, fn func(*entry) error) error {
	e := &entry{Ledger: l, now: l.now().UnixMilli()}
	if err := e.load(key); err != nil {
		return err
	}
	if err := fn(e); err != nil {
		return err
	}
	return e.save()
}

// keys lists the keys in the file.
func (l *Ledger) keys(ctx context.Context) ([]string, error) {
	select {
	case l.held <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-l.held }()
	var keys []string
	err := l.scan(func(r *sql.Rows) error {
		var key string
		if err := r.Scan(&key); err != nil {
			return err
		}
		keys = append(keys, key)
		return nil
	}, "SELECT key FROM usage ORDER BY key")
	if err != nil {
		return nil, fmt.Errorf("usage file %s: %w", l.path, explain(err))
	}
	return keys, nil
}

// decodeUsage reads what is kept of a key.
func decodeUsage(text string) (u usage, err error) {
	if err := json.Unmarshal([]byte(text), &u); err != nil {
		return u, fmt.Errorf("the state of a key cannot be read: %w; move the file away and a new one is made", err)
	}
	return u, nil
}
