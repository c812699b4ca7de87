package sheet

import (
	"runtime"
	"sync"
	"sync/atomic"

	"ferry/extract/sheet/column"
	"ferry/extract/sheet/grid"
)

const (
	profiledCells = 4096 // cells that go to the profilers together, of one row at least
	profiledAhead = 4    // batches of them that there are
)

// profiling has the columns of a survey profiled while its rows are read. Each
// column belongs to one goroutine, which sees its cells in the order of the file:
// the profiles are the same whatever the number of goroutines.
type profiling struct {
	profilers []*column.Profiler
	rows      int // of a full batch
	batch     *cellBatch
	free      chan *cellBatch
	work      []chan *cellBatch // one a goroutine; none before the first full batch
	ended     sync.WaitGroup
}

// cellBatch are the cells of a run of records, copied column by column.
type cellBatch struct {
	numbers []int // of the rows
	cells   []grid.Cell
	busy    atomic.Int32 // goroutines that are not done with it
}

func newProfiling(profilers []*column.Profiler) *profiling {
	p := &profiling{profilers: profilers, rows: max(1, min(256, profiledCells/max(1, len(profilers)))), free: make(chan *cellBatch, profiledAhead)}
	p.batch = p.newBatch()
	return p
}

func (p *profiling) newBatch() *cellBatch {
	return &cellBatch{cells: make([]grid.Cell, p.rows*len(p.profilers))}
}

// add takes the cells of a record.
func (p *profiling) add(number int, values []Value) {
	b := p.batch
	at := len(b.numbers)
	for i := range values {
		if cell := values[i].Cell; cell != nil {
			b.cells[i*p.rows+at] = *cell
		} else {
			b.cells[i*p.rows+at] = grid.Cell{}
		}
	}
	if b.numbers = append(b.numbers, number); len(b.numbers) == p.rows {
		p.send()
	}
}

// send gives a batch to all goroutines.
func (p *profiling) send() {
	if len(p.work) == 0 {
		p.start()
	}
	p.batch.busy.Store(int32(len(p.work)))
	for _, work := range p.work {
		work <- p.batch
	}
	p.batch = <-p.free
}

func (p *profiling) start() {
	for len(p.free) < profiledAhead-1 {
		p.free <- p.newBatch()
	}
	for range min(runtime.GOMAXPROCS(0), max(1, len(p.profilers))) {
		p.work = append(p.work, make(chan *cellBatch, profiledAhead))
	}
	for first, work := range p.work {
		step := len(p.work)
		p.ended.Go(func() {
			for b := range work {
				p.profile(b, first, step)
				if b.busy.Add(-1) == 0 {
					b.numbers = b.numbers[:0]
					p.free <- b
				}
			}
		})
	}
}

// profile looks at the cells of every step-th column.
func (p *profiling) profile(b *cellBatch, first, step int) {
	for i := first; i < len(p.profilers); i += step {
		cells := b.cells[i*p.rows:]
		for at, number := range b.numbers {
			p.profilers[i].Add(number, &cells[at])
		}
	}
}

// wait returns once all that was added is profiled; nothing runs any more then.
func (p *profiling) wait() {
	for _, work := range p.work {
		close(work)
	}
	p.ended.Wait()
	p.work = nil
	p.profile(p.batch, 0, 1)
	p.batch.numbers = p.batch.numbers[:0]
}
