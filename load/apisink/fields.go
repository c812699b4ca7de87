package apisink

import (
	"encoding/json"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

// take takes out of the fields what a call carries. late is what next, a second
// call, may carry in its stead; what is left over is for actions.
func (b *builder) take(call, next *connector.WriteCall) (mine, late object) {
	var rest object
	for _, m := range b.fields {
		switch {
		case b.s.writes[m.name] == nil:
			rest = append(rest, m)
		case b.s.takes(call, m.name) && !b.lateOnly(call, m.name):
			mine = append(mine, m)
		case next != nil && b.s.takes(next, m.name):
			late = append(late, m)
		default:
			rest = append(rest, m)
		}
	}
	b.fields = rest
	return mine, late
}

// lateOnly tells whether a field of an upsert is taken only when it creates,
// and this is no creation.
func (b *builder) lateOnly(call *connector.WriteCall, name string) bool {
	u := b.s.w.Upsert
	return u != nil && call == &u.WriteCall && b.want.Kind == stage.AttemptUpdate && slices.Contains(u.CreateOnly, name)
}

// takes tells whether a call carries a field of writes.
func (s *stream) takes(call *connector.WriteCall, name string) bool {
	if len(call.Only) > 0 {
		return slices.Contains(call.Only, name)
	}
	return !slices.Contains(call.Except, name)
}

// refer puts our reference where the vendor has a field for it and the mapping
// leaves that empty.
func (b *builder) refer() {
	path := b.s.w.Reference
	if path == "" || b.want.Source == "" {
		return
	}
	if v, ok := b.fields.get(path); ok && given(v) {
		return
	}
	b.fields = slices.Clone(b.fields).put(path, quoted(Reference(b.t.o.Source, b.want.From, b.want.Source)))
}

// needed refuses a creation that lacks what the vendor requires.
func (b *builder) needed(fields object) error {
	for _, group := range b.s.w.Required {
		if !slices.ContainsFunc(group, func(path string) bool {
			v, ok := fields.get(path)
			return ok && given(v) || strings.Contains(path, "[]") || isMarkerAt(fields, path)
		}) {
			return &load.RefusedError{Field: group[0], Reason: "required field missing: " + strings.Join(group, " or "),
				Do: "give it at the source or by a rule of the mapping"}
		}
	}
	return nil
}

// keepsFinder refuses to change the field that an upsert finds the record by: it
// would make another record.
func (b *builder) keepsFinder(call *connector.WriteCall, sent object) error {
	u := b.s.w.Upsert
	if u == nil || call != &u.WriteCall || u.KeyAs != "" {
		return nil
	}
	for _, path := range u.By {
		if v, ok := sent.get(path); ok {
			if !b.s.same.SameAsSent(json.RawMessage(object{{path, v}}.encode()), b.want.Now) {
				return &load.RefusedError{Field: path, Reason: b.s.Name + " are found by " + path + ", so that it cannot be changed",
					Do: "write it with set: create, and change it by hand"}
			}
		}
	}
	return nil
}

// batched tells whether a call takes several records at once.
func batched(call *connector.WriteCall, kind stage.AttemptKind) bool {
	return call.BatchKey != "" && call.BatchMax > 1 && (kind == stage.AttemptCreate || kind == stage.AttemptUpdate)
}
