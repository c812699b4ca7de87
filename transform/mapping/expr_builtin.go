package mapping

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
)

// builtinType is the type of what a function of expr-lang gives; nil: that of
// its first argument.
var builtinType = map[string]*valueType{
	"len": wholeType, "trim": textType, "trimPrefix": textType, "trimSuffix": textType, "upper": textType,
	"lower": textType, "split": {class: list, elem: textType}, "replace": textType, "repeat": textType, "join": textType,
	"indexOf": wholeType, "lastIndexOf": wholeType, "hasPrefix": truthType, "hasSuffix": truthType, "string": textType,
	"int": wholeType, "float": decimalType, "mean": decimalType, "concat": {class: list, elem: anyType}, "flatten": {class: list, elem: anyType},
	"ceil": decimalType, "floor": decimalType, "round": decimalType,
}

// builtin compiles a function of expr-lang.
func (c *compiler) builtin(n *ast.BuiltinNode) (op, *valueType) {
	if slices.Contains(predicates, n.Name) {
		return c.predicate(n)
	}
	args := make([]op, len(n.Arguments))
	types := make([]*valueType, len(n.Arguments))
	for i, a := range n.Arguments {
		args[i], types[i] = c.node(a)
	}
	impl := builtins[n.Name]
	if impl == nil || len(args) == 0 {
		return c.refuse(n, fmt.Sprintf("unknown function %q", n.Name), "")
	}
	t := builtinType[n.Name]
	if t == nil {
		t = types[0]
		if (n.Name == "first" || n.Name == "last" || n.Name == "min" || n.Name == "max") && t.class == list {
			if t = t.elem; t == nil {
				t = anyType
			}
		}
		for _, other := range types[1:] {
			if (n.Name == "min" || n.Name == "max") && other.class != t.class {
				t = decimalType
			}
		}
	}
	name, textual := n.Name, slices.Contains(ofText, n.Name)
	return func(e *eval) value {
		from := len(e.stack)
		for _, a := range args {
			v := a(e)
			if v.lost() {
				e.stack = e.stack[:from]
				return nothing
			}
			e.stack = append(e.stack, v)
		}
		out := nothing
		switch vs := e.stack[from:]; {
		case textual && vs[0].class != text:
			e.failf("turn it into text with string(x)", "%s is for text", name)
		case e.scanAll(vs):
			out = impl(e, vs)
		}
		e.stack = e.stack[:from]
		return out
	}, t
}

// ofText are the functions whose first argument is text; a value of a JSON field
// may turn out to be something else.
var ofText = []string{"trim", "trimPrefix", "trimSuffix", "upper", "lower", "split", "replace", "repeat", "indexOf", "lastIndexOf",
	"hasPrefix", "hasSuffix"}

// builtins do their work on values that are not null.
var builtins map[string]func(*eval, []value) value

func init() {
	builtins = map[string]func(*eval, []value) value{
		"len": func(e *eval, a []value) value {
			if a[0].class == text {
				return wholeValue(int64(letters(a[0].text)))
			}
			return wholeValue(int64(a[0].length()))
		},
		"trim": func(e *eval, a []value) value {
			if len(a) > 1 {
				return textValue(strings.Trim(a[0].text, a[1].text))
			}
			return textValue(strings.TrimSpace(a[0].text))
		},
		"trimPrefix":  func(e *eval, a []value) value { return textValue(strings.TrimPrefix(a[0].text, argument(a, 1, " "))) },
		"trimSuffix":  func(e *eval, a []value) value { return textValue(strings.TrimSuffix(a[0].text, argument(a, 1, " "))) },
		"upper":       func(e *eval, a []value) value { return e.cased(a[0].text, 'a', 'z', strings.ToUpper) },
		"lower":       func(e *eval, a []value) value { return e.cased(a[0].text, 'A', 'Z', strings.ToLower) },
		"hasPrefix":   func(e *eval, a []value) value { return truthValue(strings.HasPrefix(a[0].text, a[1].text)) },
		"hasSuffix":   func(e *eval, a []value) value { return truthValue(strings.HasSuffix(a[0].text, a[1].text)) },
		"indexOf":     func(e *eval, a []value) value { return letterIndex(a[0].text, strings.Index(a[0].text, a[1].text)) },
		"lastIndexOf": func(e *eval, a []value) value { return letterIndex(a[0].text, strings.LastIndex(a[0].text, a[1].text)) },
		"string":      func(e *eval, a []value) value { return textValue(e.textOf(a[0])) },
		"int":         toInt, "float": toFloat, "split": split, "replace": replaceText, "repeat": repeatText, "join": joinTexts,
		"abs": absolute, "ceil": rounded(math.Ceil), "floor": rounded(math.Floor), "round": rounded(math.Round),
		"min": extreme(-1), "max": extreme(1), "mean": mean,
		"first": func(e *eval, a []value) value { return e.element(a[0], 0) },
		"last":  func(e *eval, a []value) value { return e.element(a[0], -1) },
		"take": func(e *eval, a []value) value {
			return e.part(a[0], 0, int(min(max(a[1].int(), 0), int64(a[0].length()))))
		},
		"reverse": func(e *eval, a []value) value { vs := e.elements(a[0]); slices.Reverse(vs); return listValue(vs) },
		"uniq":    unique, "sort": sorted, "concat": concatenated,
		"flatten": func(e *eval, a []value) value { return listValue(e.flat(nil, a[0], 0)) },
	}
}

// letterIndex turns a place in bytes into one in letters, by which texts are cut
// and measured; below 0 it stays.
func letterIndex(s string, at int) value {
	if at > 0 {
		at = letters(s[:at])
	}
	return wholeValue(int64(at))
}

func argument(a []value, i int, otherwise string) string {
	if len(a) > i {
		return a[i].text
	}
	return otherwise
}

// cased changes ASCII letters in the arena; other text goes to the library.
func (e *eval) cased(s string, from, to byte, full func(string) string) value {
	hit := false
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			out := full(s)
			e.arena.used += len(out)
			return textValue(out)
		}
		hit = hit || s[i] >= from && s[i] <= to
	}
	if !hit {
		return textValue(s)
	}
	b := e.arena.room(len(s))
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= from && c <= to {
			b = append(b, c^0x20)
		} else {
			b = append(b, c)
		}
	}
	return textValue(e.arena.keep(b))
}

func toInt(e *eval, a []value) value {
	v := a[0]
	switch v.class {
	case whole:
		return v
	case decimal:
		f := v.decimal()
		if math.Abs(f) >= 1<<63 {
			return e.failf("keep it a number", "int: the number is too large")
		}
		return wholeValue(int64(f))
	case text:
		s := strings.TrimSpace(v.text)
		if s == "" {
			return nothing
		}
		if i, ok := atoi(s); ok {
			return wholeValue(i)
		}
		return e.wrongText("int", "no whole number", v.text)
	}
	return e.failf("name a number or text", "int: no number")
}

func toFloat(e *eval, a []value) value {
	v := a[0]
	switch v.class {
	case whole, decimal:
		return value{class: decimal, num: math.Float64bits(v.float()), text: v.text}
	case text:
		s := strings.TrimSpace(v.text)
		if s == "" {
			return nothing
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && validNumber(strings.TrimPrefix(s, "+")) {
			return value{class: decimal, num: math.Float64bits(f), text: s}
		}
		return e.wrongText("float", "no number", v.text)
	}
	return e.failf("name a number or text", "float: no number")
}

func (e *eval) wrongText(name, why, was string) value {
	if e.fail == nil {
		e.fail = &failure{kind: KindExpression, reason: name + ": the text is " + why, value: strings.Clone(was),
			do: "correct it at the source, or use as: number with its separators"}
	}
	return nothing
}

func split(e *eval, a []value) value {
	n := -1
	if len(a) > 2 {
		n = int(a[2].int())
	}
	parts := strings.SplitN(a[0].text, a[1].text, n)
	if !e.step(len(parts)) {
		return nothing
	}
	vs := make([]value, len(parts))
	for i, p := range parts {
		vs[i] = textValue(p)
	}
	return listValue(vs)
}

func replaceText(e *eval, a []value) value {
	if len(a) < 3 {
		return e.failf("give the text, what to replace and what with", "replace: too few arguments")
	}
	most := -1
	if len(a) > 3 {
		most = int(a[3].int())
	}
	if n := strings.Count(a[0].text, a[1].text); len(a[0].text)+n*len(a[2].text) > maxMemory || !e.step(n) {
		e.step(maxSteps)
		return nothing
	}
	out := strings.Replace(a[0].text, a[1].text, a[2].text, most)
	e.arena.used += len(out)
	return textValue(out)
}

func repeatText(e *eval, a []value) value {
	n := a[1].int()
	if n < 0 || n > maxItems || int64(len(a[0].text))*n > 1<<20 {
		return e.failf("repeat it less often", "repeat: the text becomes too long")
	}
	out := strings.Repeat(a[0].text, int(n))
	e.arena.used += len(out)
	if !e.step(1) {
		return nothing
	}
	return textValue(out)
}

// joinTexts joins the texts of a list as they are, blank ones included.
func joinTexts(e *eval, a []value) value {
	var b []byte
	sep := argument(a, 1, "")
	e.each(a[0], func(i int, item value) bool {
		if i > 0 {
			b = append(b, sep...)
		}
		b = append(b, e.textOf(item)...)
		e.arena.used += len(sep)
		return len(b) <= maxMemory && e.step(1)
	})
	e.arena.used += len(b)
	if !e.step(0) {
		return nothing
	}
	return textValue(string(b))
}

func absolute(e *eval, a []value) value {
	switch {
	case a[0].class == whole && a[0].int() < 0:
		return e.wholes(0, a[0].int(), '-')
	case a[0].class == decimal:
		return floatValue(math.Abs(a[0].decimal()))
	case a[0].class == whole:
		return a[0]
	}
	return e.failf("name a number", "abs: no number")
}

func rounded(f func(float64) float64) func(*eval, []value) value {
	return func(e *eval, a []value) value {
		if !a[0].number() {
			return e.failf("turn text into a number with float(x)", "only a number can be rounded")
		}
		return floatValue(f(a[0].float()))
	}
}
