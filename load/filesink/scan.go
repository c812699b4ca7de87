package filesink

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// The scan functions walk JSON that was checked when it was staged. They find
// the end of values without looking for faults inside; broken input gives -1
// or a wrong value, never a panic.

// skipSpace gives the first place at or after i that is not white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	return i
}

// stringEnd gives the place of the quote that closes the string whose content
// starts at i, -1 where none does, and whether the content holds an escape.
func stringEnd(b []byte, i int, escapes bool) (end int, escaped bool) {
	if i > len(b) {
		return -1, false
	}
	j := bytes.IndexByte(b[i:], '"')
	if j < 0 {
		return -1, false
	}
	if !escapes || bytes.IndexByte(b[i:i+j], '\\') < 0 {
		return i + j, false
	}
	for i < len(b) {
		switch b[i] {
		case '\\':
			i += 2
		case '"':
			return i, true
		default:
			i++
		}
	}
	return -1, true
}

// valueEnd gives the place after the value that starts at i, or -1.
func valueEnd(b []byte, i int, escapes bool) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		end, _ := stringEnd(b, i+1, escapes)
		if end < 0 {
			return -1
		}
		return end + 1
	case '{', '[':
		return containerEnd(b, i, escapes)
	default:
		return wordEnd(b, i)
	}
}

// containerEnd gives the place after the object or list that starts at i, or -1.
func containerEnd(b []byte, i int, escapes bool) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			end, _ := stringEnd(b, i+1, escapes)
			if end < 0 {
				return -1
			}
			i = end
		case '{', '[':
			depth++
		case '}', ']':
			depth--
			if depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// wordEnd gives the place after a number or literal, -1 where there is none.
func wordEnd(b []byte, i int) int {
	start := i
	for i < len(b) {
		switch b[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t', ':', '"', '{', '[':
			if i == start {
				return -1
			}
			return i
		}
		i++
	}
	if i == start {
		return -1
	}
	return i
}

// unescape appends the text of a JSON string's content to dst. A half surrogate
// becomes U+FFFD, as in encoding/json; an unknown escape is kept as it stands.
func unescape(dst, s []byte) []byte {
	for {
		j := bytes.IndexByte(s, '\\')
		if j < 0 || j+1 >= len(s) {
			return append(dst, s...)
		}
		dst = append(dst, s[:j]...)
		c := s[j+1]
		s = s[j+2:]
		switch c {
		case 'n':
			dst = append(dst, '\n')
		case 't':
			dst = append(dst, '\t')
		case 'r':
			dst = append(dst, '\r')
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case '"', '\\', '/':
			dst = append(dst, c)
		case 'u':
			dst, s = unescapeRune(dst, s)
		default:
			dst = append(dst, '\\', c)
		}
	}
}

// unescapeRune appends the rune of the four digits at the start of s, taking
// the second half of a surrogate pair with it, and gives what follows.
func unescapeRune(dst, s []byte) (out, rest []byte) {
	r, ok := hex4(s)
	if !ok {
		return append(dst, '\\', 'u'), s
	}
	s = s[4:]
	if utf16.IsSurrogate(r) {
		if len(s) >= 6 && s[0] == '\\' && s[1] == 'u' {
			low, ok := hex4(s[2:])
			if pair := utf16.DecodeRune(r, low); ok && pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), s[6:]
			}
		}
		r = utf8.RuneError
	}
	return utf8.AppendRune(dst, r), s
}

func hex4(s []byte) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	v, err := strconv.ParseUint(string(s[:4]), 16, 16)
	return rune(v), err == nil
}

// appendJSONString appends s as a JSON string. s is valid UTF-8.
func appendJSONString(dst, s []byte) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < 0x20 || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
