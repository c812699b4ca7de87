package fn

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"ferry/extract/record"
)

func contactTransforms() []Transform {
	return []Transform{{
		Name: "phone", About: "a phone number as +17193881967 (E.164); one that no network knows is refused",
		Example: "phone: {from: contactPhone, as: phone, region: US}", Takes: takesText, Gives: record.String, text: buildPhone,
		Options: []Option{
			free("region", "the country of numbers without +, as US; the source's home country", ""),
			choice("format", "how it is written", "e164", "international", "national", "digits"),
			choice("extension", "what becomes of an extension: refused, dropped, or written as x12", "reject", "drop", "append"),
			choice("part", "the number or only its extension", "number", "extension"),
			choice("check", "whether a network must know the number, or its length is enough", "valid", "possible"),
		},
	}, {
		Name: "email", About: "an e-mail address, checked, its domain in small letters; several addresses are refused",
		Example: "email: {from: contactEmail, as: email}", Takes: []string{"string"}, Gives: record.String, text: buildEmail,
		Options: []Option{
			choice("several", "what becomes of several addresses", "reject", "first"),
			flag("lower", "small letters before the @ too"),
		},
	}, nameTransform(), addressTransform()}
}

// phone numbers of a source repeat (blank, reception, head office), and reading
// one costs more than all other fields together.
const phonesKept = 8192

type phoner struct {
	region, format, extension, part string
	possible                        bool
	home                            int // calling code of the region, where the region is its main one; else 0
	plans                           dialPlans
	seen                            *lru
}

type phoneAnswer struct {
	text    string
	why, do string
}

func buildPhone(o *options) textual {
	p := &phoner{region: strings.ToUpper(o.text("region")), format: o.text("format"), extension: o.text("extension"),
		part: o.text("part"), possible: o.text("check") == "possible", seen: newLRU(phonesKept)}
	code := phonenumbers.GetCountryCodeForRegion(p.region)
	if names := phonenumbers.GetRegionCodesForCountryCode(code); len(names) > 0 && (names[0] == p.region || p.region == "CA") {
		p.home = code
	}
	if p.region != "" && code == 0 {
		o.fail("region", "is no country with phone numbers", "write its two letters, such as region: US")
	}
	return ofLine(250, func(s string) (string, error) {
		if out, ok := p.quick(s); ok {
			return out, nil
		}
		a, ok := p.seen.get(s)
		if !ok {
			a = p.read(s)
			p.seen.put(s, a)
		}
		if a.why != "" {
			return "", misfit(s, a.why, a.do)
		}
		return a.text, nil
	})
}

// northAmerican reads ten digits, or eleven after 1, as written in North America
// with nothing but the usual signs between. Parsing is most of the cost of a
// number and can add nothing here; whether it exists is still asked.
func northAmerican(s string) *phonenumbers.PhoneNumber {
	var digits uint64
	count := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9' && count < 11:
			digits, count = digits*10+uint64(c-'0'), count+1
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')':
		default:
			return nil
		}
	}
	if count == 11 && digits/1e10 == 1 {
		digits %= 1e10
	} else if count != 10 {
		return nil
	}
	if digits < 2e9 {
		return nil
	}
	code := int32(1)
	return &phonenumbers.PhoneNumber{CountryCode: &code, NationalNumber: &digits}
}

func (p *phoner) parse(s string) (*phonenumbers.PhoneNumber, error) {
	if p.region == "US" || p.region == "CA" {
		if n := northAmerican(s); n != nil {
			return n, nil
		}
	}
	return phonenumbers.Parse(phoneSpelling(s), p.region)
}

// quick reads the numbers that need no second look, which are most.
func (p *phoner) quick(s string) (string, bool) {
	if p.part == "extension" || p.format != "e164" && p.format != "digits" {
		return "", false
	}
	plan, number, ok := p.plans.read(phoneSpelling(s), p.home)
	if !ok {
		return "", false
	}
	var b [24]byte
	out := append(append(b[:0], '+'), plan.code...)
	out = append(out, number...)
	if p.format == "digits" {
		out = out[1:]
	}
	if string(out) == s {
		return s, true
	}
	return string(out), true
}

func (p *phoner) read(s string) phoneAnswer {
	n, err := p.parse(s)
	if err != nil {
		if p.region == "" && !strings.HasPrefix(s, "+") {
			return phoneAnswer{why: "it has no country prefix", do: "write region: with the source's country, such as region: US"}
		}
		return phoneAnswer{why: "it is no phone number", do: "mend it in the source"}
	}
	if p.possible && !phonenumbers.IsPossibleNumber(n) || !p.possible && !phonenumbers.IsValidNumber(n) {
		return phoneAnswer{why: "no network has such a phone number", do: "mend it in the source, or write check: possible to test only its length"}
	}
	ext := n.GetExtension()
	if p.part == "extension" {
		return phoneAnswer{text: ext}
	}
	if ext != "" && p.extension == "reject" {
		return phoneAnswer{why: "it has an extension", do: "write extension: drop or extension: append, and part: extension to read it into a field of its own"}
	}
	n.Extension = nil
	out := p.write(n)
	if ext != "" && p.extension == "append" {
		out += " x" + ext
	}
	return phoneAnswer{text: out}
}

func (p *phoner) write(n *phonenumbers.PhoneNumber) string {
	switch p.format {
	case "international":
		return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
	case "national":
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	case "digits":
		return strings.TrimPrefix(phonenumbers.Format(n, phonenumbers.E164), "+")
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// phoneSpelling mends what people write: +33 (0)1 for +33 1, and tel: before it.
func phoneSpelling(s string) string {
	if len(s) > 4 && strings.EqualFold(s[:4], "tel:") {
		s = s[4:]
	}
	if strings.HasPrefix(s, "+") || strings.HasPrefix(s, "00") {
		s = strings.Replace(s, "(0)", "", 1)
	}
	return s
}
