package mapping

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
)

// compiler turns a checked expression into closures. It keeps expr-lang's
// meaning, and adds DESIGN's for blank values: whatever null is put into comes
// out null. (The closures cost about a third of expr-lang's own machine, and
// allocate nothing for text.)
type compiler struct {
	*scope
	p     *parsed
	marks []mark   // what # stands for, innermost last
	vars  []letVar // names given by let, innermost last
}

// mark is the element that # and .field stand for in a predicate.
type mark struct {
	elem *valueType
	acc  *valueType // of #acc
	slot int        // into eval.marks; the index follows, then the sum
}

type letVar struct {
	name string
	typ  *valueType
	slot int
}

const markSlots = 3 // element, index, sum

// compile gives the closure of an expression and the type of its outcome; nil
// where it cannot be compiled, which has then been said.
func (s *scope) compile(p *parsed) (op, *valueType) {
	c := &compiler{scope: s, p: p}
	f, t := c.node(p.node)
	if p.bad {
		return nil, nil
	}
	return f, t
}

func (c *compiler) refuse(n ast.Node, message, hint string) (op, *valueType) {
	c.p.problem(n.Location(), message, hint)
	return func(*eval) value { return nothing }, anyType
}

func constant(v value, t *valueType) (op, *valueType) {
	return func(*eval) value { return v }, t
}

func (c *compiler) node(n ast.Node) (op, *valueType) {
	switch n := n.(type) {
	case *ast.NilNode:
		return constant(nothing, anyType)
	case *ast.IntegerNode:
		return constant(wholeValue(int64(n.Value)), wholeType)
	case *ast.FloatNode:
		return constant(floatValue(n.Value), decimalType)
	case *ast.BoolNode:
		return constant(truthValue(n.Value), truthType)
	case *ast.StringNode:
		return constant(textValue(n.Value), textType)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.ChainNode:
		return c.node(n.Node)
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.CallNode:
		return c.call(n)
	case *ast.BuiltinNode:
		return c.builtin(n)
	case *ast.VariableDeclaratorNode:
		return c.let(n)
	case *ast.SequenceNode:
		if len(n.Nodes) == 1 {
			return c.node(n.Nodes[0])
		}
		return c.refuse(n, "several expressions in one", "keep one; a name is given with let x = ...; and used after it")
	case *ast.MapNode:
		return c.refuse(n, "a map has no place in an expression", "write a value map: {from: ..., values: {...}}")
	}
	return c.refuse(n, fmt.Sprintf("%T is not used in mappings", n), "")
}

func (c *compiler) identifier(n *ast.IdentifierNode) (op, *valueType) {
	for i := len(c.vars) - 1; i >= 0; i-- {
		if v := c.vars[i]; v.name == n.Value {
			return func(e *eval) value { return e.vars[v.slot] }, v.typ
		}
	}
	if ch, ok := c.chain(n); ok {
		return c.field(ch)
	}
	return c.refuse(n, fmt.Sprintf("unknown source field %q", n.Value), "")
}

// field reads a path; the base record's use of it is noted.
func (s *scope) field(ch chain) (op, *valueType) {
	s.note(ch)
	return s.reader(ch), ch.typ
}

func (c *compiler) member(n *ast.MemberNode) (op, *valueType) {
	if !c.shadowed(n) {
		if ch, ok := c.chain(n); ok {
			return c.field(ch)
		}
	}
	from, t := c.node(n.Node)
	if prop, ok := n.Property.(*ast.StringNode); ok && t.class != list && t.class != text {
		return c.below(from, t, prop)
	}
	at, it := c.node(n.Property)
	if it.class != whole && it.class != anything || t.class == text {
		return c.refuse(n, "an element is taken by its number", "such as tags[0]")
	}
	elem := anyType
	if t.elem != nil {
		elem = t.elem
	}
	return func(e *eval) value {
		v, i := from(e), at(e)
		switch {
		case v.blank() || i.null:
			return nothing
		case v.class != list:
			return e.failf("look at what the field holds, and write another rule for such records", "an element is taken of what is no list")
		}
		return e.element(v, i.int())
	}, elem
}

// below reads one field of a computed object.
func (c *compiler) below(from op, t *valueType, prop *ast.StringNode) (op, *valueType) {
	m := t.find(prop.Value)
	if m == nil {
		if t.class == object && t.fields != nil {
			return c.refuse(prop, fmt.Sprintf("unknown source field %q", prop.Value), "")
		}
		m = &member{name: prop.Value, names: []string{prop.Value}, typ: anyType}
	}
	return func(e *eval) value {
		v := from(e)
		switch {
		case v.blank():
			return value{class: m.typ.class, null: true}
		case v.node == nil:
			return e.failf("look at what the field holds, and write another rule for such records", "%s is looked for in what is no object", m.name)
		}
		return e.read(e.get(v.node, m.names, m.name), m.typ, m.name)
	}, m.typ
}

// shadowed tells whether a chain begins at a name that let has given.
func (c *compiler) shadowed(n ast.Node) bool {
	for {
		switch x := n.(type) {
		case *ast.MemberNode:
			n = x.Node
		case *ast.ChainNode:
			n = x.Node
		case *ast.IdentifierNode:
			return slices.ContainsFunc(c.vars, func(v letVar) bool { return v.name == x.Value })
		default:
			return false
		}
	}
}

func (c *compiler) pointer(n *ast.PointerNode) (op, *valueType) {
	if len(c.marks) == 0 {
		return c.refuse(n, "# stands for an element and has no meaning here", "use it within filter, map and the like")
	}
	m := c.marks[len(c.marks)-1]
	switch n.Name {
	case "":
		return func(e *eval) value { return e.marks[m.slot] }, m.elem
	case "index":
		return func(e *eval) value { return e.marks[m.slot+1] }, wholeType
	case "acc":
		return func(e *eval) value { return e.marks[m.slot+2] }, m.acc
	}
	return c.refuse(n, "#"+n.Name+" is not known", "there are #, #index and #acc")
}

func (c *compiler) conditional(n *ast.ConditionalNode) (op, *valueType) {
	cond, _ := c.node(n.Cond)
	yes, yt := c.node(n.Exp1)
	no, nt := c.node(n.Exp2)
	return func(e *eval) value {
		v := cond(e)
		switch {
		case v.null:
			return nothing
		case v.class != truth:
			return e.failf("write a condition that is true or false", "the condition of ?: is no boolean")
		case v.num == 1:
			return yes(e)
		}
		return no(e)
	}, joinTypes(n.Exp1, yt, n.Exp2, nt)
}

// joinTypes is the type of a value that comes from one of two places.
func joinTypes(a ast.Node, at *valueType, b ast.Node, bt *valueType) *valueType {
	if _, isNil := a.(*ast.NilNode); isNil {
		return bt
	}
	if _, isNil := b.(*ast.NilNode); isNil || at == bt {
		return at
	}
	switch {
	case at.class == bt.class && at.class == list:
		return &valueType{class: list, elem: anyType}
	case at.class == bt.class && at.class == text:
		return textType
	case at.class == bt.class && at.class != object:
		return at
	case at.class == whole && bt.class == decimal, at.class == decimal && bt.class == whole:
		return decimalType
	}
	return anyType
}

func (c *compiler) let(n *ast.VariableDeclaratorNode) (op, *valueType) {
	given, t := c.node(n.Value)
	slot := len(c.vars)
	c.vars = append(c.vars, letVar{n.Name, t, slot})
	body, bt := c.node(n.Expr)
	c.vars = c.vars[:slot]
	return func(e *eval) value {
		v := given(e)
		for len(e.vars) <= slot {
			e.vars = append(e.vars, nothing)
		}
		e.vars[slot] = v
		return body(e)
	}, bt
}

// pattern compiles the right side of matches.
func (c *compiler) pattern(n ast.Node) *regexp.Regexp {
	s, ok := n.(*ast.StringNode)
	if !ok {
		c.p.problem(n.Location(), "a pattern must be written out", `such as name matches "^[A-Z]"`)
		return nil
	}
	re, err := regexp.Compile(s.Value)
	if err != nil {
		c.p.problem(file.Location{From: n.Location().From}, fmt.Sprintf("%q is no pattern", s.Value), "check its brackets and backslashes")
		return nil
	}
	return re
}
