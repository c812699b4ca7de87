package stage

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrReadOnly is returned by every method that writes when the stage was
// opened with Options.ReadOnly.
var ErrReadOnly = errors.New("the stage was opened for reading only")

// ErrClosed is returned by calls that meet a closed stage.
var ErrClosed = errors.New("the stage is closed")

// told is any of the errors below: it says all there is to say, so nothing is
// added to it on its way out.
type told interface {
	error
	told()
}

func (*OtherJobError) told()     {}
func (*OtherAccountError) told() {}
func (*NewerError) told()        {}
func (*OlderError) told()        {}
func (*ForeignError) told()      {}
func (*MissingError) told()      {}
func (*BusyError) told()         {}
func (*DiskError) told()         {}
func (*CorruptError) told()      {}
func (*SharedError) told()       {}
func (*LinkConflictError) told() {}

// asTold finds such an error in err.
func asTold(err error) (told, bool) {
	var t told
	ok := errors.As(err, &t)
	return t, ok
}

// OtherJobError is returned by Open: the file belongs to another job.
type OtherJobError struct {
	Path string
	Has  string // job the stage belongs to
	Want string // job that asked for it
}

func (e *OtherJobError) Error() string {
	return fmt.Sprintf("stage %s belongs to job %q, not to job %q; give this job a stage file of its own (key `stage:`)", e.Path, e.Has, e.Want)
}

// OtherAccountError is returned by BindAccount: the stage holds records of
// another account in that role.
type OtherAccountError struct {
	Path string
	Role string
	Has  string // account the stage is bound to
	Want string // account that asked for it
}

func (e *OtherAccountError) Error() string {
	return fmt.Sprintf("stage %s holds records of %s account %q, the job now names %q; give the new account a stage file of its own (key `stage:`), or set the settings back", e.Path, e.Role, e.Has, e.Want)
}

// NewerError is returned by Open: a newer Ferry wrote the stage.
type NewerError struct {
	Path   string
	Wrote  string // version of the Ferry that wrote last; "" unknown
	Schema int    // schema of the file
	Known  int    // newest schema this Ferry knows
}

func (e *NewerError) Error() string {
	by := "a newer Ferry"
	if e.Wrote != "" {
		by = "Ferry " + e.Wrote
	}
	return fmt.Sprintf("stage %s was written by %s with schema %d; this Ferry knows schemas up to %d; install the newer Ferry, or name another stage file (key `stage:`)", e.Path, by, e.Schema, e.Known)
}

// OlderError is returned by Open with Options.ReadOnly: the stage has a schema
// that a command which writes to it brings up to date.
type OlderError struct {
	Path   string
	Schema int
	Known  int
}

func (e *OlderError) Error() string {
	return fmt.Sprintf("stage %s has schema %d, this Ferry uses schema %d; run `ferry extract`, `ferry transform` or `ferry plan` once, each brings the stage up to date", e.Path, e.Schema, e.Known)
}

// ForeignError is returned by Open: the file is not a Ferry stage. It was not
// touched.
type ForeignError struct {
	Path string
	Is   string // what it seems to be
}

func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is not a Ferry stage (%s); it was left as it is; name another stage file (key `stage:`)", e.Path, e.Is)
}

// MissingError is returned by Open with Options.ReadOnly: there is no stage yet.
type MissingError struct{ Path string }

func (e *MissingError) Error() string {
	return fmt.Sprintf("there is no stage %s yet; run `ferry extract` first", e.Path)
}

// BusyError is returned by Open and OpenShared: another run holds the file.
type BusyError struct {
	Path    string
	Shared  bool // it is a shared crosswalk
	PID     int  // 0 where the holder could not be read
	Command string
	Since   time.Time
}

func (e *BusyError) Error() string {
	if e.Shared {
		by := "another process"
		if e.PID != 0 {
			by = fmt.Sprintf("process %d (since %s)", e.PID, e.Since.Local().Format("2006-01-02 15:04:05"))
		}
		return fmt.Sprintf("%s holds the shared crosswalk %s; wait for it to end, or stop it", by, e.Path)
	}
	if e.PID == 0 {
		return fmt.Sprintf("another run holds stage %s; wait for it to end, or stop it", e.Path)
	}
	return fmt.Sprintf("`ferry %s` (process %d, since %s) holds stage %s; wait for it to end, or stop it",
		e.Command, e.PID, e.Since.Local().Format("2006-01-02 15:04:05"), e.Path)
}

// SharedError is returned by OpenShared: the file cannot be this job's shared
// crosswalk. It was not touched.
type SharedError struct {
	Path  string
	What  string // what is wrong with it
	Newer bool   // a newer Ferry wrote it
	Other bool   // it belongs to another target account
}

func (e *SharedError) Error() string {
	do := "it was left as it is; name another file (key `target.crosswalk:`)"
	switch {
	case e.Newer:
		do = "install the newer Ferry, or name another file (key `target.crosswalk:`)"
	case e.Other:
		do = "what one account's records are called says nothing of another's: name another file for this account (key `target.crosswalk:`), or set the settings back"
	}
	return fmt.Sprintf("%s %s; %s", e.Path, e.What, do)
}

// DiskError says that the disk or its permissions refused. Nothing that was
// committed before is lost, and the stage stays usable.
type DiskError struct {
	Path string
	What string // what is wrong
	Do   string // what to do
	Err  error  // of the system or of SQLite
}

func (e *DiskError) Error() string {
	return fmt.Sprintf("%s: %s (%v); %s", e.Path, e.What, e.Err, e.Do)
}

// Unwrap gives the system's own error.
func (e *DiskError) Unwrap() error { return e.Err }

// CorruptError says that something read back from the stage is not what was
// written there.
type CorruptError struct {
	Path  string
	Chunk int64 // 0 where it is not about one
	What  string
}

func (e *CorruptError) Error() string {
	where := ""
	if e.Chunk != 0 {
		where = fmt.Sprintf("chunk %d: ", e.Chunk)
	}
	return fmt.Sprintf("stage %s is damaged: %s%s; restore it from a backup, or remove it and run `ferry extract` again", e.Path, where, e.What)
}

// diskError makes a *DiskError of an error about path where it is one the disk
// or its permissions made, of SQLite or of the operating system; other errors
// come back as they are.
func diskError(path string, err error) error {
	if err == nil {
		return nil
	}
	what, do := diskCause(err)
	if what == "" {
		return err
	}
	return &DiskError{Path: path, What: what, Do: do, Err: err}
}

// diskCause says what is wrong with the disk and what to do; "" where err is
// about something else.
func diskCause(err error) (what, do string) {
	const (
		free   = "make room, then run the same command again: everything committed so far is kept"
		rights = "give this user the right to read and write it, or name another stage file (key `stage:`)"
		folder = "make the folder, or name another stage file (key `stage:`)"
		drive  = "check the drive, then run the same command again"
	)
	if _, ok := asTold(err); ok {
		return "", ""
	}
	switch {
	case fullDisk(err):
		return "the disk is full", free
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return "it may not be read or written", rights
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return "its folder does not exist", folder
	case errors.Is(err, syscall.EISDIR):
		return "it is a folder, not a file", "name another stage file (key `stage:`)"
	case errors.Is(err, syscall.EIO):
		return "the drive reported an error", drive
	}
	switch sqliteCode(err) {
	case sqlite3.SQLITE_FULL:
		return "the disk is full", free
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN:
		return "it may not be read or written", rights
	case sqlite3.SQLITE_IOERR:
		return "the drive reported an error, or is full", free
	}
	return "", ""
}

// sqliteCode is the primary result code in err, 0 where SQLite did not make it.
func sqliteCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}
