package column

// hashes is a set of hashes that are spread evenly, so that each is its own place
// in the table: the builtin map would hash them once more.
type hashes struct {
	slots []uint64 // a power of two of them, a quarter or more free; 0 is free
	count int
}

func newHashes() *hashes { return &hashes{slots: make([]uint64, 2048)} }

// add takes a hash, which may be there.
func (h *hashes) add(hash uint64) {
	hash = max(hash, 1) // 0 and 1 are one: as rare as two values of one hash
	at := h.find(hash)
	if h.slots[at] == hash {
		return
	}
	h.slots[at] = hash
	if h.count++; h.count*4 > len(h.slots)*3 {
		h.grow()
	}
}

// find gives the slot where a hash stands or may stand.
func (h *hashes) find(hash uint64) uint64 {
	last := uint64(len(h.slots) - 1)
	at := hash & last
	for h.slots[at] != 0 && h.slots[at] != hash {
		at = (at + 1) & last
	}
	return at
}

func (h *hashes) grow() {
	old := h.slots
	h.slots = make([]uint64, 2*len(old))
	for _, hash := range old {
		if hash != 0 {
			h.slots[h.find(hash)] = hash
		}
	}
}
