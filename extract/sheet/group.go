package sheet

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// alikeColumns is from how many columns on what is the same of each is said once.
const alikeColumns = 3

// groupFacts says what is told of several columns in one sentence: that of the
// first, with the names of the others.
func groupFacts(facts []grid.Fact) []grid.Fact {
	of := map[string][]int{}
	for i := range facts {
		if facts[i].Column != "" {
			of[sameFact(&facts[i])] = append(of[sameFact(&facts[i])], i)
		}
	}
	var out []grid.Fact
	for i, f := range facts {
		places := of[sameFact(&facts[i])]
		switch {
		case f.Column == "" || len(places) < alikeColumns:
			out = append(out, f)
		case places[0] == i:
			out = append(out, groupOf(facts, places))
		}
	}
	return out
}

// sameFact is equal for facts that say the same: the code, and how the cells are
// read, which stands behind the last colon.
func sameFact(f *grid.Fact) string {
	key := f.Code + "\x00" + f.Sheet
	if at := strings.LastIndex(f.Text, ": "); at >= 0 {
		key += f.Text[at:]
	}
	return key
}

func groupOf(facts []grid.Fact, places []int) grid.Fact {
	f := facts[places[0]]
	f.Cells, f.Count = nil, 0
	var names []string
	for n, i := range places {
		f.Count += facts[i].Count
		f.Cells = append(f.Cells, facts[i].Cells...)
		if n > 0 {
			names = append(names, facts[i].Column)
		}
	}
	f.Cells = f.Cells[:min(len(f.Cells), mostCells)]
	f.Text = f.Column + ": " + f.Text + " The same holds for cells of " + plural(len(names), "more column", "more columns") + ": " + someOf(names) + "."
	f.Column = ""
	return f
}

// someOf names three and counts the others.
func someOf(names []string) string {
	const most = 3
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += " and " + strconv.Itoa(more) + " more"
	}
	return text
}

// groupQuestions asks once what would be asked of several columns in the same
// words, where something is taken without an answer. The ID is that without a
// column, and its answer holds for each column that has none of its own.
func groupQuestions(questions []grid.Question) []grid.Question {
	of := map[string][]int{}
	key := func(q *grid.Question) string {
		id, _, _ := strings.Cut(q.ID, ".")
		if q.Column == "" || q.Default == "" || column.OfType(id) || !onceForAll[id] {
			return ""
		}
		return id
	}
	for i := range questions {
		if k := key(&questions[i]); k != "" {
			of[k] = append(of[k], i)
		}
	}
	var out []grid.Question
	for i, q := range questions {
		id := key(&questions[i])
		switch places := of[id]; {
		case id == "" || len(places) < 2:
			out = append(out, q)
		case places[0] == i:
			out = append(out, questionOf(questions, places, id))
		}
	}
	return out
}

// onceForAll are the questions of columns that one answer can settle for all.
var onceForAll = map[string]bool{"blank": true, "repair": true}

func questionOf(questions []grid.Question, places []int, id string) grid.Question {
	q := questions[places[0]]
	q.ID, q.Column, q.Cells = id, "", nil
	var names []string
	for _, i := range places {
		names = append(names, questions[i].Column)
		q.Cells = append(q.Cells, questions[i].Cells...)
	}
	q.Cells = q.Cells[:min(len(q.Cells), mostCells)]
	q.Text = strings.Replace(q.Text, " of the column?", " of these columns?", 1)
	q.Why = "It is so in " + strconv.Itoa(len(names)) + " columns: " + someOf(names) + ". To answer for one of them, write " + id + ", a dot and its name."
	q.Choices = slices.Clone(q.Choices)
	return q
}

// profile gives the profile of a column by the answers that are its own, and by
// those for all columns where it has none and could be taken without.
func (u *understanding) profile(i int, name string) column.Profile {
	own := func(id string) (string, bool) {
		return u.given(id + "." + name)
	}
	p := u.survey.profilers[i].Profile(own)
	shared := map[string]string{}
	for _, q := range p.Questions {
		if text, ok := u.given(q.ID); ok && onceForAll[q.ID] && q.Default != "" {
			shared[q.ID] = text
		}
	}
	if len(shared) == 0 {
		return p
	}
	return u.survey.profilers[i].Profile(func(id string) (string, bool) {
		if text, ok := own(id); ok {
			return text, ok
		}
		text, ok := shared[id]
		return text, ok
	})
}

// dropFacts takes out what was told under a code.
func (u *understanding) dropFacts(code string) {
	u.layout.Facts = slices.DeleteFunc(u.layout.Facts, func(f grid.Fact) bool { return f.Code == code })
}

// asLines says of text files that whole rows are lines.
func (u *understanding) asLines() {
	if u.layout.Recipe.Text == nil || u.layout.Recipe.Turned {
		return
	}
	mark := func(cells []grid.Ref) {
		for i := range cells {
			cells[i].Line = cells[i].Column == 0
		}
	}
	for i := range u.layout.Facts {
		mark(u.layout.Facts[i].Cells)
	}
	for i := range u.layout.Questions {
		mark(u.layout.Questions[i].Cells)
	}
}

// capital gives a word with a capital at its front.
func capital(word string) string {
	r, size := utf8.DecodeRuneInString(word)
	return string(unicode.ToUpper(r)) + word[size:]
}
