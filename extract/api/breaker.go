package api

import (
	"context"
	"math"
	"sync"
	"time"
)

// When everything fails.
const (
	outageAlike   = 5  // failures of one kind in a row ...
	outageAny     = 20 // ... or of any kind ...
	outageCalls   = 3  // ... of at least so many requests make an outage
	outageLongest = 90 * time.Second
	probeLongest  = 15 * time.Second
)

// How often a vendor fails.
const (
	usualShare   = 0.05 // what Options.Attempts is made for
	worstShare   = 0.6
	shareSpan    = 128 // attempts it is taken over, about
	mixedAllowed = 4   // failures of mixed kinds, to those of one kind
)

// breaker watches all attempts of a client. After a row of failures without
// one good answer in between it lets one probe through at a time, so that an
// outage costs little of the budget; after outageLongest it gives up. Answers
// that refuse (404, 429) are good here: the vendor works.
type breaker struct {
	mu      sync.Mutex
	row     int    // failures since the last good answer
	alike   int    // of those, the last ones of one kind
	kind    string // of the last failure
	calls   map[*call]struct{}
	since   time.Time // when the first failed attempt of the row was sent
	good    time.Time // last good answer; zero: none yet
	open    bool      // an outage: probes only
	probing bool      // one is on its way
	probes  int
	next    time.Time     // when the next may go
	changed chan struct{} // closed and replaced when one of the above changes
	share   float64       // of the attempts that fail, a moving mean
}

// enter waits until an attempt may be made, and tells whether it is a probe.
// Each enter is followed by one leave.
func (b *breaker) enter(ctx context.Context) (probe bool, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		b.mu.Lock()
		now := time.Now()
		free := b.open && !b.probing && !now.Before(b.next)
		if !b.open || free {
			b.probing = b.open
			b.mu.Unlock()
			return free, nil
		}
		changed, until := b.changed, probeLongest
		if !b.probing {
			until = b.next.Sub(now)
		}
		b.mu.Unlock()
		if err := pause(ctx, until, changed); err != nil {
			return false, err
		}
	}
}

// leave notes what an attempt came to. over: the outage has lasted too long.
func (b *breaker) leave(k *call, probe bool, v verdict) (over bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if probe {
		b.probing = false
		b.signal()
	}
	switch {
	case v.class == "": // neither good nor bad: interrupted
		return false
	case !v.failed():
		b.share -= b.share / shareSpan
		b.recover()
		return false
	}
	b.share += (1 - b.share) / shareSpan
	b.note(k, v)
	if !b.open {
		if len(b.calls) < outageCalls || b.alike < outageAlike && b.row < outageAny {
			return false
		}
		b.open, b.probes = true, 0
		b.next = time.Now().Add(backoff(1, probeLongest))
		return false
	}
	if probe {
		b.probes++
		b.next = time.Now().Add(max(backoff(b.probes+1, probeLongest), min(v.retryAfter, outageLongest/2)))
	}
	return time.Since(b.since) >= outageLongest
}

// note adds a failure to the row.
func (b *breaker) note(k *call, v verdict) {
	if b.row == 0 {
		b.since, b.calls = v.started, map[*call]struct{}{}
		if b.since.IsZero() {
			b.since = time.Now()
		}
	}
	b.row++
	if b.kind != v.kind {
		b.kind, b.alike = v.kind, 0
	}
	b.alike++
	if len(b.calls) < outageCalls {
		b.calls[k] = struct{}{}
	}
}

// recover ends the row.
func (b *breaker) recover() {
	b.good = time.Now()
	b.row, b.alike, b.kind, b.calls = 0, 0, "", nil
	if b.open {
		b.open = false
		b.signal()
	}
}

// signal wakes those who wait.
func (b *breaker) signal() {
	close(b.changed)
	b.changed = make(chan struct{})
}

// silent tells whether nothing good was answered since t, with the zero time
// whether nothing ever was.
func (b *breaker) silent(since time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.good.IsZero() || b.good.Before(since)
}

// allowed is how often one request may fail in one way before it is its own
// fault and not the vendor's: attempts, and more with a vendor that fails more
// often than usual, so that bad luck stays as unlikely.
func (b *breaker) allowed(attempts int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	share := min(b.share, worstShare)
	if share <= usualShare {
		return attempts
	}
	return int(float64(attempts) * math.Log(usualShare) / math.Log(share))
}

// outage tells since when everything fails and when the next probe goes; ok is
// false while there is no outage.
func (b *breaker) outage() (since, probe time.Time, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.since, b.next, b.open
}

// pause waits for a time, or until something else happens.
func pause(ctx context.Context, d time.Duration, or <-chan struct{}) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
	case <-or:
	}
	return nil
}
