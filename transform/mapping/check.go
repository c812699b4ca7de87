package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// check holds a mapping against both specs. What it finds right it also makes
// ready to run: nothing is looked up twice, and nothing runs that was not checked.
type check struct {
	f              *File
	source, target *connector.Spec
	labels         func(stream string) []string
	lines          []string
	streams        []*boundStream
	tables         map[string]map[string]string // lookup files read, by file, sheet and columns
}

// boundStream is a stream of the mapping with everything it names found.
type boundStream struct {
	def            *Stream
	source, target *connector.Stream
	scope          *scope
	where          op
	rules          []*boundRule
	labels         []string // custom labels read
	refs           []reference
	finds          map[*Rule]Find // how rules look for records of the target
	transforms     []transformCall
	memos          int // rules that have one
}

type reference struct {
	to   string
	at   *strictyaml.Node
	rule *Rule
}

// Check holds the mapping against the specs of both sides and gives every
// mistake at once as *Problems. labels gives the custom labels of a source
// stream as they are in the account, doubled ones twice; nil, or an answer of
// nil, means they are not known and are not checked.
func Check(f *File, source, target *connector.Spec, labels func(stream string) []string) error {
	_, err := bind(f, source, target, labels)
	return err
}

func bind(f *File, source, target *connector.Spec, labels func(stream string) []string) (*check, error) {
	again, err := parse(f.name, f.data) // complaints stay with the tree they are made in
	if err != nil {
		return nil, err
	}
	again.Path, again.Hash = f.Path, f.Hash
	for i, s := range f.Streams {
		again.Streams[i].Hash = s.Hash
	}
	if labels == nil {
		labels = func(string) []string { return nil }
	}
	c := &check{f: again, source: source, target: target, labels: labels,
		lines: strings.Split(strings.TrimPrefix(string(f.data), "\ufeff"), "\n"), tables: map[string]map[string]string{}}
	c.vendors()
	for _, s := range again.Streams {
		c.stream(s)
	}
	c.references()
	for _, s := range c.streams {
		c.tests(s)
	}
	if err := again.root.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// line gives a line of the file, counted from 1.
func (c *check) line(n int) string {
	if n < 1 || n > len(c.lines) {
		return ""
	}
	return c.lines[n-1]
}

func (c *check) vendors() {
	for _, side := range []struct {
		key, name string
		spec      *connector.Spec
	}{{"from", c.f.From, c.source}, {"to", c.f.To, c.target}} {
		if side.name == side.spec.Vendor || connector.IsPath(side.name) {
			continue
		}
		role := map[string]string{"from": "source", "to": "target"}[side.key]
		c.f.root.Child(side.key).Problem(
			fmt.Sprintf("the mapping is %s %q, the job's %s is %q", side.key, side.name, role, side.spec.Vendor),
			"use another mapping, or write "+side.key+": "+side.spec.Vendor)
	}
	for _, side := range []struct {
		left []Left
		spec *connector.Spec
	}{{c.f.Leave, c.source}, {c.f.LeaveTarget, c.target}} {
		for _, l := range side.left {
			if _, err := side.spec.Stream(l.Name); err != nil {
				l.node.KeyProblem(fmt.Sprintf("%s has no stream %q", side.spec.Vendor, l.Name),
					strictyaml.Suggest(l.Name, side.spec.StreamNames()))
			}
		}
	}
}

func (c *check) stream(def *Stream) {
	s := &boundStream{def: def}
	m := def.node
	s.source = c.sourceStream(m.Child("from"), def)
	s.target = c.targetStream(m.Child("to"), def.To)
	if s.source == nil || s.target == nil {
		return
	}
	c.streams = append(c.streams, s)
	s.scope = &scope{check: c, stream: s, base: &valueType{class: object, fields: members(s.source.Fields)}, used: map[string]bool{}}
	c.joins(s)
	if def.Where != "" {
		s.where = c.condition(s, m.Child("where"), def.Where)
	}
	targets := targetsOf(s.target)
	s.rules = c.rules(s, s.scope, targets, def.Fields)
	c.required(s)
	c.match(s, m.Child("match"))
	c.reference(s, m.Child("reference"))
	c.left(s, targets)
}

func (c *check) sourceStream(at *strictyaml.Node, def *Stream) *connector.Stream {
	var first *connector.Stream
	for i, name := range def.From {
		item := at
		if at.Kind == strictyaml.List {
			item = at.Items()[i]
		}
		st, err := c.source.Stream(name)
		if err != nil {
			item.Problem(fmt.Sprintf("%s has no stream %q", c.source.Vendor, name), strictyaml.Suggest(name, c.source.StreamNames()))
			return nil
		}
		if slices.Contains(def.From[:i], name) {
			item.Problem(fmt.Sprintf("stream %q is named twice", name), "remove one")
		}
		if i == 0 {
			first = st
		}
	}
	return first
}

func (c *check) targetStream(at *strictyaml.Node, name string) *connector.Stream {
	st, err := c.target.Stream(name)
	switch {
	case err != nil:
		at.Problem(fmt.Sprintf("%s has no stream %q", c.target.Vendor, name), strictyaml.Suggest(name, c.writable()))
		return nil
	case st.Writes == nil:
		at.Problem(fmt.Sprintf("stream %q of %s cannot be written", name, c.target.Vendor), "writable: "+strings.Join(c.writable(), ", "))
		return nil
	case st.Writes.Off != "":
		at.Problem(fmt.Sprintf("writes to %q are switched off: %s", name, st.Writes.Off), "leave the stream out")
		return nil
	}
	return st
}

func (c *check) writable() []string {
	var names []string
	for _, s := range c.target.Streams {
		if s.Writes != nil && s.Writes.Off == "" {
			names = append(names, s.Name)
		}
	}
	return names
}

// joins finds the streams merged into the base, and how.
func (c *check) joins(s *boundStream) {
	def := s.def
	for _, name := range def.From[1:] {
		st, err := c.source.Stream(name)
		if err != nil {
			continue
		}
		s.scope.joined = append(s.scope.joined, joinedType{name: name, stream: st,
			typ: &valueType{class: object, fields: members(st.Fields)}})
		if !slices.ContainsFunc(def.On, func(j Join) bool { return j.Stream == name }) {
			def.node.Child("from").Problem(fmt.Sprintf("how is %q joined?", name),
				fmt.Sprintf("write on: {%s: the field of %s that holds the key of %s}", name, name, s.source.Name))
		}
	}
	for _, j := range def.On {
		i := slices.IndexFunc(s.scope.joined, func(t joinedType) bool { return t.name == j.Stream })
		if i < 0 {
			j.node.KeyProblem(fmt.Sprintf("stream %q is not merged here", j.Stream), strictyaml.Suggest(j.Stream, def.From[1:]))
			continue
		}
		theirs := &scope{check: c, base: s.scope.joined[i].typ, used: map[string]bool{}}
		ch, ok := theirs.column(j.Field)
		if !ok {
			ours := &scope{check: c, base: s.scope.base, used: map[string]bool{}}
			if ch, ok = ours.column(j.Field); ok {
				s.scope.used[ch.tail()] = true
			}
		}
		switch {
		case !ok:
			j.node.Problem(fmt.Sprintf("neither %s nor %s has a field %q", j.Stream, s.source.Name, j.Field),
				strictyaml.Suggest(j.Field, append(theirs.base.names(), s.scope.base.names()...)))
		case ch.typ.class != text && ch.typ.class != whole:
			j.node.Problem(fmt.Sprintf("field %q is %s and cannot hold a key", j.Field, ch.typ), "name a text or whole number")
		}
	}
}

// condition compiles where; it must be true or false.
func (c *check) condition(s *boundStream, at *strictyaml.Node, text string) op {
	p := s.scope.parse(at, text)
	if p == nil {
		return nil
	}
	f, t := s.scope.compile(p)
	if f != nil && t.class != truth && t.class != anything {
		at.Problem(fmt.Sprintf("where must be true or false, not %s", t), `write a condition, such as name != ""`)
	}
	return f
}

// label looks for a custom label in the account.
func (c *check) label(p *parsed, at *ast.StringNode, stream string) {
	all := c.labels(stream)
	if all == nil {
		return
	}
	n := 0
	for _, l := range all {
		if l == at.Value {
			n++
		}
	}
	switch {
	case n == 0:
		hint := strictyaml.Suggest(at.Value, all)
		if hint == "" {
			hint = "it was renamed or removed in the account; this stream has no custom fields now"
		}
		p.problem(at.Location(), fmt.Sprintf("stream %q has no custom field %q", stream, at.Value), hint)
	case n > 1:
		p.problem(at.Location(), fmt.Sprintf("stream %q has %d custom fields called %q", stream, n, at.Value),
			"rename one of them in the account, so that the label says which is meant")
	}
}
