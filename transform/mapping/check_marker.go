package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// marker writes a ref, find or placeholder; ok is false where it is blank.
type marker func(e *eval, b []byte) (out []byte, ok bool)

// marker compiles an expression that is ref, find or placeholder, with
// ?? placeholder(...) after it or not; is tells whether it is one. The marker is
// nil where it is wrong, which has then been said.
func (c *check) marker(s *boundStream, scope *scope, def *Rule, p *parsed) (m marker, is bool) {
	node, stand := p.node, ast.Node(nil)
	if b, ok := node.(*ast.BinaryNode); ok && b.Operator == "??" && called(b.Left) != "" && called(b.Right) == "placeholder" {
		node, stand = b.Left, b.Right
	}
	name := called(node)
	if name == "" {
		return nil, false
	}
	k := &compiler{scope: scope, p: p}
	var holder op
	if stand != nil && name != "placeholder" {
		holder, _ = k.node(stand.(*ast.CallNode).Arguments[0])
	}
	args := node.(*ast.CallNode).Arguments
	switch name {
	case "ref":
		m = c.ref(s, def, k, args, holder)
	case "find":
		m = c.find(s, def, k, args, holder)
	case "placeholder":
		text, _ := k.node(args[0])
		m = func(e *eval, b []byte) ([]byte, bool) {
			v := text(e)
			if v.blank() {
				return b, false
			}
			b = append(b, `{"$placeholder":`...)
			return append(appendText(b, e.textOf(v)), '}'), true
		}
	}
	if p.bad {
		return nil, true
	}
	return m, true
}

// called names the marker function that a node calls; "" none.
func called(n ast.Node) string {
	if call, ok := n.(*ast.CallNode); ok {
		if id, ok := call.Callee.(*ast.IdentifierNode); ok && (id.Value == "ref" || id.Value == "find" || id.Value == "placeholder") {
			return id.Value
		}
	}
	return ""
}

// ref binds ref("customers", customer.id).
func (c *check) ref(s *boundStream, def *Rule, k *compiler, args []ast.Node, holder op) marker {
	name, ok := args[0].(*ast.StringNode)
	if !ok {
		k.refuse(args[0], "the stream of ref must be written out", `such as ref("customers", customer.id)`)
		return nil
	}
	var names []string
	var parent *Stream
	for _, other := range c.f.Streams {
		names = append(names, other.Name)
		if other.Name == name.Value {
			parent = other
		}
	}
	if parent == nil {
		k.refuse(name, fmt.Sprintf("ref to unknown stream %q", name.Value), strictyaml.Suggest(name.Value, names))
		return nil
	}
	if from, err := c.source.Stream(first(parent.From)); err == nil && len(args)-1 != len(from.Key) && len(args) != 2 {
		k.refuse(args[0], fmt.Sprintf("the key of %q has %d fields, ref gives %d", from.Name, len(from.Key), len(args)-1),
			"give "+strings.Join(from.Key, ", "))
		return nil
	}
	if len(args) < 2 {
		k.refuse(args[0], "ref lacks the parent's key", `such as ref("customers", customer.id)`)
		return nil
	}
	s.refs = append(s.refs, reference{to: name.Value, at: def.source, rule: def})
	keys := make([]op, 0, len(args)-1)
	for _, a := range args[1:] {
		f, t := k.node(a)
		if t.class != text && t.class != whole && t.class != anything {
			k.refuse(a, fmt.Sprintf("%s cannot be a key", t), "name the parent's key, such as customer.id")
		}
		keys = append(keys, f)
	}
	head := append(appendText([]byte(`{"$ref":{"stream":`), name.Value), `,"key":`...)
	return func(e *eval, b []byte) ([]byte, bool) {
		key := ""
		for i, f := range keys {
			v := f(e)
			if v.blank() {
				return b, false
			}
			if i == 0 {
				key = e.textOf(v)
			} else {
				key = key + "/" + e.textOf(v)
			}
		}
		return e.closeMarker(appendText(append(b, head...), key), holder), true
	}
}

// closeMarker ends a marker, with its placeholder where the rule has one.
func (e *eval) closeMarker(b []byte, holder op) []byte {
	if holder != nil {
		if v := holder(e); !v.blank() {
			b = appendText(append(b, `,"placeholder":`...), e.textOf(v))
		}
	}
	return append(b, '}', '}')
}

func first(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// find binds find("users", {name: technician.name}).
func (c *check) find(s *boundStream, def *Rule, k *compiler, args []ast.Node, holder op) marker {
	name, ok := args[0].(*ast.StringNode)
	by, isMap := args[len(args)-1].(*ast.MapNode)
	if !ok || !isMap || len(args) != 2 {
		k.refuse(args[0], "find needs a stream and the fields that find the record", `such as find("users", {name: technician.name})`)
		return nil
	}
	st, err := c.target.Stream(name.Value)
	if err != nil {
		k.refuse(name, fmt.Sprintf("find in unknown stream %q of %s", name.Value, c.target.Vendor), strictyaml.Suggest(name.Value, c.target.StreamNames()))
		return nil
	}
	if len(by.Pairs) == 0 {
		k.refuse(by, "find needs a field to find the record by", `such as find("users", {name: technician.name})`)
		return nil
	}
	var fields []string
	for _, f := range connector.Flatten(st.Fields) {
		fields = append(fields, f.Path)
	}
	type part struct {
		key []byte
		f   op
	}
	var parts []part
	for _, n := range by.Pairs {
		pair := n.(*ast.PairNode)
		key, ok := pair.Key.(*ast.StringNode)
		if !ok || !slices.Contains(fields, key.Value) {
			text := ""
			if ok {
				text = key.Value
			}
			k.refuse(pair.Key, fmt.Sprintf("stream %q of %s has no field %q", st.Name, c.target.Vendor, text), strictyaml.Suggest(text, fields))
			continue
		}
		f, _ := k.node(pair.Value)
		parts = append(parts, part{append(appendText(nil, key.Value), ':'), f})
	}
	how := Find{Stream: st.Name}
	for _, n := range by.Pairs {
		if key, ok := n.(*ast.PairNode).Key.(*ast.StringNode); ok {
			how.By = append(how.By, key.Value)
		}
	}
	if s.finds == nil {
		s.finds = map[*Rule]Find{}
	}
	s.finds[def] = how
	head := append(appendText([]byte(`{"$find":{"stream":`), name.Value), `,"by":{`...)
	return func(e *eval, b []byte) ([]byte, bool) {
		mark := len(b)
		b = append(b, head...)
		for i, p := range parts {
			v := p.f(e)
			if v.blank() {
				return b[:mark], false
			}
			if i > 0 {
				b = append(b, ',')
			}
			b = e.appendJSON(append(b, p.key...), v)
		}
		return e.closeMarker(append(b, '}'), holder), true
	}
}

// markerFits: a key is one text or whole number.
func (c *check) markerFits(r *boundRule) bool {
	if r.mark == nil {
		return false
	}
	f := r.target.field
	if f == nil || f.Kind == record.String || f.Kind == record.Integer || f.Kind == record.JSON {
		return true
	}
	r.def.source.Problem(fmt.Sprintf("target field %q is %s and cannot hold a key", r.def.Path, connector.TypeName(*f)), "name the field that holds the other record's id")
	return false
}
