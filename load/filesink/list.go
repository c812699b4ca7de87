package filesink

import "ferry/extract/record"

// elements walks a list: after each next the element stands in the cells of
// the node's frame.
type elements struct {
	x    *extractor
	n    *node
	b    []byte
	i    int
	at   int
	from int // length of the extractor's prefix before the walk

	escapes bool // of the extractor before the walk
}

// elements starts to walk the list of a filled cell.
func (x *extractor) elements(n *node, c *cell) elements {
	e := elements{x: x, n: n, b: c.text, i: 1, from: len(x.prefix), escapes: x.escapes}
	x.escapes = x.escapes || c.source != x.body
	return e
}

// next reads one element and tells whether there was one. After the last it
// leaves the extractor as it was before the walk.
func (e *elements) next() bool {
	x := e.x
	x.prefix = x.prefix[:e.from]
	e.i = skipSpace(e.b, e.i)
	if e.i >= len(e.b)-1 {
		x.escapes = e.escapes
		return false
	}
	x.prefix = append(append(x.prefix, e.n.path...), '.')
	x.prefix = append(appendIndex(x.prefix, e.at), '.')
	e.at++
	clear(e.n.elem.cells)
	if e.i = x.value(e.n.elem.root, e.n.elem.cells, e.b, e.i); e.i < 0 {
		e.i = len(e.b)
		return true
	}
	if e.i = skipSpace(e.b, e.i); e.i < len(e.b) && e.b[e.i] == ',' {
		e.i++
	}
	return true
}

// check walks all lists and custom fields of a frame for those formats that
// write them as text, so that misfits and extras are the same in every format.
func (x *extractor) check(n *node, cells []cell) {
	for _, k := range n.kids {
		x.checkNode(k, cells)
	}
}

func (x *extractor) checkNode(n *node, cells []cell) {
	c := &cells[n.slot]
	if c.state != filled {
		return
	}
	switch n.kind {
	case record.Object:
		x.check(n, cells)
	case record.List:
		for it := x.elements(n, c); it.next(); {
			x.checkNode(n.elem.root, n.elem.cells)
		}
	case record.Custom:
		if pairs := x.custom(n, c); x.onCustom != nil && n.place >= 0 {
			x.onCustom(n.place, pairs)
		}
	}
}
