package filesink

import (
	"errors"
	"fmt"
)

// ErrNoSet is returned by Latest where a job has not published yet.
var ErrNoSet = errors.New("nothing is published yet: run the job, or `ferry export`")

// Reason says what kept a file from being written.
type Reason string

// The reasons that have a remedy of their own.
const (
	DiskFull Reason = "disk full"
	Denied   Reason = "not allowed"
	InUse    Reason = "in use"
	Busy     Reason = "another run publishes here"
	Other    Reason = "" // whatever the system says
)

// FileError is why a set was not published: the path that failed and what to
// do. The set before it is untouched.
type FileError struct {
	Path   string
	Reason Reason
	Err    error // of the system; nil for Busy
}

func (e *FileError) Error() string {
	switch e.Reason {
	case DiskFull:
		return fmt.Sprintf("cannot write %s: the disk is full. The set before stays as it is; make room, then run `ferry export`", e.Path)
	case Denied:
		return fmt.Sprintf("cannot write %s: %v. The set before stays as it is; allow writing there or choose another export.dir", e.Path, e.Err)
	case InUse:
		return fmt.Sprintf("cannot replace %s: another program has it open. Close it, then run `ferry export`", e.Path)
	case Busy:
		return fmt.Sprintf("another run publishes to %s at this moment: wait until it has ended, then run `ferry export`", e.Path)
	default:
		return fmt.Sprintf("cannot write %s: %v. The set before stays as it is; put this right, then run `ferry export`", e.Path, e.Err)
	}
}

func (e *FileError) Unwrap() error { return e.Err }

// fileError gives err with its path and reason; an error that has them already
// is given back as it is.
func fileError(path string, err error) error {
	if err == nil {
		return nil
	}
	if known := (*FileError)(nil); errors.As(err, &known) {
		return err
	}
	return &FileError{Path: path, Reason: reasonOf(err), Err: err}
}

// MiscountError means that a batch did not hold the records it announced, or
// that two passes over one table gave different numbers: a set written from it
// would not be whole.
type MiscountError struct {
	Table     string // "" where not known
	Want, Got int
}

func (e *MiscountError) Error() string {
	return fmt.Sprintf("table %q: %d records were announced and %d came; the stage changed while it was read, so nothing is published: run `ferry export` again", e.Table, e.Want, e.Got)
}

// ConfigError is a wrong value in Config.
type ConfigError struct{ Text string }

func (e *ConfigError) Error() string { return "export: " + e.Text }
