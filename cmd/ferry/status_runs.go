package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// How many runs `ferry status` shows.
const (
	shownRuns   = 5
	shownWrites = 20
)

// runsStatus shows the last runs, and those that wrote to the target. Commands
// that were refused before they did anything are left out.
func (a *app) runsStatus(ctx context.Context, st *stage.Stage) error {
	sent, err := recordsSent(ctx, st)
	if err != nil {
		return err
	}
	all, err := st.Runs(ctx, math.MaxInt32)
	if err != nil {
		return err
	}
	did := func(r stage.Run) bool { return r.Exit != int(exitUsage) || r.Requests > 0 || sent[r.ID] > 0 }
	last := slices.DeleteFunc(slices.Clone(all), func(r stage.Run) bool { return !did(r) })
	a.runStatus(last[:min(len(last), shownRuns)])
	wrote := slices.DeleteFunc(all, func(r stage.Run) bool { return sent[r.ID] == 0 })
	a.writeStatus(wrote, sent)
	return nil
}

// recordsSent counts by run the records that it sent to a target.
func recordsSent(ctx context.Context, st *stage.Stage) (map[int64]int, error) {
	type sent struct {
		run  int64
		side stage.Side
		key  record.Key
	}
	count, seen := map[int64]int{}, map[sent]bool{}
	err := st.Attempts(ctx, stage.AttemptQuery{}, func(at *stage.Attempt) error {
		if one := (sent{at.Run, at.Side, at.Key}); !seen[one] {
			seen[one] = true
			count[at.Run]++
		}
		return ctx.Err()
	})
	return count, err
}

// writeStatus lists the runs that wrote to the target, the newest first.
func (a *app) writeStatus(runs []stage.Run, sent map[int64]int) {
	if len(runs) == 0 {
		return
	}
	var rows [][]string
	now := time.Now()
	for _, r := range runs {
		exit := fmt.Sprint(r.Exit)
		if r.Ended.IsZero() {
			exit = "-"
		}
		rows = append(rows, []string{fmt.Sprint(r.ID), r.Command, moment(r.Started, now), count(sent[r.ID]), exit})
		a.screen.emit(map[string]any{"event": "write_run", "run": r.ID, "command": r.Command, "started": r.Started, "records": sent[r.ID], "exit": r.Exit})
	}
	a.screen.value("\nRuns that wrote to the target, as undo, verify and report take them\n")
	a.screen.asked([]string{">run", "command", "started", ">records sent", ">exit"}, rows[:min(len(rows), shownWrites)])
	if n := len(rows) - shownWrites; n > 0 {
		a.screen.value("and %s before them\n", plural(n, "run"))
	}
}

func (a *app) runStatus(runs []stage.Run) {
	var rows [][]string
	now := time.Now()
	for _, r := range runs {
		ended, exit := moment(r.Ended, now), fmt.Sprint(r.Exit)
		if r.Ended.IsZero() {
			ended, exit = "running, or killed", "-"
		}
		text := r.Text
		if !r.ResumeAt.IsZero() {
			text += "; go on after " + moment(r.ResumeAt, now)
		}
		rows = append(rows, []string{fmt.Sprint(r.ID), r.Command, moment(r.Started, now), ended, exit, count(r.Requests), text})
		a.screen.emit(map[string]any{"event": "run", "run": r.ID, "command": r.Command, "started": r.Started,
			"ended": r.Ended, "exit": r.Exit, "requests": r.Requests, "reason": r.Text, "version": r.Version})
	}
	if len(rows) > 0 {
		a.screen.value("\n")
		a.screen.asked([]string{">run", "command", "started", "ended", ">exit", ">requests", "why"}, rows)
	}
}
