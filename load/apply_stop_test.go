package load_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
)

func TestApplyStopsToLetAPersonLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(120)...)
		b.cfg.Workers = 1
		b.target.on(&fault{nth: []int{3}, do: refuse(422, `{"errors":{"name":["is odd"]}}`)}, &fault{nth: []int{4}, do: lostAfter})
		p := b.plan()
		var done []int
		for {
			_, err := b.apply(p, load.ApplyOptions{})
			var stop *load.StopError
			if !errors.As(err, &stop) {
				require.NoError(t, err)
				break
			}
			done = append(done, stop.Done, len(b.target.live("customers")))
			require.NotEmpty(t, stop.Links)
			assert.Contains(t, stop.Links[0], "https://bench.test/customers/")
		}
		assert.Equal(t, []int{5, 5, 100, 100}, done)
		b.judge(p, 0)
		assert.Equal(t, stage.LoadRejected, b.item(p, "customers", "3").Bin)
		why := b.why(p, "customers", "3")
		assert.Equal(t, "name", why.Field)
		assert.Contains(t, why.Said, "is odd")
	})
}

func TestTooManyFailuresStopTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(100)...)
		b.cfg.MaxFailures, b.cfg.Workers = load.Failures{Share: 0.05}, 1
		b.target.on(&fault{nth: every(3, 100), do: refuse(422, `{"errors":{"name":["is odd"]}}`)})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		var bound *load.BoundError
		require.ErrorAs(t, err, &bound)
		assert.Equal(t, 2, bound.Failed)
		assert.Positive(t, bins.Of(stage.LoadWaiting))
		b.judge(p, 0)
	})
}

func TestLikeRefusalsCloseOneWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules(), peopleRules())
		b.put("customer", customers(40)...)
		b.put("person", customers(40)...)
		b.cfg.Workers = 1
		b.target.required["customers"] = []string{"phone"}
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 5, bins.Entries[0].Bins[stage.LoadRejected])
		assert.Equal(t, 35, bins.Entries[0].Bins[stage.LoadHeld])
		assert.Equal(t, 40, bins.Entries[1].Bins[stage.LoadCreated], "others go on")
		assert.Equal(t, load.CodeStopped, b.why(p, "customers", "40").Code)
		b.judge(p, 0)
	})
}

func TestPermissionStopsOneStreamWithOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules(), sitesRules(), peopleRules())
		b.put("customer", customers(20)...)
		b.put("site", childrenOf(20, "customer_id", `"name":"Site %d"`)...)
		b.put("person", customers(20)...)
		b.cfg.Workers = 1
		b.target.off["customers"] = true
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 20, bins.Of(stage.LoadCreated), "people")
		assert.Equal(t, 1, bins.Of(stage.LoadRejected))
		assert.Equal(t, 39, bins.Of(stage.LoadHeld))
		why := b.why(p, "sites", "7")
		assert.Equal(t, load.CodeParent, why.Code)
		assert.Contains(t, why.Text, "customers 7")

		// With the permission back, what was held goes on.
		b.target.off["customers"] = false
		bins, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		b.judge(p, 0)
	})
}

func TestQuotaEndsTheRunAndGoesOnWithoutApproval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(60)...)
		p := b.plan()
		b.target.quota = 25
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.Error(t, err)
		assert.Equal(t, connector.QuotaSpent, api.ClassOf(err))
		assert.Equal(t, 25, bins.Of(stage.LoadCreated))
		assert.Equal(t, 35, bins.Of(stage.LoadWaiting))
		time.Sleep(25 * time.Hour)
		b.target.quota = -1
		bins, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 60, bins.Of(stage.LoadCreated))
		b.judge(p, 0)
	})
}

func TestLockedRecordsComeLaterInTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(10)...)
		b.target.on(&fault{nth: []int{2, 5, 11}, do: refuse(423, `{"error":"locked by another user"}`)})
		p := b.plan()
		bins, err := b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 10, bins.Of(stage.LoadCreated))
		b.judge(p, 0)
	})
}

func TestCancelLetsCallsInFlightFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), customersRules())
		b.put("customer", customers(50)...)
		p := b.plan()
		b.target.on(&fault{do: slow(2 * time.Second)})
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(5*time.Second, cancel)
		b.newRun()
		bins, err := load.Apply(ctx, b.cfg, p.ID, load.ApplyOptions{All: true})
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 12, bins.Of(stage.LoadCreated), "three rounds of four: the third was in flight")
		assert.Equal(t, 12, len(b.target.live("customers")))
		assert.Zero(t, bins.Of(stage.LoadUnsure))
		b.judge(p, 0)

		// A call that does not end within the grace is unsure, and asked for later.
		b.target.script = nil
		b.target.on(&fault{do: slow(25 * time.Second), times: 4})
		ctx, cancel = context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		b.newRun()
		bins, err = load.Apply(ctx, b.cfg, p.ID, load.ApplyOptions{All: true})
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, 4, bins.Of(stage.LoadUnsure))
		bins, err = b.apply(p, load.ApplyOptions{All: true})
		require.NoError(t, err)
		assert.Equal(t, 50, bins.Of(stage.LoadCreated))
		b.judge(p, 0)
	})
}

func TestAPlanIsAppliedOnlyWhenItHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t, loadTargetSpec(t), jobsRules(), customersRules())
		b.put("customer", customers(3)...)
		b.put("job", childrenOf(3, "customer_id", `"title":"Job %d","status":"done"`)...)
		p := b.plan()
		ctx := context.Background()

		require.NoError(t, b.stage.SetPlan(ctx, p.ID, stage.PlanWaiting, "", time.Time{}))
		_, err := b.apply(p, load.ApplyOptions{})
		var state *load.StateError
		require.ErrorAs(t, err, &state)
		require.NoError(t, b.stage.SetPlan(ctx, p.ID, stage.PlanApproved, "", time.Now()))

		other := b.cfg
		other.Target.ID = "bench/sandbox@bench.test"
		_, err = load.Apply(ctx, other, p.ID, load.ApplyOptions{})
		var stale *load.StalePlanError
		require.ErrorAs(t, err, &stale)

		b.cfg.Allow = nil
		_, err = b.apply(p, load.ApplyOptions{})
		var allow *load.AllowError
		require.ErrorAs(t, err, &allow)
		assert.Equal(t, "final", allow.Need)
		assert.Equal(t, 3, allow.Count)
		assert.Zero(t, b.target.writes)
	})
}
