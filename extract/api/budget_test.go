package api_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/samples/vendorsim"
)

// limited gives a client the budget that the spec tells.
func limited(t *testing.T, when budget.WhenSpent) func(*api.Options) {
	return func(o *api.Options) {
		o.Budget = newBudget(t, func(c *budget.Config) {
			b := o.Spec.Budget
			c.Rate, c.Quota, c.Zone, c.WhenSpent = budget.Limit(b.Rate), budget.Limit(b.Quota), b.Zone, when
		})
	}
}

func TestTheRateIsKept(t *testing.T) {
	for _, window := range []vendorsim.WindowKind{vendorsim.OpenedByFirst, vendorsim.Aligned, vendorsim.Sliding} {
		t.Run(string(window), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, sim, spec := newSim(t, vendorsim.Options{
					Counts: vendorsim.Counts{Customers: 30_000}, Rate: vendorsim.Rate{Kind: window},
				}, limited(t, budget.Stop))
				began := time.Now()
				ids, errs := readAll(context.Background(), c, spec, 300, 16)
				require.NoError(t, errors.Join(errs...))
				assert.Len(t, ids, 30_000)
				assert.Zero(t, sim.Counters().RefusedRate)
				assert.Less(t, time.Since(began), 200*time.Second)
			})
		})
	}
}

func TestTheQuotaEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, sim, spec := newSim(t, vendorsim.Options{
			Counts: vendorsim.Counts{Customers: 3000}, Quota: vendorsim.Quota{Limit: 20},
		}, limited(t, budget.Stop))
		began := time.Now()
		_, errs := readAll(context.Background(), c, spec, 30, 4)
		assert.Less(t, time.Since(began), 5*time.Second)
		assert.Equal(t, 20, sim.Counters().Accepted)
		assert.Zero(t, sim.Counters().RefusedQuota)
		var e *api.Error
		require.ErrorAs(t, errors.Join(errs...), &e)
		assert.Equal(t, connector.QuotaSpent, e.Class)
		assert.True(t, e.Until.After(began.Add(20*time.Hour)), e.Until)
		require.ErrorAs(t, e, new(*budget.SpentError))
		assert.ErrorContains(t, e, "GET customer/list?sort&sortOrder&page&pageSize: the quota is spent: 20 of 20 requests used; run again after 2000-01-02 00:00:00 UTC; nothing is lost")
	})
}

// The vendor says that the quota is spent before we thought so.
func TestARefusalByTheQuota(t *testing.T) {
	fault := vendorsim.Fault{Kind: vendorsim.FaultQuota, Nth: []int{2}}
	synctest.Test(t, func(t *testing.T) {
		c, _, spec := newSim(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}, Faults: []vendorsim.Fault{fault}}, limited(t, budget.Stop))
		_, errs := readAll(context.Background(), c, spec, 3, 1)
		var e *api.Error
		require.ErrorAs(t, errors.Join(errs...), &e)
		assert.Equal(t, connector.QuotaSpent, e.Class)
		assert.Equal(t, 429, e.Status)
		assert.Equal(t, "You have gone above your daily quota", e.Message)
		assert.False(t, e.Until.IsZero())
		assert.ErrorContains(t, e, "; nothing is lost; run again after 2000-01-0")
		assert.EqualValues(t, 2, c.Requests())
	})
	synctest.Test(t, func(t *testing.T) {
		c, _, spec := newSim(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}, Faults: []vendorsim.Fault{fault}}, limited(t, budget.WaitForReset))
		began := time.Now()
		ids, errs := readAll(context.Background(), c, spec, 3, 1)
		require.NoError(t, errors.Join(errs...))
		assert.Len(t, ids, 300)
		assert.Greater(t, time.Since(began), 30*time.Minute)
		assert.LessOrEqual(t, c.Requests(), int64(5))
	})
}

func TestInterruptEndsTheBudgetsWait(t *testing.T) {
	stop := errors.New("Ctrl-C")
	synctest.Test(t, func(t *testing.T) {
		c, sim, spec := newSim(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 3000}, Quota: vendorsim.Quota{Limit: 5}}, limited(t, budget.WaitForReset))
		ctx, cancel := context.WithCancelCause(context.Background())
		time.AfterFunc(time.Hour+time.Minute, func() { cancel(stop) })
		began := time.Now()
		_, errs := readAll(ctx, c, spec, 6, 6)
		require.ErrorIs(t, errors.Join(errs...), stop)
		assert.Equal(t, time.Hour+time.Minute, time.Since(began))
		assert.Equal(t, 5, sim.Counters().Accepted)
	})
}
