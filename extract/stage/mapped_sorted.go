package stage

import (
	"cmp"
	"slices"
	"strings"
)

// sortRoom is how much is held at once to give records in order.
type sortRoom struct {
	keys  int // 64 bytes each, and the key
	bytes int // of records
}

var usualRoom = sortRoom{keys: 250_000, bytes: 8 << 20}

// sortSample is how many keys stand for one in the sample that cuts them into ranges.
const sortSample = 64

// spot is where a key stands, and how many bytes its record has.
type spot struct {
	key    string
	head   int32
	pos    int32
	length int32
}

// sorted gives the rows in the order of their keys. Keys are cut into ranges of
// about as many as may be held, found by a sample; of each range the records are
// read some at a time, each chunk once for all it has of them. So the memory does
// not grow with the stream, and a stream that was staged in the order of its keys
// is read about once.
func (v *mappedView) sorted(heads []mappedHead, q *MappedQuery, room sortRoom, fn func(*MappedRow) error) error {
	cuts, err := v.cuts(heads, q, room.keys)
	if err != nil {
		return err
	}
	for i := range len(cuts) + 1 {
		low, high := "", ""
		if i > 0 {
			low = cuts[i-1]
		}
		if i < len(cuts) {
			high = cuts[i]
		}
		spots, err := v.spots(heads, q, low, high)
		if err != nil {
			return err
		}
		slices.SortFunc(spots, func(a, b spot) int { return strings.Compare(a.key, b.key) })
		for len(spots) > 0 {
			n, sum := 0, 0
			for n < len(spots) && (n == 0 || sum+int(spots[n].length) <= room.bytes) {
				sum += int(spots[n].length)
				n++
			}
			if err := v.window(heads, q, spots[:n], fn); err != nil {
				return err
			}
			spots = spots[n:]
		}
	}
	return nil
}

// eachSpot calls fn for every wanted key.
func (v *mappedView) eachSpot(heads []mappedHead, q *MappedQuery, fn func(spot)) error {
	for i := range heads {
		h := &heads[i]
		size, index, _, err := v.contents(h.id, false)
		if err != nil {
			return err
		}
		err = eachItem(h.codes, index, size, func(it *mappedItem) error {
			if q.wants(binOf(h.codes[it.pos], stateOf(h.state, it.pos))) {
				fn(spot{it.key, int32(i), int32(it.pos), int32(it.length)})
			}
			return nil
		})
		if err != nil {
			return corruptMapped(v.s.path, h.id, err)
		}
	}
	return nil
}

// cuts are the keys at which the ranges begin, but for the first.
func (v *mappedView) cuts(heads []mappedHead, q *MappedQuery, atOnce int) ([]string, error) {
	places := 0
	for i := range heads {
		places += len(heads[i].codes)
	}
	if places <= atOnce {
		return nil, nil
	}
	var sample []string
	n := 0
	err := v.eachSpot(heads, q, func(s spot) {
		if n++; n%sortSample == 0 {
			sample = append(sample, strings.Clone(s.key))
		}
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(sample)
	var cuts []string
	step := max(1, atOnce/sortSample)
	for i := step; i < len(sample); i += step {
		cuts = append(cuts, sample[i])
	}
	return slices.Compact(cuts), nil
}

// spots are the wanted keys from low on and before high; "" is no bound.
func (v *mappedView) spots(heads []mappedHead, q *MappedQuery, low, high string) (spots []spot, err error) {
	err = v.eachSpot(heads, q, func(s spot) {
		if s.key >= low && (high == "" || s.key < high) {
			s.key = strings.Clone(s.key)
			spots = append(spots, s)
		}
	})
	return spots, err
}

// window reads the rows of the spots and gives them in their order.
func (v *mappedView) window(heads []mappedHead, q *MappedQuery, spots []spot, fn func(*MappedRow) error) error {
	order := make([]int, len(spots))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(spots[a].head, spots[b].head), cmp.Compare(spots[a].pos, spots[b].pos))
	})
	rows := make([]MappedRow, len(spots))
	sum := 0
	for i := range spots {
		sum += int(spots[i].length)
	}
	held := make([]byte, 0, sum) // of all rows; it never grows
	for len(order) > 0 {
		n := 1
		for n < len(order) && spots[order[n]].head == spots[order[0]].head {
			n++
		}
		next := 0
		part := order[:n]
		err := v.rows(&heads[spots[part[0]].head], q, func(pos int) bool {
			_, ok := slices.BinarySearchFunc(part, pos, func(i, pos int) int { return cmp.Compare(int(spots[i].pos), pos) })
			return ok
		}, func(r *MappedRow) error {
			row := *r
			if r.JSON != nil {
				held = append(held, r.JSON...)
				row.JSON = held[len(held)-len(r.JSON) : len(held) : len(held)]
			}
			row.Source = slices.Clone(r.Source)
			rows[part[next]] = row
			next++
			return nil
		})
		if err != nil {
			return err
		}
		order = order[n:]
	}
	for i := range rows {
		if v.own = fn(&rows[i]); v.own != nil {
			return v.own
		}
	}
	return nil
}
