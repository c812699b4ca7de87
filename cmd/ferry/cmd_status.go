package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/load/filesink"
)

func (a *app) newStatus() *cobra.Command {
	var withBudget bool
	cmd := &cobra.Command{
		Use:   "status JOB",
		Short: "Show what is staged and published, and how the last runs ended",
		Long: `Shows the streams of a job as they are staged, how complete each one is, the last
runs, the newest set, and of a job that loads the runs that wrote to the target,
by the numbers that undo, verify and report take, and the newest plan with where
its records are. With --budget also what is left of the vendor's limits,
as the usage file of this user knows it. No request is made.`,
		Example: `  ferry status nightly.yaml
  ferry status nightly.yaml --budget`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.statusRun(cmd.Context(), args[0], withBudget)
		},
	}
	cmd.Flags().BoolVar(&withBudget, "budget", false, "show what is left of the vendor's limits")
	return cmd
}

func (a *app) statusRun(ctx context.Context, path string, withBudget bool) error {
	j, err := a.loadJob(path, withBudget)
	if err != nil {
		return err
	}
	account, err := openLogin(j.Source.Login)
	if err != nil {
		return err
	}
	a.screen.value("Job      %s\nAccount  %s\n", j.Name, account.Account.ID)
	a.screen.emit(map[string]any{"event": "job", "name": j.Name, "account": account.Account.ID, "stage": j.Stage})
	if err := a.stageStatus(ctx, j, account); err != nil {
		return err
	}
	if j.Export != nil {
		a.setStatus(j)
	}
	if withBudget {
		return a.budgetStatus(ctx, account)
	}
	return nil
}

func (a *app) stageStatus(ctx context.Context, j *job.Job, account *login) (err error) {
	st, err := openStage(ctx, j, account.Account, "status", stageRead)
	if missing, ok := errors.AsType[*stage.MissingError](err); ok {
		a.screen.value("Stage    %s (not there yet: nothing was read)\n", relative(missing.Path))
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	stats, err := st.Stats(ctx)
	if err != nil {
		return err
	}
	a.screen.value("Stage    %s, %s", relative(j.Stage), byteSize(stats.Bytes))
	if stats.Files > 0 {
		a.screen.value(", and %s of %s", plural(stats.Files, "file"), byteSize(stats.FilesBytes))
	}
	a.screen.value("\n\n")
	if err := a.streamStatus(ctx, st, stats, account); err != nil {
		return err
	}
	if err := a.runsStatus(ctx, st); err != nil {
		return err
	}
	return a.planStatus(ctx, st)
}

func (a *app) streamStatus(ctx context.Context, st *stage.Stage, stats stage.Stats, account *login) error {
	certificates, err := st.Certificates(ctx, account.Account.ID)
	if err != nil {
		return err
	}
	byStream := map[string]stage.Certificate{}
	for _, c := range certificates {
		byStream[c.Stream] = c
	}
	var rows [][]string
	now := time.Now()
	for _, s := range stats.Streams {
		if s.Account != account.Account.ID {
			continue
		}
		c := byStream[s.Stream]
		rows = append(rows, []string{s.Stream, count(s.Live), count(s.Tombstones), byteSize(s.StoredBytes),
			string(proofOrNone(c.Proof)), moment(c.AsOf, now), c.Text})
		a.screen.emit(map[string]any{"event": "stream", "stream": s.Stream, "records": s.Live, "tombstones": s.Tombstones,
			"bytes": s.StoredBytes, "complete": c})
	}
	a.screen.asked([]string{"stream", ">records", ">gone", ">stored", "proof", "as of", "why"}, rows)
	return nil
}

func (a *app) setStatus(j *job.Job) {
	dir, err := filesink.Latest(j.Export.Dir, j.Name)
	if err != nil {
		a.screen.value("\nSet      none in %s\n", relative(filepath.Join(j.Export.Dir, j.Name)))
		return
	}
	a.screen.value("\nSet      %s\n", relative(dir))
	a.screen.emit(map[string]any{"event": "set", "path": dir})
}

// budgetStatus shows what the usage file knows of the account's key.
func (a *app) budgetStatus(ctx context.Context, account *login) (err error) {
	ledger, err := a.openLedger()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, ledger.Close()) }()
	states, err := ledger.States(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Key == account.budgetKey() {
			a.printBudget(s)
			return nil
		}
	}
	a.screen.value("\nBudget   nothing was spent yet; %s\n", limitsText(account.Spec.Budget))
	return nil
}

func (a *app) printBudget(s budget.State) {
	now := time.Now()
	a.screen.value("\n")
	rows := [][]string{}
	add := func(name string, l budget.Limit, used int, reset time.Time, left string) {
		if l.Requests > 0 {
			rows = append(rows, []string{name, connector.Limit(l).String(), count(used), left, moment(reset, now)})
		}
	}
	add("rate", s.Rate, s.RateUsed, s.RateReset, count(max(s.RateFree, 0)))
	add("quota", s.Quota, s.QuotaUsed, s.QuotaReset, count(max(s.Left, 0)))
	a.screen.asked([]string{"budget", ">limit", ">used", ">left", "reset"}, rows)
	if s.Reserve > 0 {
		a.screen.value("%s of the quota are kept for imports\n", plural(s.Reserve, "request"))
	}
	if s.SpentUntil.After(now) {
		a.screen.value("the quota is spent until %s\n", moment(s.SpentUntil, now))
	}
	a.screen.emit(map[string]any{"event": "budget", "left": s.Left, "used": s.QuotaUsed, "limit": s.Quota.Requests,
		"rate": s.Rate.Requests, "rate_seconds": s.Rate.Per.Seconds(), "rate_free": s.RateFree, "until": s.QuotaReset,
		"reserve": s.Reserve})
}
