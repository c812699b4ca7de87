package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/grid"
)

// element adds a column to the list of objects that its field lies in: one object
// where any of its columns is filled in, or one for each e-mail address of a cell.
func (p *proposer) element(i int) {
	t, name := p.match[i].target, p.cols[i].Name
	at := slices.IndexFunc(p.ruled, func(r rule) bool { return r.path == t.list })
	ofRecord := func(name string) string { return "record" + member(name) }
	value := ofRecord(name)
	if len(p.match[i].with) > 0 {
		value, _ = p.gathered(i, ofRecord)
	}
	source := expr(value)
	if at < 0 {
		at = len(p.ruled)
		names := p.elementColumns(t.list)
		list := fmt.Sprintf(`filter([joined("", %s)], # != "")`, strings.Join(names, ", "))
		switch {
		case t.idea("email"):
			list = fmt.Sprintf(`parts(replace(replace(%s, ";", ","), "\n", ","), ",")`, ref(name))
			source, value = "expr: item", "item"
		case len(names) == 1:
			list = fmt.Sprintf(`filter([%s], trim(#) != "")`, ref(name))
			source, value = "expr: item", "item"
		}
		p.ruled = append(p.ruled, rule{path: t.list, each: list})
	}
	inner := p.one(i, t, source, value)
	inner.path = t.inner
	p.ruled[at].inner = append(p.ruled[at].inner, inner)
}

// elementColumns are the columns of a list of objects, as expressions.
func (p *proposer) elementColumns(list string) []string {
	var names []string
	for i, m := range p.match {
		if m.target == nil || m.target.list != list {
			continue
		}
		if m.into > 0 {
			if how, _ := p.answer("gather." + p.cols[m.into-1].Name); how == Out {
				continue // it is left out as soon as its turn comes
			}
		}
		names = append(names, ref(p.cols[i].Name))
	}
	return names
}

// member writes a column of the record in an expression.
func member(name string) string {
	if r := ref(name); r == name {
		return "." + name
	}
	return "[" + quoted(name) + "]"
}

// elementNeeds gives the objects of lists the fields that each of them needs and
// no column gives: as in the record itself, else the same for all.
func (p *proposer) elementNeeds() {
	for at := range p.ruled {
		list := &p.ruled[at]
		if list.each == "" {
			continue
		}
		for _, t := range p.all {
			if t.list != list.path || !t.field.Required || slices.ContainsFunc(list.inner, func(r rule) bool { return r.path == t.inner }) {
				continue
			}
			if r, ok := p.elementNeed(t); ok {
				list.inner = append(list.inner, r)
			}
		}
	}
}

func (p *proposer) elementNeed(t *target) (rule, bool) {
	id := "need." + t.path
	if text, ok := p.answer(id); ok && text != "" && p.fits(t, text) {
		return rule{path: t.inner, source: "value: " + scalar(text), fixed: true, note: "the same for every row"}, true
	}
	if r, ok := p.asInRecord(t); ok {
		return r, true
	}
	p.out.Missing = append(p.out.Missing, t.path)
	q := grid.Question{ID: id, Why: fmt.Sprintf("%s refuses each of %s without it, and no column gives it", p.spec.Title, t.list)}
	p.needChoices(&q, t)
	q.Text = needText(fmt.Sprintf("%s (%s)", t.label, t.path), t, p.offerColumns(&q, []*target{t}), true)
	p.ask(q)
	return rule{}, false
}

// onlyParts doubts columns that would go into the objects of a list which lack
// something that no column gives: a kind of issue is no comment without its text.
func (p *proposer) onlyParts() {
	for i := range p.match {
		m := &p.match[i]
		if m.target == nil || m.given || m.target.list == "" {
			continue
		}
		lacks := slices.IndexFunc(p.all, func(t *target) bool {
			return t.list == m.target.list && t.field.Required && !p.says(t.inner) &&
				!slices.ContainsFunc(p.match, func(o matched) bool { return o.target == t })
		})
		if lacks >= 0 {
			m.asked = true
			m.why += "; " + p.all[lacks].label + " is needed there too, and no column gives it"
		}
	}
}

// says tells whether a column gives the record itself a field, as text.
func (p *proposer) says(path string) bool {
	return slices.ContainsFunc(p.match, func(m matched) bool {
		return m.target != nil && m.target.path == path && m.target.field.Kind == record.String
	})
}

// asInRecord takes what the record itself has in the field of that name: a comment
// written with a ticket has the ticket's subject.
func (p *proposer) asInRecord(t *target) (rule, bool) {
	own := p.first(t.inner)
	at := slices.IndexFunc(p.ruled, func(r rule) bool { return r.path == t.inner })
	if own == nil || at < 0 || t.field.Kind != own.field.Kind || t.field.Kind != record.String {
		return rule{}, false
	}
	r := p.ruled[at]
	if i := slices.IndexFunc(p.match, func(m matched) bool { return m.target == own && m.into == 0 }); i >= 0 && r.source == from(p.cols[i].Name) {
		r.source = expr("record" + member(p.cols[i].Name))
	} else if !r.fixed {
		return rule{}, false
	}
	r.keys = slices.DeleteFunc(slices.Clone(r.keys), func(key string) bool { return strings.HasPrefix(key, "clear:") })
	if r.note == "" {
		r.note = "as in the record itself"
	}
	return r, true
}
