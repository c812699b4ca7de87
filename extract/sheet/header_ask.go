package sheet

import (
	"strconv"
	"strings"

	"ferry/extract/sheet/grid"
)

// shapeHeader takes the header that a person named, our own mark names, or that
// was found.
func (u *understanding) shapeHeader() {
	r := &u.layout.Recipe
	if m := u.layout.Mark; m != nil && m.Header > 0 && u.markedSheet() == r.Sheet && u.decided(askHeader) == "" && !r.Turned {
		if at := rowAt(u.rows, m.Header); at >= 0 {
			u.heading.rows, u.heading.sure = []int{at}, true
			return
		}
	}
	q := grid.Question{ID: askHeader, Text: "Which " + rowWord(r, 1) + " holds the headers?", Choices: u.headerChoices(), Default: none, Free: true, Form: "the number of the " + rowWord(r, 1) + ", or none"}
	switch {
	case len(u.heading.rows) == 0:
		q.Why = u.heading.why
		if u.heading.doubt {
			q.Default = ""
		}
	case u.heading.sure:
		q.Why = "The row fills the width with names, above columns of another kind."
		q.Default = u.headerNumbers()
	case u.heading.above:
		q.Why = "A row reads like a header, but rows above it fill the width too."
		q.Default = ""
	case !whole(u.rows[:u.heading.rows[len(u.heading.rows)-1]+1]):
		q.Why = "A row reads like a header, but it or a row above it is not whole: mend it in the file, or say that it is the header."
		q.Default = ""
	case u.heading.coded:
		q.Why = "A row reads like a header by codes or years, as X1 or 2021, above values of another kind. It may be a record as well."
		if q.Default = ""; u.heading.likely {
			q.Default = u.headerNumbers()
		}
	default:
		q.Why = "The first row holds words like the rows below: it may be the header, or the first record."
		q.Default = ""
	}
	if len(u.rows) == 1 && len(u.heading.rows) == 1 && whole(u.rows) {
		q.Default = u.headerNumbers()
	}
	answer, given := u.given(askHeader)
	if given && u.takeHeader(answer) {
		return
	}
	if !u.heading.sure || len(u.heading.rows) == 0 {
		u.layout.Questions = append(u.layout.Questions, q)
	}
}

// takeHeader takes "none", "3" or "3,4". ok is false where there are no such rows.
func (u *understanding) takeHeader(answer string) (ok bool) {
	var rows []int
	if answer != none {
		for part := range strings.SplitSeq(answer, ",") {
			number, err := strconv.Atoi(strings.TrimSpace(part))
			at := rowAt(u.rows, number)
			if err != nil || at < 0 {
				return false
			}
			rows = append(rows, at)
		}
	}
	u.heading.rows, u.heading.sure = rows, true
	from := 0
	if len(rows) > 0 {
		from = rows[len(rows)-1] + 1
	}
	u.heading.typed = typedColumns(u.rows, from)
	u.heading.extras = nil
	if len(rows) > 0 {
		u.heading.findExtras(u.rows)
	}
	return true
}

func (u *understanding) headerNumbers() string {
	var numbers []string
	for _, at := range u.heading.rows {
		numbers = append(numbers, strconv.Itoa(u.rows[at].Number))
	}
	return strings.Join(numbers, ",")
}

// headerChoices offers the row that was found, the first rows, and none.
func (u *understanding) headerChoices() []grid.Choice {
	r := &u.layout.Recipe
	var choices []grid.Choice
	if numbers := u.headerNumbers(); numbers != "" {
		choices = append(choices, grid.Choice{Value: numbers, Label: rowWord(r, len(u.heading.rows)) + " " + strings.ReplaceAll(numbers, ",", " and ")})
	}
	choices = append(choices, grid.Choice{Value: none, Label: "there is no header: the columns are called by their letters"})
	for i := range min(5, len(u.rows)) {
		number := strconv.Itoa(u.rows[i].Number)
		if number != choices[0].Value {
			choices = append(choices, grid.Choice{Value: number, Label: rowWord(r, 1) + " " + number})
		}
	}
	return choices
}
