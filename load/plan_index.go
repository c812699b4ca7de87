package load

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cespare/xxhash/v2"

	"ferry/extract/record"
)

// Planning holds of every record a few dozen bytes and nothing of its content:
// its key, and hashes of the values by which it may be found. The records
// themselves are read again from the stage when they are compared.

// hashIndex finds numbers of records by a hash of what they hold.
type hashIndex struct {
	entries []hashEntry
	sorted  bool
}

// hashEntry is 12 bytes: there are several of every record.
type hashEntry struct{ high, low, row uint32 }

func (e hashEntry) hash() uint64 { return uint64(e.high)<<32 | uint64(e.low) }

func (x *hashIndex) add(hash uint64, row uint32) {
	x.entries = append(x.entries, hashEntry{uint32(hash >> 32), uint32(hash), row})
	x.sorted = false
}

// grow makes room for n entries in all, so that none has to be copied.
func (x *hashIndex) grow(n int) { x.entries = slices.Grow(x.entries, max(0, n-len(x.entries))) }

// sort makes the index ready to find.
func (x *hashIndex) sort() {
	if x.sorted {
		return
	}
	slices.SortFunc(x.entries, func(a, b hashEntry) int {
		if c := cmp.Compare(a.hash(), b.hash()); c != 0 {
			return c
		}
		return cmp.Compare(a.row, b.row)
	})
	x.sorted = true
}

// find gives the entries of a hash, by their rows.
func (x *hashIndex) find(hash uint64) []hashEntry {
	from, found := slices.BinarySearchFunc(x.entries, hash, func(e hashEntry, h uint64) int { return cmp.Compare(e.hash(), h) })
	if !found {
		return nil
	}
	to := from + 1
	for to < len(x.entries) && x.entries[to].hash() == hash {
		to++
	}
	return x.entries[from:to]
}

// keyList keeps keys by number, and finds the number of a key.
type keyList struct {
	ends  []uint32 // in the block of its number
	parts []keyBlock
	index hashIndex
}

// keyBlock holds the bytes of some keys: blocks of 64 Ki keys, so that none has
// to be copied to grow and offsets stay small.
type keyBlock struct{ bytes []byte }

const keysInBlock = 1 << 16

func (l *keyList) len() int { return len(l.ends) }

// grow makes room for n keys in all.
func (l *keyList) grow(n int) {
	l.ends = slices.Grow(l.ends, max(0, n-len(l.ends)))
	l.index.grow(n)
}

// add gives the key the next number.
func (l *keyList) add(key string) uint32 {
	row := uint32(len(l.ends))
	if row%keysInBlock == 0 {
		l.parts = append(l.parts, keyBlock{})
	}
	b := &l.parts[row/keysInBlock]
	b.bytes = append(b.bytes, key...)
	l.ends = append(l.ends, uint32(len(b.bytes)))
	l.index.add(xxhash.Sum64String(key), row)
	return row
}

func (l *keyList) bytes(row uint32) []byte {
	from := uint32(0)
	if row%keysInBlock != 0 {
		from = l.ends[row-1]
	}
	return l.parts[row/keysInBlock].bytes[from:l.ends[row]]
}

func (l *keyList) key(row uint32) record.Key { return record.Key(l.bytes(row)) }

// find gives the number of a key; the list must have been sorted.
func (l *keyList) find(key []byte) (row uint32, ok bool) {
	for _, e := range l.index.find(xxhash.Sum64(key)) {
		if bytes.Equal(l.bytes(e.row), key) {
			return e.row, true
		}
	}
	return 0, false
}

// olderKey says whether a comes before b in the natural order of keys, in which
// runs of digits compare as numbers: a source gives its records keys that grow.
func olderKey(a, b []byte) bool {
	for len(a) > 0 && len(b) > 0 {
		if isDigit(a[0]) && isDigit(b[0]) {
			na, nb := digits(a), digits(b)
			va, vb := bytes.TrimLeft(a[:na], "0"), bytes.TrimLeft(b[:nb], "0")
			if len(va) != len(vb) {
				return len(va) < len(vb)
			}
			if c := bytes.Compare(va, vb); c != 0 {
				return c < 0
			}
			if na != nb {
				return na < nb
			}
			a, b = a[na:], b[nb:]
			continue
		}
		if a[0] != b[0] {
			return a[0] < b[0]
		}
		a, b = a[1:], b[1:]
	}
	return len(a) < len(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func digits(b []byte) int {
	n := 0
	for n < len(b) && isDigit(b[n]) {
		n++
	}
	return n
}
