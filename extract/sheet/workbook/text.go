package workbook

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// appendText adds a piece of text of a part: entities resolved, line ends as XML
// has them (\n). There are the five entities of XML and numbers, no others.
func appendText(dst, piece []byte, raw bool) ([]byte, error) {
	for {
		i := 0
		for i < len(piece) && piece[i] != '\r' && (raw || piece[i] != '&') {
			i++
		}
		dst = append(dst, piece[:i]...)
		if i == len(piece) {
			return dst, nil
		}
		if piece[i] == '\r' {
			dst = append(dst, '\n')
			piece = bytes.TrimPrefix(piece[i+1:], []byte("\n"))
			continue
		}
		end := bytes.IndexByte(piece[i:], ';')
		if end < 0 {
			return dst, errMarkup
		}
		r, err := entity(piece[i+1 : i+end])
		if err != nil {
			return dst, err
		}
		dst = utf8.AppendRune(dst, r)
		piece = piece[i+end+1:]
	}
}

func entity(name []byte) (rune, error) {
	switch string(name) {
	case "amp":
		return '&', nil
	case "lt":
		return '<', nil
	case "gt":
		return '>', nil
	case "quot":
		return '"', nil
	case "apos":
		return '\'', nil
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, errEntity
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(string(digits), base, 21)
	if err != nil {
		return 0, errMarkup
	}
	return rune(n), nil
}

// plain gives an attribute's text; what cannot be decoded stays as it stands.
func plain(value []byte) string {
	if bytes.IndexByte(value, '&') < 0 {
		return string(value)
	}
	text, err := appendText(nil, value, false)
	if err != nil {
		return string(value)
	}
	return string(text)
}

// unescape takes back the escapes of ST_Xstring (ECMA-376 Part 1, 22.9.2.19) in
// place: _x000D_ is a carriage return, _x005F_ the underscore of a text that only
// looks like an escape. Two escaped halves of a UTF-16 pair are one character.
func unescape(b []byte) []byte {
	at := bytes.Index(b, []byte("_x"))
	if at < 0 {
		return b
	}
	out := b[:at]
	for at < len(b) {
		unit, ok := escaped(b[at:])
		if !ok {
			out = append(out, b[at])
			at++
			continue
		}
		at += escapeLength
		r := rune(unit)
		if utf16.IsSurrogate(r) {
			low, ok := escaped(b[at:])
			if r = utf16.DecodeRune(r, rune(low)); ok && r != utf8.RuneError {
				at += escapeLength
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

const escapeLength = len("_x000D_")

func escaped(b []byte) (unit uint16, ok bool) {
	if len(b) < escapeLength || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	for _, c := range b[2:6] {
		switch {
		case '0' <= c && c <= '9':
			unit = unit<<4 | uint16(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			unit = unit<<4 | uint16(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return unit, true
}

// undecoded tells whether a text has bytes that are no UTF-8, or a NUL.
func undecoded(b []byte) bool {
	return bytes.IndexByte(b, 0) >= 0 || !utf8.Valid(b) || bytes.Contains(b, replacement)
}

var replacement = []byte(string(utf8.RuneError))
