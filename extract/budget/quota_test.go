package budget

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var tenThousand = Limit{10_000, 24 * time.Hour}

func quotaVendor(quota int) *vendor {
	v := newVendor(opened, 120, 20*time.Millisecond)
	v.quota = quota
	return v
}

// TestTwoHundredPagesWithQuota110 is the figure: 110 accepted, none refused,
// stopped at once; the next day asks for the other 90.
func TestTwoHundredPagesWithQuota110(t *testing.T) {
	t.Parallel()
	for _, connections := range []int{1, 16} {
		t.Run(fmt.Sprint(connections), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := quotaVendor(110)
				c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
				n, err := c.run(t.Context(), v, 200, connections)
				c.close()
				var spent *SpentError
				require.ErrorAs(t, err, &spent)
				assert.Equal(t, 110, n)
				assert.Equal(t, 110, spent.Limit)
				assert.Equal(t, 110, spent.Used)
				assert.Zero(t, v.refusedQuota+v.refusedRate)
				assert.Less(t, time.Since(v.accepted[109]), time.Second)
				assert.WithinDuration(t, time.Date(2000, 1, 2, 0, 0, 0, 0, time.UTC), spent.Until, 2*time.Second)

				time.Sleep(time.Until(spent.Until))
				c = newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
				defer c.close()
				n, err = c.run(t.Context(), v, 90, connections)
				require.NoError(t, err)
				assert.Equal(t, 90, n)
				assert.Equal(t, 200, v.counted)
			})
		})
	}
}

// TestTheNextDayBySwitch is a vendor that begins a new day though no clock
// says so: a new start tests it with one request and goes on; on the same day
// starts waste one request an hour.
func TestTheNextDayBySwitch(t *testing.T) {
	t.Parallel()
	for _, mute := range []bool{false, true} {
		t.Run(fmt.Sprintf("mute %v", mute), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := quotaVendor(110)
				v.mute = mute
				start := func() (int, error) {
					time.Sleep(time.Second)
					c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
					defer c.close()
					return c.run(t.Context(), v, 50, 16)
				}
				var err error
				for range 6 {
					_, err = start()
				}
				var spent *SpentError
				require.ErrorAs(t, err, &spent)
				assert.LessOrEqual(t, v.refusedQuota, map[bool]int{false: 1, true: 16}[mute])
				wasted := v.refusedQuota
				time.Sleep(time.Hour)
				v.mu.Lock()
				v.spent = 0
				v.mu.Unlock()
				n, err := start()
				require.NoError(t, err)
				assert.Equal(t, 50, n)
				assert.Equal(t, wasted, v.refusedQuota)
			})
		})
	}
}

// TestWaitingOutThreeDays needs one run, and never a refusal.
func TestWaitingOutThreeDays(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(110)
		v.ahead = -2 * time.Hour // its midnight in UTC is our two o'clock
		var waits []Wait
		c := newClient(t, file, Config{
			Rate: minute120, Quota: tenThousand, WhenSpent: WaitForReset, OnWait: func(w Wait) { waits = append(waits, w) },
		})
		defer c.close()
		n, err := c.run(t.Context(), v, 350, 16)
		require.NoError(t, err)
		assert.Equal(t, 350, n)
		assert.Zero(t, v.refusedQuota)
		assert.Zero(t, v.refusedRate)
		assert.WithinDuration(t, time.Date(2000, 1, 3, 2, 0, 0, 0, time.UTC), time.Now(), 2*time.Minute)
		require.NotEmpty(t, waits)
		assert.Empty(t, waits[len(waits)-1].Reason, "every wait ends")
	})
}

// TestSomebodySpendsHalf loses at most what is in flight, and stops.
func TestSomebodySpendsHalf(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(200)
		v.limit = 1_000_000
		c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
		defer c.close()
		theirs := 0
		var somebody sync.WaitGroup
		somebody.Go(func() {
			for range 10 {
				time.Sleep(15 * time.Millisecond)
				theirs += v.spend(10)
			}
		})
		n, err := c.run(t.Context(), v, 300, 16)
		somebody.Wait()
		var spent *SpentError
		require.ErrorAs(t, err, &spent)
		assert.LessOrEqual(t, v.refusedQuota, 16)
		assert.GreaterOrEqual(t, theirs, 80)
		assert.Equal(t, 200-theirs, n)
	})
}

// TestReserve keeps a share back for imports, who may use all of it.
func TestReserve(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(105)
		batch := newClient(t, file, Config{Rate: minute120, Quota: tenThousand, Reserve: 0.1})
		defer batch.close()
		n, err := batch.run(t.Context(), v, 300, 16)
		var spent *SpentError
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, 94, n, "11 of 105 are kept: 10 %, rounded up")
		assert.Equal(t, 11, spent.Reserve)
		assert.Equal(t, 94, spent.Used)
		assert.Contains(t, err.Error(), "94 of 105 requests used, 11 kept back for imports; run again after 2000-01-0")

		office := newClient(t, file, Config{Rate: minute120, Quota: tenThousand, Reserve: 0.1, Import: true})
		defer office.close()
		n, err = office.run(t.Context(), v, 300, 16)
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, 11, n)
		assert.Zero(t, v.refusedQuota)
	})
}

// TestOwnQuotaOnlyLowers counts all takes of the key, in the job's own span.
func TestOwnQuotaOnlyLowers(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(1000)
		v.limit = 100_000
		c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand, OwnQuota: Limit{60, time.Hour}})
		defer c.close()
		time.Sleep(90 * time.Minute)
		n, err := c.run(t.Context(), v, 100, 16)
		var spent *SpentError
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, 60, n)
		assert.Equal(t, SpentError{Until: spent.Until, Limit: 60, Used: 60}, *spent)
		time.Sleep(time.Until(spent.Until))
		n, err = c.run(t.Context(), v, 100, 16)
		require.ErrorAs(t, err, &spent)
		assert.Equal(t, 60, n)
		assert.Equal(t, 120, v.counted)
		s, err := c.State(t.Context())
		require.NoError(t, err)
		assert.Equal(t, Limit{60, time.Hour}, s.Quota)
		assert.Equal(t, 0, s.Left)
		assert.Equal(t, 880, s.QuotaRemaining)
		assert.Equal(t, spent.Until, s.SpentUntil)
	})
}

// TestQuotaWithoutHeaders is held by our own count, by the vendor's midnight in
// its zone, and never tested: the limit is ours to keep.
func TestQuotaWithoutHeaders(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	zone, err := time.LoadLocation("Pacific/Auckland")
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(sliding, 1000, 20*time.Millisecond)
		v.mute, v.ahead = true, 5*time.Hour
		days := 0
		for range 3 {
			c := newClient(t, file, Config{Quota: Limit{30, 24 * time.Hour}, Zone: zone})
			n, err := c.run(t.Context(), v, 100, 16)
			var spent *SpentError
			require.ErrorAs(t, err, &spent)
			assert.Equal(t, 30, n)
			_, err = c.Take(t.Context())
			require.ErrorAs(t, err, &spent)
			at := spent.Until.Add(v.ahead).In(zone)
			assert.Zero(t, at.Hour()*60+at.Minute(), "midnight in Auckland by the vendor's clock, not %s", at)
			c.close()
			days++
			time.Sleep(time.Until(spent.Until) + time.Second)
		}
		assert.Equal(t, 3, days)
	})
}

// TestRunningOverMidnight goes on without a pause: answers of the old day do
// not count for the new one.
func TestRunningOverMidnight(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(500)
		v.limit, v.down = 100_000, 3*time.Second
		c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
		defer c.close()
		time.Sleep(24*time.Hour - 60*time.Second)
		began := time.Now()
		n, err := c.run(t.Context(), v, 700, 16)
		require.NoError(t, err)
		assert.Equal(t, 700, n)
		assert.Zero(t, v.refusedQuota)
		assert.Less(t, time.Since(began), 150*time.Second)
	})
}

// TestImportsGoFirst lets an import in while a batch job waits for the window.
func TestImportsGoFirst(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(sliding, 12, 20*time.Millisecond)
		batch := newClient(t, file, Config{Rate: minute120, Reserve: 0.1})
		defer batch.close()
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_, err := batch.run(ctx, v, 1000, 16)
			assert.ErrorIs(t, err, context.Canceled)
		}()
		time.Sleep(30 * time.Second)
		before := v.count()
		office := newClient(t, file, Config{Rate: minute120, Import: true})
		began := time.Now()
		_, err := office.run(ctx, v, 12, 4)
		require.NoError(t, err)
		assert.Less(t, time.Since(began), 35*time.Second, "the window's next requests are the import's")
		assert.LessOrEqual(t, v.count()-before, 14)
		office.close()
		time.Sleep(2 * time.Minute)
		assert.Greater(t, v.count()-before, 12, "then the batch job goes on")
		stop()
		<-done
		assert.Zero(t, v.refusedRate)
	})
}

// TestRefusals are decided by what the answer says.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		answer Answer
		after  time.Duration
		spent  bool
	}{
		{"rate, nothing said: one span", Answer{Refused: ByRate}, time.Minute, false},
		{"rate, Retry-After", Answer{Refused: ByRate, RetryAfter: 17 * time.Second}, 18 * time.Second, false},
		{"rate, reset", Answer{Refused: ByRate, Rate: Announced{Limit: 120, Reset: time.Unix(946684800+23, 0), Whole: true}}, 24 * time.Second, false},
		{"rate, reset in the past", Answer{Refused: ByRate, Rate: Announced{Limit: 120, Reset: time.Unix(946684800-9, 0)}}, time.Minute, false},
		{"quota, nothing said: midnight", Answer{Refused: ByQuota}, 24 * time.Hour, true},
		{"quota, Retry-After longer", Answer{Refused: ByQuota, RetryAfter: 30 * time.Hour}, 30 * time.Hour, true},
		{"quota, reset", Answer{Refused: ByQuota, Quota: Announced{Limit: 10, Reset: time.Unix(946684800+7200, 0)}}, 2 * time.Hour, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				p := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
				defer p.close()
				ticket, err := p.Take(t.Context())
				require.NoError(t, err)
				c.answer.Vendor = time.Now()
				require.NoError(t, p.Answered(t.Context(), ticket, c.answer))
				began := time.Now()
				_, err = p.Take(t.Context())
				if c.spent {
					var spent *SpentError
					require.ErrorAs(t, err, &spent)
					assert.WithinDuration(t, began.Add(c.after), spent.Until, 2*time.Second)
					assert.Zero(t, time.Since(began))
					return
				}
				require.NoError(t, err)
				assert.InDelta(t, c.after.Seconds(), time.Since(began).Seconds(), 0.5)
			})
		})
	}
}

// TestLostAnswersCount as spent, since the vendor may have counted them.
func TestLostAnswersCount(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := quotaVendor(50)
		c := newClient(t, file, Config{Rate: minute120, Quota: tenThousand})
		defer c.close()
		for {
			ticket, err := c.Take(t.Context())
			var spent *SpentError
			if errors.As(err, &spent) {
				break
			}
			require.NoError(t, err)
			a := v.call()
			if ticket.Seq%3 == 0 {
				a = Answer{Lost: true}
			}
			require.NoError(t, c.Answered(t.Context(), ticket, a))
		}
		assert.Zero(t, v.refusedQuota)
		assert.GreaterOrEqual(t, len(v.accepted), 49)
	})
}
