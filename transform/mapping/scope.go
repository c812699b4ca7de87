package mapping

import (
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// scope is what the names of an expression mean: the fields of the base record
// and the joined streams, and within `each` those of the element.
type scope struct {
	check  *check
	stream *boundStream
	base   *valueType   // the base record
	joined []joinedType // the other streams, roots 1, 2, ...
	elems  []*valueType // elements of the lists gone through, outermost first
	conf   *conf.Config
	used   map[string]bool // paths of the base record that are read
}

type joinedType struct {
	name   string
	stream *connector.Stream
	typ    *valueType
}

// within is the scope of an element of a list.
func (s *scope) within(elem *valueType) *scope {
	inner := *s
	inner.elems = append(slices.Clone(s.elems), elem)
	inner.conf = nil
	return &inner
}

// Names that stand for more than a field within `each`.
const (
	itemName   = "item"   // the element
	recordName = "record" // the record the list belongs to
)

func (s *scope) names() []string {
	if n := len(s.elems); n > 0 {
		names := slices.Clone(s.elems[n-1].names())
		for _, extra := range []string{itemName, recordName} {
			if !slices.Contains(names, extra) {
				names = append(names, extra)
			}
		}
		return names
	}
	names := s.base.names()
	for _, j := range s.joined {
		if !slices.Contains(names, j.name) {
			names = append(names, j.name)
		}
	}
	return names
}

// where is the place a name begins to be read from.
type where struct {
	root  int     // index into eval.roots, or -1 ...
	item  int     // ... for an element: index into eval.items
	first *member // the field; nil: the whole element or record
	also  *member // a field of the base record of the same name as a joined stream
}

// lookup finds what a name means; its type is nil where it means nothing.
func (s *scope) lookup(name string) (where, *valueType) {
	if n := len(s.elems); n > 0 {
		elem := s.elems[n-1]
		if m := elem.find(name); m != nil {
			return where{root: -1, item: n - 1, first: m}, m.typ
		}
		switch name {
		case itemName:
			return where{root: -1, item: n - 1}, elem
		case recordName:
			return where{root: 0}, s.base
		}
		return where{}, nil
	}
	m := s.base.find(name)
	for i, j := range s.joined {
		if j.name == name {
			return where{root: i + 1, also: m}, j.typ
		}
	}
	if m == nil {
		return where{}, nil
	}
	return where{root: 0, first: m}, m.typ
}

// chain is a path of field names: customer.address.city.
type chain struct {
	where
	rest []*member // below the first
	typ  *valueType
	text string // as written
}

// chain takes a node as a path of fields; ok is false where it is none.
func (s *scope) chain(n ast.Node) (c chain, ok bool) {
	switch n := n.(type) {
	case *ast.IdentifierNode:
		w, t := s.lookup(n.Value)
		return chain{where: w, typ: t, text: n.Value}, t != nil
	case *ast.ChainNode:
		return s.chain(n.Node)
	case *ast.MemberNode:
		prop, fixed := n.Property.(*ast.StringNode)
		if !fixed {
			return c, false
		}
		if id, isID := n.Node.(*ast.IdentifierNode); isID && id.Value == "$env" {
			w, t := s.lookup(prop.Value)
			return chain{where: w, typ: t, text: prop.Value}, t != nil
		}
		if c, ok = s.chain(n.Node); ok {
			return s.down(c, prop.Value)
		}
	}
	return c, false
}

// down goes one field further.
func (s *scope) down(c chain, name string) (chain, bool) {
	m := c.typ.find(name)
	if m == nil && c.also != nil && len(c.rest) == 0 {
		if m = c.also.typ.find(name); m != nil { // the base record's own object of that name
			c.where = where{root: 0, first: c.also}
		}
	}
	if m == nil || c.typ.class != object {
		return c, false
	}
	c.text += "." + name
	if c.first == nil {
		c.first, c.also = m, nil
	} else {
		c.rest = append(slices.Clone(c.rest), m)
	}
	c.typ = m.typ
	return c, true
}

// column takes `from:` as it is written: a column's name first, then a path.
func (s *scope) column(text string) (chain, bool) {
	if w, t := s.lookup(text); t != nil {
		return chain{where: w, typ: t, text: text}, true
	}
	path, err := ParsePath(text)
	if err != nil {
		return chain{}, false
	}
	w, t := s.lookup(path[0])
	c, ok := chain{where: w, typ: t, text: path[0]}, t != nil
	for _, name := range path[1:] {
		if !ok {
			break
		}
		c, ok = s.down(c, name)
	}
	return c, ok
}

// note remembers that a field is used: of the base record, of a merged one
// (behind its stream and a colon), or of an element of a list.
func (s *scope) note(c chain) {
	switch {
	case c.first == nil:
	case c.root == 0:
		s.used[c.tail()] = true
	case c.root > 0:
		s.used[s.joined[c.root-1].name+":"+c.tail()] = true
	case s.elems[c.item].path != "":
		s.used[s.elems[c.item].path+"[]."+c.tail()] = true
	}
}

// merged lists the paths of a merged stream that are used.
func (s *scope) merged(stream string) map[string]bool {
	out := map[string]bool{}
	for path := range s.used {
		if rest, ok := strings.CutPrefix(path, stream+":"); ok {
			out[rest] = true
		}
	}
	return out
}

// tail is the path below the root, without the names of record and item.
func (c chain) tail() string {
	names := []string{c.first.name}
	for _, m := range c.rest {
		names = append(names, m.name)
	}
	return strings.Join(names, ".")
}

// fromKey tells whether a field is part of the key rather than of the record.
func (m *member) fromKey() bool { return m != nil && m.from != record.FromRecord }
