package column

import "strings"

// class is a set of kinds of bytes: what a text is made of.
type class uint16

const (
	hasDigit class = 1 << iota
	hasLetter
	hasSpace
	hasBreak // of lines, and tabs
	hasDash
	hasSlash
	hasDot
	hasComma
	hasColon
	hasAt
	hasSemicolon
	hasSign // other marks that numbers and phones are written with
	hasOther
	hasWide // beyond ASCII
	untidy  // spaces at an end, or two in a row
)

var classes = func() (t [256]class) {
	for i := range t {
		switch c := byte(i); {
		case c >= 0x80:
			t[i] = hasWide
		case '0' <= c && c <= '9':
			t[i] = hasDigit
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			t[i] = hasLetter
		default:
			t[i] = hasOther
		}
	}
	for marks, k := range map[string]class{
		" ": hasSpace, "\t\n\v\f\r": hasBreak, "-": hasDash, "/": hasSlash, ".": hasDot, ",": hasComma,
		":": hasColon, "@": hasAt, ";": hasSemicolon, "+()'%$": hasSign,
	} {
		for _, c := range []byte(marks) {
			t[c] = k
		}
	}
	return t
}()

// classOf looks at every byte of a text once.
func classOf(s string) (k class) {
	for i := range len(s) {
		k |= classes[s[i]]
	}
	if k&(hasSpace|hasBreak) == 0 {
		return k
	}
	if first, last := classes[s[0]], classes[s[len(s)-1]]; (first|last)&(hasSpace|hasBreak) != 0 ||
		strings.Contains(s, "  ") {
		k |= untidy
	}
	return k
}

// only tells whether a text is made of these kinds alone.
func (k class) only(of class) bool { return k&^of == 0 }

func isDigit(c byte) bool { return c-'0' <= 9 }

// allDigits tells whether a text is made of digits, at least one.
func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
