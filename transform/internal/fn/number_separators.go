package fn

import "strings"

// separators takes the thousands apart from the fraction. Without options only
// what can be read in one way is taken: 1.5, 1,234,567 and 1,234.50, but neither
// 1,234 nor 1.234.567,00.
func (st numberStyle) separators(v any, s string) (string, error) {
	if strings.Trim(s, "0123456789.,' ") != "" || strings.Trim(s, ".,' ") == "" {
		return "", misfit(v, "it is not a number", "mend it in the source, or map the word with values:")
	}
	point, group := st.point, st.group
	switch {
	case point == 0 && group == 0:
		if oneComma(s) {
			return "", misfit(v, "its comma can be a decimal comma or a thousands separator", separatorsAdvice)
		}
		point, group = '.', ','
	case point == 0:
		if point = '.'; group == '.' {
			point = ','
		}
	case group == 0:
		if group = ','; point == ',' {
			group = '.'
		}
	}
	whole, frac, found := strings.Cut(s, string(point))
	if found && (strings.Trim(frac, "0123456789") != "" || frac == "") {
		return "", misfit(v, "its separators do not fit", separatorsAdvice)
	}
	digits, ok := ungroup(whole, byte(group), st.group != 0)
	if !ok {
		return "", misfit(v, "its thousands separators do not fit", separatorsAdvice)
	}
	if digits == "" {
		digits = "0"
	}
	if frac == "" {
		return digits, nil
	}
	return digits + "." + frac, nil
}

// oneComma tells whether the only separator is one comma, as in 1,234 or 12,5.
func oneComma(s string) bool {
	return strings.Count(s, ",") == 1 && !strings.Contains(s, ".")
}

// ungroup takes out the separators of thousands, all of one kind, each before
// three digits. Space and apostrophe are understood without being named. The
// Indian 12,34,567 is taken where the separator was named.
func ungroup(s string, group byte, named bool) (string, bool) {
	sep := byte(0)
	for _, c := range []byte{group, ' ', '\''} {
		if strings.IndexByte(s, c) >= 0 {
			if sep != 0 && sep != c {
				return "", false
			}
			sep = c
		}
	}
	if strings.Trim(strings.ReplaceAll(s, string(rune(sep)), ""), "0123456789") != "" {
		return "", false
	}
	if sep == 0 {
		return s, true
	}
	parts := strings.Split(s, string(rune(sep)))
	last := len(parts) - 1
	if len(parts[0]) == 0 || len(parts[0]) > 3 || len(parts[last]) != 3 {
		return "", false
	}
	threes, twos := true, named && len(parts[0]) <= 2
	for _, p := range parts[1:last] {
		threes, twos = threes && len(p) == 3, twos && len(p) == 2
	}
	return strings.Join(parts, ""), threes || twos
}
