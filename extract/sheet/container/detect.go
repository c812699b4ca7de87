package container

import (
	"bytes"
	"io"

	"ferry/extract/sheet/grid"
)

// Format is what reads a file.
type Format string

// The formats.
const (
	Workbook Format = "workbook" // a package of Office Open XML: .xlsx, .xlsm
	TextFile Format = "text"     // CSV and the like
	Markup   Format = "markup"   // an HTML page with tables
)

// head is how many bytes of a file are looked at to tell what it is.
const head = 64 << 10

// file is what is asked about.
type file struct {
	name string // shown in words, never used as a path
	r    io.ReaderAt
	size int64
	head []byte
}

// Detect gives the format of the file by its content; name, with or without
// folders, is used for lock files and for words alone. The error is a
// *grid.Refusal that says what the file is and how to save it right.
func Detect(name string, r io.ReaderAt, size int64) (Format, error) {
	f := &file{name: base(name), r: r, size: size}
	format, refusal := f.detect()
	if refusal != nil {
		refusal.File = Shown(name)
		return "", refusal
	}
	return format, nil
}

func (f *file) detect() (Format, *grid.Refusal) {
	if refusal := f.byName(); refusal != nil {
		return "", refusal
	}
	if f.size == 0 {
		return "", refuse(grid.Empty, "the file is empty: it has 0 bytes", grid.DoDownload)
	}
	f.head = make([]byte, min(f.size, head))
	if n, err := f.r.ReadAt(f.head, 0); n < len(f.head) {
		return "", grid.Unread(err)
	}
	if len(bytes.Trim(f.head, "\x00")) == 0 {
		return "", refuse(grid.Unreadable, "the file holds nothing but zeros, so its content has not arrived on this computer", grid.DoDownload)
	}
	switch {
	case f.begins("PK\x03\x04", "PK\x05\x06", "PK\x07\x08"):
		return f.zip()
	case f.begins(oleMagic):
		return "", f.ole()
	}
	if refusal := f.oldSheet(); refusal != nil {
		return "", refusal
	}
	if refusal := f.known(); refusal != nil {
		return "", refusal
	}
	return f.text()
}

// begins tells whether the file begins with one of the texts.
func (f *file) begins(texts ...string) bool {
	for _, text := range texts {
		if bytes.HasPrefix(f.head, []byte(text)) {
			return true
		}
	}
	return false
}

func refuse(cause grid.Cause, why, do string) *grid.Refusal {
	return &grid.Refusal{Cause: cause, Why: why, Do: do}
}
