package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"
)

func (a *app) newVerify() *cobra.Command {
	var show int
	cmd := &cobra.Command{
		Use:   "verify JOB [RUN]",
		Short: "Read back what was written, and compare field by field",
		Long: `Reads every record that a run has written back from the target and compares each
field with what was sent: what did not take, what the target changed by itself
right after, and what is gone. The verdict is kept in the stage; the report shows
it. RUN is the number of an apply, as ` + "`ferry status`" + ` lists it; without one
everything that the newest plan has written is verified.`,
		Example: `  ferry verify move.yaml
  ferry verify move.yaml 7 --show 20`,
		Args: takes("JOB", "[RUN]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.verifyRun(cmd.Context(), args[0], args[1:], show)
		},
	}
	cmd.Flags().IntVar(&show, "show", 5, "examples a field")
	return cmd
}

func (a *app) verifyRun(ctx context.Context, path string, args []string, show int) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	run, err := runNumber(args)
	if err != nil {
		return err
	}
	return a.withLoader(ctx, j, loadOptions{Command: "verify"}, func(l *loader) error {
		run, err := l.wrote(ctx, run)
		if err != nil {
			return err
		}
		found, err := l.verify(ctx, run, show)
		if err != nil {
			return err
		}
		return found.err()
	})
}

// runNumber reads the number of a run; 0 where none is given.
func runNumber(args []string) (int64, error) {
	if len(args) == 0 {
		return 0, nil
	}
	n, err := strconv.ParseInt(args[0], 10, 64)
	if err != nil || n < 1 {
		return 0, usageError(fmt.Sprintf("%q is no number of a run", args[0]), "`ferry status JOB` lists them")
	}
	return n, nil
}
