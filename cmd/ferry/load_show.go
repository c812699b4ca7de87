package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ferry/extract/stage"
	"ferry/load"
)

// printPlan prints a plan so that a person can decide, and what to type next.
func (l *loader) printPlan(ctx context.Context, p stage.Plan, show int) error {
	sum, err := load.ReadSummary(p)
	if err != nil {
		return err
	}
	s, pp := l.app.screen, &planPrinter{loader: l, plan: p, sum: sum, show: show}
	s.value("\nPlan %s: %s -> %s, made %s\n\n", shortHash(p.Hash), p.Source, p.Target, moment(p.Made, l.run.Started))
	pp.table()
	for n := range sum.Entries {
		if err := pp.entry(ctx, n); err != nil {
			return err
		}
	}
	s.value("\n")
	for _, fact := range l.priceFacts(sum) {
		s.value("%-17s %s\n", fact[0], fact[1])
	}
	for _, u := range sum.Undecided() {
		s.value("To be decided     %s.%s: what %q is in the target (%s)\n", u.Entry, u.Field, u.Value, plural(u.Records, "record"))
	}
	for _, text := range sum.LeftFiles {
		s.value("Not carried over  %s\n", text)
	}
	if sum.TooMany != "" {
		s.value("Not to be applied %s\n", sum.TooMany)
	}
	for _, text := range sum.Doubts {
		s.value("In doubt          %s\n", text)
	}
	for _, text := range sum.Announced {
		s.value("Announced         %s\n", text)
	}
	for _, text := range sum.Unsettable {
		s.value("Not kept          %s\n", text)
	}
	s.emit(map[string]any{"event": "plan", "plan": p.Hash, "kind": p.Kind, "state": p.State, "made": p.Made, "source": p.Source,
		"target": p.Target, "price": sum.Price, "rests": sum.Rests, "unsettable": sum.Unsettable,
		"announced": sum.Announced, "too_many": sum.TooMany, "left_files": sum.LeftFiles, "doubts": sum.Doubts, "undecided": sum.Undecided()})
	l.printNext(p, sum)
	return nil
}

// priceFacts are what a plan costs, reaches and cannot take back, in words.
func (l *loader) priceFacts(sum load.Summary) [][2]string {
	n := sum.Price.Requests()
	need := l.line.need(n)
	cost := plural(n, "request")
	if n > 0 {
		cost += fmt.Sprintf(" (%s write, %s read before updates, %s read back): %s min at the rate", count(sum.Price.Write),
			count(sum.Price.Read), count(sum.Price.Verify), minutes(need.Minutes))
		if need.Days > 0 && !l.line.Spec.Budget.Quota.IsZero() {
			cost += fmt.Sprintf(", %s of the quota", plural(need.Days, "day"))
		}
		if !need.Done.IsZero() {
			cost += ", done about " + moment(need.Done, time.Now())
		}
	}
	facts := [][2]string{{"Costs", cost}, {"Reaches people", countsOr(sum.Effects(), "nobody")}}
	muted := map[string]int{}
	for _, e := range sum.Entries {
		for name, k := range e.Muted {
			muted[name] += k
		}
	}
	if len(muted) > 0 {
		facts = append(facts, [2]string{"Muted", countsOr(muted, "")})
	}
	final := sum.Final()
	if len(final) == 0 {
		facts = append(facts, [2]string{"Cannot be undone", "nothing"})
	}
	for _, text := range slices.Sorted(maps.Keys(final)) {
		facts = append(facts, [2]string{"Cannot be undone", fmt.Sprintf("%s (%s)", text, plural(final[text], "record"))})
	}
	for _, text := range restsOn(sum.Rests) {
		facts = append(facts, [2]string{"Rests on", text})
	}
	return facts
}

func countsOr(n map[string]int, none string) string {
	if len(n) == 0 {
		return none
	}
	return fieldCounts(n)
}

// restsOn names what a plan was made of.
func restsOn(r load.Rests) []string {
	read := []string{}
	for _, stream := range slices.Sorted(maps.Keys(r.Proven)) {
		text := fmt.Sprintf("%s %s", count(r.Records[stream]), stream)
		if !r.Proven[stream] {
			text += " (not proven complete)"
		}
		read = append(read, text)
	}
	out := []string{"the records mapped " + r.Published.Local().Format("2006-01-02 15:04:05")}
	if len(read) > 0 {
		out = append(out, "the target as it was read: "+strings.Join(read, ", "))
	}
	return out
}

// changesOf counts the records that a plan writes.
func changesOf(sum load.Summary) int { return sum.Of(stage.ActCreate) + sum.Of(stage.ActUpdate) }

// newLinksOf counts the records that are in the target already and were not
// known to be: applying a plan links them, and sends nothing for it.
func newLinksOf(sum load.Summary) int {
	n := 0
	for _, e := range sum.Entries {
		for how, k := range e.Links {
			if how != "linked" {
				n += k
			}
		}
	}
	return n
}

// printNext says what to type next.
func (l *loader) printNext(p stage.Plan, sum load.Summary) {
	s, job := l.app.screen, relative(l.job.Path)
	switch {
	case l.goesOn && changesOf(sum) > 0:
		return
	case changesOf(sum) > 0:
		s.say("\nNothing has been sent. Next:\n")
	case l.goesOn && newLinksOf(sum) > 0:
		s.say("\nNothing is to be written; the plan links %s that are there already.\n", plural(newLinksOf(sum), "record"))
		return
	case newLinksOf(sum) > 0:
		s.say("\nNothing is to be written; applied, the plan links %s that are there already. Next:\n", plural(newLinksOf(sum), "record"))
	default:
		s.say("\nNothing is to be written.\n")
		return
	}
	s.say("  ferry plan %s --workbook plan.xlsx    to look at every record, and to decide\n", job)
	s.say("  %s    to load it\n", l.applyCommand(p, sum))
}

// applyCommand is what to type to approve a plan and carry it out, with all that
// it cannot do without.
func (l *loader) applyCommand(p stage.Plan, sum load.Summary) string {
	text := fmt.Sprintf("ferry apply %s --plan %s", relative(l.job.Path), shortHash(p.Hash))
	if len(sum.Final()) > 0 && !slices.Contains(l.cfg.Allow, allowFinal) {
		text += " --allow " + allowFinal
	}
	return text
}

// planned is the end of `ferry plan`: 4 where something waits.
func (l *loader) planned(p stage.Plan) error {
	sum, err := load.ReadSummary(p)
	if err != nil {
		return err
	}
	var f findings
	if n, links := changesOf(sum), newLinksOf(sum); n+links > 0 {
		what := plural(n, "change")
		if n == 0 {
			what = plural(links, "new link")
		}
		f = f.add(exitWaiting, fmt.Sprintf("plan %s with %s waits for approval", shortHash(p.Hash), what),
			"to approve it: "+l.applyCommand(p, sum))
	}
	if n := sum.Of(stage.ActHeld) - sum.Skipped(); n > 0 {
		f = f.add(exitWaiting, sorts(sum, stage.ActHeld, n)+" held", "each reason stands above; decide in the workbook, then plan again")
	}
	if n := sum.Of(stage.ActRejected); n > 0 {
		f = f.add(exitRejected, sorts(sum, stage.ActRejected, n)+" rejected", "mend the record or the mapping, then plan again")
	}
	return f.err()
}

// question is what a person at the terminal is asked before a plan is applied.
func (l *loader) question(p stage.Plan, sum load.Summary) string {
	if changesOf(sum) == 0 {
		return fmt.Sprintf("Link %s that are at %s already?", plural(newLinksOf(sum), "record"), p.Target)
	}
	creates, updates := filesOf(sum, stage.ActCreate), filesOf(sum, stage.ActUpdate)
	text := fmt.Sprintf("Create %s and update %s at %s", plural(sum.Of(stage.ActCreate)-creates, "record"),
		count(sum.Of(stage.ActUpdate)-updates), p.Target)
	if creates+updates > 0 {
		text += ", and put " + filesText(creates+updates) + " in place"
	}
	text += ", in " + plural(sum.Price.Requests(), "request") + "?"
	if effects := sum.Effects(); len(effects) > 0 {
		text += "\nPeople outside will notice: " + fieldCounts(effects) + "."
	}
	return text
}
