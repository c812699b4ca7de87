package mapping

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
	"ferry/transform/internal/fn"
)

// transformCall is a named transform with its options; every worker has its own.
type transformCall struct {
	name    string
	options map[string]string
}

// transform is a named transform with its options.
type transform struct {
	any  func(any) (any, error)
	text func(string) (string, error) // the same of texts; nil where it does not make text of them
}

// compile makes the transform for one worker.
func (t *transformCall) compile() transform {
	f, text, err := fn.CompileTextual(t.name, t.options)
	if err != nil { // it was compiled once when the mapping was checked
		f = func(any) (any, error) { return nil, err }
	}
	return transform{any: f, text: text}
}

// change makes a value of another: a transform, a value map, a lookup. It may look at
// nothing but the value.
type change func(e *eval, v value) value

// transform binds as: and its options.
func (c *check) transform(s *boundStream, def *Rule, t *valueType) (change, *valueType) {
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
	return func(e *eval, v value) value {
		if v.blank() || e.fail != nil {
			return nothing
		}
		given := e.toAny(v)
		if v.class == decimal && len(v.text) > exactDigits {
			given = strings.Clone(v.text)
		}
		out, err := e.transforms[at].any(given)
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
