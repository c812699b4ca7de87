package mapping

import (
	"cmp"
	"slices"
)

// outNode is one key of a mapped record: a rule's value, or an object of others.
type outNode struct {
	key      []byte // `"name":`
	name     string
	rule     *boundRule
	children []*outNode
}

// outTree puts the rules in the order of the target's fields, those of one
// object together.
func outTree(rules []*boundRule) *outNode {
	sorted := slices.Clone(rules)
	slices.SortStableFunc(sorted, func(a, b *boundRule) int { return slices.CompareFunc(a.target.order, b.target.order, cmp.Compare[int]) })
	top := &outNode{}
	for _, r := range sorted {
		at := top
		for _, name := range r.target.path {
			i := slices.IndexFunc(at.children, func(n *outNode) bool { return n.name == name })
			if i < 0 {
				i = len(at.children)
				at.children = append(at.children, &outNode{name: name, key: append(appendText(nil, name), ':')})
			}
			at = at.children[i]
		}
		at.rule = r
	}
	return top
}

// writeObject writes the fields of an object; any tells whether there is one.
func (n *outNode) writeObject(e *eval, b []byte) (out []byte, any bool) {
	b = append(b, '{')
	top := len(e.items) == 0
	for _, child := range n.children {
		mark := len(b)
		if any {
			b = append(b, ',')
		}
		b = append(b, child.key...)
		from := len(b)
		var wrote bool
		if child.rule != nil {
			b, wrote = child.rule.write(e, b)
		} else {
			b, wrote = child.writeObject(e, b)
		}
		if e.fail != nil && e.all && top && e.skip == "" {
			e.fails, e.fail, wrote = append(e.fails, *e.fail), nil, false
		}
		if e.fail != nil || e.skip != "" {
			return b, false
		}
		if !wrote {
			b = b[:mark]
			continue
		}
		if child.rule != nil && top && len(e.spans) > 0 {
			e.spans[child.rule.number-1] = span{from, len(b)}
		}
		any = true
	}
	return append(b, '}'), any
}

// write writes the value of a rule; false: it is blank and stays out.
func (r *boundRule) write(e *eval, b []byte) ([]byte, bool) {
	mark := len(b)
	wrote := false
	switch {
	case r.mark != nil:
		b, wrote = r.mark(e, b)
	case r.inner != nil:
		b, wrote = r.writeList(e, b)
	default:
		b, wrote = r.writeValue(e, b)
	}
	if e.fail != nil || e.skip != "" {
		e.blame(r)
		return b, false
	}
	if !wrote && r.def.Blank == "clear" {
		return append(b[:mark], "null"...), true
	}
	return b, wrote
}

// blame completes a failure with the rule it happened in.
func (e *eval) blame(r *boundRule) {
	if e.fail == nil {
		return
	}
	if e.fail.field == "" {
		e.fail.field = r.target.path.String()
	} else if r.inner != nil {
		e.fail.field = r.target.path.String() + "[]." + e.fail.field
	}
	if e.fail.origin == "" {
		e.fail.origin = r.origin
	}
	e.fail.rule = r.number
}

func (r *boundRule) writeList(e *eval, b []byte) ([]byte, bool) {
	v := r.each(e)
	if v.null || e.fail != nil {
		return b, false
	}
	b = append(b, '[')
	some := false
	depth := len(e.items)
	e.each(v, func(_ int, item value) bool {
		if item.null { // an empty place in a list says nothing
			return e.step(1)
		}
		e.items = append(e.items[:depth], item)
		mark := len(b)
		if some {
			b = append(b, ',')
		}
		var wrote bool
		if b, wrote = r.inner.writeObject(e, b); !wrote {
			b = b[:mark]
		}
		some = some || wrote
		return e.step(1) && e.skip == ""
	})
	e.items = e.items[:depth]
	return append(b, ']'), some
}
