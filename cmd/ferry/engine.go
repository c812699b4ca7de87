package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/stage"
)

// This file wires the rooms together; nothing else in the package makes a
// client, a budget or a stage.

// loadJob reads a job file. secrets says whether the command talks to the source.
func (a *app) loadJob(path string, secrets bool) (*job.Job, error) {
	return a.readJob(path, job.Options{Source: secrets})
}

// loadWholeJob reads a job file for a command that talks to source and target.
func (a *app) loadWholeJob(path string) (*job.Job, error) {
	return a.readJob(path, job.Options{Source: true, Target: true})
}

// readJob reads a job file; a source of files is what its stage last listed.
func (a *app) readJob(path string, o job.Options) (*job.Job, error) {
	o.Env = job.Env{Lookup: a.lookup, Keychain: a.keychain}
	j, err := job.Load(path, o)
	if err != nil || j.Source.Sheet == nil {
		return j, err
	}
	return j, knowSheet(context.Background(), j)
}

// login is an account that can be talked to.
type login struct {
	Spec    *connector.Spec
	Values  connector.Values
	Account record.Account
	Zone    *time.Location // of the account; nil where the settings do not say
	Base    *url.URL
}

// openLogin fills the settings of a job into its spec.
func openLogin(l job.Login) (*login, error) {
	if l.Vendor == sheet.Vendor {
		return sheetLogin(l), nil
	}
	base, err := l.Values.BaseURL(l.Spec, l.BaseURL)
	if err != nil {
		return nil, &exitError{Code: exitUsage, Err: err}
	}
	zone, err := l.Values.Zone(l.Spec)
	if err != nil {
		return nil, &exitError{Code: exitUsage, Err: err}
	}
	return &login{Spec: l.Spec, Values: l.Values, Account: l.Values.Account(l.Spec, base), Zone: zone, Base: base}, nil
}

// budgetKey names whose allowance is spent: the credentials, or the address the
// vendor counts. On loopback every port is a vendor of its own.
func (l *login) budgetKey() string {
	host := ""
	if isLoopback(l.Base.Hostname()) {
		host = l.Base.Host
	}
	if l.Spec.Budget.PerIP { // all accounts at the vendor share this machine's address
		return hashed("ip", l.Spec.Vendor, host)
	}
	user, value := l.Values.Expand(l.Spec.Auth.User), l.Values.Expand(l.Spec.Auth.Value)
	return hashed("key", l.Spec.Vendor, host, user.Reveal(), value.Reveal())
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func hashed(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// line is an open connection to an account: its budget and its client.
type line struct {
	*login
	ledger *budget.Ledger
	Budget *budget.Budget
	Client *api.Client

	mu     sync.Mutex
	told   []string // what answers announced
	state  budget.State
	stated time.Time
}

// openLedger opens the usage file that all processes of the user share.
func (a *app) openLedger() (*budget.Ledger, error) {
	path, ok := a.lookup("FERRY_USAGE")
	if !ok || path == "" {
		var err error
		if path, err = budget.DefaultPath(); err != nil {
			return nil, failure(fmt.Errorf("no place for the usage file: %w", err), "set FERRY_USAGE to a file")
		}
	}
	ledger, err := budget.Open(path)
	if err != nil {
		return nil, failure(fmt.Errorf("usage file %s: %w", path, err), "set FERRY_USAGE to a file that can be written")
	}
	return ledger, nil
}

// dial opens budget and client of an account. report is told of waits and retries.
func (a *app) dial(ctx context.Context, l job.Login, connections int, maxBody int64, report func(extract.Event)) (*line, error) {
	account, err := openLogin(l)
	if err != nil {
		return nil, err
	}
	ledger, err := a.openLedger()
	if err != nil {
		return nil, err
	}
	ln := &line{login: account, ledger: ledger}
	if err := ln.open(ctx, l, connections, maxBody, a.pace.Timeout, report); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return ln, nil
}

func (ln *line) open(ctx context.Context, l job.Login, connections int, maxBody int64, timeout time.Duration, report func(extract.Event)) error {
	spec := l.Spec.Budget
	cfg := budget.Config{
		Key:  ln.budgetKey(),
		Rate: budget.Limit(spec.Rate), Quota: budget.Limit(spec.Quota), Zone: spec.Zone,
		OwnRate: budget.Limit(l.Budget.Rate), OwnQuota: budget.Limit(l.Budget.Quota),
		Reserve: l.Budget.Reserve,
		OnWait: func(w budget.Wait) {
			report(extract.Event{Event: eventWait, Reason: w.Reason, Until: w.Until, Left: w.Left})
		},
	}
	if l.Budget.Wait {
		cfg.WhenSpent = budget.WaitForReset
	}
	var err error
	if ln.Budget, err = ln.ledger.Budget(ctx, cfg); err != nil {
		return fmt.Errorf("usage file: %w", err)
	}
	ln.Client, err = api.New(api.Options{
		Spec: l.Spec, Values: ln.Values, BaseURL: l.BaseURL, Version: readVersion(), Budget: ln.Budget,
		Connections: connections, MaxBody: maxBody, Timeout: timeout,
		OnRetry: func(r api.Retry) {
			report(extract.Event{Event: eventRetry, Stream: r.Label, Reason: retryText(r)})
		},
		OnSunset: func(s api.Sunset) {
			ln.mu.Lock()
			ln.told = append(ln.told, s.String())
			ln.mu.Unlock()
			report(extract.Event{Event: extract.EventNote, Reason: s.String()})
		},
	})
	return err
}

// announced is what the vendor's answers announced so far, a sentence each.
func (ln *line) announced() []string {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	return slices.Clone(ln.told)
}

func retryText(r api.Retry) string {
	return fmt.Sprintf("%s; attempt %d again in %s", r.Reason, r.Attempt+1, lasting(r.Wait))
}

// need tells what n more requests cost, by a state at most two seconds old.
func (ln *line) need(n int) budget.Need {
	ln.mu.Lock()
	defer ln.mu.Unlock()
	now := time.Now()
	if now.Sub(ln.stated) > 2*time.Second {
		if state, err := ln.Budget.State(context.Background()); err == nil {
			ln.state, ln.stated = state, now
		}
	}
	return ln.state.Need(n, now)
}

// Close gives unused takes back and closes the usage file.
func (ln *line) Close() error {
	var err error
	if ln.Budget != nil {
		err = ln.Budget.Close()
	}
	return errors.Join(err, ln.ledger.Close())
}

// session is one run of a job: a line to the source and the stage, held alone.
type session struct {
	*line
	app      *app
	job      *job.Job
	stage    *stage.Stage
	run      stage.Run
	progress *progress
}

// withSession opens everything that a run needs, calls work, and closes it with
// the run's end written into the stage.
func (a *app) withSession(ctx context.Context, j *job.Job, command string, work func(*session) error) (err error) {
	s := &session{app: a, job: j}
	account, err := openLogin(j.Source.Login)
	if err != nil {
		return err
	}
	if s.stage, err = openStage(ctx, j, account.Account, command, stageWrite); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stage.Close()) }()
	src := j.Source
	if s.line, err = a.dial(ctx, src.Login, src.Connections, src.MaxBody, s.report); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.line.Close()) }()
	s.run = stage.Run{Command: command, Version: readVersion(), Started: time.Now().UTC()}
	if s.run.ID, err = s.stage.StartRun(ctx, s.run); err != nil {
		return err
	}
	err = work(s)
	v := judge(ctx, err)
	s.run.Ended, s.run.Exit, s.run.Text = time.Now().UTC(), int(v.Code), v.Text
	s.run.Requests, s.run.ResumeAt = int(s.Client.Requests()), v.ResumeAt
	return errors.Join(err, s.stage.EndRun(context.WithoutCancel(ctx), s.run))
}

// report hands events of budget and client to the progress, once there is one.
func (s *session) report(e extract.Event) {
	if s.progress != nil {
		s.progress.handle(e)
	}
}

// extract reads what the job names into the stage.
func (s *session) extract(ctx context.Context) (extract.Summary, error) {
	src := s.job.Source
	s.progress = newProgress(s.app.screen, src.Streams, s.need)
	defer s.progress.stop()
	summary, err := extract.Run(ctx, extract.Config{
		Spec: s.Spec, Account: s.Account, Streams: src.Streams, Details: src.Details, Filters: src.Filters,
		Keys: keySources(src.Keys), Limit: src.Limit, Connections: src.Connections, Incremental: src.Incremental, SweepEvery: src.Sweep,
		Client: s.Client, Budget: s.Budget, Stage: s.stage, Run: s.run.ID, Report: s.progress.handle,
	})
	if bad, ok := errors.AsType[*extract.KeysError](err); ok { // as wrong as the job file that names them
		err = &exitError{Code: exitUsage, Err: bad}
	}
	return summary, err
}

// keySources is where the job says that keys come from, as the reader takes it.
func keySources(keys map[string]job.Keys) map[string]extract.KeySource {
	out := make(map[string]extract.KeySource, len(keys))
	for stream, k := range keys {
		out[stream] = extract.KeySource(k)
	}
	return out
}

// relative writes a path as it is seen from the working directory, where that
// is shorter.
func relative(path string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path) {
		return rel
	}
	return path
}
