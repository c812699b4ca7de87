package load

import (
	"context"
	"encoding/json"
	"errors"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// Sink writes to a target. load/apisink writes to vendors; Dry sends nothing.
type Sink interface {
	// Deeds says, without a request, what it takes to bring about a write. The
	// error is a *RefusedError where the target cannot do it.
	Deeds(w Write) (Deeds, error)
	// Send makes one request for the deeds, which are all of one kind and stream,
	// at most Deed.Batch of them, and gives a result for each, in their order.
	// The error ends the run: quota, credentials, the context.
	Send(ctx context.Context, deeds []Deed) ([]Result, error)
}

// ErrNoRead is what a Reader says of streams whose records cannot be asked for
// one by one: they are read in bulk.
var ErrNoRead = errors.New("no call reads a single record")

// Reader asks a target for single records.
type Reader interface {
	// Read gives a record as the target has it now; found is false where it has
	// none. The error is ErrNoRead where no call reads one.
	Read(ctx context.Context, stream string, key record.Key) (now json.RawMessage, found bool, err error)
	// Find gives every record equal to fields in by, the calls of the spec
	// permitting: asked is false where no call finds by some of them.
	Find(ctx context.Context, stream string, fields json.RawMessage) (found []Found, asked bool, err error)
}

// Found is a record of the target.
type Found struct {
	Key    record.Key
	Record json.RawMessage
}

// Write is what is wanted of one record.
type Write struct {
	Stream string
	Kind   stage.AttemptKind // create, update, delete or undelete
	Key    record.Key        // "" of a creation
	Source record.Key        // our own key, for the reference field and for pairing
	From   string            // tells entries apart that feed one target stream, in the reference; "" one does
	Fields json.RawMessage   // the fields to write, markers resolved; of an update only those that change
	Now    json.RawMessage   // the record as the target has it; nil of a creation
	// Reach are fields that actions bring about: path -> value wanted.
	Reach map[string]string
}

// Deeds are the requests that a write takes, in their order.
type Deeds struct {
	List    []Deed
	Effects []string // that will happen: they are allowed
	Muted   []string // that would have happened and are muted or left out
	Dropped []string // fields that no deed can carry, "path: why"
	Final   []string // what cannot be undone afterwards, a sentence each
}

// Deed is one request, or a record's part in one.
type Deed struct {
	Step    int
	Kind    stage.AttemptKind
	Action  string // of an action
	Stream  string
	Key     record.Key // of the record written; "" of a creation, and of what follows one
	Source  record.Key
	Fields  json.RawMessage
	Now     json.RawMessage // for places in the path, and for writes that replace the whole record
	Effects []string
	Batch   int // most deeds in one request; 1: alone
	Reads   int // requests that read what came of it, since the answer proves nothing
}

// Result is what came of one deed.
type Result struct {
	State   stage.AttemptState // done, rejected, unsure or unsent
	Key     record.Key         // of the record written, as the answer told; "" it did not
	Back    json.RawMessage    // the record as the answer gave it; nil: it did not
	Status  int
	Class   connector.Class
	Message string // the target's words
	Field   string // target field that it complains of; "" not said
	Hint    string // what the person should do next
	// Whole: a batch was refused as a whole, and a smaller one may go through.
	Whole bool
	// Stop: every like deed would be refused too (a plan limit, a permission).
	Stop bool
}

// RefusedError says that a write cannot be sent.
type RefusedError struct {
	Field  string
	Reason string
	Do     string
}

func (e *RefusedError) Error() string { return e.Reason + ": " + e.Do }
