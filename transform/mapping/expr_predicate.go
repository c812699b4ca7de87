package mapping

import (
	"slices"

	"github.com/expr-lang/expr/ast"
)

// predicate compiles a function that looks at each element.
func (c *compiler) predicate(n *ast.BuiltinNode) (op, *valueType) {
	over, t := c.node(n.Arguments[0])
	elem := t.elem
	if elem == nil {
		elem = anyType
	}
	var start op
	m := mark{elem: elem, slot: len(c.marks) * markSlots, acc: anyType}
	if n.Name == "reduce" && len(n.Arguments) > 2 {
		start, m.acc = c.node(n.Arguments[2])
	}
	desc := false
	if n.Name == "sortBy" && len(n.Arguments) > 2 {
		s, ok := n.Arguments[2].(*ast.StringNode)
		if !ok || s.Value != "asc" && s.Value != "desc" {
			return c.refuse(n.Arguments[2], "the order must be \"asc\" or \"desc\"", "")
		}
		desc = s.Value == "desc"
	}
	c.marks = append(c.marks, m)
	var test op
	tt := elem
	if len(n.Arguments) > 1 {
		if p, ok := n.Arguments[1].(*ast.PredicateNode); ok {
			test, tt = c.node(p.Node)
		} else {
			return c.refuse(n, n.Name+" lacks its condition", "such as "+n.Name+"(parts, .quantity > 0)")
		}
	}
	c.marks = c.marks[:len(c.marks)-1]
	loop := func(e *eval, v value, do func(i int, item, out value) bool) {
		for len(e.marks) < m.slot+markSlots {
			e.marks = append(e.marks, nothing)
		}
		e.each(v, func(i int, item value) bool {
			e.marks[m.slot], e.marks[m.slot+1] = item, wholeValue(int64(i))
			out := item
			if test != nil {
				out = test(e)
			}
			return do(i, item, out) && e.step(1)
		})
	}
	run, rt := predicateLoop(n.Name, m, start, desc, tt)
	if rt == nil {
		rt = &valueType{class: list, elem: elem}
	}
	return func(e *eval) value {
		v := over(e)
		if v.null {
			return nothing
		}
		if v.class != list {
			return e.failf("name a list", "%s is for lists", n.Name)
		}
		return run(e, func(do func(i int, item, out value) bool) { loop(e, v, do) })
	}, rt
}

type elementLoop func(do func(i int, item, out value) bool)

// predicateLoop is what a predicate function does with the elements, and the
// type of its outcome; nil: that of the list.
func predicateLoop(name string, m mark, start op, desc bool, tt *valueType) (func(*eval, elementLoop) value, *valueType) {
	switch name {
	case "filter":
		return func(e *eval, loop elementLoop) value {
			vs := []value{}
			loop(func(_ int, item, out value) bool {
				if out.isTrue() {
					vs = append(vs, item)
				}
				return true
			})
			return listValue(vs)
		}, nil
	case "map":
		return func(e *eval, loop elementLoop) value {
			vs := []value{}
			loop(func(_ int, _, out value) bool { vs = append(vs, out); return true })
			return listValue(vs)
		}, &valueType{class: list, elem: tt}
	case "findIndex":
		return func(e *eval, loop elementLoop) value {
			at := int64(-1)
			loop(func(i int, _, out value) bool {
				if out.isTrue() {
					at = int64(i)
				}
				return at < 0
			})
			return wholeValue(at)
		}, wholeType
	case "sum":
		return sum, tt
	case "sortBy":
		return func(e *eval, loop elementLoop) value { return e.sortBy(loop, desc) }, nil
	case "reduce":
		return func(e *eval, loop elementLoop) value { return e.reduce(loop, m.slot, start) }, tt
	}
	return counted(name)
}

// counted are the functions that only count the elements for which the
// condition holds.
func counted(name string) (func(*eval, elementLoop) value, *valueType) {
	count := func(loop elementLoop) (hits, all int64) {
		loop(func(_ int, _, out value) bool {
			if all++; out.isTrue() {
				hits++
			}
			return true
		})
		return hits, all
	}
	t := truthType
	if name == "count" {
		t = wholeType
	}
	return func(_ *eval, loop elementLoop) value {
		hits, all := count(loop)
		switch name {
		case "all":
			return truthValue(hits == all)
		case "none":
			return truthValue(hits == 0)
		case "any":
			return truthValue(hits > 0)
		case "one":
			return truthValue(hits == 1)
		}
		return wholeValue(hits)
	}, t
}

// sum adds; a null among the elements makes it null.
func sum(e *eval, loop elementLoop) value {
	total, lost := wholeValue(0), false
	loop(func(_ int, _, out value) bool {
		switch {
		case out.null:
			lost = true
		case !out.number():
			e.failf("turn text into numbers with float(x)", "sum is for numbers")
		case total.class == whole && out.class == whole:
			total = e.wholes(total.int(), out.int(), '+')
		default:
			total = e.floats(total.float(), out.float(), '+')
		}
		return !lost && e.fail == nil
	})
	if lost {
		return nothing
	}
	return total
}

func (e *eval) sortBy(loop elementLoop, desc bool) value {
	type pair struct{ item, by value }
	var pairs []pair
	loop(func(_ int, item, out value) bool { pairs = append(pairs, pair{item, out}); return true })
	slices.SortStableFunc(pairs, func(a, b pair) int {
		if desc {
			return e.order(b.by, a.by)
		}
		return e.order(a.by, b.by)
	})
	vs := make([]value, len(pairs))
	for i := range pairs {
		vs[i] = pairs[i].item
	}
	return listValue(vs)
}

func (e *eval) reduce(loop elementLoop, slot int, start op) value {
	acc := nothing
	if start != nil {
		acc = start(e)
	}
	for len(e.marks) < slot+markSlots {
		e.marks = append(e.marks, nothing)
	}
	outer := e.marks[slot+2]
	e.marks[slot+2] = acc
	loop(func(_ int, _, out value) bool {
		e.marks[slot+2] = out
		return true
	})
	acc, e.marks[slot+2] = e.marks[slot+2], outer
	return acc
}
