package column

import "unicode/utf8"

// sieve holds back what cannot be one of some words, before it is looked up: most
// texts are none. It goes by the first two letters, small or capital alike.
type sieve [32]uint32

func sieveOf[V any](words map[string]V) *sieve {
	var f sieve
	for word := range words {
		first, second := firstTwo(word)
		f[first&31] |= 1 << (second & 31)
	}
	return &f
}

// and gives a sieve that lets the words of both through.
func (f *sieve) and(other *sieve) *sieve {
	both := *f
	for first := range both {
		both[first] |= other[first]
	}
	return &both
}

// lets tells whether a text may be one of the words. Signs beyond ASCII have small
// letters of their own: they are looked up.
func (f *sieve) lets(text string) bool {
	first, second := firstTwo(text)
	return first|second >= utf8.RuneSelf || f[first&31]>>(second&31)&1 != 0
}

func firstTwo(s string) (first, second byte) {
	switch len(s) {
	case 0:
		return 0, 0
	case 1:
		return s[0], 0
	}
	return s[0], s[1]
}
