package main

import (
	"context"
	"fmt"

	"ferry/extract/stage"
	"ferry/load"
)

// undoPlan gives the plan of an undo: one that was approved and is not done yet,
// else a new one.
func (l *loader) undoPlan(ctx context.Context, run int64) (stage.Plan, error) {
	p, ok, err := newestPlan(ctx, l.stage, stage.PlanUndo)
	if err != nil {
		return p, err
	}
	if ok && p.State == stage.PlanApproved && p.Undoes == run {
		l.app.screen.say("Going on with undo plan %s of %s.\n", shortHash(p.Hash), moment(p.Made, l.run.Started))
		return p, nil
	}
	defer l.begin(newLoadProgress(l.app.screen, l.line.need))()
	return load.PlanUndo(ctx, l.cfg, run)
}

// undo shows what is taken back and, where that is approved, takes it back.
func (l *loader) undo(ctx context.Context, p stage.Plan, show int) error {
	total, err := l.printUndo(ctx, p, show)
	if err != nil {
		return err
	}
	if total[stage.ActDelete]+total[stage.ActRestore] == 0 {
		l.app.screen.say("\nNothing can be taken back.\n")
		if n := total[stage.ActLeft]; n > 0 {
			return findings{}.add(exitWaiting, plural(n, "record")+" left as they are", "each reason stands above").err()
		}
		return nil
	}
	if l.app.flags.DryRun {
		l.app.screen.say("\nWith --dry-run nothing is sent.\n")
		return nil
	}
	var needs []string
	if total[stage.ActDelete] > 0 {
		needs = append(needs, allowDeletes)
	}
	by, next := "", "ferry undo "+relative(l.job.Path)
	if p.Undoes > 0 {
		next += fmt.Sprintf(" %d", p.Undoes)
	}
	if l.app.flags.Yes {
		by = byYes
	}
	err = l.approve(ctx, &p, approval{By: by, Ask: true, Needs: needs, Next: next + " --yes",
		Question: fmt.Sprintf("Delete %s and restore %s at %s?", plural(total[stage.ActDelete], "record"),
			count(total[stage.ActRestore]), p.Target)})
	if err != nil {
		return err
	}
	end := l.begin(newLoadProgress(l.app.screen, l.line.need))
	bins, err := load.Undo(ctx, l.cfg, p.ID)
	end()
	l.printBins(p, bins)
	if err != nil {
		return err
	}
	return l.tellOutcome(ctx, p)
}
