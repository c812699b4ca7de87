package stage

import (
	"encoding/binary"
	"errors"

	"ferry/extract/record"
)

// listingVersion begins the body of every page of a listing.
const listingVersion = 1

// What a row of a page says beside its number.
const (
	rowPlace = 1 << iota // file and sheet are not those of the row before
	rowBin               // bin and rule are not those of the row before
	rowKey               // key and hash
	rowWhy               // why and what to do
	rowCells
)

// A page is the version, then a row after the other:
//
//	row  = flags, number - the one before, [file, sheet], [bin, rule], [key, hash (8 bytes)], [why, do], [count, cell...]
//	cell = column, kind, note, warn
//
// Numbers are varints, texts their length and bytes.

var (
	errListingShort   = errors.New("a page of a listing ends too early")
	errListingVersion = errors.New("a page of a listing has an unknown version")
)

// appendListed appends rows in the form in which they are kept.
func appendListed(b []byte, rows []ListedRow) []byte {
	b = append(b, listingVersion)
	var last ListedRow
	for i := range rows {
		r := &rows[i]
		flags := uint64(0)
		for _, f := range []struct {
			on   bool
			flag uint64
		}{
			{r.File != last.File || r.Sheet != last.Sheet, rowPlace}, {r.Bin != last.Bin || r.Rule != last.Rule, rowBin},
			{r.Key != "" || r.Hash != 0, rowKey}, {r.Why != "" || r.Do != "", rowWhy}, {len(r.Cells) > 0, rowCells},
		} {
			if f.on {
				flags |= f.flag
			}
		}
		b = binary.AppendUvarint(b, flags)
		b = binary.AppendVarint(b, int64(r.Number-last.Number))
		if flags&rowPlace != 0 {
			b = appendText(binary.AppendUvarint(b, uint64(r.File)), r.Sheet)
		}
		if flags&rowBin != 0 {
			b = appendText(appendText(b, r.Bin), r.Rule)
		}
		if flags&rowKey != 0 {
			b = binary.LittleEndian.AppendUint64(appendText(b, string(r.Key)), r.Hash)
		}
		if flags&rowWhy != 0 {
			b = appendText(appendText(b, r.Why), r.Do)
		}
		if flags&rowCells != 0 {
			b = appendListedCells(b, r.Cells)
		}
		last = *r
	}
	return b
}

func appendListedCells(b []byte, cells []ListedCell) []byte {
	b = binary.AppendUvarint(b, uint64(len(cells)))
	for _, c := range cells {
		b = appendText(appendText(binary.AppendUvarint(b, uint64(c.Column)), c.Kind), c.Note)
		warn := byte(0)
		if c.Warn {
			warn = 1
		}
		b = append(b, warn)
	}
	return b
}

// readListed reads what appendListed wrote. It never panics, whatever the bytes
// are. The texts share one string.
func readListed(body []byte) ([]ListedRow, error) {
	r := indexReader{rest: string(body)}
	if len(r.rest) == 0 {
		return nil, errListingShort
	}
	if r.rest[0] != listingVersion {
		return nil, errListingVersion
	}
	r.rest = r.rest[1:]
	var rows []ListedRow
	var row ListedRow
	for r.more() {
		flags := r.uvarint()
		row.Number += int(r.varint())
		if flags&rowPlace != 0 {
			row.File, row.Sheet = int(r.uvarint()), r.text()
		}
		if flags&rowBin != 0 {
			row.Bin, row.Rule = r.text(), r.text()
		}
		row.Key, row.Hash, row.Why, row.Do, row.Cells = "", 0, "", "", nil
		if flags&rowKey != 0 {
			row.Key, row.Hash = record.Key(r.text()), r.fixed64()
		}
		if flags&rowWhy != 0 {
			row.Why, row.Do = r.text(), r.text()
		}
		if flags&rowCells != 0 {
			row.Cells = r.listedCells()
		}
		if r.err != nil {
			return nil, errListingShort
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (r *indexReader) listedCells() []ListedCell {
	n := r.uvarint()
	if n > uint64(len(r.rest)) { // a cell takes more than one byte
		r.fail()
		return nil
	}
	var cells []ListedCell
	for range n {
		c := ListedCell{Column: int(r.uvarint()), Kind: r.text(), Note: r.text()}
		if len(r.rest) == 0 {
			r.fail()
			return nil
		}
		c.Warn, r.rest = r.rest[0] != 0, r.rest[1:]
		cells = append(cells, c)
	}
	return cells
}

// fixed64 reads 8 bytes.
func (r *indexReader) fixed64() uint64 {
	if len(r.rest) < 8 {
		r.fail()
		return 0
	}
	n := le64(r.rest)
	r.rest = r.rest[8:]
	return n
}
