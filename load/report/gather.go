package report

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
)

// NoPlanError says that there is nothing to report on.
type NoPlanError struct{ Run int64 } // 0: any

func (e *NoPlanError) Error() string {
	if e.Run != 0 {
		return fmt.Sprintf("run %d loaded nothing; ferry status JOB lists the runs", e.Run)
	}
	return "nothing was planned yet; ferry plan JOB makes a plan"
}

// plansOf finds the plans to report on, the oldest first. Of a run that is the one
// that it made or worked on. Else it is every approved plan between the accounts,
// undos among them, up to the newest, which says of every record where it is now; after an undo it
// is the undo alone, and where none was approved yet the newest.
func plansOf(ctx context.Context, cfg *load.Config, run int64) ([]stage.Plan, error) {
	plans, err := cfg.Stage.Plans(ctx, mostPlans)
	if err != nil {
		return nil, err
	}
	if run != 0 {
		p, err := planOfRun(ctx, cfg.Stage, plans, run)
		return []stage.Plan{p}, err
	}
	plans = slices.DeleteFunc(plans, func(p stage.Plan) bool { return p.Source != cfg.Source.ID || p.Target != cfg.Target.ID })
	if len(plans) == 0 {
		return nil, &NoPlanError{}
	}
	settled := slices.DeleteFunc(slices.Clone(plans), func(p stage.Plan) bool { return p.State != stage.PlanDone && p.Approved.IsZero() })
	if len(settled) == 0 {
		return plans[:1], nil
	}
	if settled[0].Kind == stage.PlanUndo {
		return settled[:1], nil
	}
	slices.Reverse(settled)
	return settled, nil
}

// planOfRun finds the plan that a run worked on, else the one that it made.
func planOfRun(ctx context.Context, s *stage.Stage, plans []stage.Plan, run int64) (stage.Plan, error) {
	worked := int64(0)
	err := s.Attempts(ctx, stage.AttemptQuery{Run: run}, func(a *stage.Attempt) error {
		worked = a.Plan
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return stage.Plan{}, err
	}
	for _, p := range plans {
		if p.ID == worked || worked == 0 && p.Run == run {
			return p, nil
		}
	}
	return stage.Plan{}, &NoPlanError{run}
}

const mostPlans = 10_000

var errFound = errors.New("found")

// gather reads all that the report says but the records of its entries.
func gather(ctx context.Context, cfg load.Config, plans []stage.Plan, run int64) (*Report, error) {
	p := plans[len(plans)-1]
	r := &Report{Plan: p, Plans: plans, Whole: run == 0 && p.Kind == stage.PlanLoad, Source: p.Source, Target: p.Target, Sends: map[stage.AttemptState]int{}, Title: "Report of a migration"}
	switch {
	case p.Kind == stage.PlanUndo:
		r.Title = "Report of an undo"
	case cfg.Source.Vendor == sheet.Vendor:
		r.Title = "Report of an import"
	}
	var reader plain.Reader
	for _, pair := range reader.Pairs(p.Rests, nil) {
		r.Rests = append(r.Rests, Fact{pair.Path, pair.Text})
	}
	if err := r.readAttempts(ctx, cfg.Stage); err != nil {
		return nil, err
	}
	bins, err := cfg.Stage.PlanBins(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	g, err := generation(ctx, cfg.Stage, p)
	if err != nil {
		return nil, err
	}
	proofs, err := certificates(ctx, cfg.Stage, p)
	if err != nil {
		return nil, err
	}
	r.Sum = Bins{Known: true, Load: stage.LoadBins{}, Mapping: stage.Bins{}}
	for i, e := range p.Entries {
		if load.IsFiles(e) {
			continue
		}
		entry := &Entry{place: i, Name: e.Name, Source: e.Side.Source, Target: e.Side.Stream, Side: e.Side, Hash: e.Hash, Bins: Bins{Load: stage.LoadBins{}},
			rules: slices.IndexFunc(cfg.Rules, func(have load.Rules) bool { return have.Name == e.Name })}
		if i < len(bins) && bins[i] != nil {
			entry.Load = bins[i]
		}
		if err := r.countMade(ctx, cfg.Stage, entry); err != nil {
			return nil, err
		}
		if g != nil && p.Kind == stage.PlanLoad {
			if m, ok := g.Entry(e.Name); ok {
				entry.Mapping, entry.Known = m.Bins, true
			}
		}
		if cfg.Vendor != nil {
			if st, err := cfg.Vendor.Stream(e.Side.Stream); err == nil && st.Label != "" {
				entry.Target = st.Label
			}
		}
		entry.Proofs = [2]string{proofs[p.Source+" "+e.Side.Source], proofs[p.Target+" "+e.Side.Stream]}
		r.Entries = append(r.Entries, entry)
		r.Sum.plus(entry.Bins)
	}
	return r, r.gatherFiles(ctx, cfg.Stage, proofs)
}

// plus adds the bins of one more entry. A split of one source stream counts its
// records once an entry.
func (b *Bins) plus(o Bins) {
	b.Known = b.Known && o.Known
	b.Mapping.Source += o.Mapping.Source
	b.Mapping.Mapped += o.Mapping.Mapped
	b.Mapping.Skipped += o.Mapping.Skipped
	b.Mapping.Dead += o.Mapping.Dead
	b.Mapping.Held += o.Mapping.Held
	b.Mapping.Tombstones += o.Mapping.Tombstones
	for bin, n := range o.Load {
		b.Load[bin] += n
	}
}

// generation finds what the plan was made of; nil where it is kept no longer.
func generation(ctx context.Context, s *stage.Stage, p stage.Plan) (*stage.Generation, error) {
	current, before, err := s.Generations(ctx, p.Source)
	if err != nil {
		return nil, err
	}
	for _, g := range []*stage.Generation{current, before} {
		if g != nil && g.ID == p.Generation {
			return g, nil
		}
	}
	return nil, nil
}

// certificates are the sentences on how complete streams are, by account and
// stream.
func certificates(ctx context.Context, s *stage.Stage, p stage.Plan) (map[string]string, error) {
	proofs := map[string]string{}
	for _, account := range []string{p.Source, p.Target} {
		all, err := s.Certificates(ctx, account)
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			proofs[account+" "+c.Stream] = c.Text
		}
	}
	return proofs, nil
}

// page is the web page of a target record; "" where there is none.
func page(cfg *load.Config, stream string, key record.Key) string {
	if cfg.Link == nil || key == "" {
		return ""
	}
	return cfg.Link(stream, key)
}
