package workbook

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"ferry/transform/mapping"
)

// cells is one rule as a person reads it.
type cells struct {
	Source string // a field of the source
	Rule   string // an expression; "as: ..." of a source; a whole rule in braces; or leftOut
	Values string // value map, one "from = to" a line; a last line "else = reject", "else = skip" or "else: value = X"
}

// leftOut in the column Rule says that a field is left out on purpose.
const leftOut = "left out"

// cellsOf writes a rule. What the columns cannot say stands whole in Rule.
func cellsOf(r *mapping.Rule) cells {
	extras := r.Set != "always" || r.Blank != "keep" || r.Clear != "" || r.By != ""
	switch {
	case extras || r.Each != "" || r.Lookup != nil || r.Constant != nil && r.Constant.IsList || listed(r.Values):
		return cells{Rule: flow(r)}
	case r.Constant != nil:
		return cells{Rule: "value: " + constant(*r.Constant)}
	case r.Expr != "" && plainField.MatchString(r.Expr):
		return cells{Source: r.Expr}
	case r.Expr != "" && r.As == "" && len(r.Values) == 0 && !ambiguous(r.Expr):
		return cells{Rule: r.Expr}
	case r.Expr != "":
		return cells{Rule: flow(r)}
	}
	return cells{Source: r.From, Rule: asText(r), Values: valuesText(r)}
}

// plainField is an expression that only names a field.
var plainField = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$`)

// ambiguous tells an expression that reads like one of the other forms.
func ambiguous(expr string) bool {
	return expr == leftOut || strings.HasPrefix(expr, "{") || strings.HasPrefix(expr, "as:") || strings.HasPrefix(expr, "value:")
}

func listed(pairs []mapping.Pair) bool {
	for _, p := range pairs {
		if p.To.IsList || p.To.Null || strings.ContainsAny(p.From+p.To.Text, "\n=") || p.From == "else" {
			return true
		}
	}
	return false
}

// asText writes the named transform with its options: "as: phone, region: US".
func asText(r *mapping.Rule) string {
	if r.As == "" {
		return ""
	}
	parts := []string{"as: " + scalar(r.As)}
	for _, o := range r.Options {
		parts = append(parts, scalar(o.Name)+": "+scalar(o.Value))
	}
	return strings.Join(parts, ", ")
}

func valuesText(r *mapping.Rule) string {
	var lines []string
	for _, p := range r.Values {
		lines = append(lines, p.From+" = "+p.To.Text)
	}
	if r.Else.Given {
		if r.Else.Kind == mapping.ElseValue {
			lines = append(lines, "else: value = "+r.Else.Value.Text)
		} else {
			lines = append(lines, "else = "+string(r.Else.Kind))
		}
	}
	return strings.Join(lines, "\n")
}

// flow writes a whole rule as YAML on one line.
func flow(r *mapping.Rule) string {
	var parts []string
	add := func(key, value string) { parts = append(parts, key+": "+value) }
	switch {
	case r.Each != "":
		add("each", scalar(r.Each))
		inner := make([]string, len(r.Fields))
		for i, f := range r.Fields {
			inner[i] = scalar(f.Path.String()) + ": " + flow(f)
		}
		add("fields", "{"+strings.Join(inner, ", ")+"}")
	case r.Constant != nil:
		add("value", constant(*r.Constant))
	case r.Expr != "":
		add("expr", scalar(r.Expr))
	default:
		add("from", scalar(r.From))
	}
	if as := asText(r); as != "" {
		parts = append(parts, as)
	}
	if len(r.Values) > 0 {
		pairs := make([]string, len(r.Values))
		for i, p := range r.Values {
			pairs[i] = scalar(p.From) + ": " + constant(p.To)
		}
		add("values", "{"+strings.Join(pairs, ", ")+"}")
	}
	if l := r.Lookup; l != nil {
		add("lookup", scalar(l.File))
		if l.Sheet != "" {
			add("sheet", scalar(l.Sheet))
		}
		add("key", scalar(l.Key))
		add("value", scalar(l.Value))
	}
	if r.Else.Given {
		if r.Else.Kind == mapping.ElseValue {
			add("else", "{value: "+constant(r.Else.Value)+"}")
		} else {
			add("else", string(r.Else.Kind))
		}
	}
	if r.Set != "always" {
		add("set", r.Set)
	}
	if r.Blank != "keep" {
		add("blank", r.Blank)
	}
	if r.Clear != "" {
		add("clear", scalar(r.Clear))
	}
	if r.By != "" {
		add("by", r.By)
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

func constant(c mapping.Constant) string {
	switch {
	case c.Null:
		return "null"
	case c.IsList:
		items := make([]string, len(c.List))
		for i, item := range c.List {
			items[i] = scalar(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return scalar(c.Text)
}

// plainScalar needs no quotes anywhere in YAML. What reads as null, or as a
// number that loses its zeros in other hands, is quoted all the same.
var plainScalar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*( [A-Za-z0-9_./-]+)*$|^(0|[1-9][0-9]*)$`)

// scalar writes a text as YAML, quoted where need be.
func scalar(text string) string {
	if plainScalar.MatchString(text) && !strings.EqualFold(text, "null") {
		return text
	}
	var quoted strings.Builder
	enc := json.NewEncoder(&quoted)
	enc.SetEscapeHTML(false) // people read < better than its number
	if err := enc.Encode(text); err != nil {
		return fmt.Sprintf("%q", text) // a string is always JSON
	}
	return strings.TrimSuffix(quoted.String(), "\n")
}

// plainExpr is an expression that needs no quotes as a value of its own.
var plainExpr = regexp.MustCompile(`^[A-Za-z_(][A-Za-z0-9_ (),.+*/<>=!?|&-]*$`)

// ruleText writes what the cells say as the YAML value of a rule.
func (c cells) ruleText() (string, error) {
	rule := strings.TrimSpace(c.Rule)
	source, values := strings.TrimSpace(c.Source), strings.TrimSpace(c.Values)
	switch {
	case source == "" && values != "":
		return "", fmt.Errorf("values need a source field beside them")
	case strings.HasPrefix(rule, "{"):
		if source != "" {
			return "", fmt.Errorf("a rule in braces stands alone; clear Source")
		}
		return rule, nil
	case source == "" && strings.HasPrefix(rule, "as:"):
		return "", fmt.Errorf("%q needs a source field beside it", rule)
	case source == "" && strings.HasPrefix(rule, "value:"):
		return "{" + rule + "}", nil
	case source == "" && plainExpr.MatchString(rule):
		return rule, nil
	case source == "":
		return scalar(rule), nil
	case rule == "" && values == "" && plainField.MatchString(source):
		return source, nil
	case rule != "" && !strings.HasPrefix(rule, "as:"):
		return "", fmt.Errorf("an expression stands alone; clear Source, or write as: and the name of a transform")
	}
	parts := []string{"from: " + scalar(source)}
	if rule != "" {
		parts = append(parts, rule)
	}
	more, err := valueParts(values)
	if err != nil {
		return "", err
	}
	return "{" + strings.Join(append(parts, more...), ", ") + "}", nil
}

// valueParts reads the column Values.
func valueParts(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	var pairs, out []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		from, to, ok := strings.Cut(line, "=")
		from, to = strings.TrimSpace(from), strings.TrimSpace(to)
		switch {
		case line == "":
		case !ok:
			return nil, fmt.Errorf("%q is no value; write it such as created = New", line)
		case from == "else" && (to == string(mapping.ElseReject) || to == string(mapping.ElseSkip)):
			out = append(out, "else: "+to)
		case from == "else":
			return nil, fmt.Errorf("else = %s: write else = reject, else = skip, or else: value = %s", to, to)
		case from == "else: value":
			out = append(out, "else: {value: "+scalar(to)+"}")
		default:
			pairs = append(pairs, scalar(from)+": "+scalar(to))
		}
	}
	if len(pairs) > 0 {
		out = append([]string{"values: {" + strings.Join(pairs, ", ") + "}"}, out...)
	}
	return out, nil
}
