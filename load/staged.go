package load

import (
	"context"
	"encoding/json"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// eachStaged gives the staged records of a stream, tombstones included. They are
// valid until fn returns.
func eachStaged(ctx context.Context, st *stage.Stage, account, stream string, fn func(record.Staged) error) error {
	dec := stage.NewDecoder()
	return st.Chunks(ctx, account, stream, func(c *stage.Chunk) error {
		all, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for _, rec := range all {
			if err := fn(rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// wholeRecord is a staged record with its detail answer laid over it, as bytes of
// its own.
func wholeRecord(rec record.Staged) json.RawMessage {
	if len(rec.Detail) == 0 {
		return append(json.RawMessage(nil), rec.Raw...)
	}
	members := membersOf(rec.Raw)
	for name, v := range membersOf(rec.Detail) {
		members[name] = v
	}
	return mustObject(members)
}
