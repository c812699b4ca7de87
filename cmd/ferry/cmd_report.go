package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/report"
)

func (a *app) newReport() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "report JOB [RUN]",
		Short: "Write the report that owner and accountant sign",
		Long: `Writes, from the stage alone and without any request: report.html and report.xlsx
(counts and sums of source against target, samples side by side, exceptions by
cause, mapping, plan and accounts by name and hash, a block to sign),
crosswalk.csv (old id and number, new id and number, link) and exceptions.xlsx.
It can be made again at any time. It covers all that the job has loaded so far:
each record once, where it is now, with every approval. With RUN, the number of an
apply as ferry status lists it, it is about the plan of that run alone.`,
		Example: `  ferry report move.yaml
  ferry report move.yaml 7 --dir ./handover`,
		Args: takes("JOB", "[RUN]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.reportRun(cmd.Context(), args[0], args[1:], dir)
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder to write into; default <job>-report beside the job file")
	return cmd
}

func (a *app) reportRun(ctx context.Context, path string, args []string, dir string) (err error) {
	run, err := runNumber(args)
	if err != nil {
		return err
	}
	j, st, source, err := a.openForLooking(ctx, path, "report")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if err := loadable(j); err != nil {
		return err
	}
	cfg, err := a.lookingConfig(ctx, j, st, source)
	if err != nil {
		return err
	}
	if dir == "" {
		dir = filepath.Join(filepath.Dir(j.Path), j.Name+"-report")
	}
	if a.flags.DryRun {
		a.screen.say("would write the report into %s\n", relative(dir))
		return nil
	}
	files, err := report.Write(ctx, cfg, run, dir)
	if none, ok := errors.AsType[*report.NoPlanError](err); ok {
		return usageError(none.Error(), "ferry plan "+path)
	}
	if err != nil {
		return err
	}
	for _, f := range []struct{ what, path string }{
		{"Report", files.HTML}, {"Workbook", files.Workbook}, {"Crosswalk", files.Crosswalk}, {"Exceptions", files.Exceptions},
	} {
		a.screen.value("%-10s  %s\n", f.what, relative(f.path))
	}
	a.screen.emit(map[string]any{"event": "report", "html": files.HTML, "workbook": files.Workbook, "crosswalk": files.Crosswalk,
		"exceptions": files.Exceptions})
	return nil
}

// lookingConfig is what a command needs of the load that makes no request: the
// accounts are those that the stage is bound to.
func (a *app) lookingConfig(ctx context.Context, j *job.Job, st *stage.Stage, source *login) (load.Config, error) {
	target, ok, err := st.Account(ctx, targetRole)
	if err != nil {
		return load.Config{}, err
	}
	if !ok {
		return load.Config{}, usageError("nothing was loaded yet", "ferry plan "+relative(j.Path))
	}
	m, err := jobRules(ctx, j, source, st)
	if err != nil {
		return load.Config{}, err
	}
	all, err := loadRules(m)
	if err != nil {
		return load.Config{}, err
	}
	if err := findReferences(ctx, st, source.Account.ID, m.Target, all); err != nil {
		return load.Config{}, err
	}
	decisions, err := load.ReadDecisions(decisionsPath(j))
	if err != nil {
		return load.Config{}, err
	}
	pages, err := openLogin(j.Target.Login)
	if err != nil {
		return load.Config{}, fmt.Errorf("target: %w", err)
	}
	tell, err := tellRows(ctx, st, source.Account.ID, m, all)
	if err != nil {
		return load.Config{}, err
	}
	return load.Config{
		Stage: st, Source: source.Account, Target: target, Vendor: m.Target, Rules: all, Decisions: decisions, Now: time.Now, Zone: pages.Zone, Tell: tell,
		Link: func(stream string, key record.Key) string { return webPage(pages, stream, key) },
	}, nil
}
