package filesink

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// cellUnits is how many UTF-16 units a cell holds.
const cellUnits = 32767

// appendXMLText appends text as the content of a sheet's <t>. What XML cannot
// hold is written as Excel does, _x000B_, and text that looks like that already
// gets its underscore escaped.
func appendXMLText(dst, s []byte) []byte {
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < utf8.RuneSelf && c != '&' && c != '<' && c != '>' && c != '_' {
			i++
			continue
		}
		escape, size := xmlEscape(s[i:])
		if escape != "" {
			dst = append(append(dst, s[from:i]...), escape...)
			from = i + size
		}
		i += size
	}
	return append(dst, s[from:]...)
}

// xmlEscape gives what the rune at the start of s is written as, "" for itself,
// and its size.
func xmlEscape(s []byte) (escape string, size int) {
	switch c := s[0]; {
	case c == '&':
		return "&amp;", 1
	case c == '<':
		return "&lt;", 1
	case c == '>':
		return "&gt;", 1
	case c == '\r':
		return "&#13;", 1 // a bare one would be read back as a line feed
	case c == '\t' || c == '\n':
		return "", 1
	case c == '_':
		if looksEscaped(s) {
			return "_x005F_", 1
		}
		return "", 1
	case c < 0x20:
		return fmt.Sprintf("_x%04X_", c), 1
	}
	r, size := utf8.DecodeRune(s)
	if r == 0xFFFE || r == 0xFFFF {
		return fmt.Sprintf("_x%04X_", r), size
	}
	return "", size
}

// looksEscaped tells whether s starts like _x000B_.
func looksEscaped(s []byte) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range s[2:6] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// splitCell gives the longest start of s that a cell of so many units holds,
// with its escapes counted as they are written.
func splitCell(s []byte, units int) (head, rest []byte) {
	if len(s) <= units/7 {
		return s, nil
	}
	used := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		cost := 1
		switch {
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0xFFFE, r == 0xFFFF:
			cost = 7
		case r == '_' && looksEscaped(s[i:]):
			cost = 7
		case r > 0xFFFF:
			cost = 2
		}
		if used+cost > units {
			return s[:i], s[i:]
		}
		used += cost
		i += size
	}
	return s, nil
}

// keepsSpace tells whether a reader would drop white space of the text unless told.
func keepsSpace(s []byte) bool {
	return s[0] <= ' ' || s[len(s)-1] <= ' ' || bytes.IndexByte(s, '\n') >= 0
}

// likeNumber tells whether a spreadsheet would take the text for a number or a
// formula as soon as somebody edits the cell, so that it needs the text format.
func likeNumber(s []byte) bool {
	c := s[0]
	return c >= '0' && c <= '9' || c == '+' || c == '-' || c == '=' || c == '.' || c == '@' || c == '\'' || c == '('
}
