package load

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// Two values of a field are the same value where their canonical texts are:
// numbers by value, moments as instants, text as the vendor folds it.

// blank says whether there is nothing: absent, null, an empty text, list or object.
func blank(v *fastjson.Value) bool {
	if v == nil {
		return true
	}
	switch v.Type() {
	case fastjson.TypeNull:
		return true
	case fastjson.TypeString:
		return len(text(v)) == 0
	case fastjson.TypeArray:
		return len(elements(v)) == 0
	case fastjson.TypeObject:
		return v.GetObject().Len() == 0
	}
	return false
}

// text is the text of a JSON string.
func text(v *fastjson.Value) []byte {
	b, _ := v.StringBytes() // the callers have looked at its type
	return b
}

// elements are those of a JSON list.
func elements(v *fastjson.Value) []*fastjson.Value {
	list, _ := v.Array() // the callers have looked at its type
	return list
}

// appendText appends a scalar as text, unquoted; others as JSON.
func appendText(dst []byte, v *fastjson.Value) []byte {
	if v.Type() == fastjson.TypeString {
		return append(dst, text(v)...)
	}
	return v.MarshalTo(dst)
}

// appendCanon appends the canonical text of a value that is not blank; sh is
// nil where the spec does not know the field.
func appendCanon(dst []byte, sh *shape, v *fastjson.Value) []byte {
	if v.Type() == fastjson.TypeArray || v.Type() == fastjson.TypeObject {
		return v.MarshalTo(dst)
	}
	begin := len(dst)
	dst = appendText(dst, v)
	if sh == nil {
		return dst
	}
	switch sh.kind {
	case record.Integer, record.Number, record.Decimal:
		return canonNumber(dst, begin)
	case record.Boolean:
		return canonBool(dst, begin)
	case record.Date, record.Time, record.DateTime:
		if at, ok := sh.moment(string(dst[begin:])); ok {
			return at.appendTo(dst[:begin])
		}
		return dst
	}
	if v.Type() == fastjson.TypeNumber {
		dst = canonNumber(dst, begin)
	}
	if sh.fold == 0 {
		return dst
	}
	var room [256]byte
	return append(dst[:begin], sh.fold.Append(room[:0], dst[begin:])...)
}

func canonBool(b []byte, begin int) []byte {
	switch strings.ToLower(string(b[begin:])) {
	case "1", "true", "yes", "t", "y":
		return append(b[:begin], "true"...)
	case "0", "false", "no", "f", "n":
		return append(b[:begin], "false"...)
	}
	return b
}

// canonNumber rewrites the decimal number that stands in b from begin on as
// digits without zeros around, and their exponent: 10.50 and 1.05e1 become
// 105e-1. What is no number stays as it is.
func canonNumber(b []byte, begin int) []byte {
	s := bytes.TrimSpace(b[begin:])
	negative := len(s) > 0 && s[0] == '-'
	if negative || len(s) > 0 && s[0] == '+' {
		s = s[1:]
	}
	mantissa, exponent := s, 0
	if i := bytes.IndexAny(s, "eE"); i >= 0 {
		n, err := strconv.Atoi(string(s[i+1:]))
		if err != nil {
			return b
		}
		mantissa, exponent = s[:i], n
	}
	var room [64]byte
	digits, dot := room[:0], -1
	for i, c := range mantissa {
		switch {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c == '.' && dot < 0:
			dot = i
		default:
			return b
		}
	}
	if len(digits) == 0 {
		return b
	}
	if dot >= 0 {
		exponent -= len(mantissa) - dot - 1
	}
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits, exponent = digits[:len(digits)-1], exponent+1
	}
	digits = bytes.TrimLeft(digits, "0")
	if len(digits) == 0 {
		return append(b[:begin], '0')
	}
	b = b[:begin]
	if negative {
		b = append(b, '-')
	}
	b = append(b, digits...)
	if exponent != 0 {
		b = strconv.AppendInt(append(b, 'e'), int64(exponent), 10)
	}
	return b
}

// moment is a date, a time or both as they were read.
type moment struct {
	at    time.Time
	zoned bool // an instant; else a local time of nobody knows where
	day   bool // no time of day was written
}

// isoLayouts are tried after a field's own.
var isoLayouts = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
	"2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 UTC", "2006-01-02", "15:04:05", "15:04",
}

// moment reads a text in one of the field's layouts, else as ISO 8601.
func (s *shape) moment(text string) (m moment, ok bool) {
	for _, layouts := range [...][]string{s.layouts, isoLayouts} {
		for _, layout := range layouts {
			at, err := time.Parse(layout, text)
			if err != nil {
				continue
			}
			m := moment{at: at, zoned: strings.Contains(layout, "Z07") || strings.HasSuffix(layout, "UTC"), day: !strings.Contains(layout, "15")}
			switch {
			case s.kind != record.DateTime || m.day || m.zoned:
			case s.utc:
				m.zoned = true
			case s.zone != nil:
				m.at, m.zoned = inZone(at, s.zone), true
			}
			return m, true
		}
	}
	return moment{}, false
}

// inZone is the moment at which clocks of a zone show what at shows.
func inZone(at time.Time, zone *time.Location) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond(), zone)
}

func (m moment) appendTo(b []byte) []byte {
	switch {
	case m.day:
		return m.at.AppendFormat(b, time.DateOnly)
	case m.zoned:
		return m.at.UTC().AppendFormat(b, time.RFC3339Nano)
	}
	return m.at.AppendFormat(b, "2006-01-02T15:04:05.999999999")
}

// same says whether two readings are the same moment. Where one of them says
// less, they are compared in what both say: the day, or the time on the wall.
func (m moment) same(o moment, day bool) bool {
	switch {
	case day || m.day || o.day:
		return m.at.Format(time.DateOnly) == o.at.Format(time.DateOnly)
	case m.zoned != o.zoned:
		return m.at.Format(time.DateTime) == o.at.Format(time.DateTime)
	}
	return m.at.Equal(o.at)
}
