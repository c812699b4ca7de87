package vendorsim

import "time"

// Quota is a limit over a long window (reference: Daily Request Quota, 10,000 a day, reset at UTC midnight).
type Quota struct {
	// Limit is the calls allowed in one day; 0 is 10,000, negative no limit.
	Limit int
	// Day is how long a day lasts; 0 is 24 hours, which ends at UTC midnight. Other lengths end at their multiples
	// since 1970.
	Day time.Duration
}

func (q Quota) filled() Quota {
	q.Limit = orDefault(q.Limit, 10_000)
	if q.Day <= 0 {
		q.Day = 24 * time.Hour
	}
	return q
}

// quota counts the calls of one key. It is not safe for concurrent use.
type quota struct {
	Quota
	start time.Time
	used  int
}

// left returns how many calls fit at now.
func (q *quota) left(now time.Time) int {
	if start := alignedStart(now, q.Day); !start.Equal(q.start) {
		q.start, q.used = start, 0
	}
	if q.Limit <= 0 {
		return 1 << 30
	}
	return max(q.Limit-q.used, 0)
}

// add counts n calls at now.
func (q *quota) add(now time.Time, n int) {
	q.left(now)
	q.used += n
}
