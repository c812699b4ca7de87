package intake

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/sheet"
	"ferry/extract/sheet/grid"
	"ferry/extract/strictyaml"
)

// AnswerError says that an answer that was given is none.
type AnswerError struct {
	ID  string
	Why string
	Do  string // what there is
}

// Error names the answer.
func (e *AnswerError) Error() string { return e.Why }

// plainIDs are the questions about a whole file; columnIDs those about a column,
// whose name follows a dot.
var (
	plainIDs = []string{"sheet", "sheets", "table", "header", "first", "last", "hidden", "turned", keyID, "short", "surplus", "encoding", "delimiter", "quote",
		"blank", "repair", "region", "zone", "found-by", "columns", "unstamped"}
	columnIDs = []string{"fill", "take", "match", "value", "name", "address", "country", "gather", "clear", "clear-word", "renamed", "dates", "swapped", "century",
		"decimal", "percent", "unticked", "blank", "pad", "repair", "split"}
	otherIDs = []string{"skip", "need"}
	// skipRules are what rows may be left out for.
	skipRules = []string{sheet.RuleTotal, sheet.RuleUnits, sheet.RuleSample, sheet.RuleFooter, sheet.RuleLoaded}
)

// wrongAnswer finds an answer of the command line that answers nothing; nil there
// is none. open are the questions that are left: until it is known how a file is
// read, its columns are not. Values are judged at the end alone: what a question
// takes may rest on the answers to others.
func (i *Import) wrongAnswer(open []question, end bool) *AnswerError {
	read := !slices.ContainsFunc(open, func(q question) bool { return q.file && q.Default == "" && q.ID != keyID })
	for _, id := range slices.Sorted(maps.Keys(i.given)) {
		if e := i.wrong(id, i.given[id], read, end); e != nil {
			return e
		}
	}
	return nil
}

func (i *Import) wrong(id, value string, read, end bool) *AnswerError {
	l := i.Layouts[0]
	what, column, of := strings.Cut(id, ".")
	switch {
	case id == "sheet":
		names := sheetNames(l)
		if len(names) == 0 {
			return &AnswerError{id, filepath.Base(i.Paths[0]) + " is a text file and has no sheets", "leave the sheet out"}
		}
		if !slices.Contains(names, value) {
			return &AnswerError{id, fmt.Sprintf("there is no sheet %q in %s", value, filepath.Base(i.Paths[0])), among("the sheets are", value, names)}
		}
	case id == "header":
		if !headerIs(&l.Recipe, value) {
			return &AnswerError{id, fmt.Sprintf("header %s: that is no row with headers of %s", value, filepath.Base(i.Paths[0])), "give the number of a row in which the names of the columns stand, or none"}
		}
	case id == keyID && read && value != noKey:
		if missing := i.noColumns(value); missing != "" {
			return &AnswerError{id, fmt.Sprintf("key %s: there is no column %q in %s", value, missing, filepath.Base(i.Paths[0])), among("the columns are", missing, headersOf(l))}
		}
	case id == "first" || id == "last":
		if n, err := strconv.Atoi(value); err != nil || n < 1 {
			return &AnswerError{id, fmt.Sprintf("%q is no answer to %s", value, id), "give the number of a row"}
		}
	case what == "skip" && of && !slices.Contains(skipRules, column):
		return &AnswerError{id, fmt.Sprintf("no question has the ID %q", id), among("what can be left out:", column, skipRules)}
	case what == "need" && of && i.noField(column):
		return &AnswerError{id, fmt.Sprintf("answer %q: %s.%s has no field %q", id, i.cfg.Target.Vendor, i.cfg.Stream, column), i.fieldLike(column)}
	case of && slices.Contains(otherIDs, what), !of && slices.Contains(plainIDs, id):
	case !of || !slices.Contains(columnIDs, what):
		return &AnswerError{id, fmt.Sprintf("no question has the ID %q", id), among("there are", id, i.askedIDs())}
	case read && !i.isColumn(what, column):
		return &AnswerError{id, fmt.Sprintf("answer %q: there is no column %q", id, column), among("the columns are", column, headersOf(l))}
	}
	if i.Proposal != nil && slices.Contains(i.Proposal.Unknown, id) {
		return &AnswerError{id, fmt.Sprintf("answer %q: %s.%s has no field %q", id, i.cfg.Target.Vendor, i.cfg.Stream, value), i.fieldLike(value)}
	}
	for _, q := range i.questions() {
		if end && q.ID == id && q.Default != "" { // one without a default is listed with its choices
			return &AnswerError{id, fmt.Sprintf("%q is no answer to %s", value, id), "write " + choicesOf(&q)}
		}
	}
	return nil
}

// noColumns gives the first name of a list that no column has; "" all are there.
func (i *Import) noColumns(list string) string {
	if i.isColumn(keyID, list) {
		return ""
	}
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); !i.isColumn(keyID, name) {
			return name
		}
	}
	return ""
}

// fieldNames are the fields of the target's stream; nil where the mapping is given.
func (i *Import) fieldNames() []string {
	if i.Proposal == nil || i.cfg.Target == nil {
		return nil
	}
	s, err := i.cfg.Target.Stream(i.cfg.Stream)
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	return names
}

// fieldLike leads to the field that is meant.
func (i *Import) fieldLike(text string) string {
	all := "the fields are listed by `ferry describe " + i.cfg.Target.Vendor + "." + i.cfg.Stream + "`"
	if near := strictyaml.Nearest(text, i.fieldNames()); near != "" {
		return fmt.Sprintf("did you mean %q? ", near) + all
	}
	return all
}

// noField tells whether a path begins with no field of the target's stream.
func (i *Import) noField(path string) bool {
	names := i.fieldNames()
	end := strings.IndexAny(path, ".[:")
	if end < 0 {
		end = len(path)
	}
	return len(names) > 0 && !slices.Contains(names, path) && !slices.Contains(names, path[:end])
}

// Idle gives the answers of the command line that nothing asks of these files, and
// that were not kept before: they are not kept now.
func (i *Import) Idle() []string {
	heard := map[string]bool{}
	for _, l := range i.Layouts {
		for _, id := range l.Heard {
			heard[id] = true
		}
	}
	if i.Proposal != nil {
		for _, id := range i.Proposal.Heard {
			heard[id] = true
		}
	}
	var out []string
	for id := range i.given {
		_, kept := i.kept[id]
		what, _, _ := strings.Cut(id, ".")
		if !kept && !heard[id] && !slices.Contains(elsewhere, what) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// elsewhere are the questions whose answers are not looked for in a layout or a
// proposal: how a text file is written, which columns were renamed.
var elsewhere = []string{"encoding", "delimiter", "quote", "renamed", "sheet", "header", keyID}

// questions are those that are open, whoever asks them.
func (i *Import) questions() []grid.Question {
	var all []grid.Question
	for _, l := range i.Layouts {
		all = append(all, l.Questions...)
	}
	if i.Proposal != nil {
		all = append(all, i.Proposal.Questions...)
	}
	return all
}

func (i *Import) askedIDs() []string {
	var ids []string
	for _, q := range i.questions() {
		ids = append(ids, q.ID)
	}
	return ids
}

// isColumn tells whether an ID ends in a column of the file; that of a value goes
// on with the text.
func (i *Import) isColumn(what, rest string) bool {
	for n := range i.Layouts[0].Recipe.Columns {
		c := &i.Layouts[0].Recipe.Columns[n]
		for _, name := range []string{c.Name, c.Header} {
			if rest == name || what == "value" && strings.HasPrefix(rest, name+".") {
				return true
			}
		}
	}
	return false
}

func sheetNames(l *sheet.Layout) []string {
	var names []string
	for n := range l.Sheets {
		if name := l.Sheets[n].Name; name != "" && name != sheet.MarkSheet {
			names = append(names, name)
		}
	}
	return names
}

func headerIs(r *sheet.Recipe, value string) bool {
	if value == "none" {
		return len(r.Header) == 0
	}
	var rows []int
	for part := range strings.SplitSeq(value, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil {
			return false
		}
		rows = append(rows, n)
	}
	return slices.Equal(rows, r.Header)
}

// among names what there is, and what comes nearest.
func among(what, text string, all []string) string {
	const most = 12
	if near := strictyaml.Suggest(text, all); near != "" && len(all) > most {
		return near
	}
	if len(all) == 0 {
		return "there is none to choose"
	}
	return what + " " + strings.Join(all[:min(len(all), most)], ", ")
}

func choicesOf(q *grid.Question) string {
	var all []string
	for _, c := range q.Choices {
		all = append(all, c.Written())
	}
	if q.Free && q.Form != "" {
		all = append(all, q.Form)
	}
	return strings.Join(all, ", ")
}
