package mapping

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// boundRule is a rule with everything it names found.
type boundRule struct {
	def    *Rule
	target target
	source op           // the value that it is made of
	make   change       // what is made of it, before it is written; nil: it is taken as it is
	put    put          // writes it as the target's type
	mark   marker       // a ref, find or placeholder instead of a value
	each   op           // the list, with inner
	inner  *outNode     //
	rules  []*boundRule // of inner
	origin string       // source path or expression, for dead letters
	number int          // in the stream or the list, from 1
	reads  []string     // paths of the base record
	// The way of texts, which most rules take: see writeText.
	column    int  // in Input.Texts, where one of them is the source; else -1
	memo      int  // of eval.memos; -1: it copies texts, which is no more work than to remember them
	transform int  // of eval.transforms; -1 none
	plain     bool // of a text nothing else is asked than the transform, and its text is written as it is
}

// rules binds the rules of one level.
func (c *check) rules(s *boundStream, scope *scope, targets *targetFields, defs []*Rule) []*boundRule {
	var out []*boundRule
	for _, def := range defs {
		t, ok := targets.find(def)
		r := &boundRule{def: def, target: t, origin: origin(def), column: -1, memo: -1, transform: -1}
		before := scope.used
		scope.used = map[string]bool{}
		switch {
		case def.Each != "":
			if ok {
				ok = c.bindEach(s, scope, targets, r)
			}
		default:
			ok = c.bindValue(s, scope, targets, r, ok)
		}
		for path := range scope.used {
			before[path] = true
			if !strings.Contains(path, ":") {
				r.reads = append(r.reads, path)
			}
		}
		slices.Sort(r.reads)
		scope.used = before
		if ok {
			out = append(out, r)
			r.number = len(out)
		}
	}
	return out
}

// bindEach binds a rule that makes a list of objects.
func (c *check) bindEach(s *boundStream, scope *scope, targets *targetFields, r *boundRule) bool {
	f := r.target.field
	if f == nil || f.Kind != record.List || f.Of == nil || f.Of.Kind != record.Object {
		r.def.node.Child("each").KeyProblem(fmt.Sprintf("target field %q is no list of objects", r.def.Path), "write an expression instead of each")
		return false
	}
	inner := &targetFields{stream: targets.stream, fields: f.Of.Fields, prefix: targets.prefix + r.def.Path.String() + "[]."}
	p := scope.parse(r.def.source, r.def.Each)
	var elements op
	var t *valueType
	if p != nil {
		elements, t = scope.compile(p)
	}
	if elements == nil { // what the elements are is not known; where they go is
		for _, d := range r.def.Fields {
			inner.find(d)
		}
		return false
	}
	if t.class != list || t.elem == nil {
		r.def.source.Problem(fmt.Sprintf("each needs a list, this is %s", t), "name a list of the source, such as parts")
		return false
	}
	elem := *t.elem
	if ch, ok := scope.chain(p.node); ok && ch.first != nil && ch.root == 0 {
		elem.path = ch.tail()
	}
	rules := c.rules(s, scope.within(&elem), inner, r.def.Fields)
	for _, need := range f.Of.Fields {
		if need.Required && !slices.ContainsFunc(r.def.Fields, func(d *Rule) bool { return d.Path[0] == need.Name }) {
			r.def.node.Child("fields").KeyProblem(fmt.Sprintf("required field %s of %q has no rule", need.Name, r.def.Path), "add a rule for it")
		}
	}
	r.each, r.rules, r.inner = elements, rules, outTree(rules)
	return true
}

// bindValue binds a rule that makes one value. ok tells whether its target is right.
func (c *check) bindValue(s *boundStream, scope *scope, targets *targetFields, r *boundRule, ok bool) bool {
	def := r.def
	if def.Constant != nil {
		if ok {
			r.source, ok = c.constant(def.Constant, r.target.field)
			r.put = putJSON
			c.reachable(targets, r)
		}
		return ok
	}
	src, t, special := c.value(s, scope, r)
	if special {
		return ok && c.markerFits(r)
	}
	if src == nil && t == nil {
		c.options(def)
		return false
	}
	if def.As != "" {
		r.transform = len(s.transforms)
		if r.make, t = c.transform(s, def, t); t == nil {
			return false
		}
	}
	if !ok {
		return false
	}
	mapped := def.Values != nil || def.Lookup != nil
	made := def.As != "" && !mapped
	r.source, r.put = src, putAs(r.target.field, made)
	r.plain = !mapped && copiesText(r.target.field, made)
	if def.As != "" || !r.plain {
		r.memo, s.memos = s.memos, s.memos+1
	}
	switch {
	case def.Values != nil:
		return c.valueMap(r, t, targets)
	case def.Lookup != nil:
		return c.lookupRule(r, t)
	}
	c.reachable(targets, r)
	return c.fits(r, t)
}

// value compiles from or expr; special: it is a marker.
func (c *check) value(s *boundStream, scope *scope, r *boundRule) (src op, t *valueType, special bool) {
	def := r.def
	if def.From != "" {
		ch, ok := scope.column(def.From)
		if !ok {
			def.source.Problem(fmt.Sprintf("unknown source field %q", def.From), suggestPath(scope, def.From))
			return nil, nil, false
		}
		src, t = scope.field(ch)
		r.column = scope.textAt(ch)
		return src, t, false
	}
	p := scope.parse(def.source, def.Expr)
	if p == nil {
		return nil, nil, false
	}
	if mark, is := c.marker(s, scope, def, p); is {
		r.mark = mark
		for _, key := range []string{"as", "values", "lookup"} {
			def.node.Child(key).KeyProblem(key+" beside ref, find or placeholder", "they stand alone; remove it")
		}
		return nil, nil, true
	}
	src, t = scope.compile(p)
	return src, t, false
}

// suggestPath finds the nearest source path, also of fields within objects.
func suggestPath(s *scope, name string) string {
	known := s.names()
	if len(s.elems) == 0 && s.stream != nil {
		for _, f := range connector.Flatten(s.stream.source.Fields) {
			if !slices.Contains(known, f.Path) {
				known = append(known, f.Path)
			}
		}
	}
	return strictyaml.Suggest(name, known)
}

// origin is what a dead letter names as the source of a rule's value.
func origin(def *Rule) string {
	switch {
	case def.From != "":
		return def.From
	case def.Each != "":
		return def.Each
	}
	return def.Expr
}
