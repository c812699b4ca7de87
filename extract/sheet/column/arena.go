package column

import "strings"

// arena makes many short strings at the cost of few allocations. The strings stay
// valid.
type arena struct{ text strings.Builder }

// arenaSize is how many bytes are taken at once: what one kept string holds on to.
const arenaSize = 16 << 10

// keep gives bytes as a string.
func (a *arena) keep(b []byte) string {
	if len(b) > arenaSize/4 {
		return string(b)
	}
	if a.text.Cap()-a.text.Len() < len(b) {
		a.text = strings.Builder{}
		a.text.Grow(arenaSize)
	}
	from := a.text.Len()
	a.text.Write(b)
	return a.text.String()[from:]
}
