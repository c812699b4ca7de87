package mapping

import (
	"strconv"
	"unicode/utf8"

	"github.com/valyala/fastjson"
)

const hexDigits = "0123456789abcdef"

// asIs tells the bytes that stand for themselves in a JSON string, whatever follows.
var asIs = func() (of [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		of[c] = c != '"' && c != '\\'
	}
	return of
}()

// appendText writes text as a JSON string.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if asIs[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += n
			continue
		}
		b = append(b, s[start:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

// appendJSON writes a value as it is; numbers keep the digits of the record.
func (e *eval) appendJSON(b []byte, v value) []byte {
	switch {
	case v.null:
		return append(b, "null"...)
	case v.class == text:
		return appendText(b, v.text)
	case v.number() && v.text != "" && validNumber(v.text):
		return append(b, v.text...)
	case v.class == whole:
		return strconv.AppendInt(b, v.int(), 10)
	case v.class == decimal:
		return appendFloat(b, v.decimal())
	case v.class == truth:
		return strconv.AppendBool(b, v.num == 1)
	case v.node != nil:
		return e.appendNode(b, v.node)
	case v.list != nil:
		b = append(b, '[')
		for i, item := range *v.list {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.appendJSON(b, item)
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

// appendNode writes JSON of the record; text is escaped anew, so that parts of
// it that were read already are written right.
func (e *eval) appendNode(b []byte, n *fastjson.Value) []byte {
	switch n.Type() {
	case fastjson.TypeString:
		s, _ := n.StringBytes()
		return appendText(b, view(s))
	case fastjson.TypeArray:
		b = append(b, '[')
		items, _ := n.Array()
		for i, item := range items {
			if i > 0 {
				b = append(b, ',')
			}
			b = e.appendNode(b, item)
		}
		return append(b, ']')
	case fastjson.TypeObject:
		b = append(b, '{')
		first := true
		o, _ := n.Object()
		o.Visit(func(key []byte, v *fastjson.Value) {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(appendText(b, view(key)), ':')
			b = e.appendNode(b, v)
		})
		return append(b, '}')
	}
	return n.MarshalTo(b)
}

// validNumber tells whether the text is a number as JSON writes it.
func validNumber(s string) bool {
	i := 0
	digits := func() bool {
		from := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if !digits() {
		return false
	}
	if i < len(s) && s[i] == '.' {
		if i++; !digits() {
			return false
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		if i++; i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(s) && i > 0
}
