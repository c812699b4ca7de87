package extract

import "time"

// Event is one line of progress: a machine reads it as JSON, people see it as
// a bar or a line.
type Event struct {
	Time     time.Time `json:"time"`
	Event    string    `json:"event"`
	Stream   string    `json:"stream,omitempty"`
	Requests int       `json:"requests,omitempty"` // of the stream: spent so far; of a price: still to spend
	Records  int       `json:"records,omitempty"`
	Left     int       `json:"left,omitempty"` // requests left today
	Until    time.Time `json:"until,omitzero"`
	Reason   string    `json:"reason,omitempty"`
}

// The events a run reports, besides the waits and retries of budget and api.
const (
	EventPrice   = "price"   // what a stream will cost, before any further page than the probes
	EventPage    = "page"    // a page was committed
	EventDetail  = "detail"  // a detail was committed
	EventNote    = "note"    // something a person should know
	EventProof   = "proof"   // the stream's certificate
	EventStopped = "stopped" // the quota is spent; what is in flight is still committed
)

func (r *runner) report(e Event) {
	if r.cfg.Report == nil {
		return
	}
	e.Time = time.Now().UTC()
	r.reporting.Lock()
	defer r.reporting.Unlock()
	r.cfg.Report(e)
}

func (r *runner) note(stream, reason string) {
	r.report(Event{Event: EventNote, Stream: stream, Reason: reason})
}
