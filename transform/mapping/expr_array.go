package mapping

import "github.com/expr-lang/expr/ast"

func (c *compiler) array(n *ast.ArrayNode) (op, *valueType) {
	parts := make([]op, len(n.Nodes))
	var elem *valueType
	fixed := true
	for i, item := range n.Nodes {
		var t *valueType
		parts[i], t = c.node(item)
		switch {
		case elem == nil:
			elem = t
		case elem.class != t.class:
			elem = anyType
		}
		fixed = fixed && literal(item)
	}
	t := &valueType{class: list, elem: elem}
	if fixed { // nothing is read: made once
		var e eval
		vs := make([]value, len(parts))
		for i := range parts {
			vs[i] = parts[i](&e)
		}
		return constant(listValue(vs), t)
	}
	return func(e *eval) value {
		vs := make([]value, len(parts))
		for i := range parts {
			vs[i] = parts[i](e)
		}
		return listValue(vs)
	}, t
}

func literal(n ast.Node) bool {
	switch n.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.StringNode, *ast.BoolNode:
		return true
	}
	return false
}

func (c *compiler) slice(n *ast.SliceNode) (op, *valueType) {
	from, t := c.node(n.Node)
	bounds := [2]op{}
	for i, b := range []ast.Node{n.From, n.To} {
		if b != nil {
			bounds[i], _ = c.node(b)
		}
	}
	return func(e *eval) value {
		v := from(e)
		if v.null && v.class != text {
			return nothing
		}
		length := v.length()
		if v.class == text {
			if length = letters(v.text); !e.scan(len(v.text)) {
				return nothing
			}
		}
		cut := [2]int64{0, int64(length)}
		for i, b := range bounds {
			if b == nil {
				continue
			}
			at := b(e)
			if at.null || at.class != whole {
				return nothing
			}
			if cut[i] = at.int(); cut[i] < 0 {
				cut[i] += int64(length)
			}
			cut[i] = min(max(cut[i], 0), int64(length))
		}
		return e.part(v, int(min(cut[0], cut[1])), int(cut[1]))
	}, t
}

func membership(left, right op) op {
	return func(e *eval) value {
		a, b := left(e), right(e)
		if a.lost() || b.lost() {
			return nothing
		}
		found := false
		e.each(b, func(_ int, item value) bool {
			found = !item.lost() && e.same(a, item)
			return !found && e.step(1)
		})
		return truthValue(found)
	}
}

func spread(left, right op) op {
	return func(e *eval) value {
		a, b := left(e), right(e)
		if a.lost() || b.lost() || a.class != whole || b.class != whole {
			return nothing
		}
		if b.int() < a.int() {
			return listValue(nil)
		}
		if uint64(b.int()-a.int()) >= maxItems {
			return e.failf("make the range shorter", "a list of more than %d elements", maxItems)
		}
		if !e.step(int(b.int() - a.int() + 1)) {
			return nothing
		}
		vs := make([]value, 0, b.int()-a.int()+1)
		for i := a.int(); i <= b.int(); i++ {
			vs = append(vs, wholeValue(i))
		}
		return listValue(vs)
	}
}
