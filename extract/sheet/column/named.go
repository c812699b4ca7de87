package column

import (
	"strings"
	"unicode/utf8"
)

// named collects what a date with the name of a month is made of.
type named struct {
	numbers [2]int
	digits  [2]int
	count   int // of numbers
	before  int // numbers that stand before the month
	month   int
	speech  speech // languages that have the name
}

var (
	monthFirst, _ = firstBytes(months)
	smallFirst, _ = firstBytes(smallWords)
	monthSieve    = sieveOf(months)
	dateSieve     = monthSieve.and(sieveOf(smallWords))
)

// parseNamed reads 12 août 2024, Aug 12, 2024, 12-Aug-24, lundi 1er juin 2020,
// 12 de agosto de 2024.
func parseNamed(s string) (w written) {
	if !isDigit(s[0]) && !monthFirst[s[0]] && !smallFirst[s[0]] {
		return w
	}
	text := s
	if at := strings.IndexByte(s, ':'); at > 0 {
		for at > 0 && isDigit(s[at-1]) {
			at--
		}
		c, ok := parseClock(s[at:], true)
		if !ok || !c.ofDay() {
			return w
		}
		text, w.clock = strings.TrimRight(s[:at], " ,T"), c
	}
	n, ok := readNamed(text)
	if !ok || n.month == 0 || n.count != 2 {
		return written{}
	}
	return w.named(n)
}

func (w written) named(n named) written {
	day, year, digits := n.numbers[0], n.numbers[1], n.digits[1]
	if n.digits[0] == 4 {
		day, year, digits = n.numbers[1], n.numbers[0], 4
	}
	if n.before == 2 || digits != 2 && digits != 4 {
		return written{}
	}
	w.short, w.speech = digits == 2, n.speech
	w.parts = [3]int{year, n.month, day}
	w.oneWay(isDay(year, n.month, day))
	return w
}

// readNamed takes a text apart at everything that is no letter and no digit.
func readNamed(s string) (n named, ok bool) {
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case isDigit(c):
			value, digits := digitsAt(s, i)
			if n.count == 2 || digits == 0 || digits > 4 || digits == 3 {
				return n, false
			}
			n.numbers[n.count], n.digits[n.count] = value, digits
			n.count++
			if n.month == 0 {
				n.before = n.count
			}
			i += digits
		case classes[c]&(hasLetter|hasWide) != 0:
			end := wordEnd(s, i)
			if !n.word(s[i:end], i > 0 && isDigit(s[i-1])) {
				return n, false
			}
			i = end
		case classes[c]&(hasSpace|hasDash|hasSlash|hasDot|hasComma|hasSign) != 0:
			i++
		default:
			return n, false
		}
	}
	return n, true
}

func wordEnd(s string, i int) int {
	for i < len(s) {
		if classes[s[i]]&hasLetter != 0 {
			i++
			continue
		}
		if s[i] < utf8.RuneSelf {
			break
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		i += n
	}
	return i
}

// word takes the name of a month once; names of days and small words are passed
// over, endings such as the th of 12th where they touch a number.
func (n *named) word(word string, touches bool) bool {
	var buf [24]byte
	if len(word) > len(buf)/2 {
		return false
	}
	if !touches && !dateSieve.lets(word) {
		return false
	}
	key := fold(buf[:0], word)
	if m, ok := months[string(key)]; ok && n.month == 0 {
		n.month, n.speech = m.number, m.speech
		return true
	}
	if touches {
		switch string(key) {
		case "st", "nd", "rd", "th", "er", "ère", "º", "ª":
			return true
		}
	}
	return smallWords[string(key)]
}
