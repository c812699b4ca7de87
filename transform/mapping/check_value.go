package mapping

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// constant takes a constant as the target's type. f is nil for a custom field.
func (c *check) constant(k *Constant, f *record.Field) (op, bool) {
	if k.Null {
		return func(*eval) value { return nothing }, true
	}
	if k.IsList {
		if f == nil || f.Kind != record.List || f.Of == nil {
			k.node.Problem("the target field takes one value, not a list", "write one value")
			return nil, false
		}
		vs := make([]value, len(k.List))
		for i, text := range k.List {
			v, ok := c.scalar(text, f.Of, k.node.Items()[i])
			if !ok {
				return nil, false
			}
			vs[i] = v
		}
		all := listValue(vs)
		return func(*eval) value { return all }, true
	}
	v, ok := c.scalar(k.Text, f, k.node)
	return func(*eval) value { return v }, ok
}

// scalar reads a text as written as the type of a field.
func (c *check) scalar(s string, f *record.Field, at *strictyaml.Node) (value, bool) {
	if f == nil {
		return textValue(s), true
	}
	if s == "" && f.Kind != record.String {
		return nothing, true
	}
	want := func(what string) (value, bool) {
		at.Problem(fmt.Sprintf("%q is no %s", s, what), fmt.Sprintf("target field %q is %s", f.Name, connector.TypeName(*f)))
		return nothing, false
	}
	switch f.Kind {
	case record.Integer:
		i, ok := atoi(s)
		if !ok || !validNumber(s) {
			return want("whole number")
		}
		return wholeValue(i), c.known(s, f, at)
	case record.Number, record.Decimal:
		n, err := strconv.ParseFloat(s, 64)
		if err != nil || !validNumber(s) {
			return want("number")
		}
		return value{class: decimal, num: math.Float64bits(n), text: s}, true
	case record.Boolean:
		if s != "true" && s != "false" {
			return want("boolean (true or false)")
		}
		return truthValue(s == "true"), true
	case record.Date, record.Time, record.DateTime:
		if !isMoment(s, f) {
			return want(f.Kind.String())
		}
		return textValue(s), true
	case record.Object, record.List, record.File:
		return want(connector.TypeName(*f))
	}
	return textValue(s), c.known(s, f, at)
}

// known checks a constant against the values the vendor takes.
func (c *check) known(s string, f *record.Field, at *strictyaml.Node) bool {
	if len(f.Enum) == 0 || slices.Contains(f.Enum, s) || s == "" {
		return true
	}
	at.Problem(fmt.Sprintf("%s does not know the value %q of %q", c.target.Vendor, s, f.Name), strictyaml.Suggest(s, f.Enum))
	return false
}

// valueMap binds values: and its else.
func (c *check) valueMap(r *boundRule, t *valueType, targets *targetFields) bool {
	if t.class == list || t.class == object {
		r.def.node.Child("values").KeyProblem(fmt.Sprintf("values are for single values, the source is %s", t), "use each, or an expression")
		return false
	}
	f := r.target.field
	good := true
	to := make(map[string]value, len(r.def.Values))
	for _, pair := range r.def.Values {
		if t.field != nil && len(t.field.Enum) > 0 && r.def.As == "" && pair.From != "" && !slices.Contains(t.field.Enum, pair.From) {
			pair.node.KeyProblem(fmt.Sprintf("%s does not know the value %q of %q", c.source.Vendor, pair.From, t.field.Name),
				strictyaml.Suggest(pair.From, t.field.Enum))
			good = false
		}
		if t.class == truth && pair.From != "true" && pair.From != "false" && pair.From != "" || t.class == whole && pair.From != "" && !validNumber(pair.From) {
			pair.node.KeyProblem(fmt.Sprintf("the source is %s and never %q", t, pair.From), "")
			good = false
		}
		v, ok := c.mapped(&pair.To, f)
		good = good && ok
		to[pair.From] = v
	}
	otherwise, ok := c.otherwise(r)
	c.reachable(targets, r)
	first := r.make
	r.make = func(e *eval, v value) value {
		if first != nil {
			v = first(e, v)
		}
		if v.blank() {
			if found, ok := to[""]; ok && e.fail == nil {
				return found
			}
			return nothing
		}
		key := e.textOf(v)
		if found, ok := to[key]; ok {
			return found
		}
		return otherwise(e, key)
	}
	return good && ok
}

// mapped reads one outcome of a value map.
func (c *check) mapped(k *Constant, f *record.Field) (value, bool) {
	give, ok := c.constant(k, f)
	if !ok {
		return nothing, false
	}
	return give(nil), true
}

// otherwise is what becomes of a value that a value map or lookup does not hold.
func (c *check) otherwise(r *boundRule) (func(*eval, string) value, bool) {
	field := r.def.Path.String()
	where := "values"
	if r.def.Lookup != nil {
		where = r.def.Lookup.File
	}
	switch r.def.Else.Kind {
	case ElseValue:
		v, ok := c.mapped(&r.def.Else.Value, r.target.field)
		return func(*eval, string) value { return v }, ok
	case ElseSkip:
		return func(e *eval, key string) value {
			if e.skip == "" && e.fail == nil {
				e.skip = "the value of " + r.origin + " is not among the " + where + " of " + field
			}
			return nothing
		}, true
	}
	return func(e *eval, key string) value {
		if e.fail == nil {
			e.fail = &failure{kind: KindValues, reason: "the value is not among the " + where, origin: r.origin, value: strings.Clone(key),
				do: "add it to the " + where + " of " + field + ", or say what else: it becomes"}
		}
		return nothing
	}, true
}

// reachable checks that a status written by actions can be reached by them.
func (c *check) reachable(targets *targetFields, r *boundRule) {
	by := r.def.node.Child("by")
	path := r.def.Path.String()
	if r.def.By == "" {
		return
	}
	if !targets.reachedByAction(path) {
		by.Problem(fmt.Sprintf("no action of %q changes %q", targets.stream.Name, path), "remove by: actions")
		return
	}
	ends := map[string]bool{}
	var known []string
	for _, a := range targets.stream.Writes.Actions {
		if a.Field != path {
			continue
		}
		for _, v := range append([]string{a.To}, a.From...) { // what an action starts from is where a new record stands
			if v != "" && !ends[v] {
				ends[v] = true
				known = append(known, v)
			}
		}
	}
	each := func(k *Constant) {
		if k.Text != "" && !ends[k.Text] {
			k.node.Problem(fmt.Sprintf("no action brings %q to %q", path, k.Text), strictyaml.Suggest(k.Text, known))
		}
	}
	switch {
	case r.def.Constant != nil:
		each(r.def.Constant)
	case r.def.Values != nil:
		for i := range r.def.Values {
			each(&r.def.Values[i].To)
		}
		if r.def.Else.Kind == ElseValue {
			each(&r.def.Else.Value)
		}
	default:
		by.Problem("by: actions needs values, so that every status is known to be reached", "write values: {source: target}")
	}
}

// fits tells whether a value of the type can stand in the target field, and
// says where it cannot.
func (c *check) fits(r *boundRule, t *valueType) bool {
	f := r.target.field
	hint := ""
	switch {
	case f == nil:
		if t.class != object && t.class != list {
			return true
		}
		hint = "a custom field takes one value; name a field in it or join the list"
		f = &record.Field{Kind: record.String}
	case f.Kind == record.Custom && t.kind != record.Custom:
		hint = "name the custom field, such as " + r.def.Path.String() + ".Zone"
	case t.class == anything || f.Kind == record.JSON || f.Kind == record.Custom:
		return true
	default:
		var ok bool
		if ok, hint = agrees(t, f, r.def); ok {
			return true
		}
	}
	r.def.source.Problem(fmt.Sprintf("target field %q is %s, this is %s", r.def.Path, connector.TypeName(*f), t), hint)
	return false
}

// agrees compares types; the hint says how to turn one into the other.
func agrees(t *valueType, f *record.Field, def *Rule) (ok bool, hint string) {
	switch f.Kind {
	case record.String:
		if strangers(t, f) {
			return false, fmt.Sprintf("their values differ; write values: {%s: %s, ...}", t.field.Enum[0], f.Enum[0])
		}
		return t.class == text || t.class == whole || t.class == decimal,
			map[class]string{truth: "write what true and false mean: values: {\"true\": ..., \"false\": ...}",
				object: "name a field in it", list: "join it: join(x, \", \")"}[t.class]
	case record.Integer:
		return t.class == whole, map[class]string{text: "turn it into a number with as: integer, or int(x)",
			decimal: "say how it is rounded, such as int(round(x))", truth: "write values: {\"true\": 1, \"false\": 0}"}[t.class]
	case record.Number, record.Decimal:
		return t.class == whole || t.class == decimal, map[class]string{text: "turn it into a number with as: " + f.Kind.String() + ", or float(x)"}[t.class]
	case record.Boolean:
		return t.class == truth, map[class]string{text: "turn it into a boolean with as: boolean, or a condition such as x == \"yes\"",
			whole: "write a condition such as x != 0", decimal: "write a condition such as x != 0"}[t.class]
	case record.Date, record.Time, record.DateTime:
		return agreesMoment(t, f, def)
	case record.List:
		if t.class != list {
			return false, "write each: and the list, or value: [a, b]"
		}
		if t.elem == nil || f.Of == nil {
			return true, ""
		}
		if f.Of.Kind == record.Object {
			return false, "write {each: ..., fields: {...}}"
		}
		ok, hint = agrees(t.elem, f.Of, def)
		return ok || t.elem.class == anything, hint
	}
	return false, ""
}

// agreesMoment: a date or time is copied only where both vendors write it alike.
func agreesMoment(t *valueType, f *record.Field, def *Rule) (bool, string) {
	kind := f.Kind.String()
	if t.class != text {
		return false, "use as: " + kind
	}
	if def.As != "" {
		return t.kind == 0 || t.kind == f.Kind || t.kind == record.String, "use as: " + kind
	}
	if t.kind == record.String {
		return false, "say how it is written: as: " + kind + " with its layout"
	}
	if t.field == nil {
		return true, ""
	}
	if t.kind != f.Kind {
		return false, "use as: " + kind
	}
	if firstLayout(t.field) != firstLayout(f) || len(t.field.Layouts) > 1 {
		return false, fmt.Sprintf("they are written differently; use as: %s with layout: %q", kind, firstLayout(t.field))
	}
	return true, ""
}

func firstLayout(f *record.Field) string {
	if len(f.Layouts) == 0 {
		return ""
	}
	return f.Layouts[0]
}
