package fn

import (
	"slices"
	"strings"
)

// zipShapes are the ways a country writes its postal codes: 9 stands for a
// digit, A for a letter, * for either.
var zipShapes = map[string][]string{
	"US": {"99999", "99999-9999"}, "PR": {"99999", "99999-9999"}, "CA": {"A9A 9A9"},
	"GB": {"A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"},
	"NL": {"9999 AA"}, "IE": {"A9* ****"}, "PL": {"99-999"}, "PT": {"9999-999"}, "JP": {"999-9999"}, "BR": {"99999-999"},
	"SE": {"999 99"}, "CZ": {"999 99"}, "SK": {"999 99"}, "GR": {"999 99"},
	"FR": {"99999"}, "DE": {"99999"}, "ES": {"99999"}, "IT": {"99999"}, "FI": {"99999"}, "MX": {"99999"}, "HR": {"99999"}, "EE": {"99999"},
	"MC": {"99999"}, "RE": {"99999"}, "GP": {"99999"}, "MQ": {"99999"}, "TR": {"99999"},
	"BE": {"9999"}, "CH": {"9999"}, "LI": {"9999"}, "AT": {"9999"}, "LU": {"9999"}, "DK": {"9999"}, "NO": {"9999"}, "AU": {"9999"}, "NZ": {"9999"},
	"HU": {"9999"}, "SI": {"9999"}, "BG": {"9999"}, "ZA": {"9999"}, "IN": {"999999"}, "RO": {"999999"}, "SG": {"999999"},
}

// zipPrefixes are the letters once put before a code, as in D-10115.
var zipPrefixes = map[string]string{"D": "DE", "F": "FR", "A": "AT", "B": "BE", "L": "LU", "I": "IT", "E": "ES", "S": "SE", "N": "NO", "H": "HU", "P": "PT"}

func buildZip(o *options) textual {
	country := strings.ToUpper(o.text("country"))
	shapes := zipShapes[country]
	if shapes == nil {
		known := make([]string, 0, len(zipShapes))
		for c := range zipShapes {
			known = append(known, c)
		}
		slices.Sort(known)
		o.fail("country", "has no postal codes known here", "write one of "+strings.Join(known, ", ")+", or take the field as it is")
	}
	pad, short := o.text("pad") == "zeros", o.text("plus4") == "drop"
	return ofLine(100, func(s string) (string, error) {
		out, ok := readZip(country, s)
		if !ok && pad {
			out, ok = readZip(country, padZip(shapes, s))
		}
		switch {
		case !ok && len(padZip(shapes, s)) > len(s):
			return "", misfit(s, "it has too few digits: zeros in front were lost", "format the column as text in the source, or write pad: zeros")
		case !ok:
			return "", misfit(s, "it is no postal code of "+country, "mend it in the source, or name the right country:")
		case short && country == "US":
			return out[:5], nil
		}
		return out, nil
	})
}

// padZip puts zeros before a number that is shorter than the country's codes.
func padZip(shapes []string, s string) string {
	for _, shape := range shapes {
		if strings.Trim(shape, "9") == "" && strings.Trim(s, "0123456789") == "" && len(s) < len(shape) && len(s) >= len(shape)-2 {
			return strings.Repeat("0", len(shape)-len(s)) + s
		}
	}
	return s
}

// readZip matches letters and digits with the country's shapes, whatever stands
// between them, and writes them as the shape does.
func readZip(country, s string) (string, bool) {
	bare := make([]byte, 0, 16)
	for _, r := range strings.ToUpper(withoutPrefix(country, s)) {
		if d, ok := digit(r); ok {
			r = rune(d)
		}
		switch {
		case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z':
			bare = append(bare, byte(r))
		case r != ' ' && r != '-' && r != '–' && r != '\u00a0':
			return "", false
		}
	}
	for _, shape := range zipShapes[country] {
		if out, ok := fitShape(shape, bare); ok && zipLetters(country, out) {
			return out, true
		}
	}
	return string(bare), country == "GB" && string(bare) == "GIR0AA"
}

func withoutPrefix(country, s string) string {
	before, after, ok := strings.Cut(s, "-")
	if p := strings.ToUpper(strings.TrimSpace(before)); ok && (p == country || zipPrefixes[p] == country) {
		return after
	}
	return s
}

func fitShape(shape string, bare []byte) (string, bool) {
	out := make([]byte, 0, len(shape))
	for i := range len(shape) {
		want := shape[i]
		if want == ' ' || want == '-' {
			out = append(out, want)
			continue
		}
		if len(bare) == 0 {
			return "", false
		}
		isDigit := bare[0] <= '9'
		if want == '9' && !isDigit || want == 'A' && isDigit {
			return "", false
		}
		out, bare = append(out, bare[0]), bare[1:]
	}
	return string(out), len(bare) == 0
}

// zipLetters refuses letters that a country does not use.
func zipLetters(country, s string) bool {
	switch country {
	case "CA":
		return !strings.ContainsAny(s, "DFIOQU") && s[0] != 'W' && s[0] != 'Z'
	case "GB":
		return !strings.ContainsAny(s[len(s)-2:], "CIKMOV") && !strings.ContainsAny(s[:1], "QVX")
	case "NL":
		return s[0] != '0' && s[5:] != "SS" && s[5:] != "SA" && s[5:] != "SD"
	case "IE":
		return s[2] <= '9' || s[:3] == "D6W"
	}
	return true
}
