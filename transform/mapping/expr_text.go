package mapping

import (
	"strings"

	"github.com/expr-lang/expr/ast"
)

func textTest(left, right op, name string) op {
	test := map[string]func(string, string) bool{"contains": strings.Contains, "startsWith": strings.HasPrefix, "endsWith": strings.HasSuffix}[name]
	return func(e *eval) value {
		a, b := left(e), right(e)
		if a.class != text || b.class != text || !e.scan(len(a.text)) {
			return nothing
		}
		return truthValue(test(a.text, b.text))
	}
}

// concatenation joins a + b + c at once.
func (c *compiler) concatenation(n *ast.BinaryNode) op {
	var parts []op
	var walk func(ast.Node)
	walk = func(x ast.Node) {
		if b, ok := x.(*ast.BinaryNode); ok && b.Operator == "+" && b.Type().Kind().String() == "string" {
			walk(b.Left)
			walk(b.Right)
			return
		}
		f, _ := c.node(x)
		parts = append(parts, f)
	}
	walk(n.Left)
	walk(n.Right)
	return func(e *eval) value {
		var few [8]string
		texts := few[:0]
		size := 0
		for _, p := range parts {
			v := p(e)
			if v.lost() {
				return nothing
			}
			texts = append(texts, v.text)
			size += len(v.text)
		}
		if size > maxMemory || !e.scan(size) {
			e.step(maxSteps)
			return nothing
		}
		b := e.arena.room(size)
		for _, t := range texts {
			b = append(b, t...)
		}
		return textValue(e.arena.keep(b))
	}
}

func (e *eval) joined(a, b string) value {
	if !e.scan(len(a)+len(b)) || len(a)+len(b) > maxMemory {
		e.step(maxSteps)
		return nothing
	}
	return textValue(e.arena.keep(append(append(e.arena.room(len(a)+len(b)), a...), b...)))
}
