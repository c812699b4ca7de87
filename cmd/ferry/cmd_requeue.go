package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
)

func (a *app) newRequeue() *cobra.Command {
	var stream string
	cmd := &cobra.Command{
		Use:   "requeue JOB",
		Short: "Put dead letters and rejected records back in",
		Long: `Lets records be tried again that did not make it: dead letters are mapped again by
the next transform, whether or not anything changed, and records that the target
rejected are no longer left alone by the next plan. Use it when the reason lies
outside the records: a custom field that was missing, a permission, a limit.

Records that changed, or whose rules changed, need no requeueing. No request is
made, and nothing is lost: the attempts stay in the ledger.`,
		Example: `  ferry requeue move.yaml
  ferry requeue move.yaml --stream customers
  ferry requeue move.yaml && ferry transform move.yaml && ferry plan move.yaml`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.requeueRun(cmd.Context(), args[0], stream) },
	}
	cmd.Flags().StringVar(&stream, "stream", "", "only this stream of the mapping; default all")
	return cmd
}

func (a *app) requeueRun(ctx context.Context, path, stream string) error {
	return a.withStage(ctx, path, "requeue", func(st *stage.Stage, _ *job.Job, l *login, _ int64) error {
		return a.requeue(ctx, st, l.Account.ID, stream, path)
	})
}

// requeue counts and releases what is dead or rejected.
func (a *app) requeue(ctx context.Context, st *stage.Stage, account, stream, path string) error {
	g, _, err := st.Generations(ctx, account)
	if err != nil {
		return err
	}
	if g == nil {
		return usageError("nothing is mapped yet", "ferry transform "+path)
	}
	var names []string
	for _, e := range g.Entries {
		names = append(names, e.Name)
	}
	if _, known := g.Entry(stream); stream != "" && !known {
		return usageError(fmt.Sprintf("the mapping has no stream %q", stream), strictyaml.Suggest(stream, names))
	}
	dead, err := st.RequeueMapped(ctx, account, stream)
	if err != nil {
		return err
	}
	rejected, err := st.Requeue(ctx, account, stream)
	if err != nil {
		return err
	}
	a.ending.Bins = map[string]int{"dead": dead, "rejected": rejected}
	a.screen.value("%s and %s are in again\n", plural(dead, "dead letter"), plural(rejected, "rejected record"))
	a.screen.emit(map[string]any{"event": "requeued", "dead": dead, "rejected": rejected})
	if dead+rejected == 0 {
		return nil
	}
	var next []string
	if dead > 0 {
		next = append(next, "ferry transform "+path)
	}
	a.screen.say("Next: %s\n", strings.Join(append(next, "ferry plan "+path), "; "))
	return nil
}
