package vendorsim

import (
	"strconv"
	"unicode/utf8"
)

// member is one key and value of an object.
type member struct {
	key string
	val any
}

// object is a JSON object that keeps the order of its keys, as the reference prints them.
type object []member

// decimal is a JSON number written exactly as it stands, such as 10.50.
type decimal string

// get returns the value of key, nil when the key is missing.
func (o object) get(key string) any {
	for i := range o {
		if o[i].key == key {
			return o[i].val
		}
	}
	return nil
}

// set replaces the value of key in place, or appends it.
func (o *object) set(key string, val any) {
	for i := range *o {
		if (*o)[i].key == key {
			(*o)[i].val = val
			return
		}
	}
	*o = append(*o, member{key, val})
}

// without returns a copy that lacks key.
func (o object) without(key string) object {
	out := make(object, 0, len(o))
	for _, m := range o {
		if m.key != key {
			out = append(out, m)
		}
	}
	return out
}

// clone copies the object; the values themselves are never changed in place and stay shared.
func (o object) clone() object { return append(make(object, 0, len(o)+4), o...) }

// text returns the string under key, "" when it is null, missing or no string.
func (o object) text(key string) string {
	s, _ := o.get(key).(string)
	return s
}

// appendJSON encodes v. It knows the few types the simulators use; anything else is a bug and panics.
func appendJSON(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case string:
		return appendString(b, v)
	case decimal:
		return append(b, v...)
	case object:
		return appendObject(b, v)
	case []any:
		return appendList(b, len(v), func(b []byte, i int) []byte { return appendJSON(b, v[i]) })
	case []object:
		return appendList(b, len(v), func(b []byte, i int) []byte { return appendObject(b, v[i]) })
	case []string:
		return appendList(b, len(v), func(b []byte, i int) []byte { return appendString(b, v[i]) })
	default:
		panic("vendorsim: no JSON form for this type")
	}
}

func appendObject(b []byte, o object) []byte {
	if o == nil {
		return append(b, "null"...)
	}
	b = append(b, '{')
	for i := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, o[i].key)
		b = append(b, ':')
		b = appendJSON(b, o[i].val)
	}
	return append(b, '}')
}

func appendList(b []byte, n int, item func([]byte, int) []byte) []byte {
	b = append(b, '[')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = item(b, i)
	}
	return append(b, ']')
}

// appendString quotes s as JSON. Text beyond ASCII stays as it is; bytes that are no UTF-8 become U+FFFD.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[from:i]...)
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
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}
