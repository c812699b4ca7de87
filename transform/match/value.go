package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

// options are the values that a target takes; none where it takes any.
func (p *proposer) options(t *target) (values []string, byAction bool) {
	f := t.field
	switch {
	case t.custom != nil:
		return t.custom.Options, false
	case len(f.Enum) > 0:
		values = f.Enum
	case f.Known != nil && p.in.Lists != nil:
		values, _ = p.in.Lists(f.Known.Stream, f.Known.Field)
	}
	if t.list == "" && t.by == "" {
		if ends := p.ends(t.path); len(ends) > 0 && (t.actions || len(values) > 0) {
			return ends, true
		}
	}
	return values, false
}

// ends are the values of a status that actions bring about, or start from.
func (p *proposer) ends(path string) []string {
	var out []string
	for _, a := range p.stream.Writes.Actions {
		if a.Field != path || a.Off != "" {
			continue
		}
		for _, v := range append([]string{a.To}, a.From...) {
			if v != "" && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// valued makes the value map of a field that takes certain values alone; false
// where it takes any, or the texts are the values already.
func (p *proposer) valued(i int, t *target, r *rule) bool {
	options, byAction := p.options(t)
	if t.field.Kind == record.Boolean {
		if byAction { // only what an action brings about can be said; the rest stays as it is
			r.keys, r.values = []string{"as: boolean", "by: actions"}, switches(options)
		}
		return byAction
	}
	if len(options) == 0 || t.field.Kind == record.List {
		return false
	}
	alike := true
	for _, k := range append([]int{i}, p.match[i].with...) {
		alike = p.valuesOf(k, i, t, options, r) && alike
	}
	if alike && !byAction {
		r.values = nil
		r.keys = []string{"as: text", "lines: join"}
		return t.field.Kind == record.String
	}
	for _, o := range options {
		if !slices.ContainsFunc(r.values, func(e entry) bool { return e.from == o }) {
			r.values = append(r.values, entry{o, &o})
		}
	}
	r.keys = []string{"else: reject"}
	if byAction {
		r.keys = append(r.keys, "by: actions")
	}
	return true
}

// valuesOf adds what the texts of the k-th column mean to the map of the i-th,
// whose field it fills; alike tells whether all are values of the field already.
func (p *proposer) valuesOf(k, i int, t *target, options []string, r *rule) (alike bool) {
	s, m := p.cols[k], &p.match[i]
	if m.values == nil {
		m.values = map[string]string{}
	}
	if s.profile.Distinct < 0 || s.profile.Distinct > len(s.profile.Values) {
		p.tell(grid.Fact{Code: "values-many", Column: s.Name, Warn: true,
			Text: fmt.Sprintf("%s holds more values than are looked at here; %s takes %d: rows with others are held", s.Name, t.label, len(options))})
	}
	alike = true
	for _, v := range s.profile.Values {
		text := strings.TrimSpace(v.Text)
		if _, known := m.values[text]; known || text == "" || text == column.ClearText {
			continue
		}
		to, is := p.valueOf(s, t, v, options)
		alike = alike && is == same
		switch {
		case is == unlike:
		case to == Out:
			m.values[text] = ""
			r.values = append(r.values, entry{from: text})
		default:
			m.values[text] = to
			if is != same {
				r.values = append(r.values, entry{text, &to})
			}
		}
	}
	return alike
}

// switches maps yes and no to the values that actions bring about.
func switches(ends []string) []entry {
	var out []entry
	for _, text := range []string{"true", "false"} {
		if slices.Contains(ends, text) {
			out = append(out, entry{text, &text})
		} else {
			out = append(out, entry{from: text})
		}
	}
	return out
}

// valueOf finds what one text of a column means, and asks where that is not sure.
func (p *proposer) valueOf(s *source, t *target, v valueCount, options []string) (string, likeness) {
	text := strings.TrimSpace(v.Text)
	to, is := near(text, options)
	if is == unlike && t.idea("country") {
		to, is = sameCountry(text, options)
	}
	if is == same || is == folded {
		return to, is
	}
	id := "value." + s.Name + "." + text
	given, answered := p.answer(id)
	switch {
	case answered && slices.Contains(options, given):
		return given, translated
	case answered && given == Out:
		return Out, translated
	case answered && given == Hold:
		return "", unlike
	}
	q := grid.Question{ID: id, Column: s.Name, Value: text, Count: v.Count, Cells: p.cells(s, v.Rows), Default: Hold,
		Text: fmt.Sprintf("Which value of %s is this one of the column %s?", t.label, s.Name)}
	switch is {
	case translated:
		q.Why, q.Default = "it is a word for it in another language", to
	case misspelt:
		q.Why = "it is nearly spelt like the first choice"
	default:
		q.Why = p.spec.Title + " does not know it"
	}
	if to != "" {
		q.Choices = append(q.Choices, grid.Choice{Value: to, Label: to})
	}
	for _, o := range options[:min(len(options), 200)] {
		if o != to {
			q.Choices = append(q.Choices, grid.Choice{Value: o, Label: o})
		}
	}
	q.Choices = append(q.Choices, grid.Choice{Value: Out, Label: "leave it blank"}, grid.Choice{Value: Hold, Label: "hold the rows that have it"})
	p.ask(q)
	if is == translated {
		return to, translated
	}
	return "", unlike
}

// sameCountry finds the option that is the same country, however written.
func sameCountry(text string, options []string) (string, likeness) {
	code, ok := countryAs(text, "alpha2", "")
	if !ok {
		return "", unlike
	}
	found, n := only(options, func(o string) bool { c, ok := countryAs(o, "alpha2", ""); return ok && c == code })
	if n != 1 {
		return "", unlike
	}
	return found, translated
}
