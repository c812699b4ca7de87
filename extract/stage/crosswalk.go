package stage

import (
	"fmt"
	"time"

	"ferry/extract/record"
)

// Side names the two streams between which links are kept: a mapped stream of
// the source's account and a stream of the target's. Part tells several streams
// made of one source apart, see MappedEntry.
type Side struct {
	Account string // of the source
	Source  string // its staged stream
	Part    string
	Target  string // account of the target
	Stream  string // its stream
}

// LinkHow is how a link came about.
type LinkHow string

// The ways a link comes about.
const (
	LinkCreated   LinkHow = "created"   // Ferry created the target record
	LinkMatched   LinkHow = "matched"   // it was there, and equal in the match fields
	LinkDecided   LinkHow = "decided"   // a person said so
	LinkAdopted   LinkHow = "adopted"   // found after its creation's answer was lost
	LinkRecovered LinkHow = "recovered" // found by the source key written in it
	LinkShared    LinkHow = "shared"    // another job's, from a shared crosswalk
)

// Link is one line of the crosswalk: the source record Key is the target record
// Target. It is one to one within a side, but where people decided that several
// source records are one: see PutLinks.
type Link struct {
	Key    record.Key
	Target record.Key
	How    LinkHow
	Run    int64
	At     time.Time
}

// Written is what Ferry last wrote of a record, a field: Sent as it went out,
// Back as the target gave it back right after, both JSON objects of target
// fields. A field that Back lacks is one that the target never shows. Of a record
// that was matched and left Run is 0: Sent is what was wanted and agreed, Back what
// the target had.
type Written struct {
	Key  record.Key
	Sent []byte
	Back []byte
	Run  int64
	At   time.Time
}

// LinkConflictError says that the crosswalk already holds another target for a
// source record, or another source for a target record.
type LinkConflictError struct {
	Side     Side
	Have, In Link
}

func (e *LinkConflictError) Error() string {
	return fmt.Sprintf("the crosswalk of %s to %s holds %s = %s, and %s = %s contradicts it",
		e.Side.Source, e.Side.Stream, e.Have.Key, e.Have.Target, e.In.Key, e.In.Target)
}
