package budget

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestThreeHundredPages is the figure: 120 a minute, 20 ms latency, each kind
// of window, whatever part of the minute it starts in.
func TestThreeHundredPages(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		for _, phase := range []time.Duration{0, 31500 * time.Millisecond} {
			for _, mute := range []bool{false, true} {
				if mute && phase > 0 {
					continue // without headers only the log counts
				}
				t.Run(fmt.Sprintf("%s at %s, mute %v", k, phase, mute), func(t *testing.T) {
					file := usageFile(t)
					synctest.Test(t, func(t *testing.T) {
						time.Sleep(phase)
						v := newVendor(k, 120, 20*time.Millisecond)
						v.mute = mute
						c := newClient(t, file, Config{Rate: minute120})
						defer c.close()
						began := time.Now()
						n, err := c.run(t.Context(), v, 300, 16)
						require.NoError(t, err)
						assert.Equal(t, 300, n)
						assert.Zero(t, v.refusedRate)
						assert.LessOrEqual(t, time.Since(began), 123*time.Second)
						t.Log(time.Since(began))
					})
				})
			}
		}
	}
}

// TestTwoProcesses is the same figure with two processes of 150 pages on one
// file, the second 20 s later.
func TestTwoProcesses(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		t.Run(string(k), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := newVendor(k, 120, 20*time.Millisecond)
				began := time.Now()
				errs := make(chan error)
				for i := range 2 {
					go func() {
						time.Sleep(time.Duration(i) * 20 * time.Second)
						c := newClient(t, file, Config{Rate: minute120})
						defer c.close()
						_, err := c.run(context.Background(), v, 150, 16)
						errs <- err
					}()
				}
				require.NoError(t, <-errs)
				require.NoError(t, <-errs)
				assert.Len(t, v.accepted, 300)
				assert.Zero(t, v.refusedRate)
				assert.LessOrEqual(t, time.Since(began), 123*time.Second)
				t.Log(time.Since(began))
			})
		})
	}
}

// TestUseOfTheAllowance is the figure: at least 98 % of limit times windows in
// five full windows, at any latency.
func TestUseOfTheAllowance(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		for _, latency := range []time.Duration{10 * time.Millisecond, 5 * time.Second} {
			t.Run(fmt.Sprintf("%s, %s", k, latency), func(t *testing.T) {
				file := usageFile(t)
				synctest.Test(t, func(t *testing.T) {
					v := newVendor(k, 120, latency)
					if k == aligned {
						time.Sleep(23 * time.Second)
					}
					c := newClient(t, file, Config{Rate: minute120})
					defer c.close()
					ctx, stop := context.WithCancel(t.Context())
					done := make(chan struct{})
					go func() {
						defer close(done)
						_, err := c.run(ctx, v, 100_000, 16)
						assert.ErrorIs(t, err, context.Canceled)
					}()
					time.Sleep(5*time.Minute + 40*time.Second)
					stop()
					<-done
					assert.Zero(t, v.refusedRate)
					from := v.accepted[0]
					if k == aligned {
						from = from.Truncate(time.Minute).Add(time.Minute)
					}
					n := 0
					for _, at := range v.accepted {
						if !at.Before(from) && at.Before(from.Add(5*time.Minute)) {
							n++
						}
					}
					assert.GreaterOrEqual(t, n, 588)
					t.Logf("%d of 600", n)
				})
			})
		}
	}
}

// TestFreshWindowIsUsedAtOnce is 40 pages at 1.5 s in under 10 s.
func TestFreshWindowIsUsedAtOnce(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		v := newVendor(opened, 120, 1500*time.Millisecond)
		c := newClient(t, file, Config{Rate: minute120})
		defer c.close()
		began := time.Now()
		_, err := c.run(t.Context(), v, 40, 16)
		require.NoError(t, err)
		assert.Less(t, time.Since(began), 10*time.Second)
	})
}

// TestAnnouncedLimitReplacesTheSpec in both directions, from the first answer.
func TestAnnouncedLimitReplacesTheSpec(t *testing.T) {
	t.Parallel()
	for _, limit := range []int{7, 60, 1_000_000} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := newVendor(opened, limit, 20*time.Millisecond)
				c := newClient(t, file, Config{Rate: minute120})
				defer c.close()
				began := time.Now()
				_, err := c.run(t.Context(), v, 4*min(limit, 500), 16)
				require.NoError(t, err)
				assert.Zero(t, v.refusedRate)
				if limit > 120 {
					assert.Less(t, time.Since(began), 10*time.Second)
				} else {
					assert.Less(t, time.Since(began), 184*time.Second)
				}
			})
		})
	}
}

// TestOwnRateOnlyLowers lets a job be gentler than the vendor asks, never
// rougher.
func TestOwnRateOnlyLowers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		own   Limit
		least time.Duration
	}{{Limit{20, 10 * time.Second}, 50 * time.Second}, {Limit{1000, time.Second}, 60 * time.Second}} {
		t.Run(fmt.Sprint(c.own), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := newVendor(sliding, 120, 20*time.Millisecond)
				p := newClient(t, file, Config{Rate: minute120, OwnRate: c.own})
				defer p.close()
				began := time.Now()
				pages := 121
				_, err := p.run(t.Context(), v, pages, 16)
				require.NoError(t, err)
				assert.Zero(t, v.refusedRate)
				assert.GreaterOrEqual(t, time.Since(began), c.least)
				assert.Less(t, time.Since(began), 70*time.Second)
			})
		})
	}
}

// TestOthersOnTheKey lets somebody else spend half of every window: what is
// refused is at most what was in flight, and each of those once.
func TestOthersOnTheKey(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		t.Run(string(k), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := newVendor(k, 120, 200*time.Millisecond)
				c := newClient(t, file, Config{Rate: minute120})
				defer c.close()
				stop := make(chan struct{})
				go func() {
					for {
						select {
						case <-stop:
							return
						case <-time.After(time.Second):
							v.spend(1)
						}
					}
				}()
				began := time.Now()
				_, err := c.run(t.Context(), v, 300, 16)
				close(stop)
				require.NoError(t, err)
				assert.LessOrEqual(t, v.refusedRate, 16)
				assert.Less(t, time.Since(began), 6*time.Minute)
				t.Logf("%d refused, %s", v.refusedRate, time.Since(began))
			})
		})
	}
}

// TestClockOffByAnHour changes nothing: neither ours wrong, nor set back while
// running.
func TestClockOffByAnHour(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{-time.Hour, time.Hour + 700*time.Millisecond} {
		t.Run(ahead.String(), func(t *testing.T) {
			file := usageFile(t)
			synctest.Test(t, func(t *testing.T) {
				v := newVendor(aligned, 120, 20*time.Millisecond)
				v.ahead = ahead
				c := newClient(t, file, Config{Rate: minute120})
				defer c.close()
				time.Sleep(40 * time.Second)
				began := time.Now()
				_, err := c.run(t.Context(), v, 300, 16)
				require.NoError(t, err)
				assert.Zero(t, v.refusedRate)
				assert.LessOrEqual(t, time.Since(began), 123*time.Second)
				assert.WithinDuration(t, time.Now().Add(ahead), c.Now(), time.Second)
			})
		})
	}
}

// TestClockSetBack must block for no longer than a window.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	file := usageFile(t)
	synctest.Test(t, func(t *testing.T) {
		var back time.Duration
		v := newVendor(opened, 120, 20*time.Millisecond)
		l, err := open(file, func() time.Time { return time.Now().Add(-back) })
		require.NoError(t, err)
		b, err := l.Budget(t.Context(), Config{Key: "key", Rate: minute120})
		require.NoError(t, err)
		c := &client{t, b, l}
		defer c.close()
		_, err = c.run(t.Context(), v, 110, 1)
		require.NoError(t, err)
		back = time.Hour
		began := time.Now()
		_, err = c.run(t.Context(), v, 100, 1)
		require.NoError(t, err)
		assert.Less(t, time.Since(began), 125*time.Second)
		assert.Zero(t, v.refusedRate)
	})
}
