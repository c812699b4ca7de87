package stage

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	_ "modernc.org/sqlite" // registers the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks a SQLite file as a Ferry stage ("Ferr").
const applicationID = 0x46657272

// readers is how many reading connections are kept open. There may be more for a
// moment: a callback that reads while its caller reads must not wait for it.
const readers = 6

// writerParams are the settings of the one connection that writes. The page size
// and the vacuum mode must come before WAL and the first table: later they would
// be ignored. The driver runs the _pragma values by the alphabet and _journal_mode
// after them, so those two stand in one value. The cache is small on purpose: the
// driver's allocator takes about five times its size from the system.
const writerParams = "_busy_timeout=10000&_pragma=page_size(16384)%3Bpragma%20auto_vacuum(2)&_journal_mode=WAL" +
	"&_pragma=cache_size(-16384)&_pragma=wal_autocheckpoint(4000)" +
	"&_pragma=journal_size_limit(67108864)&_dqs=0"

// What a commit waits for. A page lost with the power is asked again; a line of
// the ledger must be on the disk before its request leaves.
const (
	normalParams  = "&_synchronous=NORMAL"
	durableParams = "&_synchronous=FULL"
)

// readerParams are the settings of the reading connections of a process that
// also writes.
const readerParams = "_busy_timeout=10000&_pragma=cache_size(-2048)&_query_only=1&_dqs=0"

// readOnlyParams are the settings of a stage opened to look at. In a folder that
// may not be written, SQLite cannot make the file that shares the write-ahead
// log; when there is no log, nobody writes, and the file may be read as it is.
func readOnlyParams(path string) string {
	params := "mode=ro&" + readerParams
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) && !writable(filepath.Dir(path)) {
		params += "&immutable=1"
	}
	return params
}

// writable says whether a file can be made in dir.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".ferry-*")
	if err != nil {
		return false
	}
	return errors.Join(f.Close(), os.Remove(f.Name())) == nil
}

// dsn is the connection string for the file at path with params.
func dsn(path, params string) string {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") {
		slashed = "/" + slashed // C:/x becomes file:///C:/x
	}
	u := url.URL{Scheme: "file", Path: slashed, RawQuery: params}
	return u.String()
}

// identity is what a file says of itself before anything is done with it.
type identity struct {
	exists bool
	fresh  bool // nothing in it yet
	magic  bool // an SQLite file
	appID  int64
	schema int
	job    string
	wrote  string // version of Ferry
}

// inspect reads what is at path without changing it.
func inspect(ctx context.Context, path string) (identity, error) {
	var id identity
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return id, nil
	}
	if err != nil {
		return id, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return id, err
	}
	id.exists = true
	if !info.Mode().IsRegular() {
		return id, &ForeignError{Path: path, Is: "it is a folder or a device"}
	}
	if info.Size() == 0 {
		id.fresh, id.magic = true, true
		return id, nil
	}
	head := make([]byte, 16)
	n, _ := f.Read(head)
	if id.magic = string(head[:n]) == sqliteMagic; wasEmpty(path, head[:n]) {
		id.fresh, id.magic = true, true
		return id, nil
	}
	if !id.magic {
		return id, nil
	}
	return id, id.readTables(ctx, path)
}

// sqliteMagic begins every SQLite file.
const sqliteMagic = "SQLite format 3\x00"

// wasEmpty says whether a file that begins with head held nothing before a
// transaction that was interrupted: a process that is killed while it makes a file
// leaves a journal, which only a writer can roll back. Its head: 8 bytes that name
// the format, three numbers of 4 bytes, of which the last is the former number of
// pages. A file of one page has no table.
func wasEmpty(path string, head []byte) bool {
	if string(head) != sqliteMagic && len(bytes.Trim(head, "\x00")) > 0 {
		return false
	}
	f, err := os.Open(path + "-journal")
	if err != nil {
		return false
	}
	defer f.Close()
	journal := make([]byte, 20)
	if _, err := io.ReadFull(f, journal); err != nil {
		return false
	}
	return string(journal[:8]) == "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" && binary.BigEndian.Uint32(journal[16:]) <= 1
}

func (id *identity) readTables(ctx context.Context, path string) (err error) {
	db, err := sql.Open("sqlite", dsn(path, readOnlyParams(path)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var tables int
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		if code := sqliteCode(err); code == sqlite3.SQLITE_NOTADB || code == sqlite3.SQLITE_CORRUPT {
			return &ForeignError{Path: path, Is: "a damaged or encrypted SQLite file"}
		}
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id.appID); err != nil {
		return err
	}
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&id.schema); err != nil {
		return err
	}
	id.fresh = tables == 0 && id.appID == 0
	if id.appID != applicationID || tables == 0 {
		return nil
	}
	for name, to := range map[string]*string{"job": &id.job, "ferry": &id.wrote} {
		err := db.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = ?", name).Scan(to)
		if err != nil && !errors.Is(err, sql.ErrNoRows) && id.schema <= 1 {
			return err // a newer schema may keep them elsewhere
		}
	}
	return nil
}

// check compares what was found with what is wanted.
func (id *identity) check(path string, o Options, known int) error {
	switch {
	case !id.exists && o.ReadOnly, id.fresh && o.ReadOnly:
		return &MissingError{Path: path}
	case !id.exists, id.fresh:
		return nil
	case !id.magic:
		return &ForeignError{Path: path, Is: "it is not an SQLite file"}
	case id.appID != applicationID:
		return &ForeignError{Path: path, Is: "an SQLite file of another program"}
	case id.schema > known:
		return &NewerError{Path: path, Wrote: id.wrote, Schema: id.schema, Known: known}
	case id.job != "" && o.Job != "" && id.job != o.Job:
		return &OtherJobError{Path: path, Has: id.job, Want: o.Job}
	case id.schema < known && o.ReadOnly:
		return &OlderError{Path: path, Schema: id.schema, Known: known}
	}
	return nil
}
