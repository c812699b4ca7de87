package connector

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Budget is what the vendor allows.
type Budget struct {
	PerIP   bool           // counted per IP address, not per key
	Rate    Limit          // zero: none known
	Quota   Limit          // zero: none known; windows start at midnight in Zone
	Zone    *time.Location // of the quota's midnight
	Headers []LimitHeaders // what the vendor announces; empty: nothing
	// RetryAfter is honoured on 429 and 503 whether or not it is declared.
}

// Limit is a number of requests in a span.
type Limit struct {
	Requests int
	Per      time.Duration
}

// LimitHeaders names the headers that announce one limit; "" where there is none.
type LimitHeaders struct {
	Quota     bool // of the quota, else of the rate
	Limit     string
	Remaining string
	Reset     string
	ResetIs   ResetForm
}

// ResetForm is how a vendor writes the moment a window ends.
type ResetForm string

// The forms of a reset header.
const (
	ResetEpoch   ResetForm = "epoch"   // UNIX seconds
	ResetMillis  ResetForm = "millis"  // UNIX milliseconds
	ResetSeconds ResetForm = "seconds" // seconds from now
	ResetDate    ResetForm = "date"    // an HTTP date or ISO 8601
)

const (
	day      = 24 * time.Hour
	maxSpan  = 10 * 366 * day
	maxCount = 1_000_000_000
)

// ParseLimit reads "120/min", "10000/day" or "20/10s": a number of requests,
// a slash and a span as ParseSpan takes it (a unit alone is one of it).
func ParseLimit(text string) (Limit, error) {
	count, span, ok := strings.Cut(strings.TrimSpace(text), "/")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	if !ok || err != nil || n < 1 || n > maxCount {
		return Limit{}, fmt.Errorf("limit %q: write requests and span, such as 120/min, 10000/day or 20/10s", text)
	}
	span = strings.TrimSpace(span)
	if _, isUnit := unit(span); isUnit {
		span = "1" + span
	}
	per, err := ParseSpan(span)
	if err != nil || per <= 0 {
		return Limit{}, fmt.Errorf("limit %q: the part after / is no span; write min, day, 10s or 2h", text)
	}
	return Limit{Requests: n, Per: per}, nil
}

// ParseSpan reads a length of time such as "7d", "90s", "12h5m" or "1 week":
// whole numbers with ms, s, m (or min), h, d, w or their names.
func ParseSpan(text string) (time.Duration, error) {
	rest, total := strings.ReplaceAll(strings.TrimSpace(text), " ", ""), time.Duration(0)
	bad := fmt.Errorf("span %q: write a number and a unit, such as 30s, 5m, 12h or 7d", text)
	if rest == "" {
		return 0, bad
	}
	for rest != "" {
		digits := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if digits < 1 {
			return 0, bad
		}
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || n > maxCount {
			return 0, bad
		}
		rest = rest[digits:]
		letters := strings.IndexFunc(rest, func(r rune) bool { return r >= '0' && r <= '9' })
		if letters < 0 {
			letters = len(rest)
		}
		size, ok := unit(rest[:letters])
		if !ok || time.Duration(n) > maxSpan/size {
			return 0, bad
		}
		total += time.Duration(n) * size
		rest = rest[letters:]
	}
	if total > maxSpan {
		return 0, bad
	}
	return total, nil
}

func unit(name string) (time.Duration, bool) {
	switch strings.ToLower(name) {
	case "ms":
		return time.Millisecond, true
	case "s", "sec", "second", "seconds":
		return time.Second, true
	case "m", "min", "minute", "minutes":
		return time.Minute, true
	case "h", "hour", "hours":
		return time.Hour, true
	case "d", "day", "days":
		return day, true
	case "w", "week", "weeks":
		return 7 * day, true
	}
	return 0, false
}

// IsZero tells that no limit is known.
func (l Limit) IsZero() bool { return l == Limit{} }

// String writes the limit as ParseLimit reads it; "none" for the zero limit.
func (l Limit) String() string {
	if l.IsZero() {
		return "none"
	}
	return fmt.Sprintf("%d/%s", l.Requests, spanText(l.Per))
}

func spanText(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{day, "day"}, {time.Hour, "hour"}, {time.Minute, "min"}, {time.Second, "s"}} {
		switch {
		case d == u.size:
			return u.name
		case d%u.size == 0 && u.name == "s":
			return strconv.FormatInt(int64(d/u.size), 10) + "s"
		case d%u.size == 0:
			return strconv.FormatInt(int64(d/u.size), 10) + u.name
		}
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}
