package fn

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/currency"
)

// maxNumber is the most bytes a number can have; a longer text is none.
const maxNumber = 400

// numberStyle is how numbers are written in a source.
type numberStyle struct {
	point    rune   // 0: not said
	group    rune   // 0: not said
	percent  string // refuse, fraction, points
	exponent bool   // 1.5E3 is taken
}

const separatorsAdvice = `say how numbers are written, such as decimal: "," and group: "."`

// read takes a text apart and gives it as plain decimal.
func (st numberStyle) read(v any, s string) (string, error) {
	if len(s) < 19 && isPlainDecimal(s) && (st.point != ',' && st.group != '.' || !strings.Contains(s, ".")) {
		return plainDecimal(s), nil
	}
	body, neg, percent := stripSigns(s)
	body, exp, ok := cutExponent(body)
	if !ok || body == "" {
		return "", misfit(v, "it is not a number", "mend it in the source, or map the word with values:")
	}
	if exp != nil && !st.exponent {
		return "", misfit(v, "it is in the short form of spreadsheets (1.2E+10), in which digits may be lost",
			"format the column as text or number in the source, or write exponent: take")
	}
	if percent && st.percent == "refuse" {
		return "", misfit(v, "it has a percent sign", "write percent: points (12 % is 12) or percent: fraction (12 % is 0.12)")
	}
	plain, err := st.separators(v, body)
	if err != nil {
		return "", err
	}
	shift := 0
	if exp != nil {
		shift = *exp
	}
	if percent && st.percent == "fraction" {
		shift -= 2
	}
	if shift != 0 {
		plain = shiftDecimal(plain, shift)
	}
	if neg {
		plain = "-" + plain
	}
	return plainDecimal(plain), nil
}

// isPlainDecimal tells whether a text is -digits.digits and nothing else, the
// spelling of nearly every number in an API.
func isPlainDecimal(s string) bool {
	s = strings.TrimPrefix(s, "-")
	dot := false
	for i := range len(s) {
		if s[i] == '.' && !dot && i > 0 && i < len(s)-1 {
			dot = true
		} else if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// stripSigns takes off minus signs, parentheses, currency and percent. What is
// left in body is digits and separators, or no number.
func stripSigns(s string) (body string, neg, percent bool) {
	s = strings.Map(func(r rune) rune {
		if d, ok := digit(r); ok {
			return rune(d)
		}
		switch {
		case r == '−' || r == '–' || r == '﹣' || r == '－':
			return '-'
		case r == '’' || r == 'ʼ' || r == '´':
			return '\''
		case r == '٫':
			return '.'
		case invisible(r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	signs, money := 0, 0
	for {
		before := s
		if t, ok := strings.CutSuffix(strings.TrimPrefix(s, "("), ")"); ok && strings.HasPrefix(s, "(") {
			s, neg, signs = strings.TrimSpace(t), true, signs+1
		}
		if t, ok := strings.CutSuffix(s, "%"); ok && !percent {
			s, percent = strings.TrimSpace(t), true
		}
		if t, sign, ok := cutSign(s); ok && signs == 0 {
			s, neg, signs = t, sign == '-', signs+1
		}
		if t, ok := cutMoney(s); ok && money == 0 {
			s, money = t, 1
		}
		if s == before {
			return s, neg, percent
		}
	}
}

func cutSign(s string) (rest string, sign byte, ok bool) {
	if s == "" {
		return s, 0, false
	}
	if s[0] == '-' || s[0] == '+' {
		return strings.TrimSpace(s[1:]), s[0], true
	}
	if last := len(s) - 1; s[last] == '-' {
		return strings.TrimSpace(s[:last]), '-', true
	}
	return s, 0, false
}

// cutMoney takes a currency off either end: a sign such as €, US$ or zł, or an
// ISO code.
func cutMoney(s string) (string, bool) {
	front := strings.IndexFunc(s, func(r rune) bool { return !moneyLetter(r) })
	if front > 0 && isMoney(s[:front]) {
		return strings.TrimSpace(s[front:]), true
	}
	back := strings.TrimRightFunc(s, moneyLetter)
	if len(back) < len(s) && isMoney(s[len(back):]) {
		return strings.TrimSpace(back), true
	}
	return s, false
}

func moneyLetter(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Sc, r) }

func isMoney(s string) bool {
	switch strings.ToLower(s) {
	case "us$", "c$", "ca$", "a$", "au$", "nz$", "hk$", "s$", "r$", "mx$", "kr", "zł", "kč", "ft", "lei", "fr", "sfr", "rs":
		return true
	}
	if r := []rune(s); len(r) == 1 && unicode.Is(unicode.Sc, r[0]) {
		return true
	}
	if len(s) != 3 || s != strings.ToUpper(s) {
		return false
	}
	_, err := currency.ParseISO(s)
	return err == nil
}

// cutExponent takes E+10 off the end.
func cutExponent(s string) (body string, exp *int, ok bool) {
	i := strings.LastIndexAny(s, "eE")
	if i < 0 {
		return s, nil, true
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n > maxNumber || n < -maxNumber || i == 0 {
		return s, nil, false
	}
	return s[:i], &n, true
}
