package transform

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"ferry/extract/stage"
)

const (
	putAtOnce = 16      // mapped chunks in one commit, and waiting for it
	putBytes  = 4 << 20 // in one commit
)

// mapEntry maps what has to be mapped of one entry: workers read, map and
// compress chunks, and one goroutine commits those that wait.
func (r *runner) mapEntry(ctx context.Context, entry int) error {
	units, err := r.draft.Units(ctx, entry)
	if err != nil || len(units) == 0 {
		return err
	}
	sum := &r.sums[entry]
	sum.Chunks = len(units)
	r.report(Event{Event: EventStart, Stream: sum.Name, Total: len(units)})
	joins, err := r.indexJoins(ctx, entry)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	mapped := make(chan *stage.MappedChunk, putAtOnce)
	var next, records atomic.Int64
	workers, running := min(r.workers(), len(units)), atomic.Int64{}
	running.Store(int64(workers))
	for range workers {
		g.Go(func() error {
			defer func() {
				if running.Add(-1) == 0 {
					close(mapped)
				}
			}()
			w, err := r.newWorker(entry, joins)
			if err != nil {
				return err
			}
			for {
				n := int(next.Add(1)) - 1
				if n >= len(units) {
					records.Add(int64(w.records))
					return nil
				}
				m, err := w.mapChunk(ctx, units[n])
				if err != nil {
					return err
				}
				if m == nil {
					continue
				}
				select {
				case mapped <- m:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		})
	}
	g.Go(func() error { return r.putAll(ctx, sum.Name, len(units), mapped) })
	err = g.Wait()
	sum.Mapped = int(records.Load())
	return err
}

// putAll commits mapped chunks as they come, several at once where they wait.
func (r *runner) putAll(ctx context.Context, stream string, total int, mapped <-chan *stage.MappedChunk) error {
	done := 0
	for first := range mapped {
		batch, bytes := []*stage.MappedChunk{first}, first.Bytes()
	waiting:
		for len(batch) < putAtOnce && bytes < putBytes {
			select {
			case m, ok := <-mapped:
				if !ok {
					break waiting
				}
				batch = append(batch, m)
				bytes += m.Bytes()
			default:
				break waiting
			}
		}
		if err := r.draft.Put(ctx, batch); err != nil {
			return err
		}
		done += len(batch)
		r.report(Event{Event: EventMapped, Stream: stream, Chunks: done, Total: total})
	}
	return nil
}
