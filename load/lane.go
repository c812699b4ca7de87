package load

import (
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/sync/errgroup"
)

// lane holds records that are written one after the other, in their order: the
// children of one parent, or those that may share requests.
type lane struct{ units []*unit }

// batchLanes is how many lanes the records of a stream with batches go on: the
// children of one parent all on the same.
const batchLanes = 4

// lanesOf puts records on lanes.
func lanesOf(units []*unit) []*lane {
	byName := map[string]*lane{}
	var lanes []*lane
	for i, u := range units {
		name := u.laneName(i)
		l := byName[name]
		if l == nil {
			l = &lane{}
			byName[name] = l
			lanes = append(lanes, l)
		}
		l.units = append(l.units, u)
	}
	return lanes
}

func (u *unit) laneName(place int) string {
	switch most := u.batch(); {
	case most > 1 && u.parent != "":
		return "batch " + strconv.FormatUint(xxhash.Sum64String(u.parent)%batchLanes, 10)
	case most > 1:
		return "batch of " + strconv.Itoa(place/most)
	case u.parent != "":
		return "parent " + u.parent
	}
	return "record " + string(u.item.Key)
}

// runLanes writes the records of all lanes, several lanes at once. It tells how
// many records moved on.
func (r *runner) runLanes(ctx context.Context, lanes []*lane) (int, error) {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(r.gate.most)
	moved := make([]int, len(lanes))
	for i, l := range lanes {
		if inner.Err() != nil {
			break
		}
		group.Go(func() (err error) {
			moved[i], err = r.runLane(inner, l)
			return err
		})
	}
	err := group.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	sum := 0
	for _, n := range moved {
		sum += n
	}
	return sum, err
}

// runLane writes the records of a lane in their order, as many in one request as
// it takes.
func (r *runner) runLane(ctx context.Context, l *lane) (moved int, err error) {
	for rest := l.units; len(rest) > 0; {
		if err := ctx.Err(); err != nil {
			return moved, context.Cause(ctx)
		}
		together := 1
		for most := rest[0].batch(); together < min(len(rest), most) && rest[together].goesWith(rest[0]); together++ {
		}
		n, err := r.write(ctx, rest[:together])
		if moved += n; err != nil {
			return moved, err
		}
		if err := r.guard.broken(); err != nil {
			return moved, err
		}
		// Comments and lines stand in the order in which they were made: what follows
		// one that is in doubt waits until that is settled.
		if rest[0].e.stream.Sub != nil && slices.ContainsFunc(rest[:together], func(u *unit) bool { return u.stuck }) {
			return moved, nil
		}
		rest = rest[together:]
	}
	return moved, nil
}

// gate bounds the requests in flight. It narrows when answers are lost and
// widens again as they come, so that a target in trouble is not pressed.
type gate struct {
	most int

	mu    sync.Mutex
	wide  int // may be in flight now
	in    int
	good  int // answers since it last changed
	waits chan struct{}
}

const widenAfter = 8 // answers

func newGate(most int) *gate { return &gate{most: most, wide: most, waits: make(chan struct{}, 1)} }

// enter waits for room.
func (g *gate) enter(ctx context.Context) error {
	for {
		g.mu.Lock()
		if g.in < g.wide {
			g.in++
			more := g.in < g.wide
			g.mu.Unlock()
			if more {
				g.wake()
			}
			return nil
		}
		g.mu.Unlock()
		select {
		case <-g.waits:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// leave makes room; lost says that the answer did not come.
func (g *gate) leave(lost bool) {
	g.mu.Lock()
	g.in--
	switch {
	case lost:
		g.wide, g.good = max(1, g.wide/2), 0
	case g.wide < g.most:
		if g.good++; g.good >= widenAfter {
			g.wide, g.good = g.wide+1, 0
		}
	}
	g.mu.Unlock()
	g.wake()
}

func (g *gate) wake() {
	select {
	case g.waits <- struct{}{}:
	default:
	}
}

// flights are the creations that are on their way or whose answers were lost, by
// a hash of what they send. Two that are alike never are there at once: which of
// them a record found in the target is could not be told.
type flights struct {
	mu     sync.Mutex
	flying map[uint64]chan struct{} // closed at the landing
	lost   map[uint64]int
}

func newFlights() *flights {
	return &flights{flying: map[uint64]chan struct{}{}, lost: map[uint64]int{}}
}

// start waits until nothing alike is in flight; ok is false where the answer of
// one alike was lost, or where wait is false and there is one in flight.
func (f *flights) start(ctx context.Context, hash uint64, wait bool) (ok bool, err error) {
	for {
		f.mu.Lock()
		other := f.flying[hash]
		if f.lost[hash] > 0 || other != nil && !wait {
			f.mu.Unlock()
			return false, nil
		}
		if other == nil {
			f.flying[hash] = make(chan struct{})
			f.mu.Unlock()
			return true, nil
		}
		f.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// land ends a flight.
func (f *flights) land(hash uint64, lost bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if lost {
		f.lost[hash]++
	}
	if ch := f.flying[hash]; ch != nil {
		close(ch)
		delete(f.flying, hash)
	}
}

// reset says which lost answers are still open.
func (f *flights) reset(lost []uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.lost)
	for _, h := range lost {
		f.lost[h]++
	}
}
