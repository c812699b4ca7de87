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
	leastShare   = 98 // percent of the allowance
	freshPages   = 40
	freshLatency = 1500 * time.Millisecond
	mostFresh    = 10 // seconds
	grace        = 5 * time.Second
)

// allowanceCase is one vendor whose allowance is to be used up.
type allowanceCase struct {
	kind    vendorsim.WindowKind
	latency time.Duration
}

func allowanceCases() []allowanceCase {
	return []allowanceCase{
		{vendorsim.OpenedByFirst, 10 * time.Millisecond},
		{vendorsim.OpenedByFirst, 200 * time.Millisecond},
		{vendorsim.OpenedByFirst, 1500 * time.Millisecond},
		{vendorsim.OpenedByFirst, 5 * time.Second},
		{vendorsim.Aligned, 200 * time.Millisecond},
		{vendorsim.Sliding, 200 * time.Millisecond},
	}
}

func (c allowanceCase) String() string {
	return fmt.Sprintf("use of the allowance, latency %v, window %s", c.latency, c.kind)
}

// measureAllowance keeps ferry busy for several full windows under each
// latency, side by side.
func measureAllowance(ctx context.Context, b *bench) ([]line, error) {
	return sideBySide(allowanceCases(), allowanceCase.String, func(c allowanceCase) ([]line, error) {
		l, err := b.allowance(ctx, c)
		if err != nil {
			return nil, err
		}
		return []line{l}, nil
	}), nil
}

// allowance lets ferry read a list that has no end for the windows measured,
// interrupts it, and counts in the vendor's log.
func (b *bench) allowance(ctx context.Context, c allowanceCase) (line, error) {
	windows := b.pick(5, 2)
	what := fmt.Sprintf("%s: %d full windows", c, windows)
	v, err := b.serve(ctx, account{
		Customers: (windows + 4) * perMinute * pageRows, Rate: perMinute, Kind: c.kind, Latency: c.latency,
	})
	if err != nil {
		return line{}, err
	}
	defer v.Close()
	u, err := b.newBureau("allowance")
	if err != nil {
		return line{}, err
	}
	path, err := u.write(job{Name: "reader", BaseURL: v.BaseURL()})
	if err != nil {
		return line{}, err
	}
	span := time.Duration(windows)*time.Minute + c.latency + grace
	if c.kind == vendorsim.Aligned {
		span += time.Minute // the first one is not a full window
	}
	f, err := u.ferry(ctx, "extract", path, func(p *os.Process) {
		time.AfterFunc(span, func() { _ = p.Signal(os.Interrupt) }) // gone already: expect says so
	})
	if err != nil {
		return line{}, err
	}
	must := atLeast(leastShare, "%.1f %%")
	if err := f.expect("ferry extract, interrupted while it read,", 130); err != nil {
		return missing(what, must, err.Error()), nil
	}
	entries, err := v.Log(ctx)
	if err != nil {
		return line{}, err
	}
	used, refused := usedShare(entries, c.kind, windows)
	return measured(what, must, used.share, fmt.Sprintf("%.1f %% counting the gaps between windows, %d refused",
		used.withGaps, refused)), nil
}

// usage is how much of the allowance was used, in percent.
type usage struct {
	share    float64 // accepted in the windows, over limit x windows
	withGaps float64 // accepted until the vendor opened the window after the last, over the limit for that time
}

// usedShare counts accepted requests over whole windows from the first request
// on; where windows are aligned, from the first full one.
func usedShare(entries []vendorsim.LogEntry, kind vendorsim.WindowKind, windows int) (u usage, refused int) {
	var at []time.Time
	for _, e := range entries {
		switch e.Status {
		case http.StatusTooManyRequests:
			refused++
		case http.StatusUnauthorized:
		default:
			at = append(at, e.At)
		}
	}
	if len(at) == 0 {
		return usage{}, refused
	}
	slices.SortFunc(at, time.Time.Compare)
	start := at[0]
	if kind == vendorsim.Aligned {
		start = start.Truncate(time.Minute).Add(time.Minute)
	}
	end := start.Add(time.Duration(windows) * time.Minute)
	counted := 0
	for _, t := range at {
		if !t.Before(start) && t.Before(end) {
			counted++
		}
	}
	allowed := perMinute * windows
	u.share = 100 * float64(counted) / float64(allowed)
	u.withGaps = u.share
	if kind == vendorsim.OpenedByFirst {
		u.withGaps = openedShare(at, windows)
	}
	return u, refused
}

// openedShare walks windows that are opened by the first request after the one
// before, and holds all accepted requests of so many of them against the time
// until the next one opened. It is 0 where that next one never opened.
func openedShare(at []time.Time, windows int) float64 {
	opened, n, first := at[0], 1, at[0]
	for i, t := range at {
		if t.Sub(opened) < time.Minute {
			continue
		}
		if n == windows {
			return 100 * float64(i) / (perMinute * t.Sub(first).Minutes())
		}
		opened, n = t, n+1
	}
	return 0
}

// measureFresh reads a small stream from a slow vendor in a window nobody has used.
func measureFresh(ctx context.Context, b *bench) ([]line, error) {
	v, err := b.serve(ctx, account{Customers: freshPages * pageRows, Rate: perMinute, Latency: freshLatency})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	u, err := b.newBureau("fresh")
	if err != nil {
		return nil, err
	}
	f, err := u.extract(ctx, "reader", v)
	if err != nil {
		return nil, err
	}
	c, err := v.Counters(ctx)
	if err != nil {
		return nil, err
	}
	what, must := fmt.Sprintf("%d pages at %v in a fresh window", freshPages, freshLatency), under(mostFresh, "%.1f s")
	if lists := c.ByPath["GET customer/list"]; lists < freshPages {
		return []line{missing(what, must, fmt.Sprintf("only %d pages were asked", lists))}, nil
	}
	return []line{measured(what, must, seconds(f.Wall()),
		fmt.Sprintf("%d requests, %d refused", c.Requests, c.RefusedRate+c.RefusedQuota))}, nil
}
