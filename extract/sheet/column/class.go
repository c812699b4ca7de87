package column

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
	var last, twice class
	for i := range len(s) {
		c := classes[s[i]]
		k |= c
		twice |= c & last
		last = c
	}
	if k&(hasSpace|hasBreak) == 0 {
		return k
	}
	if (classes[s[0]]|last)&(hasSpace|hasBreak) != 0 || twice&hasSpace != 0 {
		k |= untidy
	}
	return k
}

// isTidy tells whether a text is ASCII without spaces that should not be there, as
// classOf does: most texts are only read, and their class does not matter. Eight
// bytes are looked at together, the last of them once more with the next, where two
// spaces may meet.
func isTidy(s string) bool {
	const each = 0x0101010101010101
	if len(s) < 8 {
		return classOf(s)&(untidy|hasWide) == 0
	}
	if (classes[s[0]]|classes[s[len(s)-1]])&(hasSpace|hasBreak) != 0 {
		return false
	}
	for i := 0; i < len(s)-1; i += 7 {
		eight := eightBytes(s[min(i, len(s)-8):])
		wide := eight & (0x80 * each)
		spaces := ^((eight ^ ' '*each) + 0x7f*each) & (0x80 * each) // true where none is wide
		if wide|spaces&(spaces<<8) != 0 {
			return false
		}
	}
	return true
}

func eightBytes(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
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
