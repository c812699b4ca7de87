package mapping

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// known complains of a text that a field is compared with and never holds: the
// condition would be wrong for every record, in silence.
func (c *compiler) known(t *valueType, with ast.Node) {
	if list, ok := with.(*ast.ArrayNode); ok {
		for _, n := range list.Nodes {
			c.known(t, n)
		}
	}
	s, ok := with.(*ast.StringNode)
	if !ok || s.Value == "" || t == nil || t.field == nil || len(t.field.Enum) == 0 || slices.Contains(t.field.Enum, s.Value) {
		return
	}
	c.p.problem(s.Location(), fmt.Sprintf("%s does not know the value %q of %q", c.check.source.Vendor, s.Value, t.field.Name),
		strictyaml.Suggest(s.Value, t.field.Enum))
}

// strangers tells whether both sides name their values and have none in common.
func strangers(t *valueType, f *record.Field) bool {
	return t.class == text && t.field != nil && len(t.field.Enum) > 0 && len(f.Enum) > 0 &&
		!slices.ContainsFunc(t.field.Enum, func(s string) bool { return slices.Contains(f.Enum, s) })
}
