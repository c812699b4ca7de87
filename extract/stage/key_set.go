package stage

// keySet is a set of 64-bit hashes of keys, of 11 to 22 bytes each. Hashes that
// two keys share make the second look known: ask it only where that costs time
// and nothing else. The zero value is empty.
type keySet struct {
	slots []uint64 // a power of two of them, 0 where there is none
	n     int
}

// firstSlots is the size a set begins with.
const firstSlots = 1 << 10

// add enters a hash and says whether it was new.
func (s *keySet) add(hash uint64) bool {
	if hash == 0 {
		hash = 1
	}
	if 4*s.n >= 3*len(s.slots) {
		s.grow()
	}
	i := s.find(hash)
	if s.slots[i] == hash {
		return false
	}
	s.slots[i] = hash
	s.n++
	return true
}

// find gives the slot that has hash, or the empty one where it belongs.
func (s *keySet) find(hash uint64) int {
	mask := len(s.slots) - 1
	i := int(hash) & mask
	for s.slots[i] != 0 && s.slots[i] != hash {
		i = (i + 1) & mask
	}
	return i
}

func (s *keySet) grow() {
	old := s.slots
	s.slots = make([]uint64, max(2*len(old), firstSlots))
	for _, hash := range old {
		if hash != 0 {
			s.slots[s.find(hash)] = hash
		}
	}
}
