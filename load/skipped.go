package load

import (
	"context"
	"encoding/json"

	"ferry/extract/stage"
)

// Skipped counts the records of a plan that are held because a person decided to
// leave them out: they are done with, and wait for no decision.
func Skipped(ctx context.Context, st *stage.Stage, p stage.Plan) (int, error) {
	n := 0
	for i := range p.Entries {
		err := st.Items(ctx, p.ID, i, stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadHeld}}, func(it *stage.Item) error {
			if leftOut(it) {
				n++
			}
			return ctx.Err()
		})
		if err != nil {
			return 0, err
		}
	}
	return n, nil
}

// leftOut tells whether an item is held by the decision to leave it out.
func leftOut(it *stage.Item) bool {
	var why struct {
		Code string `json:"code"`
	}
	return len(it.Why) > 0 && json.Unmarshal(it.Why, &why) == nil && why.Code == CodeSkipped
}
