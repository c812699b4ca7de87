package main

import (
	"fmt"
	"sync"
	"time"

	"ferry/cmd/ferry/internal/intake"
)

// rowProgress shows how rows are gone through: a line that is written again on a
// terminal, a line now and then elsewhere, JSON where asked for.
type rowProgress struct {
	screen *screen
	mu     sync.Mutex
	step   string // and file
	begun  time.Time
	line   time.Time
	event  time.Time
	ended  bool
}

// stepWords are the steps of an import as people read them.
var stepWords = map[string]string{intake.StepRead: "reading", intake.StepCheck: "checking", intake.StepStage: "staging"}

func newRowProgress(s *screen) *rowProgress { return &rowProgress{screen: s} }

// handle takes one event.
func (p *rowProgress) handle(e intake.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if step := e.Step + " " + e.File; step != p.step {
		p.step, p.begun, p.line, p.event = step, now, now, time.Time{}
	}
	if p.ended {
		return
	}
	rate := 0
	if took := now.Sub(p.begun); took > 0 {
		rate = int(float64(e.Rows) / took.Seconds())
	}
	if now.Sub(p.event) >= jsonEvery {
		p.event = now
		p.screen.emit(map[string]any{"event": "rows", "step": e.Step, "file": e.File, "rows": e.Rows, "rows_per_second": rate})
	}
	text := stepWords[e.Step]
	if e.File != "" {
		text += " " + e.File
	}
	if e.Rows > 0 {
		text += fmt.Sprintf(": %s, %s a second", plural(e.Rows, "row"), count(rate))
	}
	switch {
	case p.screen.bars():
		p.screen.show([]string{text})
	case now.Sub(p.line) >= plainEvery:
		p.line = now
		p.screen.note("%s", text)
	}
}

// stop takes the line away.
func (p *rowProgress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.ended {
		p.ended = true
		p.screen.drop()
	}
}
