package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ferry/extract/stage"
	"ferry/load"
)

// minHash is as few letters of a plan's hash as are taken for it.
const minHash = 8

// pick finds the plan that is to be applied: the newest one, which must be the
// named one where a hash is given.
func (l *loader) pick(ctx context.Context, kind stage.PlanKind, hash string) (stage.Plan, error) {
	p, ok, err := newestPlan(ctx, l.stage, kind)
	if err != nil {
		return p, err
	}
	again := "ferry plan " + relative(l.job.Path)
	if !ok {
		return p, usageError(fmt.Sprintf("job %s has no plan", l.job.Name), "make one: "+again)
	}
	if hash == "" {
		return p, nil
	}
	if len(hash) < minHash || strings.Trim(strings.ToLower(hash), "0123456789abcdef") != "" {
		return p, usageError(fmt.Sprintf("%q is no hash of a plan", hash), fmt.Sprintf("give at least %d letters of it; the newest plan is %s", minHash, shortHash(p.Hash)))
	}
	if strings.HasPrefix(p.Hash, strings.ToLower(hash)) {
		return p, nil
	}
	plans, err := l.stage.Plans(ctx, recentPlans)
	if err != nil {
		return p, err
	}
	for _, old := range plans {
		if strings.HasPrefix(old.Hash, strings.ToLower(hash)) && old.State == stage.PlanDone {
			return p, usageError(fmt.Sprintf("plan %s is done; the newest plan is %s (%s)", shortHash(old.Hash), shortHash(p.Hash), p.State), "look at it: "+again)
		}
		if strings.HasPrefix(old.Hash, strings.ToLower(hash)) {
			return p, usageError(fmt.Sprintf("plan %s of %s was superseded by plan %s of %s", shortHash(old.Hash), moment(old.Made, l.run.Started),
				shortHash(p.Hash), moment(p.Made, l.run.Started)), "look at the newer plan: "+again)
		}
	}
	return p, usageError(fmt.Sprintf("job %s has no plan %s", l.job.Name, shortHash(hash)),
		fmt.Sprintf("the newest plan is %s (%s); look at it: %s", shortHash(p.Hash), p.State, again))
}

// current refuses a plan when what it rests on is no longer so.
func (l *loader) current(ctx context.Context, p stage.Plan) error {
	changed, err := load.Current(ctx, l.cfg, p)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		return l.stale(p, changed)
	}
	return nil
}

// stale says what changed since a plan was made.
func (l *loader) stale(p stage.Plan, changed []string) error {
	return &exitError{Code: exitUsage,
		Err:  fmt.Errorf("plan %s is out of date: %s", shortHash(p.Hash), strings.Join(changed, "; ")),
		Hint: "plan again and look at what differs: ferry plan " + relative(l.job.Path)}
}

// asStale names the command to type where the load itself found a plan out of date.
func (l *loader) asStale(p stage.Plan, err error) error {
	if old, ok := errors.AsType[*load.StalePlanError](err); ok {
		return l.stale(p, old.Changed)
	}
	return err
}
