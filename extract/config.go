package extract

import (
	"errors"
	"time"

	"ferry/extract/api"
	"ferry/extract/budget"
	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// Config is what one run needs. The streams, details and filters have been
// checked against the spec by the reader of the job file.
type Config struct {
	Spec        *connector.Spec
	Account     record.Account
	Streams     []string                     // in the order they are wanted
	Details     []string                     // "job" completes the record, "job.report" is a stream of its own
	Filters     map[string][]connector.Param // the vendor's list filters, a stream
	Keys        map[string]KeySource         // streams that are asked record by record instead of listed
	Limit       int                          // most records a stream; 0 all
	Connections int                          // most requests in flight
	Incremental bool                         // read only what changed, where the vendor can say
	SweepEvery  time.Duration                // how often a full sweep looks for deletions

	Client *api.Client
	Budget *budget.Budget
	Stage  *stage.Stage
	Run    int64       // id of the run in the stage
	Report func(Event) // called from one goroutine at a time; may be nil
}

// Summary is what a run did, a stream each in the order of the job,
// sub-streams after their parents.
type Summary struct {
	Streams  []StreamSummary
	Requests int
}

// StreamSummary is what became of one stream.
type StreamSummary struct {
	Name        string
	Records     int // live records in the stage
	Listed      int // distinct records the vendor listed in this run
	New         int
	Changed     int
	Unchanged   int
	Revived     int
	Tombstones  int // made in this run
	Keyless     int // rows without their key; staged under a hash
	Requests    int
	Certificate stage.Certificate
	Err         error // the stream could not be read to its end; the others were
}

// Proven tells whether the stream is certified complete (or limited on purpose).
func (s StreamSummary) Proven() bool {
	return s.Err == nil && s.Certificate.Proof != stage.ProofNone && s.Certificate.Proof != ""
}

// errStopped ends a stream quietly because the run as a whole stops at the
// quota; Run returns the reason.
var errStopped = errors.New("the run stops")
