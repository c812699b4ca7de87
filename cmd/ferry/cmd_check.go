package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/transform/mapping"
)

func (a *app) newCheck() *cobra.Command {
	var online bool
	cmd := &cobra.Command{
		Use:   "check JOB",
		Short: "Check a job file and its mapping; with --online also the account: the doctor",
		Long: `Checks a job file against the vendor's connector spec and its stage, without any
request. A mapping is checked against both vendors, and its tests are run; keys
are read and counted. With --online it is the doctor: it tries the credentials,
compares the clocks, shows the limits as the vendor announces them and what each
header was taken to mean, and reads one page of each stream: rows, total, keys,
and the first values that do not fit their type. A stream the key may not read
is named.`,
		Example: `  ferry check nightly.yaml
  ferry check nightly.yaml --online`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.checkRun(cmd.Context(), args[0], online) },
	}
	cmd.Flags().BoolVar(&online, "online", false, "ask the vendor: about one request a stream")
	return cmd
}

func (a *app) checkRun(ctx context.Context, path string, online bool) error {
	j, err := a.loadWholeJob(path)
	if err != nil {
		return err
	}
	if err := exportable(j); err != nil {
		return err
	}
	account, err := openLogin(j.Source.Login)
	if err != nil {
		return err
	}
	a.printJob(j, account)
	if err := a.printTarget(j); err != nil {
		return err
	}
	if err := a.checkStage(ctx, j, account); err != nil {
		return err
	}
	if j.Source.Sheet != nil {
		return a.checkFilesOf(ctx, j, online)
	}
	if err := a.checkKeys(ctx, j); err != nil {
		return err
	}
	if err := a.checkRules(ctx, j, account); err != nil {
		return err
	}
	if !online {
		a.screen.say("\nThe job file is good. `ferry check %s --online` tries the account.\n", path)
		return nil
	}
	return a.doctor(ctx, j)
}

// printJob says in words what the job will do.
func (a *app) printJob(j *job.Job, account *login) {
	s, src := a.screen, j.Source
	if src.Sheet != nil {
		s.value("Job      %s\nFiles    %s\n", j.Name, strings.Join(src.Sheet.Files, ", "))
		s.emit(map[string]any{"event": "job", "name": j.Name, "account": account.Account.ID, "files": src.Sheet.Files, "stage": j.Stage})
		return
	}
	s.value("Job      %s\nAccount  %s at %s\nLimits   %s\n", j.Name, account.Account.ID, account.Base, limitsText(src.Spec.Budget))
	s.value("Streams  %s\n", strings.Join(src.Streams, ", "))
	if len(src.Details) > 0 {
		s.value("Details  %s\n", strings.Join(src.Details, ", "))
	}
	for _, name := range src.Streams {
		for _, f := range src.Filters[name] {
			s.value("Filter   %s: %s=%s\n", name, f.Name, f.Value)
		}
	}
	switch {
	case account.Zone != nil:
		s.value("Zone     %s\n", account.Zone)
	case slices.ContainsFunc(account.Spec.Settings, func(set connector.Setting) bool { return set.Zone }):
		s.value("Zone     not given: the _utc columns of local times stay empty (settings.zone)\n")
	}
	if src.Limit > 0 {
		s.value("Limit    %s a stream\n", plural(src.Limit, "record"))
	}
	if j.Export != nil {
		s.value("Export   %s as %s\n", relative(j.Export.Dir), strings.Join(j.Export.Formats, ", "))
	}
	event := map[string]any{"event": "job", "name": j.Name, "account": account.Account.ID, "base_url": account.Base.String(),
		"streams": src.Streams, "details": src.Details, "stage": j.Stage}
	if j.Export != nil {
		event["export"], event["formats"] = j.Export.Dir, j.Export.Formats
	}
	s.emit(event)
}

// printTarget says in words where the job loads to, and what it may do there.
func (a *app) printTarget(j *job.Job) error {
	if j.Target == nil {
		return nil
	}
	if err := loadable(j); err != nil {
		return err
	}
	t := j.Target
	account, err := openLogin(t.Login)
	if err != nil {
		return err
	}
	approve := "waits for you"
	if t.Approve == approveAuto {
		approve = "applied at once"
	}
	a.screen.value("Target   %s at %s\nLimits   %s\nPlan     %s; effects allowed: %s; allowed beside: %s\n", account.Account.ID, account.Base,
		limitsText(t.Spec.Budget), approve, orNone(t.Effects), orNone(t.Allow))
	a.screen.emit(map[string]any{"event": "target", "account": account.Account.ID, "base_url": account.Base.String(),
		"approve": t.Approve, "effects": t.Effects, "allow": t.Allow})
	return nil
}

// checkStage refuses a stage that this job may not write to.
func (a *app) checkStage(ctx context.Context, j *job.Job, account *login) error {
	st, err := openStage(ctx, j, account.Account, "check", stageRead)
	if _, missing := errors.AsType[*stage.MissingError](err); missing {
		a.screen.value("Stage    %s (will be made)\n", relative(j.Stage))
		return nil
	}
	if older, ok := errors.AsType[*stage.OlderError](err); ok {
		a.screen.value("Stage    %s (schema %d, will be brought up to date)\n", relative(j.Stage), older.Schema)
		return nil
	}
	if err != nil {
		return err
	}
	size, err := st.Size()
	if err = errors.Join(err, st.Close()); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	a.screen.value("Stage    %s, %s\n", relative(j.Stage), byteSize(size))
	return nil
}

// checkRules checks the job's mapping and runs its tests. Custom labels are
// compared with those that are staged.
func (a *app) checkRules(ctx context.Context, j *job.Job, account *login) (err error) {
	if j.Mapping == "" {
		return nil
	}
	st, err := openStage(ctx, j, account.Account, "check", stageRead)
	if _, missing := errors.AsType[*stage.MissingError](err); missing {
		st = nil
	} else if _, older := errors.AsType[*stage.OlderError](err); older {
		st = nil
	} else if err != nil {
		return err
	}
	if st != nil {
		defer func() { err = errors.Join(err, st.Close()) }()
	}
	r, err := jobRules(ctx, j, account, st)
	if err != nil {
		return err
	}
	if err := r.File.CheckDetails(r.Source, j.Source.Details); err != nil {
		return err
	}
	passed, err := r.tests()
	if err != nil {
		return err
	}
	a.checkFiles(j, r)
	a.screen.value("Mapping  from %s to %s: %s, %s passed\n", r.Source.Vendor, r.Target.Vendor, plural(len(r.File.Streams), "stream"), plural(passed, "test"))
	a.screen.emit(map[string]any{"event": "mapping", "from": r.Source.Vendor, "to": r.Target.Vendor, "streams": len(r.File.Streams), "tests": passed})
	return nil
}

// checkFiles names the photos and attachments of mapped records that the job does
// not read, as the plan will.
func (a *app) checkFiles(j *job.Job, r *rules) {
	if j.Target == nil {
		return
	}
	for _, text := range load.UnreadFiles(r.Source, j.Source.Details, func(parent string) bool {
		return slices.ContainsFunc(r.File.Streams, func(s *mapping.Stream) bool { return slices.Contains(s.From, parent) })
	}) {
		a.screen.value("Files    %s\n", text)
		a.screen.emit(map[string]any{"event": "left_files", "text": text})
	}
}

// checkKeys reads the keys that the job gives.
func (a *app) checkKeys(ctx context.Context, j *job.Job) error {
	sources := keySources(j.Source.Keys)
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		s, err := j.Source.Spec.Stream(name)
		if err != nil {
			return err
		}
		n, err := extract.CountKeys(ctx, s, sources[name])
		if bad, ok := errors.AsType[*extract.KeysError](err); ok {
			return &exitError{Code: exitUsage, Err: bad}
		}
		if err != nil {
			return err
		}
		a.screen.value("Keys     %s: %s, %s blank, %s given twice\n", name, plural(n.Keys, "key"), count(n.Blank), count(n.Doubles))
		a.screen.emit(map[string]any{"event": "keys", "stream": name, "keys": n.Keys, "blank": n.Blank, "doubles": n.Doubles})
	}
	return nil
}
