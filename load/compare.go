package load

import (
	"bytes"
	"encoding/json"
	"sync"
	"time"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// Comparer compares what is wanted of the records of a stream with what the
// target has, field by field, as the target itself would: numbers by value,
// dates as instants, text as its spec says that it folds it, lists in their
// order, custom fields by label. It may be used by many goroutines at once.
type Comparer struct {
	shapes map[string]*shape
	rules  map[string]*Field // by dotted path
}

// parsers are those of comparisons that bring none of their own.
var parsers fastjson.ParserPool

// NewComparer reads what there is to know of a stream and of one entry's rules;
// rules may be nil.
func NewComparer(st *connector.Stream, rules *Rules) *Comparer {
	c := &Comparer{shapes: shapesOf(st), rules: map[string]*Field{}}
	if rules != nil {
		for i := range rules.Fields {
			c.rules[rules.Fields[i].Dotted()] = &rules.Fields[i]
		}
	}
	return c
}

// In makes the comparer take local times for times of that zone, so that they can
// be compared with instants; nil leaves them as they are. It gives c itself, and
// belongs before the first comparison.
func (c *Comparer) In(zone *time.Location) *Comparer {
	for _, s := range c.shapes {
		s.setZone(zone)
	}
	return c
}

// Differ lists the fields of want that now has otherwise, with what it has. Of
// fields that the target never shows it says nothing. A null in want wants the
// field empty. want and now are JSON objects of target fields, custom fields in
// want by label.
func Differ(st *connector.Stream, rules *Rules, want, now json.RawMessage) []Change {
	return NewComparer(st, rules).Differ(want, now)
}

// SameAsSent says whether a record of the target may be what was sent: every
// field sent that it gives back is equal, and there is at least one.
func SameAsSent(st *connector.Stream, rules *Rules, sent, now json.RawMessage) bool {
	return NewComparer(st, rules).SameAsSent(sent, now)
}

// Differ is the function Differ.
func (c *Comparer) Differ(want, now json.RawMessage) []Change {
	var changes []Change
	c.parsed(want, now, func(w, n *fastjson.Value) {
		c.walk(w, n, func(l *leaf) bool {
			if l.shown() && !l.same() {
				changes = append(changes, l.change())
			}
			return true
		})
	})
	return changes
}

// SameAsSent is the function SameAsSent.
func (c *Comparer) SameAsSent(sent, now json.RawMessage) bool {
	same, compared := true, false
	c.parsed(sent, now, func(s, n *fastjson.Value) {
		c.walk(s, n, func(l *leaf) bool {
			if !l.shown() || l.absent || blank(l.want) {
				return true
			}
			compared = true
			same = l.same()
			return same
		})
	})
	return same && compared
}

// parsed parses both objects; what is none has no fields.
func (c *Comparer) parsed(want, now json.RawMessage, fn func(w, n *fastjson.Value)) {
	pw, pn := parsers.Get(), parsers.Get()
	defer parsers.Put(pw)
	defer parsers.Put(pn)
	w, err := pw.ParseBytes(want)
	if err != nil {
		return
	}
	n, err := pn.ParseBytes(now)
	if err != nil {
		n = nil
	}
	fn(w, n)
}

// leaf is one field of a wanted record beside the same of the target's.
type leaf struct {
	sh     *shape
	name   string // where sh is nil
	label  string // of a custom field
	want   *fastjson.Value
	now    *fastjson.Value // nil: not there
	absent bool            // not even null
}

// path is the field as rules name it.
func (l *leaf) path() string {
	switch {
	case l.sh == nil:
		return l.name
	case l.label != "":
		return joinPath(l.sh.path, l.label)
	}
	return l.sh.path
}

// shown says whether the target gives the field back.
func (l *leaf) shown() bool { return l.sh != nil && l.sh.shown && l.sh.kind != record.File }

func (l *leaf) change() Change {
	return Change{Field: l.path(), Old: rawOf(l.now), New: rawOf(l.want)}
}

// rawOf is a value as JSON; null where there is none.
func rawOf(v *fastjson.Value) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	return v.MarshalTo(nil)
}

// same says whether the target has what is wanted.
func (l *leaf) same() bool {
	if l.label != "" {
		return sameValue(customShape, l.want, l.now)
	}
	return sameValue(l.sh, l.want, l.now)
}

// customShape is that of every custom field: text, whatever it holds.
var customShape = &shape{kind: record.String, shown: true}

// scratch is room for canonical texts.
type scratch struct{ a, b []byte }

var scratches = sync.Pool{New: func() any { return &scratch{} }}

// sameValue compares two values of one field.
func sameValue(sh *shape, want, now *fastjson.Value) bool {
	if blank(want) || blank(now) {
		return blank(want) && blank(now)
	}
	switch want.Type() {
	case fastjson.TypeObject:
		if isMarker(want) {
			return false
		}
		return now.Type() == fastjson.TypeObject && sameObject(sh, want, now)
	case fastjson.TypeArray:
		return now.Type() == fastjson.TypeArray && sameList(sh, elements(want), elements(now))
	}
	if now.Type() == fastjson.TypeObject || now.Type() == fastjson.TypeArray {
		return false
	}
	if want.Type() == fastjson.TypeString && now.Type() == fastjson.TypeString && bytes.Equal(text(want), text(now)) {
		return true
	}
	if sh != nil && (sh.kind == record.Date || sh.kind == record.DateTime || sh.kind == record.Time) {
		return sameMoment(sh, want, now)
	}
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	s.a, s.b = appendCanon(s.a[:0], sh, want), appendCanon(s.b[:0], sh, now)
	return bytes.Equal(s.a, s.b)
}

func sameMoment(sh *shape, want, now *fastjson.Value) bool {
	a, b := appendText(nil, want), appendText(nil, now)
	w, ok := sh.moment(string(a))
	n, also := sh.moment(string(b))
	if !ok || !also {
		return bytes.Equal(a, b)
	}
	return w.same(n, sh.day)
}

// sameObject wants every member of want in now.
func sameObject(sh *shape, want, now *fastjson.Value) bool {
	same := true
	want.GetObject().Visit(func(key []byte, v *fastjson.Value) {
		if !same {
			return
		}
		var below *shape
		if sh != nil {
			below = sh.fields[string(key)]
		}
		if below == nil {
			same = sameValue(nil, v, now.Get(string(key)))
			return
		}
		if !below.shown {
			return
		}
		n, _ := below.in(now)
		same = sameValue(below, v, n)
	})
	return same
}

func sameList(sh *shape, want, now []*fastjson.Value) bool {
	if len(want) != len(now) {
		return false
	}
	var of *shape
	if sh != nil {
		of = sh.of
	}
	for i := range want {
		if !sameValue(of, want[i], now[i]) {
			return false
		}
	}
	return true
}

// isMarker says whether a value stands for one that only the load can know.
func isMarker(v *fastjson.Value) bool {
	if v == nil || v.Type() != fastjson.TypeObject {
		return false
	}
	for _, name := range markers {
		if v.Exists(name) {
			return true
		}
	}
	return false
}

var markers = [...]string{"$ref", "$find", "$placeholder"}

// in finds the field in a record of the target, under any of its names.
func (s *shape) in(now *fastjson.Value) (v *fastjson.Value, absent bool) {
	if now == nil || now.Type() != fastjson.TypeObject {
		return nil, true
	}
	if v = now.Get(s.name); v != nil {
		return v, false
	}
	for _, name := range s.aliases {
		if v = now.Get(name); v != nil {
			return v, false
		}
	}
	return nil, true
}
