package load

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"unicode"

	"ferry/extract/stage"
)

const (
	fewestTried  = 20 // records that must be tried before a share of failures counts
	likeRefusals = 5  // like refusals in a row that close a way
)

// guard stops what should not go on: a run of which too much fails, and a way
// (one entry's creations, say) on which every record meets the same refusal.
type guard struct {
	bound Failures

	mu     sync.Mutex
	tried  int
	failed int
	ways   map[way]*wayState
}

// way is one kind of request of one entry.
type way struct {
	entry int
	kind  stage.AttemptKind
}

type wayState struct {
	shape  string
	alike  int
	good   bool // something went through
	in     int  // requests in flight
	closed *Reason
	moved  chan struct{} // closed when in or closed changes
}

// room is how many requests may be in flight on a way: no more than would close
// it if all of them met the same refusal, until one goes through.
func (st *wayState) room() int {
	if st.good && st.alike == 0 {
		return math.MaxInt
	}
	return max(1, likeRefusals-st.alike)
}

func newGuard(bound Failures) *guard { return &guard{bound: bound, ways: map[way]*wayState{}} }

// note counts what came of a record's request.
func (g *guard) note(w way, res *Result) {
	g.mu.Lock()
	defer g.mu.Unlock()
	st := g.of(w)
	switch res.State {
	case stage.AttemptDone:
		st.alike, st.good = 0, true
		g.tried++
	case stage.AttemptRejected:
		g.tried++
		g.failed++
		shape := shapeOf(res)
		if shape != st.shape {
			st.shape, st.alike = shape, 0
		}
		st.alike++
	}
	if st.closed == nil && (res.Stop || st.alike >= likeRefusals && res.State == stage.AttemptRejected) {
		st.closed = closing(res, st.alike)
	}
}

func closing(res *Result, alike int) *Reason {
	text := fmt.Sprintf("%d records in a row met the same refusal, so the others were not sent", alike)
	if res.Stop {
		text = "every record like it would be refused, so the others were not sent"
	}
	do := res.Hint
	if do == "" {
		do = "find out what changed in the target, such as a field that is now required, then apply again"
	}
	return &Reason{Code: CodeStopped, Text: text, Field: res.Field, Status: res.Status, Said: res.Message, Do: do}
}

// of gives the state of a way; the lock must be held.
func (g *guard) of(w way) *wayState {
	st := g.ways[w]
	if st == nil {
		st = &wayState{moved: make(chan struct{})}
		g.ways[w] = st
	}
	return st
}

// enter waits until a request may be sent on a way; ok is false where the way was
// closed meanwhile.
func (g *guard) enter(ctx context.Context, w way) (ok bool, err error) {
	for {
		g.mu.Lock()
		st := g.of(w)
		if open := st.closed == nil; !open || st.in < st.room() {
			if open {
				st.in++
			}
			g.mu.Unlock()
			return open, nil
		}
		moved := st.moved
		g.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// leave makes room, once what came of a request was noted.
func (g *guard) leave(w way) {
	g.mu.Lock()
	defer g.mu.Unlock()
	st := g.of(w)
	st.in--
	close(st.moved)
	st.moved = make(chan struct{})
}

// closed says why nothing more is sent on a way; nil: it is open.
func (g *guard) closed(w way) *Reason {
	g.mu.Lock()
	defer g.mu.Unlock()
	if st := g.ways[w]; st != nil {
		return st.closed
	}
	return nil
}

// broken gives the error of a run of which too much failed; nil: it may go on.
func (g *guard) broken() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.bound.passed(g.failed, g.tried)
}

// passed gives the error of so many failures; nil: they are within the bound.
func (b Failures) passed(failed, tried int) error {
	switch {
	case b.Count > 0 && failed > b.Count:
		return &BoundError{Failed: failed, Tried: tried, Bound: fmt.Sprint(b.Count)}
	case b.Share > 0 && failed > 1 && float64(failed) > b.Share*float64(max(tried, fewestTried)):
		return &BoundError{Failed: failed, Tried: tried, Bound: fmt.Sprintf("%g %%", b.Share*100)}
	}
	return nil
}

// planned gives the error of a plan of which too many records cannot be sent: it
// is shown, and nothing of it is applied. nil: it is within the bound.
func (b Failures) planned(s *Summary) error {
	tried := 0
	for _, e := range s.Entries {
		tried += e.Records
	}
	return b.passed(s.Of(stage.ActRejected), tried)
}

// shapeOf is what like refusals have in common: their words without numbers and
// without what stands in quotes, which differ from record to record.
func shapeOf(res *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s %s ", res.Status, res.Class, res.Field)
	var quote rune
	for _, c := range res.Message {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case unicode.IsDigit(c):
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
