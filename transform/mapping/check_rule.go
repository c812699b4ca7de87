package mapping

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/strictyaml"
	"ferry/transform/internal/fn"
)

// boundRule is a rule with everything it names found.
type boundRule struct {
	def    *Rule
	target target
	make   op           // the value, before it is written
	put    put          // writes it as the target's type
	mark   marker       // a ref, find or placeholder instead of a value
	each   op           // the list, with inner
	inner  *outNode     //
	rules  []*boundRule // of inner
	origin string       // source path or expression, for dead letters
	number int          // in the stream or the list, from 1
	reads  []string     // paths of the base record
	// cleared tells that the source says to empty the field; nil: it cannot.
	cleared func(*eval) bool
}

// rules binds the rules of one level.
func (c *check) rules(s *boundStream, scope *scope, targets *targetFields, defs []*Rule) []*boundRule {
	var out []*boundRule
	for _, def := range defs {
		t, ok := targets.find(def)
		r := &boundRule{def: def, target: t, origin: origin(def)}
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
			r.make, ok = c.constant(def.Constant, r.target.field)
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
		if src, t = c.transform(s, def, src, t); t == nil {
			return false
		}
	}
	if !ok {
		return false
	}
	switch {
	case def.Values != nil:
		return c.valueMap(r, src, t, targets)
	case def.Lookup != nil:
		return c.lookupRule(r, src, t)
	}
	if c.reachable(targets, r); !c.fits(r, t) {
		return false
	}
	r.make, r.put = src, putAs(r.target.field, def.As != "")
	return true
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
		if word := def.Clear; word != "" {
			read := src
			r.cleared = func(e *eval) bool { v := read(e); return v.class == text && strings.TrimSpace(v.text) == word }
		}
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

// transform binds as: and its options.
func (c *check) transform(s *boundStream, def *Rule, src op, t *valueType) (op, *valueType) {
	tr, ok := known().transforms[def.As]
	if !c.options(def) || !ok {
		return nil, nil
	}
	if t.class != anything && len(tr.Takes) > 0 && !takes(tr.Takes, t) {
		def.node.Child("as").Problem(fmt.Sprintf("as: %s takes %s, not %s", def.As, joinOr(tr.Takes), t), "name another field or transform")
		return nil, nil
	}
	at := len(s.transforms)
	options := map[string]string{}
	for _, o := range def.Options {
		options[o.Name] = o.Value
	}
	s.transforms = append(s.transforms, transformCall{name: def.As, options: options})
	name, number := def.As, classOf(tr.Gives) == decimal
	return func(e *eval) value {
		v := src(e)
		if v.blank() || e.fail != nil {
			return nothing
		}
		last := &e.lasts[at]
		if v.class == text && v.text == last.text {
			return last.made
		}
		given := e.toAny(v)
		if v.class == decimal && len(v.text) > exactDigits {
			given = strings.Clone(v.text)
		}
		out, err := e.transforms[at](given)
		if err != nil {
			return e.misfitted(name, name, err, "correct it at the source, or change the options of the rule")
		}
		got, ok := fromAny(out)
		if ok && number && got.class == text && got.text != "" { // an exact decimal comes as text
			got, ok = numeral(got.text)
		}
		if !ok {
			return e.failf("change the rule", "%s gave a value of an unknown kind", name)
		}
		if s, is := given.(string); is && v.class == text {
			last.remember(s, got)
		}
		return got
	}, resultType(tr.Gives)
}

// exactDigits is how many letters of a number a float64 holds for certain.
const exactDigits = 15

// numeral takes a number as it is written.
func numeral(s string) (value, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return value{class: decimal, num: math.Float64bits(f), text: s}, err == nil && validNumber(s)
}

func takes(kinds []string, t *valueType) bool {
	for _, name := range kinds {
		k, _ := record.ParseKind(name)
		if name == "any" || classOf(k) == t.class || k == t.kind && k != 0 {
			return true
		}
	}
	return false
}

func joinOr(names []string) string {
	if len(names) > 3 {
		return names[0] + ", " + names[1] + " and the like"
	}
	out := ""
	for i, n := range names {
		if i > 0 {
			out += " or "
		}
		out += n
	}
	return out
}

// options says every mistake in the options of a transform.
func (c *check) options(def *Rule) bool {
	if def.As == "" {
		return true
	}
	if !slices.Contains(known().asNames, def.As) {
		def.node.Child("as").Problem(fmt.Sprintf("unknown transform %q", def.As), strictyaml.Suggest(def.As, known().asNames))
		return false
	}
	given := map[string]string{}
	for _, o := range def.Options {
		given[o.Name] = o.Value
	}
	good := true
	for range len(given) + 1 {
		_, err := fn.Compile(def.As, given)
		wrong, is := errors.AsType[*fn.OptionError](err)
		if !is {
			break
		}
		good = false
		at := def.node.Child(wrong.Option)
		if at == nil {
			def.node.Child("as").Problem(fmt.Sprintf("as: %s: option %s %s", def.As, wrong.Option, wrong.Why), wrong.Do)
			break
		}
		if wrong.Why == "is unknown" {
			at.KeyProblem(fmt.Sprintf("as: %s has no option %q", def.As, wrong.Option), wrong.Do)
		} else {
			at.Problem(fmt.Sprintf("as: %s: option %s %s", def.As, wrong.Option, wrong.Why), wrong.Do)
		}
		given = maps.Clone(given)
		delete(given, wrong.Option)
	}
	return good
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
