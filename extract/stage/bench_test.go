package stage

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"ferry/extract/record"
)

// BenchmarkPutPage stages pages of 100 records of about 1 KB from several
// goroutines into an empty stage. One operation is one page.
func BenchmarkPutPage(b *testing.B) {
	for _, goroutines := range []int{1, 2, 4, 16} {
		b.Run(fmt.Sprintf("new/goroutines=%d", goroutines), func(b *testing.B) { benchPut(b, goroutines, false, nil) })
	}
	b.Run("random/goroutines=16", func(b *testing.B) {
		benchPut(b, 16, false, func(n int) string { return fmt.Sprintf("%016x", uint64(n+1)*0x9e3779b97f4a7c15) })
	})
	b.Run("stripes/goroutines=16", func(b *testing.B) {
		benchPut(b, 16, false, func(n int) string { // 16 readers, each downwards through a range of its own
			return fmt.Sprint(900_000_000 - n/100%16*10_000_000 - n/1600*100 - n%100)
		})
	})
	b.Run("unchanged/goroutines=16", func(b *testing.B) { benchPut(b, 16, true, nil) })
}

func benchPut(b *testing.B, goroutines int, again bool, keyOf func(int) string) {
	s := openAt(b, filepath.Join(b.TempDir(), "bench.stage"))
	pages := benchPages(b.N, keyOf)
	if again {
		benchSweep(b, s, pages, goroutines)
	}
	runtime.GC()
	b.ResetTimer()
	benchSweep(b, s, pages, goroutines)
	b.StopTimer()
	b.ReportMetric(float64(b.N*100)/b.Elapsed().Seconds(), "records/s")
}

// benchPages makes n pages with keys of their own; 200 bodies serve for all.
func benchPages(n int, keyOf func(int) string) []PageWrite {
	base := customers(200)
	bodies := make([]PageWrite, len(base))
	for i := range base {
		bodies[i] = page(0, 0, base[i]...)
	}
	pages := make([]PageWrite, n)
	for n := range pages {
		p := bodies[n%len(bodies)]
		p.Number, p.Step = n, n
		p.Entries, p.Keys = slices.Clone(p.Entries), slices.Clone(p.Keys)
		for i := range p.Entries {
			key := fmt.Sprint(1_000_000 + n*100 + i)
			if keyOf != nil {
				key = keyOf(n*100 + i)
			}
			p.Entries[i].Key, p.Keys[i] = record.Key(key), record.Key(key)
		}
		pages[n] = p
	}
	return pages
}

// benchSweep puts all pages as a sweep.
func benchSweep(b *testing.B, s *Stage, pages []PageWrite, goroutines int) {
	sweep := startSweep(b, s, "customer").ID
	var g errgroup.Group
	var next atomic.Int64
	for range goroutines {
		g.Go(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(pages) {
					return nil
				}
				p := pages[n]
				p.Sweep = sweep
				if _, err := s.PutPage(context.Background(), p); err != nil {
					return err
				}
			}
		})
	}
	require.NoError(b, g.Wait())
}

// BenchmarkSettle gives a fresh stream of 200,000 records its rows.
func BenchmarkSettle(b *testing.B) {
	pages := benchPages(2000, func(n int) string { return fmt.Sprint(900_000_000 - n/100%16*10_000_000 - n/1600*100 - n%100) })
	for b.Loop() {
		b.StopTimer()
		s := openAt(b, filepath.Join(b.TempDir(), "bench.stage"))
		benchSweep(b, s, pages, 4)
		id, _, err := s.streamID(context.Background(), testAccount, "customer", partRecords)
		require.NoError(b, err)
		b.StartTimer()
		require.NoError(b, s.needRows(context.Background(), id))
		b.StopTimer()
		require.NoError(b, s.Close())
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*200_000/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkChunks reads 2,000 chunks of 100 records back. One operation is all.
func BenchmarkChunks(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "bench.stage"))
	const pages = 2000
	benchSweep(b, s, benchPages(pages, nil), 4)
	for _, workers := range []int{0, 1, 2} {
		b.Run(fmt.Sprintf("decoders=%d", workers), func(b *testing.B) {
			for b.Loop() {
				benchRead(b, s, workers)
			}
			b.ReportMetric(float64(b.N*pages*100)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

func benchRead(b *testing.B, s *Stage, workers int) {
	chunks := make(chan *Chunk, 4)
	g, ctx := errgroup.WithContext(context.Background())
	counts := make([]int, workers)
	for w := range workers {
		g.Go(func() error {
			dec := NewDecoder()
			for c := range chunks {
				all, err := c.Decode(dec)
				if err != nil {
					return err
				}
				counts[w] += len(all)
			}
			return nil
		})
	}
	g.Go(func() error {
		defer close(chunks)
		return s.Chunks(ctx, testAccount, "customer", func(c *Chunk) error {
			if workers == 0 {
				return nil
			}
			select {
			case chunks <- c:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	require.NoError(b, g.Wait())
	if workers > 0 {
		require.Equal(b, 200_000, slices.Max(counts)+slices.Min(counts)*(workers-1))
	}
}
