package load

import (
	"context"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// Config is what planning, applying, verifying and undoing need alike.
type Config struct {
	Stage  *stage.Stage
	Source record.Account
	Target record.Account
	Vendor *connector.Spec // of the target
	Rules  []Rules         // in the order of the mapping
	Sink   Sink
	Reader Reader
	// Refresh reads target streams into the stage, as whole and as new as they
	// are now, and says whether each was proven complete.
	Refresh func(ctx context.Context, streams []string) (map[string]bool, error)
	Now     func() time.Time // the vendor's clock

	Files       Files      // what becomes of photos and attachments
	Decisions   *Decisions // nil: none
	Effects     []string   // names of those the sink allows; a plan rests on them
	Allow       []string   // final, deletes
	MaxFailures Failures
	Workers     int            // most records in flight; 0: 16
	Timeout     time.Duration  // longest time one request takes, as the client has it; 0: 60 s
	Zone        *time.Location // of the target account's local times; nil: not known
	Run         int64
	Report      func(Event)                                // called from one goroutine at a time; may be nil
	Announced   func() []string                            // what the target's answers announced so far, such as the end of its API, a sentence each; may be nil
	Link        func(stream string, key record.Key) string // web page of a target record; may be nil
	// Tell gives the name by which people know a source record of an entry, and why it
	// is held or rejected in their words; why may be nil. nil: the key, and as it is.
	Tell func(entry string, key record.Key, why *Reason) (name string, said *Reason)
}

// Failures bounds how many records may fail before a run stops: a share of
// those tried, or a number; zero is no bound.
type Failures struct {
	Share float64
	Count int
}

// Event is one line of progress.
type Event struct {
	Time    time.Time `json:"time"`
	Event   string    `json:"event"`
	Stream  string    `json:"stream,omitempty"` // entry of the mapping
	Records int       `json:"records,omitempty"`
	Total   int       `json:"total,omitempty"`
	Left    int       `json:"left,omitempty"`
	Until   time.Time `json:"until,omitzero"`
	Reason  string    `json:"reason,omitempty"`
}

// The events of a load.
const (
	EventReading = "load_reading" // the target is read for matching
	EventMatch   = "load_match"
	EventPlan    = "load_plan"   // an entry is planned
	EventRecord  = "load_record" // a record reached its bin
	EventUnsure  = "load_unsure" // answers were lost: when the target will be asked
	EventStop    = "load_stop"   // to let a person look
	EventVerify  = "load_verify"
	EventBins    = "load_bins"
)
