package budget

import (
	"math"
	"time"
)

// day is the span whose windows start at midnight.
const day = 24 * time.Hour

// unlimited stands for room without a known bound; far from overflowing.
const unlimited = math.MaxInt32

// window is one window of a quota, in ms of the vendor's clock.
type window struct{ start, until int64 }

// quotaWindow is the window of a span that holds moment t: from midnight to
// midnight in zone for a day, else aligned to multiples of the span.
func quotaWindow(per time.Duration, zone *time.Location, t int64) window {
	if per != day {
		span := per.Milliseconds()
		start := t - ((t%span)+span)%span
		return window{start, start + span}
	}
	y, m, d := time.UnixMilli(t).In(zone).Date()
	return window{
		time.Date(y, m, d, 0, 0, 0, 0, zone).UnixMilli(),
		time.Date(y, m, d+1, 0, 0, 0, 0, zone).UnixMilli(),
	}
}

// margin is kept between two windows for the time requests take on their way,
// which is never quite the same.
func margin(per time.Duration) int64 {
	return min(max(per/100, 50*time.Millisecond), 200*time.Millisecond).Milliseconds()
}

// slotWidth is the time that one row of takes covers, in ms: a fifth of a second
// (a burst that straddles two whole seconds would lose up to one in every
// window), finer for short spans, coarser for spans over an hour.
func slotWidth(per time.Duration) int64 {
	switch {
	case per > time.Hour:
		return min((per / 3600).Milliseconds(), maxSlot/2)
	case per >= time.Minute:
		return 200
	default:
		return max((per / 60).Milliseconds(), 20)
	}
}

// clock is what is known of the vendor's clock: it is ahead of ours by Lo to
// Hi ms.
type clock struct {
	Known  bool  `json:"known,omitempty"`
	Lo, Hi int64 `json:",omitempty"`
}

// learn narrows the interval by the Date of an answer (cut to whole seconds)
// to a request under way from sent to received, in ms. A Date that contradicts
// what was known starts afresh: one of the clocks was set.
func (c *clock) learn(date, sent, received int64) {
	lo, hi := date-received, date+1000-sent
	if hi < lo {
		return
	}
	if c.Known {
		lo2, hi2 := max(lo, c.Lo), min(hi, c.Hi)
		if lo2 <= hi2 {
			lo, hi = lo2, hi2
		}
	}
	*c = clock{Known: true, Lo: lo, Hi: hi}
}

// offset is the best guess of how far the vendor's clock is ahead, in ms.
func (c clock) offset() int64 { return c.Lo + (c.Hi-c.Lo)/2 }

// ours is our time at which the vendor's clock has reached t for sure.
func (c clock) ours(t int64) int64 { return t - c.Lo }
