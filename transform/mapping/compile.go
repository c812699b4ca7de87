package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// Program is a checked mapping, ready to be applied. It may be shared by
// goroutines; a Worker may not.
type Program struct {
	streams []*ProgramStream
	check   *check
}

// ProgramStream is one stream of a Program.
type ProgramStream struct {
	bound *boundStream
	tree  *outNode
	hash  string
}

// Field is what the load must know of a rule, the same for every record.
type Field struct {
	Path      Path
	Set       string   // always, create or empty
	Blank     string   // keep or clear
	ByActions bool     // the value is reached by the spec's actions, not written
	Custom    bool     // the last step is the label of a custom field
	Refs      string   // the stream of a ref; "" none
	Finds     string   // the target stream of a find; "" none
	Clear     string   // the text in the source that empties the field; "" none does
	Reads     []string // paths of the base record that it is made of, sorted
}

// Compile checks the mapping and makes it ready to be applied. Mistakes come
// as *Problems, all at once, as from Check without labels.
func (f *File) Compile(source, target *connector.Spec) (*Program, error) {
	c, err := bind(f, source, target, nil)
	if err != nil {
		return nil, err
	}
	p := &Program{check: c}
	for _, s := range c.streams {
		p.streams = append(p.streams, &ProgramStream{bound: s, tree: outTree(s.rules), hash: s.hash()})
	}
	return p, nil
}

// hash is that of the entry and of what the specs say of the fields: a field
// whose type is corrected in a spec is mapped again.
func (s *boundStream) hash() string {
	h := sha256.New()
	fmt.Fprintln(h, s.def.Hash)
	for _, f := range connector.Flatten(s.source.Fields) {
		fmt.Fprintln(h, f.Path, f.Field.Kind, f.Field.Aliases, f.Field.Custom)
	}
	for _, f := range connector.Flatten(s.target.Writes.Fields) {
		fmt.Fprintln(h, f.Path, f.Field.Kind, f.Field.Layouts)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// Streams lists the streams in the order of the file.
func (p *Program) Streams() []*ProgramStream { return p.streams }

// Stream gives the i-th stream of the file.
func (p *Program) Stream(i int) *ProgramStream { return p.streams[i] }

// Find gives a stream by its name; nil where there is none.
func (p *Program) Find(name string) *ProgramStream {
	for _, s := range p.streams {
		if s.Name() == name {
			return s
		}
	}
	return nil
}

// Def is the stream as written.
func (s *ProgramStream) Def() *Stream { return s.bound.def }

// Name is what ref() calls the stream.
func (s *ProgramStream) Name() string { return s.bound.def.Name }

// Hash changes whenever a record could come out otherwise than before.
func (s *ProgramStream) Hash() string { return s.hash }

// Source and Target are the specs of both sides.
func (s *ProgramStream) Source() *connector.Stream { return s.bound.source }

// Target is the spec of the stream that is written.
func (s *ProgramStream) Target() *connector.Stream { return s.bound.target }

// Labels lists the custom labels of the source that are read.
func (s *ProgramStream) Labels() []string { return s.bound.labels }

// Uses lists the paths of the base record that are read.
func (s *ProgramStream) Uses() []string { return sortedKeys(s.bound.uses()) }

// Refs lists the streams whose records must be loaded before these.
func (s *ProgramStream) Refs() []string {
	names := map[string]bool{}
	for _, r := range s.bound.refs {
		names[r.to] = true
	}
	return sortedKeys(names)
}

// Fields lists the rules of the stream in the order of the file.
func (s *ProgramStream) Fields() []Field {
	out := make([]Field, 0, len(s.bound.rules))
	for _, r := range s.bound.rules {
		f := Field{Path: r.target.path, Set: r.def.Set, Blank: r.def.Blank, ByActions: r.def.By == "actions", Custom: r.target.field == nil}
		for _, ref := range s.bound.refs {
			if ref.rule == r.def {
				f.Refs = ref.to
			}
		}
		f.Finds = s.bound.finds[r.def].Stream
		out = append(out, f)
	}
	return out
}

// Reads lists the paths of the base record that the i-th of Fields is made of,
// sorted. A list's elements stand behind its path and [].
func (s *ProgramStream) Reads(i int) []string { return s.bound.rules[i].reads }

// Find is how a rule looks for a record of the target.
type Find struct {
	Stream string   // of the target
	By     []string // fields of the stream, as the marker lists them
}

// Finds lists how the i-th of Fields and the rules within it look for records of
// the target.
func (s *ProgramStream) Finds(i int) []Find { return s.bound.findsOf(nil, s.bound.rules[i].def) }

func (s *boundStream) findsOf(out []Find, def *Rule) []Find {
	if f, ok := s.finds[def]; ok {
		out = append(out, f)
	}
	for _, inner := range def.Fields {
		out = s.findsOf(out, inner)
	}
	return out
}

// Rule is the i-th of Fields as written.
func (s *ProgramStream) Rule(i int) *Rule { return s.bound.rules[i].def }

// Required lists the groups of target fields of which a creation needs one each.
func (s *ProgramStream) Required() [][]string { return requiredGroups(s.bound.target.Writes) }

// Type is the field of the target that the i-th of Fields is written to; nil for a
// custom field.
func (s *ProgramStream) Type(i int) *record.Field { return s.bound.rules[i].target.field }

// Merge says how the records of another stream are found for a base record:
// the one whose Theirs equals Ours. An empty path stands for the record's key.
type Merge struct {
	Stream       string
	Theirs, Ours string
}

// Merges lists the streams merged into the base, in the order of Input.Joined.
func (s *ProgramStream) Merges() []Merge {
	var out []Merge
	for _, j := range s.bound.scope.joined {
		for _, on := range s.bound.def.On {
			if on.Stream != j.name {
				continue
			}
			m := Merge{Stream: j.name, Ours: on.Field}
			if _, ok := (&scope{base: j.typ}).column(on.Field); ok {
				m.Theirs, m.Ours = on.Field, ""
			}
			out = append(out, m)
		}
	}
	return out
}

// New makes a worker: for one goroutine.
func (s *ProgramStream) New() *Worker {
	w := &Worker{stream: s}
	w.eval.roots = make([]root, 1+len(s.bound.scope.joined))
	w.eval.roots[0].fields = s.bound.source.Fields
	w.parsers = make([]parserPair, len(w.eval.roots))
	w.eval.memos = make([]memo, s.bound.memos)
	for _, t := range s.bound.transforms {
		w.eval.transforms = append(w.eval.transforms, t.compile())
	}
	return w
}
