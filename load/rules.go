package load

import (
	"strings"

	"ferry/extract/record"
)

// Rules is one entry of the mapping as the load sees it.
type Rules struct {
	Name       string     // what references call it
	Source     string     // staged stream
	Part       string     // tells several entries made of one source apart
	Target     string     // stream of the target
	Match      [][]string // target field paths, tried in order; within one all must agree
	Duplicates Duplicates
	Reference  string // path of the field whose first line carries the source key; "" none
	Tells      string // path of the field whose first line, as it is mapped, tells the source record; "" none, or not known
	Fields     []Field
	Left       []string // source fields left out, "path: reason", for people
	Hash       uint64   // of the mapping's rules and lookups as they are now: stage.MappedEntry.Hash of what they make; 0: not known
}

// Duplicates says what becomes of source records that are alike in a match key.
type Duplicates string

// The ways with source records alike.
const (
	HoldDuplicates  Duplicates = "hold"
	FirstDuplicate  Duplicates = "first"
	MergeDuplicates Duplicates = "merge"
)

// Field is what is the same for every record of one rule.
type Field struct {
	Path    []string // of the target field; of a custom field the last step is its label
	Set     SetWhen
	Clear   bool // blank: clear, so that null in a mapped record empties the field
	Actions bool // reached by the spec's actions
	Custom  bool
	Refs    string // the entry that a ref names; ""
	Finds   string // the stream of the target that a find looks in; ""
	AtOnce  bool   // a ref without which the target creates nothing: see Needs
	Kind    record.Kind
}

// SetWhen says when a field is written.
type SetWhen string

// When a field is written.
const (
	SetAlways SetWhen = "always"
	SetCreate SetWhen = "create" // by creations only
	SetEmpty  SetWhen = "empty"  // where the target has nothing there
)

// Dotted is the field's path as mappings write it.
func (f *Field) Dotted() string { return strings.Join(f.Path, ".") }
