package load_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/stage"
	"ferry/load"
)

func TestTooManyFailuresStopAnUndo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(40)...)
		b.load()
		ctx := context.Background()
		run := b.run
		b.newRun()
		p, err := load.PlanUndo(ctx, b.cfg, run)
		require.NoError(t, err)
		require.NoError(t, b.stage.SetPlan(ctx, p.ID, stage.PlanApproved, "test", time.Now()))
		b.cfg.MaxFailures, b.cfg.Workers = load.Failures{Share: 0.05}, 1
		refused := []int{3, 9, 15}
		for _, n := range refused { // each for a reason of its own
			b.target.on(&fault{method: "DELETE", nth: []int{n}, do: refuse(422, fmt.Sprintf(`{"error":"no%c"}`, 'a'+rune(n)))})
		}
		b.newRun()
		bins, err := load.Undo(ctx, b.cfg, p.ID)
		var bound *load.BoundError
		require.ErrorAs(t, err, &bound)
		assert.Equal(t, 2, bound.Failed)
		assert.Equal(t, 7, bins.Of(stage.LoadDeleted))
		assert.Equal(t, 2, bins.Of(stage.LoadRejected))
		assert.Equal(t, 31, bins.Of(stage.LoadWaiting))
		assert.Len(t, b.target.live("customers"), 33)

		// Somebody looked, and lets it go on.
		b.cfg.MaxFailures = load.Failures{}
		bins, err = load.Undo(ctx, b.cfg, p.ID)
		require.NoError(t, err)
		assert.Equal(t, 3, bins.Of(stage.LoadRejected))
		assert.Len(t, b.target.live("customers"), 3)
	})
}

func TestAPlanOfTooManyFailuresIsNotApplied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		rows := customers(40)
		for i := range 3 {
			rows[i*7] = fmt.Sprintf(`%d {"email":"c%d@example.com"}`, i*7+1, i*7+1) // no name, which is required
		}
		b.put("customer", rows...)
		for _, tt := range []struct {
			bound load.Failures
			stops bool
		}{{load.Failures{Share: 0.05}, true}, {load.Failures{Count: 2}, true}, {load.Failures{Count: 3}, false}, {load.Failures{Share: 0.1}, false}} {
			b.cfg.MaxFailures = tt.bound
			p := b.plan()
			sum, err := load.ReadSummary(p)
			require.NoError(t, err)
			require.Equal(t, 3, sum.Of(stage.ActRejected))
			writes := b.target.writes
			_, err = b.apply(p, load.ApplyOptions{All: true})
			if !tt.stops {
				require.NoError(t, err, "%v", tt.bound)
				assert.Empty(t, sum.TooMany)
				assert.Len(t, b.target.live("customers"), 37)
				continue
			}
			var bound *load.BoundError
			require.ErrorAs(t, err, &bound, "%v", tt.bound)
			assert.Equal(t, []int{3, 40}, []int{bound.Failed, bound.Tried})
			assert.Contains(t, sum.TooMany, "max_failures")
			assert.Equal(t, writes, b.target.writes, "nothing was sent")
		}
	})
}
