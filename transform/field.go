package transform

import (
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/transform/mapping"
)

// FieldPath is where a value by which records are joined stands. The zero value
// is the record's key.
type FieldPath struct {
	steps    [][]string // the names of each step, the first found wins
	position int        // of the first step where records are lists; -1 where they are objects
	part     int        // of the key; only where there are no steps
	parts    int        // of the key; 0: the whole of it
}

// NewFieldPath reads a field's path as a mapping writes it: the name of a field
// as it is, else steps with dots and brackets. "" is the record's key.
func NewFieldPath(s *connector.Stream, text string) FieldPath {
	if text == "" {
		return FieldPath{}
	}
	names := []string{text}
	if path, err := mapping.ParsePath(text); err == nil && find(s.Fields, text) == nil {
		names = path
	}
	first := find(s.Fields, names[0])
	if first != nil && first.From != record.FromRecord {
		for i, k := range s.Key {
			if k == first.Name {
				return FieldPath{part: i, parts: len(s.Key)}
			}
		}
	}
	p := FieldPath{position: position(s, names[0])}
	fields := s.Fields
	for _, name := range names {
		step := []string{name}
		if f := find(fields, name); f != nil {
			step = append(step, f.Aliases...)
			fields = f.Fields
		}
		p.steps = append(p.steps, step)
	}
	return p
}

func find(fields []record.Field, name string) *record.Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}

// position is where a field stands in a record that is a list or a bare value.
func position(s *connector.Stream, name string) int {
	var row connector.RowShape
	switch {
	case s.List != nil:
		row = s.List.Row
	case s.Sub != nil:
		row = s.Sub.Row
	}
	if row.Scalar == name {
		return 0
	}
	for i, n := range row.Pair {
		if n == name {
			return i
		}
	}
	return -1
}

// fieldReader reads single fields of records as text. It belongs to one goroutine.
type fieldReader struct{ parser fastjson.Parser }

// of gives the field at a path as text, "" where it is absent, null, an object or
// a list; the detail wins over the row.
func (f *fieldReader) of(src *stage.Source, path *FieldPath) string {
	if len(path.steps) == 0 {
		return keyPart(string(src.Key), path)
	}
	for _, body := range [...][]byte{src.Detail, src.Raw} {
		if len(body) == 0 {
			continue
		}
		v, err := f.parser.ParseBytes(body)
		if err != nil {
			continue // the mapper will say so of the record
		}
		if v = path.walk(v); v == nil {
			continue
		}
		switch v.Type() {
		case fastjson.TypeString:
			text, _ := v.StringBytes() // it is one
			return string(text)
		case fastjson.TypeNumber, fastjson.TypeTrue, fastjson.TypeFalse:
			return string(v.MarshalTo(nil))
		}
	}
	return ""
}

// keyPart gives a part of a key; only the last may hold "/" itself.
func keyPart(key string, path *FieldPath) string {
	if path.parts < 2 {
		return key
	}
	pieces := strings.SplitN(key, "/", path.parts)
	if len(pieces) != path.parts {
		return ""
	}
	return pieces[path.part]
}

func (p *FieldPath) walk(v *fastjson.Value) *fastjson.Value {
	for i, step := range p.steps {
		if i == 0 && v.Type() != fastjson.TypeObject {
			v = p.inRow(v)
		} else {
			v = member(v, step)
		}
		if v == nil {
			return nil
		}
	}
	return v
}

// inRow finds the first step in a record that is a list or a bare value.
func (p *FieldPath) inRow(v *fastjson.Value) *fastjson.Value {
	items, err := v.Array()
	switch {
	case p.position < 0:
		return nil
	case err == nil && p.position < len(items):
		return items[p.position]
	case err != nil && p.position == 0:
		return v
	}
	return nil
}

func member(v *fastjson.Value, names []string) *fastjson.Value {
	for _, name := range names {
		if m := v.Get(name); m != nil {
			return m
		}
	}
	return nil
}
