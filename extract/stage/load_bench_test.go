package stage

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ferry/extract/record"
)

// benchItems are n items in no order, with notes of about 200 bytes.
func benchItems(n int) []Item {
	items := make([]Item, n)
	for i := range items {
		k := i * 7919 % n
		items[i] = Item{Key: record.Key(fmt.Sprint(100_000 + k)), Action: ActCreate,
			Note: fmt.Appendf(nil, `{"match":{"how":"matched","by":["email"],"values":["customer%d@example.com"]},"changes":[{"field":"business_name","old":"Acme %x","new":"Acme %x Ltd"}],"deeds":1}`, k, k*k, k*k)}
	}
	return items
}

// BenchmarkPlan puts and publishes a plan of 100,000 items. One operation is all.
func BenchmarkPlan(b *testing.B) {
	items := benchItems(100_000)
	p := loadPlan()
	for b.Loop() {
		b.StopTimer()
		s := openAt(b, filepath.Join(b.TempDir(), "bench.stage"))
		b.StartTimer()
		start := time.Now()
		d, err := s.BeginPlan(context.Background(), p)
		require.NoError(b, err)
		for from := 0; from < len(items); from += 1000 {
			require.NoError(b, d.Put(context.Background(), items[from:from+1000]))
		}
		b.ReportMetric(float64(len(items))/time.Since(start).Seconds(), "put/s")
		_, err = d.Publish(context.Background(), p)
		require.NoError(b, err)
		b.ReportMetric(float64(len(items))/time.Since(start).Seconds(), "items/s")
		b.StopTimer()
		require.NoError(b, s.Close())
		b.StartTimer()
	}
}

// BenchmarkItems reads a plan of 100,000 items. One operation is all.
func BenchmarkItems(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "bench.stage"))
	p := publish(b, s, loadPlan(), benchItems(100_000)...)
	ctx := context.Background()
	b.Run("all", func(b *testing.B) {
		for b.Loop() {
			n := 0
			require.NoError(b, s.Items(ctx, p.ID, 0, ItemQuery{}, func(*Item) error { n++; return nil }))
			require.Equal(b, 100_000, n)
		}
		b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "items/s")
	})
	b.Run("by bin", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.Items(ctx, p.ID, 0, ItemQuery{Bins: []LoadBin{LoadHeld}}, func(*Item) error { return nil }))
		}
	})
	b.Run("bins", func(b *testing.B) {
		for b.Loop() {
			_, err := s.PlanBins(ctx, p.ID)
			require.NoError(b, err)
		}
	})
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			_, ok, err := s.Item(ctx, p.ID, 0, "150000")
			require.NoError(b, err)
			require.True(b, ok)
		}
	})
	b.Run("set", func(b *testing.B) {
		items := benchItems(100_000)
		for i := range items {
			items[i].Bin = LoadCreated
		}
		b.ResetTimer()
		for b.Loop() {
			require.NoError(b, s.SetItems(ctx, p.ID, items))
		}
		b.ReportMetric(float64(b.N)*100_000/b.Elapsed().Seconds(), "items/s")
	})
}

// BenchmarkLedger begins and ends one attempt, every commit on the disk.
func BenchmarkLedger(b *testing.B) {
	for _, goroutines := range []int{1, 16} {
		b.Run(fmt.Sprintf("goroutines=%d", goroutines), func(b *testing.B) { benchLedger(b, goroutines) })
	}
}

func benchLedger(b *testing.B, goroutines int) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(b.TempDir(), "bench.stage"), Options{Job: "nightly", Durable: true})
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	p := publish(b, s, loadPlan(), benchItems(100_000)...)
	next := make(chan int)
	done := make(chan error, goroutines)
	b.ResetTimer()
	for range goroutines {
		go func() {
			for n := range next {
				if err := benchAttempt(ctx, s, p.ID, n); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for n := range b.N {
		next <- n
	}
	close(next)
	for range goroutines {
		require.NoError(b, <-done)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "attempts/s")
}

func benchAttempt(ctx context.Context, s *Stage, plan int64, n int) error {
	key := record.Key(fmt.Sprint(100_000 + n%100_000))
	a := attempt(plan, key)
	ids, err := s.BeginAttempts(ctx, []Attempt{a})
	if err != nil {
		return err
	}
	a.ID, a.State, a.Target, a.Ended = ids[0], AttemptDone, "t"+key, testTime
	return s.EndAttempts(ctx, []Outcome{{Attempt: a, Item: &Item{Key: key, Bin: LoadCreated},
		Link: &Link{Key: key, Target: a.Target, How: LinkCreated, At: testTime}, Written: &Written{Key: key, Sent: a.Fields, Back: a.Fields, At: testTime}}})
}

// BenchmarkLinks puts 100,000 links and reads them. One operation is all.
func BenchmarkLinks(b *testing.B) {
	links := make([]Link, 100_000)
	for i := range links {
		links[i] = Link{Key: record.Key(fmt.Sprint(100_000 + i*7919%len(links))), Target: record.Key(fmt.Sprint(i)), How: LinkMatched, At: testTime}
	}
	for b.Loop() {
		b.StopTimer()
		s := openAt(b, filepath.Join(b.TempDir(), "bench.stage"))
		b.StartTimer()
		start := time.Now()
		require.NoError(b, s.PutLinks(context.Background(), sideOf("customer", "customers"), links))
		b.ReportMetric(float64(len(links))/time.Since(start).Seconds(), "put/s")
		start = time.Now()
		require.NoError(b, s.Links(context.Background(), sideOf("customer", "customers"), func(*Link) error { return nil }))
		b.ReportMetric(float64(len(links))/time.Since(start).Seconds(), "read/s")
		b.StopTimer()
		require.NoError(b, s.Close())
		b.StartTimer()
	}
}
