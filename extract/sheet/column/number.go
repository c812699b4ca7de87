package column

import "strings"

// numeral is a number as a text writes it, before it is known whether its point
// or its comma parts the decimals.
type numeral struct {
	body    string // digits and what parts them
	neg     bool
	percent bool
	power   bool   // 1.5E+10
	excel   bool   // a power as Excel shows long numbers: digits may be lost
	zeros   bool   // begins with zeros that a number does not have
	trail   bool   // the minus stands behind, or brackets around
	shift   int    // powers of ten by which it is larger: 3 of 1,2k
	money   string // currency; "" none
	mark    byte   // parts the decimals in body at at; 0 no decimals
	at      int
	either  bool // mark may part thousands as well
	group   byte // point or comma that can only part thousands; 0 none
}

// longestNumber is the most bytes of a number with all its signs.
const longestNumber = 64

// longestPrefix is the most bytes before its digits.
const longestPrefix = 12

// beginsNumber tells whether a text may be a number by what it begins with: letters
// are those of a currency.
func beginsNumber(s string) bool { return classes[s[0]]&hasLetter == 0 || currencySieve.lets(s) }

// parse reads a number as it stands in a tidy text: in groups or not, with a
// currency, a percent sign, a minus before or behind, or in brackets. The numeral
// is empty before.
func (n *numeral) parse(s string) (ok bool) {
	if len(s) > longestNumber || s == "" {
		return false
	}
	if !isDigit(s[0]) && strings.Contains(s, "\xe2") {
		s = plainMarks(s)
	}
	first := nextDigit(s, 0)
	if first > 0 && first < len(s) && (s[first-1] == '.' || s[first-1] == ',') && (first < 2 || s[first-2] != 'r') {
		first-- // .5
	}
	if first > longestPrefix {
		return false
	}
	end := n.bodyEnd(s, first)
	if end == first {
		return false
	}
	n.body = s[first:end]
	bracket := false
	if first > 0 {
		if bracket, ok = n.before(s[:first]); !ok {
			return false
		}
	}
	if end < len(s) && !n.behind(s[end:], &bracket) {
		return false
	}
	return !bracket && n.separate()
}

// bodyEnd finds where the digits and what parts them end.
func (n *numeral) bodyEnd(s string, i int) int {
	end := i
	for i < len(s) {
		c := s[i]
		switch {
		case isDigit(c):
			end = i + 1
		case c == '.' || c == ',' || c == ' ' || c == '\'':
		case strings.HasPrefix(s[i:], "’"):
			i += len("’") - 1
		default:
			return end
		}
		i++
	}
	return end
}

// before reads what stands before the digits; bracket tells that one was opened.
func (n *numeral) before(s string) (bracket, ok bool) {
	for s != "" {
		switch c := s[0]; {
		case c == ' ' || c == '+' && !n.neg:
			s = s[1:]
		case c == '-' && !n.neg:
			n.neg, s = true, s[1:]
		case c == '(' && !bracket:
			bracket, s = true, s[1:]
		default:
			sign, size := currencyAt(s)
			if size == 0 || n.money != "" {
				return bracket, false
			}
			n.money, s = sign, s[size:]
		}
	}
	return bracket, true
}

// behind reads what stands behind the digits.
func (n *numeral) behind(s string, bracket *bool) bool {
	if s[0] == '.' || s[0] == ',' { // 12,- and 12.
		s = strings.TrimLeft(s[1:], "-–—")
	}
	if s != "" && s[0]|0x20 == 'e' {
		if s = n.exponent(s); s != "" {
			return false
		}
	}
	for s != "" {
		switch c := s[0]; {
		case c == ' ':
			s = s[1:]
		case c == ')' && *bracket && !n.neg:
			*bracket, n.neg, n.trail, s = false, true, true, s[1:]
		case c == '-' && !n.neg:
			n.neg, n.trail, s = true, true, s[1:]
		case c == '%' && !n.percent:
			n.percent, s = true, s[1:]
		default:
			if sign, size := currencyAt(s); size > 0 && n.money == "" {
				n.money, s = sign, s[size:]
				continue
			}
			if n.shift != 0 || c != 'k' && c != 'K' && c != 'M' {
				return false
			}
			if n.shift, s = 3, s[1:]; c == 'M' {
				n.shift = 6
			}
		}
	}
	return true
}

// exponent reads E+10 and gives what is left; all of it where it is none.
func (n *numeral) exponent(s string) string {
	i := 1
	minus, plus := strings.HasPrefix(s[1:], "-"), strings.HasPrefix(s[1:], "+")
	if minus || plus {
		i++
	}
	value, digits := digitsAt(s, i)
	if digits == 0 || digits > 2 {
		return s
	}
	n.power, n.excel, n.shift = true, plus && digits == 2, value
	if minus {
		n.shift = -value
	}
	return s[i+digits:]
}

// separate says what the points, commas and other signs in body part.
func (n *numeral) separate() bool {
	b := n.body
	n.at = -1
	if allDigits(b) {
		n.zeros = len(b) > 1 && b[0] == '0'
		return true
	}
	points, commas, others, last := 0, 0, 0, 0
	for i := range len(b) {
		switch b[i] {
		case '.':
			points, last = points+1, i
		case ',':
			commas, last = commas+1, i
		case ' ', '\'', 0xe2:
			others++
		}
	}
	whole := b
	if points > 0 && commas > 0 || points+commas == 1 {
		n.mark, n.at, whole = b[last], last, b[:last]
		if !digitsOnlyOrNone(b[last+1:]) {
			return false
		}
	}
	switch {
	case n.at < 0 && points > 1:
		n.group = '.'
	case n.at < 0 && commas > 1:
		n.group = ','
	case points > 0 && commas > 0:
		if n.group = ','; n.mark == ',' {
			n.group = '.'
		}
	case points+commas == 1 && others == 0:
		n.either = len(b)-last-1 == 3 && 1 <= last && last <= 3 && b[0] != '0'
	}
	n.zeros = len(whole) > 1 && whole[0] == '0'
	return n.group == 0 && others == 0 || n.grouped(whole, others)
}

func digitsOnlyOrNone(s string) bool { return s == "" || allDigits(s) }

// grouped tells whether the whole part stands in groups of three, parted by one
// sign alone. India parts by commas in groups of two down to the last of three.
func (n *numeral) grouped(whole string, others int) bool {
	sign := ""
	switch {
	case n.group != 0 && others > 0:
		return false
	case n.group != 0:
		sign = string(n.group)
	case strings.Contains(whole, " "):
		sign = " "
	case strings.Contains(whole, "’"):
		sign = "’"
	default:
		sign = "'"
	}
	count := 0
	for rest := whole; ; count++ {
		at := strings.LastIndex(rest, sign)
		group := rest[at+1:]
		if at >= 0 {
			group = rest[at+len(sign):]
		}
		if !allDigits(group) {
			return false
		}
		if at < 0 {
			return count > 0 && len(group) <= 3
		}
		if len(group) != 3 && !(sign == "," && count > 0 && len(group) == 2) {
			return false
		}
		rest = rest[:at]
	}
}

// proves gives the sign that can only part the decimals; 0 the number proves
// nothing.
func (n *numeral) proves() byte {
	switch {
	case n.mark != 0 && !n.either:
		return n.mark
	case n.group == '.':
		return ','
	case n.group == ',':
		return '.'
	}
	return 0
}
