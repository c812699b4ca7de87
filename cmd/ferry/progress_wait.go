package main

import (
	"time"

	"ferry/extract"
)

// wait takes the start, a change or the end of a wait.
func (p *progress) wait(e extract.Event) {
	if e.Reason == "" {
		p.waiting, p.told = extract.Event{}, false
		return
	}
	if e.Left >= 0 {
		p.left = e.Left
	}
	if p.waiting.Reason != "" && p.waiting.Until.Sub(e.Until).Abs() < time.Second {
		e.Time = p.waiting.Time // the same wait goes on
	} else {
		p.told = false
	}
	p.waiting = e
}

// tellWait tells a wait that has lasted for a while.
func (p *progress) tellWait() {
	if p.told || p.waiting.Reason == "" || time.Since(p.waiting.Time) < waitWorth {
		return
	}
	p.told = true
	p.screen.emit(p.waiting)
	if !p.screen.bars() {
		p.line("%s", p.waitText())
	}
}

// waitText says what is waited for; the reason of the budget says how long and
// what is left today.
func (p *progress) waitText() string {
	text := "waiting " + p.waiting.Reason
	if done := p.doneAt(); !done.IsZero() {
		text += "; done about " + moment(done, time.Now())
	}
	return text
}

// doneAt is when everything priced will be done at best; zero where unknown.
func (p *progress) doneAt() time.Time {
	rest := 0
	for _, s := range p.streams {
		if s.proof == "" && s.price > 0 {
			rest += max(s.price-s.requests, 0)
		}
	}
	if rest == 0 {
		return time.Time{}
	}
	return p.need(rest).Done
}
