package load

// A match is taken only one to one. Which target records several source records
// match, and which source records are alike, is known once all are matched.

// settleClaims settles the matches of entries that do not depend on each other.
func (p *planner) settleClaims(entries []*plannedEntry) {
	for _, e := range entries {
		for row := range e.how {
			e.claim(uint32(row))
		}
	}
	for _, e := range entries {
		for row, h := range e.how {
			switch h {
			case howMatched:
				e.settle(uint32(row))
			case howLinked, howDecided:
				e.settleLinked(uint32(row))
			}
		}
	}
}

// listedHit says whether the hit of a record names a row of its target.
func (e *plannedEntry) listedHit(row uint32) bool {
	_, away := e.away[row]
	return !away
}

// claimOf is the claim on a record's counterpart, listed or not.
func (e *plannedEntry) claimOf(row uint32) *claim {
	key, away := e.away[row]
	if !away {
		return &e.target.claims[e.hit[row]]
	}
	c := e.target.claimsAway[key]
	if c == nil {
		c = &claim{}
		e.target.claimsAway[key] = c
	}
	return c
}

// claim notes that a record matched its target record.
func (e *plannedEntry) claim(row uint32) {
	h := e.how[row]
	if h != howMatched && h != howDecided && h != howLinked {
		return
	}
	c, rank := e.claimOf(row), rankOf(h)
	if rank > 0 && c.fixed < 2 {
		c.fixed++
	}
	if c.entry == 0 {
		c.entry, c.row, c.rank = uint16(e.number+1), row, rank
		return
	}
	// Two are kept: what is sure first, then those of earlier entries, then the oldest.
	older := func(entry uint16, other uint32) bool {
		return int(entry) == e.number && olderKey(e.keys.bytes(row), e.keys.bytes(other))
	}
	switch {
	case rank > c.rank || rank == c.rank && older(c.entry-1, c.row):
		c.other, c.second, c.row, c.entry, c.rank = c.row, c.entry-1, row, uint16(e.number+1), rank
	case !c.several || older(c.second, c.other):
		c.other, c.second = row, uint16(e.number)
	}
	c.several = true
}

// rankOf is how sure a counterpart is: the crosswalk before a decision, and that
// before a match.
func rankOf(h how) uint8 {
	switch h {
	case howLinked:
		return 2
	case howDecided:
		return 1
	}
	return 0
}

func (e *plannedEntry) holdsDuplicates() bool {
	return e.rules.Duplicates == HoldDuplicates || e.rules.Duplicates == ""
}

// settle takes back a match that is not the only one, unless the mapping says
// what becomes of records that are alike.
func (e *plannedEntry) settle(row uint32) {
	c := e.claimOf(row)
	if key, away := e.away[row]; away && e.target.linkedAway[key] {
		e.how[row] = howShared
		return
	}
	if !c.several {
		return
	}
	if c.fixed > 0 || int(c.entry) != e.number+1 || e.holdsDuplicates() {
		e.how[row] = howShared
		return
	}
	if c.row != row {
		e.how[row] = e.standing()
		e.twin[row] = c.row
	}
}

// settleLinked sees to records that are one target record by decision. Where the
// mapping holds duplicates the decisions contradict each other: each record would
// take back what the other wrote. Else the first decides the fields, and the
// others fill in what it leaves blank.
func (e *plannedEntry) settleLinked(row uint32) {
	c := e.claimOf(row)
	if c.fixed < 2 {
		return
	}
	if e.holdsDuplicates() && e.how[row] == howDecided {
		e.how[row] = howContrary
		return
	}
	own := int(c.entry) == e.number+1
	if own && c.row == row {
		return
	}
	e.how[row] = howMerged
	if own {
		e.twin[row] = c.row
		if e.rules.Duplicates == FirstDuplicate {
			e.how[row] = howStands
		}
	}
}

// standing is what becomes of a record that another one stands for.
func (e *plannedEntry) standing() how {
	if e.rules.Duplicates == MergeDuplicates {
		return howMerged
	}
	return howStands
}

// settleAlike finds records that the target does not have and that are alike in
// a match field group, and those alike to one that it has.
func (e *plannedEntry) settleAlike(sums []uint64) {
	width := len(e.groups)
	for i := range e.groups {
		var index hashIndex
		index.grow(len(e.how))
		for row := range e.how {
			if sum := sums[row*width+i]; sum != 0 && e.how[row].comparable() {
				index.add(sum, uint32(row))
			}
		}
		index.sort()
		for from := 0; from < len(index.entries); {
			to := from + 1
			for to < len(index.entries) && index.entries[to].hash() == index.entries[from].hash() {
				to++
			}
			if to-from > 1 {
				e.settleBucket(index.entries[from:to])
			}
			from = to
		}
	}
}

// comparable says whether others may be alike to the record: it is in the target
// or is going to be.
func (h how) comparable() bool {
	return h == howNone || h == howCreated || h == howAlike || h == howLinked || h == howDecided || h == howMatched || h == howDeferred
}

// settleBucket settles records alike in one group: the one that the target has,
// else the oldest, stands for all where the mapping says so.
func (e *plannedEntry) settleBucket(alike []hashEntry) {
	first := alike[0].row
	for _, a := range alike[1:] {
		known, best := e.how[a.row].named(), e.how[first].named()
		if known && !best || known == best && olderKey(e.keys.bytes(a.row), e.keys.bytes(first)) {
			first = a.row
		}
	}
	next := -1 // the oldest but for the first
	for i, a := range alike {
		if a.row != first && (next < 0 || olderKey(e.keys.bytes(a.row), e.keys.bytes(alike[next].row))) {
			next = i
		}
	}
	hold := e.holdsDuplicates()
	for _, a := range alike {
		if h := e.how[a.row]; h != howNone && h != howAlike {
			continue
		}
		other := first
		if a.row == first {
			other = alike[next].row
		}
		switch {
		case hold:
			e.how[a.row], e.twin[a.row] = howAlike, other
		case a.row == first:
		case e.how[first].named():
			e.how[a.row], e.hit[a.row], e.twin[a.row] = e.standing(), e.hit[first], first
			if key, away := e.away[first]; away {
				e.away[a.row] = key
			}
		default:
			e.how[a.row], e.twin[a.row] = howDeferred, first
		}
	}
}
