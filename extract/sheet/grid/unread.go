package grid

import (
	"errors"
	"io"
)

// DoDownload is what to do where a file has not arrived on this computer.
const DoDownload = "if it lies in OneDrive, SharePoint, Dropbox, iCloud or on a network drive, choose \"Always keep on this device\" or copy it to this computer, then try again; if it was an export, make the export again"

// Unread refuses a file that cannot be read, or is shorter than its size says.
func Unread(err error) *Refusal {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Refusal{Cause: Moving, Why: "the file became shorter while it was read", Do: "wait until the program that writes it is done, then try again"}
	}
	return &Refusal{Cause: Unreadable, Why: "the file cannot be read: " + err.Error(), Do: DoDownload}
}
