package load

import (
	"slices"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// lookAlike notes the target records that a creation looks like. Those that
// belong to other source records do not count.
func (m *matcher) lookAlike(row uint32, v *fastjson.Value) {
	var looks []uint32
	for _, r := range m.e.target.alike {
		var sum uint64
		if sum, m.buf = r.sum(v, m.buf); sum == 0 {
			continue
		}
		for _, found := range r.index.find(sum) {
			if m.e.target.flags[found.row] == 0 && !containsRow(looks, found.row) && len(looks) < maxSearched {
				looks = append(looks, found.row)
			}
		}
	}
	m.e.target.oldestFirst(looks)
	if looks = looks[:min(len(looks), maxAlike)]; len(looks) > 0 {
		m.p.keepRows(m.e.looks, row, looks)
	}
}

// maxAlike is how many look-alikes are shown of one creation, of those that were
// searched: a name like "John" has thousands.
const (
	maxAlike    = 3
	maxSearched = 100
)

// oldestFirst sorts rows of the target by their keys, so that what people are
// shown does not depend on how the target was read.
func (t *targetStream) oldestFirst(rows []uint32) {
	if len(rows) < 2 {
		return
	}
	slices.SortFunc(rows, func(a, b uint32) int {
		if olderKey(t.keys.bytes(a), t.keys.bytes(b)) {
			return -1
		}
		return 1
	})
}

func containsRow(rows []uint32, row uint32) bool {
	for _, r := range rows {
		if r == row {
			return true
		}
	}
	return false
}

// keepRows and keepAway note what only a few records have.
func (p *planner) keepRows(in map[uint32][]uint32, row uint32, rows []uint32) {
	p.mu.Lock()
	defer p.mu.Unlock()
	in[row] = rows
}

// keepFound notes the records that a target without a list has found.
func (p *planner) keepFound(e *plannedEntry, row uint32, found []Found) {
	var all []Candidate
	for _, f := range found[:min(len(found), maxCandidates)] {
		c := Candidate{Key: f.Key, Link: p.link(e.st.Name, f.Key)}
		if v, err := fastjson.ParseBytes(f.Record); err == nil {
			c.Label = labelOf(v)
		}
		all = append(all, c)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e.asked[row] = all
}

func (p *planner) keepAway(e *plannedEntry, row uint32, key record.Key) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e.away[row] = key
}

// targetKey is the key of a record's counterpart.
func (p *planner) targetKey(e *plannedEntry, row uint32) record.Key {
	p.mu.Lock()
	key, away := e.away[row]
	p.mu.Unlock()
	if away {
		return key
	}
	return e.target.keys.key(e.hit[row])
}
