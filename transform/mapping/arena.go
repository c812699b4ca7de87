package mapping

import "unsafe"

// arena holds the texts that expressions make of one record. It is emptied,
// not freed, between records; texts taken from it are then overwritten.
type arena struct {
	buf  []byte
	used int // bytes taken since the record began, also in buffers grown out of
}

// arenaKept is the largest buffer that is kept from one record to the next.
const arenaKept = 1 << 20

func (a *arena) reset() {
	a.used = 0
	if cap(a.buf) > arenaKept {
		a.buf = nil
	}
	a.buf = a.buf[:0]
}

// room gives an empty slice to append a text to; keep takes the text over.
// Between the two nothing else may be taken.
func (a *arena) room(n int) []byte {
	if cap(a.buf)-len(a.buf) < n {
		a.buf = make([]byte, 0, max(4096, 2*cap(a.buf), n))
	}
	return a.buf[len(a.buf):len(a.buf):cap(a.buf)]
}

// keep takes over the text written into room and gives it as a string.
func (a *arena) keep(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	a.used += len(b)
	if len(a.buf)+len(b) <= cap(a.buf) && unsafe.SliceData(a.buf[len(a.buf):len(a.buf)+1:cap(a.buf)]) == unsafe.SliceData(b) {
		a.buf = a.buf[:len(a.buf)+len(b)]
	}
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// view gives bytes that outlive their use here as a string, without a copy.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
