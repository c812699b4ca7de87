package main

import (
	"context"
	"errors"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/stage"
	"ferry/load"
)

// loadRunOptions say how the second half of a run goes.
type loadRunOptions struct {
	Ask   bool     // a person at the terminal may be asked to approve
	All   bool     // no stop to let a person look
	Allow []string // what the command line allows beside the job
	// After is done once nothing waits for approval; nil: nothing.
	After func(ctx context.Context, l *loader, p stage.Plan) error
}

// loadRun is the second half of `ferry run`: plan, and where that is approved
// apply and verify. found is what the first half had to say.
func (a *app) loadRun(ctx context.Context, j *job.Job, found findings, o loadRunOptions) error {
	err := a.withLoader(ctx, j, loadOptions{Command: "load", Durable: true, Allow: o.Allow}, func(l *loader) error {
		p, fresh, err := l.planOrWaiting(ctx)
		if err != nil {
			return err
		}
		l.goesOn = !a.flags.DryRun && (a.flags.Yes || j.Target.Approve == approveAuto)
		if p.State != stage.PlanApproved {
			if err := l.printPlan(ctx, p, 3); err != nil {
				return err
			}
			if !fresh {
				a.screen.say("It waits since %s; nothing it rests on has changed.\n", moment(p.Made, l.run.Started))
			}
		}
		more, err := l.goOn(ctx, p, o)
		found = found.and(more)
		_, bound := errors.AsType[*load.BoundError](err)
		if o.After != nil && !a.flags.DryRun && (err == nil || bound) {
			err = errors.Join(err, o.After(ctx, l, p))
		}
		return err
	})
	if err == nil {
		return found.err()
	}
	if exit, ok := errors.AsType[*exitError](err); ok && isSoft(err) {
		return found.add(exit.Code, exit.Error(), exit.Hint).err()
	}
	return err
}

// goOn applies and verifies a plan where that is approved.
func (l *loader) goOn(ctx context.Context, p stage.Plan, o loadRunOptions) (findings, error) {
	todo, err := l.todo(ctx, p)
	if err != nil {
		return findings{}, err
	}
	if todo == 0 {
		return l.outcome(ctx, p)
	}
	by, auto := "", l.job.Target.Approve == approveAuto
	switch {
	case l.app.flags.Yes:
		by = byYes
	case auto:
		by = "approve: auto in the job file"
	}
	found, err := l.approveAndApply(ctx, p, applying{By: by, Ask: o.Ask, All: o.All || by != ""})
	if err != nil || l.app.flags.DryRun {
		return found, err
	}
	if wrote, err := l.wroteNow(ctx); err != nil || !wrote {
		return found, err
	}
	verified, err := l.verify(ctx, l.run.ID, 3)
	return found.and(verified), err
}

// wroteNow tells whether this run sent anything: only then there is something to
// read back.
func (l *loader) wroteNow(ctx context.Context) (bool, error) {
	err := l.stage.Attempts(ctx, stage.AttemptQuery{Run: l.run.ID}, func(*stage.Attempt) error { return errEnough })
	if errors.Is(err, errEnough) {
		return true, nil
	}
	return false, err
}

// todo counts what is left of a plan: records to be written or asked for, and
// while nobody has applied it the links it makes.
func (l *loader) todo(ctx context.Context, p stage.Plan) (int, error) {
	counts, err := l.stage.PlanBins(ctx, p.ID)
	if err != nil || p.State == stage.PlanDone {
		return 0, err
	}
	sum, err := load.ReadSummary(p)
	if err != nil {
		return 0, err
	}
	n := newLinksOf(sum)
	for _, bins := range counts {
		n += bins[stage.LoadWaiting] + bins[stage.LoadUnsure]
	}
	return n, nil
}

// planOrWaiting gives the plan that is to be gone on with: one that waits or was
// approved and is still good, else a new one.
func (l *loader) planOrWaiting(ctx context.Context) (p stage.Plan, fresh bool, err error) {
	p, ok, err := newestPlan(ctx, l.stage, stage.PlanLoad)
	if err != nil {
		return p, false, err
	}
	if ok && p.State != stage.PlanDone {
		changed, err := load.Current(ctx, l.cfg, p)
		if err != nil {
			return p, false, err
		}
		if len(changed) == 0 {
			return p, false, nil
		}
		for _, text := range changed {
			l.app.screen.note("plan %s is out of date: %s", shortHash(p.Hash), text)
		}
	}
	p, err = l.plan(ctx)
	return p, true, err
}
