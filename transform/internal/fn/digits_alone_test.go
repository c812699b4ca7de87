package fn

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatIsLostWhereDigitsAloneAreKept(t *testing.T) {
	for text, want := range map[string]DigitsFault{
		"617 555 0199":                   DigitsFit,
		"(617) 555-0199":                 DigitsFit,
		"+1 617.555.0199":                DigitsFit,
		"Tel. 617 555 0199 (home)":       DigitsFit,
		"tel:+16175550199":               DigitsFit,
		"617\u00a0555\u20110199":         DigitsFit,
		"030/123456":                     DigitsFit,
		"0221 / 123 45 67":               DigitsFit,
		"+49 37296/12345":                DigitsFit,
		"0049 37296/12345":               DigitsFit,
		"01/40/50/60/70":                 DigitsFit,
		"0044 20 7946 0000":              DigitsFit,
		"00 49 151 2345678901":           DigitsFit,
		"+49 151 2345678901":             DigitsFit,
		"5550199":                        DigitsFit,
		"617 555 0199 ext 4":             DigitsExtension,
		"617 555 0199 Ext. 4":            DigitsExtension,
		"617-555-0199x12":                DigitsExtension,
		"+33 1 40 50 60 70 poste 12":     DigitsExtension,
		"617 555 0199 #12":               DigitsExtension,
		"617 555 0199;ext=4":             DigitsExtension,
		"617 555 0199 / 617 555 0188":    DigitsSeveral,
		"555-0199/0188":                  DigitsSeveral,
		"030 123456 / 0171 1234567":      DigitsSeveral,
		"+49 30 12345678 / 0171 1234567": DigitsSeveral,
		"617 555 0199, 617 555 0188":     DigitsSeveral,
		"617 555 0199\n617 555 0188":     DigitsSeveral,
		"617 555 0199 or 617 555 0188":   DigitsSeveral,
		"617 555 0199 Bob: 2":            DigitsSeveral,
		"617 555 0199 +1 617 555 0188":   DigitsSeveral,
		"5550199 5550188":                DigitsSeveral,
		"617-555-0199 617-555-0188":      DigitsSeveral,
		"61755501996175550188":           DigitsSeveral,
		"555+0199":                       DigitsSeveral,
		"+1 (719) 388-0000":              DigitsFit,
		"+44 (0)20 7946 0000":            DigitsTrunk,
		"0044 (0)20 7946 0000":           DigitsTrunk,
		"719-388":                        DigitsFew,
		"n/a":                            DigitsNone,
		"1-800-FLOWERS":                  DigitsFew,
		"+":                              DigitsNone,
	} {
		assert.Equal(t, want, DigitsAlone([]byte(text)), text)
	}
}

// FuzzDigitsAlone: what fits has the digits of one number, and nothing but digits
// changes what is made of it twice.
func FuzzDigitsAlone(f *testing.F) {
	for _, seed := range []string{"617 555 0199 ext 4", "00/(0)", "+44 (0)20", "1/2/3", "\xff1x2", "(719) 388-0000", "+1 (719) 388-0000", "1234567 123456", "1234567 1234567"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var digits []byte
		for _, c := range text {
			if c >= '0' && c <= '9' {
				digits = append(digits, c)
			}
		}
		assert.Equal(t, scanDigits(text), DigitsAlone(text), "the short way says what the long one says")
		switch DigitsAlone(text) {
		case DigitsFit:
			assert.GreaterOrEqual(t, len(digits), fewestDigits)
			assert.LessOrEqual(t, len(digits), mostDigits+2)
			assert.NotContains(t, []DigitsFault{DigitsExtension, DigitsTrunk, DigitsFew, DigitsNone}, DigitsAlone(digits))
		case DigitsNone:
			assert.Empty(t, digits)
		case DigitsFew:
			assert.Less(t, len(digits), fewestDigits)
		}
	})
}
