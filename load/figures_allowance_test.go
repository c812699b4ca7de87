package load_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ferry/extract/budget"
	"ferry/samples/vendorsim"
)

// perMinute is the allowance of Syncro.
const perMinute = 180

// A load uses the allowance: creations, and updates that are read before they are
// written. Every request counts, whatever it is for. Beyond these latencies the few
// requests that look again at a stream before anything is created in it, one after
// the other, cost more than the two hundredths that are free.
func TestFigureAllowance(t *testing.T) {
	latencies := []time.Duration{10 * time.Millisecond, 300 * time.Millisecond, 1500 * time.Millisecond}
	least, refused := 100.0, 0
	for _, latency := range latencies[:sized(3, 1)] {
		t.Run(fmt.Sprint(latency), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				share, no := allowance(t, latency)
				least, refused = min(least, share), refused+no
			})
		})
	}
	t.Logf("at least %.1f %% of the allowance, %d refused, latencies %v, creations and updates", least, refused, latencies[:sized(3, 1)])
}

// allowance loads a company and updates it, and gives the smaller share.
func allowance(t *testing.T, latency time.Duration) (least float64, refused int) {
	o := quiet(61)
	o.Rate, o.Latency = vendorsim.Rate{Limit: perMinute}, latency
	c := company{sized(1500, 480), sized(600, 40), sized(300, 20), sized(300, 20)}
	m := newMove(t, synchroteamWith(t, c, quiet(61)),
		syncroWith(t, company{}, budget.Limit{Requests: perMinute, Per: time.Minute}, vendorsim.SyncroOptions{Options: o}))
	m.extract()
	least = 100
	for _, what := range []string{"creations", "updates"} {
		p, _ := m.plan()
		asked, began := len(m.to.store.Log()), time.Now()
		m.apply(p)
		share, windows, no := allowanceUsed(m.to.store.Log(), began)
		t.Logf("latency %s, %s: %d requests, %.1f %% of the allowance over %d full windows after the first, %d refused",
			latency, what, len(m.to.store.Log())-asked, share, windows, no)
		require.GreaterOrEqual(t, windows, sized(5, 1))
		assert.GreaterOrEqual(t, share, 98.0)
		assert.Zero(t, no)
		m.judge(p).clean(m)
		m.correct()
		least, refused = min(least, share), refused+no
	}
	return least, refused
}

// allowanceUsed walks the vendor's windows, each opened by the first request after
// the one before, and holds what was accepted in those that opened since a moment,
// but for the first and the last, against what their time allows: the time between
// windows counts too.
func allowanceUsed(log []vendorsim.LogEntry, since time.Time) (share float64, windows, refused int) {
	var at, opened []time.Time
	for _, e := range log {
		if e.Status == http.StatusTooManyRequests {
			refused++
			continue
		}
		at = append(at, e.At)
		if len(opened) == 0 || e.At.Sub(opened[len(opened)-1]) >= time.Minute {
			opened = append(opened, e.At)
		}
	}
	opened = slices.DeleteFunc(opened, since.After)
	if windows = len(opened) - 2; windows < 1 {
		return 0, 0, refused
	}
	from, to := opened[1], opened[len(opened)-1]
	counted := 0
	for _, t := range at {
		if !t.Before(from) && t.Before(to) {
			counted++
		}
	}
	return 100 * float64(counted) / (perMinute * to.Sub(from).Minutes()), windows, refused
}
