package answer

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/unicode/norm"

	textunicode "golang.org/x/text/encoding/unicode"

	"ferry/extract/sheet/text"
)

// code is the encoding of a text file; a nil encoding is UTF-8.
type code struct {
	encoding encoding.Encoding
	width    int  // bytes of the unit that line ends are written in
	big      bool // the high byte comes first
}

func newCode(name string) (code, error) {
	switch name {
	case "", "utf-8":
		return code{width: 1}, nil
	case "utf-16le":
		return code{textunicode.UTF16(textunicode.LittleEndian, textunicode.IgnoreBOM), 2, false}, nil
	case "utf-16be":
		return code{textunicode.UTF16(textunicode.BigEndian, textunicode.IgnoreBOM), 2, true}, nil
	case "utf-32le":
		return code{utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4, false}, nil
	case "utf-32be":
		return code{utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4, true}, nil
	}
	e, err := ianaindex.IANA.Encoding(name)
	if err != nil || e == nil {
		return code{}, fmt.Errorf("nothing can be written in its encoding %s", name)
	}
	return code{e, 1, false}, nil
}

// encode gives text in the encoding, which has all its characters: see spelled.
func (c code) encode(s string) []byte {
	if c.encoding == nil {
		return []byte(s)
	}
	out, _ := c.bytes(s)
	return out
}

// bytes gives text in the encoding; ok is false where that lacks a character.
func (c code) bytes(s string) (out []byte, ok bool) {
	out, err := c.encoding.NewEncoder().Bytes([]byte(s))
	return out, err == nil
}

// spelled gives text in characters that the encoding has: one that it lacks is
// written by others that mean the same, else by its number.
func (c code) spelled(s string) string {
	if c.encoding == nil {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	if _, ok := c.bytes(s); ok {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		out.WriteString(c.letter(r))
	}
	return out.String()
}

// letter writes one character, in one of the ways that the encoding has.
func (c code) letter(r rune) string {
	base := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(string(r)))
	for _, way := range []string{string(r), meant[r], base} {
		if _, ok := c.bytes(way); ok && way != "" {
			return way
		}
	}
	return fmt.Sprintf("(U+%04X)", r)
}

// meant gives characters that mean the same.
var meant = map[rune]string{
	'\u2018': "'", '\u2019': "'", '\u201a': "'", '\u201c': `"`, '\u201d': `"`, '\u201e': `"`, '\u00ab': `"`, '\u00bb': `"`,
	'\u2010': "-", '\u2011': "-", '\u2012': "-", '\u2013': "-", '\u2014': "-", '\u2026': "...", '\u20ac': "EUR", '\u00a3': "GBP",
	'\u2192': "->", '\u2260': "!=", '\u2264': "<=", '\u2265': ">=", '\u00df': "ss", '\u00e6': "ae", '\u0153': "oe", '\u00f8': "o", '\u0142': "l",
}

// fieldWriter writes fields in the dialect of a file.
type fieldWriter struct {
	dialect   text.Dialect
	code      code
	delimiter string
	between   []byte // the delimiter as bytes
}

func newFieldWriter(d text.Dialect, c code) fieldWriter {
	w := fieldWriter{dialect: d, code: c}
	if d.Delimiter != "" {
		w.separate(d.Delimiter)
	}
	return w
}

// separate sets the delimiter.
func (w *fieldWriter) separate(delimiter string) {
	w.delimiter, w.between = delimiter, w.code.encode(delimiter)
}

func (w *fieldWriter) delimiters(dst []byte, n int) []byte {
	for range n {
		dst = append(dst, w.between...)
	}
	return dst
}

// field appends a field of ours. Text that a spreadsheet would take for a formula
// gets an apostrophe; what the dialect cannot hold is written by what it can.
func (w *fieldWriter) field(dst []byte, s string) []byte {
	if s == "" {
		return dst
	}
	s = strings.NewReplacer("\r\n", " ", "\r", " ", "\n", " ", "\x00", " ").Replace(w.code.spelled(s))
	if strings.ContainsRune("=+-@\t", rune(s[0])) {
		s = "'" + s
	}
	quote := w.dialect.Quote
	switch {
	case quote == "":
		s = strings.ReplaceAll(s, w.delimiter, standIn(w.delimiter))
	case w.dialect.Escape == `\`:
		if strings.ContainsAny(s, w.delimiter+quote+`\`) {
			s = quote + strings.NewReplacer(`\`, `\\`, quote, `\`+quote).Replace(s) + quote
		}
	case w.dialect.Escape == "":
		s = strings.ReplaceAll(s, quote, otherQuote(quote))
		if strings.Contains(s, w.delimiter) {
			s = quote + s + quote
		}
	case strings.Contains(s, w.delimiter) || strings.Contains(s, quote):
		s = quote + strings.ReplaceAll(s, quote, quote+quote) + quote
	}
	return append(dst, w.code.encode(s)...)
}

// standIn is what stands for a delimiter where there are no quotes.
func standIn(delimiter string) string {
	switch delimiter {
	case ",":
		return ";"
	case ";":
		return ","
	}
	return " "
}

func otherQuote(quote string) string {
	if quote == `"` {
		return "'"
	}
	return `"`
}

// split parts a record into its fields, as the bytes they are.
func (w *fieldWriter) split(raw []byte, dst [][]byte) ([][]byte, error) {
	if w.code.encoding == nil {
		return w.parts(raw, dst), nil
	}
	decoded, err := w.code.encoding.NewDecoder().Bytes(raw)
	if err == nil {
		var back []byte
		if back, err = w.code.encoding.NewEncoder().Bytes(decoded); err == nil && !bytes.Equal(back, raw) {
			err = errors.New("other bytes")
		}
	}
	if err != nil {
		return nil, errors.New("one of its records holds bytes that are no text of its encoding " + w.dialect.Encoding)
	}
	dst = w.parts(decoded, dst)
	for i, part := range dst {
		if dst[i], err = w.code.encoding.NewEncoder().Bytes(part); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// parts parts a record in UTF-8.
func (w *fieldWriter) parts(record []byte, dst [][]byte) [][]byte {
	delimiter := w.delimiter[0]
	quote, backslash := byte(0), w.dialect.Escape == `\`
	if w.dialect.Quote != "" {
		quote = w.dialect.Quote[0]
	}
	start, quoted, fresh := 0, false, true
	for i := 0; i < len(record); i++ {
		switch c := record[i]; {
		case quoted && backslash && c == '\\':
			i++
		case quoted && c == quote:
			quoted = false
		case quoted:
		case c == delimiter:
			dst = append(dst, record[start:i])
			start, fresh = i+1, true
			continue
		case c == quote && c != 0 && (fresh || i > 0 && record[i-1] == quote):
			quoted = true
		}
		fresh = fresh && record[i] == ' '
	}
	return append(dst, record[start:])
}
