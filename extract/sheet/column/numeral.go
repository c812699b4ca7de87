package column

import "strings"

// Excel computes with 15 digits and shows no more: what stands behind them comes
// from calculation, or was lost.
const excelDigits = 15

// append writes a number in the form of records: a minus, digits, a point, digits,
// nothing before or behind that says nothing. mark parts the decimals where the
// number leaves it open. shift is added to the number's own.
func (n *numeral) append(dst []byte, mark byte, shift int) []byte {
	at := n.at
	if n.either && n.mark != mark {
		at = -1
	}
	var digits [longestNumber]byte
	count, whole := 0, -1
	for i := range len(n.body) {
		if i == at {
			whole = count
		}
		if c := n.body[i]; isDigit(c) {
			digits[count] = c
			count++
		}
	}
	if whole < 0 {
		whole = count
	}
	return appendDecimal(dst, n.neg, digits[:count], whole+shift+n.shift)
}

// appendDecimal writes digits of which whole stand before the point; whole may
// lie outside of them.
func appendDecimal(dst []byte, neg bool, digits []byte, whole int) []byte {
	for len(digits) > 0 && digits[0] == '0' {
		digits, whole = digits[1:], whole-1
	}
	for len(digits) > 0 && digits[len(digits)-1] == '0' && len(digits) > whole {
		digits = digits[:len(digits)-1]
	}
	if len(strings.Trim(string(digits), "0")) == 0 {
		return append(dst, '0')
	}
	if neg {
		dst = append(dst, '-')
	}
	if whole <= 0 {
		dst = append(dst, '0', '.')
		for ; whole < 0; whole++ {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	for i, c := range digits {
		if i == whole {
			dst = append(dst, '.')
		}
		dst = append(dst, c)
	}
	for i := len(digits); i < whole; i++ {
		dst = append(dst, '0')
	}
	return dst
}

// hasTail tells whether a number of a workbook has decimals behind the digits
// that Excel shows, such as 0.30000000000000004.
func hasTail(text string) bool {
	if len(text) <= excelDigits+1 {
		return false
	}
	at := strings.IndexByte(text, '.')
	return at > 0 && at <= excelDigits && significant(text) > excelDigits
}

// significant counts the digits of a plain number without zeros at its start.
func significant(text string) int {
	text = strings.TrimLeft(text, "-0.")
	return len(text) - strings.Count(text, ".")
}

// lostDigits tells whether a whole number of a workbook is so long that Excel has
// put zeros for its last digits.
func lostDigits(text string) bool {
	text = strings.TrimPrefix(text, "-")
	return len(text) > excelDigits && allDigits(text) && strings.Trim(text[excelDigits:], "0") == ""
}

// withoutTail rounds a plain number to the digits that Excel shows, halves away
// from zero.
func withoutTail(dst []byte, text string) []byte {
	body, neg := strings.CutPrefix(text, "-")
	var buf [longestNumber]byte
	digits, whole := buf[:0], 0
	for i := range len(body) {
		switch {
		case body[i] == '.':
			whole = len(digits)
		case len(digits) > 0 && len(strings.TrimLeft(string(digits), "0")) > excelDigits:
		default:
			digits = append(digits, body[i])
		}
	}
	lead := len(digits) - len(strings.TrimLeft(string(digits), "0"))
	keep := lead + excelDigits
	if len(digits) > keep {
		up := digits[keep] >= '5'
		digits = digits[:keep]
		for i := keep - 1; up; i-- {
			if i < 0 {
				digits, whole = append([]byte{'1'}, digits...), whole+1
				break
			}
			if up = digits[i] == '9'; up {
				digits[i] = '0'
			} else {
				digits[i]++
			}
		}
	}
	return appendDecimal(dst, neg, digits, whole)
}
