package filesink

import (
	"context"

	"ferry/extract/stage"
)

// FromStage gives the staged records of one stream of one account, tombstones
// included, in staging order.
func FromStage(st *stage.Stage, account, stream string) Source {
	return func(ctx context.Context, fn func(Batch) error) error {
		return st.Chunks(ctx, account, stream, func(c *stage.Chunk) error {
			return fn(Batch{Rows: c.Rows, Decode: c.Decode})
		})
	}
}
