package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"ferry/extract/budget"
	"ferry/extract/connector"
)

// announced reads what an answer says of rate and quota. vendor is the vendor's
// clock. Of two announcements of one limit the one with less left counts.
func announced(headers []connector.LimitHeaders, h http.Header, vendor time.Time) (rate, quota budget.Announced) {
	rate, quota = budget.Unsaid(), budget.Unsaid()
	for _, names := range headers {
		to := &rate
		if names.Quota {
			to = &quota
		}
		a := announcement(names, h, vendor)
		if to.Remaining < 0 || a.Remaining >= 0 && a.Remaining < to.Remaining {
			*to = a
		}
	}
	return rate, quota
}

// announcement reads one limit.
func announcement(names connector.LimitHeaders, h http.Header, vendor time.Time) budget.Announced {
	a := budget.Announced{
		Limit:     count(header(h, names.Limit), "q", "limit"),
		Remaining: count(header(h, names.Remaining), "r", "remaining"),
	}
	text := header(h, names.Reset)
	switch names.ResetIs {
	case connector.ResetEpoch:
		if n := count(text, "t", "reset"); n > 0 {
			a.Reset, a.Whole = time.Unix(int64(n), 0), true
		}
	case connector.ResetMillis:
		if n := count(text, "t", "reset"); n > 0 {
			a.Reset = time.UnixMilli(int64(n))
		}
	case connector.ResetSeconds:
		if n := count(text, "t", "reset"); n >= 0 {
			a.Reset, a.Whole = vendor.Add(time.Duration(n)*time.Second), true
		}
	case connector.ResetDate:
		a.Reset, a.Whole = date(text)
	}
	return a
}

func header(h http.Header, name string) string {
	if name == "" {
		return ""
	}
	return strings.TrimSpace(h.Get(name))
}

// count reads a number that is not below zero: alone ("120"), or as the IETF
// drafts write it, by parameter ("limit=100, reset=50", `"default";q=100;w=60`)
// or first in a list ("100, 100;w=60"). -1: there is none.
func count(text string, keys ...string) int {
	if text == "" {
		return -1
	}
	if n, ok := whole(text); ok {
		return n
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' })
	for _, part := range parts {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			continue
		}
		for _, key := range keys {
			if strings.EqualFold(name, key) {
				if n, ok := whole(value); ok {
					return n
				}
			}
		}
	}
	if len(parts) > 0 {
		if n, ok := whole(parts[0]); ok {
			return n
		}
	}
	return -1
}

// whole reads a whole number; a fraction is cut off ("59.7" seconds left).
func whole(text string) (int, bool) {
	text, fraction, _ := strings.Cut(strings.TrimSpace(text), ".")
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || strings.Trim(fraction, "0123456789") != "" {
		return 0, false
	}
	return n, true
}

// date reads an HTTP date or ISO 8601; whole: it has no fraction.
func date(text string) (t time.Time, wholeSecond bool) {
	if t, err := http.ParseTime(text); err == nil {
		return t, true
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, t.Nanosecond() == 0
	}
	return time.Time{}, false
}

// vendorClock is what the vendor's clock showed when it answered.
func vendorClock(h http.Header) time.Time {
	t, _ := http.ParseTime(h.Get("Date")) // zero where there is none
	return t
}

// retryAfter reads Retry-After, in seconds or as a date; 0: nothing is said.
func retryAfter(h http.Header, vendor time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if n, ok := whole(text); ok {
		return min(time.Duration(n), 400*24*3600) * time.Second
	}
	if t, _ := date(text); !t.IsZero() {
		return max(t.Sub(vendor), 0)
	}
	return 0
}
