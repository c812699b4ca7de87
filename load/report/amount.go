package report

import (
	"math/big"
	"strings"
)

// amount is an exact sum of decimal numbers.
type amount struct {
	unscaled big.Int
	scale    int // digits behind the point
	small    big.Int
}

// mostDigits bounds a number that is added; a longer one is no amount.
const mostDigits = 60

// add adds a number written in decimal, with an exponent or without; false where
// the text is none.
func (a *amount) add(text string) bool {
	sign, digits, scale, ok := parseDecimal(strings.TrimSpace(text))
	if !ok {
		return false
	}
	if _, ok := a.small.SetString(digits, 10); !ok {
		return false
	}
	if sign < 0 {
		a.small.Neg(&a.small)
	}
	switch {
	case scale > a.scale:
		a.unscaled.Mul(&a.unscaled, pow10(scale-a.scale))
		a.scale = scale
	case scale < a.scale:
		a.small.Mul(&a.small, pow10(a.scale-scale))
	}
	a.unscaled.Add(&a.unscaled, &a.small)
	return true
}

// parseDecimal takes -12.340e1 apart into -1, "12340" and 2.
func parseDecimal(text string) (sign int, digits string, scale int, ok bool) {
	sign = 1
	if rest, minus := strings.CutPrefix(text, "-"); minus {
		sign, text = -1, rest
	} else {
		text = strings.TrimPrefix(text, "+")
	}
	mantissa, exponent, has := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits, scale = whole+fraction, len(fraction)
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, "", 0, false
	}
	if has {
		power, minus := strings.CutPrefix(exponent, "-")
		power = strings.TrimPrefix(power, "+")
		n := 0
		for _, c := range power {
			if c < '0' || c > '9' || n > mostDigits {
				return 0, "", 0, false
			}
			n = n*10 + int(c-'0')
		}
		if power == "" {
			return 0, "", 0, false
		}
		if minus {
			scale += n
		} else {
			scale -= n
		}
	}
	if scale < 0 {
		digits, scale = digits+strings.Repeat("0", -scale), 0
	}
	return sign, digits, scale, len(digits) <= mostDigits && scale <= mostDigits
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// equal compares by value: 1.50 is 1.5.
func (a *amount) equal(b *amount) bool {
	var x, y big.Int
	x.Set(&a.unscaled)
	y.Set(&b.unscaled)
	if a.scale < b.scale {
		x.Mul(&x, pow10(b.scale-a.scale))
	} else {
		y.Mul(&y, pow10(a.scale-b.scale))
	}
	return x.Cmp(&y) == 0
}

// String writes the sum with its thousands parted and at least two decimals
// where the numbers had: 12,345.60.
func (a *amount) String() string {
	var abs big.Int
	digits := abs.Abs(&a.unscaled).String()
	if len(digits) <= a.scale {
		digits = strings.Repeat("0", a.scale-len(digits)+1) + digits
	}
	whole, fraction := digits[:len(digits)-a.scale], strings.TrimRight(digits[len(digits)-a.scale:], "0")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if len(fraction) < 2 && a.scale >= 2 {
		fraction += strings.Repeat("0", 2-len(fraction))
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if a.unscaled.Sign() < 0 {
		whole = "-" + whole
	}
	return whole
}

// plain is the sum without parted thousands, for cells.
func (a *amount) plain() string { return strings.ReplaceAll(a.String(), ",", "") }
