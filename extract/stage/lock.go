package stage

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// errHeld is returned by lockFile when another open file holds the lock.
var errHeld = errors.New("held")

// holder is what the lock file says of the process that holds it.
type holder struct {
	PID     int       `json:"pid"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// acquire takes the holder lock of a stage: an operating system lock on the file
// <stage>.lock, so that it goes with the process however the process ends. The
// file itself stays, since removing it would let two processes hold two files of
// one name.
func acquire(path, command string) (*os.File, error) {
	name := path + ".lock"
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, diskError(name, err)
	}
	if err := lockFile(f); err != nil {
		defer f.Close()
		if !errors.Is(err, errHeld) {
			return nil, diskError(name, err)
		}
		busy := &BusyError{Path: path}
		if h, ok := readHolder(f); ok {
			busy.PID, busy.Command, busy.Since = h.PID, h.Command, h.Since
		}
		return nil, busy
	}
	if err := writeHolder(f, holder{PID: os.Getpid(), Command: command, Since: time.Now().UTC()}); err != nil {
		f.Close()
		return nil, diskError(name, err)
	}
	return f, nil
}

// release gives the lock back. The holder's name is taken out first: a file
// without one is nobody's.
func release(f *os.File) error {
	if f == nil {
		return nil
	}
	return errors.Join(f.Truncate(0), f.Close())
}

func writeHolder(f *os.File, h holder) error {
	text, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode the holder: %w", err)
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

// readHolder reads who holds the lock. The holder writes its name just after it
// has the lock, so an empty file is looked at a few times more.
func readHolder(f *os.File) (holder, bool) {
	for range 10 {
		var h holder
		text, err := io.ReadAll(io.NewSectionReader(f, 0, 1<<16))
		if err == nil && json.Unmarshal(text, &h) == nil && h.PID != 0 {
			return h, true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return holder{}, false
}
