package match

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/record"
	"ferry/extract/sheet/column"
)

// rule is one field of the mapping that is written.
type rule struct {
	path   string
	source string   // "from: X" or "expr: '...'"; "" the whole rule stands in bare
	keys   []string // further keys: "as: text"
	values []entry  // of a value map
	bare   string   // an expression that is the whole rule
	each   string   // of a list of objects: the expression of the list
	inner  []rule
	note   string // comment behind it
	fixed  bool   // a constant
	idea   []string
}

// entry is one line of a value map; a to of nil leaves the field blank.
type entry struct {
	from string
	to   *string
}

// refers tells whether the rule finds a record that the field names.
func (r *rule) refers() bool { return strings.HasPrefix(r.bare, "find(") }

// ref writes a column in an expression.
func ref(name string) string {
	plain := name != "" && name[0] >= 'A' && name[0] <= 'Z'
	for _, r := range name {
		plain = plain && (r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}
	if plain {
		return name
	}
	return "$env[" + quoted(name) + "]"
}

// quoted writes a text of an expression.
func quoted(text string) string { return strconv.Quote(text) }

func from(name string) string { return "from: " + scalar(name) }

func expr(text string) string { return "expr: " + single(text) }

// rules makes the rules of all columns that have a field.
func (p *proposer) rules() {
	finds := map[string]bool{}
	for i := range p.match {
		m := &p.match[i]
		if m.target == nil || m.into > 0 {
			continue
		}
		t := m.target
		switch {
		case t.by != "":
			if !finds[t.path] {
				finds[t.path] = true
				p.ruled = append(p.ruled, p.lookup(t.path))
			}
		case t.person[0] != "":
			p.ruled = append(p.ruled, p.name(i)...)
		case t.list != "":
			p.element(i)
		default:
			p.ruled = append(p.ruled, p.plain(i)...)
		}
	}
}

// plain makes the rules of a column that gives one field, or the parts of one.
func (p *proposer) plain(i int) []rule {
	if rules, split := p.address(i); split {
		return rules
	}
	m := &p.match[i]
	if m.day > 0 {
		return []rule{p.dayAndTime(i)}
	}
	source, value := from(p.cols[i].Name), ref(p.cols[i].Name)
	if len(m.with) > 0 {
		gathered, alone := p.gathered(i, ref)
		if value = gathered; !alone {
			source = expr(value)
		}
	}
	r := p.one(i, m.target, source, value)
	r.path = m.target.path
	if p.cols[i].clears() && strings.HasPrefix(r.source, "from:") {
		r.keys = append(r.keys, "clear: "+scalar(column.ClearText))
	}
	if more := p.extension(i, &r); more != nil {
		return []rule{r, *more}
	}
	return []rule{r}
}

// one makes the rule of one field from a source, which is also given as an
// expression.
func (p *proposer) one(i int, t *target, source, value string) rule {
	r := rule{source: source, idea: ideas(t)}
	if p.valued(i, t, &r) {
		return r
	}
	s := p.cols[i]
	switch t.field.Kind {
	case record.Integer:
		p.whole(s, t, &r, value)
	case record.Number, record.Decimal:
		r.keys = []string{"as: " + t.field.Kind.String(), `decimal: "."`}
	case record.Boolean:
		r.keys = []string{"as: boolean"}
	case record.Date:
		r.keys = []string{"as: date", "layout: iso"}
	case record.DateTime:
		p.moment(s, t, &r, value)
	case record.List:
		r.source, r.bare = "", fmt.Sprintf(`parts(replace(replace(%s, ";", ","), "\n", ","), ",")`, value)
	default:
		p.text(i, t, &r, value)
	}
	return r
}

// whole makes a whole number: money in cents and durations in minutes too.
func (p *proposer) whole(s *source, t *target, r *rule, value string) {
	switch {
	case t.idea("amount_cents") && !slices.ContainsFunc(s.senses, func(c sense) bool { return c.idea == "amount_cents" }):
		r.source, r.bare = "", fmt.Sprintf(`int(round(number(%s, ".") * 100))`, value)
		r.note = "in cents"
	case t.idea("duration"):
		r.keys = []string{"as: minutes", "round: up"}
	default:
		r.keys = []string{"as: integer", `decimal: "."`}
	}
}

// reading is what a column must be read as for its target, so that the rule gets
// the one form that it is written for.
func reading(s *source, t *target) column.As {
	typed := s.profile.Typed.As
	switch kind := t.field.Kind; {
	case t.by != "" || t.custom != nil || t.person[0] != "":
	case kind == record.Boolean:
		return column.Boolean
	case kind == record.Integer && t.idea("duration") && !t.idea("amount_cents"):
		if typed == column.Number || typed == column.Duration || typed == column.Time {
			return typed
		}
	case kind == record.Integer && len(t.field.Enum) > 0:
	case kind == record.Integer, kind == record.Number, kind == record.Decimal:
		return column.Number
	case kind == record.Date || kind == record.DateTime:
		if typed == column.Date || typed == column.DateTime {
			return typed
		}
		return map[record.Kind]column.As{record.Date: column.Date, record.DateTime: column.DateTime}[kind]
	}
	return column.Text
}

// text makes a text as its field wants it.
func (p *proposer) text(i int, t *target, r *rule, value string) {
	s := p.cols[i]
	switch {
	case t.idea("email"):
		r.keys = []string{"as: email"}
	case t.idea("phone", "mobile", "number", "fax") && slices.Contains(t.field.Folds, record.FoldDigits):
		p.phone(i, t, r)
	case t.idea("country") && t.custom == nil:
		p.country(i, r, value)
	case t.idea("notes", "description"):
		if p.html(s) {
			r.keys = []string{"as: html"}
			return
		}
		r.keys = []string{"as: text"}
	default:
		r.keys = []string{"as: text", "lines: join"}
	}
}

// clears tells whether cells of the column say that the field is to be emptied.
func (s *source) clears() bool {
	return len(s.Reading.Clear)+len(s.profile.Proposed.Clear)+len(s.profile.Typed.Clear) > 0 ||
		slices.ContainsFunc(s.profile.Values, func(v valueCount) bool { return v.Text == column.ClearText })
}

func ideas(t *target) []string {
	var out []string
	for _, s := range t.senses {
		out = append(out, s.idea)
	}
	return out
}

// lookup makes the rule that finds the record which one or more columns name.
func (p *proposer) lookup(path string) rule {
	var by []string
	r := rule{path: path}
	for i, m := range p.match {
		if m.target == nil || m.target.path != path || m.target.by == "" || m.into > 0 {
			continue
		}
		value := ref(p.cols[i].Name)
		if m.target.byField.Kind == record.Integer {
			value = "integer(" + value + ")"
		} else {
			value = "trim(" + value + ")"
		}
		by = append(by, key(m.target.by)+": "+value)
		r.bare = fmt.Sprintf("find(%s, {%s})", quoted(m.target.field.Refers.Stream), strings.Join(by, ", "))
	}
	return r
}

// key writes a key of a map in an expression.
func key(name string) string {
	if strings.ContainsAny(name, ".- ") {
		return quoted(name)
	}
	return name
}
