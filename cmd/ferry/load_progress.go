package main

import (
	"cmp"
	"time"

	"ferry/extract/budget"
	"ferry/load"
)

// newLoadProgress shows how a load goes on: what is counted are records, and
// nothing is priced by it: the plan was.
func newLoadProgress(s *screen, need func(n int) budget.Need) *progress {
	p := newProgress(s, nil, need)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.priced = true
	return p
}

// loaded takes one event of the load.
func (p *progress) loaded(e load.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Time.IsZero() {
		e.Time = time.Now().UTC()
	}
	switch e.Event {
	case load.EventRecord, load.EventMatch, load.EventVerify:
		p.tallied(e)
	case load.EventReading:
		p.screen.emit(e)
		p.line("reading the target: %s", e.Reason)
	case load.EventUnsure:
		p.screen.emit(e)
		text := prefix(e.Stream) + e.Reason
		if !e.Until.IsZero() {
			text += ", " + moment(e.Until, e.Time)
		}
		p.line("%s", text)
	default:
		p.screen.emit(e)
	}
}

// tallyName is what a bar is called that counts the records of all streams.
var tallyName = map[string]string{load.EventRecord: "records"}

// tallied takes an event that only counts on; they are many.
func (p *progress) tallied(e load.Event) {
	s := p.stream(cmp.Or(tallyName[e.Event], e.Stream))
	s.records, s.total, s.requests, s.until = e.Records, e.Total, noRequests, e.Until
	done := s.total > 0 && s.records >= s.total
	if done || e.Time.Sub(s.lastEvent) >= jsonEvery {
		s.lastEvent = e.Time
		p.screen.emit(e)
	}
	if s.lastLine.IsZero() {
		s.lastLine = e.Time
	}
	if !p.screen.bars() && e.Time.Sub(s.lastLine) >= plainEvery {
		s.lastLine = e.Time
		p.line("%s: %s", s.name, p.counts(s))
	}
}
