package extract_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract"
	"ferry/extract/budget"
	"ferry/samples/vendorsim"
)

// TestAStoppedReadingByKeysAsksForNoKeyTwice: over three days, with the file in
// another order and longer on the second.
func TestAStoppedReadingByKeysAsksForNoKeyTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 120}})
		ids := slices.Clone(w.sim.Live("customer"))
		w.limit = budget.Limit{Requests: 40, Per: 24 * time.Hour}
		_, err := w.run(w.keys("customer", append(slices.Clone(ids[:90]), "88888888")...))
		require.True(t, spent(err), "%v", err)
		assert.Equal(t, 40, w.asked("customer/details"))
		live, _ := w.staged("customer")
		assert.GreaterOrEqual(t, len(live), 39, "what was in flight is staged")
		more := append([]string{"88888888"}, ids[:110]...)
		slices.Reverse(more)
		days := 1
		var s extract.Summary
		for ; days < 6; days++ {
			time.Sleep(24 * time.Hour)
			if s, err = w.run(w.keys("customer", more...)); err == nil {
				break
			}
			require.True(t, spent(err), "%v", err)
			assert.Equal(t, len(more)-40*days, w.event(extract.EventPrice).Requests, "only what is missing is priced")
		}
		assert.Equal(t, len(more), w.asked("customer/details"), "each once")
		x := summaryOf(t, s, "customer")
		assert.True(t, x.Proven(), x.Certificate.Text)
		assert.Equal(t, 110, x.Certificate.Distinct)
		w.holds("customer", ids[:110])

		_, err = w.run(w.keys("customer", ids[:5]...))
		require.NoError(t, err)
		assert.Equal(t, len(more)+5, w.asked("customer/details"), "a new reading asks again")
	})
}

// TestAReadingByKeysThatLiesForLongBeginsAgain: what was found a month ago says
// nothing of today.
func TestAReadingByKeysThatLiesForLongBeginsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 30}})
		ids := w.sim.Live("customer")
		w.limit = budget.Limit{Requests: 10, Per: 24 * time.Hour}
		_, err := w.run(w.keys("customer", ids...))
		require.True(t, spent(err), "%v", err)
		time.Sleep(30 * 24 * time.Hour)
		w.limit = budget.Limit{}
		_, err = w.run(w.keys("customer", ids...))
		require.NoError(t, err)
		assert.Equal(t, 40, w.asked("customer/details"))
	})
}

// TestEveryStopOfAReadingByKeysLosesAndDoublesNothing cancels after each of the
// first answers in turn; the next run does the rest.
func TestEveryStopOfAReadingByKeysLosesAndDoublesNothing(t *testing.T) {
	for stop := 1; stop <= 6; stop++ {
		w := keyedWorld(t, vendorsim.Options{Counts: vendorsim.Counts{Customers: 12}})
		ids := w.sim.Live("customer")
		ctx, cancel := context.WithCancel(context.Background())
		answers := 0
		w.mangle = func(_ *http.Request, body string) string {
			if answers++; answers == stop {
				cancel()
			}
			return body
		}
		cfg := w.keys("customer", ids...)
		cfg.Connections = 1
		_, err := w.runContext(ctx, cfg)
		require.ErrorIs(t, err, context.Canceled)
		s, err := w.run(cfg)
		require.NoError(t, err)
		assert.True(t, summaryOf(t, s, "customer").Proven())
		live, _ := w.staged("customer")
		assert.Len(t, live, len(ids))
		assert.LessOrEqual(t, w.asked("customer/details"), len(ids)+1, "only what was in flight is asked again")
	}
}
