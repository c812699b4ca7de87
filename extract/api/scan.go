package api

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// The scanner below finds members of JSON that SplitPage has checked. On other
// bytes it finds something or nothing, but always ends.

// findMember gives the bounds of the value of a member of the object at at.
func findMember(raw []byte, at int, name string) (start, end int, ok bool) {
	i := skipSpace(raw, at)
	if i >= len(raw) || raw[i] != '{' {
		return 0, 0, false
	}
	for i++; ; i++ {
		i = skipSpace(raw, i)
		if i >= len(raw) || raw[i] != '"' {
			return 0, 0, false
		}
		nameEnd := skipText(raw, i)
		key := raw[i:nameEnd]
		if i = skipSpace(raw, nameEnd); i >= len(raw) || raw[i] != ':' {
			return 0, 0, false
		}
		start = skipSpace(raw, i+1)
		end = skipValue(raw, start)
		if end <= start {
			return 0, 0, false
		}
		if sameName(key, name) {
			return start, end, true
		}
		if i = skipSpace(raw, end); i >= len(raw) || raw[i] != ',' {
			return 0, 0, false
		}
	}
}

// sameName compares a quoted name with a plain one.
func sameName(quoted []byte, name string) bool {
	if len(quoted) == len(name)+2 {
		return string(quoted[1:len(quoted)-1]) == name
	}
	if len(quoted) < len(name)+2 || !hasEscape(quoted) {
		return false
	}
	plain, err := jsontext.AppendUnquote(nil, quoted)
	return err == nil && string(plain) == name
}

func hasEscape(b []byte) bool { return bytes.IndexByte(b, '\\') >= 0 }

// skipSpace gives the first index from i on that is no white space.
func skipSpace(raw []byte, i int) int {
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\n' || raw[i] == '\r' || raw[i] == '\t') {
		i++
	}
	return i
}

// skipText gives the index behind the text whose opening quote is at i.
func skipText(raw []byte, i int) int {
	for i++; i < len(raw); i++ {
		n := bytes.IndexByte(raw[i:], '"')
		if n < 0 {
			return len(raw)
		}
		i += n
		slashes := 0
		for k := i - 1; k >= 0 && raw[k] == '\\'; k-- {
			slashes++
		}
		if slashes%2 == 0 {
			return i + 1
		}
	}
	return len(raw)
}

// skipValue gives the index behind the value at i.
func skipValue(raw []byte, i int) int {
	if i >= len(raw) {
		return i
	}
	switch raw[i] {
	case '"':
		return skipText(raw, i)
	case '{', '[':
		return skipNested(raw, i)
	}
	for i < len(raw) {
		switch raw[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return i
		}
		i++
	}
	return i
}

// skipNested gives the index behind the object or list at i.
func skipNested(raw []byte, i int) int {
	depth := 0
	for i < len(raw) {
		switch raw[i] {
		case '"':
			i = skipText(raw, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return i
}
