package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"time"

	"ferry/samples/vendorsim"
)

const (
	quotaPages   = 200
	dayQuota     = 110
	mostAfter    = 1   // seconds from the last answer of the day to the exit
	mostRequests = 202 // over both days
	exitQuota    = 75
)

// measureQuota reads 200 pages at 110 a day: one run until the quota is spent,
// then, a day later by the vendor's clock, the rest.
func measureQuota(ctx context.Context, b *bench) ([]line, error) {
	v, err := b.serve(ctx, account{Customers: quotaPages * pageRows, Rate: perMinute, Quota: dayQuota, Latency: usualDelay})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	u, err := b.newBureau("quota")
	if err != nil {
		return nil, err
	}
	path, err := u.write(job{Name: "reader", BaseURL: v.BaseURL()})
	if err != nil {
		return nil, err
	}
	first, err := u.ferry(ctx, "extract", path, nil)
	if err != nil {
		return nil, err
	}
	if err := first.expect("ferry extract, at the end of the quota,", exitQuota); err != nil {
		return nil, err
	}
	entries, err := v.Log(ctx)
	if err != nil {
		return nil, err
	}
	what := fmt.Sprintf("%d pages, quota %d a day", quotaPages, dayQuota)
	answered, ok := answeredAt(entries, dayQuota, usualDelay)
	if !ok {
		return nil, fmt.Errorf("the first day ended with exit %d before the %dth request", first.Exit, dayQuota)
	}
	lines := []line{measured(what+": from the last answer to exit 75", under(mostAfter, "%.2f s"), seconds(first.Ended.Sub(answered)), "")}
	if err := v.Advance(ctx, 24*time.Hour); err != nil {
		return lines, err
	}
	second, err := u.ferry(ctx, "extract", path, nil)
	if err != nil {
		return lines, err
	}
	if err := second.expect("ferry extract on the second day", 0); err != nil {
		return lines, err
	}
	c, err := v.Counters(ctx)
	if err != nil {
		return lines, err
	}
	return append(lines,
		measured(what+": both days", exactly(0, "%.0f refused"), float64(c.RefusedQuota+c.RefusedRate), ""),
		measured(what+": both days", atMost(mostRequests, "%.0f requests"), float64(c.Requests), ""),
	), nil
}

// answeredAt tells when the n-th accepted request was answered.
func answeredAt(entries []vendorsim.LogEntry, n int, latency time.Duration) (time.Time, bool) {
	var at []time.Time
	for _, e := range entries {
		if e.Status == http.StatusOK {
			at = append(at, e.At)
		}
	}
	if len(at) < n {
		return time.Time{}, false
	}
	slices.SortFunc(at, time.Time.Compare)
	return at[n-1].Add(latency), true
}

// othersCase is somebody who spends half the quota at once when ferry has
// spent a share of it.
type othersCase struct {
	quota, after int
	left         string // what is left of the quota then, in words
}

const (
	othersRate    = 6000 // a minute: the quota alone is to be met
	othersLatency = 200 * time.Millisecond
)

// measureOthers lets somebody else spend half the quota while ferry reads: once
// with a quarter left for it, once with nothing left.
func measureOthers(ctx context.Context, b *bench) ([]line, error) {
	var lines []line
	for _, c := range []othersCase{{quota: 240, after: 60, left: "a quarter"}, {quota: 240, after: 120, left: "nothing"}} {
		l, err := b.others(ctx, c)
		if err != nil {
			return lines, err
		}
		lines = append(lines, l)
	}
	return lines, nil
}

func (b *bench) others(ctx context.Context, c othersCase) (line, error) {
	v, err := b.serve(ctx, account{Customers: 4 * c.quota * pageRows, Rate: othersRate, Quota: c.quota, Latency: othersLatency})
	if err != nil {
		return line{}, err
	}
	defer v.Close()
	u, err := b.newBureau("others")
	if err != nil {
		return line{}, err
	}
	path, err := u.write(job{Name: "reader", BaseURL: v.BaseURL()})
	if err != nil {
		return line{}, err
	}
	watching, stop := context.WithCancel(ctx)
	defer stop()
	spent := make(chan error, 1)
	inFlight := 0
	f, err := u.ferry(ctx, "extract", path, func(*os.Process) {
		go func() { // ends with the figure: its context does
			n, err := v.spendAfter(watching, c.after, c.quota/2)
			inFlight = n
			spent <- err
		}()
	})
	if err != nil {
		return line{}, err
	}
	stop()
	if err := <-spent; err != nil {
		return line{}, fmt.Errorf("nobody else spent while ferry read (exit %d, %s): %w", f.Exit, f.tail(), err)
	}
	if err := f.expect("ferry extract, at the end of the quota,", exitQuota); err != nil {
		return line{}, err
	}
	counters, err := v.Counters(ctx)
	if err != nil {
		return line{}, err
	}
	what := fmt.Sprintf("half of %d a day spent by somebody else, %s left", c.quota, c.left)
	return measured(what, atMost(float64(inFlight), "%.0f refused"), float64(counters.RefusedQuota+counters.RefusedRate),
		fmt.Sprintf("%d in flight then", inFlight)), nil
}

// spendAfter waits until the vendor has accepted so many requests, spends n as
// somebody else, and tells how many are in flight when it is busiest: between
// an answer and the next request the vendor sees fewer than there are.
func (v *vendor) spendAfter(ctx context.Context, accepted, n int) (inFlight int, err error) {
	for {
		c, err := v.Counters(ctx)
		if err != nil {
			return 0, err
		}
		if c.Accepted >= accepted {
			return c.MaxInFlight, v.Spend(ctx, n)
		}
		if err := sleep(ctx, 2*time.Millisecond); err != nil {
			return 0, err
		}
	}
}
