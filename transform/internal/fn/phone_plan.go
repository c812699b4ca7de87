package fn

import (
	"slices"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// dialPlan is the numbering plan of a calling code, as far as it answers at once
// for the numbers that most people write. What it does not answer is asked of the
// library, which it follows step by step (libphonenumber's parseHelper and
// isValidNumber); it never says that a number is none.
type dialPlan struct {
	code     []byte        // calling code
	regions  []dialRegion  // the main one first
	prefix   *digitMatcher // what may stand before a number within the main one; nil: nothing
	zero     bool          // a number that begins with 0 loses just that
	overseas *digitMatcher // what is dialled to leave the country
}

// dialRegion is one of the countries that share a calling code.
type dialRegion struct {
	leading *digitMatcher // how its numbers begin; nil: they tell themselves
	general dialKind
	kinds   []dialKind
}

// dialKind is a kind of numbers, such as those of mobiles.
type dialKind struct {
	*digitMatcher
	lengths []int32 // none: as the general ones
}

func (k *dialKind) has(number []byte) bool {
	return (len(k.lengths) == 0 || slices.Contains(k.lengths, int32(len(number)))) && k.all(number)
}

// regions are the metadata of the library's countries, by their two letters.
var regions = sync.OnceValue(func() map[string]*phonenumbers.PhoneMetadata {
	all := map[string]*phonenumbers.PhoneMetadata{}
	collection, err := phonenumbers.MetadataCollection()
	if err != nil {
		return all // every number is asked of the library
	}
	for _, m := range collection.GetMetadata() {
		all[m.GetId()] = m
	}
	return all
})

// newDialPlan makes the plan of a calling code; nil where only the library knows.
func newDialPlan(code int) *dialPlan {
	p := &dialPlan{code: decimalDigits(code)}
	for i, name := range phonenumbers.GetRegionCodesForCountryCode(code) {
		m := regions()[name]
		if m == nil || int(m.GetCountryCode()) != code {
			return nil
		}
		p.regions = append(p.regions, newDialRegion(m))
		if i > 0 {
			continue
		}
		p.overseas = &digitMatcher{pattern: m.GetInternationalPrefix()}
		if prefix := m.GetNationalPrefixForParsing(); prefix != "" {
			p.prefix = &digitMatcher{pattern: prefix}
			p.zero = (prefix == "0" || strings.HasPrefix(prefix, "0|") && !strings.Contains(prefix, "(")) && m.GetNationalPrefixTransformRule() == ""
		}
	}
	if len(p.regions) == 0 {
		return nil
	}
	return p
}

func newDialRegion(m *phonenumbers.PhoneMetadata) dialRegion {
	r := dialRegion{general: newDialKind(m.GetGeneralDesc())}
	if m.GetLeadingDigits() != "" {
		r.leading = &digitMatcher{pattern: m.GetLeadingDigits()}
	}
	kinds := []*phonenumbers.PhoneNumberDesc{m.GetFixedLine(), m.GetMobile(), m.GetTollFree(), m.GetPremiumRate(), m.GetSharedCost(),
		m.GetVoip(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail()}
	for i, d := range kinds {
		if (i != 1 || !m.GetSameMobileAndFixedLinePattern()) && d.GetNationalNumberPattern() != "" {
			r.kinds = append(r.kinds, newDialKind(d))
		}
	}
	return r
}

func newDialKind(d *phonenumbers.PhoneNumberDesc) dialKind {
	return dialKind{&digitMatcher{pattern: d.GetNationalNumberPattern()}, d.GetPossibleLength()}
}

func decimalDigits(n int) []byte {
	var b []byte
	for ; n > 0; n /= 10 {
		b = append(b, byte('0'+n%10))
	}
	slices.Reverse(b)
	return b
}

// valid tells that a network has the number.
func (p *dialPlan) valid(number []byte) bool {
	for i := range p.regions {
		r := &p.regions[i]
		switch {
		case r.leading == nil && r.valid(number):
			return true
		case r.leading != nil && r.leading.begins(number):
			return !r.leading.bad && r.valid(number)
		}
	}
	return false
}

func (r *dialRegion) valid(number []byte) bool {
	if !r.general.has(number) {
		return false
	}
	for i := range r.kinds {
		if r.kinds[i].has(number) {
			return true
		}
	}
	return false
}

// abroad takes a number after its calling code; ok: it is one.
func (p *dialPlan) abroad(number []byte) ([]byte, bool) {
	if len(number) < 4 || number[0] == '0' || p.prefix != nil && p.prefix.begins(number) {
		return nil, false
	}
	return number, p.valid(number)
}

// home takes a number as it is dialled within the country.
func (p *dialPlan) home(number []byte) ([]byte, bool) {
	if len(number) < 5 || p.overseas.begins(number) || slices.Equal(number[:len(p.code)], p.code) {
		return nil, false
	}
	if p.prefix != nil && p.prefix.begins(number) {
		if !p.zero || number[0] != '0' || p.regions[0].general.all(number) {
			return nil, false
		}
		if number = number[1:]; !slices.Contains(p.regions[0].general.lengths, int32(len(number))) {
			return nil, false
		}
	}
	return number, number[0] != '0' && p.valid(number)
}

// dialPlans finds the plan of a number; it is for one goroutine.
type dialPlans struct {
	byCode map[int]*dialPlan
	buf    [15]byte
}

func (d *dialPlans) plan(code int) *dialPlan {
	p, ok := d.byCode[code]
	if !ok {
		if d.byCode == nil {
			d.byCode = map[int]*dialPlan{}
		}
		p = newDialPlan(code)
		d.byCode[code] = p
	}
	return p
}

// read takes a number written with nothing but digits, the usual signs between
// them and a + before. ok is false where the library has to look at it; number is
// good until the next call.
func (d *dialPlans) read(s string, home int) (p *dialPlan, number []byte, ok bool) {
	digits := d.buf[:0]
	plus := s != "" && s[0] == '+'
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			if len(digits) == len(d.buf) {
				return nil, nil, false
			}
			digits = append(digits, c)
		case c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '+' && i == 0:
		default:
			return nil, nil, false
		}
	}
	if !plus {
		if home == 0 {
			return nil, nil, false
		}
		if p = d.plan(home); p == nil {
			return nil, nil, false
		}
		if number, ok = p.home(digits); !ok && home == 1 && len(digits) == 11 && digits[0] == '1' {
			number, ok = p.abroad(digits[1:]) // as people write it in North America
		}
		return p, number, ok
	}
	code := 0
	for i := 0; i < 3 && i < len(digits) && digits[0] != '0'; i++ {
		code = code*10 + int(digits[i]-'0')
		if len(phonenumbers.GetRegionCodesForCountryCode(code)) > 0 {
			if p = d.plan(code); p == nil {
				return nil, nil, false
			}
			number, ok = p.abroad(digits[i+1:])
			return p, number, ok
		}
	}
	return nil, nil, false
}
