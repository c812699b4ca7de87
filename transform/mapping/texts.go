package mapping

import (
	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// textAt is where the text of a path stands in Input.Texts; -1 where it is not a
// field of the base record with one name, or no text.
func (s *scope) textAt(ch chain) int {
	if ch.root != 0 || s.stream == nil || ch.first == nil || len(ch.first.names) != 1 || ch.first.fromKey() {
		return -1
	}
	for i := range s.stream.source.Fields {
		if f := &s.stream.source.Fields[i]; f.Name == ch.first.name && f.Kind == record.String {
			return i
		}
	}
	return -1
}

func textOrNull(s string) value {
	if s == "" {
		return value{class: text, null: true}
	}
	return value{class: text, text: s, kept: true}
}

// whole is the record as JSON. Of texts it is made only where a rule asks for more
// than single fields.
func (r *root) whole() *fastjson.Value {
	if r.base != nil || r.texts == nil {
		return r.base
	}
	r.arena.Reset()
	r.base = r.arena.NewObject()
	for i, s := range r.texts {
		if s != "" {
			r.base.Set(r.fields[i].Name, r.arena.NewString(s))
		}
	}
	return r.base
}
