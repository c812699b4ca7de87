package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"ferry/load"
)

func (a *app) newProbe() *cobra.Command {
	return &cobra.Command{
		Use:   "probe JOB",
		Short: "Write one marked record a stream into the target, read it back, remove it",
		Long: `Asks first. Then, for each stream that the mapping writes to, it creates one record
that says of itself that it is a probe, reads it back, and removes it again. It
reports fields that did not take, dates that shifted, what went out to people,
and what could not be removed. Use it on a test account, or before the first load
into a new one. Exit 3 means that something is not as it was sent.`,
		Example: `  ferry probe move.yaml
  ferry probe move.yaml --yes --json`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.probeRun(cmd.Context(), args[0]) },
	}
}

func (a *app) probeRun(ctx context.Context, path string) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	return a.withLoader(ctx, j, loadOptions{Command: "probe", Durable: true}, func(l *loader) error {
		if err := l.mappedNow(ctx); err != nil {
			return err
		}
		question := fmt.Sprintf("Write one probe record for each of %s to %s, and remove them again?", plural(len(l.cfg.Rules), "stream"), l.line.Account.ID)
		if a.flags.DryRun {
			a.screen.say("%s With --dry-run nothing is sent.\n", question)
			return nil
		}
		if err := a.confirm(question); err != nil {
			return err
		}
		end := l.begin(newLoadProgress(a.screen, l.line.need))
		found, err := load.Probe(ctx, l.cfg)
		end()
		l.printProbe(found)
		if err != nil {
			return err
		}
		return probeFindings(found).err()
	})
}

func (l *loader) printProbe(found []load.ProbeFinding) {
	s := l.app.screen
	var rows [][]string
	for _, f := range found {
		text := f.Text
		if len(f.Sent) > 0 || len(f.Back) > 0 {
			text += fmt.Sprintf(" (sent %s, came back %s)", clipped(valueOr(f.Sent)), clipped(valueOr(f.Back)))
		}
		rows = append(rows, []string{f.Entry, string(f.Kind), orDash(f.Field), text})
		s.emit(map[string]any{"event": "probe", "stream": f.Entry, "target": f.Stream, "kind": f.Kind, "field": f.Field,
			"sent": f.Sent, "back": f.Back, "reason": f.Text})
	}
	s.asked([]string{"stream", "found", "field", "what"}, rows)
}

// probeFindings says in codes what a probe found that needs a look.
func probeFindings(found []load.ProbeFinding) findings {
	bad := []load.ProbeKind{load.ProbeField, load.ProbeTwice, load.ProbeRefused, load.ProbeStays, load.ProbeEffect}
	n := 0
	for _, f := range found {
		if slices.Contains(bad, f.Kind) {
			n++
		}
	}
	if n == 0 {
		return findings{}
	}
	return findings{}.add(exitRejected, plural(n, "finding")+" of the probe", "mend the mapping, or the target's settings, and probe again")
}
