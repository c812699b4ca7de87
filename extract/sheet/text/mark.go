package text

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

// findNUL notes where the first NUL of each record stands.
func findNUL(b *batch) {
	for i := range b.records {
		r := &b.records[i]
		if r.nul = bytes.IndexByte(b.buf[r.from:r.to], 0); r.nul >= 0 {
			r.nul += r.from
		}
	}
}

// mark flags the cells of the row that hold NULs or bytes that do not decode, and
// writes those so that they can be seen: \xE9. The row gets a fault: such cells are
// no data.
func (w *rower) mark(b *batch, rec *record) {
	for i := range w.row.Cells {
		c := &w.row.Cells[i]
		if utf8.ValidString(c.Raw) && strings.IndexByte(c.Raw, 0) < 0 {
			continue
		}
		c.Flags |= grid.Undecoded
		c.Raw = seen(c.Raw, newDecoder(w.source.dialect.Encoding) != nil)
		c.Text = c.Raw
		if w.row.Fault != "" {
			continue
		}
		column := grid.Letters(i + 1)
		if rec.nul < 0 {
			w.row.Fault = "column " + column + " holds letters that cannot be read as " + w.source.dialect.Encoding
			continue
		}
		w.row.Fault = "column " + column + " holds a NUL byte"
		if w.source.dialect.Encoding == utf8Name {
			w.row.Fault = "byte " + strconv.FormatInt(b.offset+int64(rec.nul)+1, 10) + " of the file, in column " + column + ", is a NUL byte"
		}
	}
}

// seen writes NULs and bytes that are no text as \x00. marked tells that a decoder
// has marked the bytes: see bad.
func seen(text string, marked bool) string {
	const digits = "0123456789ABCDEF"
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		c := text[i]
		switch {
		case r != utf8.RuneError && r != 0, r == utf8.RuneError && size > 1:
			out.WriteString(text[i : i+size])
			i += size
			continue
		case marked && c == badMark && i+2 < len(text):
			c = text[i+1]<<4 | text[i+2]&15
			i += 3
		default:
			i++
		}
		out.WriteString(`\x` + string([]byte{digits[c>>4], digits[c&15]}))
	}
	return out.String()
}
