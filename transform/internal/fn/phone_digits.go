package fn

import (
	"encoding/binary"
	"regexp/syntax"
	"slices"
)

// maxDigitStates bounds a digitMatcher; patterns of numbering plans need hundreds.
const maxDigitStates = 4096

// digitMatcher matches digits against a pattern of a numbering plan, one step a
// digit, where a general matcher takes a microsecond. It is for one goroutine and
// builds its states as they are met.
type digitMatcher struct {
	pattern string       // in Perl's syntax
	prog    *syntax.Prog // nil until it is asked the first time
	states  []digitState // 0 is dead, 1 the beginning
	known   map[string]int32
	bad     bool // more than digits can decide, or too many states
}

type digitState struct {
	next   [10]int32 // -1: not known yet
	at     []uint32  // instructions of prog that wait for a digit
	accept bool
}

// ready compiles the pattern; false: digits cannot decide it.
func (m *digitMatcher) ready() bool {
	if m.prog != nil || m.bad {
		return !m.bad
	}
	tree, err := syntax.Parse(m.pattern, syntax.Perl)
	if err == nil {
		m.prog, err = syntax.Compile(tree.Simplify())
	}
	if err != nil {
		m.bad = true
		return false
	}
	m.known = map[string]int32{}
	m.states = append(m.states, digitState{})
	m.state(nil, false)
	var at []uint32
	accept := m.follow(&at, map[uint32]bool{}, uint32(m.prog.Start))
	if m.state(at, accept) != 1 {
		m.bad = true // it matches nothing at all
	}
	return !m.bad
}

// follow collects the instructions that wait for a digit, from one on; it tells
// whether the pattern ends on the way.
func (m *digitMatcher) follow(at *[]uint32, seen map[uint32]bool, pc uint32) (accept bool) {
	if seen[pc] {
		return false
	}
	seen[pc] = true
	i := &m.prog.Inst[pc]
	switch i.Op {
	case syntax.InstAlt, syntax.InstAltMatch:
		one := m.follow(at, seen, i.Out)
		return m.follow(at, seen, i.Arg) || one
	case syntax.InstCapture, syntax.InstNop:
		return m.follow(at, seen, i.Out)
	case syntax.InstMatch:
		return true
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		*at = append(*at, pc)
	case syntax.InstEmptyWidth:
		m.bad = true
	}
	return false
}

// state gives the number of a state.
func (m *digitMatcher) state(at []uint32, accept bool) int32 {
	if len(at) == 0 && !accept {
		return 0
	}
	slices.Sort(at)
	key := make([]byte, 0, 4*len(at)+1)
	for _, pc := range at {
		key = binary.LittleEndian.AppendUint32(key, pc)
	}
	if accept {
		key = append(key, 1)
	}
	if n, ok := m.known[string(key)]; ok {
		return n
	}
	if len(m.states) >= maxDigitStates {
		m.bad = true
		return 0
	}
	s := digitState{at: at, accept: accept}
	for i := range s.next {
		s.next[i] = -1
	}
	m.states = append(m.states, s)
	m.known[string(key)] = int32(len(m.states) - 1)
	return int32(len(m.states) - 1)
}

func (m *digitMatcher) step(state int32, digit byte) int32 {
	next := m.states[state].next[digit-'0']
	if next >= 0 {
		return next
	}
	var at []uint32
	seen, accept := map[uint32]bool{}, false
	for _, pc := range m.states[state].at {
		if i := &m.prog.Inst[pc]; i.MatchRune(rune(digit)) {
			accept = m.follow(&at, seen, i.Out) || accept
		}
	}
	next = m.state(at, accept)
	m.states[state].next[digit-'0'] = next
	return next
}

// all tells whether the pattern matches all of the digits.
func (m *digitMatcher) all(digits []byte) bool {
	if !m.ready() {
		return false
	}
	state := int32(1)
	for _, d := range digits {
		if state = m.step(state, d); state == 0 {
			return false
		}
	}
	return m.states[state].accept && !m.bad
}

// begins tells whether the digits begin with what the pattern matches; true also
// where that is not known.
func (m *digitMatcher) begins(digits []byte) bool {
	if !m.ready() {
		return true
	}
	state := int32(1)
	for _, d := range digits {
		if m.states[state].accept {
			return true
		}
		if state = m.step(state, d); state == 0 {
			return m.bad
		}
	}
	return m.bad || m.states[state].accept
}
