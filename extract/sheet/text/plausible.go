package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Letters that are common in what people write in an encoding; the others that it
// knows are rare in it.
const (
	western = "éèàùâêîôçëïüöäßáíóúñãæøåœìòÉÈÀÂÊÎÔÇËÏÜÖÄÁÍÓÚÑÃÆØÅŒÌÒÙÕÛªº"
	central = "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűâăîşţđĄĆĘŁŃÓŚŹŻÁČĎÉĚÍŇŘŠŤÚŮÝŽÄÖÜŐŰÂĂÎŞŢĐ"
	turkish = "ğışçöüâîûİĞŞÇÖÜ"
	baltic  = "āčēģīķļņšūžąęėįųõäöüĀČĒĢĪĶĻŅŠŪŽĄĘĖĮŲÕÄÖÜ"
	// marks are signs that stand in texts, but not within words.
	marks = "“”‘„‚«»–—…•°§€£©®™¿¡×±½¼¾²³№÷¥¢µ„‹›"
	// joints are signs that may stand within words.
	joints = "’´·‐\u00A0\u00AD"
)

// latin says what the letters of an encoding of Latin script count.
var latin = map[string]struct {
	letters string
	points  float64
}{
	windows1252: {western, 2}, "iso-8859-15": {western, 1.95}, "iso-8859-1": {western, 1.95},
	"macintosh": {western, 1.9}, "ibm850": {western, 1.8}, "ibm437": {western, 1.75},
	"windows-1250": {central, 1.8}, "iso-8859-2": {central, 1.75}, "ibm852": {central, 1.7},
	"windows-1254": {turkish, 1.8}, "windows-1257": {baltic, 1.6},
}

// score gives how plausible a text is as what was read in an encoding, in points a
// character that is not ASCII. A character counts by itself and by its neighbours:
// words keep to one script and to one case.
func score(name, text string) float64 {
	total, n := 0.0, 0
	letters := map[rune]float64{} // of East Asia, whose points take long to find
	before, last := rune(0), rune(0)
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && size == 1 {
			total, n = total-6, n+1
			i += min(3, len(text)-i)
			before, last = last, 0
			continue
		}
		i += size
		if r >= utf8.RuneSelf {
			next, _ := utf8.DecodeRuneInString(text[i:])
			total += points(name, before, last, r, next, letters)
			n++
		}
		before, last = last, r
	}
	if n == 0 {
		return 0
	}
	return total / float64(n)
}

func points(name string, before, last, r, next rune, known map[rune]float64) float64 {
	if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) {
		return sign(last, r, next)
	}
	p := letter(name, r, last, next, known)
	if last >= utf8.RuneSelf && next >= utf8.RuneSelf && family(r) == roman && unicode.IsLetter(last) && unicode.IsLetter(next) {
		p -= 1.5 // Latin words have letters of ASCII between
	}
	switch {
	case unicode.IsUpper(r) && unicode.IsLower(last):
		p -= 3
	case unicode.IsLower(r) && unicode.IsUpper(last) && unicode.IsUpper(before):
		p -= 2
	}
	if unicode.IsLetter(last) && family(last) != family(r) || unicode.IsLetter(next) && family(next) != family(r) {
		p -= 2
	}
	return p
}

// sign judges what is no letter.
func sign(last, r, next rune) float64 {
	within := unicode.IsLetter(last) && unicode.IsLetter(next)
	switch {
	case strings.ContainsRune(joints, r):
		return 1
	case family(r) == han || r >= 0x3000 && r < 0x3040 || r >= 0xFF00:
		return 0.5
	case strings.ContainsRune(marks, r) && !within:
		return 1
	case within:
		return -3
	}
	return -1.5
}

// letter judges a letter by itself.
func letter(name string, r, last, next rune, eastern map[rune]float64) float64 {
	known, isLatin := latin[name]
	switch f := family(r); {
	case strings.ContainsRune(marks, r):
		return 1
	case f == roman && isLatin:
		switch {
		case strings.ContainsRune(known.letters, r):
			return known.points
		case name == windows1252 && (r == 'õ' || r == 'û'):
			return 1
		}
		return 0.2
	case f == roman, isLatin:
		return -1
	case f == cyrillic:
		if strings.ContainsRune("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґ", unicode.ToLower(r)) && (family(last) == f || family(next) == f) {
			return 2
		}
		return 0
	case f == greek, f == semitic:
		if family(last) == f || family(next) == f {
			return 2
		}
		return -1
	}
	p, ok := eastern[r]
	if !ok {
		p = east(name, r)
		eastern[r] = p
	}
	return p
}

// east judges characters of East Asia: those that a language writes every day
// come first in its tables.
func east(name string, r rune) float64 {
	switch {
	case unicode.In(r, unicode.Hiragana, unicode.Katakana):
		if r >= 0xFF61 { // of half width
			return -0.5
		}
		if name == "shift_jis" || name == "euc-jp" {
			return 2
		}
		return 0
	}
	c := findCharset(name)
	if c.wide == nil {
		return -1
	}
	b, err := c.wide.NewEncoder().Bytes([]byte(string(r)))
	if err != nil || len(b) != 2 {
		return -1
	}
	common := false
	switch name {
	case "euc-kr":
		if b[0] >= 0xB0 && b[0] <= 0xC8 && b[1] >= 0xA1 {
			return 2
		}
	case "gbk", "gb18030":
		common = b[0] >= 0xB0 && b[0] <= 0xD7 && b[1] >= 0xA1
	case "shift_jis":
		common = b[0] >= 0x88 && b[0] <= 0x98
	case "euc-jp":
		common = b[0] >= 0xB0 && b[0] <= 0xCF
	case "big5":
		common = b[0] >= 0xA4 && b[0] <= 0xC6
	}
	if common {
		return 1.5
	}
	return -1
}

// script is a family of letters that stand in one word.
type script uint8

const (
	other script = iota
	roman
	cyrillic
	greek
	semitic
	han
)

func family(r rune) script {
	switch {
	case r < utf8.RuneSelf || unicode.Is(unicode.Latin, r):
		return roman
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic
	case unicode.Is(unicode.Greek, r):
		return greek
	case unicode.In(r, unicode.Hebrew, unicode.Arabic):
		return semitic
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return han
	}
	return other
}
