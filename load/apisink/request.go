package apisink

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
)

// callOf finds the call that a deed makes.
func (s *stream) callOf(d *load.Deed) (*connector.WriteCall, error) {
	w := s.w
	var call *connector.WriteCall
	switch d.Kind {
	case stage.AttemptCreate:
		call = w.Create
	case stage.AttemptUpdate:
		call = w.Update
	case stage.AttemptDelete:
		call = w.Delete
	case stage.AttemptUndelete:
		call = w.Undelete
	case stage.AttemptAction:
		a, err := w.Action(d.Action)
		if err != nil {
			return nil, err
		}
		call = &a.WriteCall
	}
	if call == nil && w.Upsert != nil && (d.Kind == stage.AttemptCreate || d.Kind == stage.AttemptUpdate) {
		call = &w.Upsert.WriteCall
	}
	if call == nil {
		return nil, fmt.Errorf("%s has no call to %s", s.Name, d.Kind)
	}
	return call, nil
}

// request makes the request for deeds that go in one.
func (t *Target) request(ctx context.Context, s *stream, call *connector.WriteCall, deeds []load.Deed) (api.Request, error) {
	// Never Idempotent: a write whose answer was lost is asked for first, even one
	// that could be sent twice without harm.
	r := api.Request{Method: call.Method, Label: s.Name + ", " + label(&deeds[0])}
	var bodies []jsontext.Value
	for i := range deeds {
		d := &deeds[i]
		fields, err := parseObject(d.Fields)
		if err != nil {
			return r, err
		}
		now, err := parseObject(d.Now)
		if err != nil {
			return r, err
		}
		f := &filler{t: t, s: s, d: d, fields: fields, now: now}
		filled, err := call.Fill(f.lookup)
		if err != nil {
			return r, err
		}
		r.Path, r.Query = filled.Path, filled.Query
		body, err := t.body(ctx, call, f)
		if err != nil {
			return r, err
		}
		bodies = append(bodies, body)
	}
	return t.packed(r, s, call, bodies)
}

// label names a deed in messages; keys may be phone numbers and stay out.
func label(d *load.Deed) string {
	if d.Action != "" {
		return d.Action
	}
	return string(d.Kind)
}

// packed puts the bodies of deeds into their request.
func (t *Target) packed(r api.Request, s *stream, call *connector.WriteCall, bodies []jsontext.Value) (api.Request, error) {
	body := bodies[0]
	switch {
	case call.BatchKey != "" && (len(bodies) > 1 || call.BatchPath == call.Path):
		list := object{{call.BatchKey, encodeList(bodies)}}
		if len(bodies) > 1 && call.BatchPath != call.Path {
			path, err := (connector.Call{Path: call.BatchPath}).Fill(t.setting)
			if err != nil {
				return r, err
			}
			r.Path = path.Path
		}
		body = list.encode()
	case len(bodies) > 1:
		return r, fmt.Errorf("%s: %d records in one request, but the call takes one", s.Name, len(bodies))
	case call.Wrap != "":
		body = object{{call.Wrap, body}}.encode()
	}
	switch {
	case len(body) <= len("{}") && r.Method != http.MethodPost && r.Method != http.MethodPut && r.Method != http.MethodPatch:
	case call.Form:
		r.Body, r.Header = form(body), http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	default:
		r.Body = body
	}
	return r, nil
}

// body is what a deed sends.
func (t *Target) body(ctx context.Context, call *connector.WriteCall, f *filler) (jsontext.Value, error) {
	s, d := f.s, f.d
	out := slices.Clone(f.fields)
	if d.Kind == stage.AttemptUpdate {
		var err error
		if out, err = t.merged(f); err != nil {
			return nil, err
		}
	}
	if d.Kind == stage.AttemptDelete || d.Kind == stage.AttemptUndelete {
		out = f.named(call.Only)
	}
	for _, path := range call.Always {
		if _, ok := out.get(path); ok {
			continue
		}
		if v, ok := f.now.get(path); ok {
			out = out.put(path, v)
		}
	}
	if d.Kind == stage.AttemptUpdate {
		out = f.finder(call, out)
	}
	out, err := t.custom(ctx, s, out)
	if err != nil {
		return nil, err
	}
	for _, name := range places(call) {
		if _, ok := out.get(name); ok {
			out = out.drop(name)
		}
	}
	if text, number, ok := s.ownKey(d.Key); ok && call.KeyAs != "" && d.Kind != stage.AttemptCreate {
		out = out.put(call.KeyAs, keyValue(text, number))
	}
	for _, l := range call.Fixed {
		out = out.put(l.Path, jsontext.Value(l.Value))
	}
	return out.encode(), nil
}

// named are fields of the record by name, as a deletion names it.
func (f *filler) named(paths []string) object {
	var out object
	for _, path := range paths {
		if text, ok := f.s.partOf(f.d.Key, path); ok {
			number := slices.ContainsFunc(f.s.keys, func(p keyPart) bool { return p.name == path && p.number })
			out = out.put(path, keyValue(text, number))
		} else if v, ok := f.now.get(path); ok {
			out = out.put(path, v)
		}
	}
	return out
}

// finder adds the field that an upsert finds the record by.
func (f *filler) finder(call *connector.WriteCall, out object) object {
	u := f.s.w.Upsert
	if u == nil || call != &u.WriteCall || u.KeyAs != "" {
		return out
	}
	for _, path := range u.By {
		if v, ok := out.get(path); ok && given(v) {
			return out
		}
		if text, ok := f.s.partOf(f.d.Key, path); ok {
			return out.put(path, quoted(text))
		}
		if v, ok := f.now.get(path); ok && given(v) {
			return out.put(path, v)
		}
	}
	return out
}

// merged are the fields of an update as they are sent: of a vendor that clears
// what it is not told the whole record, else what changes; objects that name no
// other record whole in either case.
func (t *Target) merged(f *filler) (object, error) {
	var out object
	if !f.s.w.Partial {
		call, err := f.s.callOf(f.d)
		if err != nil {
			return nil, err
		}
		out = f.s.asWritten(f.now, call)
		if out, err = t.fit.fitAll(f.s.writes, out); err != nil {
			return nil, err
		}
	}
	for _, m := range f.fields {
		v, err := t.overNow(f, m)
		if err != nil {
			return nil, err
		}
		out = out.with(m.name, v)
	}
	return out, nil
}

// overNow is one field of an update as it is sent: laid over what the target has
// where it would otherwise lose what is not named.
func (t *Target) overNow(f *filler, m member) (jsontext.Value, error) {
	field := f.s.writes[m.name]
	had, ok := f.now.get(m.name)
	if field == nil || !ok || m.value.Kind() != '{' {
		return m.value, nil
	}
	inner, err := parseObject(m.value)
	if err != nil {
		return nil, err
	}
	switch {
	case field.Kind == record.Custom && !f.s.w.Partial:
		labels, err := parseObject(f.s.byLabel(had))
		if err != nil {
			return m.value, nil //nolint:nilerr // the target's record is odd: what was mapped goes alone
		}
		return overlay(labels, inner).encode(), nil
	case field.Kind == record.Object && !isReference(field):
		below, err := parseObject(had)
		if err != nil {
			return m.value, nil //nolint:nilerr // as above
		}
		return t.fit.fit(field, overlay(membersOf(below, field), inner).encode())
	}
	return m.value, nil
}

// isReference tells whether an object names another record.
func isReference(f *record.Field) bool {
	return slices.ContainsFunc(f.Fields, func(x record.Field) bool { return x.Name == "id" })
}

// membersOf are the members of an object that a field has.
func membersOf(o object, f *record.Field) object {
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool {
		return !slices.ContainsFunc(f.Fields, func(x record.Field) bool { return x.Name == m.name })
	})
}

// asWritten is what a call takes of a record as it is read.
func (s *stream) asWritten(now object, call *connector.WriteCall) object {
	var out object
	for _, m := range now {
		f := s.writes[m.name]
		if f == nil || !s.takes(call, m.name) {
			continue
		}
		v := m.value
		if f.Kind == record.Object {
			if inner, err := parseObject(v); err == nil {
				v = membersOf(inner, f).encode()
			}
		}
		if f.Kind == record.Custom {
			v = s.byLabel(v)
		}
		out = append(out, member{m.name, v})
	}
	return out
}
