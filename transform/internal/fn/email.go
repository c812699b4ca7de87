package fn

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

func buildEmail(o *options) textual {
	first, lower := o.text("several") == "first", o.yes("lower")
	read := ofLine(4096, func(s string) (string, error) {
		if plainEmail(s) && !lower {
			return s, nil
		}
		s = trimMailto(s)
		all := splitAddresses(s)
		if len(all) > 1 && !first {
			return "", misfit(s, "it holds several addresses", "write several: first, or split them in an expression")
		}
		if len(all) == 0 {
			return "", misfit(s, "it is no e-mail address", "mend it in the source")
		}
		out, ok := address(all[0])
		if !ok {
			return "", misfit(s, "it is no e-mail address", "mend it in the source")
		}
		if lower {
			out = strings.ToLower(out)
		}
		return out, nil
	})
	if lower {
		return read
	}
	return unlessRight(plainEmail, read)
}

// plainEmail tells an address of small letters, digits and the usual signs, as most
// are: nothing in it has to be taken apart or changed.
func plainEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 {
		return false
	}
	return plainLocal(s[:at]) && plainDomain(s[at+1:])
}

func plainLocal(s string) bool {
	for i := range len(s) {
		c := s[i]
		sign := c == '.' && i > 0 && i < len(s)-1 && s[i-1] != '.' || c == '_' || c == '-' || c == '+'
		if !sign && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// plainDomain tells a name of two labels or more whose last begins with a letter.
func plainDomain(s string) bool {
	dots, label := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' && label > 0:
			label++
		case c == '.' && label > 0 && s[i-1] != '-':
			dots, label = dots+1, 0
		default:
			return false
		}
		if label > 63 {
			return false
		}
	}
	return dots > 0 && label > 1 && s[len(s)-label] >= 'a' && s[len(s)-1] != '-'
}

func trimMailto(s string) string {
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		return strings.TrimSpace(s[7:])
	}
	return s
}

// splitAddresses parts addresses at comma, semicolon, line break and slash, and
// at space where an address stands on both sides.
func splitAddresses(s string) []string {
	if parsed, err := mail.ParseAddress(s); err == nil {
		return []string{parsed.Address}
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '\r' || r == '/' || r == '|' })
	var all []string
	for _, p := range parts {
		words := []string{strings.TrimSpace(p)}
		if strings.Count(p, "@") > 1 {
			words = strings.Fields(p)
		}
		for _, w := range words {
			if w = strings.TrimSpace(w); w != "" {
				all = append(all, w)
			}
		}
	}
	return all
}

// address checks name@domain, also within "Name <...>", and lowers its domain.
func address(s string) (string, bool) {
	if parsed, err := mail.ParseAddress(s); err == nil {
		s = parsed.Address
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 || len(s) > 254 {
		return "", false
	}
	local, domain := s[:at], strings.ToLower(s[at+1:])
	if !isLocal(local) || !isDomain(domain) {
		return "", false
	}
	return local + "@" + domain, true
}

func isLocal(s string) bool {
	if s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r == utf8.RuneError || strings.ContainsRune(`"(),:;<>@[\]`, r) || !unicode.IsGraphic(r) || unicode.IsSpace(r)
	})
}

// isDomain tells whether a name in small letters has two labels or more of
// letters, digits and hyphens, the last not a number.
func isDomain(s string) bool {
	labels := strings.Split(s, ".")
	if len(s) > 253 || len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, r := range l {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return utf8.RuneCountInString(last) > 1 && strings.Trim(last, "0123456789") != ""
}
