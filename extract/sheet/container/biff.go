package container

import (
	"encoding/binary"

	"ferry/extract/sheet/grid"
)

// The records of old workbooks that say how they were made ([MS-XLS] 2.4.21 and
// 2.4.117; the older ones as in the documentation of the format by OpenOffice.org).
const (
	biffBOF  = 0x0809
	biffPass = 0x002F
)

// old refuses an old workbook of a compound file by the first records of its
// stream, which name its version and whether it has a password.
func (c *compound) old(stream string) *grid.Refusal {
	e := c.find(stream)
	buf := make([]byte, c.sector)
	version, locked := "", false
	if e.size >= uint64(c.mini) && c.read(buf, e.start) {
		version, locked = biff(buf)
	}
	if version == "" {
		if version = "Excel 97 to 2003"; stream != "Workbook" && stream != "WORKBOOK" {
			version = "Excel 5 or Excel 95"
		}
	}
	return oldExcel(version, locked)
}

func oldExcel(version string, locked bool) *grid.Refusal {
	why := "this is a workbook of the old Excel format (.xls), as " + version + " writes it"
	if locked {
		return refuse(grid.OldExcel, why+", and it is protected",
			doPassword+" as Excel workbook (.xlsx)")
	}
	return refuse(grid.OldExcel, why, doSave)
}

// biff reads the records at the start of a stream of a workbook.
func biff(b []byte) (version string, locked bool) {
	for at, first := 0, true; at+4 <= len(b); first = false {
		kind, n := binary.LittleEndian.Uint16(b[at:]), int(binary.LittleEndian.Uint16(b[at+2:]))
		body := b[at+4:]
		if n < len(body) {
			body = body[:n]
		}
		switch {
		case first && (kind != biffBOF || len(body) < 8):
			return "", false
		case first:
			version = biffVersion(binary.LittleEndian.Uint16(body), binary.LittleEndian.Uint16(body[6:]))
		case kind == biffPass:
			return version, true
		}
		at += 4 + n
	}
	return version, false
}

func biffVersion(version, year uint16) string {
	switch {
	case version == 0x0600:
		return "Excel 97 to 2003"
	case version == 0x0500 && year >= 1994:
		return "Excel 95"
	case version == 0x0500:
		return "Excel 5"
	}
	return ""
}

// oldSheet refuses sheets of Excel 2 to 5 that stand in no compound file.
func (f *file) oldSheet() *grid.Refusal {
	switch {
	case f.begins("\x09\x00\x04\x00"):
		return oldExcel("Excel 2", false)
	case f.begins("\x09\x02\x06\x00"):
		return oldExcel("Excel 3", false)
	case f.begins("\x09\x04\x06\x00"):
		return oldExcel("Excel 4", false)
	case f.begins("\x09\x08\x08\x00", "\x09\x08\x10\x00"):
		version, locked := biff(f.head)
		if version == "" {
			version = "Excel 5 or later"
		}
		return oldExcel(version, locked)
	}
	return nil
}
