package mapping

import (
	"github.com/expr-lang/expr/types"

	"ferry/extract/record"
)

// class is what an expression knows of a value's type.
type class uint8

const (
	anything class = iota // JSON of any kind
	text
	whole   // 64 bits, signed
	decimal // a number that may have a fraction
	truth
	object
	list
)

var classNames = [...]string{"any", "text", "whole number", "number", "boolean", "object", "list"}

// valueType is the type of a value in an expression.
type valueType struct {
	class  class
	kind   record.Kind // of the field it was read from; 0 for a computed value
	field  *record.Field
	fields []member
	elem   *valueType // of a list; nil unknown
	path   string     // of a list element: where its list stands in the record
}

// member is one field of an object.
type member struct {
	name  string
	names []string // name and aliases
	typ   *valueType
	from  record.Origin
}

var (
	anyType     = &valueType{class: anything}
	textType    = &valueType{class: text}
	wholeType   = &valueType{class: whole}
	decimalType = &valueType{class: decimal}
	truthType   = &valueType{class: truth}
)

func classOf(k record.Kind) class {
	switch k {
	case record.String, record.Date, record.Time, record.DateTime:
		return text
	case record.Integer:
		return whole
	case record.Number, record.Decimal:
		return decimal
	case record.Boolean:
		return truth
	case record.Object:
		return object
	case record.List:
		return list
	}
	return anything
}

// typeOf gives the type of a field of a connector spec.
func typeOf(f *record.Field) *valueType {
	t := &valueType{class: classOf(f.Kind), kind: f.Kind, field: f}
	switch {
	case t.class == object:
		t.fields = members(f.Fields)
	case t.class == list && f.Of != nil:
		t.elem = typeOf(f.Of)
	}
	return t
}

func members(fields []record.Field) []member {
	out := make([]member, 0, len(fields))
	for i := range fields {
		f := &fields[i]
		out = append(out, member{name: f.Name, names: append([]string{f.Name}, f.Aliases...), typ: typeOf(f), from: f.From})
	}
	return out
}

// find gives a member by name; nil where there is none.
func (t *valueType) find(name string) *member {
	for i := range t.fields {
		if t.fields[i].name == name {
			return &t.fields[i]
		}
	}
	return nil
}

func (t *valueType) names() []string {
	out := make([]string, len(t.fields))
	for i := range t.fields {
		out[i] = t.fields[i].name
	}
	return out
}

// String names the type for people.
func (t *valueType) String() string {
	if t.class == list && t.elem != nil && t.elem.class != anything {
		return "list of " + t.elem.String()
	}
	if t.kind == record.Date || t.kind == record.Time || t.kind == record.DateTime {
		return t.kind.String()
	}
	return classNames[t.class]
}

// checked is the type as expr-lang's checker knows it.
func (t *valueType) checked() types.Type {
	switch t.class {
	case text:
		return types.String
	case whole:
		return types.Int
	case decimal:
		return types.Float64
	case truth:
		return types.Bool
	case object:
		m := types.Map{}
		for i := range t.fields {
			m[t.fields[i].name] = t.fields[i].typ.checked()
		}
		return m
	case list:
		if t.elem == nil {
			return types.Array(types.Any)
		}
		return types.Array(t.elem.checked())
	}
	return types.Any
}
