package apisink

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// object is a JSON object whose values stay as they were written.
type object []member

type member struct {
	name  string
	value jsontext.Value
}

var (
	null      = jsontext.Value("null")
	emptyText = jsontext.Value(`""`)
)

// errNoObject: a record is no JSON object.
var errNoObject = errors.New("not a JSON object")

// parseObject splits an object into its members; nothing and null are an empty one.
func parseObject(raw []byte) (object, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return nil, nil
	}
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw))
	if open, err := dec.ReadToken(); err != nil || open.Kind() != '{' {
		return nil, errNoObject
	}
	out := make(object, 0, 16)
	for dec.PeekKind() != '}' {
		name, err := dec.ReadToken()
		if err != nil {
			return nil, fmt.Errorf("%w (byte %d)", errNoObject, dec.InputOffset())
		}
		text := name.String()
		value, err := dec.ReadValue()
		if err != nil {
			return nil, fmt.Errorf("%w (byte %d)", errNoObject, dec.InputOffset())
		}
		end := dec.InputOffset()
		out = append(out, member{text, jsontext.Value(raw[end-int64(len(value)) : end])})
	}
	return out, nil
}

// parseList splits a list into its elements; ok is false where it is none.
func parseList(raw []byte) (out []jsontext.Value, ok bool) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(raw))
	if open, err := dec.ReadToken(); err != nil || open.Kind() != '[' {
		return nil, false
	}
	for dec.PeekKind() != ']' {
		value, err := dec.ReadValue()
		if err != nil {
			return nil, false
		}
		out = append(out, value.Clone())
	}
	return out, true
}

func (o object) encode() jsontext.Value {
	size := 2
	for _, m := range o {
		size += len(m.name) + len(m.value) + 4
	}
	b := append(make([]byte, 0, size), '{')
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, m.name), ':')
		b = append(b, m.value...)
	}
	return append(b, '}')
}

func encodeList(items []jsontext.Value) jsontext.Value {
	b := []byte{'['}
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, item...)
	}
	return append(b, ']')
}

// appendText writes a text as JSON; bad UTF-8 becomes the replacement character.
func appendText(b []byte, text string) []byte {
	out, err := jsontext.AppendQuote(b, strings.ToValidUTF8(text, "\uFFFD"))
	if err != nil {
		return append(b, `""`...)
	}
	return out
}

func quoted(text string) jsontext.Value { return appendText(nil, text) }

func (o object) index(name string) int {
	for i := range o {
		if o[i].name == name {
			return i
		}
	}
	return -1
}

// get finds the value of a dotted path; ok is false where it is not there.
func (o object) get(path string) (value jsontext.Value, ok bool) {
	name, below, deeper := strings.Cut(path, ".")
	i := o.index(name)
	if i < 0 {
		return nil, false
	}
	if !deeper {
		return o[i].value, true
	}
	inner, err := parseObject(o[i].value)
	if err != nil {
		return nil, false
	}
	return inner.get(below)
}

// with gives the object with a member put in, or replaced where it is there.
func (o object) with(name string, value jsontext.Value) object {
	if i := o.index(name); i >= 0 {
		o[i].value = value
		return o
	}
	return append(o, member{name, value})
}

// without gives the object without a member.
func (o object) without(name string) object {
	i := o.index(name)
	if i < 0 {
		return o
	}
	return append(append(make(object, 0, len(o)), o[:i]...), o[i+1:]...)
}

// put sets the value of a path; a step ending in [] means every element of a
// list that is there.
func (o object) put(path string, value jsontext.Value) object {
	return o.change(path, func(jsontext.Value) (jsontext.Value, bool) { return value, true })
}

// drop takes a path out; an object that is empty then goes too.
func (o object) drop(path string) object {
	return o.change(path, func(jsontext.Value) (jsontext.Value, bool) { return nil, false })
}

// change lets edit replace the value of a path (nil where it is not there), or
// take it out.
func (o object) change(path string, edit func(jsontext.Value) (jsontext.Value, bool)) object {
	step, below, deeper := strings.Cut(path, ".")
	name, list := strings.CutSuffix(step, "[]")
	i := o.index(name)
	var have jsontext.Value
	if i >= 0 {
		have = o[i].value
	}
	value, keep := have, true
	switch {
	case list && i < 0:
		return o
	case list:
		value, keep = changeEach(have, below, edit)
	case deeper:
		value, keep = changeInside(have, below, edit)
	default:
		value, keep = edit(have)
	}
	if !keep {
		return o.without(name)
	}
	return o.with(name, value)
}

func changeInside(have jsontext.Value, below string, edit func(jsontext.Value) (jsontext.Value, bool)) (jsontext.Value, bool) {
	inner, err := parseObject(have)
	if err != nil {
		return have, true
	}
	inner = inner.change(below, edit)
	return inner.encode(), len(inner) > 0
}

func changeEach(have jsontext.Value, below string, edit func(jsontext.Value) (jsontext.Value, bool)) (jsontext.Value, bool) {
	items, ok := parseList(have)
	if !ok {
		return have, true
	}
	for k := range items {
		if below == "" {
			items[k], _ = edit(items[k])
			continue
		}
		items[k], _ = changeInside(items[k], below, edit)
	}
	return encodeList(items), true
}

// holds tells whether a path is there with a value that says something; with []
// in it, whether any element's is.
func (o object) holds(path string) bool {
	found := false
	look := func(v jsontext.Value) {
		found = found || says(v)
	}
	o.visit(path, look)
	return found
}

// visit calls fn for every value at a path.
func (o object) visit(path string, fn func(jsontext.Value)) {
	step, below, deeper := strings.Cut(path, ".")
	name, list := strings.CutSuffix(step, "[]")
	i := o.index(name)
	if i < 0 {
		return
	}
	values := []jsontext.Value{o[i].value}
	if list {
		values, _ = parseList(o[i].value)
	}
	for _, v := range values {
		if !deeper {
			fn(v)
			continue
		}
		if inner, err := parseObject(v); err == nil {
			inner.visit(below, fn)
		}
	}
}

// says tells whether a value is anything but null, false, 0 and empty.
func says(v jsontext.Value) bool {
	switch string(v) {
	case "", "null", "false", `""`, "[]", "{}", "0":
		return false
	}
	return true
}

// given tells whether a value is anything but null and empty.
func given(v jsontext.Value) bool {
	switch string(v) {
	case "", "null", `""`, "[]", "{}":
		return false
	}
	return true
}

// textOf gives a scalar's text: a text as it is, a number as it was written.
// ok is false for null, lists and objects.
func textOf(v jsontext.Value) (text string, ok bool) {
	switch v.Kind() {
	case '"':
		b, err := jsontext.AppendUnquote(nil, v)
		return string(b), err == nil
	case '0', 't', 'f':
		return string(v), true
	}
	return "", false
}

// isMarker tells whether a value stands for one that only the load can know,
// such as {"$ref": ...}.
func isMarker(v jsontext.Value) bool {
	return bytes.HasPrefix(v, []byte(`{"$`))
}
