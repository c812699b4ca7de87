package fn

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is what the library says of a number, which the plans must say too.
func asked(s, region string) (string, bool) {
	n, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumber(n) || n.GetExtension() != "" {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

func mustAgree(t *testing.T, p *phoner, s string) bool {
	t.Helper()
	out, ok := p.quick(s)
	if ok {
		want, valid := asked(phoneSpelling(s), p.region)
		require.True(t, valid, "%s in %s: the library knows no such number", s, p.region)
		require.Equal(t, want, out, "%s in %s", s, p.region)
	}
	return ok
}

// homeOf is a phoner of a region, as buildPhone makes it.
func homeOf(t testing.TB, region string) *phoner {
	t.Helper()
	p := &phoner{region: region, format: "e164"}
	code := phonenumbers.GetCountryCodeForRegion(region)
	if names := phonenumbers.GetRegionCodesForCountryCode(code); len(names) > 0 && (names[0] == region || region == "CA") {
		p.home = code
	}
	return p
}

func TestPlansSayWhatTheLibrarySays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	taken, given := 0, 0
	plans := map[int]*dialPlan{} // one for all: each takes its time
	for region := range phonenumbers.GetSupportedRegions() {
		p := homeOf(t, region)
		p.plans.byCode = plans
		for kind := range phonenumbers.VOICEMAIL + 1 {
			example := phonenumbers.GetExampleNumberForType(region, kind)
			if example == nil {
				continue
			}
			spellings := []string{phonenumbers.Format(example, phonenumbers.E164), phonenumbers.Format(example, phonenumbers.INTERNATIONAL),
				phonenumbers.Format(example, phonenumbers.NATIONAL), phonenumbers.GetNationalSignificantNumber(example)}
			for _, s := range spellings {
				for range 3 {
					given++
					if mustAgree(t, p, s) {
						taken++
					}
					s = changed(r, s)
				}
			}
		}
	}
	assert.Greater(t, taken*4, given, "most that is written plainly is answered at once")
}

// changed writes another digit somewhere, or one more or less.
func changed(r *rand.Rand, s string) string {
	i := r.IntN(len(s))
	switch digit := string(rune('0' + r.IntN(10))); {
	case r.IntN(6) == 0:
		return s[:i] + digit + s[i:]
	case r.IntN(6) == 0 && len(s) > 4:
		return s[:i] + s[i+1:]
	case s[i] >= '0' && s[i] <= '9':
		return s[:i] + digit + s[i+1:]
	}
	return s
}

func TestPlainNumbersAreAnsweredAtOnce(t *testing.T) {
	for _, c := range []struct{ region, in, out string }{
		{"US", "+1 719 388 1967", "+17193881967"}, {"US", "(719) 388-1967", "+17193881967"}, {"US", "1-719-388-1967", "+17193881967"},
		{"CA", "416.967.1111", "+14169671111"}, {"FR", "06 12 34 56 78", "+33612345678"}, {"FR", "+33 (0)6 12 34 56 78", "+33612345678"},
		{"DE", "030 901820", "+4930901820"}, {"GB", "020 7946 0958", "+442079460958"}, {"ES", "612 34 56 78", "+34612345678"},
		{"", "+41 44 668 18 00", "+41446681800"},
	} {
		out, ok := homeOf(t, c.region).quick(c.in)
		assert.True(t, ok, c.in)
		assert.Equal(t, c.out, out)
	}
}

// FuzzPlan holds the plans against the library on anything.
func FuzzPlan(f *testing.F) {
	f.Add("+33 6 12 34 56 78", uint8(0))
	f.Add("0612345678", uint8(1))
	f.Add("1 (719) 388-1967", uint8(2))
	f.Add("+390612345678", uint8(3))
	f.Add("0015", uint8(4))
	all := []string{"", "FR", "US", "IT", "DE", "GB", "CA", "BR", "MX", "AR", "AU", "JM", "GG", "CI", "RU", "KZ", "IN", "JP", "HU", "SM"}
	phoners := make([]*phoner, len(all))
	for i := range all {
		phoners[i] = homeOf(f, all[i])
	}
	f.Fuzz(func(t *testing.T, s string, at uint8) {
		if len(s) > 60 {
			return
		}
		mustAgree(t, phoners[int(at)%len(phoners)], strings.TrimSpace(s))
	})
}

func TestDigitsAreMatchedAsByRegexp(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, pattern := range []string{`2(?:0[1-35-9]|1[02-9])\d{7}|9`, `0|90`, `(?:0|8)?1\d*`, `[2-9]\d{3,5}`, `1{2,}|2?`, ``} {
		m := &digitMatcher{pattern: pattern}
		whole, start := regexp.MustCompile(`^(?:`+pattern+`)$`), regexp.MustCompile(`^(?:`+pattern+`)`)
		for range 3000 {
			digits := make([]byte, r.IntN(11))
			for i := range digits {
				digits[i] = "0129"[r.IntN(4)]
			}
			require.Equal(t, whole.Match(digits), m.all(slices.Clone(digits)), "%s %s", pattern, digits)
			require.Equal(t, start.Match(digits), m.begins(digits), "%s %s", pattern, digits)
		}
	}
	end := &digitMatcher{pattern: `1$`}
	assert.False(t, end.all([]byte("1")), "it asks for more than digits")
	assert.True(t, end.begins([]byte("1")))
	assert.False(t, (&digitMatcher{pattern: `(`}).ready())
}
