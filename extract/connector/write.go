package connector

import (
	"time"

	"ferry/extract/record"
)

// Writes says what the vendor lets others write to a stream.
type Writes struct {
	// Fields are all that a write takes, nested as they are sent: the stream's
	// own fields that are not read-only, and those that only writes know. A time
	// is written in the first of its layouts.
	Fields    []record.Field
	Custom    *CustomWrite // how custom fields are sent; nil: the stream has none
	Required  [][]string   // groups of field paths: of each group one must be given on creation
	Unique    [][]string   // groups of field paths that no two records may share
	Create    *WriteCall   // nil: the API cannot
	Update    *WriteCall
	Upsert    *Upsert    // one call that creates or updates by a field
	Delete    *WriteCall // its body, if any, holds only what Only names
	Undelete  *WriteCall
	Partial   bool          // an update leaves alone what it does not name; false: it clears it
	Final     string        // why what was created cannot be deleted; "" where Delete exists
	Reference string        // path of the field that can carry our reference; "" none
	Settle    time.Duration // longest time a committed write stays invisible
	Actions   []Action
	New       []record.Literal // what a new record has where nothing is said, such as its status
	Attach    *Attach          // how files are attached; nil: they cannot be
	Note      *NoteWrite       // how a line that only the account's own people see is written; nil: it cannot be
	// Off says why nothing can be created or updated until somebody confirms it;
	// "" on. Delete and each action say so for themselves.
	Off string
}

// WriteCall is one request that writes a record.
//
// A {place} of its path or query is {key}, the target record's key, or a
// {field} path: the value as mapped, else as the target has it. A field that a
// place names is sent there and not in the body.
type WriteCall struct {
	Call
	Wrap      string           // the body is {"<Wrap>": {record}}; "" the record itself
	Form      bool             // fields are sent as a form; false: JSON
	Only      []string         // the only fields it takes; empty: all of Writes.Fields
	Except    []string         // fields it does not take; what a creation leaves out, an update sends right after
	KeyAs     string           // field of the body that carries the record's own key (in a sub-stream without the parent's); "" none
	Always    []string         // fields that even a partial update must carry
	Fixed     []record.Literal // fields sent with every call
	Answer    []string         // paths where the written record stands in the answer, as in Paging.Records; empty: the answer does not hold it
	Key       string           // path of the new record's key in it; "" as the stream's Key
	Refused   []Refusal        // an answer that says OK but is not
	ReadBack  bool             // the answer proves nothing: the record is read again
	Effects   []Effect         // what reaches people when this call is made
	BatchPath string           // path of the call that takes many records at once; "" none; where it equals Path, one record is a batch of one
	BatchKey  string           // key of the list in its body
	BatchMax  int              // most records in one
	BatchTold BatchTold        // what its answer says of single records
	Poll      *Poll            // the answer only says that the work has begun; nil: it is done
	Off       string           // why this call is switched off until somebody confirms it; "" on
}

// Refusal is what tells, in an answer with a good status, that nothing was
// written or not all.
type Refusal struct {
	Path   string // dotted path into the answer
	Equals string // its text; "" anything but absent, null, false, 0 and empty
	Why    string // for people
}

// BatchTold says how the answer to a batch tells of single records. They are
// known by the value of a field of theirs that the answer repeats, never by
// their place. Paths are dotted.
type BatchTold struct {
	By      string   // the field; "" the answer names no record, and batches are of one
	At      string   // path of its value in an element; "" as By
	Count   string   // path of the number of records taken; "" not said
	Refused []string // paths of lists of the records not taken: objects, or the bare values of By
	Results string   // path of a list with an element for each record; "" none
	Failed  string   // path in such an element that is there and says something where it was refused
	Record  string   // path of the record in an element of Results; "" the element itself, "-" none
	Message string   // path of the reason in an element
}

// Poll is how to learn what became of work that the answer only says has begun.
type Poll struct {
	Call             // may hold {job}
	Job      string  // path of the job's name in the answer
	When     int     // status of an answer that has to be asked after; 0: every good one
	Done     Refusal // tells that it has ended well
	Failed   Refusal // tells that it has ended badly
	Answer   []string
	Every    time.Duration // between two questions
	Within   time.Duration // after that nobody knows what became of it
	Messages []string      // paths of the reason where it failed
}

// Upsert is a write that creates or updates, whichever is due. With KeyAs, the
// key is sent only for a record that is known to be there.
type Upsert struct {
	WriteCall
	By         []string // fields that find the record, tried by the vendor in this order
	CreateOnly []string // fields it takes only when it creates
}

// Action brings a record to a status or does something else with it.
type Action struct {
	Name  string
	About string
	WriteCall
	Fields   []record.Field // what its body takes, beside KeyAs and Fixed
	Required []string       // those that must be given
	Field    string         // the status field it changes; ""
	From     []string       // values it starts from; empty: any
	To       string         // value it ends in; ""
	Final    string         // why it cannot be taken back; "" it can
}

// Effect is something that a person outside would notice. Unless the job
// allows it by name, a call whose record has one of When is sent with the fields
// of Mute, whatever the record says of them; without When where nothing mutes
// it; and is not made at all where there is neither. Nor does anything mute the
// update of a record that has Where already.
type Effect struct {
	Name   string // as in the job's `effects`
	About  string
	When   []string         // paths of the fields whose presence or truth in what is sent brings it about; empty: always
	Where  string           // path that the record must have, sent or there before, for anybody to notice; "" none
	Unless string           // path whose truth in the record keeps it away; ""
	Mute   []record.Literal // fields that mute it; empty: nothing does but leaving When out
}

// CustomWrite says how custom fields are sent by label.
type CustomWrite struct {
	Path  string // field path of the list or object
	Label string // key of the label in an element; both empty: an object keyed by label
	ID    string // key of the id where elements are named by id
	Value string
	Defs  *CustomDefs // where the vendor lists the custom fields there are; nil: nowhere
	// Clear is the action that takes a custom field off a record, and ClearLabel its
	// field for the label; "" an empty text does.
	Clear, ClearLabel string
}

// CustomDefs is the stream that lists the custom fields of an account.
type CustomDefs struct {
	Stream string
	Label  string  // its field with the label
	ID     string  // its field with the id; "" none
	Of     []Param // values of its fields that pick out those of this stream; empty: all
}

// Find is a call that finds records by the value of a field. It may hold
// {field} paths and settings.
type Find struct {
	By []string // the fields it compares; with several, all of them
	Call
	Records []string // see Paging
	Loose   bool     // may bring others too, such as a text search: every record found must be compared
}
