package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"ferry/extract/record"
	"ferry/extract/sheet/grid"
)

// needs finds the required fields that no column gives, takes the constants that
// people gave for them, and asks for the others.
func (p *proposer) needs() {
	w := p.stream.Writes
	groups := slices.Clone(w.Required)
	for _, f := range w.Fields {
		if f.Required && !slices.ContainsFunc(groups, func(g []string) bool {
			return slices.ContainsFunc(g, func(path string) bool { return path == f.Name || strings.HasPrefix(path, f.Name+".") })
		}) {
			groups = append(groups, []string{f.Name})
		}
	}
	p.constants()
	for _, group := range groups {
		if !slices.ContainsFunc(group, p.given) {
			p.need(group)
		}
	}
	p.elementNeeds()
}

// given tells whether a rule writes a field, or one in it.
func (p *proposer) given(path string) bool {
	path, _, _ = strings.Cut(path, "[]")
	return slices.ContainsFunc(p.ruled, func(r rule) bool { return r.path == path || strings.HasPrefix(r.path, path+".") })
}

// constants makes rules of the answers need.FIELD, whether the field is required
// or not.
func (p *proposer) constants() {
	for _, t := range p.all {
		text, ok := p.answer("need." + t.path)
		if !ok || text == "" || p.given(t.path) || t.list != "" || t.person[0] != "" || t.actions || !p.fits(t, text) {
			continue
		}
		r := rule{path: t.path, bare: "", source: "value: " + scalar(text), fixed: true}
		if t.by != "" {
			value := quoted(text)
			if t.byField.Kind == record.Integer {
				value = text
			}
			r.source, r.bare = "", fmt.Sprintf("find(%s, {%s: %s})", quoted(t.field.Refers.Stream), key(t.by), value)
		}
		r.note = "the same for every row"
		p.ruled = append(p.ruled, r)
	}
}

// fits tells whether a text can stand in the field.
func (p *proposer) fits(t *target, text string) bool {
	if options, _ := p.options(t); len(options) > 0 && t.by == "" {
		return slices.Contains(options, text)
	}
	kind := t.field.Kind
	if t.by != "" {
		kind = t.byField.Kind
	}
	var err error
	switch kind {
	case record.Integer:
		_, err = strconv.ParseInt(text, 10, 64)
	case record.Number, record.Decimal:
		_, err = strconv.ParseFloat(text, 64)
	case record.Boolean:
		return text == "true" || text == "false"
	case record.Date:
		_, err = time.Parse(time.DateOnly, text)
	case record.DateTime:
		if _, err = time.Parse("2006-01-02T15:04:05", text); err != nil {
			_, err = time.Parse(time.DateOnly, text)
		}
	case record.List:
		return false
	}
	return err == nil
}

// need asks for a required field that no column gives.
func (p *proposer) need(group []string) {
	p.out.Missing = append(p.out.Missing, strings.Join(group, " or "))
	q := grid.Question{ID: "need." + group[0], Why: fmt.Sprintf("%s refuses a record without it, and no column gives it", p.spec.Title)}
	var labels []string
	var fields []*target
	for _, path := range group {
		for _, t := range p.all {
			if t.path != path && !strings.HasPrefix(t.path, path+"[]") && !strings.HasPrefix(t.path, path+".") {
				continue
			}
			fields = append(fields, t)
			if slices.Contains(labels, t.label) {
				continue
			}
			labels = append(labels, t.label)
			if p.offered(t) { // the question about the column comes first
				return
			}
			if t.path == group[0] && t.list == "" {
				q.Free = true
				p.needChoices(&q, t)
			}
		}
	}
	constant := q.Free || len(q.Choices) > 0
	q.Text = needText(strings.Join(labels, " or "), p.first(group[0]), p.offerColumns(&q, fields), constant)
	if _, ok := p.answer(q.ID); ok {
		q.Why += "; the answer given does not fit the field"
	}
	p.ask(q)
}

// needText asks for what a record needs: the column that gives it, where some may,
// and what it is for all rows, where one value can be said.
func needText(what string, t *target, columns, constant bool) string {
	ask := ""
	switch {
	case !constant && columns:
		ask = "Which column gives it?"
	case !constant:
		ask = "Add a column for it to the file."
	case t != nil && t.by != "":
		what, ask = t.label, fmt.Sprintf("Which one do all rows belong to (its %s)?", t.by)
	default:
		ask = "What is it for all rows?"
	}
	if constant && columns {
		ask = "Which column gives it, or " + strings.ToLower(ask[:1]) + ask[1:]
	}
	return what + " is needed. " + ask
}

func (p *proposer) first(path string) *target {
	if i := slices.IndexFunc(p.all, func(t *target) bool { return t.path == path }); i >= 0 {
		return p.all[i]
	}
	return nil
}

// offered tells whether an open question about a column offers the field.
func (p *proposer) offered(t *target) bool {
	return slices.ContainsFunc(p.out.Questions, func(q grid.Question) bool {
		return strings.HasPrefix(q.ID, "match.") && q.Default == "" &&
			slices.ContainsFunc(q.Choices, func(c grid.Choice) bool { return c.Value == t.id() })
	})
}

func (p *proposer) needChoices(q *grid.Question, t *target) {
	options, _ := p.options(t)
	if t.by != "" && p.in.Lists != nil {
		options, _ = p.in.Lists(t.field.Refers.Stream, t.by)
	}
	if t.field.Kind == record.Boolean {
		options = []string{"true", "false"}
	}
	q.Free = t.by != "" || len(options) == 0
	for _, o := range options[:min(len(options), 200)] {
		if len(q.Choices) < 200 && !slices.ContainsFunc(q.Choices, func(c grid.Choice) bool { return c.Value == o }) {
			q.Choices = append(q.Choices, grid.Choice{Value: o, Label: o})
		}
	}
}
