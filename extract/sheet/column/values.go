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
	slots []uint16 // of kept, plus 1; nil when there are too many
	kept  []value
	bulk  map[uint64]struct{} // nil before and after
	most  int                 // that are told apart
	many  bool                // too many to tell apart
}

type value struct {
	hash  uint64
	text  string
	count int
	rows  [mostRows]int
}

func (v *values) add(s string, row int) {
	if v.many {
		return
	}
	hash := maphash.String(v.seed, s)
	if v.bulk != nil {
		v.addHash(hash)
		return
	}
	if v.slots == nil {
		v.slots = make([]uint16, slots)
	}
	at := hash % slots
	for ; v.slots[at] != 0; at = (at + 1) % slots {
		k := &v.kept[v.slots[at]-1]
		if k.hash == hash && k.text == s {
			if k.count < mostRows {
				k.rows[k.count] = row
			}
			k.count++
			return
		}
	}
	if len(v.kept) == mostValues || len(s) > mostKept {
		v.spill()
		v.addHash(hash)
		return
	}
	v.kept = append(v.kept, value{hash: hash, text: strings.Clone(s), count: 1, rows: [mostRows]int{row}})
	v.slots[at] = uint16(len(v.kept))
}

// spill goes over to hashes alone.
func (v *values) spill() {
	v.bulk = make(map[uint64]struct{}, 2*mostValues)
	for i := range v.kept {
		v.bulk[v.kept[i].hash] = struct{}{}
	}
	v.kept, v.slots = nil, nil
}

func (v *values) addHash(hash uint64) {
	v.bulk[hash] = struct{}{}
	if len(v.bulk) > v.most {
		v.bulk, v.many = nil, true
	}
}

// distinct gives how many values differ; -1 too many to count.
func (v *values) distinct() int {
	switch {
	case v.many:
		return -1
	case v.bulk != nil:
		return len(v.bulk)
	}
	return len(v.kept)
}

// list gives the values, the most frequent first, equals as they come in the
// file.
func (v *values) list() []ValueCount {
	list := make([]ValueCount, 0, len(v.kept))
	for i := range v.kept {
		k := &v.kept[i]
		list = append(list, ValueCount{k.text, k.count, slices.Clone(k.rows[:min(k.count, mostRows)])})
	}
	slices.SortStableFunc(list, func(a, b ValueCount) int { return cmp.Compare(b.Count, a.Count) })
	return list
}
