package mapping

import (
	"fmt"
	"slices"

	"ferry/extract/strictyaml"
)

func readStream(n *strictyaml.Node) *Stream {
	m := n.Map("name", "from", "on", "to", "where", "match", "reference", "duplicates", "fields",
		"leave", "leave_target", "tests", "remark")
	s := &Stream{Pos: Pos{n.Line, n.Column}, node: n, Duplicates: "hold"}
	s.From = m.Need("from").Texts()
	s.To = m.Need("to").Word()
	if s.Name = s.To; m.Get("name") != nil {
		s.Name = m.Get("name").Word()
	}
	if from := m.Get("from"); from != nil && from.Kind == strictyaml.List && len(s.From) == 0 {
		from.Problem("no stream", "name the staged stream")
	}
	s.On = readOn(m.Get("on"))
	if w := m.Get("where"); w != nil {
		s.Where = w.Word()
	}
	s.Match = readMatch(m.Get("match"))
	if r := m.Get("reference"); r != nil {
		s.Reference = r.Word()
	}
	if d := m.Get("duplicates"); d != nil {
		s.Duplicates = d.Choice("hold", "first", "merge")
	}
	m.Get("remark").Text()
	s.Fields = readRules(m.Need("fields"))
	s.Leave, s.LeaveTarget = readLeft(m.Get("leave")), readLeft(m.Get("leave_target"))
	for _, t := range m.Get("tests").Items() {
		s.Tests = append(s.Tests, readTest(t))
	}
	return s
}

func readOn(n *strictyaml.Node) []Join {
	var out []Join
	for _, e := range n.Entries() {
		out = append(out, Join{Stream: e.Key, Field: e.Value.Word(), node: e.Value})
	}
	return out
}

// readMatch reads match: entries are a field or a list of fields.
func readMatch(n *strictyaml.Node) [][]string {
	var out [][]string
	if n != nil && n.Kind == strictyaml.Scalar {
		return [][]string{{n.Word()}}
	}
	for _, item := range n.Items() {
		names := item.Texts()
		if len(names) == 0 && item.Kind == strictyaml.List {
			item.Problem("no field", "name the fields that must be equal")
		}
		out = append(out, names)
	}
	return out
}

func readTest(n *strictyaml.Node) *Test {
	m := n.Map("name", "given", "want")
	t := &Test{Pos: Pos{n.Line, n.Column}, given: m.Need("given"), want: m.Need("want")}
	if m.Get("name") != nil {
		t.Name = m.Get("name").Word()
	}
	t.given.Entries()
	if t.want != nil && t.want.Kind == strictyaml.Scalar {
		t.Want = t.want.Choice("skip", "reject")
	} else {
		t.want.Entries()
	}
	return t
}

func readRules(n *strictyaml.Node) []*Rule {
	var out []*Rule
	for _, e := range n.Entries() {
		r := readRule(e.Key, e.Value)
		if same := slices.IndexFunc(out, func(o *Rule) bool { return slices.Equal(o.Path, r.Path) }); same >= 0 && len(r.Path) > 0 {
			e.Value.KeyProblem(fmt.Sprintf("%s has a rule already", r.Path),
				fmt.Sprintf("the first one is on line %d; keep one of them", out[same].Line))
			continue
		}
		out = append(out, r)
	}
	return out
}
