package column

import "strings"

// currencies are the signs and codes that amounts are written with, and what they
// are called: the code where a sign has one currency alone.
var currencies = map[string]string{
	"€": "EUR", "£": "GBP", "¥": "¥", "$": "$", "₹": "INR", "₽": "RUB", "₺": "TRY", "₪": "ILS", "₩": "KRW", "₴": "UAH", "฿": "THB",
	"zł": "PLN", "kč": "CZK", "ft": "HUF", "lei": "RON", "kr": "kr", "kr.": "kr", "fr.": "CHF", "sfr.": "CHF", "sfr": "CHF", "r$": "BRL",
	"us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "mx$": "MXN",
	"eur": "EUR", "usd": "USD", "gbp": "GBP", "chf": "CHF", "cad": "CAD", "aud": "AUD", "nzd": "NZD", "sek": "SEK", "nok": "NOK", "dkk": "DKK",
	"pln": "PLN", "czk": "CZK", "huf": "HUF", "ron": "RON", "bgn": "BGN", "try": "TRY", "jpy": "JPY", "cny": "CNY", "inr": "INR", "brl": "BRL",
	"mxn": "MXN", "zar": "ZAR", "ils": "ILS", "aed": "AED", "sar": "SAR", "mad": "MAD", "tnd": "TND", "xof": "XOF", "xaf": "XAF", "xpf": "XPF",
	"sgd": "SGD", "hkd": "HKD", "krw": "KRW", "thb": "THB", "isk": "ISK", "euro": "EUR", "euros": "EUR",
}

var currencySieve = sieveOf(currencies)

// longestCurrency bounds in bytes the word that is looked up.
const longestCurrency = 8

func endsCurrency(c byte) bool {
	switch c {
	case ' ', '-', '+', '(', ')', '%', ',':
		return true
	}
	return isDigit(c)
}

// currencyAt finds the currency that a text begins with, and how many bytes it
// takes; the word must end there.
func currencyAt(s string) (sign string, size int) {
	end := 0
	for end < len(s) && !endsCurrency(s[end]) {
		if end++; end > longestCurrency {
			return "", 0
		}
	}
	// A thousand may stand before it: k€.
	var buf [24]byte
	for ; end > 0; end-- {
		if currencySieve.lets(s[:end]) {
			if sign, ok := currencies[string(fold(buf[:0], s[:end]))]; ok {
				return sign, end
			}
		}
		if classes[s[end-1]]&(hasLetter|hasWide) != 0 {
			break
		}
	}
	return "", 0
}

// moneyFormats remembers the currency of the number format that was seen last:
// columns have one or two.
type moneyFormats struct{ format, sign string }

// of gives the currency that a number format writes; "" none is known.
func (m *moneyFormats) of(format string) string {
	if format != m.format {
		m.format, m.sign = format, formatCurrency(format)
	}
	return m.sign
}

// formatCurrency finds the currency in a number format (ECMA-376 part 1, 18.8.31):
// [$€-407], "CHF", or a sign alone.
func formatCurrency(format string) string {
	for {
		before, rest, found := strings.Cut(format, "[$")
		if !found {
			break
		}
		name, rest, _ := strings.Cut(rest, "]")
		if name, _, _ = strings.Cut(name, "-"); name != "" {
			sign, _ := currencyAt(name)
			return sign
		}
		format = before + rest // a language alone
	}
	for i := range format {
		if classes[format[i]]&(hasLetter|hasWide) != 0 || format[i] == '$' {
			if sign, size := currencyAt(strings.TrimRight(format[i:], "\"\\_;# ")); size > 0 {
				return sign
			}
		}
	}
	return ""
}
