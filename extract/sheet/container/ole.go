package container

import (
	"encoding/binary"
	"unicode/utf16"

	"ferry/extract/sheet/grid"
)

// oleMagic begins a compound file ([MS-CFB] 2.2).
const oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// maxOLE is how many sectors of a directory are looked at.
const maxOLE = 4096

// entry is one stream or folder of a compound file.
type entry struct {
	name  string
	start uint32
	size  uint64
}

// compound is as much of a compound file as tells what is in it.
type compound struct {
	file     *file
	sector   int64
	table    []uint32 // sectors of the allocation table
	mini     uint32   // streams that are smaller lie in the stream of the root
	entries  []entry
	complete bool // the directory was read to its end
}

// ole refuses a compound file: old workbooks, and new ones with a password.
func (f *file) ole() *grid.Refusal {
	c := &compound{file: f}
	if !c.open() {
		return refuse(grid.Cut, "the file is an old or protected Office file that ends too early: it has "+bytesText(f.size), doAgain)
	}
	c.directory()
	switch {
	case c.find("EncryptedPackage") != nil:
		return refuse(grid.Protected, "the workbook is protected with a password", doPassword)
	case c.find("Workbook") != nil:
		return c.old("Workbook")
	case c.find("WORKBOOK") != nil:
		return c.old("WORKBOOK")
	case c.find("Book") != nil:
		return c.old("Book")
	case c.find("BOOK") != nil:
		return c.old("BOOK")
	case c.find("WordDocument") != nil:
		return refuse(grid.OtherFormat, "this is a Word document, no table", "copy the table into Excel and save it as Excel workbook (.xlsx)")
	case c.find("PowerPoint Document") != nil:
		return refuse(grid.OtherFormat, "this is a PowerPoint presentation, no table", doExport)
	case c.find("__properties_version1.0") != nil:
		return refuse(grid.OtherFormat, "this is an Outlook message, no table", "save what is attached to it, and choose that file")
	case !c.complete:
		return refuse(grid.Cut, "the file is an old or protected Office file of which a part is missing: it has "+bytesText(f.size), doAgain)
	}
	return refuse(grid.OtherFormat, "this is an Office file of the old kind without a workbook in it", doExport)
}

// open reads the header; ok is false where the file has not even that.
func (c *compound) open() bool {
	h := c.file.head
	if len(h) < 512 {
		return false
	}
	c.sector = 512
	if binary.LittleEndian.Uint16(h[30:]) == 12 {
		c.sector = 4096
	}
	c.mini = binary.LittleEndian.Uint32(h[56:])
	for at := 76; at < 512; at += 4 {
		if s := binary.LittleEndian.Uint32(h[at:]); s < 0xFFFFFFFA {
			c.table = append(c.table, s)
		}
	}
	return true
}

// directory lists the entries. A chain that turns in a circle ends at the bound.
func (c *compound) directory() {
	buf := make([]byte, c.sector)
	at := binary.LittleEndian.Uint32(c.file.head[48:])
	for range maxOLE {
		if at == 0xFFFFFFFE {
			c.complete = true
			return
		}
		if !c.read(buf, at) {
			return
		}
		for i := 0; i+128 <= len(buf); i += 128 {
			c.add(buf[i : i+128])
		}
		next, ok := c.next(at)
		if !ok {
			return
		}
		at = next
	}
}

func (c *compound) add(b []byte) {
	n := int(binary.LittleEndian.Uint16(b[64:]))/2 - 1
	if n <= 0 || n > 31 {
		return
	}
	units := make([]uint16, n)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	c.entries = append(c.entries, entry{
		name: string(utf16.Decode(units)), start: binary.LittleEndian.Uint32(b[116:]),
		size: binary.LittleEndian.Uint64(b[120:]),
	})
}

// next gives the sector that follows in a chain. Tables beyond the header's are
// not needed to see what a file is; ok is false there.
func (c *compound) next(at uint32) (next uint32, ok bool) {
	per := uint32(c.sector / 4)
	if int(at/per) >= len(c.table) {
		return 0, false
	}
	var b [4]byte
	offset := (int64(c.table[at/per])+1)*c.sector + int64(at%per)*4
	if n, _ := c.file.r.ReadAt(b[:], offset); n < len(b) {
		return 0, false
	}
	return binary.LittleEndian.Uint32(b[:]), true
}

func (c *compound) read(buf []byte, at uint32) bool {
	if at >= 0xFFFFFFFA {
		return false
	}
	n, _ := c.file.r.ReadAt(buf, (int64(at)+1)*c.sector)
	return n == len(buf)
}

func (c *compound) find(name string) *entry {
	for i := range c.entries {
		if c.entries[i].name == name {
			return &c.entries[i]
		}
	}
	return nil
}
