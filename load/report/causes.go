package report

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/plain"
)

// exception is a record that was not loaded.
type exception struct {
	Stream, Key, Label, Bin string
	Code, Text, Field       string
	Value, Said, Do         string
	Target, Link            string
	Belongs                 string // of a file: the record it belongs to
}

// eachException calls fn for every record of an entry that was not loaded, those
// of the plan first, then those that the mapping did not make.
func (r *entryReader) eachException(fn func(*exception) error) error {
	q := stage.ItemQuery{Bins: []stage.LoadBin{stage.LoadWaiting, stage.LoadRejected, stage.LoadHeld, stage.LoadUnsure}}
	err := r.cfg.Stage.Items(r.ctx, r.report.Plan.ID, r.place, q, func(it *stage.Item) error {
		x := r.ofItem(it)
		label, _, err := r.labels.Get(string(it.Key))
		if err != nil {
			return err
		}
		x.Label = string(label)
		return fn(x)
	})
	if err != nil || !r.entry.Known {
		return err
	}
	e, _ := r.gen.Entry(r.entry.Name)
	unmapped := stage.MappedQuery{Bins: []stage.Bin{stage.BinDead, stage.BinHeld, stage.BinSkipped}}
	return r.cfg.Stage.Mapped(r.ctx, r.gen, e, unmapped, func(row *stage.MappedRow) error { return fn(r.ofRow(row)) })
}

// ofItem tells of a record of the plan.
func (r *entryReader) ofItem(it *stage.Item) *exception {
	x := &exception{Stream: r.entry.Name, Key: string(it.Key), Bin: it.Bin.String(), Target: string(it.Target), Link: page(r.cfg, r.entry.Side.Stream, it.Target)}
	why := &load.Reason{}
	if len(it.Why) == 0 || json.Unmarshal(it.Why, why) != nil || why.Code == "" {
		var note load.Note
		if json.Unmarshal(it.Note, &note) == nil && note.Held != nil {
			why = note.Held
		}
	}
	if r.cfg.Tell != nil {
		x.Key, why = r.cfg.Tell(r.entry.Name, it.Key, why)
	}
	x.Code, x.Text, x.Field, x.Value, x.Said, x.Do = why.Code, why.Text, why.Field, why.Value, why.Said, why.Do
	if x.Code == "" && it.Bin == stage.LoadWaiting {
		x.Code, x.Text, x.Do = "not sent yet", "the plan was not carried out to its end", "run `ferry apply` again: it goes on where it stopped"
	}
	if x.Code == "" {
		x.Code = it.Bin.String()
	}
	if x.Do == "" {
		x.Do = usualDo[x.Code]
	}
	for _, c := range why.Change {
		if has, wants := quoted(plain.Value(c.Old)), quoted(plain.Value(c.New)); r.secrets[c.Field] {
			x.Text += "; " + c.Field + " differs"
		} else {
			x.Text += "; " + c.Field + ": the target has " + has + ", the source wants " + wants
		}
	}
	for i, c := range why.Choose {
		x.Text += []string{"; it may be ", ", "}[min(i, 1)] + strings.TrimSpace(string(c.Key)+" "+c.Label)
	}
	if r.secrets[x.Field] {
		x.Value = plain.Hidden
	}
	return x
}

func quoted(text string) string {
	if text == "" {
		return "nothing"
	}
	return `"` + text + `"`
}

// ofRow tells of a record that the mapping did not make ready to load.
func (r *entryReader) ofRow(row *stage.MappedRow) *exception {
	x := &exception{Stream: r.entry.Name, Key: string(row.Key)}
	if r.cfg.Tell != nil {
		x.Key, _ = r.cfg.Tell(r.entry.Name, row.Key, nil)
	}
	switch {
	case row.Bin == stage.BinSkipped:
		x.Bin, x.Code, x.Text = "skipped", "left out by the mapping", row.Reason
		x.Do = "nothing, if it is meant so; else change the mapping"
		return x
	case len(row.Orphan) > 0:
		lacks := row.Orphan[0]
		x.Label = r.plain.Label(row.JSON)
		x.Bin, x.Code, x.Field, x.Value = "dead", "parent not mapped", lacks.Field, lacks.To+" "+string(lacks.Key)
		x.Text, x.Do = "its parent "+x.Value+" is not among the mapped records", "bring the parent through the mapping first"
		return x
	}
	var letter stage.Letter
	if json.Unmarshal(row.JSON, &letter) == nil {
		x.Label = r.plain.Label(letter.Record)
		x.Text, x.Field, x.Value, x.Do = letter.Reason, letter.Field, letter.Value, letter.Do
	}
	x.Bin, x.Code = "dead", "dead letter"
	if row.Bin == stage.BinHeld {
		x.Bin, x.Code = "held", "details not read yet"
	}
	if r.secrets[x.Field] {
		x.Value = plain.Hidden
	}
	return x
}

// usualDo is what helps where the reason itself does not say.
var usualDo = map[string]string{
	load.CodeSeveral:     "decide in the plan workbook, sheet Matches, which target record it is",
	load.CodeShared:      "decide in the plan workbook, sheet Matches, which of the source records it is",
	load.CodeAlike:       "decide in the plan workbook, sheet Matches, or say in the mapping what becomes of records that are alike",
	load.CodeEdited:      "people changed the target on purpose: carry their change over to the source, or change the target back, then plan again",
	load.CodeStale:       "plan again: the new plan shows what the target has now",
	load.CodeGone:        "plan again, and decide whether it is created anew",
	load.CodeParent:      "bring the parent through first, then plan again",
	load.CodeNotFound:    "make it in the target, or decide in the plan workbook, sheet Values",
	load.CodeAmbiguous:   "decide in the plan workbook, sheet Values, which one it is",
	load.CodeUnknown:     "decide in the plan workbook, sheet Values, what it becomes, or add it in the target",
	load.CodeUndecided:   "decide in the plan workbook, sheet Values, what it becomes",
	load.CodeMissing:     "give the field a value in the source or in the mapping, then plan again",
	load.CodeCannot:      "the target cannot take it: leave it out in the mapping, or enter it by hand",
	load.CodeRefused:     "correct what the target complains of, then `ferry requeue` and plan again",
	load.CodeLost:        "look in the target whether it is there, then decide in the plan workbook",
	load.CodeSkipped:     "nothing: somebody decided so",
	load.CodeFailures:    "look at what was refused first, then go on with `ferry apply`",
	load.CodeUnreachable: "bring it to that status by hand, or map it to another one",
}

// causeKey is what exceptions are grouped by.
type causeKey struct{ stream, code, field string }

// causes groups exceptions.
type causes map[causeKey]*Cause

// shownKeys is how many records are named as examples of a cause.
const shownKeys = 5

func (c causes) add(x *exception) {
	key := causeKey{x.Stream, x.Code, x.Field}
	found := c[key]
	if found == nil {
		text := x.Text
		if x.Said != "" {
			text = strings.TrimPrefix(text+": "+x.Said, ": ")
		}
		found = &Cause{Stream: x.Stream, Code: x.Code, Field: x.Field, Text: text, Do: x.Do}
		c[key] = found
	}
	found.N++
	if len(found.Keys) < shownKeys {
		found.Keys = append(found.Keys, x.Key)
	}
}

// list gives the causes, those of the most records first.
func (c causes) list() []*Cause {
	return slices.SortedFunc(maps.Values(c), func(a, b *Cause) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Field, b.Field))
	})
}
