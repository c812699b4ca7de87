package check

import (
	"errors"
	"math/bits"
	"strings"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/text/unicode/norm"

	"ferry/extract/record"
)

// keyFold is what keys may differ in and still be one to the eye.
const keyFold = record.FoldingCase | record.FoldingSpaces | record.FoldingTrim

// keySplit stands between the columns of a key.
const keySplit = "\x1f"

// keyHasher hashes keys; it belongs to one goroutine.
type keyHasher struct{ text, folded []byte }

// key notes the key of a record: 96 bits of it folded, by which rows are compared,
// and 32 of it as it stands.
func (j *judge) key(b *batch, r *row, texts []string) {
	if len(j.plan.key) == 0 {
		return
	}
	k := &j.keys
	k.text, k.folded = k.text[:0], append(k.folded[:0], keySplit...)
	blank := true
	for i, c := range j.plan.key {
		if i > 0 {
			k.text, k.folded = append(k.text, keySplit...), append(k.folded, keySplit...)
		}
		from := len(k.text)
		k.text = append(k.text, texts[j.columns[c].field]...)
		part := k.text[from:]
		if !norm.NFC.IsNormal(part) {
			part = norm.NFC.Bytes(part)
		}
		from = len(k.folded)
		k.folded = keyFold.Append(k.folded, part)
		blank = blank && len(k.folded) == from
	}
	if blank {
		j.add(b, j.plan.key[0], -1, blankWords, "")
		return
	}
	r.keyed = true
	r.place = xxhash.Sum64(k.folded[len(keySplit):])
	r.folded = uint32(xxhash.Sum64(k.folded)) // begins with a sign more: another hash
	r.same = uint32(xxhash.Sum64(k.text))
}

// keyText is the key of a record as people read it.
func (p *plan) keyText(texts []string) string {
	parts := make([]string, len(p.key))
	for i, c := range p.key {
		parts[i] = texts[p.columns[c].field]
	}
	return strings.Join(parts, "/")
}

// maxKeys is how many keys are compared at once: they take 24 bytes each.
const maxKeys = 3_500_000

var errTooMany = errors.New("the file has more than 3.5 million rows, and so many keys cannot be compared at once; split the file and import the parts one after another")

// keys finds rows with one key among millions. A key is known by 96 bits of hash:
// that two different ones of millions agree in them has a chance of one to
// ten thousand million million.
type keys struct {
	shards [64]shard
	count  int
}

// shard is a table with open addressing.
type shard struct {
	entries []keyEntry
	used    int
}

// keyEntry is a row that stands for all with its key.
type keyEntry struct {
	place        uint64
	folded, same uint32
	cells        uint32 // of the hash of all cells
	at           uint32 // number of the record, from 1; 0 the entry is free. The top bit: it has doubles
}

const hasDoubles = 1 << 31

// find gives the entry of a row's key; is tells whether another row had it before.
// The entry is good until the next call.
func (k *keys) find(r *row, at int) (e *keyEntry, is bool, err error) {
	s := &k.shards[r.place>>58]
	if s.used*5 >= len(s.entries)*4 {
		s.grow()
	}
	e = s.slot(r.place, r.folded)
	if e.at != 0 {
		return e, true, nil
	}
	if k.count++; k.count > maxKeys {
		return nil, false, errTooMany
	}
	s.used++
	*e = keyEntry{place: r.place, folded: r.folded, same: r.same, cells: uint32(r.cells), at: uint32(at + 1)}
	return e, false, nil
}

// slot finds a key's entry, or the free one where it belongs. The top bits of a
// place chose the shard, those below choose the entry.
func (s *shard) slot(place uint64, folded uint32) *keyEntry {
	i, _ := bits.Mul64(place<<6, uint64(len(s.entries)))
	for ; ; i++ {
		if i == uint64(len(s.entries)) {
			i = 0
		}
		if e := &s.entries[i]; e.at == 0 || e.place == place && e.folded == folded {
			return e
		}
	}
}

func (s *shard) grow() {
	old := s.entries
	s.entries = make([]keyEntry, max(64, len(old)+len(old)/2))
	for i := range old {
		if old[i].at != 0 {
			*s.slot(old[i].place, old[i].folded) = old[i]
		}
	}
}

// record is the number of the record that the entry stands for.
func (e *keyEntry) record() int { return int(e.at&^hasDoubles) - 1 }
