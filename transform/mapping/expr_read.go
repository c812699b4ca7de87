package mapping

import (
	"strings"
	"unicode/utf8"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// reader is the closure that reads a path: most columns of a mapping are one.
func (s *scope) reader(ch chain) op {
	t, text := ch.typ, ch.text
	rest := ch.rest
	if ch.root < 0 {
		return elementReader(ch)
	}
	idx := ch.root
	if ch.first == nil { // the joined record itself, or `record`
		return func(e *eval) value {
			base := e.roots[idx].whole()
			return value{class: object, node: base, typ: t, null: base == nil}
		}
	}
	stream := s.stream.source
	if idx > 0 {
		stream = s.joined[idx-1].stream
	}
	if ch.first.fromKey() {
		return keyReader(idx, stream, ch.first)
	}
	names, first := ch.first.names, ch.first.name
	position := rowPosition(stream, first)
	if position < 0 && len(names) == 1 && len(rest) == 0 {
		at := s.textAt(ch)
		return func(e *eval) value {
			if r := &e.roots[idx]; r.texts == nil || at < 0 {
				return e.read(r.get(first), t, text)
			}
			return textOrNull(e.roots[idx].texts[at])
		}
	}
	return func(e *eval) value {
		n := e.roots[idx].field(names, position)
		for _, m := range rest {
			n = e.get(n, m.names, text)
		}
		return e.read(n, t, text)
	}
}

// elementReader reads a path of an element that `each` goes through.
func elementReader(ch chain) op {
	item, t, text, rest := ch.item, ch.typ, ch.text, ch.rest
	if ch.first == nil {
		return func(e *eval) value { return e.items[item] }
	}
	names := ch.first.names
	return func(e *eval) value {
		n := e.get(e.items[item].node, names, text)
		for _, m := range rest {
			n = e.get(n, m.names, text)
		}
		return e.read(n, t, text)
	}
}

// keyReader reads a field that stands in the record's key alone: the parent's
// key or the list variant.
func keyReader(idx int, stream *connector.Stream, m *member) op {
	part := -1
	for i, k := range stream.Key {
		if k == m.name {
			part = i
		}
	}
	parts, t := len(stream.Key), m.typ
	return func(e *eval) value {
		key := e.roots[idx].key
		if part < 0 || key == "" {
			return value{class: t.class, null: true}
		}
		if parts > 1 {
			// Only the last part may hold "/" itself.
			pieces := strings.SplitN(key, "/", parts)
			if len(pieces) != parts {
				return value{class: t.class, null: true}
			}
			key = pieces[part]
		}
		if t.class == whole {
			if i, ok := atoi(key); ok {
				return value{class: whole, num: uint64(i), text: key}
			}
		}
		return textValue(key)
	}
}

// rowPosition is where a field stands in a record that is a list or a bare
// value; -1 for records that are objects.
func rowPosition(s *connector.Stream, name string) int {
	var row connector.RowShape
	switch {
	case s.List != nil:
		row = s.List.Row
	case s.Sub != nil:
		row = s.Sub.Row
	}
	if row.Scalar == name && name != "" {
		return 0
	}
	for i, n := range row.Pair {
		if n == name {
			return i
		}
	}
	return -1
}

// get finds a field of the record under its own name.
func (r *root) get(name string) *fastjson.Value {
	if r.detail != nil {
		if n := r.detail.Get(name); n != nil {
			return n
		}
	}
	base := r.whole()
	if base == nil || base.Type() != fastjson.TypeObject {
		return nil
	}
	return base.Get(name)
}

// field finds a field under any of its names; the detail wins key by key.
func (r *root) field(names []string, position int) *fastjson.Value {
	for _, body := range [...]*fastjson.Value{r.detail, r.whole()} {
		if body == nil {
			continue
		}
		if body.Type() == fastjson.TypeObject {
			for _, name := range names {
				if n := body.Get(name); n != nil {
					return n
				}
			}
			continue
		}
		if position >= 0 {
			if items, err := body.Array(); err == nil {
				if position < len(items) {
					return items[position]
				}
			} else if position == 0 {
				return body
			}
		}
	}
	return nil
}

// get finds a field of an inner object under any of its names.
func (e *eval) get(n *fastjson.Value, names []string, path string) *fastjson.Value {
	if n == nil {
		return nil
	}
	kind := n.Type()
	if kind != fastjson.TypeObject {
		if kind != fastjson.TypeNull && !e.hollow(n, kind) {
			e.misfit(path, n, anyObjectType)
		}
		return nil
	}
	for _, name := range names {
		if v := n.Get(name); v != nil {
			return v
		}
	}
	return nil
}

// element takes one element of a list; a negative number counts from the end.
func (e *eval) element(v value, i int64) value {
	length := int64(v.length())
	if i < 0 {
		i += length
	}
	if i < 0 || i >= length {
		return nothing
	}
	if v.list != nil {
		return (*v.list)[i]
	}
	items, _ := v.node.Array()
	t := anyType
	if v.typ != nil && v.typ.elem != nil {
		t = v.typ.elem
	}
	return e.read(items[i], t, "element")
}

// part cuts a text by letters or a list by elements.
func (e *eval) part(v value, from, to int) value {
	if v.class == text {
		return textValue(v.text[letterAt(v.text, from):letterAt(v.text, to)])
	}
	vs := make([]value, 0, to-from)
	e.each(v, func(i int, item value) bool {
		if i >= from && i < to {
			vs = append(vs, item)
		}
		return i+1 < to && e.step(1)
	})
	return listValue(vs)
}

func letters(s string) int { return utf8.RuneCountInString(s) }

// letterAt is the byte where the n-th letter begins.
func letterAt(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// customReader reads a custom field by its label.
func customReader(idx int, names []string, shape record.CustomShape, label string) op {
	return func(e *eval) value {
		n := e.roots[idx].field(names, -1)
		if n == nil {
			return value{class: text, null: true}
		}
		if n.Type() == fastjson.TypeObject {
			return e.loose(n.Get(label), label)
		}
		items, err := n.Array()
		if err != nil {
			return value{class: text, null: true}
		}
		found := value{class: text, null: true}
		hits := 0
		for _, item := range items {
			l := item.Get(shape.Label)
			if l == nil || l.Type() != fastjson.TypeString {
				continue
			}
			if s, _ := l.StringBytes(); view(s) != label {
				continue
			}
			v := e.loose(item.Get(shape.Value), label)
			if hits++; hits > 1 && v.text != found.text {
				return e.failf("rename one of them in the account, so that the label says which is meant",
					"the record has several custom fields called %q, and they differ", label)
			}
			found = v
		}
		return found
	}
}

// loose takes a custom field's value as text, whatever JSON it is.
func (e *eval) loose(n *fastjson.Value, label string) value {
	if n == nil || n.Type() == fastjson.TypeNull {
		return value{class: text, null: true}
	}
	if n.Type() == fastjson.TypeString {
		return e.read(n, textType, label)
	}
	return textValue(e.arena.keep(e.appendNode(e.arena.room(128), n)))
}
