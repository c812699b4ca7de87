package stage

import (
	"time"

	"ferry/extract/record"
)

// PlanState is how far a plan came.
type PlanState string

// The states of a plan.
const (
	PlanWaiting    PlanState = "waiting"    // for approval
	PlanApproved   PlanState = "approved"   // may be applied, and gone on with
	PlanDone       PlanState = "done"       // nothing is left to do
	PlanSuperseded PlanState = "superseded" // a newer plan took its place
)

// PlanKind tells a plan that loads from one that undoes.
type PlanKind string

// The kinds of plans.
const (
	PlanLoad PlanKind = "load"
	PlanUndo PlanKind = "undo"
)

// Plan is what a load is going to do, decided for every mapped record. Once
// published it never changes, but for its State, who approved it, and the bins of
// its items.
type Plan struct {
	ID         int64
	Kind       PlanKind
	Run        int64 // that made it; of an undo plan
	Undoes     int64 // the run that a PlanUndo takes back
	Made       time.Time
	Hash       string // of everything in it, in hexadecimal: what a person approves
	State      PlanState
	Approved   time.Time
	By         string // who approved, as the job or the workbook says
	Source     string // accounts
	Target     string
	Generation int64       // of mapped records
	Entries    []PlanEntry // parents before children
	Rests      []byte      // JSON: what it rests on, by name and hash; of load
	Summary    []byte      // JSON: of load
}

// PlanEntry is one mapped stream of a plan.
type PlanEntry struct {
	Name string // what references call it
	Side Side
	Hash uint64 // MappedEntry.Hash
}

// Action is what a plan does with a record.
type Action uint8

// The actions of a plan.
const (
	ActCreate    Action = iota + 1
	ActUpdate           // some fields
	ActUnchanged        // nothing is to be done
	ActHeld             // a person has to decide, or a parent is missing
	ActRejected         // cannot be sent, or was refused and nothing changed since
	ActDelete           // undo: what was created
	ActRestore          // undo: what was changed
	ActLeft             // undo: cannot be taken back, or was edited since
)

// LoadBin is where a planned record is. The bins add up to the mapped records.
type LoadBin uint8

// The bins of a load.
const (
	LoadWaiting LoadBin = iota
	LoadCreated
	LoadUpdated
	LoadUnchanged
	LoadRejected
	LoadHeld
	LoadUnsure
	LoadDeleted  // undo
	LoadRestored // undo
)

// Item is one record of a plan. Its note is JSON of load: evidence, changes,
// reasons. Action, Target as planned and Note are in the plan's hash; Bin and
// Why change as it is applied.
type Item struct {
	Entry  int // place in Plan.Entries
	Key    record.Key
	Action Action
	Target record.Key // of a record that is there; "" of one to be created
	Note   []byte     // nil: nothing to say
	Bin    LoadBin
	Why    []byte // JSON of load: why it was rejected, held or is unsure; nil
}

// ItemQuery picks items; zero values pick all.
type ItemQuery struct {
	Actions []Action
	Bins    []LoadBin
	After   record.Key // only those after this key in the order; "" from the first
	Limit   int        // 0: all
}

// LoadBins counts the records of one entry by bin.
type LoadBins map[LoadBin]int

func (b LoadBin) String() string {
	names := [...]string{"waiting", "created", "updated", "unchanged", "rejected", "held", "unsure", "deleted", "restored"}
	if int(b) < len(names) {
		return names[b]
	}
	return "unknown"
}

func (a Action) String() string {
	names := [...]string{"", "create", "update", "unchanged", "held", "rejected", "delete", "restore", "left"}
	if int(a) < len(names) {
		return names[a]
	}
	return "unknown"
}
