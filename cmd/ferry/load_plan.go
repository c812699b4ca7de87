package main

import (
	"context"
	"fmt"
	"time"

	"ferry/extract/stage"
	"ferry/load"
)

// plan makes a plan of the newest mapped records.
func (l *loader) plan(ctx context.Context) (stage.Plan, error) {
	if err := l.mappedNow(ctx); err != nil {
		return stage.Plan{}, err
	}
	defer l.begin(newLoadProgress(l.app.screen, l.line.need))()
	l.brief = false
	defer func() { l.brief = true }()
	p, err := load.MakePlan(ctx, l.cfg)
	if err != nil {
		return p, err
	}
	return l.settled(ctx, p)
}

// settled closes a plan that writes and links nothing: there is nothing to
// approve.
func (l *loader) settled(ctx context.Context, p stage.Plan) (stage.Plan, error) {
	todo, err := l.todo(ctx, p)
	if err != nil || todo > 0 {
		return p, err
	}
	p.State, p.By, p.Approved = stage.PlanDone, "nothing to write", time.Now().UTC()
	return p, l.stage.SetPlan(ctx, p.ID, p.State, p.By, p.Approved)
}

// mappedNow refuses to plan records that were mapped by other rules than the
// mapping has now.
func (l *loader) mappedNow(ctx context.Context) error {
	next := "ferry transform " + relative(l.job.Path)
	g, _, err := l.stage.Generations(ctx, l.source.Account.ID)
	if err != nil {
		return err
	}
	if g == nil {
		return usageError("nothing is mapped yet", next)
	}
	for _, r := range l.cfg.Rules {
		switch e, ok := g.Entry(r.Name); {
		case !ok:
			return usageError(fmt.Sprintf("nothing is mapped for %s yet", r.Name), next)
		case e.Hash != r.Hash:
			return usageError(fmt.Sprintf("the rules for %s were changed since the records were mapped", r.Name), next)
		}
	}
	return nil
}
