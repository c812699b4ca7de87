package column

import (
	"strings"

	"ferry/extract/sheet/grid"
)

// number gives a cell that Excel has typed as a number.
func (r *Reader) number(c *grid.Cell) (string, *Problem) {
	if c.Kind != grid.Number {
		return "", noNumberProblem
	}
	if r.reading.Currency != "" && c.Is(grid.Money) {
		if sign := r.money.of(c.Format); sign != "" && sign != r.reading.Currency {
			return "", currencyProblem
		}
	}
	s := c.Text
	if c.Is(grid.Padded) {
		s = c.Raw // without the zeros and signs of its format
	}
	if len(s) > excelDigits {
		if hasTail(s) {
			s = r.arena.keep(withoutTail(r.buf[:0], s))
		} else if c.Is(grid.LongNumber) && strings.IndexByte(s, '.') < 0 {
			if lostDigits(s) {
				return "", longProblem
			}
			return s, longWarning
		}
	}
	bare := r.reading.Shares && !c.Is(grid.Percent)
	if !bare && isPlain(s) {
		return s, nil
	}
	var n numeral
	if !n.parse(s) {
		return "", noNumberProblem
	}
	return r.share(&n, '.', bare)
}

// isPlain tells whether a number stands in the form of records already: digits,
// or digits, a point, and digits of which the last says something.
func isPlain(s string) bool {
	s = strings.TrimPrefix(s, "-")
	if s == "" || len(s) > 1 && s[0] == '0' && s[1] != '.' || s == "0" && len(s) != 1 {
		return false
	}
	at := -1
	for i := range len(s) {
		if s[i] == '.' && at < 0 && i > 0 {
			at = i
		} else if !isDigit(s[i]) {
			return false
		}
	}
	return at < 0 || at < len(s)-1 && s[len(s)-1] != '0'
}

// numberText gives the number that a text means.
func (r *Reader) numberText(s string, k class) (string, *Problem) {
	if k.only(hasDigit) && !r.reading.Shares && len(s) <= longestNumber && (s[0] != '0' || len(s) == 1) {
		return s, nil
	}
	if k&hasDigit == 0 {
		return "", noNumberProblem
	}
	var n numeral
	if !n.parse(s) {
		return "", noNumberProblem
	}
	switch {
	case n.power && n.excel && n.shift > 0:
		return "", powerProblem
	case n.money != "" && r.reading.Currency != "" && n.money != r.reading.Currency:
		return "", currencyProblem
	}
	mark, p := r.mark(&n)
	if p != nil {
		return "", p
	}
	return r.share(&n, mark, r.reading.Shares && !n.percent)
}

// mark gives the sign that parts the decimals of a number, and a problem where it
// contradicts its column or nothing decides.
func (r *Reader) mark(n *numeral) (byte, *Problem) {
	proven := n.proves()
	if r.reading.Decimal == "" {
		if n.either {
			return 0, eitherProblem
		}
		return proven, nil
	}
	mark := r.reading.Decimal[0]
	if proven != 0 && proven != mark {
		return 0, separatorProblem
	}
	return mark, nil
}

// share writes a number, a percent as a share of one. bare is one without a sign
// in a column of percents.
func (r *Reader) share(n *numeral, mark byte, bare bool) (string, *Problem) {
	shift := 0
	switch {
	case n.percent:
		shift = -2
	case bare && strings.Trim(n.body, "0., '’") != "":
		if r.reading.Percent == "" {
			return "", percentProblem
		}
		if r.reading.Percent == "points" {
			shift = -2
		}
	}
	return r.arena.keep(n.append(r.buf[:0], mark, shift)), nil
}
