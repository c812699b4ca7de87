package report

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
)

// readAttempts reads the ledger of the plans: which runs worked on them, when,
// what they did with each record and what reached people.
func (r *Report) readAttempts(ctx context.Context, s *stage.Stage) error {
	effects := map[string]int{}
	r.made, r.planOf = map[stage.Side]map[uint64]stage.LoadBin{}, map[int64]int64{}
	if r.Plan.Run != 0 {
		r.planOf[r.Plan.Run] = r.Plan.ID
	}
	for _, p := range r.Plans {
		err := s.Attempts(ctx, stage.AttemptQuery{Plan: p.ID}, func(a *stage.Attempt) error {
			r.attempt(a, p.Kind)
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
	}
	for id := range r.planOf {
		run, ok, err := s.Run(ctx, id)
		if err != nil {
			return err
		}
		if ok {
			r.Runs = append(r.Runs, run)
		}
	}
	slices.SortFunc(r.Runs, func(a, b stage.Run) int { return cmp.Compare(a.ID, b.ID) })
	if err := r.readVerdicts(ctx, s); err != nil {
		return err
	}
	for name, n := range effects {
		r.Effects = append(r.Effects, Fact{name, plain.Count(n)})
	}
	slices.SortFunc(r.Effects, func(a, b Fact) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// attempt counts one line of the ledger, of a plan of that kind.
func (r *Report) attempt(a *stage.Attempt, kind stage.PlanKind) {
	r.Sends[a.State]++
	r.planOf[a.Run] = a.Plan
	if r.Started.IsZero() || a.Sent.Before(r.Started) {
		r.Started = a.Sent
	}
	if a.Ended.After(r.Ended) {
		r.Ended = a.Ended
	}
	if !r.Whole || a.Plan == r.Plan.ID || a.State != stage.AttemptDone {
		return // the newest plan's own bins say it
	}
	of := r.made[a.Side]
	if of == nil {
		of = map[uint64]stage.LoadBin{}
		r.made[a.Side] = of
	}
	switch hash := hashOf(a.Key); {
	case a.Kind == stage.AttemptDelete:
		delete(of, hash)
	case kind == stage.PlanUndo:
	case a.Kind == stage.AttemptCreate || a.Kind == stage.AttemptUpsert:
		of[hash] = stage.LoadCreated
	case of[hash] != stage.LoadCreated:
		of[hash] = stage.LoadUpdated
	}
}

// binOf is where a record of the newest plan is, counting what the plans before
// it did: one that an earlier run created is created, though the newest plan has
// found it there.
func (r *Report) binOf(side stage.Side, it *stage.Item) stage.LoadBin {
	did, ok := r.made[side][hashOf(it.Key)]
	if ok && (it.Bin == stage.LoadUnchanged || it.Bin == stage.LoadUpdated && did == stage.LoadCreated) {
		return did
	}
	return it.Bin
}

// countMade moves the records of an entry into the bins that binOf gives.
func (r *Report) countMade(ctx context.Context, s *stage.Stage, e *Entry) error {
	if len(r.made[e.Side]) == 0 {
		return nil
	}
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadUnchanged, stage.LoadUpdated}}
	return s.Items(ctx, r.Plan.ID, e.place, q, func(it *stage.Item) error {
		if bin := r.binOf(e.Side, it); bin != it.Bin {
			e.Load[it.Bin]--
			e.Load[bin]++
			if e.Load[it.Bin] == 0 {
				delete(e.Load, it.Bin)
			}
		}
		return nil
	})
}

// readVerdicts finds the last verification of each plan.
func (r *Report) readVerdicts(ctx context.Context, s *stage.Stage) error {
	r.checks = map[int64]*load.Verdict{}
	for _, run := range r.Runs {
		v, ok, err := load.ReadVerdict(ctx, s, run.ID)
		if err != nil {
			return err
		}
		if before := r.checks[r.planOf[run.ID]]; ok && (before == nil || v.At.After(before.At)) {
			r.checks[r.planOf[run.ID]] = &v
		}
	}
	for _, v := range r.checks {
		r.Checks = append(r.Checks, v)
	}
	slices.SortFunc(r.Checks, func(a, b *load.Verdict) int { return a.At.Compare(b.At) })
	if n := len(r.Checks); n > 0 {
		r.Check = r.Checks[n-1]
	}
	return nil
}

// checkOf is the last verification of the plan that a run worked on; nil: none.
func (r *Report) checkOf(run int64) *load.Verdict { return r.checks[r.planOf[run]] }

// verdictOn is what a verification found of an entry; nil: it read none of it.
func verdictOn(v *load.Verdict, entry string) *load.EntryVerdict {
	at := slices.IndexFunc(v.Entries, func(e load.EntryVerdict) bool { return e.Entry == entry })
	if at < 0 {
		return nil
	}
	return &v.Entries[at]
}

// verdictsOn adds up what the verifications found of an entry; nil: nothing.
func (r *Report) verdictsOn(entry string) (sum *load.EntryVerdict) {
	for _, check := range r.Checks {
		v := verdictOn(check, entry)
		if v == nil {
			continue
		}
		if sum == nil {
			sum = &load.EntryVerdict{Entry: entry}
		}
		sum.Checked += v.Checked
		sum.Equal += v.Equal
		sum.Different += v.Different
		sum.Gone += v.Gone
		sum.Unchecked += v.Unchecked
	}
	return sum
}
