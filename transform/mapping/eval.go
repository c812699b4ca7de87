package mapping

import (
	"fmt"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// Bounds on what one record may cost; a record past them is a dead letter.
const (
	maxSteps  = 1 << 18  // elements looked at in lists
	maxMemory = 16 << 20 // bytes of text made by expressions
	maxItems  = 1 << 16  // elements of a list made by an expression
)

// root is one staged record while it is mapped.
type root struct {
	base, detail *fastjson.Value // nil: absent; of texts see whole
	key          string
	texts        []string       // instead of base; nil: it is JSON
	fields       []record.Field // of texts
	arena        fastjson.Arena
}

// eval is what the expressions of one worker work on.
type eval struct {
	roots []root
	items []value // elements of the lists that `each` goes through, outermost first
	marks []value // elements that #, .field stand for, and their index and sum
	vars  []value // let
	arena arena
	steps int
	skip  string
	fail  *failure
	all   bool      // go on after a failure
	fails []failure // those that it went on after
	spans []span    // of the values written, one a rule of the stream; empty: nobody asks
	args  []any
	stack []value // arguments of the functions in work
	// transforms are the worker's own: they are not safe for several goroutines.
	transforms []transform
	memos      []memo // of the rules that have one
}

// failure is why a record cannot be mapped.
type failure struct {
	field  string // target path
	reason string // what is wrong, without the value
	origin string // path of the source field, "" where it is a computed value
	value  string // as it was
	do     string
	kind   string // of the Mistake
	rule   int    // number of the rule in the stream, from 1; 0 none
}

// op computes a value; a failure is noted in the eval and the outcome is null.
type op func(*eval) value

// failf notes the first failure of the record.
func (e *eval) failf(do, format string, args ...any) value {
	if e.fail == nil {
		e.fail = &failure{reason: fmt.Sprintf(format, args...), do: do, kind: KindExpression}
	}
	return nothing
}

// misfit notes a source value that does not fit its type in the spec.
func (e *eval) misfit(path string, n *fastjson.Value, t *valueType) value {
	if e.fail == nil {
		e.fail = &failure{
			reason: fmt.Sprintf("%s is no %s", path, t), origin: path, value: string(n.MarshalTo(nil)), kind: KindType,
			do: "correct it at the source, or change the rule that reads it",
		}
	}
	return nothing
}

// step counts work; false: the bound is reached.
func (e *eval) step(n int) bool {
	if e.steps += n; e.steps > maxSteps || e.arena.used > maxMemory {
		e.failf("make the expression simpler", "the expression takes too long or too much memory")
		return false
	}
	return e.fail == nil
}

// scan counts the reading of a text of that length; false: the bound is reached.
func (e *eval) scan(n int) bool { return n < 256 || e.step(n>>8) }

// scanAll is scan for the arguments of a function.
func (e *eval) scanAll(vs []value) bool {
	n := 0
	for i := range vs {
		n += len(vs[i].text)
	}
	return e.scan(n)
}

// each calls do with every element of a list until it answers false.
func (e *eval) each(v value, do func(i int, item value) bool) {
	if v.list != nil {
		for i, item := range *v.list {
			if !do(i, item) {
				return
			}
		}
		return
	}
	if v.node == nil {
		return
	}
	items, err := v.node.Array()
	if err != nil {
		return
	}
	elem := anyType
	if v.typ != nil && v.typ.elem != nil {
		elem = v.typ.elem
	}
	for i, n := range items {
		if !do(i, e.read(n, elem, "element")) || e.fail != nil {
			return
		}
	}
}

// length counts the elements of a list.
func (v *value) length() int {
	if v.list != nil {
		return len(*v.list)
	}
	if v.node != nil {
		items, _ := v.node.Array()
		return len(items)
	}
	return 0
}
