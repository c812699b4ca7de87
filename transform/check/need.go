package check

import (
	"slices"
	"strings"

	"ferry/extract/connector"
)

// need is a group of fields of which a creation needs one.
type need struct {
	fields []int // of plan.fields
	names  []string
}

// findNeeds notes what a new record needs. A group that asks for an object at all is
// left out where another asks for something within it: one blank cell is one mistake.
func (p *plan) findNeeds() {
	groups := p.cfg.Stream.Required()
	for _, group := range groups {
		wider := len(group) == 1 && slices.ContainsFunc(groups, func(other []string) bool {
			return !slices.ContainsFunc(other, func(path string) bool { return !strings.HasPrefix(path, group[0]+".") })
		})
		if !wider {
			p.need(group)
		}
	}
}

// need notes a group of required fields that rules make of cells. A group with a
// rule that always gives something needs no cell.
func (p *plan) need(group []string) {
	var n need
	for _, path := range group {
		for i := range p.fields {
			if f := &p.fields[i]; f.path == path || strings.HasPrefix(f.path, path+".") {
				n.fields = append(n.fields, i)
			}
		}
		if name := labelOf(p.cfg.Target, path); !slices.Contains(n.names, name) {
			n.names = append(n.names, name)
		}
	}
	if len(n.fields) > 0 {
		p.needs = append(p.needs, n)
	}
}

// labelOf calls a field as people do: one without a name of its own, such as the key
// of a customer, by the object that it is in.
func labelOf(s *connector.Stream, path string) string {
	all := connector.Flatten(s.Writes.Fields)
	for at := path; at != ""; {
		for _, f := range all {
			if f.Path != at || f.Field.Label == "" {
				continue
			}
			if f.Field.Refers != nil {
				return strings.TrimSuffix(f.Field.Label, " ID")
			}
			return f.Field.Label
		}
		dot := strings.LastIndexByte(at, '.')
		at = at[:max(dot, 0)]
	}
	return path
}

// need checks a group of required fields. What is in the target already has them.
func (j *judge) need(b *batch, r *row, texts []string, n *need) {
	first := -1
	for _, i := range n.fields {
		if given(j.out.Value(i)) {
			return
		}
		f := &j.fields[i]
		for _, c := range f.columns {
			if b.unsound(r, c) {
				return
			}
			if first < 0 {
				first = c
			}
		}
		for k := range j.out.All {
			if j.out.All[k].Rule == i || j.out.All[k].Rule < 0 {
				return
			}
		}
	}
	if j.cfg.Known != nil && j.cfg.Known(r.key) {
		return
	}
	j.add(b, first, n.fields[0], needWords(n.names), "")
}

func given(made []byte) bool {
	switch string(made) {
	case "", "null", `""`, "[]", "{}":
		return false
	}
	return true
}

func needWords(names []string) words {
	w := words{kind: kindRequired, why: names[0] + " is needed for a new record", do: "fill in the cell"}
	if len(names) > 1 {
		last := len(names) - 1
		w.why = "one of " + strings.Join(names[:last], ", ") + " and " + names[last] + " is needed for a new record"
		w.do = "fill in one of them"
	}
	return w
}
