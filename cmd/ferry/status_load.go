package main

import (
	"context"
	"fmt"
	"time"

	"ferry/extract/stage"
	"ferry/load"
)

// planStatus shows the plans that are not settled, and where their records are.
func (a *app) planStatus(ctx context.Context, st *stage.Stage) error {
	for _, kind := range []stage.PlanKind{stage.PlanLoad, stage.PlanUndo} {
		p, ok, err := newestPlan(ctx, st, kind)
		if err != nil {
			return err
		}
		if ok {
			if err := a.printPlanStatus(ctx, st, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *app) printPlanStatus(ctx context.Context, st *stage.Stage, p stage.Plan) error {
	counts, err := st.PlanBins(ctx, p.ID)
	if err != nil {
		return err
	}
	now := time.Now()
	what, head, order := "Plan", []string{"stream", ">records"}, binsOf(p.Kind)
	if p.Kind == stage.PlanUndo {
		what = fmt.Sprintf("Undo of run %d", p.Undoes)
	}
	for _, bin := range order {
		head = append(head, ">"+bin.String())
	}
	var rows, files [][]string
	total := stage.LoadBins{}
	for n, bins := range counts {
		isFiles := load.IsFiles(p.Entries[n])
		if row := binRow(p.Entries[n].Name, bins, order); isFiles {
			files = append(files, row)
		} else {
			rows = append(rows, row)
		}
		event := map[string]any{"event": "plan_bins", "stream": p.Entries[n].Name, "plan": p.Hash}
		for _, bin := range order {
			if !isFiles {
				total[bin] += bins[bin]
			}
			event[bin.String()] = bins[bin]
		}
		a.screen.emit(event)
	}
	if len(rows) > 1 {
		rows = append(rows, binRow("all", total, order))
	}
	a.screen.value("\n%s %s to %s, made %s: %s", what, shortHash(p.Hash), p.Target, moment(p.Made, now), p.State)
	if p.By != "" {
		a.screen.value(" (%s, %s)", p.By, moment(p.Approved, now))
	}
	a.screen.value("\n")
	a.screen.asked(head, rows)
	if len(files) > 0 {
		a.screen.value("\n")
		a.screen.asked(filesHead(head), files)
	}
	a.screen.emit(map[string]any{"event": "plan", "plan": p.Hash, "kind": p.Kind, "state": p.State, "made": p.Made,
		"approved": p.Approved, "by": p.By, "source": p.Source, "target": p.Target})
	return nil
}
