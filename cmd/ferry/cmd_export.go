package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load/filesink"
)

func (a *app) newExport() *cobra.Command {
	return &cobra.Command{
		Use:   "export JOB",
		Short: "Publish what is staged as Parquet, Excel and CSV",
		Long: `Writes the staged records of a job as one set: a folder that appears whole, with
a manifest that says how complete each stream is. No request is made.`,
		Example: `  ferry export nightly.yaml
  ferry export nightly.yaml && duckdb -c "from '$(ferry latest nightly.yaml)/customer/*.parquet'"`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.exportRun(cmd.Context(), args[0]) },
	}
}

func (a *app) exportRun(ctx context.Context, path string) (err error) {
	j, err := a.loadJob(path, false)
	if err != nil {
		return err
	}
	if j.Export == nil {
		return usageError(fmt.Sprintf("%s has no export", path), "add export: {dir: ./export} to the job file")
	}
	if err := exportable(j); err != nil {
		return err
	}
	if _, err := os.Stat(j.Stage); errors.Is(err, os.ErrNotExist) {
		return &stage.MissingError{Path: j.Stage}
	}
	account, err := openLogin(j.Source.Login)
	if err != nil {
		return err
	}
	st, err := openStage(ctx, j, account.Account, "export", stageWrite)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	p := publication{job: j, login: account, stage: st, certificates: map[string]stage.Certificate{}}
	certificates, err := st.Certificates(ctx, account.Account.ID)
	if err != nil {
		return err
	}
	for _, c := range certificates {
		p.certificates[c.Stream] = c
	}
	if p.run, err = lastReading(ctx, st); err != nil {
		return err
	}
	p.requests = p.run.Requests
	set, err := a.publish(ctx, p)
	if err != nil {
		return err
	}
	return findings{}.ofSet(set).err()
}

// lastReading is the last run that read from the vendor; the zero Run where
// there was none.
func lastReading(ctx context.Context, st *stage.Stage) (stage.Run, error) {
	runs, err := st.Runs(ctx, 100)
	if err != nil {
		return stage.Run{}, err
	}
	slices.SortFunc(runs, func(x, y stage.Run) int { return int(y.ID - x.ID) })
	for _, r := range runs {
		if r.Command == "run" || r.Command == "extract" {
			return r, nil
		}
	}
	return stage.Run{}, nil
}

// publication is what a set is made of.
type publication struct {
	job          *job.Job
	login        *login
	stage        *stage.Stage
	certificates map[string]stage.Certificate // by stream
	run          stage.Run
	requests     int
}

// publish writes a set and says where it is. With --dry-run it says what would
// be written and gives nil.
func (a *app) publish(ctx context.Context, p publication) (*filesink.Set, error) {
	cfg := p.config()
	if a.flags.DryRun {
		for _, t := range cfg.Tables {
			a.screen.say("would publish %s (%s)\n", t.Name, proofOrNone(t.Complete.Proof))
		}
		a.screen.say("would publish to %s as %v\n", filepath.Join(cfg.Dir, cfg.Job), cfg.Formats)
		return nil, nil
	}
	cfg.OnProgress = func(table string, rows int) {
		a.screen.emit(map[string]any{"event": "write", "stream": table, "records": rows})
		if a.screen.bars() {
			a.screen.show([]string{fmt.Sprintf("writing %s: %s", table, plural(rows, "record"))})
		}
	}
	set, err := filesink.Publish(ctx, cfg)
	a.screen.drop()
	if err != nil {
		return nil, fmt.Errorf("publishing: %w", err)
	}
	a.announce(p, set)
	return set, nil
}

// announce says what was published and how to use it.
func (a *app) announce(p publication, set *filesink.Set) {
	misfits := 0
	for _, s := range set.Manifest.Streams {
		misfits += s.Misfits
	}
	if a.ending.Bins == nil {
		a.ending.Bins = map[string]int{}
	}
	a.ending.Bins["misfits"] = misfits
	a.screen.emit(map[string]any{"event": "set", "path": set.Path, "formats": p.job.Export.Formats, "misfits": misfits})
	if set.LinkErr != nil {
		a.screen.warn("the link `latest` could not be set (%v); latest.json names the set", set.LinkErr)
	}
	a.screen.say("Set:   %s\n", relative(set.Path))
	a.screen.say("Next:  ferry latest %s   prints the folder of the newest set\n", relative(p.job.Path))
}

func proofOrNone(p stage.Proof) stage.Proof {
	if p == "" {
		return stage.ProofNone
	}
	return p
}

// config is the publication in the words of the sink.
func (p publication) config() filesink.Config {
	cfg := filesink.Config{
		Dir: p.job.Export.Dir, Job: p.job.Name, BOM: p.job.Export.BOM, Version: readVersion(),
		Account: p.login.Account, Zone: p.login.Zone,
		Run: p.run.ID, Started: p.run.Started, Finished: p.run.Ended, Requests: p.requests,
	}
	for _, f := range p.job.Export.Formats {
		cfg.Formats = append(cfg.Formats, filesink.Format(f))
	}
	for _, s := range exportedStreams(p.job) {
		cfg.Tables = append(cfg.Tables, filesink.Table{
			Name: s.Name, Fields: s.Fields,
			Rows:     filesink.FromStage(p.stage, p.login.Account.ID, s.Name),
			Complete: p.certificates[s.Name],
		})
	}
	return cfg
}

// exportedStreams are the streams of a job and the sub-streams among its
// details, in the order of the spec.
func exportedStreams(j *job.Job) []*connector.Stream {
	var out []*connector.Stream
	for _, s := range j.Source.Spec.Streams {
		wanted := j.Source.Streams
		if s.Sub != nil {
			wanted = j.Source.Details
		}
		if slices.Contains(wanted, s.Name) {
			out = append(out, s)
		}
	}
	return out
}

// secretFields are the paths of fields that are never shown.
func secretFields(fields []record.Field) map[string]bool {
	out := map[string]bool{}
	for _, f := range connector.Flatten(fields) {
		if f.Field.Secret {
			out[f.Path] = true
		}
	}
	return out
}
