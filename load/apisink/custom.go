package apisink

import (
	"context"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"ferry/extract/stage"
)

// custom writes the custom fields of a body, an object by label, as the vendor
// wants them.
func (t *Target) custom(ctx context.Context, s *stream, body object) (object, error) {
	c := s.w.Custom
	if c == nil {
		return body, nil
	}
	v, ok := body.get(c.Path)
	if !ok || v.Kind() != '{' {
		return body, nil
	}
	labels, err := parseObject(v)
	if err != nil {
		return nil, err
	}
	ids, err := t.idsOf(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range labels {
		if err := s.labelled(ids, labels[i].name); err != nil {
			return nil, err
		}
		if c.Label == "" && labels[i].value.Kind() == 'n' {
			labels[i].value = emptyText
		}
	}
	if c.Label == "" {
		return body.put(c.Path, labels.encode()), nil
	}
	var items []jsontext.Value
	for _, m := range labels {
		item := object{{c.Label, quoted(m.name)}, {c.Value, asText(m.value)}}
		if id := ids[m.name]; c.ID != "" && id != "" {
			item = append(object{{c.ID, keyValue(id, true)}}, item...)
		}
		items = append(items, item.encode())
	}
	return body.put(c.Path, encodeList(items)), nil
}

// uncleared takes custom fields that are to be emptied out of an update, where
// the vendor has an action for that.
func (s *stream) uncleared(fields object) (rest object, labels []string) {
	c := s.w.Custom
	if c == nil || c.Clear == "" {
		return fields, nil
	}
	v, ok := fields.get(c.Path)
	custom, err := parseObject(v)
	if !ok || err != nil {
		return fields, nil
	}
	var kept object
	for _, m := range custom {
		if m.value.Kind() == 'n' {
			labels = append(labels, m.name)
			continue
		}
		kept = append(kept, m)
	}
	switch {
	case len(labels) == 0:
		return fields, nil
	case len(kept) == 0:
		return fields.drop(c.Path), labels
	}
	return slices.Clone(fields).put(c.Path, kept.encode()), labels
}

// unlabel appends the action that takes a custom field off.
func (b *builder) unlabel(label string) error {
	c := b.s.w.Custom
	a, err := b.s.w.Action(c.Clear)
	if err != nil {
		return err
	}
	if had, ok := b.now.get(c.Path); ok {
		labels, err := parseObject(b.s.byLabel(had))
		if err == nil && labels.index(label) < 0 {
			return nil
		}
	}
	deed, err := b.deed(&a.WriteCall, stage.AttemptAction, object{{c.ClearLabel, quoted(label)}})
	if err != nil {
		return err
	}
	deed.Action = a.Name
	b.add(deed)
	b.final(a.Final != "", a.Final)
	return nil
}

// asText is a custom field's value where the vendor keeps text alone.
func asText(v jsontext.Value) jsontext.Value {
	text, ok := textOf(v)
	switch {
	case ok:
		return quoted(text)
	case v.Kind() == 'n':
		return emptyText
	}
	return quoted(string(v))
}

// byLabel reads custom fields as a record has them into an object by label.
func (s *stream) byLabel(v jsontext.Value) jsontext.Value {
	c := s.w.Custom
	items, isList := parseList(v)
	if c == nil || c.Label == "" || !isList {
		return v
	}
	var out object
	for _, item := range items {
		o, err := parseObject(item)
		if err != nil {
			continue
		}
		label, _ := o.get(c.Label)
		value, ok := o.get(c.Value)
		if text, named := textOf(label); named && ok {
			out = out.with(text, value)
		}
	}
	return out.encode()
}
