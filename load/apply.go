package load

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ferry/extract/stage"
)

// ApplyOptions says how far an apply goes before somebody looks.
type ApplyOptions struct {
	All   bool  // never stop to let a person look
	Stops []int // records written after which it stops, rising; nil: 5 and 100
	Moved bool  // the stage was applied elsewhere before, and only goes on here
}

// firstLooks is after how many records a person is asked to look.
var firstLooks = []int{5, 100}

// Apply does what an approved plan says, parents before children, and goes on
// where an earlier apply of it ended: nothing that was done is done again. What
// an earlier process left unsure is asked for first. It gives where the records
// are, also beside an error: *StalePlanError, *StateError, *MovedError and *AllowError
// before anything is sent, *StopError when somebody should look, *BoundError when too
// many records failed, what Sink and Reader end a run with (*budget.SpentError,
// refused credentials, the context), and the stage's own. In every case the
// ledger says what is done, and the plan may be applied again.
func Apply(ctx context.Context, cfg Config, plan int64, o ApplyOptions) (Bins, error) {
	p, err := approved(ctx, &cfg, plan, stage.PlanLoad)
	if err != nil {
		return Bins{}, err
	}
	if p.State != stage.PlanDone && cfg.MaxFailures != (Failures{}) {
		sum, err := ReadSummary(p)
		if err == nil {
			err = cfg.MaxFailures.planned(&sum)
		}
		if err != nil {
			return Bins{}, err
		}
	}
	return carryOut(ctx, &cfg, p, o)
}

// approved reads a plan that may be carried out now.
func approved(ctx context.Context, cfg *Config, id int64, kind stage.PlanKind) (stage.Plan, error) {
	p, ok, err := cfg.Stage.Plan(ctx, id)
	if err != nil {
		return p, err
	}
	if !ok || p.Kind != kind {
		return p, fmt.Errorf("the stage holds no %s plan %d; make one with `ferry plan`", kind, id)
	}
	if p.State != stage.PlanApproved && p.State != stage.PlanDone {
		return p, &StateError{Plan: p.Hash, State: p.State}
	}
	if p.Target != cfg.Target.ID || p.Source != cfg.Source.ID {
		return p, &StalePlanError{Changed: []string{fmt.Sprintf(
			"it was made for %s to %s, the job now names %s to %s", p.Source, p.Target, cfg.Source.ID, cfg.Target.ID)}}
	}
	if p.State == stage.PlanDone || kind != stage.PlanLoad {
		return p, nil
	}
	changed, err := Current(ctx, *cfg, p)
	if err == nil && len(changed) > 0 {
		err = &StalePlanError{Changed: changed}
	}
	return p, err
}

// carryOut runs a plan of either kind and counts where its records are.
func carryOut(ctx context.Context, cfg *Config, p stage.Plan, o ApplyOptions) (Bins, error) {
	r, err := newRunner(ctx, cfg, p, o)
	if err != nil {
		return Bins{}, err
	}
	if p.State != stage.PlanDone {
		if p.Kind == stage.PlanLoad {
			err = settleHere(ctx, cfg, o.Moved)
		}
		if err == nil {
			err = r.run(ctx)
		}
	}
	bins, also := readBins(context.WithoutCancel(ctx), cfg.Stage, &p)
	if err == nil && also == nil && p.State != stage.PlanDone && bins.Of(stage.LoadWaiting)+bins.Of(stage.LoadUnsure) == 0 {
		also = r.finished(ctx)
	}
	r.tell.bins(bins)
	return bins, errors.Join(err, also)
}

// finished notes that nothing of the plan is left to do. Records that were held
// because others met a refusal, or because somebody had them open, keep it open:
// once that is over they go on without a new plan.
func (r *runner) finished(ctx context.Context) error {
	for _, e := range r.entries {
		open := false
		err := r.cfg.Stage.Items(ctx, r.plan.ID, e.index, stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadHeld}}, func(it *stage.Item) error {
			code := decodeReason(it.Why).Code
			open = open || it.Action != stage.ActHeld && it.Action != stage.ActLeft && code != CodeParent && mayGoOn(it.Why)
			return nil
		})
		if open || err != nil {
			return err
		}
	}
	return r.cfg.Stage.SetPlan(ctx, r.plan.ID, stage.PlanDone, r.plan.By, r.plan.Approved)
}

// Bins is where the records of a plan are: every record in exactly one bin.
type Bins struct {
	Entries []EntryBins
}

// EntryBins counts the records of one entry.
type EntryBins struct {
	Name string
	Bins stage.LoadBins
	// Partial are created or updated records of which a later request was
	// refused, such as the action that brings a status about.
	Partial int
}

// Of counts the records in a bin.
func (b Bins) Of(bin stage.LoadBin) (n int) {
	for _, e := range b.Entries {
		n += e.Bins[bin]
	}
	return n
}

// Partial counts the records that are written, but not all of them.
func (b Bins) Partial() (n int) {
	for _, e := range b.Entries {
		n += e.Partial
	}
	return n
}

// Sum counts all records.
func (b Bins) Sum() (n int) {
	for _, e := range b.Entries {
		for _, c := range e.Bins {
			n += c
		}
	}
	return n
}

// readBins counts the records of a plan as the stage has them.
func readBins(ctx context.Context, st *stage.Stage, p *stage.Plan) (Bins, error) {
	counts, err := st.PlanBins(ctx, p.ID)
	if err != nil {
		return Bins{}, err
	}
	var b Bins
	for i, c := range counts {
		e := EntryBins{Bins: c}
		if i < len(p.Entries) {
			e.Name = p.Entries[i].Name
		}
		err := st.Items(ctx, p.ID, i, stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadCreated, stage.LoadUpdated, stage.LoadRestored}}, func(it *stage.Item) error {
			if len(it.Why) > 0 {
				e.Partial++
			}
			return nil
		})
		if err != nil {
			return b, err
		}
		b.Entries = append(b.Entries, e)
	}
	return b, nil
}

// doneBins are the bins that only carrying out a plan leads to.
var doneBins = []stage.LoadBin{stage.LoadCreated, stage.LoadUpdated, stage.LoadDeleted, stage.LoadRestored}

// may tells whether the job allows something that a plan must not do by itself.
func (cfg *Config) may(what string) bool { return slices.Contains(cfg.Allow, what) }
