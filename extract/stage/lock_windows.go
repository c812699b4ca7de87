package stage

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile locks f against every other open file of the same name, without
// waiting; errHeld where another has it. The byte locked lies far behind the
// content: a Windows lock would keep others from reading who holds it.
func lockFile(f *os.File) error {
	at := &windows.Overlapped{OffsetHigh: 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errHeld
	}
	return err
}

// fullDisk says whether err means that there is no room left.
func fullDisk(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
