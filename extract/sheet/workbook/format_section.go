package workbook

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"ferry/extract/sheet/grid"
)

// lexer reads one section of a format code.
type lexer struct {
	section
	day, clock, elapsed bool
	pending             bool   // an m that is a month unless seconds follow
	last                byte   // the date letter before: h, m, s ...
	digits              bool   // placeholders of a number
	letters             bool   // literals that are no signs
	other               bool   // what no format of zeros and signs has
	shows               bool   // anything
	literal             []byte // all of them
}

func parseSection(code string) section {
	if isGeneral(code) {
		return section{}
	}
	x := lexer{}
	for len(code) > 0 {
		code = code[x.step(code):]
	}
	return x.done()
}

// isGeneral tells whether a section shows numbers as they are, in whatever colour.
func isGeneral(code string) bool {
	for strings.HasPrefix(code, "[") {
		_, rest, ok := strings.Cut(code, "]")
		if !ok {
			return false
		}
		code = rest
	}
	return strings.EqualFold(strings.TrimSpace(code), "general")
}

// step takes the next piece of a code and gives its length.
func (x *lexer) step(code string) int {
	c := code[0]
	switch c {
	case '"':
		n := strings.IndexByte(code[1:], '"')
		if n < 0 {
			n = len(code) - 1
			x.say(code[1:])
			return len(code)
		}
		x.say(code[1 : n+1])
		return n + 2
	case '\\':
		_, n := utf8.DecodeRuneInString(code[1:])
		x.say(code[1 : 1+n])
		return 1 + n
	case '_', '*':
		_, n := utf8.DecodeRuneInString(code[1:])
		x.other = x.other || c == '*'
		return 1 + n
	case '[':
		if n := strings.IndexByte(code, ']'); n > 0 {
			x.brackets(code[1:n])
			return n + 1
		}
	}
	return x.letter(code)
}

// say takes a literal.
func (x *lexer) say(text string) {
	for _, r := range text {
		x.literal = utf8.AppendRune(x.literal, r)
		x.shows = true
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			x.letters = true
		} else if x.digits || !unicode.IsSpace(r) {
			x.pattern = utf8.AppendRune(x.pattern, r)
		}
	}
}

func (x *lexer) brackets(in string) {
	lower := strings.ToLower(in)
	switch {
	case lower == "":
	case strings.Trim(lower, "h") == "", strings.Trim(lower, "m") == "", strings.Trim(lower, "s") == "":
		x.elapsed, x.shows, x.last = true, true, lower[0]
	case lower[0] == '$':
		symbol, _, _ := strings.Cut(in[1:], "-")
		if symbol != "" {
			x.flags |= grid.Money
			x.shows, x.other = true, true
		}
	default:
		if c, ok := condition(in); ok {
			x.test = c
		}
	}
}

// letter takes what is neither literal nor in brackets.
func (x *lexer) letter(code string) int {
	for _, half := range []string{"AM/PM", "A/P", "上午/下午", "午前/午後"} {
		if len(code) >= len(half) && strings.EqualFold(code[:len(half)], half) {
			x.clock, x.shows = true, true
			return len(half)
		}
	}
	if word := "general"; len(code) >= len(word) && strings.EqualFold(code[:len(word)], word) {
		x.digits, x.other, x.shows = true, true, true
		return len(word)
	}
	r, n := utf8.DecodeRuneInString(code)
	x.shows = x.shows || r != ' '
	switch lower := byte(min(unicode.ToLower(r), 0x7F)); lower {
	case '0', '#', '?':
		if !(lower == '0' && x.last == '.') {
			x.digits = true
		}
		x.pattern = append(x.pattern, lower)
	case '.':
		if x.last == 's' {
			x.last = '.'
			return n
		}
		x.other = true
	case ',', '/', '%', '@':
		x.sign(lower)
	case 'y', 'd', 'g', 'b':
		x.date(lower)
	case 'e':
		if len(code) > 1 && (code[1] == '+' || code[1] == '-') && x.digits {
			x.other = true
			return 2
		}
		x.date(lower)
	case 'm':
		switch x.last {
		case 'm':
		case 'h', 's':
			x.clock = true
		default:
			x.pending = true
		}
		x.last = 'm'
	case 'h', 's':
		if lower == 's' && x.last == 'm' {
			x.pending = false
		}
		x.settle()
		x.clock, x.last = true, lower
	default:
		x.say(string(r))
	}
	return n
}

// date takes a letter that only dates have.
func (x *lexer) date(letter byte) {
	x.settle()
	x.day, x.last = true, letter
}

// settle makes a month of an m that no seconds follow.
func (x *lexer) settle() {
	x.day = x.day || x.pending
	x.pending = false
}

func (x *lexer) sign(c byte) {
	switch c {
	case '%':
		x.flags |= grid.Percent
		x.other = true
	case '@':
		x.text = true
		x.other = true
	case ',':
		x.other = true
	case '/':
		if !x.day && !x.pending {
			x.other = true // a fraction
		}
	}
}

func (x *lexer) done() section {
	x.hides = !x.shows
	if isMoney(string(x.literal)) {
		x.flags |= grid.Money
	}
	x.settle()
	switch {
	case x.digits || x.text:
		x.zeros()
		return x.section
	case x.elapsed && !x.day:
		x.look = lookElapsed
	case x.day:
		x.look, x.time = lookDay, x.clock || x.elapsed
	case x.clock:
		x.look = lookClock
	}
	x.pattern, x.flags = nil, 0
	return x.section
}

// zeros keeps the pattern of a format that adds zeros before a whole number, such
// as 00000, 000-00-0000 and 0#" "##" "##" "##" "##. Letters in it are not kept,
// and then no signs either: 00000 remains of "D-"00000.
func (x *lexer) zeros() {
	width := 0
	var bare []byte
	for _, c := range x.pattern {
		if c == '0' || c == '#' || c == '?' {
			bare = append(bare, c)
			if c == '0' || width > 0 {
				width++
			}
		}
	}
	switch {
	case x.other || x.flags != 0 || width < 2:
		x.pattern = nil
	case x.letters:
		x.pattern = bare
	}
}

// isMoney tells whether the literals of a format name a currency.
func isMoney(literal string) bool {
	for _, r := range literal {
		if unicode.Is(unicode.Sc, r) {
			return true
		}
	}
	switch strings.ToUpper(strings.TrimSpace(literal)) {
	case "EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "KR", "ZŁ", "FR.", "SFR.":
		return true
	}
	return false
}
