package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"ferry/extract/stage"
	"ferry/load"
)

// applyOptions are the flags of `ferry apply`.
type applyOptions struct {
	Plan  string
	All   bool
	Allow []string
	Moved bool
}

// stops are after how many records an apply lets a person look.
var stops = []int{5, 100}

func (a *app) newApply() *cobra.Command {
	var o applyOptions
	cmd := &cobra.Command{
		Use:   "apply JOB",
		Short: "Do what a plan says, once it is approved",
		Long: `Writes the records of the newest plan into the target, parents before children.
The plan must be approved: at a terminal by typing the account's name, with --plan
by its hash or by the workbook with its sheet Approval filled in, or with --yes.
What cannot be undone must be allowed apart: --allow final.

After 5 and after 100 records it stops and shows links into the target, so that
somebody looks before it goes on; the next apply does go on, without a new
approval. --all and --yes do not stop. A record whose answer was lost is asked for
in the target before anything is sent again. A stop at any moment loses nothing:
run the same command again.

A plan is refused when what it rests on has changed since; it says what. A stage
that was applied on another machine or in another folder before is refused once:
of two copies each would write what the other has written. --moved goes on here.`,
		Example: `  ferry apply move.yaml
  ferry apply move.yaml --plan 3f9a0c11d2e4 --all
  ferry apply move.yaml --plan plan.xlsx --allow final
  ferry apply move.yaml --dry-run`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.applyRun(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.Plan, "plan", "", "the plan's hash, or the workbook in which it was approved")
	f.BoolVar(&o.All, "all", false, "do not stop after 5 and after 100 records")
	f.BoolVar(&o.Moved, "moved", false, "go on with a stage that was applied somewhere else before, and is not any more")
	f.StringSliceVar(&o.Allow, "allow", nil, "final: do also what cannot be undone")
	return cmd
}

func (a *app) applyRun(ctx context.Context, path string, o applyOptions) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	if err := checkAllow(o.Allow, allowFinal); err != nil {
		return err
	}
	return a.withLoader(ctx, j, loadOptions{Command: "apply", Durable: true, Allow: o.Allow}, func(l *loader) error {
		hash, by := o.Plan, ""
		if isWorkbook(o.Plan) {
			if hash, by, err = l.signed(o.Plan); err != nil {
				return err
			}
		}
		p, err := l.pick(ctx, stage.PlanLoad, hash)
		if err != nil {
			return err
		}
		if p.State == stage.PlanDone {
			a.screen.say("Plan %s is done: nothing is left to do.\n", shortHash(p.Hash))
			if err := l.printKeptBins(ctx, p); err != nil {
				return err
			}
			return l.tellOutcome(ctx, p)
		}
		if err := l.current(ctx, p); err != nil {
			return err
		}
		switch {
		case by != "":
		case hash != "":
			by = "by its hash on the command line"
		case a.flags.Yes:
			by = byYes
		}
		found, err := l.approveAndApply(ctx, p, applying{By: by, Ask: true, Moved: o.Moved, All: o.All || a.flags.Yes || j.Target.Approve == approveAuto})
		if err != nil {
			return err
		}
		if j.Source.Sheet != nil && !a.flags.DryRun {
			if err := l.answerFiles(ctx, p, answering{}); err != nil {
				return err
			}
		}
		return found.err()
	})
}

// applying says how a plan is applied.
type applying struct {
	By  string // who approved it; "" nobody yet
	Ask bool   // a person at the terminal may be asked
	All bool   // no stop to let a person look

	Moved bool // the stage was applied somewhere else before
}

// approveAndApply is what `apply` and `run` do with a plan that is still good.
func (l *loader) approveAndApply(ctx context.Context, p stage.Plan, o applying) (findings, error) {
	sum, err := load.ReadSummary(p)
	if err != nil {
		return findings{}, err
	}
	if l.app.flags.DryRun {
		return findings{}.add(exitWaiting, fmt.Sprintf("with --dry-run nothing is sent: plan %s would write %s in %s", shortHash(p.Hash),
			writesText(sum), plural(sum.Price.Requests(), "request")), "without --dry-run it is approved and applied"), nil
	}
	var needs []string
	if len(sum.Final()) > 0 {
		needs = append(needs, allowFinal)
	}
	path := relative(l.job.Path)
	err = l.approve(ctx, &p, approval{By: o.By, Ask: o.Ask, Needs: needs, Question: l.question(p, sum),
		Next: fmt.Sprintf("ferry apply %s --plan %s", path, shortHash(p.Hash))})
	if err != nil {
		return findings{}, err
	}
	return l.apply(ctx, p, load.ApplyOptions{All: o.All, Stops: stops, Moved: o.Moved})
}

// apply does what an approved plan says and tells what became of it.
func (l *loader) apply(ctx context.Context, p stage.Plan, o load.ApplyOptions) (findings, error) {
	before, err := l.adoptedOf(ctx, p)
	if err != nil {
		return findings{}, err
	}
	end := l.begin(newLoadProgress(l.app.screen, l.line.need))
	bins, err := load.Apply(ctx, l.cfg, p.ID, o)
	end()
	if _, ok := errors.AsType[*load.MovedError](err); ok {
		return findings{}, err
	}
	l.printBins(p, bins)
	if lost := l.printLost(context.WithoutCancel(ctx), p, before); lost != nil {
		return findings{}, errors.Join(err, lost)
	}
	if stop, ok := errors.AsType[*load.StopError](err); ok {
		return findings{}, l.stopped(ctx, p, stop)
	}
	if _, ok := errors.AsType[*load.BoundError](err); ok {
		return findings{}, errors.Join(err, l.printReasons(ctx, p, 3, stage.LoadRejected))
	}
	if err != nil {
		return findings{}, l.asStale(p, err)
	}
	found, err := l.outcome(ctx, p)
	if err != nil || bins.Of(stage.LoadCreated)+bins.Of(stage.LoadUpdated) == 0 {
		return found, err
	}
	return found, l.pages(ctx, p, 3)
}

// stopped is the stop after the first records: links to look at, and how to go on.
func (l *loader) stopped(ctx context.Context, p stage.Plan, stop *load.StopError) error {
	s := l.app.screen
	s.say("\nStopped after %s, so that you can look:\n\n", plural(stop.Done, "record"))
	for _, link := range stop.Links {
		s.say("  %s\n", link)
	}
	s.emit(map[string]any{"event": "stop", "records": stop.Done, "links": stop.Links})
	found, err := l.binFindings(ctx, p)
	if err != nil {
		return err
	}
	path := relative(l.job.Path)
	return findings{}.add(exitWaiting, fmt.Sprintf("stopped after %s to let you look", plural(stop.Done, "record")),
		fmt.Sprintf("to go on: ferry apply %s   to take it back: ferry undo %s", path, path)).and(found).err()
}

// checkAllow refuses words that nothing here can be allowed by.
func checkAllow(given []string, known ...string) error {
	for _, word := range given {
		ok := false
		for _, k := range known {
			ok = ok || k == word
		}
		if !ok {
			return usageError(fmt.Sprintf("--allow: unknown %q", word), "known here: "+strings.Join(known, ", "))
		}
	}
	return nil
}

// isWorkbook tells the path of a workbook from a hash.
func isWorkbook(text string) bool { return strings.EqualFold(filepath.Ext(text), ".xlsx") }
