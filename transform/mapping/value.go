package mapping

import (
	"math"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// value is one value while a record is mapped. Its text and JSON live in the
// worker's buffers and are good until the next record.
type value struct {
	class class
	null  bool   // absent or null; text is then ""
	kept  bool   // text is of the one who gave the record, and outlives it
	num   uint64 // whole: int64; decimal: bits of a float64; truth: 0 or 1
	text  string // text; of a number read from a record: its digits as written
	node  *fastjson.Value
	typ   *valueType // of node
	list  *[]value   // a computed list
}

var nothing = value{null: true}

func textValue(s string) value    { return value{class: text, text: s} }
func wholeValue(i int64) value    { return value{class: whole, num: uint64(i)} }
func listValue(vs []value) value  { return value{class: list, list: &vs} }
func (v *value) int() int64       { return int64(v.num) }
func (v *value) decimal() float64 { return math.Float64frombits(v.num) }

// floatValue takes a computed number; minus zero is zero.
func floatValue(f float64) value {
	if f == 0 {
		f = 0
	}
	return value{class: decimal, num: math.Float64bits(f)}
}

func truthValue(b bool) value {
	if b {
		return value{class: truth, num: 1}
	}
	return value{class: truth}
}

// isTrue tells whether the value is the boolean true.
func (v *value) isTrue() bool { return v.class == truth && !v.null && v.num == 1 }

// blank tells whether there is nothing to write: null, or text without a letter.
func (v *value) blank() bool { return v.null || v.class == text && v.text == "" }

func (v *value) number() bool { return v.class == whole || v.class == decimal }

// float is any number as a float64.
func (v *value) float() float64 {
	if v.class == whole {
		return float64(v.int())
	}
	return v.decimal()
}

// fromAny takes the outcome of a function.
func fromAny(x any) (v value, ok bool) {
	switch x := x.(type) {
	case nil:
		return nothing, true
	case string:
		return textValue(x), true
	case bool:
		return truthValue(x), true
	case int:
		return wholeValue(int64(x)), true
	case int64:
		return wholeValue(x), true
	case float64:
		return floatValue(x), true
	case []string:
		vs := make([]value, len(x))
		for i := range x {
			vs[i] = textValue(x[i])
		}
		return listValue(vs), true
	case []any:
		vs := make([]value, len(x))
		for i := range x {
			if vs[i], ok = fromAny(x[i]); !ok {
				return nothing, false
			}
		}
		return listValue(vs), true
	}
	return nothing, false
}

// toAny gives a value to a function: string, int, float64, bool, []any or nil.
// Text is copied: a function may remember it, and the worker's buffers are
// written over by the next record.
func (e *eval) toAny(v value) any {
	switch {
	case v.class == text:
		return v.lasting()
	case v.null:
		return nil
	case v.class == whole:
		return int(v.int())
	case v.class == decimal:
		return v.decimal()
	case v.class == truth:
		return v.num == 1
	case v.class == list:
		var out []any
		e.each(v, func(_ int, item value) bool {
			out = append(out, e.toAny(item))
			return e.step(1)
		})
		return out
	}
	return e.textOf(v)
}

// lasting is the text of a value for one that may remember it.
func (v *value) lasting() string {
	if v.kept {
		return v.text
	}
	return strings.Clone(v.text)
}

// textOf writes a value as text: numbers as they were written in the record.
func (e *eval) textOf(v value) string {
	switch {
	case v.class == text:
		return v.text
	case v.null:
		return ""
	case v.number() && v.text != "":
		return v.text
	case v.class == whole:
		return e.arena.keep(strconv.AppendInt(e.arena.room(20), v.int(), 10))
	case v.class == decimal:
		return e.arena.keep(appendFloat(e.arena.room(32), v.decimal()))
	case v.class == truth:
		return strconv.FormatBool(v.num == 1)
	}
	return e.arena.keep(e.appendJSON(e.arena.room(256), v))
}

// appendFloat writes the shortest text that reads back as the same number,
// without an exponent where it is of an everyday size.
func appendFloat(b []byte, f float64) []byte {
	if a := math.Abs(f); a != 0 && (a < 1e-7 || a >= 1e21) {
		return strconv.AppendFloat(b, f, 'g', -1, 64)
	}
	return strconv.AppendFloat(b, f, 'f', -1, 64)
}
