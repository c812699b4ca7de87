package apisink

import (
	"fmt"
	"strings"

	"ferry/extract/connector"
	"ferry/load"
)

// places are the names between braces in a call's path and query.
func places(call *connector.WriteCall) []string {
	names, _ := connector.Places(call.Path)
	for _, p := range call.Query {
		more, _ := connector.Places(p.Value)
		names = append(names, more...)
	}
	return names
}

// filler looks up what a place of a deed's call stands for: a field as it is
// written, else the target's record, else its key; settings are the client's.
type filler struct {
	t      *Target
	s      *stream
	d      *load.Deed
	fields object
	now    object
}

func (f *filler) lookup(name string) (string, bool) {
	if name == "key" {
		text, _, ok := f.s.ownKey(f.d.Key)
		return text, ok
	}
	if v, ok := f.fields.get(name); ok {
		if text, ok := textOf(v); ok && text != "" {
			return text, true
		}
	}
	if text, ok := f.s.partOf(f.d.Key, name); ok {
		return text, true
	}
	if v, ok := f.now.get(name); ok {
		if text, ok := textOf(v); ok && text != "" {
			return text, true
		}
	}
	return f.t.setting(name)
}

// placed refuses a deed whose call has a place that nothing will ever fill.
func (b *builder) placed(call *connector.WriteCall, d load.Deed) error {
	fields, err := parseObject(d.Fields)
	if err != nil {
		return err
	}
	f := filler{t: b.t, s: b.s, d: &d, fields: fields, now: b.now}
	for _, name := range places(call) {
		later := name == "key" || b.s.partLater(name)
		if _, ok := f.lookup(name); ok || later && d.Key == "" || isMarkerAt(fields, name) {
			continue
		}
		return &load.RefusedError{Field: name, Reason: fmt.Sprintf("%s has no %s, which the request needs", b.s.Name, name),
			Do: "give the field, in the mapping or in the target"}
	}
	return nil
}

// partLater tells whether a place is part of the key that a creation will bring.
func (s *stream) partLater(name string) bool {
	for _, part := range s.keys {
		if part.name == name {
			return !part.parent
		}
	}
	return false
}

func isMarkerAt(o object, path string) bool {
	for {
		if v, ok := o.get(path); ok && isMarker(v) {
			return true
		}
		cut := strings.LastIndexByte(path, '.')
		if cut < 0 {
			return false
		}
		path = path[:cut]
	}
}
