package fn

import "strings"

// number texts: an optional "-", digits without needless zeros, and a fraction
// without trailing ones unless a scale was asked for.

// plainDecimal gives an exact decimal its one spelling; s is digits with at most
// one dot and a leading minus.
func plainDecimal(s string) string {
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	whole, frac, dot := strings.Cut(s, ".")
	whole = strings.TrimLeft(whole, "0")
	if dot {
		frac = strings.TrimRight(frac, "0")
	}
	if whole == "" {
		whole = "0"
	}
	if frac != "" {
		whole += "." + frac
	}
	if neg && whole != "0" {
		return "-" + whole
	}
	return whole
}

// shiftDecimal multiplies a plain decimal by ten to the power of exp.
func shiftDecimal(s string, exp int) string {
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits, point := whole+frac, len(whole)+exp
	if point < 0 {
		digits, point = strings.Repeat("0", -point)+digits, 0
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	out := digits[:point] + "." + digits[point:]
	if neg {
		out = "-" + out
	}
	return plainDecimal(out)
}

// scaleDecimal gives a plain decimal exactly that many digits after the dot;
// lost tells that digits other than zero were cut. half is "up" (away from zero)
// or "even".
func scaleDecimal(s string, scale int, half string) (out string, lost bool) {
	neg := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(frac) <= scale {
		return sign(neg, whole, frac+strings.Repeat("0", scale-len(frac))), false
	}
	kept, rest := []byte(whole+frac[:scale]), frac[scale:]
	tie := rest[0] == '5' && strings.Trim(rest[1:], "0") == ""
	if rest[0] > '5' || rest[0] == '5' && (!tie || half != "even" || (kept[len(kept)-1]-'0')%2 == 1) {
		kept = addOne(kept)
	}
	n := len(kept) - scale
	return sign(neg, string(kept[:n]), string(kept[n:])), strings.Trim(rest, "0") != ""
}

func addOne(digits []byte) []byte {
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] != '9' {
			digits[i]++
			return digits
		}
		digits[i] = '0'
	}
	return append([]byte{'1'}, digits...)
}

func sign(neg bool, whole, frac string) string {
	if frac != "" {
		whole += "." + frac
	}
	if neg && strings.Trim(whole, "0.") != "" {
		return "-" + whole
	}
	return whole
}
