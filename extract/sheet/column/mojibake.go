package column

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// mend takes text that was once read in a wrong encoding back to what it was: UTF-8
// read as Windows-1252 (GÃ©rard), or Windows-1252 read as ISO 8859-1. ok is false
// where the text shows no such harm.
func mend(s string) (text string, ok bool) {
	if !mayBeBroken(s) {
		return s, false
	}
	if text, ok = mendLetters(s); ok {
		return text, true
	}
	return mendControls(s)
}

func mendLetters(s string) (text string, ok bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		c, known := charmap.Windows1252.EncodeRune(r)
		if !known {
			// Windows-1252 leaves five bytes without a sign; readers pass them on.
			if r < 0x80 || r > 0x9f {
				return s, false
			}
			c = byte(r)
		}
		b = append(b, c)
	}
	if !utf8.Valid(b) || utf8.RuneCount(b) == len(b) {
		return s, false
	}
	return string(b), true
}

// mendControls takes the control characters U+0080 to U+009F back to the dashes and
// quotes of Windows-1252 whose bytes they are: the text was read as ISO 8859-1.
func mendControls(s string) (text string, ok bool) {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r >= 0x80 && r <= 0x9f {
			sign := charmap.Windows1252.DecodeByte(byte(r))
			if sign == utf8.RuneError || sign == r {
				return s, false
			}
			r, ok = sign, true
		}
		out = append(out, r)
	}
	return string(out), ok
}

// mayBeBroken looks for the letters that the first bytes of UTF-8 become: Â Ã Ä Å
// Ð â ð; and for control characters that texts do not have.
func mayBeBroken(s string) bool {
	for i := 1; i < len(s); i++ {
		if s[i-1] == 0xc2 && s[i] <= 0x9f {
			return true
		}
		if s[i-1] == 0xc3 {
			switch s[i] {
			case 0x82, 0x83, 0x84, 0x85, 0x90, 0xa2, 0xb0:
				return true
			}
		}
	}
	return false
}
