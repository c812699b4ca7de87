package load

import (
	"sync"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// teller reports progress, from one goroutine at a time.
type teller struct {
	cfg *Config

	mu      sync.Mutex
	records int // that reached a bin in this run
	total   int
	left    int               // waiting
	again   map[recordID]bool // counted, and coming to a bin again
}

func newTeller(cfg *Config) *teller { return &teller{cfg: cfg, again: map[recordID]bool{}} }

// event fills in the time and reports.
func (t *teller) event(e Event) {
	if t.cfg.Report == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.report(e)
}

func (t *teller) report(e Event) {
	if e.Time.IsZero() {
		e.Time = t.cfg.Now()
	}
	t.cfg.Report(e)
}

// record says that a record reached a bin. One that was unsure before has been
// counted then.
func (t *teller) record(it *stage.Item, entry string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	bin, id := it.Bin, recordID{it.Entry, it.Key}
	if !t.again[id] {
		t.records++
		t.left = max(t.left-1, 0)
	}
	if bin == stage.LoadUnsure {
		t.again[id] = true
	}
	if t.cfg.Report != nil {
		t.report(Event{Event: EventRecord, Stream: entry, Records: t.records, Total: t.total, Left: t.left, Reason: bin.String()})
	}
}

// counted says that a record reached its bin before, and comes to one again.
func (t *teller) counted(it *stage.Item) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.again[recordID{it.Entry, it.Key}] = true
}

// bins says where the records of each entry are at the end.
func (t *teller) bins(b Bins) {
	for _, e := range b.Entries {
		left := e.Bins[stage.LoadWaiting]
		total := 0
		for _, n := range e.Bins {
			total += n
		}
		t.event(Event{Event: EventBins, Stream: e.Name, Records: total - left, Total: total, Left: left})
	}
}

// linkTo is the web page of a target record; "" where there is none.
func (t *teller) linkTo(stream string, key record.Key) string {
	if t.cfg.Link == nil || key == "" {
		return ""
	}
	return t.cfg.Link(stream, key)
}
