package budget

import (
	"context"
	"time"
)

const (
	recheck      = time.Second            // while others on the key can change things
	recheckSpent = 5 * time.Minute        // while the quota is spent
	tellFrom     = 200 * time.Millisecond // shorter waits are not worth telling
)

// waiting is the wait of the goroutine whose turn it is.
type waiting struct {
	b     *Budget
	began time.Time
	told  bool
	cause cause
	until int64
}

// sleep waits until the verdict may have changed: it says so, an answer came,
// or it is time to look what others did.
func (w *waiting) sleep(ctx context.Context, v verdict) error {
	now := w.b.ledger.now()
	if w.began.IsZero() {
		w.began = now
	}
	lasts := time.UnixMilli(v.wake).Sub(now)
	w.tell(v, now, lasts)
	most := recheck
	if v.cause == bySpent {
		most = recheckSpent
	}
	timer := time.NewTimer(max(min(lasts, most), time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-w.b.nudge:
	case <-w.b.closed:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// tell reports a wait when it is new or its end moved by more than a second.
// How long a wait for answers or for an import lasts is not known: it is told
// once, when it has lasted a second.
func (w *waiting) tell(v verdict, now time.Time, lasts time.Duration) {
	open := v.cause == byAnswer || v.cause == byImport
	again := w.told && w.cause == v.cause
	moved := v.wake - w.until
	switch {
	case w.b.c.OnWait == nil,
		open && (again || now.Sub(w.began) < recheck),
		again && max(moved, -moved) <= recheck.Milliseconds(),
		!w.told && lasts < tellFrom:
		return
	}
	w.told, w.cause, w.until = true, v.cause, v.wake
	left := -1
	if v.quota.known {
		left = max(v.quota.left, 0)
	}
	w.b.c.OnWait(Wait{Reason: reason(v, w.b.c, lasts), Until: msTime(v.wake), Left: left})
}

// end reports that the wait is over.
func (w *waiting) end() {
	if w.told {
		w.b.c.OnWait(Wait{Left: -1})
	}
}
