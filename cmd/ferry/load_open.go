package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/apisink"
)

// loader is one command of the load: the stage held alone, a line to the target,
// and what planning, applying, verifying and undoing need alike.
type loader struct {
	app       *app
	job       *job.Job
	source    *login
	line      *line // to the target
	rules     *rules
	stage     *stage.Stage
	shared    *stage.Shared // nil: the crosswalk is in the stage
	decisions *load.Decisions
	run       stage.Run
	cfg       load.Config
	progress  atomic.Pointer[progress] // nil: nothing is shown
	brief     bool                     // reading the target is priced already
	goesOn    bool                     // a plan that is shown is carried out at once

	definitions definitions // custom fields of the target
	names       *rowNames   // of a source of files; read where it is needed
}

// loadOptions say how a command of the load opens its job.
type loadOptions struct {
	Command string
	Durable bool     // every commit is on the disk before the next write is sent
	Allow   []string // what the command line allows beside the job
}

// withLoader opens everything that a command of the load needs, calls work, and
// closes it with the run's end written into the stage.
func (a *app) withLoader(ctx context.Context, j *job.Job, o loadOptions, work func(*loader) error) (err error) {
	a.pace.quicken(j)
	l := &loader{app: a, job: j, brief: true}
	if l.source, err = openLogin(j.Source.Login); err != nil {
		return err
	}
	target, err := openLogin(j.Target.Login)
	if err != nil {
		return err
	}
	if target.Account.ID == l.source.Account.ID {
		return usageError(fmt.Sprintf("source and target are one account, %s", target.Account.ID), "name another target")
	}
	mode := stageWrite
	if o.Durable {
		mode = stageDurable
	}
	if l.stage, err = openStage(ctx, j, l.source.Account, o.Command, mode); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.stage.Close()) }()
	if err := l.stage.BindAccount(ctx, targetRole, target.Account); err != nil {
		return err
	}
	if l.rules, err = jobRules(ctx, j, l.source, l.stage); err != nil {
		return err
	}
	if l.shared, err = l.openShared(ctx, target.Account); err != nil {
		return err
	}
	if l.shared != nil {
		defer func() { err = errors.Join(err, l.shared.Close()) }()
	}
	t := j.Target
	if l.line, err = a.dial(ctx, t.Login, job.DefaultConnections, job.DefaultMaxBody, l.heard); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.line.Close()) }()
	l.run = stage.Run{Command: o.Command, Version: readVersion(), Started: time.Now().UTC()}
	if l.run.ID, err = l.stage.StartRun(ctx, l.run); err != nil {
		return err
	}
	if err = l.configure(ctx, o); err == nil {
		err = work(l)
	}
	err = errors.Join(err, l.push(context.WithoutCancel(ctx)))
	v := judge(ctx, err)
	l.run.Ended, l.run.Exit, l.run.Text = time.Now().UTC(), int(v.Code), v.Text
	l.run.Requests, l.run.ResumeAt = int(l.line.Client.Requests()), v.ResumeAt
	return errors.Join(err, l.stage.EndRun(context.WithoutCancel(ctx), l.run))
}

// configure fills in what the rooms of the load ask for.
func (l *loader) configure(ctx context.Context, o loadOptions) (err error) {
	if l.decisions, err = load.ReadDecisions(decisionsPath(l.job)); err != nil {
		return err
	}
	target, err := apisink.New(apisink.Options{
		Spec: l.line.Spec, Client: l.line.Client, Defs: l.defs, Known: l.known, Effects: l.job.Target.Effects,
		Source: l.source.Spec.Vendor, Zone: l.line.Zone,
	})
	if err != nil {
		return err
	}
	all, err := loadRules(l.rules)
	if err != nil {
		return err
	}
	if err := findReferences(ctx, l.stage, l.source.Account.ID, l.line.Spec, all); err != nil {
		return err
	}
	files, err := l.files()
	if err != nil {
		return err
	}
	t := l.job.Target
	l.cfg = load.Config{
		Stage: l.stage, Source: l.source.Account, Target: l.line.Account, Vendor: l.line.Spec,
		Rules: all, Sink: target, Reader: target, Refresh: l.refresh, Now: l.line.Budget.Now,
		Files: files, Zone: l.line.Zone, Decisions: l.decisions, Allow: slices.Concat(t.Allow, o.Allow),
		MaxFailures: load.Failures(t.MaxFailures), Workers: job.DefaultConnections, Timeout: l.app.pace.Timeout, Run: l.run.ID,
		Report: l.report, Link: l.link, Announced: l.line.announced,
	}
	return nil
}

// link is the web page of a target record; "" where the spec knows none.
func (l *loader) link(stream string, key record.Key) string {
	return webPage(l.line.login, stream, key)
}

// page is the web page on which people see what a planned entry wrote.
func (l *loader) page(e stage.PlanEntry, target record.Key) string {
	return l.link(load.ShownAt(l.line.Spec, e, target))
}

// webPage fills the spec's link of a stream; "" where there is no page, as of a
// file that was put into a folder.
func webPage(account *login, stream string, key record.Key) string {
	st, err := account.Spec.Stream(stream)
	if err != nil || st.Link == "" || key == "" || strings.HasPrefix(string(key), "folder:") {
		return ""
	}
	return connector.Fill(st.Link, func(name string) (string, bool) {
		if name == "key" {
			return url.PathEscape(string(key)), true
		}
		return account.Values.Lookup(name)
	})
}

// refresh reads streams of the target into the stage. Those that the vendor
// cannot list are left out: they are not proven.
func (l *loader) refresh(ctx context.Context, streams []string) (map[string]bool, error) {
	tops, details := l.listed(streams)
	proven := map[string]bool{}
	if len(tops) == 0 {
		return proven, nil
	}
	shown := newProgress(l.app.screen, tops, l.line.need)
	shown.brief = l.brief
	defer l.begin(shown)()
	summary, err := extract.Run(ctx, extract.Config{
		Spec: l.line.Spec, Account: l.line.Account, Streams: tops, Details: details, Connections: job.DefaultConnections,
		Incremental: true, SweepEvery: job.DefaultSweep,
		Client: l.line.Client, Budget: l.line.Budget, Stage: l.stage, Run: l.run.ID, Report: shown.handle,
	})
	if err != nil {
		return nil, err
	}
	for _, s := range summary.Streams {
		if s.Err != nil {
			return nil, fmt.Errorf("the target's %s could not be read to the end: %w", s.Name, s.Err)
		}
		proven[s.Name] = s.Proven()
	}
	return proven, nil
}

// listed tells the streams that have a list from those that hang on another's
// records, which their parent brings in.
func (l *loader) listed(streams []string) (tops, details []string) {
	add := func(list []string, name string) []string {
		if slices.Contains(list, name) {
			return list
		}
		return append(list, name)
	}
	for _, name := range streams {
		st, err := l.line.Spec.Stream(name)
		switch {
		case err != nil:
		case st.Sub != nil:
			tops, details = add(tops, st.Sub.Parent), add(details, name)
		case st.List != nil:
			tops = add(tops, name)
		}
	}
	return tops, details
}

// begin shows a progress in place of the one before until end is called.
func (l *loader) begin(p *progress) (end func()) {
	before := l.progress.Swap(p)
	before.pause(true)
	return func() {
		p.stop()
		l.progress.Store(before)
		before.pause(false)
	}
}

// heard takes what budget and client tell of waits and failed attempts.
func (l *loader) heard(e extract.Event) {
	if p := l.progress.Load(); p != nil {
		p.handle(e)
	}
}

// report takes the progress of the load.
func (l *loader) report(e load.Event) {
	if p := l.progress.Load(); p != nil {
		p.loaded(e)
	}
}

// openShared opens the crosswalk that several jobs share, and takes over what
// the others linked.
func (l *loader) openShared(ctx context.Context, target record.Account) (*stage.Shared, error) {
	if l.job.Target.Crosswalk == "" {
		return nil, nil
	}
	shared, err := stage.OpenShared(ctx, l.job.Target.Crosswalk, target)
	if err != nil {
		return nil, err
	}
	if _, err := shared.Pull(ctx, l.stage); err != nil {
		return nil, errors.Join(err, shared.Close())
	}
	return shared, nil
}

// push gives what this run linked to the shared crosswalk, also after a stop.
func (l *loader) push(ctx context.Context) error {
	if l.shared == nil {
		return nil
	}
	_, err := l.shared.Push(ctx, l.stage)
	return err
}

// decisionsPath is where people's decisions are kept: beside the job file.
func decisionsPath(j *job.Job) string {
	return strings.TrimSuffix(j.Path, filepath.Ext(j.Path)) + ".decisions.csv"
}
