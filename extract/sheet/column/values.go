package column

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
)

const (
	mostValues   = 500     // that are kept with their counts
	mostDistinct = 10_000  // that are told apart
	mostKeys     = 200_000 // of a column whose name says that it identifies a row: 8 MiB
	mostKept     = 256     // bytes of a value that is kept
	mostRows     = 5       // of a value
	slots        = 1024    // of the table of kept values; more than twice as many as values
)

// values tells the values of a column apart: up to mostValues with their counts,
// up to most by their hashes alone, then no more.
type values struct {
	seed  maphash.Seed
	slots []slot
	kept  []value // the first mostValues
	bulk  *hashes // of all values, once there are more; nil before and after
	most  int     // that are told apart
	many  bool    // too many to tell apart
	judge int     // cells of a value that are judged before the others are only counted
}

// slot is where a kept value stands: a part of its hash, and its index plus 1; 0 the
// slot is free.
type slot struct{ tag, kept uint16 }

type value struct {
	hash    uint64
	text    string
	count   int
	rows    [mostRows]int
	judged  int // cells of text
	repeats int // cells of text that are counted, and not judged yet
}

// again tells whether a text of the value has only to be counted: as many as a
// list of places takes were judged, and the next says the same of another place.
func (k *value) again(judge int) bool {
	if k.judged < judge {
		k.judged++
		return false
	}
	k.repeats++
	return true
}

// add counts a value and gives it; nil where it is not kept.
func (v *values) add(s string, row int) *value {
	if v.many {
		return nil
	}
	hash := maphash.String(v.seed, s)
	if v.slots == nil {
		v.slots = make([]slot, slots)
	}
	at, tag := hash%slots, uint16(hash>>48)
	for ; v.slots[at].kept != 0; at = (at + 1) % slots {
		if v.slots[at].tag != tag {
			continue
		}
		k := &v.kept[v.slots[at].kept-1]
		if k.hash == hash && k.text == s {
			if k.count < mostRows {
				k.rows[k.count] = row
			}
			k.count++
			return k
		}
	}
	full := len(v.kept) == mostValues || len(s) > mostKept
	if full && v.bulk == nil {
		v.spill()
	}
	if v.bulk != nil {
		v.addHash(hash)
	}
	if full {
		return nil
	}
	v.kept = append(v.kept, value{hash: hash, text: strings.Clone(s), count: 1, rows: [mostRows]int{row}})
	v.slots[at] = slot{tag, uint16(len(v.kept))}
	return &v.kept[len(v.kept)-1]
}

// spill goes over to hashes. The values that are kept stay: they are known when
// they come again.
func (v *values) spill() {
	v.bulk = newHashes()
	for i := range v.kept {
		v.bulk.add(v.kept[i].hash)
	}
}

func (v *values) addHash(hash uint64) {
	v.bulk.add(hash)
	if v.bulk.count > v.most {
		v.bulk, v.many = nil, true
	}
}

// distinct gives how many values differ; -1 too many to count.
func (v *values) distinct() int {
	switch {
	case v.many:
		return -1
	case v.bulk != nil:
		return v.bulk.count
	}
	return len(v.kept)
}

// list gives the values, the most frequent first, equals as they come in the
// file; none where there are too many.
func (v *values) list() []ValueCount {
	if v.many || v.bulk != nil {
		return []ValueCount{}
	}
	list := make([]ValueCount, 0, len(v.kept))
	for i := range v.kept {
		k := &v.kept[i]
		list = append(list, ValueCount{k.text, k.count, slices.Clone(k.rows[:min(k.count, mostRows)])})
	}
	slices.SortStableFunc(list, func(a, b ValueCount) int { return cmp.Compare(b.Count, a.Count) })
	return list
}
