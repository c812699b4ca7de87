package sheet

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// The IDs of questions; those that end in a dot are followed by a rule or by the
// name of a column.
const (
	askSheet     = "sheet"
	askSheets    = "sheets"
	askTable     = "table"
	askHeader    = "header"
	askFirst     = "first"
	askLast      = "last"
	askHidden    = "hidden"
	askTurned    = "turned"
	askKey       = "key"
	askShort     = "short"
	askSurplus   = "surplus"
	askUnstamped = "unstamped"
	askSkip      = "skip."
	askFill      = "fill."
	askTake      = "take."
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
	answer, ok := u.given(q.ID)
	if ok && (q.Free || slices.ContainsFunc(q.Choices, func(c grid.Choice) bool { return c.Value == answer })) {
		return answer
	}
	u.layout.Questions = append(u.layout.Questions, q)
	return q.Default
}

// leaves asks whether rows are left out. Where that is not certain the answer has to
// name the rows, so that the answer for one file leaves no row of the next one out.
func (u *understanding) leaves(q grid.Question, rows []int, sure bool) bool {
	if !sure {
		q.Choices[0].Value = rowsAnswer(rows)
	}
	return u.ask(q) == q.Choices[0].Value
}

// rowsAnswer is how an answer names rows.
func rowsAnswer(rows []int) string {
	if n := len(rows); n > mostCells {
		return fmt.Sprintf("%d-%d (%d rows)", rows[0], rows[n-1], n)
	}
	texts := make([]string, len(rows))
	for i, n := range rows {
		texts[i] = strconv.Itoa(n)
	}
	return strings.Join(texts, ",")
}

// decided gives what a person decided under an ID; "" nothing.
func (u *understanding) decided(id string) string {
	text, _ := u.given(id)
	return text
}

// given gives what a person decided under an ID, and notes that it was looked for.
func (u *understanding) given(id string) (string, bool) {
	text, ok := u.answers[id]
	if ok {
		u.layout.Heard = append(u.layout.Heard, id)
	}
	return text, ok
}

// fact notes what a person is told, with the sheet it is about.
func (u *understanding) fact(f grid.Fact) {
	if f.Sheet == "" {
		f.Sheet = u.layout.Recipe.Sheet
	}
	u.layout.Facts = append(u.layout.Facts, f)
}
