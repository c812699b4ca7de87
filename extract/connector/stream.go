package connector

import (
	"time"

	"ferry/extract/record"
)

// Stream is a named sequence of records of one kind.
type Stream struct {
	Name    string // "job"; a sub-stream is dotted: "job.report"
	Label   string // as on the vendor's screens
	About   string
	Link    string   // web page of one record; may hold {setting} and {key}; "" unknown
	Key     []string // fields that identify a record, also those from parent or variant; empty only where the stream cannot be read
	Fields  []record.Field
	Filters []Filter // the vendor's own list filters

	List    *List      // nil: the vendor has no list, or this is a sub-stream
	Get     *Get       // one record by {key}; nil: none
	Order   *Order     // an order of the list that never changes; nil: none known
	Cursor  *Cursor    // reads only what changed; nil: the vendor cannot say
	Deleted *Deleted   // lists what was deleted; nil: the vendor cannot say
	Detail  *Detail    // completes a list row; nil: the list row is the record
	File    *FileShape // of a sub-stream: what its records tell of the file they hold; nil: nothing
	Sub     *Sub       // of a sub-stream: how it hangs on its parent
	Finds   []Find     // calls that find records by a field, the best first
	Writes  *Writes    // nil: the API writes nothing here
}

// Call is one request.
type Call struct {
	Method string // GET unless said otherwise
	Path   string // below the base URL, without a leading slash
	Query  []Param
}

// List is how a stream is listed. A user's filter of the same name replaces a
// parameter of Query; on the variants' parameter it picks the one list to read.
type List struct {
	Call
	Paging   Paging
	Variants *Variants // the list is really several lists; nil: one
	Row      RowShape
}

// PagingKind is how the next page is found.
type PagingKind string

// The kinds of paging.
const (
	PageNumber PagingKind = "page"   // a page number, counted from First
	PageOffset PagingKind = "offset" // a number of rows to skip
	PageNone   PagingKind = "none"   // the whole list in one answer
)

// Paging says how pages are asked for and what an answer tells of the whole.
// Paths are dotted paths into the answer; "" where the answer does not say.
type Paging struct {
	Kind       PagingKind
	Param      string // page number or offset
	First      int    // number of the first page: 0 or 1
	SizeParam  string // "" where the server decides the size
	Size       int    // rows asked for; 0 where the server decides: page 1 tells
	Records    []string
	Total      string // total rows
	TotalPages string
	Page       string // echo of the page number
	PageSize   string // echo of the page size
	Rows       string // echo of the number of rows in this page
	// An answer without Total and TotalPages ends at a page shorter than the
	// size (Size, else that of page 1) or empty.
	//
	// Records (here, in Get, Detail and Sub) are the paths where the records
	// may stand: the first that the answer has wins; "" is the answer itself,
	// and so is an empty list.
}

// RowShape is how a record stands in the list; at most one is set.
type RowShape struct {
	Unwrap string   // each row is {"<Unwrap>": {record}}
	Pair   []string // each row is a list; its elements get these names
	Scalar string   // each row is a bare value; it gets this name
}

// Variants are several lists that make one stream, told apart by one parameter.
type Variants struct {
	Param  string
	Values []string
	As     string // name of the field (From: FromVariant) that keeps the value; "" none
	InKey  bool   // As is one of the stream's Key
}

// Get is the call that gives one record by its {key}.
type Get struct {
	Call
	Records []string // see Paging
}

// Order is a list order in which a record never moves: new records come last.
type Order struct {
	Query []Param // asks for it
	// Fields show it: on each page one of them must not go down from row to row.
	// An order that rows do not show is not relied on. A number given in turn, such
	// as the key, shows it at no cost.
	Fields []string
}

// Cursor reads what changed since a moment.
type Cursor struct {
	Param      string         // one of the stream's Filters
	Layout     string         // Go layout of the value
	Zone       *time.Location // zone the value is written in
	Field      string         // field that shows a record's own change time; "" where rows do not
	Resolution time.Duration  // of the vendor's comparison: 1s
	Overlap    time.Duration  // an incremental read starts this much earlier
	// Doubt is how far the vendor's reading of the value may lie from ours, where
	// the documents leave the zone open: both an incremental read and a probe
	// that nothing changed ask this much earlier, on top of the overlap.
	Doubt time.Duration
}

// Deleted lists the deleted records of a stream with extra parameters on its list.
type Deleted struct {
	Query  []Param
	Cursor bool // may be combined with the cursor
}

// Detail is the call that completes a list row.
type Detail struct {
	Call               // may hold {field} of the row
	Records   []string // see Paging
	ChangedBy *ChangedBy
	Always    bool // the row does not show when the detail changes: ask on every run
}

// ChangedBy is a list filter that names records whose details changed though
// their row may not show it, such as reportChangedSince. The value is written
// as the cursor's is.
type ChangedBy struct{ Param string }

// Sub is how the records of a sub-stream are read: one call a parent record.
type Sub struct {
	Parent  string   // stream name
	Call             // may hold {field} of the parent's record
	Records []string // see Paging: a list, or one record
	Paging  *Paging  // the sub-list comes in pages; nil: whole in one answer
	Row     RowShape
	As      string // field (From: FromParent) that keeps the parent's key; part of Key
	// ListedBy narrows the parents: only those that the parent's list returns
	// with these parameters are asked (such as hasPhotos=true). Empty: all.
	ListedBy  []Param
	ChangedBy *ChangedBy // a filter of the parent's list
	Always    bool       // as in Detail
	MissingOK bool       // "not found" means: this parent has none
}

// Filter is one of the vendor's list filters.
type Filter struct {
	Param  string
	About  string
	Kind   record.Kind       // String, Integer, Number, Boolean, Date or DateTime
	Layout string            // how a Date or DateTime is written
	UTC    bool              // a DateTime the vendor takes in UTC; else local to the account's zone
	Enum   []string          // the only values it takes; empty: any
	Means  map[string]string // other spellings of an Enum value, such as records carry it
	Needs  string            // another filter that must be given with it; ""
}
