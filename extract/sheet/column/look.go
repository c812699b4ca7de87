package column

import "strings"

// isEmail tells whether a text has the shape of an address. Whether it is one,
// the mapping decides.
func isEmail(s string) bool {
	at := strings.IndexByte(s, '@')
	return at > 0 && at == strings.LastIndexByte(s, '@') && !strings.ContainsAny(s, " \n;") &&
		strings.Contains(s[at:], ".") && !strings.HasSuffix(s, ".")
}

// isPhone tells whether a text has the shape of one phone number.
func isPhone(s string, k class) bool {
	if s == "" || s[0] != '+' && s[0] != '(' && !isDigit(s[0]) {
		return false
	}
	if k&hasLetter != 0 {
		s = withoutExtension(s)
		k = classOf(s)
	}
	if s == "" || !k.only(hasDigit|hasSpace|hasDash|hasDot|hasSlash|hasSign|hasWide) || k&hasDigit == 0 {
		return false
	}
	if strings.ContainsAny(s, "%$'") {
		return false
	}
	digits := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			digits++
		}
	}
	const fewest, most = 7, 15
	return fewest <= digits && digits <= most
}

// withoutExtension cuts the ext 4 of a phone number.
func withoutExtension(s string) string {
	var buf [longestNumber]byte
	if len(s) > len(buf) {
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
	var buf [longestWord]byte
	m, name := months[string(fold(buf[:0], a))]
	return name && m.speech != 0 && len(b) <= 2 && allDigits(b)
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
	for i, set := range [4]class{hasSemicolon, hasBreak, hasSlash, hasComma} {
		if k&set == 0 {
			continue
		}
		parts, alike := 0, true
		for part := range cut(s, splitSigns[i]) {
			if part == "" {
				continue
			}
			parts++
			if alike = isEmail(part) || isPhone(part, classOf(part)) || short(part, splitSigns[i]); !alike {
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

// count adds a cell with several values.
func (t *texts) count(l list) {
	for i, sign := range splitSigns {
		if sign == l.split {
			t.splits[i]++
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
