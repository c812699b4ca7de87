package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/grid"
)

// gather puts columns that repeat, such as Phone 1 and Phone 2, into the field of
// the first of them where the others have none of their own.
func (p *proposer) gather() {
	groups := map[string][]int{}
	for i, s := range p.cols {
		if text, _ := stem(s.phrase); text != "" {
			groups[text] = append(groups[text], i)
		}
	}
	var stems []string
	for text, members := range groups {
		if len(members) > 1 {
			stems = append(stems, text)
		}
	}
	slices.Sort(stems)
	for _, text := range stems {
		p.gatherGroup(groups[text])
	}
}

// gathers tells whether several columns can give the field one value; within the
// objects of a list that is all of them, joined.
func (p *proposer) gathers(t *target) bool {
	return t.by == "" && t.person[0] == "" && (t.list == "" || p.joins(t))
}

// refuse leaves out a column whose field a person has given another one too, and says
// so: the field cannot be made of both.
func (p *proposer) refuse(i, first int, t *target) {
	s, has := p.cols[i], p.cols[first].Name
	p.match[i] = matched{out: true, given: true, rating: rating{1, "chosen before, but " + has + " gives it"}}
	p.tell(grid.Fact{Code: "given-twice", Column: s.Name, Warn: true, Text: fmt.Sprintf("%s is left out: %s is given by the column %s already", s.Name, t.label, has)})
}

func (p *proposer) gatherGroup(members []int) {
	first := -1
	for _, i := range members {
		if m := p.match[i]; first < 0 && m.target != nil && p.gathers(m.target) && m.into == 0 && m.score >= taken {
			first = i
		}
	}
	if first < 0 {
		return
	}
	for _, i := range members {
		m := &p.match[i]
		own := m.target != nil && (m.given || !m.asked && m.score >= taken)
		if i == first || own || m.out || m.into > 0 {
			continue
		}
		*m = matched{target: p.match[first].target, rating: rating{p.match[first].score, "repeats the column " + p.cols[first].Name}, into: first + 1}
		p.match[first].with = append(p.match[first].with, i)
		p.unask("match." + p.cols[i].Name)
	}
	if len(p.match[first].with) > 0 && p.match[first].asked {
		p.match[first].asked = false
		p.unask("match." + p.cols[first].Name)
	}
}

// gathered gives the expression of columns that repeat as one value, each written by
// ref; alone tells that it is the first of them and nothing else.
func (p *proposer) gathered(i int, ref func(name string) string) (value string, alone bool) {
	s, m := p.cols[i], &p.match[i]
	members := append([]int{i}, m.with...)
	parts, person := p.inOrder(members)
	if person && p.joins(m.target) && m.target.idea("name", "full_name") {
		names, values := p.written(parts, ref)
		p.tellWhole(names, m.target)
		return `joined(" ", ` + strings.Join(values, ", ") + ")", false
	}
	names, values := p.written(members, ref)
	list := strings.Join(values, ", ")
	var choices []grid.Choice
	if m.target.list == "" {
		choices = append(choices, grid.Choice{Value: "first", Label: "the first of them that is filled in"})
	}
	if p.joins(m.target) {
		choices = append(choices, grid.Choice{Value: "join", Label: "all of them, with commas between"})
	}
	choices = append(choices, grid.Choice{Value: Out, Label: "only " + s.Name})
	id, how := "gather."+s.Name, "first"
	if m.target.list != "" || p.joins(m.target) && m.target.idea("notes", "description", "address", "street", "street2", "tags") {
		how = "join"
	}
	if given, ok := p.answer(id); ok && slices.ContainsFunc(choices, func(c grid.Choice) bool { return c.Value == given }) {
		how = given
	} else {
		p.ask(grid.Question{ID: id, Column: s.Name, Text: fmt.Sprintf("%s has one field for the columns %s. What goes there?", p.spec.Title, strings.Join(names, ", ")),
			Why: "where several are filled in, one field holds one value", Choices: choices, Default: how})
		p.tell(grid.Fact{Code: "gathered", Column: s.Name, Count: len(names), Text: fmt.Sprintf("%s are gathered into %s", strings.Join(names, ", "), m.target.label), Warn: how == "first"})
	}
	switch how {
	case "first":
		return "coalesce(" + list + ")", false
	case "join":
		return `joined(", ", ` + list + ")", false
	}
	for _, k := range m.with {
		p.lose(p.cols[k], "only "+s.Name+" is loaded of those that repeat")
		p.match[k] = matched{out: true, rating: rating{1, "chosen before"}}
	}
	m.with = nil
	return ref(s.Name), true
}

// written gives the names of columns, and the columns as expressions.
func (p *proposer) written(columns []int, ref func(name string) string) (names, values []string) {
	for _, k := range columns {
		names, values = append(names, p.cols[k].Name), append(values, ref(p.cols[k].Name))
	}
	return names, values
}

// joins tells whether several values with commas between are a value of the field:
// two addresses are no e-mail address, and two numbers no number.
func (p *proposer) joins(t *target) bool {
	if options, _ := p.options(t); len(options) > 0 && t.field.Kind != record.List {
		return false
	}
	switch t.field.Kind {
	case record.List:
		return true
	case record.String:
		return !t.idea("email") && !slices.Contains(t.field.Folds, record.FoldDigits)
	}
	return false
}
