package connector

import (
	"time"

	"ferry/extract/record"
)

// Writes says what the vendor lets others write to a stream.
type Writes struct {
	// Fields are all that a write takes, nested as they are sent: the stream's
	// own fields that are not read-only, and those that only writes know.
	Fields    []record.Field
	Custom    *CustomWrite // how custom fields are sent; nil: the stream has none
	Required  [][]string   // groups of field paths: of each group one must be given on creation
	Unique    [][]string   // groups of field paths that no two records may share
	Create    *WriteCall   // nil: the API cannot
	Update    *WriteCall
	Upsert    *Upsert    // one call that creates or updates by a field
	Delete    *WriteCall // takes {key}
	Undelete  *WriteCall
	Partial   bool          // an update leaves alone what it does not name; false: it clears it
	Final     string        // why what was created cannot be deleted; "" where Delete exists
	Reference string        // path of the field that can carry our reference; "" none
	Settle    time.Duration // longest time a committed write stays invisible
	Actions   []Action
	Off       string // why the writes are switched off until somebody confirms them; "" on
}

// WriteCall is one request that writes a record.
type WriteCall struct {
	Call                       // may hold {key} and {field} of the mapped record
	Wrap      string           // the body is {"<Wrap>": {record}}; "" the record itself
	Form      bool             // fields are sent as a form; false: JSON
	Only      []string         // the only fields it takes; empty: all of Writes.Fields
	Except    []string         // fields it does not take
	Fixed     []record.Literal // fields sent with every call, such as switches that mute effects
	Answer    []string         // paths where the written record stands in the answer, as in Paging.Records
	Key       string           // path of the new record's key in it; "" as the stream's Key
	Effects   []Effect         // what reaches people when this call is made
	BatchPath string           // path of the call that takes many records at once; "" none
	BatchKey  string           // key of the list in its body
	BatchMax  int              // most records in one
}

// Upsert is a write that creates or updates, whichever is due.
type Upsert struct {
	WriteCall
	By []string // fields that find the record, tried by the vendor in this order
}

// Action brings a record to a status or does something else with it.
type Action struct {
	Name  string
	About string
	WriteCall
	Fields []record.Field // what its body takes
	Field  string         // the status field it changes; ""
	From   []string       // values it starts from; empty: any
	To     string         // value it ends in; ""
	Final  string         // why it cannot be taken back; "" it can
}

// Effect is something that a person outside would notice.
type Effect struct {
	Name  string // as in the job's `effects`
	About string
	When  string           // path of the field whose presence or truth brings it about; "" always
	Mute  []record.Literal // fields that mute it; empty: nothing does but leaving When out
}

// CustomWrite says how custom fields are sent by label.
type CustomWrite struct {
	Path  string // field path of the list or object
	Label string // key of the label in an element; both empty: an object keyed by label
	ID    string // key of the id where elements are named by id
	Value string
}
