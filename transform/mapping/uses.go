package mapping

import (
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"
)

// Uses lists the source paths that a stream of the file names, as they are
// written and without a spec: for the workbook and for files that are not right
// yet. Fields of a list's elements are written parts[].name; custom fields
// custom("Zone").
func (f *File) Uses(s *Stream) []string {
	u := &usage{paths: map[string]bool{}, conf: conf.CreateNew()}
	u.conf.MaxNodes = maxNodes
	expr.Function("find", func(...any) (any, error) { return nil, nil })(u.conf)
	u.expression(s.Where, "")
	u.rules(s.Fields, "")
	for _, j := range s.On {
		u.paths[j.Stream+"."+j.Field] = true
	}
	return sortedKeys(u.paths)
}

type usage struct {
	paths map[string]bool
	conf  *conf.Config
}

func (u *usage) rules(rules []*Rule, prefix string) {
	for _, r := range rules {
		if r.From != "" {
			u.paths[prefix+r.From] = true
		}
		u.expression(r.Expr, prefix)
		if r.Each != "" {
			u.expression(r.Each, prefix)
			u.rules(r.Fields, prefix+r.Each+"[].")
		}
	}
}

func (u *usage) expression(text, prefix string) {
	if text == "" || len(text) > maxExpression {
		return
	}
	tree, err := parser.ParseWithConfig(text, u.conf)
	if err != nil { // Check says what is wrong with it
		return
	}
	u.walk(tree.Node, prefix)
}

func (u *usage) walk(n ast.Node, prefix string) {
	if path := writtenPath(n); path != "" {
		u.paths[prefix+path] = true
		return
	}
	switch n := n.(type) {
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && id.Value == "custom" && len(n.Arguments) == 1 {
			u.paths[n.String()] = true
			return
		}
		for _, a := range n.Arguments {
			u.walk(a, prefix)
		}
	case *ast.BuiltinNode:
		for _, a := range n.Arguments {
			u.walk(a, prefix)
		}
	case *ast.MemberNode:
		u.walk(n.Node, prefix)
		u.walk(n.Property, prefix)
	case *ast.VariableDeclaratorNode:
		u.walk(n.Value, prefix)
		u.walk(n.Expr, prefix)
	default:
		for _, c := range children(n) {
			u.walk(c, prefix)
		}
	}
}

// writtenPath is a chain of names as a path; "" where the node is none.
func writtenPath(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		if n.Value == "$env" {
			return ""
		}
		return n.Value
	case *ast.ChainNode:
		return writtenPath(n.Node)
	case *ast.MemberNode:
		prop, ok := n.Property.(*ast.StringNode)
		if !ok {
			return ""
		}
		if id, isID := n.Node.(*ast.IdentifierNode); isID && id.Value == "$env" {
			return prop.Value
		}
		if head := writtenPath(n.Node); head != "" {
			return strings.Join([]string{head, prop.Value}, ".")
		}
	}
	return ""
}
