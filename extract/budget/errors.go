package budget

import (
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrClosed is returned by Take and State after Close.
var ErrClosed = errors.New("the budget is closed")

// SpentError is returned by Take when the quota is spent and the job said to
// stop.
type SpentError struct {
	Until   time.Time // by our clock: when the next window has begun for sure
	Limit   int       // the quota in force; 0: unknown
	Used    int       // requests of this window as far as known, others' too
	Reserve int       // of Limit, kept back for imports
}

// Error says what is spent and when to go on.
func (e *SpentError) Error() string {
	kept := ""
	if e.Reserve > 0 {
		kept = fmt.Sprintf(", %s kept back for imports", count(e.Reserve))
	}
	used := "the quota is spent"
	if e.Limit > 0 {
		used = fmt.Sprintf("the quota is spent: %s of %s requests used%s", count(e.Used), count(e.Limit), kept)
	}
	return used + "; run again after " + e.Until.Format("2006-01-02 15:04:05 MST")
}

// explain adds to an error of SQLite what to do about it.
func explain(err error) error {
	hint := ""
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_NOTADB:
			hint = "this is not a usage file; name another place, or move it away"
		case sqlite3.SQLITE_CORRUPT:
			hint = "the file is damaged; move it away and a new one is made, but what was spent is forgotten: wait until the quota's next window first"
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			hint = "another program holds the file; end it and run again"
		case sqlite3.SQLITE_FULL:
			hint = "the disk is full; make room and run again"
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			hint = "the file and its folder must be writable for this user"
		}
	}
	if hint == "" {
		return err
	}
	return fmt.Errorf("%w; %s", err, hint)
}
