package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/stage"
	"ferry/transform"
)

// transformOptions are the flags of `ferry transform`.
type transformOptions struct {
	Diff bool
	Show int
}

func (a *app) newTransform() *cobra.Command {
	var o transformOptions
	cmd := &cobra.Command{
		Use:   "transform JOB",
		Short: "Map the staged records by the job's mapping",
		Long: `Applies the job's mapping to the staged records, without any request, as often as
you like. Only records that changed, or whose rules changed, are mapped again; the
result becomes visible all at once. A value that does not fit makes its record a
dead letter with the reason; nothing is dropped in silence: the bins add up.

With --diff it shows what is mapped otherwise than by the generation before:
after a change to the mapping, what the change did.`,
		Example: `  ferry transform move.yaml
  ferry transform move.yaml --diff --show 20
  ferry transform move.yaml --json | jq 'select(.event=="dead")'`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.transformRun(cmd.Context(), args[0], o) },
	}
	cmd.Flags().BoolVar(&o.Diff, "diff", false, "show what differs from the generation before")
	cmd.Flags().IntVar(&o.Show, "show", 3, "examples: dead letters a reason and stream, and changes a stream")
	return cmd
}

func (a *app) transformRun(ctx context.Context, path string, o transformOptions) error {
	return a.withStage(ctx, path, "transform", func(st *stage.Stage, j *job.Job, l *login, run int64) error {
		m := &mapper{app: a, job: j, login: l, stage: st, run: run, show: o.Show, diff: o.Diff}
		found, err := m.transform(ctx)
		if err != nil {
			return err
		}
		return found.err()
	})
}

// mapper is one transform of a job's records.
type mapper struct {
	*login
	app   *app
	job   *job.Job
	stage *stage.Stage
	run   int64
	show  int
	diff  bool
}

// transform maps, publishes the generation, and prints what became of every
// record.
func (m *mapper) transform(ctx context.Context) (findings, error) {
	watch, err := readLabels(ctx, m.stage, m.login)
	if err != nil {
		return findings{}, err
	}
	for _, text := range watch.relabelled() {
		m.app.screen.note("note: %s", text)
	}
	r, err := jobRules(ctx, m.job, m.login, m.stage)
	if err != nil {
		return findings{}, err
	}
	if _, err := r.tests(); err != nil {
		return findings{}, err
	}
	if err := r.File.CheckDetails(r.Source, m.job.Source.Details); err != nil {
		return findings{}, err
	}
	compiled, err := transform.Compiled(r.Program, r.Source)
	if err != nil {
		return findings{}, err
	}
	sum, err := transform.Run(ctx, transform.Config{Stage: m.stage, Account: m.Account, Rules: compiled,
		Details: m.job.Source.Details, Run: m.run, Report: m.report})
	if err != nil {
		return findings{}, err
	}
	if err := watch.keep(ctx, m.stage); err != nil {
		return findings{}, err
	}
	current, before, err := m.stage.Generations(ctx, m.Account.ID)
	if err != nil {
		return findings{}, err
	}
	m.printBins(sum)
	if err := m.printDead(ctx, current); err != nil {
		return findings{}, err
	}
	if m.diff {
		if err := m.printDiff(ctx, before, current); err != nil {
			return findings{}, err
		}
	}
	return ofTransform(sum), nil
}

// report shows progress on --json; people see the table at the end.
func (m *mapper) report(e transform.Event) {
	if e.Event == transform.EventBins {
		return // printed from the summary
	}
	m.app.screen.emit(map[string]any{"event": "transform_" + e.Event, "stream": e.Stream, "records": e.Records,
		"chunks": e.Chunks, "total": e.Total, "reason": e.Reason})
}

// ofTransform says in codes what became of the records.
func ofTransform(sum transform.Summary) findings {
	_, _, dead, _, held := sum.Totals()
	var f findings
	if dead > 0 {
		f = f.add(exitRejected, plural(dead, "dead letter"), "each reason stands above; mend the data or the mapping and transform again")
	}
	if held > 0 {
		f = f.add(exitWaiting, fmt.Sprintf("%s held until their details are read", plural(held, "record")), "`ferry extract` reads them")
	}
	return f
}
