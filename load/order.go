package load

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
)

// Needs gives the rules with AtOnce set on every ref that cannot be written
// after its record was created: the target requires it, an address holds it, or
// nothing writes it later.
func Needs(spec *connector.Spec, rules []Rules) []Rules {
	out := slices.Clone(rules)
	for i := range out {
		st, err := spec.Stream(out[i].Target)
		if err != nil || st.Writes == nil {
			continue
		}
		out[i].Fields = slices.Clone(out[i].Fields)
		for j := range out[i].Fields {
			f := &out[i].Fields[j]
			f.AtOnce = f.AtOnce || f.Refs != "" && atOnce(st.Writes, f)
		}
	}
	return out
}

func atOnce(w *connector.Writes, f *Field) bool {
	path := f.Dotted()
	if w.Update == nil && w.Upsert == nil || f.Set == SetCreate {
		return true
	}
	for _, group := range w.Required {
		if slices.Contains(group, path) {
			return true
		}
	}
	for _, call := range []*connector.WriteCall{w.Create, w.Update} {
		if call == nil {
			continue
		}
		if places, ok := connector.Places(call.Path); ok && slices.Contains(places, path) {
			return true
		}
	}
	return false
}

// ParentsFirst orders the entries so that a record's parents are written before
// it, in the order of the mapping where nothing else asks for another. Where
// entries wait for one another, and where one refers to itself, some refs have
// to be written by a second update: late has their dotted paths by entry. The
// error names entries that can never be written.
func ParentsFirst(rules []Rules) (order []int, late map[int][]string, err error) {
	byName := map[string]int{}
	for i := range rules {
		byName[rules[i].Name] = i
	}
	o := &ordering{rules: rules, byName: byName, done: make([]bool, len(rules)), late: map[int][]string{}}
	for len(order) < len(rules) {
		next := o.next()
		if next < 0 {
			return nil, nil, fmt.Errorf("the streams %s wait for one another; take one of their refs out of the mapping: a parent must be written before its children",
				strings.Join(o.left(), " and "))
		}
		o.done[next] = true
		order = append(order, next)
	}
	return order, o.late, nil
}

type ordering struct {
	rules  []Rules
	byName map[string]int
	done   []bool
	late   map[int][]string
}

// next is the first entry that waits for nothing, else the first that waits
// only in refs that can be written late; -1 where there is none.
func (o *ordering) next() int {
	for _, mayWait := range []bool{false, true} {
		for i := range o.rules {
			if o.done[i] {
				continue
			}
			if waiting, ok := o.waiting(i, mayWait); ok {
				if len(waiting) > 0 {
					o.late[i] = waiting
				}
				return i
			}
		}
	}
	return -1
}

// waiting lists the refs of an entry to records that are not written before it;
// ok is false where the entry has to wait for some of them.
func (o *ordering) waiting(entry int, mayWait bool) (late []string, ok bool) {
	for i := range o.rules[entry].Fields {
		f := &o.rules[entry].Fields[i]
		parent, known := o.byName[f.Refs]
		if f.Refs == "" || !known || o.done[parent] {
			continue
		}
		if f.AtOnce || parent != entry && !mayWait {
			return nil, false
		}
		late = append(late, f.Dotted())
	}
	return late, true
}

func (o *ordering) left() []string {
	var names []string
	for i := range o.rules {
		if !o.done[i] {
			names = append(names, o.rules[i].Name)
		}
	}
	return names
}

// generations gives each entry, in the order of ParentsFirst, the number of
// steps that have to be decided before it: entries of one number do not depend
// on each other.
func generations(rules []Rules, order []int) []int {
	depth := make([]int, len(rules))
	place := map[string]int{}
	for _, i := range order {
		for j := range rules[i].Fields {
			if parent, ok := place[rules[i].Fields[j].Refs]; ok && parent != i {
				depth[i] = max(depth[i], depth[parent]+1)
			}
		}
		place[rules[i].Name] = i
	}
	return depth
}
