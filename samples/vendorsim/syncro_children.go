package vendorsim

import "slices"

// kin finds the children that parent did not spread: those that were inserted, and those that were moved.
type kin struct {
	next int           // records before it are known
	by   map[int][]int // records by parent; one that moved on is still named under the old one
}

// kinOf returns the kin of a table, brought up to date: what was inserted since is taken in.
func (s *Syncro) kinOf(t *table, of func(*head) int) *kin {
	k := s.kin(t)
	for ; k.next < t.next; k.next++ {
		above := of(&t.over[k.next].head)
		k.by[above] = append(k.by[above], k.next)
	}
	return k
}

// moved notes that a record hangs below another parent now.
func (s *Syncro) moved(t *table, i, above int) {
	if i >= 0 {
		k := s.kin(t)
		k.by[above] = append(k.by[above], i)
	}
}

func (s *Syncro) kin(t *table) *kin {
	k := s.kins[t.stream]
	if k == nil {
		k = &kin{next: t.base, by: map[int][]int{}}
		s.kins[t.stream] = k
	}
	return k
}

// children returns the live records of a table that hang below record i of its parents, oldest first. of tells whose
// child a record is; parents is what parent was given. It is quick however many records there are.
func (s *Syncro) children(t *table, i, parents int, of func(*head) int) []*record {
	found := slices.Clone(s.kinOf(t, of).by[i])
	if parents > 0 && i < parents {
		for k := (i*t.base + parents - 1) / parents; k < t.base && k*parents/t.base == i; k++ {
			found = append(found, k)
		}
	}
	slices.Sort(found)
	var out []*record
	for _, k := range slices.Compact(found) {
		r := t.at(k)
		if s.listing {
			r = t.asListed(k)
		}
		if r != nil && !r.deleted && of(&r.head) == i {
			out = append(out, r)
		}
	}
	return out
}
