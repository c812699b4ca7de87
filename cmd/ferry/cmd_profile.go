package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ferry/cmd/ferry/internal/job"
	"ferry/extract/connector"
	"ferry/extract/stage"
	"ferry/extract/strictyaml"
	"ferry/transform/profile"
)

// profileOptions are the flags of `ferry profile`.
type profileOptions struct {
	Streams []string
	Samples int
}

func (a *app) newProfile() *cobra.Command {
	var o profileOptions
	cmd := &cobra.Command{
		Use:   "profile JOB",
		Short: "Show how the staged fields are filled: rates, types, lengths, samples",
		Long: `Reads the staged records of a job and shows for each field in how many records it
is filled, which JSON types occur, how long its texts are, how many distinct
values there are (exact up to 10,000), and a few samples. Fields that the spec
marks as secret are masked. No request is made.`,
		Example: `  ferry profile nightly.yaml
  ferry profile nightly.yaml --stream customer --samples 0
  ferry profile nightly.yaml --json | jq 'select(.event=="field" and .fill==0)'`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.profileRun(cmd.Context(), args[0], o) },
	}
	cmd.Flags().StringSliceVar(&o.Streams, "stream", nil, "only these streams")
	cmd.Flags().IntVar(&o.Samples, "samples", 3, "samples a field; 0 none")
	return cmd
}

func (a *app) profileRun(ctx context.Context, path string, o profileOptions) (err error) {
	j, st, account, err := a.openForLooking(ctx, path, "profile")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	staged := exportedStreams(j)
	var names []string
	for _, s := range staged {
		names = append(names, s.Name)
	}
	for _, want := range o.Streams {
		if !slices.Contains(names, want) {
			return usageError(fmt.Sprintf("the job does not read a stream %q", want), strictyaml.Suggest(want, names))
		}
	}
	for _, s := range staged {
		if len(o.Streams) > 0 && !slices.Contains(o.Streams, s.Name) {
			continue
		}
		p, err := profile.Read(ctx, st, account.Account.ID, s, o.Samples)
		if err != nil {
			return err
		}
		a.printProfile(s, p)
	}
	return nil
}

// openForLooking opens a job's stage for a command that only looks.
func (a *app) openForLooking(ctx context.Context, path, command string) (*job.Job, *stage.Stage, *login, error) {
	j, err := a.loadJob(path, false)
	if err != nil {
		return nil, nil, nil, err
	}
	account, err := openLogin(j.Source.Login)
	if err != nil {
		return nil, nil, nil, err
	}
	st, err := openStage(ctx, j, account.Account, command, stageRead)
	return j, st, account, err
}

func (a *app) printProfile(s *connector.Stream, p *profile.Profile) {
	a.screen.value("%s: %s", s.Name, plural(p.Records, "record"))
	if p.Deleted > 0 {
		a.screen.value(", and %s not counted here", plural(p.Deleted, "tombstone"))
	}
	a.screen.value("\n")
	a.screen.emit(map[string]any{"event": "profile", "stream": s.Name, "records": p.Records, "tombstones": p.Deleted})
	var rows [][]string
	for _, f := range p.Sorted() {
		rows = append(rows, []string{"  " + f.Path, f.TypeText(), percent(f.Filled, p.Records), strings.Join(f.TypesSeen(), ", "),
			lengths(f), distinctText(f), strings.Join(f.Samples, " | ")})
		a.screen.emit(map[string]any{"event": "field", "stream": s.Name, "name": f.Path, "type": f.Kind,
			"fill": share(f.Filled, p.Records), "filled": f.Filled, "types": f.Types, "min_length": max(f.Shortest, 0),
			"max_length": f.Longest, "distinct": f.Distinct(), "distinct_exact": !f.Many, "samples": f.Samples})
	}
	if !a.flags.JSON {
		a.screen.asked([]string{"  field", "type", ">filled", "seen", ">length", ">distinct", "samples"}, rows)
	}
	a.screen.value("\n")
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

func percent(part, whole int) string { return fmt.Sprintf("%.1f%%", 100*share(part, whole)) }

func lengths(f *profile.Field) string {
	switch {
	case f.Shortest < 0:
		return "-"
	case f.Shortest == f.Longest:
		return count(f.Longest)
	}
	return count(f.Shortest) + "-" + count(f.Longest)
}

func distinctText(f *profile.Field) string {
	if f.Many {
		return ">" + count(f.Distinct())
	}
	return count(f.Distinct())
}
