package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"ferry/samples/vendorsim"
)

const (
	pageRows    = 100                   // records of a list page
	perMinute   = 120                   // the vendor's limit in the figures about windows
	usualDelay  = 20 * time.Millisecond // the vendor's latency there
	windowPages = 300
	secondLater = 20 * time.Second // how much later the second process starts
	mostSeconds = 123              // 120 is the least when the first request opens the window
)

// windowCase is one reading: by one process, or shared by several.
type windowCase struct {
	kind      vendorsim.WindowKind
	processes int
}

func (c windowCase) String() string {
	if c.processes == 1 {
		return fmt.Sprintf("%d pages, window %s", windowPages, c.kind)
	}
	return fmt.Sprintf("%d processes of %d pages, the second %.0f s later, window %s",
		c.processes, windowPages/c.processes, secondLater.Seconds(), c.kind)
}

// measureWindows reads 300 pages under each kind of window, by one process and
// by two that share a usage file, all side by side.
func measureWindows(ctx context.Context, b *bench) ([]line, error) {
	var cases []windowCase
	for _, processes := range []int{1, 2} {
		for _, kind := range []vendorsim.WindowKind{vendorsim.OpenedByFirst, vendorsim.Aligned, vendorsim.Sliding} {
			cases = append(cases, windowCase{kind, processes})
		}
	}
	return sideBySide(cases, windowCase.String, func(c windowCase) ([]line, error) { return b.window(ctx, c) }), nil
}

// window reads the pages and judges by the vendor's counters.
func (b *bench) window(ctx context.Context, wanted windowCase) ([]line, error) {
	pages := windowPages / wanted.processes
	v, err := b.serve(ctx, account{Customers: pages * pageRows, Rate: perMinute, Kind: wanted.kind, Latency: usualDelay})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	u, err := b.newBureau("window")
	if err != nil {
		return nil, err
	}
	ends := make([]finished, wanted.processes)
	begun := time.Now()
	group, groupCtx := errgroup.WithContext(ctx)
	for i := range wanted.processes {
		group.Go(func() error {
			if err := sleep(groupCtx, time.Duration(i)*secondLater); err != nil {
				return err
			}
			ends[i], err = u.extract(groupCtx, fmt.Sprintf("reader-%d", i+1), v)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var last time.Time
	for _, e := range ends {
		if e.Ended.After(last) {
			last = e.Ended
		}
	}
	c, err := v.Counters(ctx)
	if err != nil {
		return nil, err
	}
	entries, err := v.Log(ctx)
	if err != nil {
		return nil, err
	}
	return windowLines(wanted, reading{begun: begun, ended: last}.between(entries), c), nil
}

// extract writes a job file for the vendor's customers and runs it to its end.
func (u bureau) extract(ctx context.Context, name string, v *vendor) (finished, error) {
	path, err := u.write(job{Name: name, BaseURL: v.BaseURL()})
	if err != nil {
		return finished{}, err
	}
	f, err := u.ferry(ctx, "extract", path, nil)
	if err != nil {
		return f, err
	}
	return f, f.expect("ferry extract", 0)
}

// reading is when one took place: by the processes, and by the vendor's log.
type reading struct {
	begun, ended time.Time // from the first process's start to the last one's end
	first, last  time.Time // arrival of the first and the last request
}

// between fills in the arrivals.
func (r reading) between(entries []vendorsim.LogEntry) reading {
	for _, e := range entries {
		if r.first.IsZero() || e.At.Before(r.first) {
			r.first = e.At
		}
		if e.At.After(r.last) {
			r.last = e.At
		}
	}
	return r
}

// windowLines judges one reading by the whole time of the processes; the note
// says how much of it lay between the first and the last request.
func windowLines(wanted windowCase, r reading, c vendorsim.Counters) []line {
	what := wanted.String()
	if lists := c.ByPath["GET customer/list"]; lists < windowPages {
		return []line{missing(what, atMost(mostSeconds, "%.0f s"), fmt.Sprintf("only %d pages were asked", lists))}
	}
	return []line{
		measured(what, atMost(mostSeconds, "%.1f s"), seconds(r.ended.Sub(r.begun)),
			fmt.Sprintf("%d requests in %.1f s", c.Requests, seconds(r.last.Sub(r.first)))),
		measured(what, exactly(0, "%.0f refused"), float64(c.RefusedRate+c.RefusedQuota), ""),
	}
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
