package column

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTidyAsClassed(t *testing.T) {
	for _, part := range []string{" ", "  ", "\n", "\t", "é", "\x80", "\xff", "!", "\x00", "\u00a0"} {
		for length := range 40 {
			for at := range length + 1 {
				s := strings.Repeat("a", at) + part + strings.Repeat("b c", length-at)
				assert.Equal(t, classOf(s)&(untidy|hasWide) == 0, isTidy(s), "%q", s)
			}
		}
	}
}

// lets checks that a sieve lets every word of a table through, however it is written.
func lets[V any](t *testing.T, f *sieve, words map[string]V) {
	t.Helper()
	for word := range words {
		for _, s := range []string{word, strings.ToUpper(word), strings.ToUpper(word[:1]) + word[1:], strings.ReplaceAll(word, "k", "\u212a")} {
			assert.True(t, f.lets(s), s)
		}
	}
	assert.False(t, f.lets("qx"))
}

func TestSievesLetTheirWordsThrough(t *testing.T) {
	lets(t, truthSieve, truthWords)
	lets(t, nothingSieve, nothing)
	lets(t, monthSieve, months)
	lets(t, dateSieve, months)
	lets(t, dateSieve, smallWords)
	lets(t, currencySieve, currencies)
	lets(t, timeSieve, units)
}

// sieved checks that a text that is told cheaply to be no date, number or time is
// none when it is read.
func sieved(t *testing.T, s string) {
	t.Helper()
	s, _ = clean(s, classOf(s))
	k := classOf(s)
	if k&hasDigit == 0 || k.only(hasDigit) {
		return
	}
	if !k.only(dateMade) || !mayBeDate(s) {
		require.Equal(t, noDate, parseDate(s).sense, "%q", s)
	}
	if !k.only(numberMade) || !beginsNumber(s) {
		require.False(t, new(numeral).parse(s), "%q", s)
	}
	if !mayBeTime(s) {
		_, ok := parseClock(s, false)
		require.False(t, ok, "%q", s)
		_, ok = parseSpan(s)
		require.False(t, ok, "%q", s)
	}
}

func TestExtensionsOfPhones(t *testing.T) {
	for _, end := range []string{"ext 4", "EXT. 12", "x4", "poste 17.", "Durchwahl: 3", "dw 4 ", "int. n 5", "extensión 12", "EXTENSION 7N", "interno 123456"} {
		s := "719-388-1967 " + end
		assert.True(t, isPhone(s, classOf(s)), s)
	}
	for _, end := range []string{"ext", "x4a", "poste 1234567", "Street", "apt 4", "ext 4 x 5"} {
		s := "719-388-1967 " + end
		assert.False(t, isPhone(s, classOf(s)), s)
	}
}

func TestWhatIsToldCheaplyIsTrue(t *testing.T) {
	parts := strings.Split("1|12|24|005|2024|3.5|Mar|août|o\u212at|lundi|de|d|th|er|am|p.m.|h|min|hours|ext|x4|€|US$|kr|k|M|e5|'|’| - |/|.|,|: |:30|;|@|(|)|%|+02:00|\"|é|Main|T10:00", "|")
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				sieved(t, a+b+c)
				sieved(t, a+" "+b+" "+c)
				sieved(t, "12"+a+b+" "+c)
			}
		}
	}
	for _, s := range kindsOfText {
		sieved(t, s)
	}
}
