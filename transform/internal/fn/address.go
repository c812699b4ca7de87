package fn

import (
	"regexp"
	"strings"

	"ferry/extract/record"
)

func addressTransform() Transform {
	return Transform{
		Name:    "address",
		About:   "one part of an address on several lines or with commas; an address whose postal code is not found is refused",
		Example: "city: {from: address, as: address, part: city, country: US}", Takes: []string{"string"}, Gives: record.String, text: buildAddress,
		Options: []Option{
			required(choice("part", "which part", "street", "street2", "zip", "city", "state", "country")),
			required(free("country", "two letters, such as US", "")),
		},
	}
}

// postal is an address taken apart.
type postal struct{ street, street2, zip, city, state, country string }

func buildAddress(o *options) textual {
	part, country := o.text("part"), strings.ToUpper(o.text("country"))
	if zipShapes[country] == nil {
		o.fail("country", "has no postal codes known here", "write a country such as US, CA, GB, FR, DE or NL")
		return nil
	}
	read := addressReader(country)
	return ofLine(2000, func(s string) (string, error) {
		p, ok := read(s)
		if !ok {
			return "", misfit(s, "no postal code of "+country+" was found where it stands in an address",
				"split the address in the source, or name the right country:")
		}
		switch part {
		case "street2":
			return p.street2, nil
		case "zip":
			return p.zip, nil
		case "city":
			return p.city, nil
		case "state":
			return p.state, nil
		case "country":
			return p.country, nil
		}
		return p.street, nil
	})
}

// zipLast are the countries that write city, state and then the code.
var zipLast = map[string]bool{"US": true, "PR": true, "CA": true, "AU": true, "GB": true, "IE": true, "NZ": true, "IN": true, "SG": true, "JP": true}

// addressReader looks for the code on the last lines, as the country writes it:
// at the end of the line, or in front of the city.
func addressReader(country string) func(string) (postal, bool) {
	var shapes []string
	for _, s := range zipShapes[country] {
		s = strings.NewReplacer("9", `\d`, "A", `[A-Za-z]`, "*", `[A-Za-z0-9]`, " ", `\s?`, "-", `-?`).Replace(s)
		shapes = append([]string{s}, shapes...) // long ones first
	}
	code := "(" + strings.Join(shapes, "|") + ")"
	front := regexp.MustCompile(`^(?:[A-Za-z]{1,2}-)?` + code + `\s+(\S.*)$`)
	back := regexp.MustCompile(`^(.*?)(?:^|\s)` + code + `$`)
	return func(s string) (postal, bool) {
		p := postal{}
		parts := addressParts(s)
		if n := len(parts); n > 1 {
			if r, ok := findCountry(parts[n-1]); ok && len(parts[n-1]) > 1 && !isStateOf(country, parts[n-1]) {
				if r.String() != country {
					return p, false
				}
				p.country, parts = country, parts[:n-1]
			}
		}
		for i := len(parts) - 1; i >= max(0, len(parts)-3); i-- {
			zip, rest := matchZip(front, back, country, parts[i])
			if zip == "" {
				continue
			}
			p.zip = zip
			return p.fill(country, parts, i, rest), true
		}
		return p, false
	}
}

func isStateOf(country, s string) bool { _, ok := findState(country, s); return ok }

func addressParts(s string) []string {
	var parts []string
	for p := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '\n' || r == '\r' || r == ',' || r == ';' || r == 0x2028 }) {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

func matchZip(front, back *regexp.Regexp, country, s string) (zip, rest string) {
	if !zipLast[country] {
		if m := front.FindStringSubmatch(s); m != nil {
			zip, _ = readZip(country, m[1])
			return zip, m[2]
		}
	}
	if m := back.FindStringSubmatch(s); m != nil {
		if z, ok := readZip(country, m[2]); ok {
			return z, strings.TrimSpace(m[1])
		}
	}
	return "", ""
}

// fill shares out the parts before and after the one that held the code; rest is
// what stood beside the code.
func (p postal) fill(country string, parts []string, at int, rest string) postal {
	before, after := parts[:at], parts[at+1:]
	if _, listed := stateLists[country]; listed && rest != "" {
		city, code := cutState(country, rest)
		if city != "" || len(rest) <= 3 || len(before) > 1 { // else "New York 10001" is the city
			rest, p.state = city, code
		}
	}
	if rest == "" && len(before) > 0 {
		if st, ok := findState(country, before[len(before)-1]); ok && p.state == "" && len(before) > 1 {
			p.state, before = st.code, before[:len(before)-1]
		}
	}
	if rest == "" && len(before) > 1 {
		rest, before = before[len(before)-1], before[:len(before)-1]
	} else if rest == "" && len(after) > 0 {
		rest, after = after[0], after[1:]
	}
	p.city = rest
	if len(before) > 0 {
		p.street = before[0]
		p.street2 = strings.Join(append(append([]string{}, before[1:]...), after...), ", ")
	} else {
		p.street2 = strings.Join(after, ", ")
	}
	return p
}

// cutState takes the state off the end of "Denver CO" or "Sydney New South Wales".
func cutState(country, s string) (city, code string) {
	words := strings.Fields(s)
	for n := min(4, len(words)); n > 0; n-- {
		if st, ok := findState(country, strings.Join(words[len(words)-n:], " ")); ok {
			return strings.Join(words[:len(words)-n], " "), st.code
		}
	}
	return s, ""
}
