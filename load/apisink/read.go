package apisink

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load"
)

// Read gives a record as the target has it now, as load.Reader wants it. Where
// the API has no call for it, the error is load.ErrNoRead.
func (t *Target) Read(ctx context.Context, name string, key record.Key) (now json.RawMessage, found bool, err error) {
	s, err := t.stream(name)
	if err != nil {
		return nil, false, err
	}
	switch {
	case s.Get != nil:
		return t.get(ctx, s, key)
	case s.Sub != nil:
		return t.readSub(ctx, s, key)
	case s.List != nil && s.List.Paging.Kind == connector.PageNone:
		return t.readWhole(ctx, s, key)
	}
	return t.readFound(ctx, s, key)
}

func (t *Target) get(ctx context.Context, s *stream, key record.Key) (json.RawMessage, bool, error) {
	call, err := s.Get.Fill(func(place string) (string, bool) {
		if place == "key" {
			return string(key), true
		}
		if text, ok := s.partOf(key, place); ok {
			return text, true
		}
		return t.setting(place)
	})
	if err != nil {
		return nil, false, err
	}
	rows, err := t.ask(ctx, s, call, s.Get.Records, connector.RowShape{})
	if err != nil || len(rows) == 0 {
		return nil, false, err
	}
	return rows[0], true, nil
}

// ask makes a call that reads; nothing found is no row.
func (t *Target) ask(ctx context.Context, s *stream, call connector.Call, records []string, row connector.RowShape) ([]json.RawMessage, error) {
	page, _, err := t.o.Client.Records(ctx, api.Request{Method: call.Method, Path: call.Path, Query: call.Query, Idempotent: true,
		Label: s.Name + ", one record"}, records, row)
	if api.ClassOf(err) == connector.Missing {
		return nil, nil
	}
	if nothing(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return rowsOf(page), nil
}

// nothing tells whether an answer was null, or a list of a record was empty.
func nothing(err error) bool {
	shape := (*api.ShapeError)(nil)
	return errors.As(err, &shape) && !shape.Damaged && shape.Found == "null"
}

func rowsOf(page *api.Page) []json.RawMessage {
	out := make([]json.RawMessage, len(page.Rows))
	for i := range page.Rows {
		out[i] = json.RawMessage(append([]byte(nil), page.Rows[i].Raw...))
	}
	return out
}

// readSub reads the records below a parent and picks out the one.
func (t *Target) readSub(ctx context.Context, s *stream, key record.Key) (json.RawMessage, bool, error) {
	parent := ""
	for _, part := range s.keys {
		if part.parent {
			parent, _ = s.partOf(key, part.name)
		}
	}
	rows, err := t.below(ctx, s, record.Key(parent))
	if err != nil {
		return nil, false, err
	}
	return s.pick(rows, key, func(string) (string, bool) { return parent, true })
}

// below reads all records of a sub-stream that hang on a parent.
func (t *Target) below(ctx context.Context, s *stream, parent record.Key) ([]json.RawMessage, error) {
	above, err := t.stream(s.Sub.Parent)
	if err != nil {
		return nil, err
	}
	call, err := s.Sub.Fill(func(place string) (string, bool) {
		if text, ok := above.partOf(parent, place); ok {
			return text, true
		}
		return t.setting(place)
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name, load.ErrNoRead)
	}
	return t.pages(ctx, s, call, s.Sub.Records, s.Sub.Row, s.Sub.Paging)
}

func (t *Target) readWhole(ctx context.Context, s *stream, key record.Key) (json.RawMessage, bool, error) {
	rows, err := t.whole(ctx, s)
	if err != nil {
		return nil, false, err
	}
	return s.pick(rows, key, noLookup)
}

// whole reads a list that comes in one answer.
func (t *Target) whole(ctx context.Context, s *stream) ([]json.RawMessage, error) {
	call, err := s.List.Fill(t.setting)
	if err != nil {
		return nil, err
	}
	return t.ask(ctx, s, call, s.List.Paging.Records, s.List.Row)
}

// pick finds the row that has a key.
func (s *stream) pick(rows []json.RawMessage, key record.Key, lookup func(string) (string, bool)) (json.RawMessage, bool, error) {
	for _, row := range rows {
		if s.keyIn(row, "", lookup) == key {
			return row, true, nil
		}
	}
	return nil, false, nil
}

// readFound reads a record by fields that it was staged with.
func (t *Target) readFound(ctx context.Context, s *stream, key record.Key) (json.RawMessage, bool, error) {
	if t.o.Known == nil || len(s.Finds) == 0 {
		return nil, false, fmt.Errorf("%s: %w", s.Name, load.ErrNoRead)
	}
	staged, ok, err := t.o.Known(ctx, s.Name, key)
	if err != nil {
		return nil, false, err
	}
	known, perr := parseObject(staged)
	if !ok || perr != nil {
		return nil, false, fmt.Errorf("%s: %w", s.Name, load.ErrNoRead)
	}
	some := false
	for i := range s.Finds {
		find := &s.Finds[i]
		want, whole := known.only(find.By)
		if !whole {
			continue
		}
		rows, err := t.find(ctx, s, find, want)
		if err != nil {
			return nil, false, err
		}
		some = true
		for _, row := range rows {
			if s.keyIn(row, "", noLookup) == key {
				return row, true, nil
			}
		}
	}
	if !some {
		return nil, false, fmt.Errorf("%s: %w", s.Name, load.ErrNoRead)
	}
	return nil, false, nil
}

func noLookup(string) (string, bool) { return "", false }

// only gives the members of an object with these paths; whole tells whether it
// has a value for each.
func (o object) only(paths []string) (out object, whole bool) {
	for _, path := range paths {
		v, ok := o.get(path)
		if !ok || !given(v) {
			return nil, false
		}
		out = out.put(path, v)
	}
	return out, len(paths) > 0
}
