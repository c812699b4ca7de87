package mapping

import "ferry/extract/strictyaml"

// File is one mapping file as written; nothing in it is resolved against a spec.
type File struct {
	Version     int
	From, To    string // vendors, or paths of their specs
	Streams     []*Stream
	Leave       []Left // source streams left out
	LeaveTarget []Left // target streams left out
	Path        string // where it was read from: lookup files are found beside it; "" for Parse
	Hash        string // of everything that decides what comes out, lookup files included

	name string // as given to Parse
	data []byte
	root *strictyaml.Node
}

// Pos is a place in the file; both count from 1.
type Pos struct{ Line, Column int }

// Stream says how the records of one target stream are made.
type Stream struct {
	Pos
	Name        string   // what ref() calls it
	From        []string // staged streams; the first is the base, the others are joined to it
	On          []Join   // how the others are found
	To          string   // target stream
	Where       string   // boolean expression; "" all
	Match       [][]string
	Reference   string // target field whose first line tells the source record, no two alike; "" none
	Duplicates  string // hold, first or merge
	Fields      []*Rule
	Leave       []Left // source fields left out
	LeaveTarget []Left // target fields left out
	Tests       []*Test
	Hash        string // of this entry and its lookup files, tests and reasons apart

	node *strictyaml.Node
}

// Join says which record of another stream belongs to a base record: the one
// whose Field equals the base's key, or, where it has no such field, the one
// whose key equals the base's Field.
type Join struct {
	Stream string
	Field  string

	node *strictyaml.Node
}

// Left is something left out on purpose.
type Left struct {
	Name   string // a stream, or the path of a field; an object stands for its fields
	Reason string

	node *strictyaml.Node
}

// Rule says how one target field is made. Of Expr, From, Constant and Each at
// most one is given.
type Rule struct {
	Pos
	Path     Path   // of the target field
	Target   string // the path as written
	Expr     string
	From     string // a path or a column name
	Constant *Constant
	Each     string // expression that gives a list; Fields are made of every element
	Fields   []*Rule
	As       string // named transform
	Options  []Option
	Values   []Pair
	Lookup   *Lookup
	Else     Else
	Set      string // always, create or empty
	Blank    string // keep or clear
	Clear    string // the text in From that empties the field; "" none does
	By       string // actions, or ""
	Remark   string // for people

	node, source *strictyaml.Node // the rule, and the value its expression stands in
}

// Constant is a value as written: a scalar, or a list of scalars.
type Constant struct {
	Text   string
	List   []string
	IsList bool
	Null   bool

	node *strictyaml.Node
}

// Option is a setting of a named transform.
type Option struct {
	Name, Value string

	node *strictyaml.Node
}

// Pair is one entry of a value map.
type Pair struct {
	Pos
	From string
	To   Constant

	node *strictyaml.Node
}

// Lookup finds a value in a CSV file or workbook beside the mapping.
type Lookup struct {
	File  string
	Sheet string // of a workbook; "" the first
	Key   string // column
	Value string // column

	node, keyNode, valueNode *strictyaml.Node
}

// ElseKind is what becomes of a value that a value map or lookup does not know.
type ElseKind string

// The kinds of else.
const (
	ElseReject ElseKind = "reject" // the record is a dead letter
	ElseSkip   ElseKind = "skip"   // the record is skipped
	ElseValue  ElseKind = "value"  // Else.Value is written
)

// Else is the else of a value map or lookup.
type Else struct {
	Kind  ElseKind
	Value Constant
	Given bool
}

// Test is an example record with what must come of it.
type Test struct {
	Pos
	Name string
	// Want is "skip" or "reject" where no record must come of it; else "" and
	// the fields compared are in the file.
	Want string

	given, want *strictyaml.Node
}
