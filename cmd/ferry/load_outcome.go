package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ferry/extract/stage"
	"ferry/load"
)

// loadBins are the bins of a load in the order in which they are shown.
var loadBins = []stage.LoadBin{stage.LoadCreated, stage.LoadUpdated, stage.LoadUnchanged, stage.LoadRejected,
	stage.LoadHeld, stage.LoadUnsure, stage.LoadWaiting}

// undoBins are those of an undo.
var undoBins = []stage.LoadBin{stage.LoadDeleted, stage.LoadRestored, stage.LoadUnchanged, stage.LoadRejected,
	stage.LoadHeld, stage.LoadUnsure, stage.LoadWaiting}

// binsOf are the bins that a kind of plan has.
func binsOf(kind stage.PlanKind) []stage.LoadBin {
	if kind == stage.PlanUndo {
		return undoBins
	}
	return loadBins
}

// printBins prints where the records of a plan are: each in one bin, with the sum.
func (l *loader) printBins(p stage.Plan, bins load.Bins) {
	s, order := l.app.screen, binsOf(p.Kind)
	head := []string{"stream", ">records"}
	total := stage.LoadBins{}
	for _, bin := range order {
		head = append(head, ">"+bin.String())
	}
	var rows, files [][]string
	records := stage.LoadBins{}
	for _, e := range bins.Entries {
		isFiles := holdsFiles(p, e.Name)
		if row := binRow(e.Name, e.Bins, order); isFiles {
			files = append(files, row)
		} else {
			rows = append(rows, row)
		}
		event := map[string]any{"event": load.EventBins, "stream": e.Name, "plan": p.Hash}
		for _, bin := range order {
			total[bin] += e.Bins[bin]
			if !isFiles {
				records[bin] += e.Bins[bin]
			}
			event[bin.String()] = e.Bins[bin]
		}
		s.emit(event)
	}
	if len(rows)+len(files) == 0 {
		return
	}
	rows = append(rows, binRow("all", records, order))
	s.say("\n")
	s.table(head, rows)
	if len(files) > 0 {
		s.say("\n")
		s.table(filesHead(head), files)
	}
	if n := bins.Partial(); n > 0 {
		s.say("%s written in part: a later request, such as an action, was refused\n", plural(n, "record"))
	}
	l.app.ending.Bins = map[string]int{}
	for _, bin := range order {
		l.app.ending.Bins[bin.String()] = total[bin]
	}
}

// printKeptBins prints where the records of a plan are, as the stage has them.
func (l *loader) printKeptBins(ctx context.Context, p stage.Plan) error {
	counts, err := l.stage.PlanBins(ctx, p.ID)
	if err != nil {
		return err
	}
	var bins load.Bins
	for n := range counts {
		bins.Entries = append(bins.Entries, load.EntryBins{Name: p.Entries[n].Name, Bins: counts[n]})
	}
	l.printBins(p, bins)
	return nil
}

func binRow(name string, bins stage.LoadBins, order []stage.LoadBin) []string {
	sum, row := 0, []string{name, ""}
	for _, bin := range order {
		sum += bins[bin]
		row = append(row, count(bins[bin]))
	}
	row[1] = count(sum)
	return row
}

// printReasons groups the records of some bins by why they are there.
func (l *loader) printReasons(ctx context.Context, p stage.Plan, show int, bins ...stage.LoadBin) error {
	for n, e := range p.Entries {
		words, err := l.rowWords(ctx, e)
		if err != nil {
			return err
		}
		for _, bin := range bins {
			var kinds reasonKinds
			err := l.stage.Items(ctx, p.ID, n, stage.ItemQuery{Bins: []stage.LoadBin{bin}}, func(item *stage.Item) error {
				why := reasonOfItem(item)
				if why == nil {
					why = &load.Reason{Code: "no reason is kept"}
				}
				kinds.add(words.reason(why), words.call(item.Key), show)
				l.app.screen.emit(map[string]any{"event": "record", "stream": e.Name, "key": item.Key, "bin": bin.String(),
					"target": item.Target, "why": why})
				return ctx.Err()
			})
			if err != nil {
				return err
			}
			kinds.print(l.app.screen.say, e.Name+": ", bin.String())
		}
	}
	return nil
}

// binFindings says in codes where the records of a plan are.
func (l *loader) binFindings(ctx context.Context, p stage.Plan) (findings, error) {
	var f findings
	counts, err := l.stage.PlanBins(ctx, p.ID)
	if err != nil {
		return f, err
	}
	total := stage.LoadBins{}
	for _, bins := range counts {
		for bin, n := range bins {
			total[bin] += n
		}
	}
	path := relative(l.job.Path)
	if n := total[stage.LoadUnsure]; n > 0 {
		f = f.add(exitUnsure, plural(n, "record")+" unsure", "each is listed above with what it may be; `ferry apply "+path+"` asks the target again")
	}
	skipped := 0
	if total[stage.LoadHeld] > 0 {
		if skipped, err = load.Skipped(ctx, l.stage, p); err != nil {
			return f, err
		}
	}
	if n := total[stage.LoadHeld] - skipped; n > 0 {
		next := "decide, then `ferry plan " + path + "`"
		if p.Kind == stage.PlanUndo { // a plan would load everything again
			next = fmt.Sprintf("look at what was left, then `ferry undo %s %d` again", path, p.Undoes)
		}
		f = f.add(exitWaiting, plural(n, "record")+" held", "each reason stands above; "+next)
	}
	if n := total[stage.LoadRejected]; n > 0 {
		f = f.add(exitRejected, plural(n, "record")+" rejected", "mend the record or the mapping, or `ferry requeue "+path+"`, then plan again")
	}
	return f, nil
}

// outcome is the end of an apply or undo: what is not done is named with its
// reasons, and decides the exit code.
func (l *loader) outcome(ctx context.Context, p stage.Plan) (findings, error) {
	if err := l.printReasons(ctx, p, 3, stage.LoadUnsure, stage.LoadRejected, stage.LoadHeld); err != nil {
		return findings{}, err
	}
	if p.Kind == stage.PlanLoad && len(p.Summary) > 0 {
		sum, err := load.ReadSummary(p)
		if err != nil {
			return findings{}, err
		}
		for _, text := range sum.LeftFiles {
			l.app.screen.say("Not carried over: %s\n", text)
		}
	}
	return l.binFindings(ctx, p)
}

// tellOutcome is outcome for a command that does nothing else.
func (l *loader) tellOutcome(ctx context.Context, p stage.Plan) error {
	found, err := l.outcome(ctx, p)
	if err != nil {
		return err
	}
	return found.err()
}

// pages prints the web pages of the first records that a plan has written.
func (l *loader) pages(ctx context.Context, p stage.Plan, most int) error {
	var pages []string
	for _, e := range p.Entries {
		err := l.stage.Links(ctx, e.Side, func(k *stage.Link) error {
			if len(pages) >= most {
				return errEnough
			}
			if page := l.page(e, k.Target); page != "" && k.Run == l.run.ID {
				pages = append(pages, page)
			}
			return ctx.Err()
		})
		if err != nil && !errors.Is(err, errEnough) {
			return err
		}
	}
	if len(pages) > 0 {
		l.app.screen.say("\nLook at some of them:\n  %s\n", strings.Join(pages, "\n  "))
	}
	return nil
}
