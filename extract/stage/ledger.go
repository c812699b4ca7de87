package stage

import (
	"time"

	"ferry/extract/record"
)

// AttemptKind is what one attempt does to the target.
type AttemptKind string

// The kinds of attempts.
const (
	AttemptCreate   AttemptKind = "create"
	AttemptUpdate   AttemptKind = "update"
	AttemptUpsert   AttemptKind = "upsert"
	AttemptAction   AttemptKind = "action"
	AttemptDelete   AttemptKind = "delete"
	AttemptUndelete AttemptKind = "undelete"
)

// AttemptState is what is known of an attempt.
type AttemptState string

// The states of an attempt. Sending is what is on disk before the call; found
// at a start it means that the process ended in between: unsure.
const (
	AttemptSending  AttemptState = "sending"
	AttemptDone     AttemptState = "done"
	AttemptRejected AttemptState = "rejected" // the target said no
	AttemptRequeued AttemptState = "requeued" // the target said no, and a person asked to try it again: it no longer counts as refused
	AttemptUnsure   AttemptState = "unsure"   // may have been done
	AttemptLost     AttemptState = "lost"     // the target was asked: it was not done
	AttemptUnsent   AttemptState = "unsent"   // surely never left, or was refused by a limit
)

// Attempt is one line of the ledger: one record in one request.
type Attempt struct {
	ID      int64
	Plan    int64
	Run     int64
	Side    Side
	Key     record.Key // of the source record
	Step    int        // 0, 1, 2.. of the deeds that the record takes
	Kind    AttemptKind
	Action  string     // of AttemptAction
	Target  record.Key // as known before, or as the answer told; "" not known
	Fields  []byte     // JSON: the fields to write
	Batch   int64      // id of the first attempt in the same request; 0 alone; see BeginAttempts for how to give it
	State   AttemptState
	Sent    time.Time // vendor's clock, right before the call
	Ended   time.Time
	Status  int
	Class   string   // connector.Class of the answer
	Message string   // the target's words, without personal data of ours
	Back    []byte   // the record as the answer gave it; nil: it did not
	Effects []string // that it had
}

// Outcome is what became of one attempt, and everything that follows from it:
// all of it is committed at once.
type Outcome struct {
	Attempt Attempt // by its ID; State, Target, Ended, Status, Class, Message and Back are written
	Item    *Item   // the planned item's new state; nil: as it was
	Link    *Link   // nil: none
	Unlink  bool    // the link of Attempt.Key is dropped
	Written *Written
}

// AttemptQuery picks attempts; zero values pick all.
type AttemptQuery struct {
	Plan   int64
	Run    int64
	Side   *Side
	Key    record.Key
	States []AttemptState
	Newest bool // the newest first
}
