package mapping

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/record"
)

// put writes a value as the type of a target field; what does not fit is noted
// as a failure.
type put func(e *eval, b []byte, v value) []byte

func putJSON(e *eval, b []byte, v value) []byte { return e.appendJSON(b, v) }

// putAs gives the writer of a field; f is nil for a custom field. made tells
// that a named transform has made the value, so that a date is known to be one.
func putAs(f *record.Field, made bool) put {
	if f == nil {
		return putJSON
	}
	switch f.Kind {
	case record.String:
		if len(f.Enum) > 0 {
			return putOneOf(f.Enum)
		}
		return putText
	case record.Integer:
		return putWhole
	case record.Number:
		return putNumber
	case record.Decimal:
		return putDecimal
	case record.Boolean:
		return putTruth
	case record.Date, record.Time, record.DateTime:
		if made {
			return putText
		}
		field := *f
		return func(e *eval, b []byte, v value) []byte { return putMoment(e, b, v, &field) }
	case record.List:
		if f.Of != nil && f.Of.Kind != record.JSON {
			return putList(putAs(f.Of, made))
		}
		return putOnly(list, "list")
	case record.Object:
		return putOnly(object, "object")
	}
	return putJSON
}

// copiesText tells whether the writer of a field writes a text as it is, whatever it
// says.
func copiesText(f *record.Field, made bool) bool {
	if f == nil {
		return true
	}
	switch f.Kind {
	case record.String:
		return len(f.Enum) == 0
	case record.Date, record.Time, record.DateTime:
		return made
	}
	return false
}

func misput(e *eval, b []byte, v value, want string) []byte {
	if e.fail == nil {
		e.fail = &failure{kind: KindType, reason: "the result is no " + want, value: strings.Clone(e.textOf(v)),
			do: "change the rule, or correct the value at the source"}
	}
	return b
}

func putText(e *eval, b []byte, v value) []byte {
	switch v.class {
	case text:
		return appendText(b, v.text)
	case whole, decimal:
		return appendText(b, e.textOf(v))
	}
	return misput(e, b, v, "text")
}

// putOneOf writes text that the target knows; what it does not know is said
// here and not left for it to refuse.
func putOneOf(known []string) put {
	return func(e *eval, b []byte, v value) []byte {
		if s := e.textOf(v); v.class <= decimal && v.class != anything && s != "" && !slices.Contains(known, s) {
			if e.fail == nil {
				e.fail = &failure{kind: KindEnum, reason: "the target does not know this value", value: strings.Clone(s),
					do: "write values: {source: target}; it knows " + strings.Join(known, ", ")}
			}
			return b
		}
		return putText(e, b, v)
	}
}

func putWhole(e *eval, b []byte, v value) []byte {
	if v.class != whole {
		return misput(e, b, v, "whole number")
	}
	return strconv.AppendInt(b, v.int(), 10)
}

func putNumber(e *eval, b []byte, v value) []byte {
	if !v.number() || v.class == decimal && (math.IsInf(v.decimal(), 0) || math.IsNaN(v.decimal())) {
		return misput(e, b, v, "number")
	}
	return e.appendJSON(b, v)
}

// putDecimal writes money and the like: the digits as they were, or, of a
// computed value, the fifteen that a float64 is sure of.
func putDecimal(e *eval, b []byte, v value) []byte {
	if v.class == decimal && v.text == "" && !math.IsInf(v.decimal(), 0) && !math.IsNaN(v.decimal()) {
		f, err := strconv.ParseFloat(strconv.FormatFloat(v.decimal(), 'g', 15, 64), 64)
		if err == nil {
			return appendFloat(b, f)
		}
	}
	return putNumber(e, b, v)
}

func putTruth(e *eval, b []byte, v value) []byte {
	if v.class != truth {
		return misput(e, b, v, "boolean")
	}
	return strconv.AppendBool(b, v.num == 1)
}

func putMoment(e *eval, b []byte, v value, f *record.Field) []byte {
	if v.class != text || !isMoment(v.text, f) {
		return misput(e, b, v, f.Kind.String())
	}
	return appendText(b, v.text)
}

// isMoment tells whether a text is a date or time as the target writes them.
func isMoment(s string, f *record.Field) bool {
	layouts := f.Layouts
	switch f.Kind {
	case record.Date:
		layouts = append(layouts[:len(layouts):len(layouts)], time.DateOnly)
	case record.Time:
		layouts = append(layouts[:len(layouts):len(layouts)], time.TimeOnly, "15:04")
	default:
		layouts = append(layouts[:len(layouts):len(layouts)], time.RFC3339, "2006-01-02T15:04:05", time.DateTime, time.DateOnly)
	}
	for _, l := range layouts {
		if _, err := time.Parse(l, s); err == nil {
			return true
		}
	}
	return false
}

func putList(item put) put {
	return func(e *eval, b []byte, v value) []byte {
		if v.class != list {
			return misput(e, b, v, "list")
		}
		b = append(b, '[')
		first := true
		e.each(v, func(_ int, one value) bool {
			if one.null { // an empty place in a list says nothing
				return e.step(1)
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = item(e, b, one)
			return e.step(1)
		})
		return append(b, ']')
	}
}

func putOnly(want class, name string) put {
	return func(e *eval, b []byte, v value) []byte {
		if v.class != want {
			return misput(e, b, v, name)
		}
		return e.appendJSON(b, v)
	}
}
