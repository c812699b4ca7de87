package strictyaml

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// convert turns one value of the library's tree into ours and notes what is
// not allowed in a file that people read: anchors, tags, keys given twice.
func (d *document) convert(n ast.Node, path string, depth int) *Node {
	line, col := position(n)
	out := &Node{Kind: Null, Line: line, Column: col, Path: path, doc: d}
	if depth > maxDepth {
		return out.bad("nested too deeply", "")
	}
	switch v := n.(type) {
	case nil, *ast.NullNode:
	case *ast.MappingNode:
		out.Kind = Map
		d.convertPairs(out, v.Values, depth)
	case *ast.MappingValueNode:
		out.Kind = Map
		d.convertPairs(out, []*ast.MappingValueNode{v}, depth)
	case *ast.SequenceNode:
		out.Kind = List
		for i, item := range v.Values {
			child := d.convert(item, itemPath(path, i), depth+1)
			child.keyLine, child.keyColumn = child.Line, child.Column
			out.items = append(out.items, child)
		}
	case *ast.LiteralNode:
		out.Kind, out.text, out.quoted = Scalar, v.Value.Value, true
	case *ast.StringNode:
		out.Kind, out.text, out.quoted = Scalar, v.Value, quoted(v.Token)
		if !out.quoted && strings.Contains(out.text, ": ") {
			out.bad("a colon and a space inside text", "put the text in quotes")
		}
	case *ast.AnchorNode:
		out.bad("anchors (&name) are not used here", "write the value out")
	case *ast.AliasNode:
		out.bad("aliases (*name) are not used here", "write the value out, or put text that begins with * in quotes")
	case *ast.TagNode:
		out.bad("tags (!name) are not used here", "remove the tag, or put text that begins with ! in quotes")
	case ast.ScalarNode:
		out.Kind, out.text = Scalar, v.GetToken().Value
	default:
		out.bad(fmt.Sprintf("%s is not used here", n.Type()), "")
	}
	return out
}

// bad notes why a value is not allowed and keeps its readers from complaining again.
func (n *Node) bad(message, hint string) *Node {
	n.Problem(message, hint)
	n.Kind = Bad
	return n
}

func (d *document) convertPairs(out *Node, pairs []*ast.MappingValueNode, depth int) {
	seen := make(map[string]*Node, len(pairs))
	for _, pair := range pairs {
		line, col := position(pair.Key)
		key, ok := keyText(pair.Key)
		if !ok {
			d.add(Problem{Line: line, Column: col, Path: out.Path,
				Message: "a key must be plain text", Hint: "put the key in quotes"})
			continue
		}
		child := d.convert(pair.Value, childPath(out.Path, key), depth+1)
		child.keyLine, child.keyColumn = line, col
		if child.Kind == Null && child.Line == 0 {
			child.Line, child.Column = line, col
		}
		if first, twice := seen[key]; twice {
			d.add(Problem{Line: line, Column: col, Path: child.Path,
				Message: fmt.Sprintf("%q is given twice", key),
				Hint:    fmt.Sprintf("the first one is on line %d; keep one of them", first.keyLine)})
			continue
		}
		seen[key] = child
		out.entries = append(out.entries, Entry{Key: key, Value: child})
	}
}

// keyText gives a key as it is written; ok is false for a key that is no scalar.
func keyText(key ast.MapKeyNode) (text string, ok bool) {
	switch v := key.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.MappingKeyNode, *ast.MergeKeyNode, *ast.LiteralNode, *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		return "", false
	}
	if tk := key.GetToken(); tk != nil {
		return tk.Value, true
	}
	return "", false
}

func quoted(tk *token.Token) bool {
	return tk != nil && (tk.Type == token.SingleQuoteType || tk.Type == token.DoubleQuoteType)
}

// position gives where a value begins; a mapping begins at its first key.
func position(n ast.Node) (line, col int) {
	switch v := n.(type) {
	case nil:
		return 0, 0
	case *ast.MappingNode:
		if !v.IsFlowStyle && len(v.Values) > 0 {
			return position(v.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return position(v.Key)
	}
	tk := n.GetToken()
	if tk == nil || tk.Position == nil {
		return 0, 0
	}
	return tk.Position.Line, tk.Position.Column
}
