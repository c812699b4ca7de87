package stage

import (
	"time"

	"ferry/extract/record"
)

// SweepKind says what a sweep reads.
type SweepKind string

// The kinds of sweeps.
const (
	SweepFull    SweepKind = "full"    // the whole list (under its filter)
	SweepChanges SweepKind = "changes" // the list of what changed since a cursor
	SweepDeleted SweepKind = "deleted" // the vendor's list of deleted records
	SweepListed  SweepKind = "listed"  // a narrowed list that only names records (Sub.ListedBy, ChangedBy)
)

// Sweep is one reading of one list of a stream, over as many runs as it takes.
type Sweep struct {
	ID      int64
	Account string // record.Account.ID
	Stream  string
	Kind    SweepKind
	Filter  string    // signature of the list filters in force; "" none
	Purpose string    // free text of the reader, such as the detail it is for
	Started time.Time // vendor's clock; changes after it may be missing from the sweep
	Since   time.Time // of SweepChanges: the cursor asked with
	Attempt int       // 1 for the first, 2.. for sweeps that repeat it
	State   []byte    // the reader's own notes (JSON), replaced by UpdateSweep
	Ended   time.Time // zero while it runs
}

// PageRef names one page of a sweep. A page may be read more than once; Step
// tells the readings apart and orders them.
type PageRef struct {
	Sweep   int64
	Variant string
	Number  int // page number, or offset, as asked
	Stripe  int // the reader's stripe the page belongs to
	Step    int // 0, 1, 2.. within the stripe, in the order of reading
}

// PageInfo is what is kept of a page read: its place, what it announced, and
// the keys it listed in its order.
type PageInfo struct {
	PageRef
	ReadAt time.Time // vendor's clock, when the answer came
	Total  int       // rows announced; -1 where the answer does not say
	Keys   []record.Key
}

// Entry is one record found in a body: its key, where it stands, its hash.
type Entry struct {
	Key    record.Key
	Offset int
	Length int
	Hash   uint64 // xxhash64 of the slice
}

// PageWrite is a page to be staged: body, records and checkpoint in one commit.
type PageWrite struct {
	PageInfo
	Run       int64  // the run that read it
	Body      []byte // as received; compressed by PutPage in the caller's goroutine
	Entries   []Entry
	Cursor    time.Time // with the last page of an incremental read: the new cursor; else zero
	NamesOnly bool      // keep the keys in the checkpoint, stage no record (SweepListed, SweepDeleted)
}

// PutResult counts what became of a page's records.
type PutResult struct{ New, Changed, Unchanged, Revived int }

// DetailWrite is the answer of one detail call: it completes the record Key of
// Stream (Sub ""), or it holds the records of sub-stream Sub that belong to it.
type DetailWrite struct {
	Run     int64 // the run that asked for it
	Account string
	Stream  string // the parent stream
	Key     record.Key
	Sub     string // "" completes the record; else the name of the sub-stream ("job.report")
	RowHash uint64 // hash of the parent's list row the call was made for
	Missing bool   // the vendor says there is none
	Body    []byte
	Entries []Entry // one for a completion; the sub-stream's records with full keys otherwise
	ReadAt  time.Time
}

// Due is a record whose detail has to be asked.
type Due struct {
	Key     record.Key
	RowHash uint64
}

// Certificate says how complete a stream is, and why that is known.
type Certificate struct {
	Account    string    `json:"-"`
	Stream     string    `json:"-"`
	Filter     string    `json:"-"`
	Proof      Proof     `json:"proof"`
	AsOf       time.Time `json:"as_of"`
	StartTotal int       `json:"start_total"` // -1 where the vendor does not say
	EndTotal   int       `json:"end_total"`
	Pages      int       `json:"pages"`
	Distinct   int       `json:"distinct"`
	Duplicates int       `json:"duplicates"`
	Text       string    `json:"text"` // one sentence for people
	Run        int64     `json:"-"`
}

// Proof is the name of what proves a stream complete.
type Proof string

// The proofs of DESIGN §3; ProofNone means not proven, with the reason in Text.
const (
	ProofQuiet   Proof = "quiet"
	ProofOrder   Proof = "order"
	ProofOne     Proof = "one"
	ProofAgain   Proof = "again"
	ProofChanges Proof = "changes"
	ProofLimited Proof = "limited"
	ProofNone    Proof = "none"
)

// Cursor is where the next incremental read of a stream starts.
type Cursor struct {
	Account string
	Stream  string
	Filter  string
	Value   time.Time // everything changed before it is staged, vendor's clock
	SweptAt time.Time // end of the last proven full sweep
}

// Run is one invocation that wrote to the stage.
type Run struct {
	ID       int64
	Command  string // "run", "extract", ...
	Version  string // of Ferry
	Started  time.Time
	Ended    time.Time // zero: still running, or killed
	Exit     int
	Requests int       // spent by this run, refused ones included
	ResumeAt time.Time // after a stop at the quota
	Text     string    // one line for people: why it ended
}

// Chunk is a batch of staged records read back in staging order. Records are
// decoded by Decode, so that the reader's workers can share the work.
type Chunk struct {
	Seq     int // 0, 1, 2.. in the order of the scan
	Rows    int // records that Decode will give
	path    string
	row     chunkRow
	details map[int]completion // by place in the chunk
}

// Provenance tells where a staged record came from.
type Provenance struct {
	Run       int64 // the run that read it; 0 not known
	Sweep     Sweep
	Page      PageRef
	ReadAt    time.Time
	Chunk     int64
	Offset    int
	Length    int
	DeletedAt time.Time  // zero: live
	Parent    record.Key // of a sub-stream's record: the record it belongs to
	Details   []DetailNote
}

// DetailNote is what is known of one detail of a record.
type DetailNote struct {
	Sub     string
	ReadAt  time.Time
	Missing bool
	Records int
}
