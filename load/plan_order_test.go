package load

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
)

// Reading the target packs the stage, and what was mapped from chunks that are
// joined comes in another order then, while the plan is being made.
func TestPlanWhileTheStageIsPacked(t *testing.T) {
	ctx := context.Background()
	rules := customerRules()
	rules.Match = nil
	w := newWorld(t, rules)
	long := strings.Repeat("x", 40<<10)
	source := func(i int) (string, string) {
		return fmt.Sprint(i + 1), fmt.Sprintf(`{"name":"N%d","note":%q}`, i+1, long)
	}
	w.pages(planSource, "customer", 2, 2, source)
	for part := range 3 {
		w.pages(planSource, "customer", 1, 1, func(int) (string, string) {
			return fmt.Sprint(part + 3), fmt.Sprintf(`{"name":"N%d"}`, part+3)
		})
	}
	w.put(planTarget, "customers", rows{"104": customer(104, `"name":"N4"`), "101": customer(101, `"name":"Other"`)})
	w.link(0, map[string]string{"4": "104", "1": "101"})
	w.mapped()
	before := w.order()
	w.cfg.Refresh = func(ctx context.Context, streams []string) (map[string]bool, error) {
		_, err := w.s.Repack(ctx)
		return map[string]bool{"customers": true}, err
	}
	p := w.plan()
	require.NotEqual(t, before, w.order(), "the order changed while the plan was made")
	p.shows(map[string]string{"customers 1": "update 101", "customers 2": "create", "customers 3": "create", "customers 4": "unchanged 104", "customers 5": "create"})

	// Once the stage is packed the same plan comes out again.
	again, err := MakePlan(ctx, w.cfg)
	require.NoError(t, err)
	require.Equal(t, p.Hash, again.Hash)
}

// order is the keys of the first entry's mapped records as the stage gives them.
func (w *world) order() (keys []string) {
	w.tb.Helper()
	ctx := context.Background()
	gen, _, err := w.s.Generations(ctx, planSource.ID)
	require.NoError(w.tb, err)
	e, ok := gen.Entry(w.cfg.Rules[0].Name)
	require.True(w.tb, ok)
	require.NoError(w.tb, w.s.Mapped(ctx, gen, e, stage.MappedQuery{NoJSON: true}, func(r *stage.MappedRow) error {
		keys = append(keys, string(r.Key))
		return nil
	}))
	return keys
}
