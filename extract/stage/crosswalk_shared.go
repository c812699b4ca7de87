package stage

import (
	"context"
	"database/sql"
	_ "embed" // the schema
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"ferry/extract/record"
)

// sharedID marks a SQLite file as a shared crosswalk ("FerX"), sharedVersion is its
// schema.
const (
	sharedID      = 0x46657258
	sharedVersion = 1
)

//go:embed shared/0001_crosswalk.sql
var sharedSchema string

// sharedParams keep everything in one file that can be copied, and every commit on
// the disk when it returns.
const sharedParams = "_busy_timeout=10000&_pragma=page_size(16384)&_journal_mode=DELETE&_synchronous=FULL&_pragma=cache_size(-4096)&_dqs=0"

// Shared is a crosswalk of one target account in a file of its own, so that several
// jobs know what each of them put there. One process holds it at a time. Its
// methods belong to one goroutine.
type Shared struct {
	path   string
	target record.Account
	held   *os.File
	db     *sql.DB
	conn   *sql.Conn
}

// OpenShared opens the shared crosswalk at path, making the file where there is
// none. The error is *SharedError where the file is of another kind, of a newer
// Ferry, or of another target account or host, *BusyError where another process
// holds it, or *DiskError.
func OpenShared(ctx context.Context, path string, target record.Account) (*Shared, error) {
	if target.ID == "" {
		return nil, errors.New("shared crosswalk: the target account has no id")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("shared crosswalk: %w", err)
	}
	c := &Shared{path: path, target: target}
	if err := c.open(ctx); err != nil {
		return nil, c.failed("open", errors.Join(err, c.Close()))
	}
	return c, nil
}

func (c *Shared) open(ctx context.Context) error {
	if err := c.check(); err != nil {
		return err
	}
	var err error
	if c.held, err = acquire(c.path, "shared crosswalk"); err != nil {
		if busy := new(BusyError); errors.As(err, &busy) {
			busy.Shared = true
		}
		return err
	}
	if err := secureFile(c.path); err != nil {
		return err
	}
	if c.db, err = sql.Open("sqlite", dsn(c.path, sharedParams)); err != nil {
		return err
	}
	c.db.SetMaxOpenConns(1)
	if c.conn, err = c.db.Conn(ctx); err != nil {
		return err
	}
	return c.bind(ctx)
}

// headBytes is the length of the head of an SQLite file: 16 bytes that name the
// format, among the rest the schema's version from byte 60 and the application id
// from byte 68 on.
const headBytes = 100

// check looks at the file before anything is written. It reads the head alone: a
// process that was killed may have left a journal, which only a writer can roll
// back.
func (c *Shared) check() error {
	f, err := os.Open(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	foreign := func(is string) error {
		return &SharedError{Path: c.path, What: "is not a shared crosswalk: " + is}
	}
	if !info.Mode().IsRegular() {
		return foreign("it is a folder or a device")
	}
	if info.Size() == 0 {
		return nil
	}
	head := make([]byte, headBytes)
	n, err := io.ReadFull(f, head)
	if wasEmpty(c.path, head[:min(n, len(sqliteMagic))]) {
		return nil
	}
	if err != nil || string(head[:len(sqliteMagic)]) != sqliteMagic {
		return foreign("it is not an SQLite file")
	}
	version, application := binary.BigEndian.Uint32(head[60:]), binary.BigEndian.Uint32(head[68:])
	switch {
	case application == applicationID:
		return foreign("it is a stage")
	case application != sharedID:
		return foreign("it is an SQLite file of another program")
	case version > sharedVersion:
		return &SharedError{Path: c.path, What: fmt.Sprintf("was written by a newer Ferry (schema %d, this Ferry knows %d)", version, sharedVersion), Newer: true}
	}
	return nil
}

// bind makes the tables of a fresh file and writes whose it is, and compares that
// in any other.
func (c *Shared) bind(ctx context.Context) error {
	var version int
	if err := c.conn.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	if version == 0 {
		err := c.commit(ctx, func() error {
			for _, text := range []string{fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", sharedID, sharedVersion), sharedSchema} {
				if _, err := c.conn.ExecContext(ctx, text); err != nil {
					return err
				}
			}
			_, err := c.conn.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('account', ?), ('host', ?)", c.target.ID, c.target.Host)
			return err
		})
		if err != nil {
			return err
		}
	}
	var account, host string
	if err := c.conn.QueryRowContext(ctx, "SELECT a.value, h.value FROM meta a JOIN meta h ON h.name = 'host' WHERE a.name = 'account'").Scan(&account, &host); err != nil {
		return err
	}
	if account != c.target.ID || host != c.target.Host {
		return &SharedError{Path: c.path, What: fmt.Sprintf("belongs to target account %q on host %q, the job now names %q on %q", account, host, c.target.ID, c.target.Host), Other: true}
	}
	return nil
}

// commit runs do in a transaction.
func (c *Shared) commit(ctx context.Context, do func() error) (err error) {
	if _, err = c.conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err = do(); err == nil {
		_, err = c.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		// The error that led here is the one to tell; SQLite may have rolled back.
		_, _ = c.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}

// Path is the absolute path of the file.
func (c *Shared) Path() string { return c.path }

// Close gives the file back. A second Close does nothing.
func (c *Shared) Close() error {
	var errs []error
	if c.conn != nil {
		errs = append(errs, c.conn.Close())
	}
	if c.db != nil {
		errs = append(errs, c.db.Close())
	}
	errs = append(errs, release(c.held))
	c.conn, c.db, c.held = nil, nil, nil
	if err := errors.Join(errs...); err != nil {
		return c.failed("close", err)
	}
	return nil
}

// failed gives an error of SQLite the file's name.
func (c *Shared) failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	if t, ok := asTold(diskError(c.path, err)); ok {
		return t
	}
	return fmt.Errorf("shared crosswalk %s: %s: %w", c.path, doing, err)
}
