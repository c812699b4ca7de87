package planbook

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
)

// Input is a plan as the workbook shows it. Items and Mapped are asked for more
// than once, and nothing they give is kept in memory.
type Input struct {
	Plan    stage.Plan
	Entries []Entry // as Plan.Entries
	Vendor  *connector.Spec
	// Items gives the planned records of an entry in the order of their keys.
	Items func(ctx context.Context, entry int, actions []stage.Action, fn func(*stage.Item) error) error
	// Mapped gives what the mapping made of the records of an entry, in any order.
	Mapped func(ctx context.Context, entry int, fn func(key record.Key, mapped []byte) error) error
	// Targets gives the records of the target that an entry goes to, as they were
	// read last; nil where they are not known.
	Targets func(ctx context.Context, entry int, fn func(key record.Key, raw []byte) error) error
	// Before gives the target records that a plan before a decision listed for a
	// record; nil: there is none.
	Before func(ctx context.Context, entry int, key record.Key) ([]load.Candidate, error)
	// Values gives what a field of an entry takes; nil where any value is taken.
	Values func(ctx context.Context, entry int, field string) (*load.ValueList, error)
	// Link is the web page of a record of the target; "" where there is none.
	Link    func(stream string, key record.Key) string
	Decided *load.Decisions // what was decided before; nil: nothing
	Facts   []Fact          // what else the summary says, such as requests and minutes
	Own     []string        // what the target gives its records by itself, "stream: sentence"
	Unread  []string        // files of mapped records that are not read or go nowhere, a sentence each
}

// Entry is one mapped stream of the plan.
type Entry struct {
	Name   string
	Source string // staged stream
	Target string // stream of the target
	Left   []string
	Fields []load.Field
	Bins   stage.Bins // of the mapping
	Known  bool       // whether Bins are those the plan was made of
	Files  string     // what is done with files: attach, folder or line; "" it holds mapped records
}

// Fact is a line of the summary.
type Fact struct{ Name, Text string }

// FromPlan makes the input of a plan kept in the stage.
func FromPlan(ctx context.Context, cfg load.Config, p stage.Plan) (Input, error) {
	in := Input{Plan: p, Vendor: cfg.Vendor, Link: cfg.Link, Decided: cfg.Decisions}
	if in.Link == nil {
		in.Link = func(string, record.Key) string { return "" }
	}
	says := map[string][]string{}
	if len(p.Summary) > 0 {
		sum, err := load.ReadSummary(p)
		if err != nil {
			return Input{}, err
		}
		in.Facts, in.Own, in.Unread = factsOf(&sum), sum.Unsettable, sum.LeftFiles
		says = filesSay(&sum)
	}
	g, err := generation(ctx, cfg, p)
	if err != nil {
		return Input{}, err
	}
	for _, e := range p.Entries {
		entry := Entry{Name: e.Name, Source: e.Side.Source, Target: e.Side.Stream, Files: load.FilesKind(e), Left: says[e.Name]}
		for _, r := range cfg.Rules {
			if r.Name == e.Name {
				entry.Left, entry.Fields = r.Left, r.Fields
			}
		}
		if g != nil {
			if m, ok := g.Entry(e.Name); ok {
				entry.Bins, entry.Known = m.Bins, true
			}
		}
		in.Entries = append(in.Entries, entry)
	}
	in.Items = func(ctx context.Context, entry int, actions []stage.Action, fn func(*stage.Item) error) error {
		return cfg.Stage.Items(ctx, p.ID, entry, stage.ItemQuery{Actions: actions}, fn)
	}
	in.Mapped = func(ctx context.Context, entry int, fn func(record.Key, []byte) error) error {
		if g == nil {
			return nil
		}
		m, ok := g.Entry(p.Entries[entry].Name)
		if !ok {
			return nil
		}
		q := stage.MappedQuery{Bins: []stage.Bin{stage.BinMapped}}
		return cfg.Stage.Mapped(ctx, g, m, q, func(r *stage.MappedRow) error { return fn(r.Key, r.JSON) })
	}
	in.Targets = func(ctx context.Context, entry int, fn func(record.Key, []byte) error) error {
		return eachTarget(ctx, cfg.Stage, p.Target, p.Entries[entry].Side.Stream, fn)
	}
	if in.Before, err = listedBefore(ctx, cfg.Stage, p); err != nil {
		return Input{}, err
	}
	in.Values = func(ctx context.Context, entry int, field string) (*load.ValueList, error) {
		return load.ReadValues(ctx, cfg, p.Entries[entry].Name, field)
	}
	return in, nil
}

// factsOf tells what a plan costs and what it rests on.
func factsOf(sum *load.Summary) []Fact {
	facts := []Fact{{"Requests", sum.Price.String()}, {"Mapped on", moment(sum.Rests.Published)}}
	if sum.TooMany != "" {
		facts = append(facts, Fact{"Not to be applied", sum.TooMany})
	}
	for _, text := range sum.Doubts {
		facts = append(facts, Fact{"In doubt", text})
	}
	for _, text := range sum.Announced {
		facts = append(facts, Fact{"Announced", text})
	}
	for _, name := range slices.Sorted(maps.Keys(sum.Rests.Proven)) {
		told := "read, and proven complete"
		if !sum.Rests.Proven[name] {
			told = "read, but not proven complete"
		}
		facts = append(facts, Fact{"Target stream " + name, fmt.Sprintf("%s records %s", plain.Count(sum.Rests.Records[name]), told)})
	}
	for _, name := range slices.Sorted(maps.Keys(sum.Rests.Mapping)) {
		facts = append(facts, Fact{"Rules of " + name, sum.Rests.Mapping[name]})
	}
	facts = append(facts, Fact{"Target's spec", sum.Rests.Spec})
	if sum.Rests.Decisions != "" {
		facts = append(facts, Fact{"Decisions", sum.Rests.Decisions})
	}
	return facts
}

// generation finds what the plan was made of; nil where it is kept no longer.
func generation(ctx context.Context, cfg load.Config, p stage.Plan) (*stage.Generation, error) {
	current, before, err := cfg.Stage.Generations(ctx, p.Source)
	if err != nil {
		return nil, fmt.Errorf("plan workbook: %w", err)
	}
	for _, g := range []*stage.Generation{current, before} {
		if g != nil && g.ID == p.Generation {
			return g, nil
		}
	}
	return nil, nil
}

// stream is the target stream of an entry as the spec has it; nil where it does
// not.
func (in *Input) stream(entry int) *connector.Stream {
	if in.Vendor == nil {
		return nil
	}
	st, err := in.Vendor.Stream(in.Entries[entry].Target)
	if err != nil {
		return nil
	}
	return st
}
