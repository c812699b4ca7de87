package filesink

import (
	"strconv"
	"strings"

	"ferry/extract/record"
)

// The kinds of columns that come from no field of their own; they go on where
// the kinds of fields end.
const (
	utcSibling  record.Kind = 100 + iota // the instant of the local DateTime one slot before
	utcDateTime                          // a DateTime that the vendor gives in UTC
	fileSHA256                           // of a File
	fileBytes
)

// node is one column at any depth, compiled from a field. Nodes hold scratch
// memory, so each worker compiles a plan of its own.
type node struct {
	name    string // of the column, unique among its siblings
	key     string // of the value in the vendor's JSON
	path    string // dotted keys from the record, or from the list element that holds it
	field   record.Field
	kind    record.Kind
	layouts []layout
	slot    int // of its cell in the frame
	kids    []*node
	names   *nameTable // of an Object: which kid a key belongs to
	elem    *frame     // of a List
	leaf    leafSpan   // its Parquet leaves

	// Of a Custom outside of lists:
	flat       string              // its name when objects are flattened
	flatPrefix string              // the part of it before its own name
	place      int                 // in the plan's custom, else -1
	seen       map[string]struct{} // labels met; nil: nobody asks
}

// frame is the memory of one record, or of one element of a list: a cell for
// each node outside of further lists.
type frame struct {
	root  *node
	cells []cell
}

// plan is everything compiled from a table's fields.
type plan struct {
	row    frame
	origin []*node // fields found in the record's key, not in its JSON
	custom []*node // Custom nodes outside of lists
}

// compile makes the plan of a table's columns, the system columns excepted.
func compile(fields []record.Field) *plan {
	p := &plan{}
	c := &compiler{plan: p}
	p.row.root = c.object(record.Field{Kind: record.Object, Fields: fields}, "")
	p.row.cells = make([]cell, c.slots)
	return p
}

type compiler struct {
	plan   *plan
	slots  int // cells given out in the frame in work
	inList bool
}

func (c *compiler) slot() int { c.slots++; return c.slots - 1 }

// object compiles an Object field; its path ends with a dot unless it is "".
func (c *compiler) object(f record.Field, path string) *node {
	n := &node{key: f.Name, path: path, field: f, kind: record.Object, slot: c.slot(), names: newNameTable()}
	taken := claim(f.Fields)
	for _, kid := range f.Fields {
		k := c.field(kid, path)
		k.name = taken.unique(columnName(kid), kid.Name)
		n.kids = append(n.kids, k)
		if kid.From != record.FromRecord {
			c.plan.origin = append(c.plan.origin, k)
			continue
		}
		n.names.add(len(n.kids)-1, kid)
		if k.kind == record.DateTime {
			utc := &node{key: kid.Name, path: k.path, kind: utcSibling, slot: c.slot()}
			utc.name = taken.unique(k.name+"_utc", "")
			n.kids = append(n.kids, utc)
		}
	}
	return n
}

// field compiles any field; the cell of a _utc sibling is the one after its own.
func (c *compiler) field(f record.Field, path string) *node {
	full := path + f.Name
	switch {
	case f.Kind == record.Object && len(f.Fields) == 0:
		f.Kind = record.JSON // no file format has an object without members
	case f.Kind == record.DateTime && f.UTC:
		f.Kind = utcDateTime
	}
	switch f.Kind {
	case record.Object:
		return c.object(f, full+".")
	case record.List:
		n := &node{key: f.Name, path: full, field: f, kind: f.Kind, slot: c.slot()}
		n.elem = c.element(f.Of)
		return n
	case record.File:
		n := &node{key: f.Name, path: full, field: f, kind: f.Kind, slot: c.slot()}
		n.kids = []*node{
			{name: "sha256", kind: fileSHA256, slot: c.slot()},
			{name: "bytes", kind: fileBytes, slot: c.slot()},
		}
		return n
	default:
		n := &node{key: f.Name, path: full, field: f, kind: f.Kind, slot: c.slot()}
		n.layouts, n.place = compileLayouts(f), -1
		if f.Kind == record.Custom && !c.inList {
			n.place = len(c.plan.custom)
			c.plan.custom = append(c.plan.custom, n)
		}
		return n
	}
}

// element compiles what a list holds into a frame of its own.
func (c *compiler) element(of *record.Field) *frame {
	f := record.Field{Kind: record.JSON}
	if of != nil {
		f = *of
	}
	f.Name = ""
	in := &compiler{plan: c.plan, inList: true}
	n := in.bare(f)
	n.name = "element"
	return &frame{root: n, cells: make([]cell, in.slots)}
}

// bare compiles an element: its path is empty, since the list counts it. A
// local DateTime has no sibling there, because an element is one value.
func (c *compiler) bare(f record.Field) *node {
	if f.Kind == record.Object && len(f.Fields) > 0 {
		return c.object(f, "")
	}
	return c.field(f, "")
}

// columnName is what a field's column is called.
func columnName(f record.Field) string {
	if f.Kind == record.Custom {
		return "custom"
	}
	return f.Name
}

// namesTaken are the column names in use among siblings, in lower case: some
// readers do not tell cases apart. The value is the field that claimed a name.
type namesTaken map[string]string

// claim gives every field its own name first, so that a derived column never
// pushes a field aside.
func claim(fields []record.Field) namesTaken {
	taken := namesTaken{}
	for _, f := range fields {
		name := strings.ToLower(columnName(f))
		if _, ok := taken[name]; !ok {
			taken[name] = f.Name
		}
	}
	return taken
}

// unique gives the name itself where owner holds it or nobody does, else the
// name with the first free number after it.
func (t namesTaken) unique(name, owner string) string {
	lower := strings.ToLower(name)
	if who, ok := t[lower]; ok && owner != "" && who == owner {
		t[lower] = "\x00taken"
		return name
	}
	for i := 1; ; i++ {
		try := name
		if i > 1 {
			try = name + "_" + strconv.Itoa(i)
		}
		if _, ok := t[strings.ToLower(try)]; !ok {
			t[strings.ToLower(try)] = "\x00taken"
			return try
		}
	}
}

// nameTable finds the kid that a key belongs to. Records repeat the order of
// their keys, so each key's successor is remembered and tried first.
type nameTable struct {
	quoted []string // `"key"` as it stands in the JSON
	kid    []int
	next   []int // next[i+1] is the entry that followed entry i last time
	index  map[string]int
}

func newNameTable() *nameTable { return &nameTable{index: map[string]int{}, next: []int{0}} }

// add enters a field's name and aliases; the first field that claims a key keeps it.
func (t *nameTable) add(kid int, f record.Field) {
	for _, key := range append([]string{f.Name}, f.Aliases...) {
		if _, ok := t.index[key]; ok {
			continue
		}
		t.index[key] = len(t.kid)
		t.quoted = append(t.quoted, `"`+key+`"`)
		t.kid = append(t.kid, kid)
		t.next = append(t.next, len(t.kid))
	}
}
