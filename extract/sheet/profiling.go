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

// cellBatch are the cells of a run of records, row by row.
type cellBatch struct {
	numbers []int // of the rows
	cells   []profiledCell
	busy    atomic.Int32 // goroutines that are not done with it
}

// profiledCell is the half of a cell that profiles are made of.
type profiledCell struct {
	kind         grid.Kind
	flags        grid.Flag
	text, format string
}

func newProfiling(profilers []*column.Profiler) *profiling {
	p := &profiling{profilers: profilers, rows: max(1, min(256, profiledCells/max(1, len(profilers)))), free: make(chan *cellBatch, profiledAhead)}
	p.batch = p.newBatch()
	return p
}

func (p *profiling) newBatch() *cellBatch {
	return &cellBatch{cells: make([]profiledCell, p.rows*len(p.profilers))}
}

// add takes the cells of a record. They are copied field by field: of a whole cell
// the compiler makes a second copy on the way.
func (p *profiling) add(number int, values []Value) {
	b := p.batch
	cells := b.cells[len(b.numbers)*len(p.profilers):]
	for i := range values {
		to, c := &cells[i], orBlank(values[i].Cell)
		to.kind, to.flags, to.text, to.format = c.Kind, c.Flags, c.Text, c.Format
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
	var cell grid.Cell
	columns := len(p.profilers)
	for i := first; i < columns; i += step {
		for at, number := range b.numbers {
			c := &b.cells[at*columns+i]
			cell.Kind, cell.Flags, cell.Text, cell.Format = c.kind, c.flags, c.text, c.format
			p.profilers[i].Add(number, &cell)
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
