package fn

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/text/currency"
	"golang.org/x/text/unicode/norm"

	"ferry/extract/record"
)

func codeTransforms() []Transform {
	return []Transform{{
		Name: "slug", About: "small letters a-z, digits and hyphens, for web addresses and codes",
		Example: "code: {from: name, as: slug}", Takes: takesScalars, Gives: record.String, text: buildSlug,
		Options: []Option{choice("separator", "between words", "-", "_"), count("max", "the most characters", "100")},
	}, {
		Name: "hash", About: "SHA-256 in hex, of the salt and then the text without space around it",
		Example: "external_id: {from: email, as: hash, salt: acme}", Takes: takesScalars, Gives: record.String, text: buildHash,
		Options: []Option{free("salt", "text put before the value", ""), count("length", "hex digits kept, 16 to 64", "64")},
	}, {
		Name: "digits", About: "only the digits of a text", Example: "vat: {from: VAT, as: digits}", Takes: takesText, Gives: record.String,
		text: func(*options) textual {
			return ofLine(maxText, func(s string) (string, error) { return onlyDigits(s), nil })
		},
	}, {
		Name: "boolean", About: "yes and no in English, French, German, Spanish, Italian and Dutch, 1 and 0, x for a tick",
		Example: `get_sms: {from: SMS, as: boolean, true: "ok,active"}`, Takes: takesScalars, Gives: record.Boolean, build: buildBoolean,
		Options: []Option{free("true", "more words for yes, commas between", ""), free("false", "more words for no, commas between", "")},
	}, {
		Name: "currency", About: "an ISO 4217 code from a code, sign or name; a bare $ only where dollar: says which",
		Example: "currency: {from: Currency, as: currency, dollar: USD}", Takes: []string{"string"}, Gives: record.String, text: buildCurrency,
		Options: []Option{free("dollar", "the code that a bare $ stands for, such as USD", "")},
	}, {
		Name: "url", About: "a web address, checked; its host in small letters",
		Example: "website: {from: Website, as: url, scheme: https}", Takes: []string{"string"}, Gives: record.String, text: buildURL,
		Options: []Option{{Name: "scheme", About: "put before an address that has none", Kind: record.String, Enum: []string{"https", "http"}}},
	}}
}

func buildSlug(o *options) textual {
	sep, limit := o.text("separator"), o.whole("max")
	if limit == 0 {
		o.fail("max", "is 0", "write max: 100")
	}
	return ofLine(maxText, func(s string) (string, error) {
		out := slug(s, sep[0], limit)
		if out == "" {
			return "", misfit(s, "it holds no letter a-z or digit to make a slug of", "take another field, or a hash")
		}
		return out, nil
	})
}

// slug stops reading once the answer is full.
func slug(s string, sep byte, limit int) string {
	var b strings.Builder
	gap := false
	var it norm.Iter
	it.InitString(norm.NFKD, s)
	for !it.Done() && b.Len() < limit {
		for _, r := range string(it.Next()) {
			r = unicode.ToLower(r)
			text, ok := plainLetters[r]
			switch {
			case ok:
			case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				text = string(r)
			case unicode.Is(unicode.M, r) || r == '\'' || r == '’':
				continue
			default:
				gap = true
				continue
			}
			if gap && b.Len() > 0 {
				b.WriteByte(sep)
			}
			gap = false
			b.WriteString(text)
		}
	}
	out := b.String()
	return strings.TrimRight(out[:min(len(out), limit)], string(rune(sep)))
}

func buildHash(o *options) textual {
	salt, length := o.text("salt"), o.whole("length")
	if length < 16 || length > 64 {
		o.fail("length", "is not between 16 and 64", "write length: 64")
	}
	return ofLine(maxText, func(s string) (string, error) { return hash(salt, s)[:length], nil })
}

func hash(salt, s string) string {
	sum := sha256.Sum256([]byte(salt + s))
	return hex.EncodeToString(sum[:])
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if d, ok := digit(r); ok {
			return rune(d)
		}
		return -1
	}, s)
}

var booleanWords = map[string]bool{
	"true": true, "yes": true, "y": true, "1": true, "on": true, "t": true, "oui": true, "vrai": true, "ja": true, "j": true, "wahr": true,
	"si": true, "verdadero": true, "vero": true, "waar": true, "x": true, "checked": true,
	"false": false, "no": false, "n": false, "0": false, "off": false, "f": false, "non": false, "faux": false, "nein": false, "falsch": false,
	"falso": false, "nee": false, "onwaar": false, "unchecked": false,
	"✓": true, "✔": true, "☑": true, "✗": false, "✘": false, "☐": false,
}

func buildBoolean(o *options) convert {
	more := map[string]bool{}
	for _, name := range []string{"true", "false"} {
		for word := range strings.SplitSeq(o.text(name), ",") {
			if word = booleanKey(word); word == "" {
				continue
			}
			if was, twice := more[word]; twice && was != (name == "true") {
				o.fail(name, "holds a word of both lists", "keep it in one of them")
			}
			more[word] = name == "true"
		}
	}
	return func(v any) (any, error) {
		if b, ok := v.(bool); ok {
			return b, nil
		}
		s, err := line(v, 200)
		if err != nil || s == "" {
			return nil, err
		}
		key := booleanKey(s)
		if b, ok := more[key]; ok {
			return b, nil
		}
		if b, ok := booleanWords[key]; ok {
			return b, nil
		}
		return nil, misfit(v, "it is neither yes nor no", `name the word, such as true: "active" or false: "inactive"`)
	}
}

func booleanKey(s string) string {
	s = strings.TrimSuffix(trim(s), "\ufe0f")
	if key := fold(s); key != "" {
		return key
	}
	return s
}

var currencyNames = map[string]string{
	"€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₽": "RUB", "₪": "ILS", "₫": "VND", "zł": "PLN", "kč": "CZK",
	"us$": "USD", "c$": "CAD", "ca$": "CAD", "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "r$": "BRL", "mx$": "MXN", "sfr": "CHF", "fr.": "CHF",
	"euro": "EUR", "euros": "EUR", "us dollar": "USD", "us dollars": "USD", "canadian dollar": "CAD", "canadian dollars": "CAD",
	"australian dollar": "AUD", "pound sterling": "GBP", "swiss franc": "CHF", "schweizer franken": "CHF", "yen": "JPY",
}

func buildCurrency(o *options) textual {
	dollar := strings.ToUpper(o.text("dollar"))
	if dollar != "" && !isCurrency(dollar) {
		o.fail("dollar", "is no currency code", "write dollar: USD")
	}
	return ofLine(60, func(s string) (string, error) {
		low := strings.ToLower(s)
		if code, ok := currencyNames[low]; ok {
			return code, nil
		}
		if low == "$" || low == "dollar" || low == "dollars" {
			if dollar != "" {
				return dollar, nil
			}
			return "", misfit(s, "it can be the dollar of several countries", "write dollar: USD, or whichever it is")
		}
		if up := strings.ToUpper(s); isCurrency(up) {
			return up, nil
		}
		return "", misfit(s, "it is no currency", "write its ISO code such as EUR, or map the word with values:")
	})
}

func isCurrency(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil && len(code) == 3 && code != "XXX" && code != "XTS"
}

func buildURL(o *options) textual {
	scheme := o.text("scheme")
	return ofLine(8192, func(s string) (string, error) {
		if !strings.Contains(s, "://") {
			if scheme == "" {
				return "", misfit(s, "it does not begin with https:// or http://", "write scheme: https to put it there")
			}
			s = scheme + "://" + strings.TrimPrefix(s, "//")
		}
		u, err := url.Parse(s)
		if err != nil || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return "", misfit(s, "it is no web address", "mend it in the source")
		}
		host := strings.ToLower(u.Host)
		name := strings.ToLower(u.Hostname())
		switch {
		case u.Scheme != "http" && u.Scheme != "https":
			return "", misfit(s, "it is no address of the web", "only http and https are taken")
		case u.User != nil:
			return "", misfit(s, "it holds a login", "take the login out of the address")
		case !isDomain(name) && !strings.Contains(name, ":") && onlyDigits(name) != strings.ReplaceAll(name, ".", ""):
			return "", misfit(s, "its host is no domain", "mend it in the source")
		}
		u.Host = host
		return u.String(), nil
	})
}
