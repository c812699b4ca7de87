package sheet

import (
	"cmp"
	"fmt"
	"strings"

	"ferry/extract/sheet/grid"
)

// noKey is the answer that no column identifies a row.
var noKey = grid.Choice{Value: none, Label: "all that stands in it"}

// chooseKey takes the columns that people named as the key; names of columns that
// are not there are asked for again. Of a file that Ferry has answered, done rows
// are left out.
func (u *understanding) chooseKey() {
	r := &u.layout.Recipe
	if u.survey.stamps > 0 {
		r.Skip = append(r.Skip, Skip{Rule: RuleLoaded})
	}
	answer := u.decided(askKey)
	if answer == none {
		return
	}
	if answer == "" {
		if u.survey.stamps == 0 && u.survey.records > 1 {
			u.proposeKey()
		}
		return
	}
	key, missing := u.keyColumns(answer)
	if missing == "" {
		r.Key = key
		return
	}
	q := grid.Question{ID: askKey, Free: true, Form: formKey, Text: "Which column identifies a row?",
		Why: fmt.Sprintf("The column %q that did so is not in this file.", missing), Choices: []grid.Choice{noKey}}
	for i := range r.Columns {
		if !r.Columns[i].Ours {
			q.Choices = append(q.Choices, grid.Choice{Value: r.Columns[i].Name, Label: r.Columns[i].Name})
		}
	}
	u.layout.Questions = append(u.layout.Questions, q)
}

const formKey = "the header of a column, or several with commas between"

// proposeKey takes the first column for the key that may be one. Numbers of the
// lines are offered alone: they change with every row that comes in between.
func (u *understanding) proposeKey() {
	r := &u.layout.Recipe
	q := grid.Question{ID: askKey, Free: true, Form: formKey, Text: "By what is a row recognised in the next file?", Choices: []grid.Choice{noKey}, Default: none}
	for i := range r.Columns {
		c, p := &r.Columns[i], &u.layout.Profiles[i]
		if !p.Key || c.Take != "" || c.Fill || c.Ours || c.Place == 0 {
			continue
		}
		q.Choices = append(q.Choices, grid.Choice{Value: c.Name, Label: c.Name})
		if !p.Running && q.Default == none {
			q.Default = c.Name
			q.Why = "Its name says a number or a code, every row has one, and all differ."
		}
	}
	switch {
	case len(q.Choices) == 1:
		u.fact(grid.Fact{Code: "no-key-column", Text: "No column identifies a row: in the next file a row is recognised by all that stands in it, and one that was changed counts as new."})
		return
	case q.Default == none:
		q.Why = fmt.Sprintf("%s may only count the rows: then the numbers change with a row that comes in between.", q.Choices[1].Value)
	default:
		r.Key = []string{q.Default}
	}
	u.layout.Questions = append(u.layout.Questions, q)
}

// CalledNow, with the name of a column of the key behind it, is never asked: the
// answer is the header that the column has now, where it was renamed.
const CalledNow = "called."

// keyColumns reads names of columns, or their headers: one, or several with commas
// between.
func (u *understanding) keyColumns(answer string) (names []string, missing string) {
	r := &u.layout.Recipe
	called := func(text string) string {
		return cmp.Or(r.called(text), r.called(u.decided(CalledNow+text)))
	}
	if name := called(answer); name != "" {
		return []string{name}, ""
	}
	for part := range strings.SplitSeq(answer, ",") {
		name := called(strings.TrimSpace(part))
		if name == "" {
			return nil, strings.TrimSpace(part)
		}
		names = append(names, name)
	}
	return names, ""
}

// called gives the name of the column that is called so, or has that header; ""
// none is.
func (r *Recipe) called(text string) string {
	header := ""
	for i := range r.Columns {
		switch c := &r.Columns[i]; {
		case c.Name == text:
			return text
		case c.Header == text && text != "":
			header = cmp.Or(header, c.Name)
		}
	}
	return header
}
