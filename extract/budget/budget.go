package budget

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Budget hands out takes on one key. Its methods may be called by many
// goroutines.
type Budget struct {
	ledger *Ledger
	c      Config
	holder string
	opened int64         // ms, ours
	turn   chan struct{} // one token: whoever holds it asks the ledger, the others queue
	nudge  chan struct{} // an answer was written: look again
	closed chan struct{}
	offset atomic.Int64 // ms that the vendor's clock is ahead
	queued atomic.Int64 // goroutines in the slow part of Take

	mu      sync.Mutex // guards what follows; never held over a transaction
	over    bool
	lease   lease
	pending []heard // answers to leased takes, not written yet
	since   int64   // ms: when the first of them came

	claimed bool // an import's claim is in the ledger; guarded by turn
}

// lease is a block of takes that were written ahead.
type lease struct {
	first     Ticket
	next, end int64 // of Seq
	at        int64 // ms
	low, high int64 // the vendor's clock then
}

// Budget opens the budget of a key for one job. It fails with a Config that
// makes no sense. Close gives back what was not used.
func (l *Ledger) Budget(ctx context.Context, c Config) (*Budget, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	var id [4]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, err
	}
	b := &Budget{
		ledger: l, c: c,
		holder: fmt.Sprintf("%s/%d/%s", l.host, os.Getpid(), hex.EncodeToString(id[:])),
		turn:   make(chan struct{}, 1), nudge: make(chan struct{}, 1), closed: make(chan struct{}),
	}
	err = l.enter(ctx, c.Key, func(e *entry) error {
		b.opened = e.now
		b.offset.Store(e.u.Clock.offset())
		e.u.Spec = spec{Rate: c.Rate, Quota: c.Quota, Zone: c.Zone.String()}
		return e.ground(l.orphaned)
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

// Now is the vendor's clock as best known: ours until an answer told it.
func (b *Budget) Now() time.Time {
	return b.ledger.now().Add(time.Duration(b.offset.Load()) * time.Millisecond)
}

// Take blocks until one request may be sent, and returns its ticket: the
// request is already counted, and must be sent at once. Every ticket must be
// told to Answered. It returns a *SpentError when the quota is spent and
// WhenSpent is Stop, the context's error when that ends first, ErrClosed after
// Close, and errors of the usage file.
func (b *Budget) Take(ctx context.Context) (Ticket, error) {
	if err := ctx.Err(); err != nil {
		return Ticket{}, err
	}
	if t, ok := b.leased(); ok {
		return t, nil
	}
	b.queued.Add(1)
	defer b.queued.Add(-1)
	select {
	case b.turn <- struct{}{}:
	case <-ctx.Done():
		return Ticket{}, ctx.Err()
	case <-b.closed:
		return Ticket{}, ErrClosed
	}
	defer func() { <-b.turn }()
	w := waiting{b: b}
	defer w.end()
	for {
		if t, ok := b.leased(); ok {
			return t, nil
		}
		t, v, err := b.try(ctx)
		if err != nil || v.cause == free {
			return t, err
		}
		if v.cause == bySpent && b.c.WhenSpent == Stop {
			return Ticket{}, v.spent
		}
		if err := w.sleep(ctx, v); err != nil {
			return Ticket{}, err
		}
	}
}

// leased hands out a take that is already written.
func (b *Budget) leased() (Ticket, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := &b.lease
	if l.next >= l.end {
		return Ticket{}, false
	}
	now := b.ledger.now()
	if age := now.UnixMilli() - l.at; age < 0 || age >= leaseAge {
		return Ticket{}, false
	}
	t := l.first
	t.Seq, t.Sent = l.next, now
	l.next++
	return t, true
}

// try asks the ledger for a take, once, and writes down what waited for it.
func (b *Budget) try(ctx context.Context) (t Ticket, v verdict, err error) {
	select {
	case <-b.closed:
		return t, v, ErrClosed
	default:
	}
	got, back := b.drain(nil)
	var fresh lease
	err = b.ledger.enter(ctx, b.c.Key, func(e *entry) error {
		if err := b.write(e, got, back); err != nil {
			return err
		}
		if v, err = e.judge(b.c, b.opened, b.holder); err != nil {
			return err
		}
		if v.cause == byAnswer && e.hasOrphans() {
			if err := e.ground(b.ledger.orphaned); err != nil {
				return err
			}
			if v, err = e.judge(b.c, b.opened, b.holder); err != nil {
				return err
			}
		}
		if err := b.claim(e, v); err != nil || v.cause != free {
			return err
		}
		if t, err = e.grant(v.takes, e.width(b.c), b.holder); err != nil {
			return err
		}
		if v.probe {
			e.u.Probe = t.Seq
		}
		if v.test {
			e.u.Tested, e.u.TestSeq = e.now, t.Seq
		}
		fresh = lease{first: t, next: t.Seq + 1, end: t.Seq + int64(v.takes), at: e.now, low: e.vendorLow(), high: e.vendorHigh()}
		return nil
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.pending = append(got, b.pending...)
		return Ticket{}, v, err
	}
	if v.cause == free {
		b.lease = fresh
	}
	return t, v, nil
}

// claim makes batch jobs stand back while this import waits for the rate, and
// for a moment after it got a scarce take: most likely it wants the next.
func (b *Budget) claim(e *entry, v verdict) error {
	until := e.now + claimAge
	switch {
	case !b.c.Import:
		return nil
	case v.cause == bySpent, v.cause == free && (!b.claimed || v.room > scarce):
		return b.disclaim(e)
	case v.cause == free && b.queued.Load() <= 1:
		until = e.now + graceAge
	}
	b.claimed = true
	_, err := e.exec("INSERT INTO claim (usage, holder, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until=excluded.until",
		e.id, b.holder, until)
	return err
}

const (
	claimAge = 3000 // ms: how long a claim holds unless it is renewed
	graceAge = 1000 // ms: how long it holds after the take
	scarce   = 64   // with more room than this nobody needs to stand back
)

func (b *Budget) disclaim(e *entry) error {
	if !b.claimed {
		return nil
	}
	b.claimed = false
	_, err := e.exec("DELETE FROM claim WHERE usage=? AND holder=?", e.id, b.holder)
	return err
}

// Answered tells what came back for a ticket. It is written down even when ctx
// is done. Answers to leased takes that announce plenty are written with the
// next take, within a second, or by Close.
func (b *Budget) Answered(ctx context.Context, t Ticket, a Answer) error {
	if a.Received.IsZero() {
		a.Received = b.ledger.now()
	}
	h := heard{t, a}
	if t.leased && plenty(a) && b.keep(h) {
		return nil
	}
	got, back := b.drain(&h)
	err := b.ledger.enter(context.WithoutCancel(ctx), b.c.Key, func(e *entry) error { return b.write(e, got, back) })
	select {
	case b.nudge <- struct{}{}:
	default:
	}
	return err
}

// plenty reports whether an answer says nothing that another take must know.
func plenty(a Answer) bool {
	return a.Refused == None &&
		(!a.Rate.said() || a.Rate.Remaining > leaseRoom) && (!a.Quota.said() || a.Quota.Remaining > leaseRoom)
}

// keep puts an answer aside; false when it is time to write.
func (b *Budget) keep(h heard) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := h.answer.Received.UnixMilli()
	if len(b.pending) == 0 {
		b.since = now
	}
	if b.over || len(b.pending) >= leaseSize || now-b.since >= leaseAge {
		return false
	}
	b.pending = append(b.pending, h)
	return true
}

// drain takes what waits to be written: answers, with extra as the last, and a
// lease that is void or, by what extra announces, was too generous.
func (b *Budget) drain(extra *heard) (got []heard, back lease) {
	b.mu.Lock()
	defer b.mu.Unlock()
	got, b.pending = b.pending, nil
	if extra != nil {
		got = append(got, *extra)
		if plenty(extra.answer) {
			return got, lease{} // the lease is still good
		}
	}
	back, b.lease = b.lease, lease{}
	return got, back
}

// write brings answers and an unused lease into the ledger.
func (b *Budget) write(e *entry, got []heard, back lease) error {
	for i := 0; i < len(got); { // all of one block at once
		block, from := got[i].ticket.block, i
		for i < len(got) && got[i].ticket.block == block {
			i++
		}
		if err := e.land(block, i-from); err != nil {
			return err
		}
	}
	for _, h := range got {
		if err := e.apply(b.c, h); err != nil {
			return err
		}
	}
	if n := int(back.end - back.next); n > 0 {
		if err := e.count(-n, back.first.slot, 0, back.low, back.high); err != nil {
			return err
		}
		if err := e.land(back.first.block, n); err != nil {
			return err
		}
	}
	b.offset.Store(e.u.Clock.offset())
	return nil
}

// Close writes what is still to be written and gives leased takes back. Takes
// that wait end with ErrClosed. It may be called twice.
func (b *Budget) Close() error {
	b.mu.Lock()
	if b.over {
		b.mu.Unlock()
		return nil
	}
	b.over = true
	close(b.closed)
	b.mu.Unlock()
	b.turn <- struct{}{}
	defer func() { <-b.turn }()
	got, back := b.drain(nil)
	if len(got) == 0 && back.next >= back.end && !b.claimed {
		return nil
	}
	return b.ledger.enter(context.Background(), b.c.Key, func(e *entry) error {
		if err := b.disclaim(e); err != nil {
			return err
		}
		return b.write(e, got, back)
	})
}
