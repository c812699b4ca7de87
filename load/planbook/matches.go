package planbook

import (
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/stage"
	"ferry/load"
	"ferry/load/internal/xlsx"
)

// The names of columns that are read back.
const (
	nameDecision = "Decision"
	nameBecomes  = "Becomes"
	nameNote     = "Note"
	nameValue    = "Value"
)

// decisionWords are the decisions about a record; files are not linked by hand.
var decisionWords = []string{string(load.ChooseLink), string(load.ChooseCreate), string(load.ChooseSkip)}

// The drop-downs of the column Decision in a plan with files.
const (
	listDecisions     = "decisions"
	listFileDecisions = "decisions of files"
)

// decisionLists puts the drop-downs of the column Decision into the book, where
// the plan holds files: else all rows have one.
func (w *writer) decisionLists() (files bool, err error) {
	if !slices.ContainsFunc(w.in.Entries, func(e Entry) bool { return e.Files != "" }) {
		return false, nil
	}
	var choices []xlsx.Choice
	for _, word := range decisionWords {
		choices = append(choices, xlsx.Choice{Shown: word, Value: word})
	}
	if err := w.book.List(listDecisions, choices); err != nil {
		return true, err
	}
	return true, w.book.List(listFileDecisions, choices[1:])
}

// matches writes one row a target record that a source record is, or may be,
// taken for.
func (w *writer) matches() error {
	files, err := w.decisionLists()
	if err != nil {
		return err
	}
	offered := decisionWords
	if files {
		offered = nil // each row has its own
	}
	s, err := w.book.Sheet(sheetMatches, colStream, colKey, colName, xlsx.Column{Name: "What the plan does", Width: 18},
		xlsx.Column{Name: "Why", Width: 40}, colTarget, xlsx.Column{Name: "Target name", Width: 30}, colLink,
		xlsx.Column{Name: nameDecision, Width: 12, List: offered}, xlsx.Column{Name: nameNote, Width: 30})
	if err != nil {
		return err
	}
	decided := w.decidedMatches()
	err = w.items(nil, func(entry int, it *stage.Item, note *load.Note, mapped []byte) error {
		rows := candidatesOf(it, note)
		name, list := w.in.Entries[entry].Name, listDecisions
		choice, have := decided[subject{name, it.Key}]
		if have && w.in.Before != nil {
			before, err := w.in.Before(w.ctx, entry, it.Key)
			if err != nil {
				return err
			}
			rows = withOthers(rows, before)
		}
		if len(rows) == 0 {
			return nil
		}
		label := w.label(note, mapped)
		if w.in.Entries[entry].Files != "" {
			list = listFileDecisions
		}
		for _, c := range rows {
			decision, remark := "", ""
			if have && (choice.Choice != load.ChooseLink || choice.Target == c.Key) {
				decision, remark, have = string(choice.Choice), choice.Note, false
			}
			if c.Label == "" {
				known, _, err := w.names.Get(shelfKey(entry, c.Key))
				if err != nil {
					return err
				}
				c.Label = string(known)
			}
			err := s.Row(name, string(it.Key), label, it.Action.String(), c.Why, xlsx.Cell{Value: string(c.Key), Style: xlsx.Input}, c.Label,
				link(w.linkOf(entry, c)), xlsx.Cell{Value: decision, Style: xlsx.Input}, xlsx.Cell{Value: remark, Style: xlsx.Input})
			if err != nil {
				return err
			}
			if files {
				s.Drop(decisionColumn, list)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.End()
}

// decisionColumn is where the column Decision stands, from 0.
const decisionColumn = 8

// subject is what a decision about a match is about.
type subject struct {
	entry string
	key   record.Key
}

func (w *writer) decidedMatches() map[subject]load.MatchDecision {
	decided := map[subject]load.MatchDecision{}
	if w.in.Decided != nil {
		for _, m := range w.in.Decided.Matches {
			decided[subject{m.Entry, m.Key}] = m
		}
	}
	return decided
}

// candidatesOf lists the target records that a person has to look at: what it
// was matched with, what it may be, what it looks like. What the crosswalk knows
// is no question any more.
func candidatesOf(it *stage.Item, note *load.Note) []load.Candidate {
	var rows []load.Candidate
	if m := note.Match; m != nil && (m.How == stage.LinkDecided || m.How == stage.LinkMatched && len(m.By) > 0) {
		rows = append(rows, load.Candidate{Key: it.Target, Why: evidence(m)})
	}
	for _, c := range note.Alike {
		c.Why = strings.TrimSuffix("looks alike: "+c.Why, ": ")
		rows = append(rows, c)
	}
	if held := note.Held; held != nil && isMatch(held) && (note.File == nil || held.Code == load.CodeSkipped) {
		for _, c := range held.Choose {
			c.Why = join(held.Text, c.Why)
			rows = append(rows, c)
		}
		if len(held.Choose) == 0 {
			rows = append(rows, load.Candidate{Key: it.Target, Why: held.Text})
		}
	}
	return rows
}

// isMatch tells whether a decision about the match brings the record on.
func isMatch(r *load.Reason) bool {
	switch r.Code {
	case load.CodeSeveral, load.CodeShared, load.CodeAlike, load.CodeGone, load.CodeSkipped:
		return true
	case load.CodeNotFound, load.CodeAmbiguous, load.CodeUndecided, load.CodeUnknown:
		return false // decided under Values
	}
	return len(r.Choose) > 0
}

func evidence(m *load.Evidence) string {
	if m.How == stage.LinkDecided {
		return strings.TrimSuffix("decided: "+strings.Join(append(slices.Clone(m.By), m.Values...), " "), ": ")
	}
	parts := make([]string, len(m.By))
	for i, field := range m.By {
		parts[i] = field
		if i < len(m.Values) && m.Values[i] != "" {
			parts[i] += " " + quoted(m.Values[i])
		}
	}
	return "equal in " + strings.Join(parts, " and ")
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + ": " + b
}
