package mapping

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
)

// ruleKeys are the keys of a rule; any other is an option of its transform.
var ruleKeys = []string{"from", "expr", "value", "each", "fields", "as", "values", "lookup", "sheet", "key",
	"else", "set", "blank", "clear", "by", "remark"}

// readRule reads the short form (an expression) or the long form (keys).
func readRule(target string, n *strictyaml.Node) *Rule {
	r := &Rule{Pos: Pos{n.Line, n.Column}, Target: target, Set: "always", Blank: "keep",
		Else: Else{Kind: ElseReject}, node: n, source: n}
	var err error
	if r.Path, err = ParsePath(target); err != nil {
		n.KeyProblem(err.Error(), `write it such as address.city or properties["Zone 1.2"]`)
	}
	if n.Kind != strictyaml.Map {
		r.Expr = n.Word()
		return r
	}
	known := ruleKeys
	if n.Child("as") != nil { // options are known once the transform is
		for _, e := range n.Entries() {
			known = append(slices.Clone(known), e.Key)
		}
	}
	m := n.Map(known...)
	r.readSource(m)
	r.readValues(m)
	if as := m.Get("as"); as != nil {
		r.As = as.Word()
		for _, e := range n.Entries() {
			if !slices.Contains(ruleKeys, e.Key) {
				r.Options = append(r.Options, Option{Name: e.Key, Value: optionText(e.Value), node: e.Value})
			}
		}
	}
	if v := m.Get("set"); v != nil {
		r.Set = v.Choice("always", "create", "empty")
	}
	if v := m.Get("blank"); v != nil {
		r.Blank = v.Choice("keep", "clear")
	}
	if v := m.Get("clear"); v != nil {
		if r.Clear = strings.TrimSpace(v.Word()); r.From == "" {
			v.KeyProblem("clear without from", "write from: with the field in which the word stands")
		}
	}
	r.By = m.Get("by").Choice("actions")
	r.Remark = m.Get("remark").Text()
	return r
}

// optionText writes a list as its items with commas between them.
func optionText(n *strictyaml.Node) string {
	if n.Kind == strictyaml.List {
		return strings.Join(n.Texts(), ",")
	}
	return n.Text()
}

// readSource reads what the value is made of.
func (r *Rule) readSource(m *strictyaml.Fields) {
	n := m.Node()
	var given []string
	for _, key := range []string{"from", "expr", "value", "each"} {
		if m.Get(key) != nil && (key != "value" || m.Get("lookup") == nil) {
			given = append(given, key)
		}
	}
	switch {
	case len(given) > 1:
		n.Problem(strings.Join(given, " and ")+" exclude one another", "keep one of them")
		return
	case len(given) == 0:
		n.Problem("the rule has no source", "write from, expr, value or each")
		return
	}
	switch v := m.Get(given[0]); given[0] {
	case "from":
		r.From, r.source = v.Word(), v
	case "expr":
		r.Expr, r.source = v.Word(), v
	case "value":
		c := readConstant(v)
		r.Constant, r.source = &c, v
	case "each":
		r.Each, r.source = v.Word(), v
		r.Fields = readRules(m.Need("fields"))
	}
	if f := m.Get("fields"); f != nil && given[0] != "each" {
		f.KeyProblem("fields without each", "write each: and the list, or name the inner field such as address.city")
	}
	for _, key := range []string{"as", "values", "lookup", "by"} {
		if v := m.Get(key); v != nil && (given[0] == "each" || given[0] == "value" && key != "by") {
			v.KeyProblem(fmt.Sprintf("%s has no meaning beside %s", key, given[0]), "remove one of them")
		}
	}
}

// readValues reads the value map or lookup and its else.
func (r *Rule) readValues(m *strictyaml.Fields) {
	if v := m.Get("values"); v != nil {
		for _, e := range v.Entries() {
			r.Values = append(r.Values, Pair{Pos: Pos{e.Value.Line, e.Value.Column}, From: e.Key, To: readConstant(e.Value), node: e.Value})
		}
		if len(r.Values) == 0 && v.Kind == strictyaml.Map {
			v.Problem("no value", "write at least one, such as open: New")
		}
	}
	if v := m.Get("lookup"); v != nil {
		r.Lookup = &Lookup{File: v.Word(), Key: m.Need("key").Word(), Value: m.Need("value").Word(),
			node: v, keyNode: m.Get("key"), valueNode: m.Get("value")}
		if s := m.Get("sheet"); s != nil {
			r.Lookup.Sheet = s.Word()
		}
		if m.Get("values") != nil {
			v.KeyProblem("values and lookup exclude one another", "keep one of them")
		}
	} else {
		for _, key := range []string{"key", "sheet"} {
			if m.Get(key) != nil && r.As == "" && m.Get("as") == nil {
				m.Get(key).KeyProblem(key+" without lookup", "name the file under lookup")
			}
		}
	}
	e := m.Get("else")
	if e == nil {
		return
	}
	r.Else.Given = true
	if m.Get("values") == nil && m.Get("lookup") == nil {
		e.KeyProblem("else without values or lookup", "it says what becomes of a value that they do not hold; remove it")
	}
	if e.Kind == strictyaml.Map {
		r.Else.Kind, r.Else.Value = ElseValue, readConstant(e.Map("value").Need("value"))
		return
	}
	r.Else.Kind = ElseKind(e.Choice("reject", "skip"))
}

func readConstant(n *strictyaml.Node) Constant {
	c := Constant{node: n}
	switch {
	case n == nil:
	case n.Kind == strictyaml.Null:
		c.Null = true
	case n.Kind == strictyaml.List:
		c.IsList, c.List = true, n.Texts()
	default:
		c.Text = n.Text()
	}
	return c
}
