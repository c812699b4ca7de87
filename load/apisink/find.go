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

// mostPages bounds what one question for records may cost. A vendor that gives
// more for one value does not filter by it.
const mostPages = 20

// Find gives the records that are equal to fields, as load.Reader wants it.
func (t *Target) Find(ctx context.Context, name string, fields json.RawMessage) (found []load.Found, asked bool, err error) {
	s, err := t.stream(name)
	if err != nil {
		return nil, false, err
	}
	want, err := parseObject(fields)
	if err != nil {
		return nil, false, fmt.Errorf("%s: the fields to find by are %w", name, err)
	}
	for i := range s.Finds {
		by, whole := want.only(s.Finds[i].By)
		if !whole {
			continue
		}
		rows, err := t.find(ctx, s, &s.Finds[i], by)
		if err != nil {
			return nil, false, err
		}
		return s.equalTo(rows, want), true, nil
	}
	if rows, asked, err := t.listed(ctx, s, want); asked || err != nil {
		return s.equalTo(rows, want), asked, err
	}
	return t.findByKey(ctx, s, want)
}

// listed reads all records that are listed in one go: those below a parent that
// is wanted, or a list without pages.
func (t *Target) listed(ctx context.Context, s *stream, want object) (rows []json.RawMessage, asked bool, err error) {
	if s.Sub == nil {
		if s.List == nil || s.List.Paging.Kind != connector.PageNone || s.List.Variants != nil {
			return nil, false, nil
		}
		rows, err = t.whole(ctx, s)
		return rows, err == nil, err
	}
	for _, part := range s.keys {
		if v, ok := want.get(part.name); ok && part.parent {
			parent, _ := textOf(v)
			if rows, err = t.below(ctx, s, record.Key(parent)); errors.Is(err, load.ErrNoRead) {
				return nil, false, nil
			}
			return rows, err == nil, err
		}
	}
	return nil, false, nil
}

// findByKey finds the record whose key fields are wanted.
func (t *Target) findByKey(ctx context.Context, s *stream, want object) ([]load.Found, bool, error) {
	if s.Get == nil || len(s.keys) != 1 {
		return nil, false, nil
	}
	v, ok := want.get(s.keys[0].name)
	text, scalar := textOf(v)
	if !ok || !scalar || text == "" {
		return nil, false, nil
	}
	row, there, err := t.get(ctx, s, record.Key(text))
	if err != nil || !there {
		return nil, err == nil, err
	}
	return s.equalTo([]json.RawMessage{row}, want), true, nil
}

// find makes one of the spec's calls that find records.
func (t *Target) find(ctx context.Context, s *stream, f *connector.Find, by object) ([]json.RawMessage, error) {
	call, err := f.Fill(func(place string) (string, bool) {
		if v, ok := by.get(place); ok {
			return textOf(v)
		}
		return t.setting(place)
	})
	if err != nil {
		return nil, err
	}
	var paging *connector.Paging
	if s.List != nil && s.List.Path == f.Path && s.List.Paging.Kind != connector.PageNone {
		paging = &s.List.Paging
	}
	return t.pages(ctx, s, call, f.Records, connector.RowShape{}, paging)
}

// pages reads every page of an answer; without paging there is one.
func (t *Target) pages(ctx context.Context, s *stream, call connector.Call, records []string, row connector.RowShape,
	paging *connector.Paging) ([]json.RawMessage, error) {
	if paging == nil {
		return t.ask(ctx, s, call, records, row)
	}
	p := *paging
	p.Records = records
	request := api.Request{Method: call.Method, Path: call.Path, Query: call.Query, Idempotent: true, Label: s.Name + ", records found by a field"}
	var out []json.RawMessage
	for n := p.First; n < p.First+mostPages; n++ {
		page, _, err := t.o.Client.Split(ctx, request.OfPage(&p, n), func(body []byte) (*api.Page, error) {
			return api.SplitPage(body, &connector.List{Paging: p, Row: row})
		})
		if api.ClassOf(err) == connector.Missing || nothing(err) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, rowsOf(page)...)
		if last(page, &p, n, len(out)) {
			return out, nil
		}
	}
	return nil, fmt.Errorf("%s: the search for one value gave more than %d pages; the target does not filter by it", s.Name, mostPages)
}

// last tells whether a page is the last one.
func last(page *api.Page, p *connector.Paging, n, have int) bool {
	switch {
	case len(page.Rows) == 0:
		return true
	case page.TotalPages >= 0:
		return n-p.First+1 >= page.TotalPages
	case page.Total >= 0:
		return have >= page.Total
	case p.Size > 0:
		return len(page.Rows) < p.Size
	}
	return false
}

// equalTo picks out the rows that are equal in everything wanted that they show.
func (s *stream) equalTo(rows []json.RawMessage, want object) []load.Found {
	var out []load.Found
	wanted := json.RawMessage(want.encode())
	for _, row := range rows {
		if !s.same.SameAsSent(wanted, row) {
			continue
		}
		key := s.keyIn(row, "", func(name string) (string, bool) {
			v, ok := want.get(name)
			if !ok {
				return "", false
			}
			return textOf(v)
		})
		if key != "" {
			out = append(out, load.Found{Key: key, Record: row})
		}
	}
	return out
}
