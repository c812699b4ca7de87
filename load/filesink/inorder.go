package filesink

import (
	"context"
	"sync"

	"golang.org/x/sync/errgroup"
)

// pieceBytes is about how much a worker encodes before it hands it on.
const pieceBytes = 1 << 20

// piece is a part of a file, encoded.
type piece struct {
	data  []byte
	sheet int        // number of the sheet it belongs to, from 0; a CSV file has one
	rows  int        // rows of a sheet in it
	spill []spillRow // what is too long for the cells in it
}

// encoder turns units into pieces, which it gives in their order. Each belongs
// to one worker.
type encoder interface {
	encode(ctx context.Context, u unit, give func(piece) error, buffer func() []byte) error
}

// lane carries the pieces of one unit from its worker to the writer.
type lane chan piece

type order struct {
	unit unit
	lane lane
}

// inOrder encodes a table with one worker an encoder and writes the pieces in
// the order of the records. What is in memory is bounded: a worker that runs
// ahead waits with its first piece until the writer comes to it.
func inOrder(ctx context.Context, rows Source, encoders []encoder, write func(piece) error, done func(rows int)) error {
	group, ctx := errgroup.WithContext(ctx)
	work := make(chan order)
	lanes := make(chan order, 2*len(encoders))
	var spare sync.Pool
	buffer := func() []byte {
		if b, ok := spare.Get().(*[]byte); ok {
			return (*b)[:0]
		}
		return make([]byte, 0, pieceBytes+pieceBytes/4)
	}
	group.Go(func() error {
		defer close(work)
		defer close(lanes)
		return cut(ctx, rows, func(u unit) error {
			o := order{unit: u, lane: make(lane, 1)}
			if err := send(ctx, lanes, o); err != nil {
				return err
			}
			return send(ctx, work, o)
		})
	})
	for _, e := range encoders {
		group.Go(func() error {
			for o := range work {
				give := func(p piece) error { return send(ctx, o.lane, p) }
				if err := e.encode(ctx, o.unit, give, buffer); err != nil {
					return err
				}
				close(o.lane)
			}
			return nil
		})
	}
	group.Go(func() error {
		for o := range lanes {
			if err := drain(ctx, o.lane, func(p piece) error {
				err := write(p)
				spare.Put(&p.data)
				return err
			}); err != nil {
				return err
			}
			done(o.unit.rows)
		}
		return nil
	})
	return group.Wait()
}

// send gives v to a channel unless the work is over before.
func send[T any](ctx context.Context, to chan<- T, v T) error {
	select {
	case to <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// drain calls fn with each piece until the lane is closed.
func drain(ctx context.Context, l lane, fn func(piece) error) error {
	for {
		select {
		case p, more := <-l:
			if !more {
				return nil
			}
			if err := fn(p); err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
