package extract

import (
	"slices"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
)

// keySet is a set of keys by their 64-bit hash, sorted: eight bytes a record.
// Two keys of equal hash count as one, which can only make a stream look
// incomplete, never complete.
type keySet []uint64

func keyHash(k record.Key) uint64 { return xxhash.Sum64String(string(k)) }

func hashesOf(keys []record.Key) []uint64 {
	hashes := make([]uint64, len(keys))
	for i, k := range keys {
		hashes[i] = keyHash(k)
	}
	return hashes
}

func newKeySet(hashes []uint64) keySet {
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

func (s keySet) has(k record.Key) bool {
	_, found := slices.BinarySearch(s, keyHash(k))
	return found
}

func (s keySet) hasAny(keys []record.Key) bool {
	return slices.ContainsFunc(keys, s.has)
}

// meets tells whether the sets share a key.
func (s keySet) meets(t keySet) bool {
	for len(s) > 0 && len(t) > 0 {
		switch {
		case s[0] == t[0]:
			return true
		case s[0] < t[0]:
			s = s[1:]
		default:
			t = t[1:]
		}
	}
	return false
}

func (s keySet) equal(t keySet) bool { return slices.Equal(s, t) }

func (s keySet) union(t keySet) keySet {
	return newKeySet(append(slices.Clone(s), t...))
}

// minus counts the keys of s that none of the others has.
func (s keySet) minus(others ...keySet) (n int) {
	for _, h := range s {
		has := func(t keySet) bool {
			_, found := slices.BinarySearch(t, h)
			return found
		}
		if !slices.ContainsFunc(others, has) {
			n++
		}
	}
	return n
}
