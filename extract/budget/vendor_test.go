package budget

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// kind is how a vendor counts its rate.
type kind string

const (
	opened  kind = "opened by the first request"
	aligned kind = "aligned"
	sliding kind = "sliding"
)

var kinds = []kind{opened, aligned, sliding}

// vendor counts requests as a vendor does; its counters are the judge.
type vendor struct {
	kind         kind
	limit, quota int
	per          time.Duration
	up, down     time.Duration // latency before and after it counts
	jitter       time.Duration // at most added to both, at random
	ahead        time.Duration // of our clock
	mute         bool          // announces nothing
	noReset      bool
	mumble       float64       // share of answers that announce nothing
	wild         time.Duration // at most added to the way back, at random

	mu                        sync.Mutex
	rng                       *rand.Rand
	start                     time.Time   // of the window
	used                      int         // in it
	log                       []time.Time // sliding: accepted
	day                       string
	spent                     int // of the quota
	accepted                  []time.Time
	refusedRate, refusedQuota int
	counted                   int
}

func newVendor(k kind, limit int, latency time.Duration) *vendor {
	return &vendor{kind: k, limit: limit, per: time.Minute, down: latency, quota: 1 << 30, rng: rand.New(rand.NewPCG(1, 2))}
}

// settings are the parts of the vendor worth printing.
func (v *vendor) settings() map[string]any {
	return map[string]any{
		"kind": v.kind, "limit": v.limit, "per": v.per, "quota": v.quota, "up": v.up, "down": v.down, "jitter": v.jitter,
		"wild": v.wild, "ahead": v.ahead, "noReset": v.noReset, "mumble": v.mumble,
	}
}

// roll forgets what the clock has freed.
func (v *vendor) roll(now time.Time) {
	switch v.kind {
	case opened:
		if v.start.IsZero() || now.Sub(v.start) >= v.per {
			v.start, v.used = time.Time{}, 0
		}
	case aligned:
		if begin := now.Truncate(v.per); !begin.Equal(v.start) {
			v.start, v.used = begin, 0
		}
	case sliding:
		for len(v.log) > 0 && now.Sub(v.log[0]) >= v.per {
			v.log = v.log[1:]
		}
		v.used = len(v.log)
	}
	if d := now.UTC().Format(time.DateOnly); d != v.day {
		v.day, v.spent = d, 0
	}
}

// serve counts one request and says what its answer announces.
func (v *vendor) serve() Answer {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now().Add(v.ahead)
	v.roll(now)
	a := Answer{Vendor: now.Truncate(time.Second), Rate: Unsaid(), Quota: Unsaid()}
	v.counted++
	switch {
	case v.spent >= v.quota:
		v.refusedQuota++
		a.Refused = ByQuota
	case v.used >= v.limit:
		v.refusedRate++
		a.Refused = ByRate
	default:
		v.used++
		v.spent++
		v.accepted = append(v.accepted, now)
		if v.start.IsZero() {
			v.start = now
		}
		v.log = append(v.log, now)
	}
	if !v.mute && (v.mumble == 0 || v.rng.Float64() >= v.mumble) {
		reset := v.start.Add(v.per)
		if v.kind == sliding {
			reset = v.log[0].Add(v.per)
		}
		a.Rate = Announced{Limit: v.limit, Remaining: v.limit - v.used, Reset: reset.Truncate(time.Second), Whole: true}
		if v.noReset {
			a.Rate.Reset = time.Time{}
		}
		a.Quota = Announced{Limit: v.quota, Remaining: v.quota - v.spent}
	}
	return a
}

// count is how many requests were accepted so far.
func (v *vendor) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.accepted)
}

// call sends a request and waits for its answer.
func (v *vendor) call() Answer {
	v.mu.Lock()
	up, down := v.up, v.down
	if v.jitter > 0 {
		up += time.Duration(v.rng.Int64N(int64(v.jitter)))
		down += time.Duration(v.rng.Int64N(int64(v.jitter)))
	}
	if v.wild > 0 {
		down += time.Duration(v.rng.Int64N(int64(v.wild)))
	}
	v.mu.Unlock()
	if up > 0 {
		time.Sleep(up)
	}
	a := v.serve()
	if down > 0 {
		time.Sleep(down)
	}
	a.Received = time.Now()
	return a
}

// spend is somebody else's use of the key; it returns how many were accepted.
func (v *vendor) spend(n int) (accepted int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	now := time.Now().Add(v.ahead)
	v.roll(now)
	for range n {
		if v.used < v.limit && v.spent < v.quota {
			accepted++
			v.used++
			v.spent++
			v.log = append(v.log, now)
			if v.start.IsZero() {
				v.start = now
			}
		}
	}
	return accepted
}

// client is a process: a ledger of its own on the shared file.
type client struct {
	t *testing.T
	*Budget
	ledger *Ledger
}

func newClient(t *testing.T, file string, c Config) *client {
	t.Helper()
	l, err := Open(file)
	require.NoError(t, err)
	if c.Key == "" {
		c.Key = "key"
	}
	b, err := l.Budget(context.Background(), c)
	require.NoError(t, err)
	return &client{t, b, l}
}

func (c *client) close() {
	require.NoError(c.t, c.Budget.Close())
	require.NoError(c.t, c.ledger.Close())
}

// run asks for pages with so many connections, each page until it is accepted,
// and returns how many were, with the first error that is not a refusal.
func (c *client) run(ctx context.Context, v *vendor, pages, connections int) (int, error) {
	var left, done atomic.Int64
	left.Store(int64(pages))
	errs := make(chan error, connections)
	for range connections {
		go func() {
			for left.Add(-1) >= 0 {
				if err := c.page(ctx, v); err != nil {
					errs <- err
					return
				}
				done.Add(1)
			}
			errs <- nil
		}()
	}
	var all []error
	for range connections {
		all = append(all, <-errs)
	}
	return int(done.Load()), errors.Join(all...)
}

func (c *client) page(ctx context.Context, v *vendor) error {
	for {
		t, err := c.Take(ctx)
		if err != nil {
			return err
		}
		a := v.call()
		if err := c.Answered(ctx, t, a); err != nil {
			return err
		}
		if a.Refused == None {
			return nil
		}
	}
}

var minute120 = Limit{120, time.Minute}

func usageFile(t *testing.T) string { return filepath.Join(t.TempDir(), "state", "usage.db") }
