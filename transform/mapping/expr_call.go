package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
	"ferry/transform/internal/fn"
)

// call compiles a function that is not expr-lang's own.
func (c *compiler) call(n *ast.CallNode) (op, *valueType) {
	id, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		return c.refuse(n, "a field cannot be called", "")
	}
	name := strings.TrimSuffix(id.Value, calledSuffix)
	switch name {
	case "isnull":
		f, _ := c.node(n.Arguments[0])
		return func(e *eval) value { v := f(e); return truthValue(v.null) }, truthType
	case "custom":
		return c.custom(n)
	case "ref", "find", "placeholder":
		return c.refuse(n, name+"() must stand alone", "give it a field of its own; only ?? placeholder(...) may follow it")
	}
	if slices.Contains(native, name) { // a field has the same name
		return c.builtin(&ast.BuiltinNode{Name: name, Arguments: n.Arguments})
	}
	f, ok := known().functions[name]
	if !ok {
		return c.refuse(n, fmt.Sprintf("unknown function %q", name), strictyaml.Suggest(name, known().names))
	}
	return c.function(f, n.Arguments)
}

// function calls one of the library. Whatever null is put into comes out null,
// except where the function takes a value of any kind.
func (c *compiler) function(f fn.Function, arguments []ast.Node) (op, *valueType) {
	args := make([]op, len(arguments))
	nullable := make([]bool, len(arguments))
	for i, a := range arguments {
		args[i], _ = c.node(a)
		if len(f.Params) > 0 {
			nullable[i] = classOf(f.Params[min(i, len(f.Params)-1)]) == anything
		}
	}
	c.probe(f, arguments)
	call, name := f.Call, f.Name
	do := "correct it at the source, or change the expression"
	return func(e *eval) value {
		from, size := len(e.args), 0
		defer func() { e.args = e.args[:from] }()
		for i, a := range args {
			v := a(e)
			if v.lost() && !nullable[i] {
				return nothing
			}
			size += len(v.text)
			e.args = append(e.args, e.toAny(v))
		}
		if !e.step(1) || !e.scan(size) {
			return nothing
		}
		out, err := call(e.args[from:]...)
		if err != nil {
			return e.misfitted(name, KindExpression, err, do)
		}
		v, ok := fromAny(out)
		if !ok {
			return e.failf(do, "%s gave a value of an unknown kind", name)
		}
		e.arena.used += len(v.text)
		return v
	}, resultType(f.Gives)
}

// probes are values that suit functions whose other arguments say how: a call
// with one fails only where those are wrong.
var probes = map[string]string{"matching": "a", "extract": "a", "format_date": "2006-01-02T15:04:05+00:00"}

// probe says what is wrong with arguments that are written out, before a record
// meets them.
func (c *compiler) probe(f fn.Function, arguments []ast.Node) {
	sample, ok := probes[f.Name]
	if !ok {
		return
	}
	args := []any{sample}
	for _, a := range arguments[1:] {
		s, fixed := a.(*ast.StringNode)
		if !fixed {
			return
		}
		args = append(args, s.Value)
	}
	_, err := f.Call(args...)
	if m, is := errors.AsType[*fn.Misfit](err); is {
		c.p.problem(arguments[len(arguments)-1].Location(), f.Name+": "+m.Why, m.Do)
	}
}

// misfitted notes what a function or transform says of a value.
func (e *eval) misfitted(name, kind string, err error, do string) value {
	if e.fail != nil {
		return nothing
	}
	if m, ok := errors.AsType[*fn.Misfit](err); ok {
		e.fail = &failure{reason: name + ": " + m.Why, value: fmt.Sprint(m.Value), do: m.Do, kind: kind}
		if m.Do == "" {
			e.fail.do = do
		}
		return nothing
	}
	return e.failf(do, "%s: %v", name, err)
}

// custom reads a custom field by label; the label is checked where the labels
// of the account are known.
func (c *compiler) custom(n *ast.CallNode) (op, *valueType) {
	label, ok := n.Arguments[0].(*ast.StringNode)
	if !ok {
		return c.refuse(n, "the label must be written out", `such as custom("Zone")`)
	}
	i := slices.IndexFunc(c.base.fields, func(m member) bool { return m.typ.kind == record.Custom })
	if i < 0 {
		return c.refuse(n, fmt.Sprintf("stream %q has no custom fields", c.stream.source.Name), "")
	}
	m := &c.base.fields[i]
	c.check.label(c.p, label, c.stream.source.Name)
	c.stream.labels = append(c.stream.labels, label.Value)
	return customReader(0, m.names, m.typ.field.Custom, label.Value), textType
}
