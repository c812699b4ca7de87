package main

import (
	"fmt"
	"strings"
	"time"
)

// bars are a line a stream and one for the budget.
func (p *progress) bars() []string {
	if !p.priced {
		return []string{"looking at the first pages ..."}
	}
	width := 0
	for _, s := range p.streams {
		width = max(width, len(s.name))
	}
	var lines []string
	for _, s := range p.visible() {
		state := p.counts(s)
		if s.proof != "" {
			state = count(s.records) + " records, " + s.proof
		}
		lines = append(lines, fmt.Sprintf("%-*s [%s] %s", width, s.name, bar(s), state))
	}
	if p.waiting.Reason != "" {
		return append(lines, p.waitText())
	}
	var foot []string
	if p.left >= 0 {
		foot = append(foot, count(p.left)+" requests left today")
	}
	if done := p.doneAt(); !done.IsZero() {
		foot = append(foot, "done about "+moment(done, time.Now()))
	}
	return append(lines, strings.Join(foot, " | "))
}

// visible are the streams that get a bar: all, or where they are too many for
// a small terminal those that are still read.
func (p *progress) visible() []*streamProgress {
	if len(p.streams) <= mostBars {
		return p.streams
	}
	var out []*streamProgress
	for _, s := range p.streams {
		if s.proof == "" && len(out) < mostBars {
			out = append(out, s)
		}
	}
	return out
}

// bar draws how much of a stream's requests is spent.
func bar(s *streamProgress) string {
	full := 0
	switch {
	case s.proof != "":
		full = barWidth
	case s.price > 0:
		full = min(barWidth*s.requests/s.price, barWidth-1)
	case s.requests == noRequests && s.total > 0:
		full = min(barWidth*s.records/s.total, barWidth)
	}
	return strings.Repeat("#", full) + strings.Repeat("-", barWidth-full)
}
