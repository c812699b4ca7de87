package mapping

import (
	"bytes"
	"slices"

	"github.com/valyala/fastjson"
)

// Input is one staged record to be mapped.
type Input struct {
	Key    string            // of the record in the stage
	Base   []byte            // its JSON
	Texts  []string          // instead of Base, of a stream of texts such as a sheet: one a field of the spec, in its order, in UTF-8; "" absent
	Detail []byte            // the detail answer, which wins key by key; nil: none
	Joined map[string][]byte // records of the merged streams, by stream; absent: their fields are blank
	All    bool              // go on after a mistake, for people who want to hear of all: Result.All and Result.Value
}

// Outcome is what became of a record.
type Outcome uint8

// The outcomes.
const (
	Mapped  Outcome = iota + 1 // Result.JSON
	Skipped                    // Result.Skip
	Dead                       // Result.Dead
)

// Result takes the outcome of one record. JSON is good until the next Apply.
type Result struct {
	JSON []byte
	Skip string // why the record is skipped
	Dead Letter
	All  []Mistake // with Input.All: why it is dead, Dead first, in the order of the target's fields

	made  []byte // JSON, also of a record that is dead
	spans []span // with Input.All: where the values stand in made, one a rule
}

// span is a piece of text; the zero value is none.
type span struct{ from, to int }

// Value gives what the i-th of ProgramStream.Fields was made, as JSON; nil where
// it is left out. It is known where the record was applied with Input.All, also of
// a record that is dead, and good until the next Apply.
func (r *Result) Value(i int) []byte {
	if i >= len(r.spans) || r.spans[i].to == 0 {
		return nil
	}
	return r.made[r.spans[i].from:r.spans[i].to]
}

// Letter is why a record cannot be mapped.
type Letter struct {
	Reason string // never holds the value
	Field  string // target path; "" the whole record
	Origin string // source path, or the expression
	Value  string // as it was; for the dead letter only, never for a log
	Do     string // what to do
}

// Mistake is a letter among several of one record.
type Mistake struct {
	Letter
	Kind string // stable, for programs: a Kind constant, or the name of the transform that refused the value
	Rule int    // which of ProgramStream.Fields; -1 none
}

// The kinds of mistakes beside the names of transforms.
const (
	KindValues     = "values"     // not among the values or in the lookup of the rule
	KindEnum       = "enum"       // the target does not know it
	KindType       = "type"       // of another type than the spec says
	KindExpression = "expression" // an expression cannot be worked out
	KindRecord     = "record"     // the record itself, or where
)

// Worker maps the records of one stream, one after another.
type Worker struct {
	stream  *ProgramStream
	eval    eval
	parsers []parserPair
}

type parserPair struct{ base, detail fastjson.Parser }

// Apply maps one record into res, whose buffer is used again.
func (w *Worker) Apply(in *Input, res *Result) Outcome {
	e := &w.eval
	e.arena.reset()
	e.fail, e.skip, e.steps, e.all = nil, "", 0, in.All
	e.fails = e.fails[:0]
	e.items, e.args, e.stack = e.items[:0], e.args[:0], e.stack[:0]
	res.JSON, res.Skip, res.All = res.JSON[:0], "", res.All[:0]
	e.spans = res.spans[:0]
	if in.All {
		e.spans = slices.Grow(e.spans, len(w.stream.bound.rules))[:len(w.stream.bound.rules)]
		clear(e.spans)
	}
	res.spans = e.spans
	if !w.read(in) {
		return w.dead(res)
	}
	if where := w.stream.bound.where; where != nil {
		v := where(e)
		switch {
		case e.fail != nil:
			e.fail.origin, e.fail.kind = firstOf(e.fail.origin, w.stream.bound.def.Where), KindRecord
			return w.dead(res)
		case v.null:
			res.Skip = "where is neither true nor false: a value in it is absent"
			return Skipped
		case v.class != truth:
			e.failf("write a condition", "where gave no boolean")
			e.fail.kind = KindRecord
			return w.dead(res)
		case v.num == 0:
			res.Skip = "where does not hold"
			return Skipped
		}
	}
	out, _ := w.stream.tree.writeObject(e, res.JSON)
	res.JSON, res.made = out, out
	switch {
	case e.fail != nil || len(e.fails) > 0:
		return w.dead(res)
	case e.skip != "":
		res.Skip = e.skip
		res.JSON = res.JSON[:0]
		return Skipped
	}
	return Mapped
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// read parses the bodies of a record.
func (w *Worker) read(in *Input) bool {
	base := &w.eval.roots[0]
	base.key, base.texts = in.Key, in.Texts
	if !w.parse(&w.parsers[0].base, in.Base, &base.base) || !w.parse(&w.parsers[0].detail, in.Detail, &base.detail) {
		return false
	}
	for i, j := range w.stream.bound.scope.joined {
		if !w.parse(&w.parsers[i+1].base, in.Joined[j.name], &w.eval.roots[i+1].base) {
			return false
		}
	}
	return true
}

func (w *Worker) parse(p *fastjson.Parser, body []byte, into **fastjson.Value) bool {
	*into = nil
	if len(bytes.TrimSpace(body)) == 0 {
		return true
	}
	v, err := p.ParseBytes(body)
	if err != nil {
		w.eval.failf("read the record again from the source", "the staged record is no JSON")
		w.eval.fail.kind = KindRecord
		return false
	}
	*into = v
	return true
}

func (w *Worker) dead(res *Result) Outcome {
	e := &w.eval
	if e.fail != nil {
		e.fails = append(e.fails, *e.fail)
	}
	res.JSON = res.JSON[:0]
	res.Dead = w.letter(&e.fails[0])
	if e.all {
		res.All = append(res.All, Mistake{res.Dead, e.fails[0].kind, e.fails[0].rule - 1})
		for i := range e.fails[1:] {
			f := &e.fails[1+i]
			res.All = append(res.All, Mistake{w.letter(f), f.kind, f.rule - 1})
		}
	}
	return Dead
}

func (w *Worker) letter(f *failure) Letter {
	l := Letter{Reason: f.reason, Field: f.field, Origin: f.origin, Value: f.value, Do: f.do}
	if l.Value == "" && f.origin != "" {
		w.eval.fail = nil
		l.Value = w.valueAt(f.origin)
	}
	return l
}

// valueAt gives what stands at a path of the record, for the dead letter.
func (w *Worker) valueAt(path string) string {
	s := &scope{check: w.stream.bound.scope.check, base: w.stream.bound.scope.base, joined: w.stream.bound.scope.joined,
		stream: w.stream.bound, used: map[string]bool{}}
	ch, ok := s.column(path)
	if !ok {
		return ""
	}
	v := s.reader(ch)(&w.eval)
	if v.null {
		return ""
	}
	return string([]byte(w.eval.textOf(v)))
}
