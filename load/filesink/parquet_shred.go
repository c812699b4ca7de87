package filesink

import "ferry/extract/record"

// shredder spreads rows over the leaves of a Parquet schema: values, and the
// definition and repetition levels that say where they belong.
type shredder struct {
	x       *extractor
	leaves  []leaf
	arena   arena
	account []byte
}

// row spreads the row in the extractor, and the system columns of r.
func (s *shredder) row(r *record.Staged) {
	cells := s.x.plan.row.cells
	for _, n := range s.x.plan.row.root.kids {
		s.node(n, cells, 0, 0)
	}
	sys := s.leaves[len(s.leaves)-4:]
	sys[0].put(s.account, &s.arena)
	sys[1].long = append(sys[1].long, r.SyncedAt.UnixMicro())
	sys[2].truth = append(sys[2].truth, r.Deleted)
	if extra := s.x.extra.text(); extra != nil {
		sys[3].there(0)
		sys[3].put(extra, &s.arena)
	} else {
		sys[3].none(0, 0)
	}
}

// node spreads one column; def is the level down to which its parent is there.
func (s *shredder) node(n *node, cells []cell, def, rep int16) {
	c := &cells[n.slot]
	if c.state != filled {
		s.none(n, def, rep)
		return
	}
	switch n.kind {
	case record.Object, record.File:
		for _, k := range n.kids {
			s.node(k, cells, def+1, rep)
		}
	case record.List:
		s.list(n, c, def, rep)
	case record.Custom:
		s.custom(n, c, def, rep)
	default:
		s.value(n, c, rep)
	}
}

func (s *shredder) value(n *node, c *cell, rep int16) {
	l := &s.leaves[n.leaf.from]
	l.there(rep)
	switch n.kind {
	case record.Number:
		l.real = append(l.real, c.f)
	case record.Boolean:
		l.truth = append(l.truth, c.yes)
	case record.Date:
		l.short = append(l.short, int32(c.n))
	case record.Integer, record.Time, record.DateTime, utcDateTime, utcSibling, fileBytes:
		l.long = append(l.long, c.n)
	default:
		l.put(c.text, &s.arena)
	}
}

// none notes for all leaves below a node that there is nothing.
func (s *shredder) none(n *node, def, rep int16) {
	for i := n.leaf.from; i < n.leaf.to; i++ {
		s.leaves[i].none(def, rep)
	}
}

func (s *shredder) list(n *node, c *cell, def, rep int16) {
	first := true
	for it := s.x.elements(n, c); it.next(); first = false {
		if !first {
			rep = n.leaf.rep
		}
		s.node(n.elem.root, n.elem.cells, def+2, rep)
	}
	if first {
		s.none(n, def+1, rep)
	}
}

func (s *shredder) custom(n *node, c *cell, def, rep int16) {
	pairs := s.x.custom(n, c)
	if len(pairs) == 0 {
		s.none(n, def+1, rep)
		return
	}
	key, value := &s.leaves[n.leaf.from], &s.leaves[n.leaf.from+1]
	for i, p := range pairs {
		if i > 0 {
			rep = n.leaf.rep
		}
		key.there(rep)
		key.put(p.label, &s.arena)
		if p.value == nil {
			value.none(def+2, rep)
		} else {
			value.there(rep)
			value.put(p.value, &s.arena)
		}
		if n.seen != nil {
			n.meet(p.label)
		}
	}
}

// meet notes a label.
func (n *node) meet(label []byte) {
	if _, ok := n.seen[string(label)]; !ok {
		n.seen[string(label)] = struct{}{}
	}
}
