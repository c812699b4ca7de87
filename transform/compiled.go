package transform

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/transform/mapping"
)

// Compiled makes the engine's rules of a compiled mapping; source is the spec it
// was compiled against.
func Compiled(p *mapping.Program, source *connector.Spec) ([]Rules, error) {
	var all []Rules
	for _, ps := range p.Streams() {
		def := ps.Def()
		r := Rules{
			Name: ps.Name(), From: []string{ps.Source().Name}, To: ps.Target().Name, Hash: xxhash.Sum64String(ps.Hash()),
		}
		merges := ps.Merges()
		for _, m := range merges {
			theirs, err := source.Stream(m.Stream)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", def.Line, err)
			}
			r.From = append(r.From, m.Stream)
			r.Joins = append(r.Joins, Join{Theirs: NewFieldPath(theirs, m.Theirs), Ours: NewFieldPath(ps.Source(), m.Ours)})
		}
		r.Mapper = func() Mapper { return newCompiledMapper(ps, merges) }
		all = append(all, r)
	}
	return all, nil
}

// compiledMapper applies one compiled entry of a mapping.
type compiledMapper struct {
	worker *mapping.Worker
	merges []mapping.Merge
	refs   bool
	fields []mapping.Field // those that refer to other streams
	in     mapping.Input
	out    mapping.Result
}

func newCompiledMapper(ps *mapping.ProgramStream, merges []mapping.Merge) *compiledMapper {
	m := &compiledMapper{worker: ps.New(), merges: merges, refs: len(ps.Refs()) > 0}
	for _, f := range ps.Fields() {
		if f.Refs != "" {
			m.fields = append(m.fields, f)
		}
	}
	if len(merges) > 0 {
		m.in.Joined = map[string][]byte{}
	}
	return m
}

// Map applies the entry's rules to one record.
func (m *compiledMapper) Map(in *Input, out *Outcome) {
	m.in.Key, m.in.Base, m.in.Detail = string(in.Base.Key), in.Base.Raw, in.Base.Detail
	clear(m.in.Joined)
	for i := range m.merges {
		if raw := in.Joined[i].Raw; raw != nil {
			m.in.Joined[m.merges[i].Stream] = raw
		}
	}
	switch m.worker.Apply(&m.in, &m.out) {
	case mapping.Mapped:
		out.Bin, out.JSON = stage.BinMapped, m.out.JSON
		if m.refs {
			out.Refs = m.appendRefs(out.Refs, m.out.JSON)
		}
	case mapping.Skipped:
		out.Bin, out.Reason = stage.BinSkipped, m.out.Skip
	default:
		d := &m.out.Dead
		out.Bin = stage.BinDead
		out.Letter = stage.Letter{Reason: d.Reason, Field: d.Field, Value: d.Value, Origin: d.Origin, Do: d.Do}
	}
}

// refMark begins a reference in a mapped record. It cannot stand within a text,
// whose quotes are escaped.
var refMark = []byte(`{"$ref":{`)

// appendRefs finds the references in a mapped record. One with a placeholder does
// not need its parent.
func (m *compiledMapper) appendRefs(refs []stage.Ref, mapped []byte) []stage.Ref {
	for from := 0; ; {
		i := bytes.Index(mapped[from:], refMark)
		if i < 0 {
			return refs
		}
		at := from + i
		from = at + len(refMark)
		end := objectEnd(mapped[from-1:])
		var ref struct {
			Stream      string  `json:"stream"`
			Key         string  `json:"key"`
			Placeholder *string `json:"placeholder"`
		}
		if err := json.Unmarshal(mapped[from-1:from-1+end], &ref); err != nil || ref.Placeholder != nil {
			continue
		}
		refs = append(refs, stage.Ref{Field: m.fieldOf(ref.Stream, mapped[:at]), To: ref.Stream, Key: record.Key(ref.Key)})
	}
}

// objectEnd is where the object that text begins with ends; it holds texts alone.
func objectEnd(text []byte) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '}':
			if !quoted {
				return i + 1
			}
		}
	}
	return len(text)
}

// fieldOf names the target field of a reference to stream that follows before.
func (m *compiledMapper) fieldOf(stream string, before []byte) string {
	var path string
	for _, f := range m.fields {
		if f.Refs != stream {
			continue
		}
		last := `"` + f.Path[len(f.Path)-1] + `":`
		if path == "" || bytes.HasSuffix(before, []byte(last)) {
			path = f.Path.String()
		}
	}
	return path
}
