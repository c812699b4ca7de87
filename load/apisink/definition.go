package apisink

import (
	"context"
	"fmt"
	"sync"

	"ferry/load"
)

// Def is a custom field that an account has: one row of the stream that lists
// them, its fields as text.
type Def map[string]string

// definitions are the custom fields of the account by target stream: label to
// id. A failed reading is tried again.
type definitions struct {
	mu sync.Mutex
	by map[string]map[string]string
}

// twice stands for the id of a label that several custom fields have.
const twice = "\x00twice"

// Prepare reads which custom fields the streams have, so that Deeds refuses
// labels that the account does not have. Without it they are refused by Send.
func (t *Target) Prepare(ctx context.Context, streams []string) error {
	for _, name := range streams {
		s, err := t.stream(name)
		if err != nil {
			return err
		}
		if _, err := t.idsOf(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// idsOf gives the ids of a stream's custom fields by label; nil where the vendor
// lists none, which says nothing of what there is.
func (t *Target) idsOf(ctx context.Context, s *stream) (map[string]string, error) {
	if s.w.Custom == nil || s.w.Custom.Defs == nil || t.o.Defs == nil {
		return nil, nil
	}
	t.defs.mu.Lock()
	defer t.defs.mu.Unlock()
	if ids, ok := t.defs.by[s.Name]; ok {
		return ids, nil
	}
	rows, err := t.o.Defs(ctx, s.w.Custom.Defs.Stream)
	if err != nil {
		return nil, fmt.Errorf("custom fields listed by %s: %w", s.w.Custom.Defs.Stream, err)
	}
	if t.defs.by == nil {
		t.defs.by = map[string]map[string]string{}
	}
	t.defs.by[s.Name] = s.defined(rows)
	return t.defs.by[s.Name], nil
}

// known gives the ids that were read before; nil: none were.
func (d *definitions) known(stream string) map[string]string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.by[stream]
}

// defined picks out the custom fields of a stream; nil: there are none.
func (s *stream) defined(rows []Def) map[string]string {
	d := s.w.Custom.Defs
	var out map[string]string
next:
	for _, row := range rows {
		for _, of := range d.Of {
			if row[of.Name] != of.Value {
				continue next
			}
		}
		label, id := row[d.Label], row[d.ID]
		if had, ok := out[label]; ok && had != id {
			id = twice
		}
		if out == nil {
			out = map[string]string{}
		}
		out[label] = id
	}
	return out
}

// labelled refuses a label that the account does not have, or has twice.
func (s *stream) labelled(ids map[string]string, label string) error {
	if ids == nil {
		return nil
	}
	path := s.w.Custom.Path + "." + label
	switch id, known := ids[label]; {
	case !known:
		return &load.RefusedError{Field: path, Reason: fmt.Sprintf("the target has no custom field %q", label),
			Do: "make it there, or correct the label in the mapping"}
	case id == twice:
		return &load.RefusedError{Field: path, Reason: fmt.Sprintf("the target has several custom fields %q", label),
			Do: "rename all but one of them there"}
	}
	return nil
}

// labels checks the custom fields of a write against those that were read.
func (b *builder) labels() error {
	c := b.s.w.Custom
	if c == nil {
		return nil
	}
	v, ok := b.fields.get(c.Path)
	if !ok || v.Kind() != '{' {
		return nil
	}
	ids := b.t.defs.known(b.s.Name)
	if ids == nil {
		return nil
	}
	custom, err := parseObject(v)
	if err != nil {
		return err
	}
	for _, m := range custom {
		if err := b.s.labelled(ids, m.name); err != nil {
			return err
		}
	}
	return nil
}
