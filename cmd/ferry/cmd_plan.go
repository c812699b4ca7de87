package main

import (
	"context"

	"github.com/spf13/cobra"
)

// planOptions are the flags of `ferry plan`.
type planOptions struct {
	Workbook string
	Answers  string
	Show     int
}

func (a *app) newPlan() *cobra.Command {
	var o planOptions
	cmd := &cobra.Command{
		Use:   "plan JOB",
		Short: "Decide what a load would do with every record, and send nothing",
		Long: `Reads what it needs of the target, at a price that is told first, and decides for
every mapped record: create, update (old -> new a field), unchanged, held, or
rejected. The plan is kept in the stage under a hash; nothing is sent. It says
on what each match rests, which records look like one that is there, what people
outside would notice, what cannot be undone, and what it costs.

--workbook writes the plan as an Excel file for those who decide: sheets Matches
and Values have a column Decision, sheet Approval a place to sign. --answers reads
the filled-in file; the decisions are kept beside the job in JOB.decisions.csv and
count for every later plan.

Exit 4 means that a plan with changes waits, or that records are held.`,
		Example: `  ferry plan move.yaml
  ferry plan move.yaml --workbook plan.xlsx
  ferry plan move.yaml --answers plan.xlsx
  ferry apply move.yaml --plan 3f9a0c11d2e4`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.planRun(cmd.Context(), args[0], o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.Workbook, "workbook", "", "write the plan as an Excel workbook")
	f.StringVar(&o.Answers, "answers", "", "read decisions from a filled-in workbook first")
	f.IntVar(&o.Show, "show", 3, "examples a stream and action")
	return cmd
}

func (a *app) planRun(ctx context.Context, path string, o planOptions) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	return a.withLoader(ctx, j, loadOptions{Command: "plan"}, func(l *loader) error {
		if o.Answers != "" {
			if err := l.takeAnswers(ctx, o.Answers); err != nil {
				return err
			}
		}
		p, err := l.plan(ctx)
		if err != nil {
			return err
		}
		if err := l.printPlan(ctx, p, o.Show); err != nil {
			return err
		}
		if o.Workbook != "" {
			if err := l.writeWorkbook(ctx, p, o.Workbook); err != nil {
				return err
			}
		}
		return l.planned(p)
	})
}
