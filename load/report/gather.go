package report

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
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

// planOf finds the plan to report on: the one that a run made or worked on, or
// the newest that was approved, or the newest.
func planOf(ctx context.Context, s *stage.Stage, run int64) (stage.Plan, error) {
	plans, err := s.Plans(ctx, mostPlans)
	if err != nil {
		return stage.Plan{}, err
	}
	if run != 0 {
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
	for _, p := range plans {
		if p.State == stage.PlanApproved || p.State == stage.PlanDone {
			return p, nil
		}
	}
	if len(plans) == 0 {
		return stage.Plan{}, &NoPlanError{}
	}
	return plans[0], nil
}

const mostPlans = 10_000

var errFound = errors.New("found")

// gather reads all that the report says but the records of its entries.
func gather(ctx context.Context, cfg load.Config, p stage.Plan) (*Report, error) {
	r := &Report{Plan: p, Source: p.Source, Target: p.Target, Sends: map[stage.AttemptState]int{}, Title: "Report of a migration"}
	if p.Kind == stage.PlanUndo {
		r.Title = "Report of an undo"
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

// readAttempts reads the ledger of the plan: which runs worked on it, when, and
// what reached people.
func (r *Report) readAttempts(ctx context.Context, s *stage.Stage) error {
	runs, effects := map[int64]bool{}, map[string]int{}
	if r.Plan.Run != 0 {
		runs[r.Plan.Run] = true
	}
	err := s.Attempts(ctx, stage.AttemptQuery{Plan: r.Plan.ID}, func(a *stage.Attempt) error {
		r.Sends[a.State]++
		runs[a.Run] = true
		if r.Started.IsZero() || a.Sent.Before(r.Started) {
			r.Started = a.Sent
		}
		if a.Ended.After(r.Ended) {
			r.Ended = a.Ended
		}
		if a.State == stage.AttemptDone {
			for _, name := range a.Effects {
				effects[name]++
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for id := range runs {
		run, ok, err := s.Run(ctx, id)
		if err != nil {
			return err
		}
		if ok {
			r.Runs = append(r.Runs, run)
		}
	}
	slices.SortFunc(r.Runs, func(a, b stage.Run) int { return int(a.ID - b.ID) })
	if err := r.readVerdict(ctx, s); err != nil {
		return err
	}
	for name, n := range effects {
		r.Effects = append(r.Effects, Fact{name, plain.Count(n)})
	}
	slices.SortFunc(r.Effects, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// readVerdict finds the last verification of the plan's runs.
func (r *Report) readVerdict(ctx context.Context, s *stage.Stage) error {
	for _, run := range r.Runs {
		v, ok, err := load.ReadVerdict(ctx, s, run.ID)
		if err != nil {
			return err
		}
		if ok && (r.Check == nil || v.At.After(r.Check.At)) {
			r.Check = &v
		}
	}
	return nil
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
