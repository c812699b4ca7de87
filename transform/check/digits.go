package check

import (
	"slices"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
	"ferry/transform/internal/fn"
)

// digitsWords say what is lost of a number where the target keeps its digits alone.
var digitsWords = map[fn.DigitsFault]words{
	fn.DigitsExtension: {kind: kindPhone, why: "the target keeps digits alone, so that the extension would become part of the number",
		do: "write the number alone in the cell, and its extension in a column of its own"},
	fn.DigitsSeveral: {kind: kindPhone, why: "the target keeps digits alone, so that what stands in the cell would become one number",
		do: "write one number alone in the cell, and others in columns of their own"},
	fn.DigitsTrunk: {kind: kindPhone, why: "the target keeps digits alone, so that the 0 in brackets would become part of the number",
		do: "write the number without (0)"},
	fn.DigitsFew: {kind: kindPhone, why: "it has too few digits for a phone number, and the target keeps digits alone",
		do: "complete the number", warn: true},
	fn.DigitsNone: {kind: kindPhone, why: "the target keeps digits alone, and there are none: the field is left blank",
		do: "write a number in the cell, or leave it blank", warn: true},
}

// keepsDigits tells whether a field keeps the digits of a text alone, or what is in it
// does.
func keepsDigits(f *record.Field) bool {
	switch {
	case f == nil:
		return false
	case f.Kind == record.List && f.Of != nil:
		return keepsDigits(f.Of)
	case f.Kind == record.Object:
		return slices.ContainsFunc(f.Fields, func(in record.Field) bool { return keepsDigits(&in) })
	}
	return slices.Contains(f.Folds, record.FoldDigits)
}

// digits says what the target would lose of numbers. What is said of the cell
// already is enough.
func (j *judge) digits(b *batch, column, i int, made []byte, shown string) {
	if made[0] == '"' && !slices.Contains(made, '\\') {
		j.digitsOf(b, column, i, made[1:len(made)-1], shown)
		return
	}
	if v, err := j.parser.ParseBytes(made); err == nil {
		j.digitsIn(b, column, i, v, j.fields[i].typ, shown)
	}
}

func (j *judge) digitsIn(b *batch, column, i int, v *fastjson.Value, typ *record.Field, shown string) {
	switch v.Type() {
	case fastjson.TypeString:
		if slices.Contains(typ.Folds, record.FoldDigits) {
			text, _ := v.StringBytes() // it is a text
			j.digitsOf(b, column, i, text, shown)
		}
	case fastjson.TypeArray:
		list, _ := v.Array() // it is a list
		for _, v := range list {
			if typ.Of != nil {
				j.digitsIn(b, column, i, v, typ.Of, shown)
			}
		}
	case fastjson.TypeObject:
		for k := range typ.Fields {
			if f := &typ.Fields[k]; v.Exists(f.Name) {
				j.digitsIn(b, column, i, v.Get(f.Name), f, shown)
			}
		}
	}
}

func (j *judge) digitsOf(b *batch, column, i int, text []byte, shown string) {
	if len(text) == 0 {
		return
	}
	if fault := fn.DigitsAlone(text); fault != fn.DigitsFit {
		j.add(b, column, i, digitsWords[fault], shown)
	}
}
