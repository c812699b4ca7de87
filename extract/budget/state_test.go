package budget

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestState shows limits, use and what is left, of one key and of all.
func TestState(t *testing.T) {
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(aligned, 100, 20*time.Millisecond)
		v.quota = 500
		c := newClient(t, file, Config{Key: "b", Rate: minute120, Quota: tenThousand, Reserve: 0.1, OwnRate: Limit{90, time.Minute}})
		defer c.close()
		s, err := c.State(t.Context())
		require.NoError(t, err)
		assert.Equal(t, State{
			Key: "b", Rate: Limit{90, time.Minute}, Quota: tenThousand, RateFree: 90, RateRemaining: -1, QuotaRemaining: -1,
			QuotaReset: time.UnixMilli(946771200000), Left: 9000, Reserve: 1000,
		}, s)
		_, err = c.run(t.Context(), v, 80, 16)
		require.NoError(t, err)
		v.spend(5)
		_, err = c.run(t.Context(), v, 1, 1)
		require.NoError(t, err)
		s, err = c.State(t.Context())
		require.NoError(t, err)
		assert.WithinDuration(t, time.Date(2000, 1, 1, 0, 1, 0, 0, time.UTC), s.RateReset, 2*time.Second)
		s.RateReset, s.QuotaReset = time.Time{}, time.Time{}
		assert.Equal(t, State{
			Key: "b", Rate: Limit{90, time.Minute}, Quota: Limit{500, day}, RateUsed: 81, RateFree: 9, RateRemaining: 14,
			QuotaUsed: 81, QuotaRemaining: 414, Left: 364, Reserve: 50,
		}, s)

		other := newClient(t, file, Config{Key: "a"})
		defer other.close()
		all, err := other.ledger.States(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 2)
		assert.Equal(t, State{Key: "a", RateFree: -1, RateRemaining: -1, QuotaRemaining: -1, Left: -1}, all[0])
		assert.Equal(t, "b", all[1].Key)
		assert.Equal(t, 414, all[1].Left)
		assert.Equal(t, 14, all[1].RateFree)
	})
}

func TestNeed(t *testing.T) {
	now := time.Date(2026, 8, 1, 20, 0, 0, 0, time.UTC)
	midnight := now.Add(4 * time.Hour)
	full := State{Rate: minute120, Quota: Limit{10_000, day}, RateFree: 120, Left: 9000, Reserve: 1000, QuotaReset: midnight}
	for _, c := range []struct {
		name string
		s    State
		n    int
		want Need
	}{
		{"nothing", full, 0, Need{Days: 1, Done: now}},
		{"at once", full, 120, Need{Days: 1, Done: now}},
		{"two more windows", full, 300, Need{Minutes: 2, Days: 1, Done: now.Add(2 * time.Minute)}},
		{"no limits", State{RateFree: -1, Left: -1}, 1e6, Need{Days: 1, Done: now}},
		{"tomorrow", full, 9100, Need{Minutes: 74, Days: 2, Done: midnight}},
		{"the day after", full, 18_240, Need{Minutes: 149, Days: 3, Done: midnight.Add(24*time.Hour + time.Minute)}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, c.s.Need(c.n, now)) })
	}
}
