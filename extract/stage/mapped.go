package stage

import (
	"encoding/json"
	"fmt"
	"time"

	"ferry/extract/record"
)

// Mapped records are kept as generations. A generation is one state of all that
// a mapping makes of an account; it becomes visible in one commit (Publish), and
// the one before it stays to be compared with. Generations share what did not
// change: what became of one chunk of staged records is one mapped chunk, with
// the first generation it is part of and the first it is not. Of a record that
// changed, only its place in the old chunk is marked, in a state of its own a
// generation, and its new content stands in a chunk of its own.

// Bin is what became of a source record.
type Bin uint8

// The bins. They add up: every staged record is in exactly one.
const (
	BinNone      Bin  = iota // superseded: it counts where its newer content stands
	BinMapped                // ready to load
	BinDead                  // a dead letter: a value does not fit, or a parent is not there
	BinHeld                  // its details are still to be read
	BinTombstone             // deleted at the source
	BinSkipped               // left out by a rule of the mapping
	firstReason  = 16        // codes from here on are skipped for the reason of that code
	lastReason   = 255
)

// States of a record within a mapped chunk, beside those of chunks.
const stateOrphan = 3 // a record that its references name is not mapped

// Bins counts the records of one mapped stream.
type Bins struct {
	Source     int            `json:"source"` // staged records, tombstones included
	Mapped     int            `json:"mapped"`
	Skipped    int            `json:"skipped"`
	Dead       int            `json:"dead"`
	Tombstones int            `json:"tombstones"`
	Held       int            `json:"held"`
	Orphans    int            `json:"orphans"` // of Dead: a parent is not there
	Reasons    map[string]int `json:"reasons,omitempty"`
}

// Sum is what the bins hold together; it equals Source.
func (b *Bins) Sum() int { return b.Mapped + b.Skipped + b.Dead + b.Tombstones + b.Held }

// Generation is one published state of all mapped records of an account.
type Generation struct {
	ID        int64
	Account   string
	Run       int64
	Published time.Time
	Entries   []MappedEntry // in the order of the mapping
}

// Entry finds the mapped stream of that name; ok is false where there is none.
func (g *Generation) Entry(name string) (e MappedEntry, ok bool) {
	for _, e := range g.Entries {
		if e.Name == name {
			return e, true
		}
	}
	return MappedEntry{}, false
}

// Same finds the mapped stream that comes of the same source and part as e,
// whatever its name was; ok is false where there is none.
func (g *Generation) Same(e MappedEntry) (same MappedEntry, ok bool) {
	for _, have := range g.Entries {
		if have.stream == e.stream {
			return have, true
		}
	}
	return MappedEntry{}, false
}

// MappedEntry is one mapped stream of a generation. Source and Part identify it.
type MappedEntry struct {
	Name   string // what references call it
	Source string // the staged stream
	Part   string // tells several streams made of one source apart; "" for the first
	Target string // stream of the target
	Hash   uint64 // of the rules and their lookups
	Bins   Bins

	stream int64
	marks  []byte // of what it depends on beside its source: equal means unchanged
	keys   *int64 // of its keys and their bins; nil where nobody refers to them
}

// MappedRow is what became of one source record.
type MappedRow struct {
	Key    record.Key
	Hash   uint64 // of the source record, its detail and the records joined to it
	Bin    Bin
	JSON   []byte    // of BinMapped and orphans the mapped record; of other dead letters and held records a Letter
	Reason string    // of BinSkipped
	Orphan []Missing // of a dead letter whose references name what is not mapped
	Source []byte    // of an orphan: the source record, if it still is what was mapped; see MappedQuery.Source
}

// Letter is what a dead letter or a held record says of itself.
type Letter struct {
	Reason string          `json:"reason"`
	Field  string          `json:"field,omitempty"`  // target field whose rule did not work
	Value  string          `json:"value,omitempty"`  // what it met
	Origin string          `json:"origin,omitempty"` // source field the value comes from, and the rule's place
	Do     string          `json:"do,omitempty"`     // what to do
	Record json.RawMessage `json:"record,omitempty"` // the source record as it was
	Detail json.RawMessage `json:"detail,omitempty"` // and its detail answer
}

// Ref names a record that another one needs: the mapped record of the source key
// Key in the mapped stream To. Field is the target field that holds it.
type Ref struct {
	Field string     `json:"field"`
	To    string     `json:"to"`
	Key   record.Key `json:"key"`
}

// Missing is a Ref to a record that is not mapped, and what is known of it:
// BinNone where no such record is staged.
type Missing struct {
	Ref
	Why Bin `json:"why"`
}

func (b Bin) String() string {
	switch b {
	case BinNone:
		return "none"
	case BinMapped:
		return "mapped"
	case BinDead:
		return "dead"
	case BinHeld:
		return "held"
	case BinTombstone:
		return "tombstone"
	case BinSkipped:
		return "skipped"
	}
	return fmt.Sprintf("bin %d", uint8(b))
}

// binOf is the bin of a record whose code is bin, in that state.
func binOf(code, state byte) Bin {
	switch {
	case state == stateSuperseded:
		return BinNone
	case state == stateTombstone:
		return BinTombstone
	case state == stateOrphan && code == byte(BinMapped):
		return BinDead
	case code >= firstReason:
		return BinSkipped
	}
	return Bin(code)
}
