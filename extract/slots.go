package extract

import (
	"container/heap"
	"context"
	"sync"
)

// slots bounds the requests in flight. A free place goes to the waiter with the
// lowest rank first, so that an earlier stream is finished before a later one
// takes its share, and the later one fills what the earlier cannot use.
type slots struct {
	mu    sync.Mutex
	free  int
	next  int
	queue waiters
}

func newSlots(n int) *slots { return &slots{free: max(n, 1)} }

func (s *slots) acquire(ctx context.Context, rank int) error {
	if err := ctx.Err(); err != nil {
		return err // before a place is taken: nobody would give it back
	}
	s.mu.Lock()
	if s.free > 0 && len(s.queue) == 0 {
		s.free--
		s.mu.Unlock()
		return nil
	}
	w := &waiter{rank: rank, seq: s.next, ready: make(chan struct{})}
	s.next++
	heap.Push(&s.queue, w)
	s.mu.Unlock()

	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
		s.mu.Lock()
		defer s.mu.Unlock()
		if w.index < 0 { // the place was handed over at the same moment
			s.release1()
		} else {
			heap.Remove(&s.queue, w.index)
		}
		return ctx.Err()
	}
}

func (s *slots) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.release1()
}

func (s *slots) release1() {
	if len(s.queue) == 0 {
		s.free++
		return
	}
	w := heap.Pop(&s.queue).(*waiter)
	w.index = -1
	close(w.ready)
}

type waiter struct {
	rank, seq, index int
	ready            chan struct{}
}

type waiters []*waiter

func (q waiters) Len() int { return len(q) }
func (q waiters) Less(i, j int) bool {
	if q[i].rank != q[j].rank {
		return q[i].rank < q[j].rank
	}
	return q[i].seq < q[j].seq
}
func (q waiters) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}
func (q *waiters) Push(x any) {
	w := x.(*waiter)
	w.index = len(*q)
	*q = append(*q, w)
}
func (q *waiters) Pop() any {
	old := *q
	w := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return w
}
