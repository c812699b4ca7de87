package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"ferry/load"
)

func (a *app) newRecover() *cobra.Command {
	return &cobra.Command{
		Use:   "recover JOB",
		Short: "Rebuild crosswalk and ledger from the target, after the stage was lost",
		Long: `Reads the target and finds the records in which the key of their source was
written (the field is named in ` + "`ferry describe VENDOR.STREAM`" + `, or filled by the
mapping), and links them again. Run extract and transform before it, plan after
it: what is there is matched then and not created twice. Nothing is written to
the target. A key that stands in several target records links none of them.`,
		Example: `  ferry extract move.yaml && ferry transform move.yaml
  ferry recover move.yaml
  ferry plan move.yaml`,
		Args: takes("JOB"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.recoverRun(cmd.Context(), args[0]) },
	}
}

func (a *app) recoverRun(ctx context.Context, path string) error {
	j, err := a.loadTargetJob(path)
	if err != nil {
		return err
	}
	return a.withLoader(ctx, j, loadOptions{Command: "recover"}, func(l *loader) error {
		if err := l.mappedNow(ctx); err != nil {
			return err
		}
		l.brief = false
		end := l.begin(newLoadProgress(a.screen, l.line.need))
		r, err := load.Recover(ctx, l.cfg)
		end()
		if err != nil {
			return err
		}
		return l.printRecovered(r)
	})
}

// printRecovered prints what was linked again, and what could not be.
func (l *loader) printRecovered(r load.Recovered) error {
	s := l.app.screen
	var rows [][]string
	var f findings
	bins := map[string]int{}
	for _, e := range r.Entries {
		read, field := count(e.Read), cmp.Or(e.Field, e.By)
		if field == "" {
			read = "-"
		}
		rows = append(rows, []string{e.Entry, orDash(field), read, count(e.Linked), count(e.Known), count(e.Unknown), count(len(e.Doubled))})
		bins["linked"] += e.Linked
		bins["known"] += e.Known
		bins["unknown"] += e.Unknown
		bins["doubled"] += len(e.Doubled)
		s.emit(map[string]any{"event": "recovered", "stream": e.Entry, "field": e.Field, "records": e.Read, "linked": e.Linked,
			"known": e.Known, "unknown": e.Unknown, "doubled": e.Doubled, "proven": e.Proven, "by": e.By, "untold": e.Untold, "differ": e.Differ})
		if e.Untold > 0 {
			s.note("%s: %s stand in no record of the target by %s: they are new, or somebody changed that field; the next plan would create them and says so", e.Entry, plural(e.Untold, "mapped record"), field)
		}
		if e.Differ > 0 {
			s.note("%s: %s differ from what is mapped; nobody knows who changed them, so the next plan holds those", e.Entry, plural(e.Differ, "linked record"))
		}
		switch {
		case e.Field == "" && e.By == "":
			s.note("%s: no field carries the source key; plan matches them by the mapping's match fields", e.Entry)
		case !e.Proven:
			f = f.add(exitUnproven, fmt.Sprintf("the target's %s are not proven complete", e.Entry), "run `ferry recover` again before you plan")
		}
	}
	s.asked([]string{"stream", "key stands in", ">read", ">linked", ">known", ">not mapped", ">doubled"}, rows)
	for _, e := range r.Entries {
		for _, d := range e.Doubled {
			s.value("%s: %s stands in %s of the target: %v\n", e.Entry, d.Key, plural(len(d.Targets), "record"), d.Targets)
		}
	}
	l.app.ending.Bins = bins
	if bins["doubled"] > 0 {
		f = f.add(exitWaiting, plural(bins["doubled"], "record")+" doubled in the target", "look at them there; none of them is linked")
	}
	s.say("\nNext: ferry plan %s\n", relative(l.job.Path))
	return f.err()
}
