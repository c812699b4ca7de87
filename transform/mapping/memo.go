package mapping

// memo remembers what a rule wrote of texts. Words come again and again in a list:
// cities, states, yes and no, the notes of one clerk. What a rule makes of a text is
// decided by the text alone, so that it need not be made twice.
type memo struct{ places [memoPlaces]remembered }

// remembered is a text and what was written of it, which is nothing where the rule
// left the field out. Both are copies: the text may lie in a buffer of the record.
type remembered struct {
	both []byte // the text, and behind it what was written
	at   int    // where that begins
}

// Bounds of a memo. It is made for words: a long text hardly ever comes twice.
const (
	memoPlaces = 16
	memoBytes  = 256 // text and what was written
)

// place is where a text is remembered. Another text of the same place takes it over.
func (m *memo) place(s string) *remembered {
	n := len(s) // lengths and a few letters part the words of a column well enough
	return &m.places[(n*5^int(s[0])^int(s[n/2])*3^int(s[n-1])*7)%memoPlaces]
}

// find gives what was written of a text that is not "".
func (r *remembered) find(s string) (made []byte, ok bool) {
	if string(r.both[:r.at]) != s {
		return nil, false
	}
	return r.both[r.at:], true
}

// keep remembers what was written of a text.
func (r *remembered) keep(s string, made []byte) {
	if len(s)+len(made) <= memoBytes {
		r.both, r.at = append(append(r.both[:0], s...), made...), len(s)
	}
}
