package vendorsim

import (
	"strconv"
	"time"
)

// Kinds of choices, one a stream and part, so that no two share a sequence.
const (
	kindCustomer = iota + 1
	kindSite
	kindEquipment
	kindJob
	kindActivity
	kindRecurrence
	kindBody // added to the ones above for everything beyond the head
)

// maker makes the invented account from the seed. It has no state: the same index gives the same record.
type maker struct {
	seed   uint64
	counts Counts
	data   Data
	epoch  time.Time
}

// history is how far the initial data reach back.
const history = 5 * 365 * 24 * time.Hour

// creation spreads the creation of n records over the history, strictly ascending, the last before the epoch.
func (m *maker) creation(n int) func(i int) int64 {
	if n == 0 {
		n = 1
	}
	step := max(history.Milliseconds()/int64(n), 1)
	first := m.epoch.UnixMilli() - step*int64(n)
	return func(i int) int64 { return first + step*int64(i) }
}

// changed draws a dateModified between creation and epoch; two of five records were never changed.
func (m *maker) changed(p *pick, created int64) int64 {
	span := int(m.epoch.Unix() - created)
	if p.n(5) < 2 || span <= 0 {
		return created
	}
	return created + int64(p.n(span))
}

// numericIDs gives ascending ids with holes: find is the way back and is -1 for a hole.
func numericIDs(first int64) (id func(i int) int64, find func(key string) int) {
	const stride = 3
	id = func(i int) int64 { return first + int64(i)*stride + int64(mix(uint64(i)^uint64(first))%stride) }
	find = func(key string) int {
		n, err := strconv.ParseInt(key, 10, 64)
		if err != nil || n < first {
			return -1
		}
		if i := int((n - first) / stride); id(i) == n {
			return i
		}
		return -1
	}
	return id, find
}

// table makes the table of a stream with n records from the seed; find is the way from their ids to the index.
func (m *maker) table(stream string, n int, clock *uint64, find func(string) int) *table {
	t := &table{
		stream: stream, base: n, next: n, created: m.creation(n), newest: m.epoch.Unix(),
		over: map[int]*record{}, keys: map[string]int{}, indexes: map[string]*index{}, clock: clock,
	}
	t.lastMS = t.created(n - 1)
	t.find = func(key string) int {
		if i := find(key); i >= 0 && i < n {
			return i
		}
		if i, given := t.keys[key]; given {
			return i
		}
		return -1
	}
	return t
}
