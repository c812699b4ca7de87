package mapping

import (
	"bytes"

	"github.com/valyala/fastjson"
)

// Input is one staged record to be mapped.
type Input struct {
	Key    string            // of the record in the stage
	Base   []byte            // its JSON
	Detail []byte            // the detail answer, which wins key by key; nil: none
	Joined map[string][]byte // records of the merged streams, by stream; absent: their fields are blank
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
}

// Letter is why a record cannot be mapped.
type Letter struct {
	Reason string // never holds the value
	Field  string // target path; "" the whole record
	Origin string // source path, or the expression
	Value  string // as it was; for the dead letter only, never for a log
	Do     string // what to do
}

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
	e.fail, e.skip, e.steps = nil, "", 0
	e.items, e.args, e.stack = e.items[:0], e.args[:0], e.stack[:0]
	res.JSON, res.Skip = res.JSON[:0], ""
	if !w.read(in) {
		return w.dead(res)
	}
	if where := w.stream.bound.where; where != nil {
		v := where(e)
		switch {
		case e.fail != nil:
			e.fail.origin = firstOf(e.fail.origin, w.stream.bound.def.Where)
			return w.dead(res)
		case v.null:
			res.Skip = "where is neither true nor false: a value in it is absent"
			return Skipped
		case v.class != truth:
			e.failf("write a condition", "where gave no boolean")
			return w.dead(res)
		case v.num == 0:
			res.Skip = "where does not hold"
			return Skipped
		}
	}
	out, _ := w.stream.tree.writeObject(e, res.JSON)
	res.JSON = out
	switch {
	case e.fail != nil:
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
	base.key = in.Key
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
		return false
	}
	*into = v
	return true
}

func (w *Worker) dead(res *Result) Outcome {
	f := w.eval.fail
	res.JSON = res.JSON[:0]
	res.Dead = Letter{Reason: f.reason, Field: f.field, Origin: f.origin, Value: f.value, Do: f.do}
	if res.Dead.Value == "" && f.origin != "" {
		w.eval.fail = nil
		res.Dead.Value = w.valueAt(f.origin)
	}
	return Dead
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
