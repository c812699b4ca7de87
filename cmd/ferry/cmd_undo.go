package main

import (
	"context"

	"github.com/spf13/cobra"
)

// undoOptions are the flags of `ferry undo`.
type undoOptions struct {
	Allow []string
	Show  int
}

func (a *app) newUndo() *cobra.Command {
	var o undoOptions
	cmd := &cobra.Command{
		Use:   "undo JOB [RUN]",
		Short: "Take back what was loaded, where nobody has touched it since",
		Long: `Shows first what it would do, as a plan: records that were created are deleted,
records that were changed get their old values back, but only where the record
still equals what was written. What people edited since is left alone and listed,
and so is what the vendor cannot delete or give back.

Then it waits (exit 4). --yes goes on, but deletes only with --allow deletes, or
with allow: [deletes] in the job file. RUN is the number of an apply, as
` + "`ferry status`" + ` lists it; without one it is all that the newest plan has written.`,
		Example: `  ferry undo move.yaml                             show it
  ferry undo move.yaml --yes --allow deletes       do it
  ferry undo move.yaml 7`,
		Args: takes("JOB", "[RUN]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.undoRun(cmd.Context(), args[0], args[1:], o)
		},
	}
	cmd.Flags().StringSliceVar(&o.Allow, "allow", nil, "deletes: delete what was created")
	cmd.Flags().IntVar(&o.Show, "show", 3, "examples a stream and action")
	return cmd
}

func (a *app) undoRun(ctx context.Context, path string, args []string, o undoOptions) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	run, err := runNumber(args)
	if err != nil {
		return err
	}
	if err := checkAllow(o.Allow, allowDeletes); err != nil {
		return err
	}
	return a.withLoader(ctx, j, loadOptions{Command: "undo", Durable: true, Allow: o.Allow}, func(l *loader) error {
		run, err := l.wrote(ctx, run)
		if err != nil {
			return err
		}
		p, err := l.undoPlan(ctx, run)
		if err != nil {
			return err
		}
		return l.undo(ctx, p, o.Show)
	})
}
