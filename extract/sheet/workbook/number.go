package workbook

import (
	"bytes"
	"math"
	"strconv"
)

// precise is how many digits of a number Excel keeps.
const precise = 15

// decimal is a number as it stands in a file: 0.digits * 10^point.
type decimal struct {
	negative bool
	digits   []byte // without zeros at either end; none: zero
	point    int
}

// parseDecimal reads what XML allows for a double, without INF and NaN. store
// holds the digits.
func parseDecimal(b, store []byte) (d decimal, ok bool) {
	d.digits = store[:0]
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		d.negative = b[0] == '-'
		b = b[1:]
	}
	seen, fraction := false, false
	i := 0
	for ; i < len(b); i++ {
		c := b[i]
		if c == '.' && !fraction {
			fraction = true
			continue
		}
		if c < '0' || c > '9' {
			break
		}
		seen = true
		if c == '0' && len(d.digits) == 0 {
			if fraction {
				d.point--
			}
			continue
		}
		d.digits = append(d.digits, c)
		if !fraction {
			d.point++
		}
	}
	if !seen {
		return d, false
	}
	if i < len(b) {
		if b[i]|0x20 != 'e' {
			return d, false
		}
		e, ok := exponent(b[i+1:])
		if !ok {
			return d, false
		}
		d.point += e
	}
	d.digits = bytes.TrimRight(d.digits, "0")
	return d, true
}

// exponent reads what stands after the e: one that a double may have has at most
// three digits, zeros before them apart.
func exponent(b []byte) (e int, ok bool) {
	negative := len(b) > 0 && b[0] == '-'
	if negative || len(b) > 0 && b[0] == '+' {
		b = b[1:]
	}
	if e = digits(b); len(b) > 9 || e < 0 {
		return 0, false
	}
	if negative {
		e = -e
	}
	return e, true
}

// append adds the number in full, without exponent.
func (d *decimal) append(dst []byte) []byte {
	if len(d.digits) == 0 {
		return append(dst, '0')
	}
	if d.negative {
		dst = append(dst, '-')
	}
	if d.point <= 0 {
		dst = append(dst, "0."...)
		for range -d.point {
			dst = append(dst, '0')
		}
		return append(dst, d.digits...)
	}
	for i := range max(d.point, len(d.digits)) {
		if i == d.point {
			dst = append(dst, '.')
		}
		if i < len(d.digits) {
			dst = append(dst, d.digits[i])
		} else {
			dst = append(dst, '0')
		}
	}
	return dst
}

// whole tells whether the number has no fraction.
func (d *decimal) whole() bool { return len(d.digits) <= d.point || len(d.digits) == 0 }

// appendNumber adds the text of a number of a file. Up to 15 digits, and whole
// numbers, are taken digit by digit. A fraction of more digits is what is left of
// a binary number (Excel writes 1.1 as 1.1000000000000001): it becomes the
// shortest decimal that is the same binary number. long tells that the whole part
// has more digits than Excel keeps; ok is false where it is no number that Excel
// can hold.
func appendNumber(dst, b []byte) (out []byte, long, ok bool) {
	if simple(b) {
		return append(dst, b...), false, true
	}
	var store [64]byte
	d, ok := parseDecimal(b, store[:])
	const largest = 309 // digits before the point of the largest double
	if !ok || d.point > largest {
		return dst, false, false
	}
	if d.point < -330 {
		d.digits = nil
	}
	if d.point == largest || len(d.digits) > precise && !d.whole() {
		f, err := strconv.ParseFloat(string(b), 64)
		if err != nil {
			return dst, false, false
		}
		if !d.whole() {
			return strconv.AppendFloat(dst, f, 'f', -1, 64), d.point > precise, true
		}
	}
	return d.append(dst), d.point > precise, true
}

// simple tells that a number of a file is already in the form of Cell.Text: the
// usual case. Zero, 0.5 and -12.5 are; -0, 007, .5 and 1.50 are not.
func simple(b []byte) bool {
	if len(b) > precise || len(b) == 0 {
		return false
	}
	if len(b) == 1 {
		return '0' <= b[0] && b[0] <= '9'
	}
	if b[0] == '-' {
		b = b[1:]
	}
	if b[0] == '.' || b[0] == '0' && (len(b) == 1 || b[1] != '.') {
		return false
	}
	point := false
	for _, c := range b {
		if c == '.' && !point {
			point = true
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return !point || '0' < b[len(b)-1] && b[len(b)-1] <= '9'
}

// float gives the value of a number of a file.
func float(b []byte) (f float64, ok bool) {
	if len(b) == 0 || len(b) > 400 {
		return 0, false
	}
	f, err := strconv.ParseFloat(string(b), 64)
	return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
}
