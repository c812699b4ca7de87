package main

import (
	"context"
	"encoding/json"
	"sync"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load/apisink"
)

// definitions gives the custom fields of the target's account, read once a
// command and then from the stage.
type definitions struct {
	mu    sync.Mutex
	known map[string][]apisink.Def
}

// defs gives the rows of a stream that lists custom fields.
func (l *loader) defs(ctx context.Context, stream string) ([]apisink.Def, error) {
	l.definitions.mu.Lock()
	defer l.definitions.mu.Unlock()
	if rows, ok := l.definitions.known[stream]; ok {
		return rows, nil
	}
	if _, err := l.refresh(ctx, []string{stream}); err != nil {
		return nil, err
	}
	list, err := l.line.Spec.Stream(stream)
	if err != nil {
		return nil, err
	}
	rows := []apisink.Def{}
	dec := stage.NewDecoder()
	err = l.stage.Chunks(ctx, l.line.Account.ID, stream, func(c *stage.Chunk) error {
		records, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for _, r := range records {
			if r.Deleted {
				continue
			}
			members, err := r.Members()
			if err != nil {
				return err
			}
			addKeyParts(members, list, r.Key)
			def := apisink.Def{}
			for name, v := range members {
				def[name] = textOf(v)
			}
			rows = append(rows, def)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if l.definitions.known == nil {
		l.definitions.known = map[string][]apisink.Def{}
	}
	l.definitions.known[stream] = rows
	return rows, nil
}

// known gives a record of the target as it is staged.
func (l *loader) known(ctx context.Context, stream string, key record.Key) ([]byte, bool, error) {
	r, _, ok, err := l.stage.Record(ctx, l.line.Account.ID, stream, key)
	if err != nil || !ok || r.Deleted {
		return nil, false, err
	}
	if r.Detail == nil {
		return r.Raw, true, nil
	}
	members, err := r.Members()
	if err != nil {
		return nil, false, err
	}
	raw, err := json.Marshal(members)
	return raw, err == nil, err
}
