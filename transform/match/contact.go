package match

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
	"ferry/transform/internal/fn"
)

// phone makes a number that the target keeps as digits alone, so that the country
// must be known. Other targets take phones as people write them.
func (p *proposer) phone(i int, t *target, r *rule) {
	region, ok := p.region(i, t)
	if !ok {
		r.keys = []string{"as: text", "lines: join"}
		return
	}
	r.keys = []string{"as: phone"}
	if region != "" {
		r.keys = append(r.keys, "region: "+region)
	}
}

// region is the country of numbers without one; ok is false where they are sent
// as they are written.
func (p *proposer) region(i int, t *target) (region string, ok bool) {
	s := p.cols[i]
	if international(s) {
		return "", true
	}
	region, why := p.in.Region, fmt.Sprintf("%s keeps the digits of a phone number alone, and numbers of the column %s have no country", p.spec.Title, s.Name)
	if given, is := p.answer("region"); is {
		if given == Out {
			return "", false
		}
		if region = strings.ToUpper(given); !isRegion(region) {
			region, why = "", "the answer given is no country with phone numbers; write two letters such as US or FR"
		}
	}
	if region != "" {
		return region, isRegion(region)
	}
	q := grid.Question{ID: "region", Free: true, Form: "two letters such as US or FR", Text: "In which country are phone numbers that have no country code?", Why: why}
	if !p.identifies(t) {
		q.Default = Out
		q.Choices = []grid.Choice{{Value: Out, Label: "send them as they are written"}}
	}
	p.askOnce(q)
	return "", false
}

// international tells whether all numbers that are known begin with their country.
func international(s *source) bool {
	return len(s.profile.Values) > 0 && s.profile.Distinct == len(s.profile.Values) &&
		!slices.ContainsFunc(s.profile.Values, func(v valueCount) bool { return !strings.HasPrefix(strings.TrimSpace(v.Text), "+") })
}

func isRegion(text string) bool {
	_, err := fn.Compile("phone", map[string]string{"region": text})
	return err == nil && len(text) == 2
}

// identifies tells whether records of the target are found by the field, or
// cannot do without it.
func (p *proposer) identifies(t *target) bool {
	w := p.stream.Writes
	return slices.ContainsFunc(w.Required, func(g []string) bool { return slices.Contains(g, t.path) }) ||
		w.Upsert != nil && slices.Contains(w.Upsert.By, t.path)
}

// extension gives the extension of a phone a field of its own, where the target
// has one and no column fills it.
func (p *proposer) extension(i int, r *rule) *rule {
	if len(r.keys) == 0 || r.keys[0] != "as: phone" {
		return nil
	}
	at := slices.IndexFunc(p.all, func(t *target) bool { return t.idea("extension") && t.by == "" && t.list == "" })
	if at < 0 || slices.ContainsFunc(p.match, func(m matched) bool { return m.target == p.all[at] }) {
		return nil
	}
	more := rule{path: p.all[at].path, source: r.source, keys: append(slices.Clone(r.keys), "part: extension")}
	r.keys = append(r.keys, "extension: drop")
	return &more
}

var tag = regexp.MustCompile(`(?i)</?(p|br|div|b|i|u|ul|ol|li|script|style|span|a|table|tr|td|strong|em|html|body|h[1-6]|font)(\s[^<>]*)?/?>`)

// html tells whether notes hold HTML, and says so.
func (p *proposer) html(s *source) bool {
	seen := s.looks("html")
	var cells []grid.Ref
	for _, v := range s.profile.Values {
		if tag.MatchString(v.Text) {
			seen = true
			cells = append(cells, p.cells(s, v.Rows)...)
		}
	}
	if seen {
		p.tell(grid.Fact{Code: "html", Column: s.Name, Cells: cells[:min(len(cells), 10)],
			Text: fmt.Sprintf("%s holds HTML: its text is loaded with paragraphs and lists, without tags and scripts", s.Name)})
	}
	return seen
}

// cells are the places of rows in a column.
func (p *proposer) cells(s *source, rows []int) []grid.Ref {
	var out []grid.Ref
	for _, row := range rows {
		out = append(out, grid.Ref{Sheet: p.in.Layout.Recipe.Sheet, Row: row, Column: s.Place})
	}
	return out
}
