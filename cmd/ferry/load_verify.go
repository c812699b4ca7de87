package main

import (
	"context"
	"errors"
	"fmt"

	"ferry/extract/stage"
	"ferry/load"
)

// wrote gives the run that is meant: the given one, which must have written
// something, or the last one that has carried out a plan of a load.
func (l *loader) wrote(ctx context.Context, run int64) (int64, error) {
	if run > 0 {
		found := false
		err := l.stage.Attempts(ctx, stage.AttemptQuery{Run: run}, func(*stage.Attempt) error {
			found = true
			return errEnough
		})
		if err != nil && !errors.Is(err, errEnough) {
			return 0, err
		}
		if !found {
			return 0, usageError(fmt.Sprintf("run %d wrote nothing to the target", run), "`ferry status "+relative(l.job.Path)+"` lists the runs")
		}
		return run, nil
	}
	plans, err := l.stage.Plans(ctx, recentPlans)
	if err != nil {
		return 0, err
	}
	for _, p := range plans {
		if p.Kind != stage.PlanLoad {
			continue
		}
		err := l.stage.Attempts(ctx, stage.AttemptQuery{Plan: p.ID}, func(t *stage.Attempt) error {
			run = max(run, t.Run)
			return nil
		})
		if err != nil || run > 0 {
			return run, err
		}
	}
	return 0, usageError("nothing was loaded yet", "ferry apply "+relative(l.job.Path))
}

// verify reads back what a run wrote and tells what differs.
func (l *loader) verify(ctx context.Context, run int64, show int) (findings, error) {
	end := l.begin(newLoadProgress(l.app.screen, l.line.need))
	v, err := load.Verify(ctx, l.cfg, run)
	end()
	if err == nil {
		err = l.readNames(ctx)
	}
	if err != nil {
		return findings{}, err
	}
	l.printVerdict(&v, show)
	var f findings
	if n := len(v.Gone); n > 0 {
		f = f.add(exitRejected, plural(n, "record")+" gone from the target", "plan again: what is to be created anew is decided there")
	}
	different, unchecked := 0, 0
	for _, e := range v.Entries {
		different, unchecked = different+e.Different, unchecked+e.Unchecked
	}
	if different > 0 {
		f = f.add(exitRejected, plural(different, "record")+" not as it was sent", "the fields stand above; see them side by side with `ferry report "+relative(l.job.Path)+"`")
	}
	if unchecked > 0 {
		f = f.add(exitUnproven, plural(unchecked, "record")+" could not be read back", "run `ferry verify "+relative(l.job.Path)+"` again")
	}
	return f, nil
}

// printVerdict prints what was read back, and the fields that differ.
func (l *loader) printVerdict(v *load.Verdict, show int) {
	s := l.app.screen
	var rows [][]string
	bins := map[string]int{}
	for _, e := range v.Entries {
		rows = append(rows, []string{e.Entry, count(e.Checked), count(e.Equal), count(e.Different), count(e.Gone), count(e.Unchecked)})
		bins["checked"] += e.Checked
		bins["equal"] += e.Equal
		bins["different"] += e.Different
		bins["gone"] += e.Gone
		bins["unchecked"] += e.Unchecked
		s.emit(map[string]any{"event": load.EventVerify, "stream": e.Entry, "run": v.Run, "checked": e.Checked, "equal": e.Equal,
			"different": e.Different, "gone": e.Gone, "unchecked": e.Unchecked, "fields": e.Fields})
	}
	s.say("\nRead back what run %d wrote, and others that went on with its plan:\n\n", v.Run)
	s.asked([]string{"stream", ">checked", ">equal", ">different", ">gone", ">not read"}, rows)
	for _, e := range v.Entries {
		for _, f := range e.Fields {
			s.value("%s: %s %s in %s\n", e.Entry, f.Field, f.Deviation, plural(f.Count, "record"))
		}
	}
	shown := map[string]int{}
	for _, d := range v.Differs {
		if shown[d.Entry+" "+d.Field]++; shown[d.Entry+" "+d.Field] <= show {
			s.value("  %s %s = %s: %s sent %s, now %s  %s\n", d.Entry, l.names.call(d.Key), d.Target, d.Field, clipped(valueOr(d.Sent)), clipped(valueOr(d.Now)),
				l.link(l.streamOf(d.Entry), d.Target))
		}
	}
	for i, g := range v.Gone {
		if i < show {
			s.value("  %s %s = %s is not there any more\n", g.Entry, l.names.call(g.Key), g.Target)
		}
	}
	if v.Good() {
		s.say("Everything is there as it was sent.\n")
	}
	l.app.ending.Bins = bins
}

// streamOf is the target's stream of an entry.
func (l *loader) streamOf(entry string) string {
	for i := range l.cfg.Rules {
		if l.cfg.Rules[i].Name == entry {
			return l.cfg.Rules[i].Target
		}
	}
	return ""
}
