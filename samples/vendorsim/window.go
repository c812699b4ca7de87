package vendorsim

import "time"

// WindowKind is how a vendor counts "a minute".
type WindowKind string

const (
	// OpenedByFirst starts a window with the first call after the last one ended. The default.
	OpenedByFirst WindowKind = "opened"
	// Aligned cuts time at multiples of the window: the full minutes of the vendor's clock.
	Aligned WindowKind = "aligned"
	// Sliding looks back one window from every call.
	Sliding WindowKind = "sliding"
)

// Rate is a limit over a short window (reference: Rate Limits, 120 requests every minute).
type Rate struct {
	// Limit is the calls allowed in one window; 0 is 120, negative no limit.
	Limit int
	// Window is its length; 0 is a minute. Tests scale it down.
	Window time.Duration
	// Kind is how it is counted; empty is OpenedByFirst, as the reference does not say.
	Kind WindowKind
	// FloorReset cuts X-RateLimit-Reset to the second before instead of the second after: a vendor that lets a
	// client come back up to a second too early.
	FloorReset bool
}

func (r Rate) filled() Rate {
	r.Limit = orDefault(r.Limit, 120)
	if r.Window <= 0 {
		r.Window = time.Minute
	}
	if r.Kind == "" {
		r.Kind = OpenedByFirst
	}
	return r
}

// window counts the calls of one key. It is not safe for concurrent use.
type window struct {
	Rate
	start time.Time   // of the open window, zero when none is open
	used  int         // calls counted in it
	calls []time.Time // sliding only: the counted calls, oldest first
}

// roll forgets what has left the window at now.
func (w *window) roll(now time.Time) {
	switch w.Kind {
	case Sliding:
		old := 0
		for old < len(w.calls) && !w.calls[old].Add(w.Window).After(now) {
			old++
		}
		w.calls = w.calls[old:]
		w.used = len(w.calls)
	case Aligned:
		if start := alignedStart(now, w.Window); !start.Equal(w.start) {
			w.start, w.used = start, 0
		}
	default:
		if !w.start.IsZero() && !w.start.Add(w.Window).After(now) {
			w.start, w.used = time.Time{}, 0
		}
	}
}

// left returns how many calls fit at now.
func (w *window) left(now time.Time) int {
	w.roll(now)
	if w.Limit <= 0 {
		return 1 << 30
	}
	return max(w.Limit-w.used, 0)
}

// add counts n calls at now.
func (w *window) add(now time.Time, n int) {
	w.roll(now)
	if w.start.IsZero() {
		w.start = now
	}
	w.used += n
	if w.Kind == Sliding && w.Limit > 0 {
		for range n {
			w.calls = append(w.calls, now)
		}
	}
}

// reset returns when there is room again: the end of the window, or, sliding, when the oldest call leaves it.
func (w *window) reset(now time.Time) time.Time {
	w.roll(now)
	at := now.Add(w.Window)
	switch {
	case w.Kind == Sliding && len(w.calls) > 0:
		at = w.calls[0].Add(w.Window)
	case w.Kind != Sliding && !w.start.IsZero():
		at = w.start.Add(w.Window)
	}
	if sec := at.Truncate(time.Second); w.FloorReset || sec.Equal(at) {
		return sec
	}
	return at.Truncate(time.Second).Add(time.Second)
}

// alignedStart returns the last multiple of d since 1970 that is not after now.
func alignedStart(now time.Time, d time.Duration) time.Time {
	ns := now.UnixNano()
	return time.Unix(0, ns-((ns%int64(d))+int64(d))%int64(d)).UTC()
}
