package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"ferry/extract"
	"ferry/extract/budget"
	"ferry/extract/stage"
)

// How often progress is told.
const (
	plainEvery = 10 * time.Second       // a line a stream, where no bars are drawn
	waitWorth  = 500 * time.Millisecond // a shorter wait is not worth a word
	jsonEvery  = 250 * time.Millisecond // an event a stream of those that only count
	retryEvery = 5 * time.Second        // a line about failed attempts
	tickEvery  = 200 * time.Millisecond // of the bars
	barWidth   = 20
	mostBars   = 18
)

// Events that the command adds to those of the engine.
const (
	eventWait  = "wait"  // requests are held; reason says why, until how long
	eventRetry = "retry" // an attempt failed and is made again
)

// progress shows how a run goes on: bars on a terminal, lines elsewhere, JSON
// where asked for. Its methods may be called by many goroutines.
type progress struct {
	screen *screen
	need   func(n int) budget.Need // what so many requests cost from now on

	mu        sync.Mutex
	streams   []*streamProgress
	unknown   int  // streams of the job whose price was not told yet
	priced    bool // the prices were shown
	left      int
	waiting   extract.Event // zero: nothing waits
	told      bool          // the wait was told
	retries   int           // since one was told
	lastRetry time.Time
	paused    bool // another progress has the screen
	brief     bool // prices are no news: the plan has told what all of it costs
	stopped   chan struct{}
	done      sync.WaitGroup
}

// noRequests says that the requests of a stream are not counted: of a load,
// whose records are.
const noRequests = -1

// streamProgress is what is known of one stream.
type streamProgress struct {
	name      string
	price     int // requests expected when the price was told; -1 unknown
	total     int // records expected; -1 unknown
	requests  int
	records   int
	proof     string
	until     time.Time
	lastLine  time.Time
	lastEvent time.Time
}

func (s *streamProgress) hasPrice() bool { return s.price >= 0 }

// newProgress expects a price of each of these streams.
func newProgress(s *screen, streams []string, need func(int) budget.Need) *progress {
	p := &progress{screen: s, need: need, stopped: make(chan struct{}), left: -1, unknown: len(streams)}
	for _, name := range streams {
		p.stream(name)
	}
	p.done.Go(p.watch)
	return p
}

// stop ends the bars. What was priced but not yet shown is shown.
func (p *progress) stop() {
	close(p.stopped)
	p.done.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.showPrices()
	p.screen.drop()
}

// pause leaves the screen to another progress, or takes it back. A nil progress
// has none.
func (p *progress) pause(on bool) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = on
	if on {
		p.screen.drop()
	}
}

// handle takes one event.
func (p *progress) handle(e extract.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.Time.IsZero() {
		e.Time = time.Now().UTC()
	}
	if e.Event != extract.EventPrice && e.Event != eventRetry {
		p.showPrices()
	}
	switch e.Event {
	case extract.EventPrice:
		p.price(e)
	case extract.EventPage, extract.EventDetail:
		p.counted(e)
	case extract.EventProof:
		p.proved(e)
	case eventWait:
		p.wait(e)
	case eventRetry:
		p.retried(e)
	default:
		p.screen.emit(e)
		p.line("%s%s", prefix(e.Stream), e.Reason)
	}
}

// proved takes the certificate of a stream; its whole text comes with the summary.
func (p *progress) proved(e extract.Event) {
	s := p.stream(e.Stream)
	s.proof = e.Reason
	if e.Records >= 0 { // of details that were read in part nobody counted all
		s.records = e.Records // the pages counted rows that came twice too
	}
	if proof, _, ok := strings.Cut(e.Reason, ": "); ok && proof != string(stage.ProofNone) {
		s.proof = "proof: " + proof
	}
	p.screen.emit(e)
	switch {
	case p.brief:
	case e.Records < 0:
		p.line("%s: %s", e.Stream, s.proof)
	default:
		p.line("%s: %s, %s", e.Stream, plural(s.records, "record"), s.proof)
	}
}

// retried tells a failed attempt; of many in a row only some.
func (p *progress) retried(e extract.Event) {
	p.screen.emit(e)
	if p.retries++; e.Time.Sub(p.lastRetry) < retryEvery {
		return
	}
	more := ""
	if p.retries > 1 {
		more = fmt.Sprintf(" (and %s more)", count(p.retries-1))
	}
	p.lastRetry, p.retries = e.Time, 0
	p.line("%s%s%s", prefix(e.Stream), e.Reason, more)
}

func prefix(stream string) string {
	if stream == "" {
		return ""
	}
	return stream + ": "
}

// line prints a plain line; also above the bars.
func (p *progress) line(format string, args ...any) { p.screen.note(format, args...) }

func (p *progress) stream(name string) *streamProgress {
	for _, s := range p.streams {
		if s.name == name {
			return s
		}
	}
	s := &streamProgress{name: name, price: -1, total: -1}
	p.streams = append(p.streams, s)
	return s
}

func (p *progress) price(e extract.Event) {
	s := p.stream(e.Stream)
	s.price, s.total, s.until = e.Requests, e.Records, e.Until
	p.left = e.Left
	p.screen.emit(e)
	if p.unknown--; p.unknown <= 0 {
		p.showPrices()
	}
}

// showPrices prints the price of the work, once there is one, once.
func (p *progress) showPrices() {
	if p.priced || !slices.ContainsFunc(p.streams, (*streamProgress).hasPrice) {
		return
	}
	p.priced = true
	if p.brief {
		return
	}
	var rows [][]string
	requests, now := 0, time.Now()
	add := func(name, records string, own int) {
		need := p.need(requests)
		rows = append(rows, []string{name, records, count(own), minutes(need.Minutes), fmt.Sprint(need.Days), moment(need.Done, now)})
	}
	for _, s := range p.streams {
		if !s.hasPrice() {
			continue
		}
		requests += s.price
		records := "?"
		if s.total >= 0 {
			records = count(s.total)
		}
		add(s.name, records, s.price)
	}
	if len(rows) > 1 {
		add("all", "", requests)
	}
	p.screen.table([]string{"price", ">records", ">requests", ">minutes", ">days", "done"}, rows)
	if p.left >= 0 {
		p.screen.say("%s left today\n", plural(p.left, "request"))
	}
}

// minutes writes minutes at the rate: 0.5, 12.
func minutes(m float64) string {
	if m < 10 {
		return fmt.Sprintf("%.1f", m)
	}
	return count(int(m + 0.5))
}

// counted takes an event that only counts on; they are many.
func (p *progress) counted(e extract.Event) {
	s := p.stream(e.Stream)
	s.requests, s.records = e.Requests, e.Records
	p.left = e.Left
	if e.Time.Sub(s.lastEvent) >= jsonEvery {
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

// counts says how far a stream is.
func (p *progress) counts(s *streamProgress) string {
	records, requests := count(s.records), count(s.requests)
	if s.total > 0 {
		records += "/" + count(s.total)
	}
	if s.price > 0 {
		requests += "/" + count(max(s.price, s.requests))
	}
	text := records + " records"
	if s.requests != noRequests {
		text += ", " + requests + " requests"
	}
	if p.left >= 0 && !p.screen.bars() {
		text += fmt.Sprintf(", %s left today", count(p.left))
	}
	return text
}

// watch tells waits and draws the bars until stop.
func (p *progress) watch() {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.stopped:
			return
		case <-tick.C:
		}
		p.mu.Lock()
		p.tellWait()
		lines, mine := p.bars(), !p.paused
		p.mu.Unlock()
		if mine && p.screen.bars() {
			p.screen.show(lines)
		}
	}
}
