package main

import (
	"context"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
)

func (a *app) newRun() *cobra.Command {
	return &cobra.Command{
		Use:   "run JOB",
		Short: "Do all that a job names: read, prove, publish",
		Long: `Reads every stream of the job within the vendor's limits, says what it will cost
before the first page, proves that each stream is complete, publishes the files,
and maps the records where the job has a mapping. Run it again after any stop:
only what is missing is asked for.

The set is published once every stream has ended, proven or not; the manifest
and the exit code say which. After a stop at the quota (75), a failure (1) or
Ctrl-C (130) the last set stays the latest.`,
		Example: `  ferry run nightly.yaml
  ferry run nightly.yaml --json > run.jsonl
  ferry run nightly.yaml --dry-run      read into the stage, publish nothing`,
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
	j, err := a.loadJob(path, true)
	if err != nil {
		return err
	}
	if err := exportable(j); err != nil {
		return err
	}
	if err := checkMapping(j); err != nil {
		return err
	}
	if j.Target != nil {
		a.screen.note("note: this version of Ferry reads, publishes and maps; the target of the job is left alone")
	}
	return a.withSession(ctx, j, "run", func(s *session) error { return s.readAndPublish(ctx) })
}

// checkMapping refuses a job whose mapping is wrong before anything is asked.
func checkMapping(j *job.Job) error {
	if j.Mapping == "" {
		return nil
	}
	r, err := openRules(j.Mapping, j.Source.Spec, nil)
	if err != nil {
		return err
	}
	return r.File.CheckDetails(r.Source, j.Source.Details)
}

// readAndPublish is the work of `ferry run`: extract, then export where the job
// has one and every stream has ended.
func (s *session) readAndPublish(ctx context.Context) error {
	summary, err := s.extract(ctx)
	s.app.printSummary(s.job, summary)
	if err != nil {
		return err
	}
	found := findings{}.ofSummary(summary)
	switch {
	case found.has(exitFailed):
		s.app.screen.note("nothing was published: a stream did not end; the last set stays")
		return found.err()
	case s.job.Export == nil:
		s.app.screen.say("The job has no export: the records are in %s\n", relative(s.job.Stage))
		return s.mapRecords(ctx, found)
	}
	set, err := s.app.publish(ctx, publication{
		job: s.job, login: s.login, stage: s.stage, certificates: certificatesOf(summary),
		run: s.run, requests: summary.Requests,
	})
	if err != nil {
		return err
	}
	return s.mapRecords(ctx, found.ofSet(set))
}

// mapRecords is the rest of a run whose job has a mapping.
func (s *session) mapRecords(ctx context.Context, found findings) error {
	if s.job.Mapping == "" {
		return found.err()
	}
	m := &mapper{login: s.login, app: s.app, job: s.job, stage: s.stage, run: s.run.ID, show: 3}
	mapped, err := m.transform(ctx)
	if err != nil {
		return err
	}
	return found.and(mapped).err()
}

// exportable refuses what this version cannot publish.
func exportable(j *job.Job) error {
	if j.Export != nil && j.Export.Mapping != "" {
		return usageError("this version of Ferry cannot export mapped records (export.mapping)",
			"remove export.mapping to publish the records of the source")
	}
	return nil
}
