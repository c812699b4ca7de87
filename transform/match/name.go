package match

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

type valueCount = column.ValueCount

// Patterns (RE2) of names that can be split in one way only, and of companies. A
// name that is neither is kept whole.
const (
	simpleName  = `^(?i:(mr|mrs|ms|miss|dr|prof|m|mme|mlle|herr|frau|sr|sra|sig|dott)\.? +)?([\pL][\pL'’.-]* +[\pL][\pL'’-]+|[\pL][\pL'’-]+, *[\pL][\pL'’.-]*)$`
	companyName = `(?i)(^|[ ,.])(ltd|limited|inc|llc|llp|corp|corporation|company|co|plc|gmbh|ag|kg|ohg|ug|mbh|e\.? ?v|sarl|s\.a\.r\.l|sas|s\.a\.s|sa|s\.a|eurl|sci|sl|s\.l|slu|srl|s\.r\.l|spa|s\.p\.a|snc|bv|nv|group|groupe|holding|services|hotel|school|university|association|club|restaurant|bank)\.?( |,|$)`
)

var (
	simple  = regexp.MustCompile(simpleName)
	company = regexp.MustCompile(companyName)
)

// name splits a person's whole name into the fields for its first and last part.
func (p *proposer) name(i int) []rule {
	s, t := p.cols[i], p.match[i].target
	value, id := ref(s.Name), "name."+s.Name
	firm := p.firmField()
	choices := []grid.Choice{
		{Value: "split", Label: "split those that can be split in one way, keep the others whole in " + p.labelOf(t.person[1])},
		{Value: "best", Label: "split all as well as can be"},
		{Value: "whole", Label: "keep all whole in " + p.labelOf(t.person[1])},
	}
	how, ok := p.answer(id)
	if !ok || !slices.ContainsFunc(choices, func(c grid.Choice) bool { return c.Value == how }) {
		how = "split"
		p.ask(grid.Question{ID: id, Column: s.Name, Text: fmt.Sprintf("How are the names of %s split into first and last name?", s.Name),
			Why: "some names have more than two words, and some may be of companies", Choices: choices, Default: how})
	}
	first, last := rule{path: t.person[0]}, rule{path: t.person[1]}
	switch how {
	case "best":
		first.source, first.keys = from(s.Name), []string{"as: name", "part: first"}
		last.source, last.keys = from(s.Name), []string{"as: name", "part: last"}
		return []rule{first, last}
	case "whole":
		last.source, last.keys = from(s.Name), []string{"as: text", "lines: join"}
		return []rule{last}
	}
	p.wholeNames(s, firm)
	single := fmt.Sprintf("matching(trim(%s), %s)", value, quoted(simpleName))
	firms := fmt.Sprintf("matching(trim(%s), %s)", value, quoted(companyName))
	first.source, first.note = expr(fmt.Sprintf(`%s and not %s ? first_name(%s) : ""`, single, firms, value)), "where it can be split in one way only"
	last.source, last.note = expr(fmt.Sprintf(`not %s or %s ? trim(%s) : last_name(%s)`, single, firms, value, value)), "else the whole name"
	out := []rule{first, last}
	if firm != "" {
		out[1].source = expr(fmt.Sprintf(`%s ? "" : %s ? last_name(%s) : trim(%s)`, firms, single, value, value))
		out = append(out, rule{path: firm, source: expr(fmt.Sprintf(`%s ? trim(%s) : ""`, firms, value)), note: "names of companies", idea: []string{"company"}})
	}
	for k := range out {
		out[k].keys = []string{"as: text", "lines: join"}
	}
	return out
}

// firmField is the field for a company's name that no column fills; "" none.
func (p *proposer) firmField() string {
	for _, t := range p.all {
		if t.by == "" && t.custom == nil && t.person[0] == "" && t.depth == 0 && t.idea("company") &&
			!slices.ContainsFunc(p.match, func(m matched) bool { return m.target == t }) {
			return t.path
		}
	}
	return ""
}

func (p *proposer) labelOf(path string) string {
	for _, t := range p.all {
		if t.path == path && t.by == "" && t.person[0] == "" {
			return t.label
		}
	}
	return path
}

// wholeNames lists the names that stay whole, and those that are of companies.
func (p *proposer) wholeNames(s *source, firm string) {
	count, firms := 0, 0
	var cells, of []grid.Ref
	for _, v := range s.profile.Values {
		switch text := strings.TrimSpace(v.Text); {
		case company.MatchString(text):
			firms += v.Count
			of = append(of, p.cells(s, v.Rows)...)
		case !simple.MatchString(text):
			count += v.Count
			cells = append(cells, p.cells(s, v.Rows)...)
		}
	}
	if s.profile.Distinct < 0 || s.profile.Distinct > len(s.profile.Values) {
		p.tell(grid.Fact{Code: "names-many", Column: s.Name, Text: fmt.Sprintf("%s holds more names than are looked at here: those that cannot be split in one way stay whole", s.Name)})
	}
	if count > 0 {
		p.tell(grid.Fact{Code: "names-whole", Column: s.Name, Count: count, Cells: cells[:min(len(cells), 10)], Warn: true,
			Text: fmt.Sprintf("names of %s that can be split in several ways stay whole", s.Name)})
	}
	if firms > 0 {
		where := "stay whole"
		if firm != "" {
			where = "go to " + p.labelOf(firm)
		}
		p.tell(grid.Fact{Code: "names-company", Column: s.Name, Count: firms, Cells: of[:min(len(of), 10)], Warn: true,
			Text: fmt.Sprintf("names of %s that are of companies %s", s.Name, where)})
	}
}
