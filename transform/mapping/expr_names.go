package mapping

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"

	"ferry/extract/strictyaml"
)

// unknown complains of every name in an expression that means nothing, so that
// one look mends them all; expr-lang itself stops at the first.
func (s *scope) unknown(p *parsed) {
	w := &nameWalk{scope: s, p: p}
	w.walk(p.node, nil)
}

// calledSuffix marks a function whose name is also a field's.
const calledSuffix = "()"

type nameWalk struct {
	*scope
	p *parsed
}

// walk looks at a node; vars are the names that let has given.
func (w *nameWalk) walk(n ast.Node, vars []string) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if n.Value != "$env" && !slices.Contains(vars, n.Value) {
			w.name(n, n.Value)
		}
	case *ast.MemberNode:
		w.member(n, vars)
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); !ok {
			w.p.problem(n.Location(), "a field cannot be called", "")
		} else if !slices.Contains(known().names, id.Value) {
			w.p.problem(id.Location(), fmt.Sprintf("unknown function %q", id.Value), strictyaml.Suggest(id.Value, known().names))
		} else if _, field := w.lookup(id.Value); field != nil {
			id.Value += calledSuffix // a field of the same name does not hide the function
		}
		for _, a := range n.Arguments {
			w.walk(a, vars)
		}
	case *ast.BuiltinNode:
		if !slices.Contains(known().names, n.Name) {
			w.p.problem(n.Location(), fmt.Sprintf("unknown function %q", n.Name), strictyaml.Suggest(n.Name, known().names))
		}
		for _, a := range n.Arguments {
			w.walk(a, vars)
		}
	case *ast.VariableDeclaratorNode:
		w.walk(n.Value, vars)
		w.walk(n.Expr, append(slices.Clone(vars), n.Name))
	default:
		for _, c := range children(n) {
			w.walk(c, vars)
		}
	}
}

func (w *nameWalk) name(at ast.Node, name string) {
	if _, t := w.lookup(name); t == nil {
		hint := strictyaml.Suggest(name, w.names())
		if slices.Contains(known().names, name) {
			hint = "that is a function; write " + name + "(...)"
		}
		w.p.problem(at.Location(), fmt.Sprintf("unknown source field %q", name), hint)
	}
}

// member looks at the field at the end of a chain of names.
func (w *nameWalk) member(n *ast.MemberNode, vars []string) {
	prop, fixed := n.Property.(*ast.StringNode)
	if id, ok := n.Node.(*ast.IdentifierNode); ok && id.Value == "$env" {
		if fixed {
			w.name(n, prop.Value)
		} else {
			w.p.problem(n.Location(), "a field's name must be written out", `such as $env["First name"]`)
		}
		return
	}
	w.walk(n.Node, vars)
	if !fixed {
		w.walk(n.Property, vars)
		return
	}
	if c, ok := w.chain(n.Node); ok && c.typ.class == object && c.typ.fields != nil && c.typ.find(prop.Value) == nil {
		if _, viaBase := w.chain(n); !viaBase {
			w.p.problem(prop.Location(), fmt.Sprintf("unknown source field %q in %s", prop.Value, c.text),
				strictyaml.Suggest(prop.Value, c.typ.names()))
		}
	}
}

func children(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ChainNode:
		return []ast.Node{n.Node}
	case *ast.SliceNode:
		return present(n.Node, n.From, n.To)
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Value}
	}
	return nil
}

func present(nodes ...ast.Node) []ast.Node {
	return slices.DeleteFunc(nodes, func(n ast.Node) bool { return n == nil })
}
