package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// proofs are the ideas that say with a name that two records are one, the best first.
var proofs = []string{"zip", "email", "phone", "mobile", "street", "address", "city"}

// keys proposes by which fields records that the target has already are found.
func (p *proposer) keys() {
	if p.stream.List == nil && p.stream.Get == nil && len(p.stream.Finds) == 0 {
		return
	}
	w := p.stream.Writes
	var groups [][]string
	add := func(group []string) {
		if len(group) == 0 || p.onlyReferences(group) || slices.ContainsFunc(groups, func(g []string) bool { return within(g, group) }) ||
			slices.ContainsFunc(group, func(path string) bool { return !p.finds(path) }) {
			return
		}
		groups = append(groups, group)
	}
	for _, g := range w.Unique {
		add(g)
	}
	if w.Upsert != nil {
		for _, by := range w.Upsert.By {
			add([]string{by})
		}
	}
	if w.Reference != "" {
		add([]string{w.Reference})
	}
	for _, r := range p.ruled {
		if slices.Contains(r.idea, "email") && !strings.Contains(r.path, ".") && slices.Contains(append(parties, "user"), p.judge.own) {
			add(p.among([]string{r.path}))
		}
	}
	for _, f := range p.stream.Finds {
		add(p.proven(f.By))
	}
	for _, r := range p.ruled {
		if p.has(r.path, "name", "company") && !strings.Contains(r.path, ".") && r.path != "subject" {
			if group := p.proven([]string{r.path}); len(group) > 1 || len(groups) == 0 {
				add(group)
			}
		}
	}
	p.askKeys(p.withoutPeople(groups))
}

// within tells whether all fields of a group stand in another, which then says
// nothing more.
func within(group, other []string) bool {
	return !slices.ContainsFunc(group, func(path string) bool { return !slices.Contains(other, path) })
}

// finds tells whether records can be found by a field: a rule gives it from a
// column, or names one record that all belong to, and the vendor gives it back.
func (p *proposer) finds(path string) bool {
	i := slices.IndexFunc(p.ruled, func(r rule) bool { return r.path == path && (!r.fixed || r.refers()) && r.each == "" })
	return i >= 0 && find(p.stream.Fields, path) != nil
}

// proven adds to a name the field that says with it that two records are one.
func (p *proposer) proven(group []string) []string {
	if slices.ContainsFunc(group, func(path string) bool { return !p.has(path, "name", "company", "last_name", "first_name") }) {
		return group
	}
	if of := p.among(group); len(of) > len(group) {
		return of
	}
	for _, idea := range proofs {
		for _, r := range p.ruled {
			if slices.Contains(r.idea, idea) && !slices.Contains(group, r.path) && p.finds(r.path) {
				return append(slices.Clone(group), r.path)
			}
		}
	}
	return group
}

// among puts before a group the record that each one here belongs to: a site is known
// by its name among those of its customer, and one person may be a contact of two.
func (p *proposer) among(group []string) []string {
	for _, r := range p.ruled {
		if r.refers() && p.identifies(&target{path: r.path}) && p.finds(r.path) && !slices.Contains(group, r.path) {
			return append([]string{r.path}, group...)
		}
	}
	return group
}

// onlyReferences tells whether a group says no more than to which record one belongs:
// all contacts of a company have that in common.
func (p *proposer) onlyReferences(group []string) bool {
	return !slices.ContainsFunc(group, func(path string) bool {
		return !slices.ContainsFunc(p.ruled, func(r rule) bool { return r.path == path && r.refers() })
	})
}

func (p *proposer) has(path string, ideas ...string) bool {
	return slices.ContainsFunc(p.ruled, func(r rule) bool {
		return r.path == path && slices.ContainsFunc(r.idea, func(i string) bool { return slices.Contains(ideas, i) })
	})
}

// askKeys takes the answer found-by, or the proposal.
func (p *proposer) askKeys(groups [][]string) {
	proposed := writeKeys(groups)
	given, ok := p.answer("found-by")
	if ok {
		if read, fit := p.readKeys(given); fit {
			p.found = read
			return
		}
	}
	p.found = groups
	if len(groups) == 0 {
		p.tell(grid.Fact{Code: "no-key", Warn: true, Text: fmt.Sprintf("no column tells which records %s has already: every row is created as a new one", p.spec.Title)})
		return
	}
	q := grid.Question{ID: "found-by", Text: fmt.Sprintf("By which fields are the records found that %s has already?", p.spec.Title), Free: true, Form: "- to create every row, or fields such as email; business_name+zip",
		Why: "tried in order; fields joined by + must all be equal", Default: proposed, Choices: []grid.Choice{{Value: proposed, Label: proposed}}}
	for _, g := range groups {
		if one := writeKeys([][]string{g}); one != proposed {
			q.Choices = append(q.Choices, grid.Choice{Value: one, Label: one})
		}
	}
	q.Choices = append(q.Choices, grid.Choice{Value: Out, Label: "create every row as a new record"})
	p.ask(q)
}

// writeKeys writes groups of fields as people answer them: email; name+zip.
func writeKeys(groups [][]string) string {
	texts := make([]string, len(groups))
	for i, g := range groups {
		texts[i] = strings.Join(g, "+")
	}
	return strings.Join(texts, "; ")
}

func (p *proposer) readKeys(text string) (groups [][]string, ok bool) {
	if text == Out {
		return nil, true
	}
	for part := range strings.SplitSeq(text, ";") {
		var group []string
		for path := range strings.SplitSeq(part, "+") {
			if path = strings.TrimSpace(path); !p.finds(path) {
				return nil, false
			}
			group = append(group, path)
		}
		if p.onlyReferences(group) {
			return nil, false
		}
		groups = append(groups, group)
	}
	return groups, true
}

// clears asks what a blank cell means where records that are there are updated.
func (p *proposer) clears() {
	w := p.stream.Writes
	if w.Update == nil && w.Upsert == nil || len(p.found) == 0 {
		return
	}
	for i, s := range p.cols {
		m := p.match[i]
		if m.target == nil || s.profile.Blank == 0 || m.into > 0 || m.day > 0 || m.target.by != "" || m.target.person[0] != "" || m.target.list != "" || p.identifies(m.target) {
			continue
		}
		k := slices.IndexFunc(p.ruled, func(r rule) bool { return r.path == m.target.path })
		if k < 0 || p.ruled[k].bare != "" {
			continue
		}
		switch given, _ := p.answer("clear." + s.Name); given {
		case "clear":
			p.ruled[k].keys = append(p.ruled[k].keys, "blank: clear")
		case "keep":
		default:
			p.ask(grid.Question{ID: "clear." + s.Name, Column: s.Name, Count: s.profile.Blank, Default: "keep",
				Text:    fmt.Sprintf("What does a blank cell of %s do to a record that is there?", s.Name),
				Why:     "a cell that says " + column.ClearText + " empties the field either way",
				Choices: []grid.Choice{{Value: "keep", Label: "nothing: the value there is kept"}, {Value: "clear", Label: "it empties the field"}}})
		}
	}
}
