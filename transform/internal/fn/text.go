package fn

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ferry/extract/record"
)

// maxText is the most bytes of a text that is cleaned or hashed.
const maxText = 64 << 20

func textTransforms() []Transform {
	limits := []Option{
		count("max", "the most characters", ""),
		choice("cut", "what becomes of a longer text", "reject", "cut"),
	}
	return []Transform{{
		Name: "text", About: "text without control characters, invisible marks and doubled space; ligatures and no-break spaces become plain",
		Example: "notes: {from: Notes, as: text, max: 255, cut: cut}", Takes: takesScalars, Gives: record.String,
		Options: append(limits[:2:2], choice("lines", "keep line breaks or join the lines", "keep", "join")), text: buildText,
	}, {
		Name: "html", About: "HTML as plain text with its paragraphs and lists",
		Example: "description: {from: body, as: html}", Takes: takesText, Gives: record.String,
		Options: append(limits[:2:2], choice("links", "write the address behind each link, or drop it", "keep", "drop")), text: buildHTML,
	}, {
		Name: "upper", About: "capital letters", Example: "code: {from: Code, as: upper}", Takes: takesScalars, Gives: record.String,
		text: func(*options) textual { return caseOf(strings.ToUpper) },
	}, {
		Name: "lower", About: "small letters", Example: "login: {from: Login, as: lower}", Takes: takesScalars, Gives: record.String,
		text: func(*options) textual { return caseOf(strings.ToLower) },
	}, {
		Name: "title", About: "a capital at the start of each word; words in mixed case, such as McDonald, stay",
		Example: "name: {from: NAME, as: title}", Takes: takesScalars, Gives: record.String,
		text: func(*options) textual { return caseOf(title) },
	}}
}

func caseOf(f func(string) string) textual {
	return ofLine(maxText, func(s string) (string, error) { return f(s), nil })
}

func buildText(o *options) textual {
	keep, fit := o.text("lines") == "keep", fitter(o)
	most := maxText
	if o.has("max") {
		most = min(most, o.whole("max"))
	}
	return unlessRight(func(s string) bool { return len(s) <= most && plainASCII(s) },
		ofLine(maxText, func(s string) (string, error) { return fit(clean(s, keep)) }))
}

// fitter holds a text to the options max and cut.
func fitter(o *options) textual {
	limit, cuts := o.whole("max"), o.text("cut") == "cut"
	if o.has("max") && limit == 0 {
		o.fail("max", "is 0", "write max: 255")
	}
	if cuts && limit == 0 {
		o.fail("cut", "has no meaning without max", "write max: 255 beside it")
	}
	return func(s string) (string, error) {
		if limit == 0 || len(s) <= limit {
			return s, nil
		}
		short := cutRunes(s, limit)
		if short == s || cuts {
			return strings.TrimRightFunc(short, unicode.IsSpace), nil
		}
		return "", misfit(s, "it is longer than max allows", "raise max, or write cut: cut")
	}
}

// cutRunes keeps at most n characters and parts no letter from its accents and
// no picture from what it is joined with.
func cutRunes(s string, n int) string {
	seen := 0
	for i := range s {
		if seen < n {
			seen++
			continue
		}
		at := i
		for at > 0 && joined(s, at) {
			at--
			for at > 0 && s[at]&0xC0 == 0x80 {
				at--
			}
		}
		if at == 0 { // nothing but marks: a hard cut is all there is
			at = i
		}
		return s[:at]
	}
	return s
}

// joined tells whether the character at byte i belongs to the one before it.
func joined(s string, i int) bool {
	var next, last rune
	for _, next = range s[i:] {
		break
	}
	for j := i - 1; j >= 0; j-- {
		if s[j]&0xC0 != 0x80 {
			last = []rune(s[j:i])[0]
			break
		}
	}
	return unicode.Is(unicode.M, next) || next == 0x200D || last == 0x200D || next >= 0x1F3FB && next <= 0x1F3FF
}

// clean is text as a person would type it.
func clean(s string, keepLines bool) string {
	if plainASCII(s) {
		return s
	}
	s = norm.NFC.String(s)
	var b strings.Builder
	b.Grow(len(s))
	space, breaks := false, 0
	for _, r := range s {
		switch {
		case keepLines && (r == '\n' || r == 0x2028 || r == 0x2029 || r == 0x85):
			breaks++
			continue
		case unicode.IsSpace(r):
			space = true
			continue
		case invisible(r) || unicode.IsControl(r):
			continue
		}
		if b.Len() > 0 {
			if breaks > 0 {
				b.WriteString("\n\n"[:min(breaks, 2)])
			} else if space {
				b.WriteByte(' ')
			}
		}
		space, breaks = false, 0
		if r >= 0xFB00 && r <= 0xFB06 {
			b.WriteString([...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xFB00])
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plainASCII tells whether a text has nothing to clean.
func plainASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7F || c == ' ' && i+1 < len(s) && s[i+1] == ' ' {
			return false
		}
	}
	return s == strings.TrimSpace(s)
}

// title lets words that are all small or all capital begin with a capital.
func title(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	start := 0
	word := func(w string) {
		if w == strings.ToLower(w) || w == strings.ToUpper(w) {
			w = titleWord(w)
		}
		b.WriteString(w)
	}
	for i, r := range s {
		if unicode.IsSpace(r) || r == '-' || r == '/' || r == '(' || r == '.' {
			word(s[start:i])
			b.WriteRune(r)
			start = i + len(string(r))
		}
	}
	word(s[start:])
	return b.String()
}

// titleWord capitalises the first letter, and the one after O', D' and L'.
func titleWord(w string) string {
	var b strings.Builder
	at := 0
	for _, r := range w {
		switch {
		case at == 0:
			b.WriteRune(unicode.ToTitle(r))
		case at == 2 && (w[1] == '\'' || strings.HasPrefix(w[1:], "’")) && strings.IndexByte("oOdDlL", w[0]) >= 0:
			b.WriteRune(unicode.ToTitle(r))
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		at++
	}
	return b.String()
}
