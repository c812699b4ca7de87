package column

import "strings"

// isEmail tells whether a text has the shape of an address. Whether it is one,
// the mapping decides.
func isEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && !holds(s[at+1:], '@') && holds(s[at:], '.') && s[len(s)-1] != '.' &&
		!holds(s, ' ') && !holds(s, '\n') && !holds(s, ';')
}

func holds(s string, c byte) bool { return strings.IndexByte(s, c) >= 0 }

// isPhone tells whether a text has the shape of one phone number.
func isPhone(s string, k class) bool {
	if !beginsPhone(s) {
		return false
	}
	if k&hasLetter != 0 {
		s = withoutExtension(s)
		k = classOf(s)
	}
	if s == "" || !k.only(hasDigit|hasSpace|hasDash|hasDot|hasSlash|hasSign|hasWide) || k&hasDigit == 0 {
		return false
	}
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case c == '%' || c == '$' || c == '\'':
			return false
		}
	}
	const fewest, most = 7, 15
	return fewest <= digits && digits <= most
}

func beginsPhone(s string) bool { return s != "" && (isDigit(s[0]) || s[0] == '+' || s[0] == '(') }

// isOnePhone is isPhone for a part of a text.
func isOnePhone(s string) bool { return beginsPhone(s) && isPhone(s, classOf(s)) }

// withoutExtension cuts the ext 4 of a phone number.
func withoutExtension(s string) string {
	var buf [longestNumber]byte
	if len(s) > len(buf) || !endsInDigit(s) {
		return ""
	}
	small := string(fold(buf[:0], s))
	for _, word := range []string{"ext", "x", "poste", "durchwahl", "dw", "int", "extensión", "extension", "interno"} {
		if at := strings.Index(small, word); at > 0 && at <= len(s) {
			if rest := strings.Trim(small[at+len(word):], " .:n"); allDigits(rest) && len(rest) <= 6 {
				return strings.TrimRight(s[:at], " ,;-.")
			}
		}
	}
	return ""
}

// endsInDigit tells whether a digit is the last of a text, but for the signs that
// may stand around the digits of an extension.
func endsInDigit(s string) bool {
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ' ', '.', ':', 'n', 'N':
		default:
			return isDigit(s[i])
		}
	}
	return false
}

// isDayMonth tells whether a text is a day and the short name of a month, as
// Excel leaves it of a code: 3-Apr, Mar-01.
func isDayMonth(s string) bool {
	if len(s) < 4 || len(s) > 10 {
		return false
	}
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return false
	}
	if allDigits(a) {
		a, b = b, a
	}
	if len(b) > 2 || !allDigits(b) || !monthSieve.lets(a) {
		return false
	}
	var buf [longestWord]byte
	_, ok = months[string(fold(buf[:0], a))]
	return ok
}

// splitSigns are what may part several values in one cell.
var splitSigns = [4]string{";", "line", "/", ","}

// list is how a cell that holds several values parts them.
type list struct {
	split string // "" it holds one
	parts int
}

// listOf finds several values of one kind in a cell: addresses, phone numbers, or
// short words with semicolons between.
func listOf(s string, k class) list {
	if k&(hasSemicolon|hasBreak|hasSlash|hasComma) == 0 {
		return list{}
	}
	// Slashes and commas part addresses and phone numbers alone.
	words := k&hasAt == 0 && classes[s[0]]&hasLetter != 0
	for i, set := range [4]class{hasSemicolon, hasBreak, hasSlash, hasComma} {
		if k&set == 0 || words && set&(hasSlash|hasComma) != 0 {
			continue
		}
		parts, alike := 0, true
		for part := range cut(s, splitSigns[i]) {
			if part == "" {
				continue
			}
			parts++
			if alike = isEmail(part) || isOnePhone(part) || short(part, splitSigns[i]); !alike {
				break
			}
		}
		if parts > 1 && alike {
			return list{splitSigns[i], parts}
		}
	}
	return list{}
}

// short tells whether a part is a word or two of a list; points, slashes and
// commas part other things as well.
func short(part, sign string) bool {
	switch sign {
	case ";":
		return len(part) <= 40
	case "line":
		return len(part) <= 40 && !strings.Contains(part, " ")
	}
	return false
}

// cut gives the parts of a text, without spaces at their ends.
func cut(s, split string) func(yield func(string) bool) {
	sign := split
	if split == "line" {
		sign = "\n"
	}
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(s, sign) {
			if !yield(strings.TrimSpace(part)) {
				return
			}
		}
	}
}

func firstOf(s string, l list) string {
	if l.split == "" {
		return s
	}
	for part := range cut(s, l.split) {
		if part != "" {
			return part
		}
	}
	return s
}

// count adds cells with several values.
func (t *texts) count(l list, times int) {
	for i, sign := range splitSigns {
		if sign == l.split {
			t.splits[i] += times
			t.parts[i] = max(t.parts[i], l.parts)
		}
	}
}

// htmlTags begin the tags that texts of web pages are full of.
var htmlTags = []string{"<p", "<br", "<div", "<b>", "<a ", "<ul", "<li", "<span", "<strong", "<em>", "<i>", "<table", "<h1", "<h2", "<h3"}

// isHTML tells whether a text has tags.
func isHTML(s string) bool {
	at := strings.IndexByte(s, '<')
	if at < 0 || strings.IndexByte(s[at:], '>') < 0 {
		return false
	}
	small := strings.ToLower(s)
	for _, tag := range htmlTags {
		if strings.Contains(small, tag) {
			return true
		}
	}
	return false
}
