package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ferry/extract/stage"
	"ferry/load/internal/plain"
)

// moment is how times are written: to the minute, in UTC.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2 January 2006, 15:04") + " UTC"
}

// Examples are the first few keys of a cause.
func (c *Cause) Examples() string {
	text := strings.Join(c.Keys, ", ")
	if c.N > len(c.Keys) {
		text += ", …"
	}
	return text
}

// Verdict is the report in one sentence. Good tells whether everything is where
// it should be.
func (r *Report) Verdict() string {
	s := &r.Sum
	if r.Plan.Kind == stage.PlanUndo {
		deleted, restored := s.Load[stage.LoadDeleted], s.Load[stage.LoadRestored]
		left := s.Planned() - deleted - restored
		return fmt.Sprintf("%s %s deleted and %s restored; %s %s left as %s.", plain.Count(deleted), isAre(deleted, "record was", "records were"),
			plain.Count(restored), plain.Count(left), isAre(left, "was", "were"), isAre(left, "it is", "they are"))
	}
	text := fmt.Sprintf("Every one of %s source records is accounted for: ", plain.Count(r.live()))
	switch {
	case !r.Adds():
		text = fmt.Sprintf("The bins of %s source records do not add up: ", plain.Count(r.live()))
	case len(r.FilesLeft) > 0:
		text = fmt.Sprintf("The source is not all accounted for: %s. Of its %s %s ", strings.Join(r.FilesLeft, "; "), plain.Count(r.live()),
			isAre(r.live(), "record", "records"))
	}
	text += fmt.Sprintf("%s %s in the target", plain.Count(s.Loaded()), isAre(s.Loaded(), "is", "are"))
	if n := s.NotLoaded(); n > 0 {
		return text + fmt.Sprintf(", %s %s not, each with its reason.", plain.Count(n), isAre(n, "is", "are"))
	}
	return text + "."
}

// live is how many source records there are, deleted ones left out.
func (r *Report) live() int { return r.Sum.Loaded() + r.Sum.NotLoaded() }

// Adds tells whether every record of every entry is in exactly one bin.
func (r *Report) Adds() bool {
	for _, e := range r.Entries {
		if !e.Adds() {
			return false
		}
	}
	return true
}

// Good tells whether nothing asks for attention.
func (r *Report) Good() bool {
	read := r.ReadBack()
	return r.Adds() && r.Unequal == 0 && read.Missing == 0 && read.Gone == 0 && r.Sum.Load[stage.LoadUnsure] == 0 && r.Agrees() && len(r.FilesLeft) == 0 &&
		!slices.ContainsFunc(r.Files, func(f *FilesEntry) bool { return !f.good() })
}

// Agrees tells whether all counts and sums agree.
func (r *Report) Agrees() bool {
	for _, e := range r.Entries {
		for _, t := range e.Tables {
			for _, l := range t.Lines {
				if !l.Same {
					return false
				}
			}
		}
	}
	return true
}

// ReadBack adds up how the target's records were looked at.
func (r *Report) ReadBack() (sum ReadBack) {
	for _, e := range r.Entries {
		sum.Read += e.Read.Read
		sum.Answered += e.Read.Answered
		sum.Gone += e.Read.Gone
		sum.Missing += e.Read.Missing
		sum.Merged += e.Read.Merged
		sum.Compared += e.Read.Compared
		sum.Fields += e.Read.Fields
	}
	return sum
}

// Verified says how the target was checked.
func (r *Report) Verified() string {
	read := r.ReadBack()
	parts := []string{fmt.Sprintf("%s of %s target records %s read back after they were written", plain.Count(read.Read), plain.Count(read.Records()), isAre(read.Read, "was", "were"))}
	add := func(n int, one, several string) {
		if n > 0 {
			parts = append(parts, plain.Count(n)+" "+isAre(n, one, several))
		}
	}
	add(read.Answered, "is known from the target's answer to the write", "are known from the target's answers to the writes")
	add(read.Missing, "was not read back; `ferry verify` does that", "were not read back; `ferry verify` does that")
	add(read.Gone, "was deleted in the target since", "were deleted in the target since")
	add(read.Merged, "source record shares a target record with another one", "source records share a target record with another one")
	fields := "every field sent reads back as it was sent"
	if n := r.FieldsDiffer(); n > 0 {
		fields = plain.Count(n) + " " + isAre(n, "field reads back otherwise than it was sent", "fields read back otherwise than they were sent")
	}
	if r.Check != nil && read.Compared > 0 {
		fields += ", `ferry verify` found on " + moment(r.Check.At)
	}
	if read.Compared > 0 {
		add(read.Compared, "was compared field by field: "+fields, "were compared field by field: "+fields)
	}
	return strings.Join(parts, "; ") + "."
}

// FieldsDiffer is how many fields of records read back otherwise than they were
// sent.
func (r *Report) FieldsDiffer() int { return r.Unequal - r.FilesOff }

func isAre(n int, one, several string) string {
	if n == 1 {
		return one
	}
	return several
}

// Approved says who approved the plans, and when.
func (r *Report) Approved() string {
	var all []string
	for _, p := range r.Plans {
		if p.Approved.IsZero() {
			continue
		}
		by := p.By
		if by == "" {
			by = "nobody named"
		}
		text := by + ", " + moment(p.Approved)
		if len(r.Plans) > 1 {
			what := "plan "
			if p.Kind == stage.PlanUndo {
				what = fmt.Sprintf("undo of run %d, plan ", p.Undoes)
			}
			text += " (" + what + shortHash(p.Hash) + ")"
		}
		all = append(all, text)
	}
	if len(all) == 0 {
		return "not approved"
	}
	return strings.Join(all, "; ")
}

// Covers says which runs and plans the report is about.
func (r *Report) Covers() string {
	if !r.Whole {
		return "plan " + shortHash(r.Plan.Hash) + " alone"
	}
	text := "all that was loaded so far"
	if len(r.Runs) == 0 {
		return text
	}
	var names []string
	for _, run := range r.Runs {
		names = append(names, fmt.Sprint(run.ID))
	}
	return text + ": " + isAre(len(names), "run ", "runs ") + strings.Join(names, ", ")
}

func shortHash(hash string) string { return hash[:min(len(hash), 12)] }

// Span is when records were sent.
func (r *Report) Span() string {
	if r.Started.IsZero() {
		return "nothing was sent"
	}
	from, to := r.Started.UTC(), r.Ended.UTC()
	if from.Truncate(24 * time.Hour).Equal(to.Truncate(24 * time.Hour)) {
		return from.Format("2 January 2006, 15:04") + " to " + to.Format("15:04") + " UTC"
	}
	return moment(from) + " to " + moment(to)
}

// EffectLine says what reached people.
func (r *Report) EffectLine() string {
	if len(r.Effects) == 0 {
		return "none: no mail, message or notice left because of this load"
	}
	parts := make([]string, len(r.Effects))
	for i, e := range r.Effects {
		parts[i] = e.Text + " times " + e.Name
	}
	return strings.Join(parts, ", ")
}

// Facts are the head of the report.
func (r *Report) Facts() []Fact {
	facts := []Fact{
		{"Result", r.Verdict()}, {"From", r.Source}, {"To", r.Target}, {"Covers", r.Covers()}, {"Sent", r.Span()}, {"Approved by", r.Approved()},
		{"Verified", r.Verified()}, {"Reached people", r.EffectLine()}, {"Plan", r.Plan.Hash},
	}
	if line := r.FilesLine(); line != "" {
		facts = slices.Insert(facts, 1, Fact{"Photos and attachments", line})
	}
	return facts
}

// Proofs say how complete the lists of both accounts were read.
func (r *Report) Proofs() (facts []Fact) {
	for _, e := range r.Entries {
		for i, side := range []string{"source " + e.Side.Source, "target " + e.Side.Stream} {
			if f := (Fact{side, e.Proofs[i]}); f.Text != "" && !slices.Contains(facts, f) {
				facts = append(facts, f)
			}
		}
	}
	for _, e := range r.Files {
		if f := (Fact{"source " + e.Side.Source, e.Proof}); f.Text != "" && !slices.Contains(facts, f) {
			facts = append(facts, f)
		}
	}
	return facts
}

// Hashes name what the report rests on.
func (r *Report) Hashes() []Fact {
	facts := []Fact{{"plan", r.Plan.Hash}, {"plan made", moment(r.Plan.Made)}, {"source account", r.Plan.Source}, {"target account", r.Plan.Target},
		{"generation of mapped records", fmt.Sprint(r.Plan.Generation)}}
	for _, p := range r.Plans[:len(r.Plans)-1] {
		facts = append(facts, Fact{"plan before it", p.Hash + ", made " + moment(p.Made)})
	}
	for _, e := range r.Entries {
		facts = append(facts, Fact{"rules of " + e.Name, fmt.Sprintf("%016x", e.Hash)})
	}
	for _, f := range r.Rests {
		facts = append(facts, Fact{"the plan rests on: " + f.Name, f.Text})
	}
	var sends []string
	for _, state := range slices.Sorted(maps.Keys(r.Sends)) {
		sends = append(sends, plain.Count(r.Sends[state])+" "+string(state))
	}
	if len(sends) > 0 {
		facts = append(facts, Fact{"attempts in the ledger", strings.Join(sends, ", ")})
	}
	for _, run := range r.Runs {
		facts = append(facts, Fact{fmt.Sprintf("run %d", run.ID), fmt.Sprintf("%s, Ferry %s, %s to %s, %s requests, exit %d",
			run.Command, run.Version, moment(run.Started), moment(run.Ended), plain.Count(run.Requests), run.Exit)})
	}
	return facts
}
