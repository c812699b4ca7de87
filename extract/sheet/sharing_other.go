//go:build !windows

package sheet

// sharingViolation tells whether another program keeps the file to itself: only
// Windows has such locks.
func sharingViolation(error) bool { return false }
