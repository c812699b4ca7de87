package vendorsim

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

// standingOf reads the limit headers of an answer.
func standingOf(a answered) (rateLeft int, reset int64, quotaLeft int) {
	rateLeft, _ = strconv.Atoi(a.header.Get("X-RateLimit-Remaining"))
	reset, _ = strconv.ParseInt(a.header.Get("X-RateLimit-Reset"), 10, 64)
	quotaLeft, _ = strconv.Atoi(a.header.Get("X-Quota-Remaining"))
	return rateLeft, reset, quotaLeft
}

const ping = "/v3/jobschedulingwindow/list"

func TestWindows(t *testing.T) {
	// Each step waits, then calls; the wanted status and the seconds until the reset follow.
	type step struct {
		wait   time.Duration
		status int
		left   int
		reset  time.Duration // after the start of the bubble
	}
	sec := time.Second
	for name, tc := range map[string]struct {
		rate  Rate
		steps []step
	}{
		"opened by the first": {Rate{Limit: 3}, []step{
			{30 * sec, 200, 2, 90 * sec}, {50 * sec, 200, 1, 90 * sec}, {0, 200, 0, 90 * sec}, {0, 429, 0, 90 * sec},
			{9 * sec, 429, 0, 90 * sec}, {1 * sec, 200, 2, 150 * sec},
		}},
		"aligned": {Rate{Limit: 3, Kind: Aligned}, []step{
			{50 * sec, 200, 2, 60 * sec}, {0, 200, 1, 60 * sec}, {0, 200, 0, 60 * sec}, {0, 429, 0, 60 * sec},
			{10 * sec, 200, 2, 120 * sec},
		}},
		"sliding": {Rate{Limit: 3, Kind: Sliding}, []step{
			{10 * sec, 200, 2, 70 * sec}, {20 * sec, 200, 1, 70 * sec}, {20 * sec, 200, 0, 70 * sec}, {19 * sec, 429, 0, 70 * sec},
			{1 * sec, 200, 0, 90 * sec}, {0, 429, 0, 90 * sec},
		}},
		"scaled down": {Rate{Limit: 1, Window: 2 * sec}, []step{
			{500 * time.Millisecond, 200, 0, 3 * sec}, {1900 * time.Millisecond, 429, 0, 3 * sec}, {100 * time.Millisecond, 200, 0, 5 * sec},
		}},
		"reset cut down": {Rate{Limit: 1, Window: 2 * sec, FloorReset: true}, []step{
			{500 * time.Millisecond, 200, 0, 2 * sec}, {1500 * time.Millisecond, 429, 0, 2 * sec},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				s := newSim(t, Options{Rate: tc.rate})
				for i, st := range tc.steps {
					time.Sleep(st.wait)
					a := get(s, ping)
					left, reset, _ := standingOf(a)
					assert.Equal(t, st.status, a.status, "step %d", i)
					assert.Equal(t, st.left, left, "step %d", i)
					assert.Equal(t, st.reset, time.Unix(reset, 0).Sub(start), "step %d", i)
				}
			})
		})
	}
}

func TestQuotaEndsAndTheNextDayBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Quota: Quota{Limit: 5}})
		for i := range 5 {
			_, _, left := standingOf(get(s, ping))
			assert.Equal(t, 4-i, left)
		}
		a := get(s, ping)
		assert.Equal(t, http.StatusTooManyRequests, a.status)
		assert.JSONEq(t, `{"error":"Too Many Requests","message":"You have gone above your daily quota"}`, string(a.body))
		left, _, quotaLeft := standingOf(a)
		assert.Equal(t, 120, left, "as the reference's sample: a full minute counter")
		assert.Zero(t, quotaLeft)
		assert.Equal(t, "5", a.header.Get("X-Quota-Limit"))
		time.Sleep(23*time.Hour + 59*time.Minute)
		assert.Equal(t, http.StatusTooManyRequests, get(s, ping).status, "the bubble began at midnight")
		time.Sleep(time.Minute)
		assert.Equal(t, http.StatusOK, get(s, ping).status)
		s.Spend(100)
		assert.Equal(t, http.StatusTooManyRequests, get(s, ping).status)
		s.Advance(24 * time.Hour)
		assert.Equal(t, http.StatusOK, get(s, ping).status, "the vendor's clock jumped to the next day")
		assert.Equal(t, 3, s.Counters().RefusedQuota)
	})
}

func TestRateRefusalsCountOnlyIfToldTo(t *testing.T) {
	for _, count := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newSim(t, Options{Rate: Rate{Limit: 2, Kind: Sliding}, Quota: Quota{Limit: 10}, RefusedCount: count})
			for range 5 {
				get(s, ping)
			}
			time.Sleep(time.Minute)
			_, _, quotaLeft := standingOf(get(s, ping))
			assert.Equal(t, map[bool]int{false: 7, true: 4}[count], quotaLeft)
			c := s.Counters()
			assert.Equal(t, []int{3, 3, 6}, []int{c.Accepted, c.RefusedRate, c.Requests})
		})
	}
}

func TestHeadersOnEveryReplyOrNone(t *testing.T) {
	s := newSim(t, Options{})
	for _, path := range []string{ping, "/v3/nope", "/v3/customer/details?id=1"} {
		assert.Equal(t, "120", get(s, path).header.Get("X-RateLimit-Limit"))
	}
	s = newSim(t, Options{NoLimitHeaders: true})
	for name := range get(s, ping).header {
		assert.NotContains(t, name, "X-")
	}
}

func TestSpendTakesFromBoth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Quota: Quota{Limit: 1000}})
		s.Spend(119)
		left, _, quotaLeft := standingOf(get(s, ping))
		assert.Equal(t, []int{0, 880}, []int{left, quotaLeft})
		assert.Equal(t, http.StatusTooManyRequests, get(s, ping).status)
	})
}

func TestClockSkews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{ClockSkew: -time.Hour, DateSkew: 10 * time.Minute})
		a := get(s, ping)
		at, err := http.ParseTime(a.header.Get("Date"))
		assert.NoError(t, err)
		assert.Equal(t, time.Now().UTC().Add(-50*time.Minute), at)
		_, reset, _ := standingOf(a)
		assert.Equal(t, time.Now().Add(-59*time.Minute).Unix(), reset)
	})
}

func TestLatencyIsSpentAfterCounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSim(t, Options{Latency: 300 * time.Millisecond, LatencyJitter: 100 * time.Millisecond})
		start := time.Now()
		done := make(chan answered)
		go func() { done <- get(s, ping) }()
		synctest.Wait()
		assert.Equal(t, 1, s.Counters().Accepted)
		assert.Equal(t, 1, s.Counters().InFlight)
		<-done
		assert.GreaterOrEqual(t, time.Since(start), 300*time.Millisecond)
		assert.Less(t, time.Since(start), 400*time.Millisecond)
		assert.Zero(t, s.Counters().InFlight)
	})
}
