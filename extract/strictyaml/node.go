package strictyaml

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is what a Node holds.
type Kind uint8

// The kinds of values.
const (
	Bad    Kind = iota // not allowed here and complained of already; no method complains again
	Null               // a key without a value
	Scalar             // text, number or boolean, kept as written
	Map
	List
)

// Node is one value of a file. Every method may be called on a nil Node, which
// is an absent value: it answers the zero value and writes no complaint.
type Node struct {
	Kind   Kind
	Line   int    // where the value begins
	Column int    //
	Path   string // such as streams.customer.key[0]

	keyLine, keyColumn int // of the key the value stands under
	text               string
	quoted             bool
	entries            []Entry
	items              []*Node
	doc                *document
}

// Entry is one key of a map with its value.
type Entry struct {
	Key   string
	Value *Node // never nil; Kind Null where nothing follows the key
}

// Err gives every problem found in the file so far as *Problems sorted by
// position, or nil.
func (n *Node) Err() error {
	if n == nil {
		return nil
	}
	return n.doc.err()
}

// Given tells whether the value stands in the file.
func (n *Node) Given() bool { return n != nil }

// Quoted tells whether a scalar was written in quotes or as a block of text.
func (n *Node) Quoted() bool { return n != nil && n.quoted }

// Problem notes a mistake in this value.
func (n *Node) Problem(message, hint string) {
	if n == nil {
		return
	}
	n.doc.add(Problem{Line: max(n.Line, 1), Column: max(n.Column, 1), Path: n.Path, Message: message, Hint: hint})
}

// KeyProblem notes a mistake in the key this value stands under.
func (n *Node) KeyProblem(message, hint string) {
	if n == nil {
		return
	}
	n.doc.add(Problem{Line: max(n.keyLine, 1), Column: max(n.keyColumn, 1), Path: n.Path, Message: message, Hint: hint})
}

// Text gives a scalar exactly as written, without its quotes: 0123 stays 0123.
func (n *Node) Text() string {
	if !n.want(Scalar, "text") {
		return ""
	}
	return n.text
}

// Word is Text that must not be empty.
func (n *Node) Word() string {
	s := n.Text()
	if n != nil && n.Kind == Scalar && strings.TrimSpace(s) == "" {
		n.Problem("empty", "write a value or remove the key")
	}
	return s
}

// Int gives a whole decimal number.
func (n *Node) Int() int {
	if !n.want(Scalar, "a whole number") {
		return 0
	}
	i, err := strconv.Atoi(n.text)
	if err != nil || n.quoted {
		n.Problem("must be a whole number", "")
		return 0
	}
	return i
}

// Bool gives true or false; yes, no, on, off, 0 and 1 are mistakes.
func (n *Node) Bool() bool {
	if !n.want(Scalar, "true or false") {
		return false
	}
	if n.quoted || (n.text != "true" && n.text != "false") {
		n.Problem("must be true or false", "")
		return false
	}
	return n.text == "true"
}

// Choice gives Text that must be one of known; else the nearest is named.
func (n *Node) Choice(known ...string) string {
	s := n.Text()
	if n == nil || n.Kind != Scalar || slices.Contains(known, s) {
		return s
	}
	n.Problem(fmt.Sprintf("unknown value %q", s), Suggest(s, known))
	return ""
}

// Items gives the values of a list.
func (n *Node) Items() []*Node {
	if !n.want(List, "a list") {
		return nil
	}
	return n.items
}

// Texts gives a list of scalars; a single scalar counts as a list of one.
func (n *Node) Texts() []string {
	if n != nil && n.Kind == Scalar {
		return []string{n.text}
	}
	var out []string
	for _, item := range n.Items() {
		out = append(out, item.Text())
	}
	return out
}

// Entries gives the keys and values of a map whose keys the file is free to
// choose, in the order of the file.
func (n *Node) Entries() []Entry {
	if !n.want(Map, "keys with values") {
		return nil
	}
	return n.entries
}

// Child gives the value under a key of a map; nil, without a complaint, where
// there is none.
func (n *Node) Child(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for _, e := range n.entries {
		if e.Key == key {
			return e.Value
		}
	}
	return nil
}

// Map takes the value as a map with these keys; any other key is a mistake.
// The answer is never nil, so that Get and Need can follow at once.
func (n *Node) Map(known ...string) *Fields {
	f := &Fields{node: n}
	for _, e := range n.Entries() {
		if !slices.Contains(known, e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("unknown key %q", e.Key), Suggest(e.Key, known))
		}
	}
	return f
}

// want tells whether the node is of that kind and complains where it is not.
func (n *Node) want(kind Kind, name string) bool {
	switch {
	case n == nil, n.Kind == Bad:
		return false
	case n.Kind == kind:
		return true
	case n.Kind == Null:
		n.Problem("empty: must be "+name, "write a value or remove the key")
	default:
		n.Problem(fmt.Sprintf("must be %s, not %s", name, kindNames[n.Kind]), "")
	}
	return false
}

var kindNames = [...]string{"", "nothing", "a single value", "keys with values", "a list"}

// Fields is a map whose keys are declared.
type Fields struct{ node *Node }

// Node gives the map itself; nil where it is absent.
func (f *Fields) Node() *Node { return f.node }

// Get gives the value of a key, nil where it is not given.
func (f *Fields) Get(key string) *Node { return f.node.Child(key) }

// Need gives the value of a key; where it is not given that is a mistake of the map.
func (f *Fields) Need(key string) *Node {
	v := f.Get(key)
	if v == nil && f.node != nil && f.node.Kind == Map {
		f.node.KeyProblem(fmt.Sprintf("key %q is missing", key), "")
	}
	return v
}
