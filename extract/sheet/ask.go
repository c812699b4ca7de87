package sheet

import (
	"slices"

	"ferry/extract/sheet/grid"
)

// The IDs of questions; those that end in a dot are followed by a rule or by the
// name of a column.
const (
	askSheet   = "sheet"
	askSheets  = "sheets"
	askTable   = "table"
	askHeader  = "header"
	askFirst   = "first"
	askLast    = "last"
	askHidden  = "hidden"
	askTurned  = "turned"
	askKey     = "key"
	askShort   = "short"
	askSurplus = "surplus"
	askSkip    = "skip."
	askFill    = "fill."
	askTake    = "take."
)

// Answers that several questions share.
const (
	yes  = "yes"
	no   = "no"
	all  = "all"
	none = "none"
	hold = "hold"
)

func yesNo(yesLabel, noLabel string) []grid.Choice {
	return []grid.Choice{{Value: yes, Label: yesLabel}, {Value: no, Label: noLabel}}
}

// ask gives what a person decided, else notes the question and gives its default.
// An answer that is no longer among the choices is no answer.
func (u *understanding) ask(q grid.Question) string {
	answer, ok := u.answers[q.ID]
	if ok && (q.Free || slices.ContainsFunc(q.Choices, func(c grid.Choice) bool { return c.Value == answer })) {
		return answer
	}
	u.layout.Questions = append(u.layout.Questions, q)
	return q.Default
}

// decided gives what a person decided under an ID; "" nothing.
func (u *understanding) decided(id string) string { return u.answers[id] }

// fact notes what a person is told, with the sheet it is about.
func (u *understanding) fact(f grid.Fact) {
	if f.Sheet == "" {
		f.Sheet = u.layout.Recipe.Sheet
	}
	u.layout.Facts = append(u.layout.Facts, f)
}
