package answer

import "io"

// ahead reads a stream in a goroutine of its own, so that a sheet is unpacked while
// what came before is scanned.
type ahead struct {
	left  []byte // of the chunk in hand
	chunk []byte // its memory; nil none
	err   error  // that of the stream, io.EOF at its end
	full  chan chunkOf
	empty chan []byte
	stop  chan struct{}
	ended chan struct{}
}

// chunkOf is a run of bytes and what went wrong behind it.
type chunkOf struct {
	data []byte
	err  error
}

// readAhead begins to read; close must be called before the stream is closed.
func readAhead(r io.Reader) *ahead {
	const chunks = 4
	a := &ahead{full: make(chan chunkOf, chunks), empty: make(chan []byte, chunks), stop: make(chan struct{}), ended: make(chan struct{})}
	for range chunks {
		a.empty <- make([]byte, chunkBytes)
	}
	go a.fill(r)
	return a
}

func (a *ahead) fill(r io.Reader) {
	defer close(a.ended)
	for {
		select {
		case <-a.stop:
			return
		case chunk := <-a.empty:
			n, err := 0, error(nil)
			for n < len(chunk) && err == nil {
				var more int
				more, err = r.Read(chunk[n:])
				n += more
			}
			a.full <- chunkOf{chunk[:n], err} // never waits: there are no more chunks than it holds
			if err != nil {
				return
			}
		}
	}
}

// Read gives what was read ahead.
func (a *ahead) Read(p []byte) (int, error) {
	for len(a.left) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		if a.chunk != nil {
			a.empty <- a.chunk
		}
		c := <-a.full
		a.left, a.chunk, a.err = c.data, c.data[:cap(c.data)], c.err
	}
	n := copy(p, a.left)
	a.left = a.left[n:]
	return n, nil
}

// close ends the reading and waits until nothing touches the stream any more.
func (a *ahead) close() {
	close(a.stop)
	<-a.ended
}
