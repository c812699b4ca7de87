package sheet

import (
	"unicode/utf8"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// Stream is the name of the one stream that a sheet is.
const Stream = "rows"

// Vendor is the name of the spec that Spec gives.
const Vendor = "sheet"

// Spec describes a sheet as a source: one stream, Stream, whose fields are the
// columns of the recipe, all of them text. Its key is the recipe's; where it names
// none, rows are told apart by Row.Key alone and the stream has no key fields.
func Spec(r *Recipe) *connector.Spec {
	stream := &connector.Stream{Name: Stream, Label: "Rows", Key: r.Key}
	for i := range r.Columns {
		if c := &r.Columns[i]; !c.Ours {
			stream.Fields = append(stream.Fields, record.Field{Name: c.Name, Label: c.Header, Kind: record.String})
		}
	}
	return &connector.Spec{Vendor: Vendor, Title: "Sheet", Streams: []*connector.Stream{stream}}
}

// AppendJSON appends the record of a row to dst: an object with the name of each
// column and its text, in the order of the recipe; values that are not there are
// left out. The row must have Values.
func AppendJSON(dst []byte, r *Recipe, row *Row) []byte {
	dst = append(dst, '{')
	first := true
	for i := range row.Values {
		if row.Values[i].Text == "" || r.Columns[i].Ours {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendString(dst, r.Columns[i].Name)
		dst = append(dst, ':')
		dst = appendString(dst, row.Values[i].Text)
	}
	return append(dst, '}')
}

// appendString appends a JSON string (RFC 8259). Bytes that are no UTF-8 become
// U+FFFD; readers hold such rows before.
func appendString(dst []byte, text string) []byte {
	dst = append(dst, '"')
	from := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, text[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = append(dst, text[from:i]...)
		dst = appendEscaped(dst, c)
		i++
		from = i
	}
	return append(append(dst, text[from:]...), '"')
}

func appendEscaped(dst []byte, c byte) []byte {
	const digits = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
}
