package transform

import (
	"time"

	"ferry/extract/record"
	"ferry/extract/stage"
)

// Config is what one run needs. The mapping has been checked against the specs of
// both sides by whoever compiled it.
type Config struct {
	Stage   *stage.Stage
	Account record.Account // of the source; it must be bound in the stage
	Rules   []Rules        // the entries of the mapping, in its order: see Compiled
	Details []string       // streams whose details the job reads: their records are held until they are there
	Run     int64          // id of the run in the stage
	Workers int            // goroutines that map; 0: one a processor, at most 8
	Report  func(Event)    // called from one goroutine at a time; may be nil
}

// Rules is one compiled entry of a mapping, as the engine sees it.
type Rules struct {
	Name   string   // what ref() calls it
	From   []string // staged streams: the base, then those joined to it
	Joins  []Join   // how From[1:] are found
	To     string   // target stream
	Hash   uint64   // of the rules and their lookups: equal means that the same records come out
	Mapper func() Mapper
}

// Join says which record of another stream belongs to a base record: the one with
// an equal value, as text. A FieldPath without a field is the record's key.
type Join struct {
	Theirs FieldPath // in the joined record
	Ours   FieldPath // in the base record
}

// Mapper maps one record at a time; it belongs to one goroutine.
type Mapper interface {
	// Map makes of in what out says. The bytes of out are the mapper's until its
	// next use.
	Map(in *Input, out *Outcome)
}

// Input is one source record and what belongs to it.
type Input struct {
	Base   Part
	Joined []Part // as Rules.From[1:]; a Part without Raw where there is none; never with a Detail
}

// Part is one staged record with its detail answer.
type Part struct {
	Key         record.Key
	Raw, Detail []byte // JSON; nil where there is none
}

// Outcome is what becomes of one record: Bin is BinMapped, BinSkipped or BinDead.
type Outcome struct {
	Bin    stage.Bin
	JSON   []byte       // the mapped record
	Refs   []stage.Ref  // the mapped records it needs
	Reason string       // of a skipped record: the rule, never a value of the record
	Letter stage.Letter // of a dead letter, without the record
}

// Summary is what a run did.
type Summary struct {
	Generation int64 // that is visible now
	Changed    bool  // false: nothing differs from the generation before
	Streams    []StreamSummary
}

// StreamSummary is what became of one entry of the mapping.
type StreamSummary struct {
	Name   string // of the mapped stream
	Source string // staged stream
	Target string
	Bins   stage.Bins // they add up: Source = Mapped + Skipped + Dead + Tombstones + Held
	Mapped int        // records that were gone through in this run; the others are as they were
	Chunks int        // chunks that were read in this run
}

// Event is one line of progress.
type Event struct {
	Time    time.Time `json:"time"`
	Event   string    `json:"event"`
	Stream  string    `json:"stream,omitempty"`
	Records int       `json:"records,omitempty"` // of the source
	Chunks  int       `json:"chunks,omitempty"`  // committed so far
	Total   int       `json:"total,omitempty"`   // chunks to be looked at
	Reason  string    `json:"reason,omitempty"`
}

// The events a run reports.
const (
	EventStart  = "start"  // an entry begins: how many records have to be looked at
	EventMapped = "mapped" // some records were committed
	EventStep   = "step"   // what follows the mapping begins: keys, references, publish, clean
	EventBins   = "bins"   // what became of an entry's records, in words
)
