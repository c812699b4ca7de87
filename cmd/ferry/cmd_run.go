package main

import (
	"context"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
)

func (a *app) newRun() *cobra.Command {
	return &cobra.Command{
		Use:   "run JOB",
		Short: "Do all that a job names: read, prove, publish, map, plan, load",
		Long: `Reads every stream of the job within the vendor's limits, says what it will cost
before the first page, proves that each stream is complete, publishes the files,
and maps the records where the job has a mapping. Run it again after any stop:
only what is missing is asked for.

Where the job has a target it then makes a plan of what to load and stops with it
(exit 4): nothing is sent before the plan is approved, by ` + "`ferry apply`" + `, by --yes,
or by approve: auto in the job file. While a plan waits and nothing it rests on
has changed it is shown again; an approved one is gone on with, and verified.

The set is published once every stream has ended, proven or not; the manifest
and the exit code say which. After a stop at the quota (75), a failure (1) or
Ctrl-C (130) the last set stays the latest.`,
		Example: `  ferry run nightly.yaml
  ferry run nightly.yaml --json > run.jsonl
  ferry run nightly.yaml --dry-run      read into the stage, publish nothing
  ferry run move.yaml                   read, map and plan; then look at the plan
  ferry run move.yaml --yes             and load it at once`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runRun(cmd.Context(), args[0]) },
	}
}

func (a *app) newExtract() *cobra.Command {
	return &cobra.Command{
		Use:   "extract JOB",
		Short: "Read the streams of a job into its stage",
		Long: `Reads every stream of the job into the stage and says how complete each one is.
Nothing is published; ` + "`ferry export`" + ` does that, whenever you like.`,
		Example: `  ferry extract nightly.yaml
  ferry extract nightly.yaml && ferry profile nightly.yaml`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.extractRun(cmd.Context(), args[0]) },
	}
}

func (a *app) extractRun(ctx context.Context, path string) error {
	j, err := a.loadJob(path, true)
	if err != nil {
		return err
	}
	if j.Source.Sheet != nil {
		return a.extractFiles(ctx, path)
	}
	return a.withSession(ctx, j, "extract", func(s *session) error {
		summary, err := s.extract(ctx)
		a.printSummary(j, summary)
		if err != nil {
			return err
		}
		if j.Export != nil {
			a.screen.say("Next: ferry export %s\n", path)
		}
		return findings{}.ofSummary(summary).err()
	})
}

func (a *app) runRun(ctx context.Context, path string) error {
	j, err := a.loadWholeJob(path)
	if err != nil {
		return err
	}
	if err := exportable(j); err != nil {
		return err
	}
	if j.Target != nil {
		if err := loadable(j); err != nil {
			return err
		}
	}
	if j.Source.Sheet != nil {
		return a.runFiles(ctx, j)
	}
	if err := checkMapping(j); err != nil {
		return err
	}
	var found findings
	err = a.withSession(ctx, j, "run", func(s *session) error {
		if found, err = s.readAndPublish(ctx); err != nil {
			return err
		}
		return found.err()
	})
	if j.Target == nil || err != nil && !isSoft(err) {
		return err
	}
	return a.loadRun(ctx, j, found, loadRunOptions{})
}

// checkMapping refuses a job whose mapping is wrong before anything is asked.
func checkMapping(j *job.Job) error {
	if j.Mapping == "" {
		return nil
	}
	r, err := openRules(j.Mapping, j.Source.Spec, targetSpec(j), nil)
	if err != nil {
		return err
	}
	return r.File.CheckDetails(r.Source, j.Source.Details)
}

// readAndPublish is the work of `ferry run` before it loads: extract, then export
// where the job has one and every stream has ended, then transform.
func (s *session) readAndPublish(ctx context.Context) (findings, error) {
	summary, err := s.extract(ctx)
	s.app.printSummary(s.job, summary)
	if err != nil {
		return findings{}, err
	}
	found := findings{}.ofSummary(summary)
	switch {
	case found.has(exitFailed):
		s.app.screen.note("nothing was published: a stream did not end; the last set stays")
		return found, nil
	case s.job.Export == nil:
		s.app.screen.say("The job has no export: the records are in %s\n", relative(s.job.Stage))
		return s.mapRecords(ctx, found)
	}
	set, err := s.app.publish(ctx, publication{
		job: s.job, login: s.login, stage: s.stage, certificates: certificatesOf(summary),
		run: s.run, requests: summary.Requests,
	})
	if err != nil {
		return found, err
	}
	return s.mapRecords(ctx, found.ofSet(set))
}

// mapRecords maps the records of a job that has a mapping.
func (s *session) mapRecords(ctx context.Context, found findings) (findings, error) {
	if s.job.Mapping == "" {
		return found, nil
	}
	m := &mapper{login: s.login, app: s.app, job: s.job, stage: s.stage, run: s.run.ID, show: 3}
	mapped, err := m.transform(ctx)
	return found.and(mapped), err
}

// exportable refuses what this version cannot publish.
func exportable(j *job.Job) error {
	if j.Export != nil && j.Export.Mapping != "" {
		return usageError("this version of Ferry cannot export mapped records (export.mapping)",
			"remove export.mapping to publish the records of the source")
	}
	return nil
}
