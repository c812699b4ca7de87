package filesink

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// reasonOf sorts the system's errors.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, windows.ERROR_DISK_FULL), errors.Is(err, windows.ERROR_HANDLE_DISK_FULL),
		errors.Is(err, windows.ERROR_DISK_QUOTA_EXCEEDED):
		return DiskFull
	case errors.Is(err, windows.ERROR_SHARING_VIOLATION), errors.Is(err, windows.ERROR_LOCK_VIOLATION),
		errors.Is(err, windows.ERROR_USER_MAPPED_FILE):
		return InUse
	case errors.Is(err, windows.ERROR_ACCESS_DENIED), errors.Is(err, windows.ERROR_WRITE_PROTECT):
		return Denied
	default:
		return Other
	}
}

// passing tells whether a rename may work a moment later: a reader or a virus
// scanner that holds the file lets go of it soon.
func passing(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION) ||
		errors.Is(err, windows.ERROR_ACCESS_DENIED)
}

// syncDir does nothing: Windows has no such call, and journals names itself.
func syncDir(string) error { return nil }

// linkLatest does nothing: links need rights that users do not have.
func linkLatest(string, string) error { return nil }

// lockFile takes the file's lock, which ends with the process, or tells that
// another process has it.
func lockFile(f *os.File) (free bool, err error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err = windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, err
}
