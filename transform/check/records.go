package check

// state is what becomes of a record.
type state uint8

const (
	good state = iota
	bad
	skipped
)

// records remembers of each record what becomes of it and where it stands, as a
// row may turn out to be doubled long after it was read.
type records struct {
	states  []state
	numbers []uint32 // of the rows
	sheets  []sheetRun
	count   [3]int
}

// sheetRun are the records of one sheet, from a number on.
type sheetRun struct {
	from int
	name string
}

func (s *records) add(sheet string, number int, st state) int {
	at := len(s.states)
	if n := len(s.sheets); n == 0 || s.sheets[n-1].name != sheet {
		s.sheets = append(s.sheets, sheetRun{at, sheet})
	}
	s.states = append(s.states, st)
	s.numbers = append(s.numbers, uint32(number))
	s.count[st]++
	return at
}

// set changes what becomes of a record; what is skipped stays so.
func (s *records) set(at int, st state) {
	if was := s.states[at]; st > was {
		s.states[at] = st
		s.count[was]--
		s.count[st]++
	}
}

// row is where a record stands.
func (s *records) row(at int) (sheet string, number int) {
	i := len(s.sheets) - 1
	for s.sheets[i].from > at {
		i--
	}
	return s.sheets[i].name, int(s.numbers[at])
}
