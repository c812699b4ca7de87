package transform

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"ferry/extract/stage"
)

// maxWorkers bounds the memory of a run on a large machine.
const maxWorkers = 8

// runner is one Run at work.
type runner struct {
	cfg   Config
	draft *stage.Draft
	sums  []StreamSummary
}

// Run maps the staged records of the account and publishes the result in one
// commit. It may be ended at any moment and run again: what was mapped is kept,
// nothing comes twice, and until the commit readers see the generation before.
// Dead letters and held records are no error; they stand in the summary's bins.
func Run(ctx context.Context, cfg Config) (sum Summary, err error) {
	if err := cfg.check(); err != nil {
		return Summary{}, err
	}
	r := &runner{cfg: cfg}
	entries := r.entries()
	if r.draft, err = cfg.Stage.BeginDraft(ctx, cfg.Account.ID, cfg.Run, entries); err != nil {
		return Summary{}, err
	}
	defer func() { err = errors.Join(err, r.draft.Close()) }()
	for i := range entries {
		r.sums = append(r.sums, StreamSummary{Name: entries[i].Name, Source: entries[i].From[0].Stream, Target: entries[i].Target})
		if err := r.mapEntry(ctx, i); err != nil {
			return Summary{}, fmt.Errorf("map %s to %s: %w", entries[i].From[0].Stream, entries[i].Name, err)
		}
	}
	g, changed, err := r.finish(ctx)
	if err != nil {
		return Summary{}, err
	}
	sum = Summary{Generation: g.ID, Changed: changed, Streams: r.sums}
	for i := range sum.Streams {
		s := &sum.Streams[i]
		s.Bins = g.Entries[i].Bins
		r.report(Event{Event: EventBins, Stream: s.Name, Records: s.Bins.Source, Reason: s.Line()})
	}
	return sum, nil
}

// finish does what comes after the last record was mapped.
func (r *runner) finish(ctx context.Context) (g *stage.Generation, changed bool, err error) {
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"keys", func() error { return r.draft.IndexKeys(ctx) }},
		{"references", func() error { return r.checkRefs(ctx) }},
		{"publish", func() (err error) { g, changed, err = r.draft.Publish(ctx); return err }},
		{"clean", func() error { return r.cfg.Stage.DropMapped(ctx, r.dropMost()) }},
	} {
		r.report(Event{Event: EventStep, Reason: step.name})
		if err := step.do(); err != nil {
			return nil, changed, err
		}
	}
	return g, changed, nil
}

// dropMost is how many mapped chunks of older generations a run removes: some more
// than it wrote, so that the stage shrinks again and a small run stays small.
func (r *runner) dropMost() int {
	most := 200
	for i := range r.sums {
		most += 2 * r.sums[i].Chunks
	}
	return most
}

// check refuses what would make two entries one mapped stream.
func (c *Config) check() error {
	seen := map[string]bool{}
	for _, r := range c.Rules {
		if len(r.From) == 0 || len(r.Joins) != len(r.From)-1 {
			return fmt.Errorf("transform: entry %s: %d source streams with %d joins", strconv.Quote(r.Name), len(r.From), len(r.Joins))
		}
		if seen[r.Name] {
			return fmt.Errorf("transform: two entries are named %s; give one of them another `name:`", strconv.Quote(r.Name))
		}
		seen[r.Name] = true
	}
	return nil
}

// entries says what the entries of the mapping are for the stage. The part of an
// entry, by which its records are told from those of another entry with the same
// source, is its target and not its name: a rename never doubles records.
func (r *runner) entries() []stage.DraftEntry {
	parts := map[string]int{}
	var all []stage.DraftEntry
	for _, rules := range r.cfg.Rules {
		part := rules.To
		parts[rules.From[0]+" "+part]++
		if n := parts[rules.From[0]+" "+part]; n > 1 {
			part += "#" + strconv.Itoa(n)
		}
		e := stage.DraftEntry{
			Name: rules.Name, Part: part, Target: rules.To, Hash: rules.Hash,
		}
		for i, from := range rules.From {
			e.From = append(e.From, stage.DraftSource{Stream: from, Details: i == 0 && r.details(from)})
		}
		all = append(all, e)
	}
	return all
}

func (r *runner) workers() int {
	if r.cfg.Workers > 0 {
		return r.cfg.Workers
	}
	return min(runtime.GOMAXPROCS(0), maxWorkers)
}

func (r *runner) report(e Event) {
	if r.cfg.Report == nil {
		return
	}
	e.Time = time.Now().UTC()
	r.cfg.Report(e)
}
