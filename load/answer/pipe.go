package answer

import (
	"context"
	"io"
)

const chunkBytes = 256 << 10

// pipe hands bytes over to a goroutine that writes them, so that a sheet is
// scanned and compressed at the same time.
type pipe struct {
	ctx    context.Context
	chunk  []byte
	full   chan []byte
	empty  chan []byte
	done   chan struct{}
	failed error // of the writer, once done is closed
}

// newPipe begins to write to w; Close ends it.
func newPipe(ctx context.Context, w io.Writer) *pipe {
	const chunks = 4
	p := &pipe{ctx: ctx, full: make(chan []byte, chunks), empty: make(chan []byte, chunks), done: make(chan struct{})}
	for range chunks - 1 {
		p.empty <- make([]byte, 0, chunkBytes)
	}
	p.chunk = make([]byte, 0, chunkBytes)
	go p.drain(w)
	return p
}

// drain writes until the pipe is closed. After a failure it goes on taking, so
// that nobody waits for it.
func (p *pipe) drain(w io.Writer) {
	defer close(p.done)
	for chunk := range p.full {
		if p.failed == nil && p.ctx.Err() == nil {
			_, p.failed = w.Write(chunk)
		}
		p.empty <- chunk[:0]
	}
}

// put adds bytes, which may be used again afterwards.
func (p *pipe) put(data []byte) {
	p.chunk = append(p.chunk, data...)
	if len(p.chunk) >= chunkBytes-chunkBytes/8 {
		p.flush()
	}
}

// text adds text.
func (p *pipe) text(text string) {
	p.chunk = append(p.chunk, text...)
	if len(p.chunk) >= chunkBytes-chunkBytes/8 {
		p.flush()
	}
}

func (p *pipe) flush() {
	p.full <- p.chunk
	p.chunk = <-p.empty
}

// close writes what is left and tells how the writing went.
func (p *pipe) close() error {
	p.full <- p.chunk
	close(p.full)
	<-p.done
	if err := p.ctx.Err(); err != nil {
		return err
	}
	return p.failed
}
