package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/sheet/grid"
	"ferry/transform/internal/fn"
)

// addressCountries are those whose one-line addresses can be taken apart by the
// place of their postal code.
var addressCountries = []string{"US", "CA", "GB", "AU", "FR", "DE", "ES", "IT", "CH", "AT", "BE", "NL"}

// address takes one-line addresses apart where a person has said of which country
// they are; split is false where the address stays as it is.
func (p *proposer) address(i int) (rules []rule, split bool) {
	s, t := p.cols[i], p.match[i].target
	fields := p.addressParts(i)
	if !t.idea("address", "street") || t.field.Kind == 0 || t.custom != nil || len(fields) < 2 {
		return nil, false
	}
	id := "address." + s.Name
	how, ok := p.answer(id)
	if ok && how != "whole" && addressSplits(how) {
		how = strings.ToUpper(how)
		for _, f := range fields {
			rules = append(rules, rule{path: f.path, source: from(s.Name), keys: []string{"as: address", "part: " + f.part, "country: " + how}, idea: []string{f.part}})
		}
		return rules, true
	}
	if !ok || how != "whole" {
		q := grid.Question{ID: id, Column: s.Name, Default: "whole", Choices: []grid.Choice{{Value: "whole", Label: "keep each address whole in " + t.label}},
			Text: fmt.Sprintf("Is each cell of %s a whole address, and of which country?", s.Name),
			Why:  "no column gives the postal code and the city; addresses are split by where their country puts the code, and rows where it is not found are held"}
		order := addressCountries
		if addressSplits(p.in.Region) {
			order = slices.Insert(slices.DeleteFunc(slices.Clone(order), func(c string) bool { return c == p.in.Region }), 0, p.in.Region)
		}
		for _, c := range order {
			q.Choices = append(q.Choices, grid.Choice{Value: c, Label: "split as addresses of " + c})
		}
		p.ask(q)
	}
	return nil, false
}

func addressSplits(country string) bool {
	_, err := fn.Compile("address", map[string]string{"part": "zip", "country": strings.ToUpper(country)})
	return err == nil
}

type addressPart struct{ part, path string }

// addressParts are the fields that the parts of an address go to; none where a
// column fills the postal code or the city.
func (p *proposer) addressParts(i int) []addressPart {
	own := p.match[i].target
	var out []addressPart
	for _, want := range []addressPart{{part: "street"}, {part: "street2"}, {part: "zip"}, {part: "city"}, {part: "state"}, {part: "country"}} {
		for _, t := range p.all {
			if t.by != "" || t.list != "" || t.custom != nil || t.actions || t.person[0] != "" || t.depth > 0 || !t.idea(want.part) && !(want.part == "street" && t == own) {
				continue
			}
			filled := slices.ContainsFunc(p.match, func(m matched) bool { return m.target == t && t != own })
			if filled && (want.part == "zip" || want.part == "city") {
				return nil
			}
			if want.part == "street" && t != own && !filled && !own.idea("street") || t == own || !filled {
				out = append(out, addressPart{want.part, t.path})
				break
			}
		}
	}
	if !slices.ContainsFunc(out, func(a addressPart) bool { return a.part == "zip" }) || !slices.ContainsFunc(out, func(a addressPart) bool { return a.part == "city" }) {
		return nil
	}
	return out
}
