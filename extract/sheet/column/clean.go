package column

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// dirt is what was not plain about the spaces and accents of a text.
type dirt uint8

const (
	atEnds     dirt = 1 << iota // spaces before or behind
	inRow                       // two spaces in a row
	noBreak                     // spaces at which a line is not broken, and thin ones
	zeroWidth                   // signs that nobody sees
	decomposed                  // accents as signs of their own
)

// clean makes spaces and accents plain. What the eye sees, line breaks and marks
// of the writing direction stay; runs of spaces stay in texts of several lines,
// where they may indent.
func clean(s string, k class) (string, dirt) {
	if k&(untidy|hasWide) == 0 {
		return s, 0
	}
	var d dirt
	special := false
	if k&hasWide != 0 {
		if s, d, special = cleanWide(s); k&untidy == 0 && !special {
			return s, 0
		}
	}
	if t := strings.TrimFunc(s, unicode.IsSpace); t != s {
		s, d = t, d|atEnds
	}
	if strings.Contains(s, "  ") && !strings.ContainsAny(s, "\n\r") {
		s, d = oneSpace(s), d|inRow
	}
	return s, d
}

const (
	nextLine    = '\u0085'
	noBreakMark = '\u00a0'
	firstAccent = '\u0300' // letters before it are always composed
)

// cleanWide makes signs beyond ASCII plain. special tells whether there were any
// that may be spaces or accents of their own: most texts have letters alone.
func cleanWide(s string) (text string, d dirt, special bool) {
	for _, r := range s {
		if r >= firstAccent || r == noBreakMark || r == nextLine {
			special = true
			d |= dirtOf(r)
		}
	}
	if !special {
		return s, 0, false
	}
	if d != 0 {
		s = strings.Map(plainSpace, s)
	}
	// Joiners within a text belong to letters and pictures; at its ends they join
	// nothing.
	if t := strings.Trim(s, "\u200c\u200d"); t != s {
		s, d = t, d|zeroWidth
	}
	if !norm.NFC.IsNormalString(s) {
		s, d = norm.NFC.String(s), d|decomposed
	}
	return s, d, true
}

func dirtOf(r rune) dirt {
	switch {
	case r == '\u200b' || r == '\u2060' || r == '\ufeff':
		return zeroWidth
	case r == '\u00a0' || r == '\u202f' || r == '\u205f' || '\u2000' <= r && r <= '\u200a':
		return noBreak
	}
	return 0
}

func plainSpace(r rune) rune {
	switch dirtOf(r) {
	case zeroWidth:
		return -1
	case noBreak:
		return ' '
	}
	return r
}

func oneSpace(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	last := byte(0)
	for i := range len(s) {
		if s[i] != ' ' || last != ' ' {
			b.WriteByte(s[i])
		}
		last = s[i]
	}
	return b.String()
}

// plainMarks makes typographic quotes and dashes plain and drops soft hyphens, as
// codes and phone numbers want it.
func plainMarks(s string) string { return strings.Map(plainMark, s) }

func plainMark(r rune) rune {
	switch r {
	case '\u00ad':
		return -1
	case '‐', '‑', '‒', '–', '—', '―', '−', '﹣', '－':
		return '-'
	case '‘', '’', '‚', '‛', 'ʼ', '′':
		return '\''
	case '“', '”', '„', '‟', '″':
		return '"'
	}
	return r
}

// hasMarks tells whether plainMarks would change a text.
func hasMarks(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case 0xc2, 0xca, 0xe2, 0xef: // first bytes of the marks in UTF-8
			return plainMarks(s) != s
		}
	}
	return false
}

// fold appends a text in small letters, for looking words up.
func fold(dst []byte, s string) []byte {
	for i := range len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			return append(dst, strings.ToLower(s[i:])...)
		}
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		dst = append(dst, c)
	}
	return dst
}
