package mapping

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// tests checks the names in the example records.
func (c *check) tests(s *boundStream) {
	for _, t := range s.def.Tests {
		c.given(s, t)
		if t.Want != "" {
			continue
		}
		var known []string
		for _, d := range s.def.Fields {
			known = append(known, d.Path.String())
		}
		for _, e := range t.want.Entries() {
			if _, ok := wanted(s.def.Fields, e.Key); !ok {
				e.Value.KeyProblem(fmt.Sprintf("test wants %q, which has no rule", e.Key), strictyaml.Suggest(e.Key, known))
			}
		}
	}
}

// wanted finds the path that a key of want means: a rule's, or an object of them.
func wanted(rules []*Rule, key string) (Path, bool) {
	path, err := ParsePath(key)
	if err != nil {
		return nil, false
	}
	return path, slices.ContainsFunc(rules, func(d *Rule) bool {
		return d.Target == key || len(path) <= len(d.Path) && slices.Equal(d.Path[:len(path)], path) ||
			strings.HasPrefix(key, d.Target) && d.Each == "" && d.Path.String() == path.String()
	})
}

// given builds the record of a test in the vendor's own form, so that the test
// runs the same code as a real one.
func (c *check) given(s *boundStream, t *Test) *Input {
	in := &Input{Joined: map[string][]byte{}}
	base, key := map[string]any{}, map[string]string{}
	for _, e := range t.given.Entries() {
		if i := slices.IndexFunc(s.scope.joined, func(j joinedType) bool { return j.name == e.Key }); i >= 0 && e.Value.Kind == strictyaml.Map {
			in.Joined[e.Key] = encode(c.object(e.Value, s.scope.joined[i].typ))
			continue
		}
		m := s.scope.base.find(e.Key)
		if m.fromKey() {
			key[e.Key] = e.Value.Text()
			continue
		}
		c.put(base, s.scope.base, e)
		if e.Value.Kind == strictyaml.Scalar {
			key[e.Key] = e.Value.Text()
		}
	}
	parts := make([]string, len(s.source.Key))
	for i, name := range s.source.Key {
		parts[i] = key[name]
	}
	in.Key, in.Base = strings.Join(parts, "/"), encode(base)
	return in
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil { // only text, numbers that were checked, maps and lists are put in
		return []byte("null")
	}
	return b
}

// put places one entry of given; its key is a field, or a dotted path to one.
func (c *check) put(into map[string]any, t *valueType, e strictyaml.Entry) {
	if m := t.find(e.Key); m != nil {
		into[e.Key] = c.example(e.Value, m.typ, e.Key)
		return
	}
	head, rest, dotted := strings.Cut(e.Key, ".")
	m := t.find(head)
	if !dotted || m == nil || m.typ.class != object {
		e.Value.KeyProblem(fmt.Sprintf("test gives unknown source field %q", e.Key), strictyaml.Suggest(e.Key, t.names()))
		return
	}
	inner, ok := into[head].(map[string]any)
	if !ok {
		inner = map[string]any{}
		into[head] = inner
	}
	c.put(inner, m.typ, strictyaml.Entry{Key: rest, Value: e.Value})
}

func (c *check) object(n *strictyaml.Node, t *valueType) map[string]any {
	out := map[string]any{}
	for _, e := range n.Entries() {
		c.put(out, t, e)
	}
	return out
}

// example turns a YAML value into JSON of the field's type.
func (c *check) example(n *strictyaml.Node, t *valueType, path string) any {
	if n.Kind == strictyaml.Null {
		return nil
	}
	switch {
	case t.kind == record.Custom:
		return customExample(n, t.field.Custom)
	case t.class == object && n.Kind == strictyaml.Map:
		return c.object(n, t)
	case t.class == list && n.Kind == strictyaml.List:
		elem := t.elem
		if elem == nil {
			elem = anyType
		}
		out := []any{}
		for _, item := range n.Items() {
			out = append(out, c.example(item, elem, path))
		}
		return out
	case t.class == anything:
		return loose(n)
	case n.Kind != strictyaml.Scalar:
		n.Problem(fmt.Sprintf("source field %q is %s", path, t), "")
		return nil
	case t.class == text:
		return n.Text()
	}
	return loose(n)
}

// customExample writes labels and values in the vendor's shape.
func customExample(n *strictyaml.Node, shape record.CustomShape) any {
	if n.Kind != strictyaml.Map {
		return loose(n)
	}
	if shape.Label == "" {
		return loose(n)
	}
	out := []any{}
	for _, e := range n.Entries() {
		out = append(out, map[string]any{shape.Label: e.Key, shape.Value: loose(e.Value)})
	}
	return out
}

// loose takes a YAML value as it looks.
func loose(n *strictyaml.Node) any {
	switch n.Kind {
	case strictyaml.Map:
		out := map[string]any{}
		for _, e := range n.Entries() {
			out[e.Key] = loose(e.Value)
		}
		return out
	case strictyaml.List:
		out := []any{}
		for _, item := range n.Items() {
			out = append(out, loose(item))
		}
		return out
	case strictyaml.Scalar:
		s := n.Text()
		switch {
		case n.Quoted():
		case s == "true" || s == "false":
			return s == "true"
		case validNumber(s):
			return json.Number(s)
		}
		return s
	}
	return nil
}
