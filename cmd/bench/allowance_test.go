package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"ferry/samples/vendorsim"
)

// requests are n accepted ones from a moment on, so far apart.
func requests(from time.Time, n int, apart time.Duration) []vendorsim.LogEntry {
	entries := make([]vendorsim.LogEntry, n)
	for i := range entries {
		entries[i] = vendorsim.LogEntry{At: from.Add(time.Duration(i) * apart), Status: http.StatusOK}
	}
	return entries
}

func TestUsedShareOfOpenedWindows(t *testing.T) {
	start := time.Date(2026, 8, 1, 12, 0, 17, 0, time.UTC)
	var full []vendorsim.LogEntry
	for w := range 3 { // each window opens a second late
		full = append(full, requests(start.Add(time.Duration(w)*61*time.Second), perMinute, 10*time.Millisecond)...)
	}
	u, refused := usedShare(full, vendorsim.OpenedByFirst, 2)
	assert.Zero(t, refused)
	assert.InDelta(t, 100, u.share, 0.01)
	assert.InDelta(t, 100*60.0/61, u.withGaps, 0.01)

	half := append(requests(start, perMinute, 0), vendorsim.LogEntry{At: start, Status: http.StatusTooManyRequests})
	u, refused = usedShare(half, vendorsim.OpenedByFirst, 2)
	assert.Equal(t, 1, refused)
	assert.InDelta(t, 50, u.share, 0.01)
	assert.Zero(t, u.withGaps, "the window after the last never opened")
}

func TestUsedShareOfAlignedWindowsBeginsWithAFullOne(t *testing.T) {
	start := time.Date(2026, 8, 1, 12, 0, 40, 0, time.UTC)
	entries := requests(start, perMinute, 0)
	entries = append(entries, requests(start.Add(20*time.Second), perMinute/2, 0)...)
	u, _ := usedShare(entries, vendorsim.Aligned, 1)
	assert.InDelta(t, 50, u.share, 0.01)
}

func TestUsedShareOfNothing(t *testing.T) {
	u, _ := usedShare(nil, vendorsim.OpenedByFirst, 5)
	assert.Zero(t, u.share)
	refusedAlone := []vendorsim.LogEntry{{Status: http.StatusTooManyRequests}, {Status: http.StatusUnauthorized}}
	u, refused := usedShare(refusedAlone, vendorsim.OpenedByFirst, 5)
	assert.Zero(t, u.share)
	assert.Equal(t, 1, refused)
}

func TestAnsweredAt(t *testing.T) {
	start := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	entries := requests(start, 3, time.Second)
	entries[0], entries[2] = entries[2], entries[0] // the log is in the order of answers
	at, ok := answeredAt(entries, 3, 20*time.Millisecond)
	assert.True(t, ok)
	assert.Equal(t, start.Add(2*time.Second+20*time.Millisecond), at)
	_, ok = answeredAt(entries, 4, 0)
	assert.False(t, ok)
}

func TestTooFewPagesIsNoReading(t *testing.T) {
	c := vendorsim.Counters{ByPath: map[string]int{"GET customer/list": 12}}
	for _, l := range windowLines(windowCase{vendorsim.Sliding, 1}, reading{}, c) {
		assert.False(t, l.Pass)
	}
}
