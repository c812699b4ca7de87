package stage

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	sqlite3 "modernc.org/sqlite/lib"

	"ferry/extract/record"
)

// Options of Open.
type Options struct {
	Job      string // name of the job; "" is allowed with ReadOnly only, and then not compared
	ReadOnly bool   // look only: no lock is taken, nothing is written
	Durable  bool   // what a call wrote is on the disk when it returns, also when the power fails: for apply and undo
	Command  string // what this process does with it, shown to a second process ("run nightly.yaml")
}

// Stage is one open stage file. Its methods may be called from many goroutines.
// Writing methods return *DiskError, ErrReadOnly or ErrClosed beside what each
// of them names; reads of accounts, streams and keys that are not there give
// nothing and no error.
type Stage struct {
	path   string
	held   *os.File // the holder lock; nil when read only
	read   *sql.DB
	writer *writer   // nil when read only
	spare  sync.Pool // of *Decoder; they are dear to make

	closing sync.Once
	closed  error

	mu       sync.Mutex
	accounts map[string]int64      // record.Account.ID -> account.id
	streams  map[streamName]int64  // -> stream.id
	sides    map[Side]int64        // -> side.id
	sweeps   map[int64]*sweepPlace // sweeps that may take pages
	hints    map[int64]*hint       // stream.id -> what to expect of its next page
}

// Open opens the stage at path for one job, making the file where there is none.
// The error is *OtherJobError, *NewerError, *ForeignError, *BusyError,
// *DiskError, and with Options.ReadOnly *MissingError or *OlderError. A stage
// that is open for writing keeps every other process from writing until it is
// closed or its process ends; readers see what was committed and never wait.
func Open(ctx context.Context, path string, o Options) (*Stage, error) {
	if o.Job == "" && !o.ReadOnly {
		return nil, errors.New("stage: open: no job named")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("stage: %w", err)
	}
	steps, err := readMigrations(shippedMigrations)
	if err != nil {
		return nil, err
	}
	found, err := inspect(ctx, path)
	if err != nil {
		return nil, openError(path, err)
	}
	if err := found.check(path, o, len(steps)); err != nil {
		return nil, err
	}
	s := &Stage{
		path:     path,
		accounts: map[string]int64{},
		streams:  map[streamName]int64{},
		sides:    map[Side]int64{},
		sweeps:   map[int64]*sweepPlace{},
		hints:    map[int64]*hint{},
	}
	if o.ReadOnly {
		err = s.openReadOnly(ctx)
	} else {
		err = s.openWriter(ctx, o, steps)
	}
	if err != nil {
		return nil, openError(path, err)
	}
	return s, nil
}

func openError(path string, err error) error {
	if t, ok := asTold(diskError(path, err)); ok {
		return t
	}
	return fmt.Errorf("open stage %s: %w", path, err)
}

func (s *Stage) openReadOnly(ctx context.Context) error {
	db, err := sql.Open("sqlite", dsn(s.path, readOnlyParams(s.path)))
	if err != nil {
		return err
	}
	db.SetMaxIdleConns(readers)
	if err := db.PingContext(ctx); err != nil {
		return errors.Join(err, db.Close())
	}
	s.read = db
	return nil
}

func (s *Stage) openWriter(ctx context.Context, o Options, steps []migration) (err error) {
	if s.held, err = acquire(s.path, o.Command); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.closeAll())
		}
	}()
	if err = secureFile(s.path); err != nil {
		return err
	}
	if s.writer, err = openWriter(ctx, s.path, o.Durable); err != nil {
		return err
	}
	if err = migrate(ctx, s.writer.conn, steps); err != nil {
		return err
	}
	if err = s.writer.start(ctx); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", dsn(s.path, readerParams)); err != nil {
		return err
	}
	s.read.SetMaxIdleConns(readers)
	if err = s.bindJob(ctx, o.Job); err != nil {
		return err
	}
	return s.removeParts()
}

// secureFile makes the file if there is none, and takes everybody else's rights
// on it away. SQLite gives the files beside it the same rights.
func secureFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return f.Chmod(0o600)
	}
	return nil
}

// bindJob writes the job's name into a fresh stage, and compares it in any other.
func (s *Stage) bindJob(ctx context.Context, job string) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.exec("INSERT OR IGNORE INTO meta (name, value) VALUES ('job', ?)", job); err != nil {
			return err
		}
		var has string
		if err := t.row("SELECT value FROM meta WHERE name = 'job'").Scan(&has); err != nil {
			return err
		}
		if has != job {
			return &OtherJobError{Path: s.path, Has: has, Want: job}
		}
		return nil
	})
}

// Path is the absolute path of the stage file.
func (s *Stage) Path() string { return s.path }

// Close ends the stage: calls already taken are committed, the write-ahead log is
// folded into the file, and the lock is given back. A second Close does nothing.
func (s *Stage) Close() error {
	s.closing.Do(func() { s.closed = s.closeAll() })
	return s.closed
}

func (s *Stage) closeAll() error {
	var errs []error
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.writer != nil {
		errs = append(errs, s.writer.close())
	}
	errs = append(errs, release(s.held))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close stage: %w", diskError(s.path, err))
	}
	return nil
}

// BindAccount says which account the stage's records of that role are of
// ("source", "target"). The first one stays: *OtherAccountError for another.
// Every account must be bound before anything of it is staged.
func (s *Stage) BindAccount(ctx context.Context, role string, a record.Account) error {
	if a.ID == "" {
		return errors.New("stage: bind account: it has no id")
	}
	return s.write(ctx, func(t *tx) error {
		if err := t.exec("INSERT OR IGNORE INTO account (name, vendor, identity, host) VALUES (?, ?, ?, ?)",
			a.ID, a.Vendor, a.Identity, a.Host); err != nil {
			return err
		}
		if err := t.exec("INSERT OR IGNORE INTO role (name, account) SELECT ?, id FROM account WHERE name = ?", role, a.ID); err != nil {
			return err
		}
		var has string
		if err := t.row("SELECT a.name FROM role r JOIN account a ON a.id = r.account WHERE r.name = ?", role).Scan(&has); err != nil {
			return err
		}
		if has != a.ID {
			return &OtherAccountError{Path: s.path, Role: role, Has: has, Want: a.ID}
		}
		return nil
	})
}

// Account gives the account bound to role; ok is false where none is yet.
func (s *Stage) Account(ctx context.Context, role string) (a record.Account, ok bool, err error) {
	err = s.read.QueryRowContext(ctx,
		"SELECT a.name, a.vendor, a.identity, a.host FROM role r JOIN account a ON a.id = r.account WHERE r.name = ?", role).
		Scan(&a.ID, &a.Vendor, &a.Identity, &a.Host)
	if errors.Is(err, sql.ErrNoRows) {
		return record.Account{}, false, nil
	}
	if err != nil {
		return record.Account{}, false, s.failed("read the account", err)
	}
	return a, true, nil
}

// failed is the one place where an error of SQLite gets the stage's context.
func (s *Stage) failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	if t, ok := asTold(diskError(s.path, err)); ok {
		return t
	}
	switch sqliteCode(err) {
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return &CorruptError{Path: s.path, What: doing + ": " + err.Error()}
	}
	return fmt.Errorf("stage: %s: %w", doing, err)
}
