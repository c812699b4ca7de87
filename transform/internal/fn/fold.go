package fn

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold makes spellings of one name equal: lower case, no accents, no dots or
// apostrophes, one space for all else between letters and digits.
func fold(s string) string {
	if plainWord(s) {
		return s
	}
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			if plain, ok := plainLetters[unicode.ToLower(r)]; ok {
				b.WriteString(plain)
			} else {
				b.WriteRune(unicode.ToLower(r))
			}
		case r == '&':
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			b.WriteString("and")
			gap = true
		case unicode.Is(unicode.Mn, r), r == '.', r == '\'', r == '’':
		default:
			gap = true
		}
	}
	return b.String()
}

// plainLetters are letters that no decomposition takes apart.
var plainLetters = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i",
}

// plainWord tells whether a text is nothing but small letters and digits.
func plainWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
