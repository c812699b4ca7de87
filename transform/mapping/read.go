package mapping

import (
	"math"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// read takes a JSON value as the type the spec gives it. Vendors write numbers
// as text and text as numbers, and an empty object or list in more than one way.
func (e *eval) read(n *fastjson.Value, t *valueType, path string) value {
	if n == nil {
		return value{class: t.class, null: true}
	}
	kind := n.Type()
	if kind == fastjson.TypeNull {
		return value{class: t.class, null: true}
	}
	switch t.class {
	case text:
		switch kind {
		case fastjson.TypeString:
			s, _ := n.StringBytes()
			return textValue(view(s))
		case fastjson.TypeNumber:
			return textValue(e.digits(n))
		}
	case whole, decimal:
		return e.readNumber(n, kind, t, path)
	case truth:
		return e.readTruth(n, kind, t, path)
	case object:
		if kind == fastjson.TypeObject {
			return value{class: object, node: n, typ: t}
		}
		if e.hollow(n, kind) {
			return value{class: object, null: true}
		}
	case list:
		if kind == fastjson.TypeArray {
			return value{class: list, node: n, typ: t}
		}
		if e.hollow(n, kind) {
			return value{class: list, null: true}
		}
	default:
		return e.readAny(n, kind)
	}
	return e.misfit(path, n, t)
}

// readAny takes JSON that no spec describes.
func (e *eval) readAny(n *fastjson.Value, kind fastjson.Type) value {
	switch kind {
	case fastjson.TypeString:
		s, _ := n.StringBytes()
		return textValue(view(s))
	case fastjson.TypeNumber:
		raw := e.digits(n)
		if i, err := strconv.ParseInt(raw, 10, 64); err == nil {
			return value{class: whole, num: uint64(i), text: raw}
		}
		f, _ := strconv.ParseFloat(raw, 64)
		return value{class: decimal, num: math.Float64bits(f), text: raw}
	case fastjson.TypeTrue:
		return truthValue(true)
	case fastjson.TypeFalse:
		return truthValue(false)
	case fastjson.TypeArray:
		return value{class: list, node: n, typ: anyListType}
	}
	return value{class: object, node: n, typ: anyObjectType}
}

var (
	anyListType   = &valueType{class: list, elem: anyType}
	anyObjectType = &valueType{class: object}
)

func (e *eval) readNumber(n *fastjson.Value, kind fastjson.Type, t *valueType, path string) value {
	var raw string
	switch kind {
	case fastjson.TypeNumber:
		raw = e.digits(n)
	case fastjson.TypeString:
		s, _ := n.StringBytes()
		if raw = strings.TrimSpace(view(s)); raw == "" {
			return value{class: t.class, null: true}
		}
	default:
		return e.misfit(path, n, t)
	}
	if t.class == whole {
		if i, ok := atoi(raw); ok {
			return value{class: whole, num: uint64(i), text: raw}
		}
		f, err := strconv.ParseFloat(raw, 64)
		if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return e.misfit(path, n, t)
		}
		return wholeValue(int64(f))
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) || strings.ContainsAny(raw, "xXpP_") {
		return e.misfit(path, n, t)
	}
	return value{class: decimal, num: math.Float64bits(f), text: raw}
}

// atoi reads a whole number; the short ones without a call.
func atoi(s string) (int64, bool) {
	if len(s) == 0 || len(s) > 18 {
		i, err := strconv.ParseInt(s, 10, 64)
		return i, err == nil
	}
	digits, sign := s, int64(1)
	if s[0] == '-' {
		digits, sign = s[1:], -1
	}
	var i int64
	for _, c := range []byte(digits) {
		if c < '0' || c > '9' {
			return 0, false
		}
		i = i*10 + int64(c-'0')
	}
	return sign * i, digits != ""
}

func (e *eval) readTruth(n *fastjson.Value, kind fastjson.Type, t *valueType, path string) value {
	switch kind {
	case fastjson.TypeTrue:
		return truthValue(true)
	case fastjson.TypeFalse:
		return truthValue(false)
	case fastjson.TypeNumber, fastjson.TypeString:
		raw := ""
		if kind == fastjson.TypeNumber {
			raw = e.digits(n)
		} else {
			s, _ := n.StringBytes()
			raw = strings.TrimSpace(view(s))
		}
		switch raw {
		case "":
			return value{class: truth, null: true}
		case "1", "true":
			return truthValue(true)
		case "0", "false":
			return truthValue(false)
		}
	}
	return e.misfit(path, n, t)
}

// hollow tells whether JSON of another kind holds nothing at all.
func (e *eval) hollow(n *fastjson.Value, kind fastjson.Type) bool {
	switch kind {
	case fastjson.TypeString:
		s, _ := n.StringBytes()
		return len(s) == 0
	case fastjson.TypeArray:
		items, _ := n.Array()
		return len(items) == 0
	case fastjson.TypeObject:
		o, _ := n.Object()
		return o.Len() == 0
	}
	return false
}

// digits gives a number as it stands in the record.
func (e *eval) digits(n *fastjson.Value) string {
	return e.arena.keep(n.MarshalTo(e.arena.room(24)))
}
