package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

const (
	leastSpeed   = 75 // percent of the bare loop
	speedLatency = time.Millisecond
)

// rate is one extraction: records a second over the whole life of the process.
type rate struct {
	perSecond float64
	end       finished
}

// measureSpeed extracts prebuilt pages as fast as it goes, in turns with a bare
// loop over the same pages of the same server.
func measureSpeed(ctx context.Context, b *bench) ([]line, error) {
	pages := b.pick(2000, 300)
	v, err := b.serve(ctx, account{
		Customers: pages * pageRows, Latency: speedLatency, Prebuilt: 8*pages + 100, Log: -1,
	})
	if err != nil {
		return nil, err
	}
	defer v.Close()
	ferry := func(int) (rate, error) { return b.speedFerry(ctx, v, pages) }
	bare := func(int) (rate, error) { return b.speedBare(ctx, v, pages) }
	if _, _, err := inTurns(1, bare, ferry); err != nil { // builds the pages
		return nil, err
	}
	ours, theirs, err := inTurns(b.pick(5, 3), ferry, bare)
	if err != nil {
		return nil, err
	}
	speed := func(r rate) float64 { return r.perSecond }
	mine, yardstick := medianOf(ours, speed), medianOf(theirs, speed)
	note := fmt.Sprintf("%.0f against %.0f records/s, medians of %d; ferry %s, bare %s; CPU %.1f s against %.1f s; peak %.0f MiB",
		mine, yardstick, len(ours), spread(ours, speed, "%.0f"), spread(theirs, speed, "%.0f"),
		medianOf(ours, func(r rate) float64 { return seconds(r.end.CPU) }),
		medianOf(theirs, func(r rate) float64 { return seconds(r.end.CPU) }),
		largest(ours, func(r rate) float64 { return r.end.PeakRSS }))
	what := fmt.Sprintf("%d pages, no rate limit, latency %v, against a bare loop", pages, speedLatency)
	return []line{measured(what, atLeast(leastSpeed, "%.0f %%"), 100*mine/yardstick, note)}, nil
}

// speedFerry extracts everything into a new stage.
func (b *bench) speedFerry(ctx context.Context, v *vendor, pages int) (rate, error) {
	u, err := b.newBureau("speed")
	if err != nil {
		return rate{}, err
	}
	defer os.RemoveAll(u.dir)
	before, err := v.Counters(ctx)
	if err != nil {
		return rate{}, err
	}
	f, err := u.extract(ctx, "reader", v)
	if err != nil {
		return rate{}, err
	}
	after, err := v.Counters(ctx)
	if err != nil {
		return rate{}, err
	}
	if asked := after.Accepted - before.Accepted; asked < pages {
		return rate{}, fmt.Errorf("ferry asked only %d of %d pages", asked, pages)
	}
	return rate{float64(pages*pageRows) / seconds(f.Wall()), f}, nil
}

// speedBare runs the yardstick.
func (b *bench) speedBare(ctx context.Context, v *vendor, pages int) (rate, error) {
	dir, err := os.MkdirTemp(b.temp, "bare-")
	if err != nil {
		return rate{}, err
	}
	defer os.RemoveAll(dir)
	f, err := run(ctx, command{Path: b.self, Args: []string{
		"bare", "-base-url", v.BaseURL(), "-pages", strconv.Itoa(pages), "-dir", dir,
	}})
	if err != nil {
		return rate{}, err
	}
	if err := f.expect("the bare loop", 0); err != nil {
		return rate{}, err
	}
	var did struct{ Records int }
	if err := json.Unmarshal(f.Stdout, &did); err != nil {
		return rate{}, fmt.Errorf("the bare loop did not say what it did: %w", err)
	}
	if did.Records != pages*pageRows {
		return rate{}, fmt.Errorf("the bare loop moved %d of %d records", did.Records, pages*pageRows)
	}
	return rate{float64(did.Records) / seconds(f.Wall()), f}, nil
}
