package match

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold makes spellings of one text equal: small letters without accents, one space
// for everything between letters and digits, "no" for a number sign.
func fold(s string) string {
	var b strings.Builder
	gap := false
	put := func(text string) {
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteString(text)
	}
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		switch {
		case letters[r] != "":
			put(letters[r])
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			put(string(r))
		case r == '#':
			gap = true
			put("no")
			gap = true
		case unicode.Is(unicode.Mn, r), r == 0xAD, r == 0x200B, r == 0x200D, r == 0xFEFF:
		default:
			gap = true
		}
	}
	return b.String()
}

// letters are those that no decomposition takes apart.
var letters = map[rune]string{'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i"}

// spoken takes a name of a program apart: contactFirstName and first_name are
// words. Digits stay with the word before them.
func spoken(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return fold(b.String())
}

// stem is a header without a number at its end: Phone 2, Phone (2), Phone_2.
func stem(words string) (text string, numbered bool) {
	at := len(words)
	for at > 0 && words[at-1] >= '0' && words[at-1] <= '9' {
		at--
	}
	if at == len(words) || at == 0 || len(words)-at > 2 {
		return words, false
	}
	return strings.TrimSpace(words[:at]), true
}
