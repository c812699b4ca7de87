package vendorsim

// mix is splitmix64's finisher: equal input, equal output, on every machine and version.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9
	x = (x ^ (x >> 27)) * 0x94d049bb133111eb
	return x ^ (x >> 31)
}

// pick is a small repeatable source of choices. It is a value: copying it copies its state.
type pick struct{ state uint64 }

// pickFor returns the choices that belong to item i of a kind under a seed.
func pickFor(seed, kind uint64, i int) pick {
	return pick{mix(mix(seed^kind<<48) + uint64(i))}
}

// bits returns the next 64 bits.
func (p *pick) bits() uint64 {
	p.state = mix(p.state)
	return p.state
}

// n returns a number from 0 to k-1, and 0 when k is not positive.
func (p *pick) n(k int) int {
	if k <= 0 {
		return 0
	}
	return int(p.bits() % uint64(k))
}

// chance is true in one of k cases.
func (p *pick) chance(k int) bool { return p.n(k) == 0 }

// of returns one of the words.
func (p *pick) of(words []string) string { return words[p.n(len(words))] }

// share returns a number in [0,1).
func (p *pick) share() float64 { return float64(p.bits()>>11) / (1 << 53) }
