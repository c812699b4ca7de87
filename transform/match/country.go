package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
	"ferry/transform/internal/fn"
)

// forms are how countries may be written to a target, by the answer to the question
// country.COLUMN.
var forms = []grid.Choice{
	{Value: "keep", Label: "as they stand in the file"}, {Value: "name-en", Label: "as names in English"}, {Value: "name-fr", Label: "as names in French"},
	{Value: "name-de", Label: "as names in German"}, {Value: "name-es", Label: "as names in Spanish"}, {Value: "name-it", Label: "as names in Italian"},
	{Value: "alpha2", Label: "as two letters (FR)"}, {Value: "alpha3", Label: "as three letters (FRA)"},
}

// country writes countries in one form where the file has several.
func (p *proposer) country(i int, r *rule, value string) {
	s := p.cols[i]
	id := "country." + s.Name
	form, why := p.wanted(i)
	given, ok := p.answer(id)
	if ok && slices.ContainsFunc(forms, func(c grid.Choice) bool { return c.Value == given }) {
		form = given
	} else {
		p.ask(grid.Question{ID: id, Column: s.Name, Text: fmt.Sprintf("How are the countries of %s written in %s?", s.Name, p.spec.Title), Why: why, Choices: forms, Default: form})
	}
	r.keys = []string{"as: text", "lines: join"}
	answers := p.misses(i, form != "keep")
	if form == "keep" {
		return
	}
	to, language, _ := strings.Cut(form, "-")
	r.keys = []string{"as: country", "to: " + to}
	if language != "" && language != "en" {
		r.keys = append(r.keys, "language: "+language)
	}
	if len(answers) == 0 {
		return
	}
	text := value // the words that no table holds, then the table
	for _, a := range slices.Backward(answers) {
		text = fmt.Sprintf("trim(%s) == %s ? %s : %s", value, quoted(a.from), quoted(*a.to), text)
	}
	r.source = expr(text)
}

// wanted proposes a form: as it is where the file writes all countries alike.
func (p *proposer) wanted(i int) (form, why string) {
	t := p.match[i].target
	about := fold(t.field.About + " " + t.label)
	if strings.Contains(about, "iso") || strings.Contains(about, "two letters") || strings.HasSuffix(about, "country code") {
		return "alpha2", p.spec.Title + " takes codes"
	}
	seen := map[string]bool{}
	for _, v := range p.cols[i].profile.Values {
		if code, ok := countryAs(v.Text, "alpha2", ""); ok {
			switch text := strings.TrimSpace(v.Text); {
			case strings.EqualFold(code, text):
				seen["codes of two letters"] = true
			case len(text) == 3:
				seen["codes of three letters"] = true
			default:
				seen["names"] = true
				if name, _ := countryAs(text, "name", "en"); !strings.EqualFold(name, text) {
					seen["names in other spellings"] = true
				}
			}
		}
	}
	if len(seen) > 1 {
		kinds := make([]string, 0, len(seen))
		for k := range seen {
			kinds = append(kinds, k)
		}
		slices.Sort(kinds)
		return "name-en", "the file has " + strings.Join(kinds, ", ")
	}
	return "keep", "the file writes them all in one way"
}

// countryAs writes a country in a form; ok is false where it is none.
func countryAs(text, to, language string) (string, bool) {
	options := map[string]string{"to": to}
	if language != "" {
		options["language"] = language
	}
	f, err := fn.Compile("country", options)
	if err != nil {
		return "", false
	}
	out, err := f(text)
	name, ok := out.(string)
	return name, err == nil && ok && name != ""
}

// misses lists the words that are no country, and asks what they are where they
// would be refused.
func (p *proposer) misses(i int, ask bool) []entry {
	s := p.cols[i]
	var answered []entry
	var cells []grid.Ref
	count := 0
	for _, v := range s.profile.Values {
		if _, ok := countryAs(v.Text, "alpha2", ""); ok || strings.TrimSpace(v.Text) == "" {
			continue
		}
		count += v.Count
		cells = append(cells, p.cells(s, v.Rows)...)
		id := "value." + s.Name + "." + v.Text
		given, ok := p.answer(id)
		_, known := countryAs(given, "alpha2", "")
		switch {
		case !ask:
		case ok && (given == Out || known):
			if given == Out {
				given = ""
			}
			answered = append(answered, entry{strings.TrimSpace(v.Text), &given})
		case !ok || given != Hold:
			p.ask(grid.Question{ID: id, Column: s.Name, Value: v.Text, Count: v.Count, Cells: p.cells(s, v.Rows), Free: true, Form: "two letters such as US or FR", Default: Hold,
				Text: fmt.Sprintf("Which country is this word in the column %s?", s.Name), Why: "no list of countries has it; it may be a state or a city",
				Choices: []grid.Choice{{Value: Out, Label: "leave the country blank"}, {Value: Hold, Label: "hold the rows that have it"}}})
		}
	}
	if count > 0 {
		p.tell(grid.Fact{Code: "country-unknown", Column: s.Name, Count: count, Cells: cells[:min(len(cells), 10)], Warn: true,
			Text: fmt.Sprintf("%s holds words that are no country", s.Name)})
	}
	return answered
}
