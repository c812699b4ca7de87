package load

import (
	"github.com/cespare/xxhash/v2"
	"github.com/valyala/fastjson"
)

// matchGroup is a list of fields that records are found by, all of them together.
type matchGroup struct {
	fields []string
	steps  []matchStep
	index  hashIndex
}

// matchStep is one field of a group.
type matchStep struct {
	path  []string
	sh    *shape // nil: the spec knows no such field
	label string // of a custom field
}

// sum is the hash of a record's values in the group's fields; 0 where one of
// them is blank.
func (g *matchGroup) sum(v *fastjson.Value, buf []byte) (uint64, []byte) {
	buf = buf[:0]
	for i := range g.steps {
		found := g.steps[i].in(v)
		if blank(found) {
			return 0, buf
		}
		mark := len(buf)
		buf = appendCanon(buf, g.steps[i].shape(), found)
		if len(buf) == mark {
			return 0, buf // nothing is left of it, such as of "n/a" as digits
		}
		buf = append(buf, 0)
	}
	return nonzero(xxhash.Sum64(buf)), buf
}

func nonzero(sum uint64) uint64 {
	if sum == 0 {
		return 1
	}
	return sum
}

func (m *matchStep) shape() *shape {
	if m.label != "" {
		return customShape
	}
	return m.sh
}

// in finds the step's value in a record of the target or in a mapped one, which
// differ in the form of custom fields alone.
func (m *matchStep) in(v *fastjson.Value) *fastjson.Value {
	path := m.path
	if m.label != "" {
		path = path[:len(path)-1]
	}
	for _, name := range path {
		if v == nil {
			return nil
		}
		found := v.Get(name)
		if found == nil && m.sh != nil && m.sh.name == name {
			found, _ = m.sh.in(v)
		}
		v = found
	}
	if m.label != "" {
		if v != nil && v.Type() == fastjson.TypeObject {
			return v.Get(m.label)
		}
		return m.sh.labelled(v, m.label)
	}
	return v
}

// pick gives a record's values in the group's fields alone; whole is false where
// one of them is blank.
func (g *matchGroup) pick(v *fastjson.Value) (fields []byte, whole bool) {
	var a fastjson.Arena
	out := a.NewObject()
	for i := range g.steps {
		found := g.steps[i].in(v)
		if blank(found) {
			return nil, false
		}
		at := out
		path := g.steps[i].path
		for _, name := range path[:len(path)-1] {
			if at.Get(name) == nil {
				at.Set(name, a.NewObject())
			}
			at = at.Get(name)
		}
		at.Set(path[len(path)-1], found)
	}
	return out.MarshalTo(nil), true
}
