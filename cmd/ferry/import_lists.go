package main

import (
	"context"
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/transform/match"
)

// accountLists are the values that an account takes for fields that name a list of
// its own, such as the types of tickets, and its custom fields.
type accountLists struct {
	values map[string][]string // by stream and field
	custom []match.Custom
}

// of gives the values of a field; ok is false where they are not known.
func (a *accountLists) of(stream, field string) (values []string, ok bool) {
	if a == nil {
		return nil, false
	}
	values, ok = a.values[stream+" "+field]
	return values, ok
}

// fieldsOf gives the custom fields; none where nothing is known of the account.
func (a *accountLists) fieldsOf() []match.Custom {
	if a == nil {
		return nil
	}
	return a.custom
}

// wanted is a list that fields of a stream name.
type wanted struct{ stream, field string }

// namedLists lists what the fields of a stream name: the lists of values that they
// take, and with parents also the records that they refer to.
func namedLists(s *connector.Stream, parents bool) []wanted {
	var out []wanted
	add := func(w wanted) {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if s.Writes == nil {
		return nil
	}
	for _, f := range connector.Flatten(s.Writes.Fields) {
		if k := f.Field.Known; k != nil {
			add(wanted{k.Stream, k.Field})
		}
		if r := f.Field.Refers; r != nil && parents {
			for _, by := range r.By {
				add(wanted{r.Stream, by})
			}
		}
	}
	return out
}

// readLists reads the lists that some streams of the target name, within the
// budget. What the account does not let the key read is not known.
func (l *loader) readLists(ctx context.Context, streams []string, parents bool) (*accountLists, error) {
	lists := &accountLists{values: map[string][]string{}}
	var all []wanted
	var from []string
	for _, name := range streams {
		s, err := l.line.Spec.Stream(name)
		if err != nil {
			return nil, err
		}
		for _, w := range namedLists(s, parents) {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
			if !slices.Contains(from, w.stream) {
				from = append(from, w.stream)
			}
		}
		if err := l.readCustom(ctx, s, lists); err != nil {
			return nil, err
		}
	}
	read, err := l.refresh(ctx, from)
	if err != nil {
		return nil, err
	}
	for _, w := range all {
		if _, ok := read[w.stream]; !ok {
			continue
		}
		if lists.values[w.stream+" "+w.field], err = l.stagedValues(ctx, w); err != nil {
			return nil, err
		}
	}
	return lists, nil
}

// readCustom reads the custom fields of a stream.
func (l *loader) readCustom(ctx context.Context, s *connector.Stream, lists *accountLists) error {
	if s.Writes == nil || s.Writes.Custom == nil || s.Writes.Custom.Defs == nil {
		return nil
	}
	d := s.Writes.Custom.Defs
	rows, err := l.defs(ctx, d.Stream)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if slices.ContainsFunc(d.Of, func(p connector.Param) bool { return row[p.Name] != p.Value }) {
			continue
		}
		if label := row[d.Label]; label != "" {
			lists.custom = append(lists.custom, match.Custom{Label: label})
		}
	}
	return nil
}

// stagedValues gives the texts of a field of a stream of the target, each once, in
// the order of the list.
func (l *loader) stagedValues(ctx context.Context, w wanted) ([]string, error) {
	list, err := l.line.Spec.Stream(w.stream)
	if err != nil {
		return nil, err
	}
	seen, out := map[string]bool{}, []string{}
	dec := stage.NewDecoder()
	err = l.stage.Chunks(ctx, l.line.Account.ID, w.stream, func(c *stage.Chunk) error {
		records, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for n := range records {
			if err := addValue(list, &records[n], w.field, seen, &out); err != nil {
				return fmt.Errorf("%s of the target: %w", w.stream, err)
			}
		}
		return ctx.Err()
	})
	return out, err
}

func addValue(list *connector.Stream, r *record.Staged, field string, seen map[string]bool, out *[]string) error {
	if r.Deleted {
		return nil
	}
	members, err := r.Members()
	if err != nil {
		return err
	}
	addKeyParts(members, list, r.Key)
	if text := textOf(members[field]); text != "" && !seen[text] {
		seen[text] = true
		*out = append(*out, text)
	}
	return nil
}
