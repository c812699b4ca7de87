package sheet

import (
	"fmt"
	"slices"
	"strconv"

	"ferry/extract/sheet/grid"
)

// settleHidden asks about rows that nobody sees.
func (u *understanding) settleHidden() {
	if u.survey.hidden > 0 {
		u.layout.Recipe.Hidden = u.ask(u.hiddenQuestion()) == "shown"
	}
}

func (u *understanding) hiddenQuestion() grid.Question {
	why := "Rows were hidden by hand or by an outline."
	if u.tail.Filter != (grid.Range{}) {
		why = "A filter is set on the sheet."
	}
	shown := u.survey.records - u.survey.hidden
	return grid.Question{ID: askHidden, Default: all, Why: why,
		Text: fmt.Sprintf("%d of %d rows are hidden. Are all taken?", u.survey.hidden, u.survey.records),
		Choices: []grid.Choice{{Value: all, Label: "all " + strconv.Itoa(u.survey.records) + " rows"},
			{Value: "shown", Label: "only the " + strconv.Itoa(shown) + " that are shown"}}}
}

// recountHidden puts the counts into the question about hidden rows once it is known
// which rows are left out by other rules.
func (u *understanding) recountHidden() {
	at := slices.IndexFunc(u.layout.Questions, func(q grid.Question) bool { return q.ID == askHidden })
	switch {
	case at < 0:
	case u.survey.hidden == 0:
		u.layout.Questions = slices.Delete(u.layout.Questions, at, at+1)
	default:
		u.layout.Questions[at] = u.hiddenQuestion()
	}
}
