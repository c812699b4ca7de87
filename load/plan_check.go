package load

import (
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/stage"
)

// cannot says why the target takes no such write at all; nil where it does.
func (e *plannedEntry) cannot(kind stage.AttemptKind) *Reason {
	w := e.st.Writes
	if w == nil {
		return cannotReason(e.st.Name, "the API writes nothing here")
	}
	if w.Off != "" {
		return cannotReason(e.st.Name, w.Off)
	}
	call := w.Create
	if kind == stage.AttemptUpdate {
		call = w.Update
	}
	if call == nil && w.Upsert != nil {
		call = &w.Upsert.WriteCall
	}
	switch {
	case call == nil && kind == stage.AttemptUpdate && len(w.Actions) > 0:
		return nil // its actions may do it
	case call == nil:
		return cannotReason(e.st.Name, "the API has no call that can "+string(kind)+" one")
	case call.Off != "":
		return cannotReason(e.st.Name, call.Off)
	}
	return nil
}

func cannotReason(stream, why string) *Reason {
	return &Reason{Code: CodeCannot, Text: stream + ": " + why, Do: "leave the stream out of the mapping, or do it by hand"}
}

// lacks names the first required field group that a creation has nothing in. A
// field that the call sends by itself, or that actions bring about, is not missing.
func (e *plannedEntry) lacks(v *fastjson.Value) *Reason {
	for _, group := range e.st.Writes.Required {
		if groupGiven(e.st.Writes, group, v) {
			continue
		}
		names := strings.Join(group, " or ")
		return &Reason{Code: CodeMissing, Text: names + " is required and empty", Field: group[0],
			Do: "fill it in the source, or give it a rule in the mapping"}
	}
	return nil
}

func groupGiven(w *connector.Writes, group []string, v *fastjson.Value) bool {
	for _, path := range group {
		if !blank(v.Get(strings.Split(path, ".")...)) || path == w.Reference {
			return true
		}
		if w.Create == nil {
			continue
		}
		for _, fixed := range w.Create.Fixed {
			if fixed.Path == path {
				return true
			}
		}
	}
	return false
}

// split parts the fields to be written from those that actions bring about. With
// only, no others are taken.
func (e *plannedEntry) split(v *fastjson.Value, only map[string]bool) (fields []byte, reach map[string]string) {
	s := splitting{e: e, only: only}
	if only == nil && !e.actions {
		return v.MarshalTo(nil), nil
	}
	out, _ := s.object(nil, v, e.target.shapes, "")
	return out, s.reach
}

type splitting struct {
	e     *plannedEntry
	only  map[string]bool
	reach map[string]string
}

func (s *splitting) object(b []byte, v *fastjson.Value, shapes map[string]*shape, path string) (out []byte, any bool) {
	b = append(b, '{')
	v.GetObject().Visit(func(name []byte, member *fastjson.Value) {
		at := joinPath(path, string(name))
		mark := len(b)
		if any {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, string(name)), ':')
		wrote := true
		rule := s.e.same.rules[at]
		sh := shapes[string(name)]
		switch {
		case rule != nil && rule.Actions:
			wrote = false
			if !blank(member) && (s.only == nil || s.only[at]) {
				if s.reach == nil {
					s.reach = map[string]string{}
				}
				s.reach[at] = string(appendText(nil, member))
			}
		case s.only == nil || s.only[at]:
			b = member.MarshalTo(b)
		case member.Type() == fastjson.TypeObject && !isMarker(member):
			var below map[string]*shape
			if sh != nil {
				below = sh.fields
			}
			b, wrote = s.object(b, member, below, at)
		default:
			wrote = false
		}
		if !wrote {
			b = b[:mark]
		}
		any = any || wrote
	})
	return append(b, '}'), any
}

// fieldSum is a hash of the fields of a request, whatever their order, without
// references: their keys are not known before the parents are there.
func (e *plannedEntry) fieldSum(fields []byte) uint64 {
	if len(fields) == 0 {
		return 0
	}
	p := parsers.Get()
	defer parsers.Put(p)
	v, err := p.ParseBytes(fields)
	if err != nil {
		return xxhash.Sum64(fields)
	}
	return e.sumOf(v, "")
}

func (e *plannedEntry) sumOf(v *fastjson.Value, path string) uint64 {
	if rule := e.same.rules[path]; rule != nil && rule.Refs != "" {
		return 0
	}
	if v.Type() != fastjson.TypeObject {
		return xxhash.Sum64(v.MarshalTo(append([]byte(path), 0)))
	}
	sum := uint64(0)
	v.GetObject().Visit(func(name []byte, member *fastjson.Value) { sum += e.sumOf(member, joinPath(path, string(name))) })
	return sum
}
