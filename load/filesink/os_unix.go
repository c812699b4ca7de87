//go:build !windows

package filesink

import (
	"errors"
	"os"
	"syscall"
)

// reasonOf sorts the system's errors.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return DiskFull
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM), errors.Is(err, syscall.EROFS):
		return Denied
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.ETXTBSY):
		return InUse
	default:
		return Other
	}
}

// passing tells whether a rename may work a moment later.
func passing(error) bool { return false }

// syncDir makes the names in a folder durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closeErr := d.Close(); err == nil {
		err = closeErr
	}
	// Some file systems (SMB among them) cannot sync a folder and say so.
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}

// linkLatest points the link at target, which is relative to the link's folder.
func linkLatest(link, target string) error {
	tmp := link + ".part"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if err := os.Symlink(target, tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, link); err != nil {
		_ = os.Remove(tmp)
		return err
	}
	return nil
}

// lockFile takes the file's lock, which ends with the process, or tells that
// another process has it. Where the file system knows no locks it is taken.
func lockFile(f *os.File) (free bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	switch {
	case err == nil, errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOSYS), errors.Is(err, syscall.ENOLCK):
		return true, nil
	case errors.Is(err, syscall.EWOULDBLOCK):
		return false, nil
	default:
		return false, err
	}
}
