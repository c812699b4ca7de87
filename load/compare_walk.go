package load

import (
	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// walk calls fn for every field of a wanted record until fn gives false. The
// leaf is valid until fn returns.
func (c *Comparer) walk(want, now *fastjson.Value, fn func(*leaf) bool) {
	walkFields(c.shapes, want, now, &leaf{}, fn)
}

func walkFields(shapes map[string]*shape, want, now *fastjson.Value, l *leaf, fn func(*leaf) bool) bool {
	if want == nil || want.Type() != fastjson.TypeObject {
		return true
	}
	more := true
	want.GetObject().Visit(func(key []byte, w *fastjson.Value) {
		if !more {
			return
		}
		sh := shapes[string(key)]
		if sh == nil {
			*l = leaf{name: string(key), want: w, absent: true}
			more = fn(l)
			return
		}
		n, absent := sh.in(now)
		if w.Type() == fastjson.TypeObject && !isMarker(w) {
			switch sh.kind {
			case record.Object:
				more = walkFields(sh.fields, w, n, l, fn)
				return
			case record.Custom:
				more = walkCustom(sh, w, n, absent, l, fn)
				return
			}
		}
		*l = leaf{sh: sh, want: w, now: n, absent: absent}
		more = fn(l)
	})
	return more
}

func walkCustom(sh *shape, want, now *fastjson.Value, absent bool, l *leaf, fn func(*leaf) bool) bool {
	more := true
	want.GetObject().Visit(func(label []byte, w *fastjson.Value) {
		if !more {
			return
		}
		*l = leaf{sh: sh, label: string(label), want: w, now: sh.labelled(now, string(label)), absent: absent}
		more = fn(l)
	})
	return more
}

// labelled finds a custom field by its label.
func (s *shape) labelled(now *fastjson.Value, label string) *fastjson.Value {
	if now == nil {
		return nil
	}
	if now.Type() == fastjson.TypeObject {
		return now.Get(label)
	}
	name, value := s.custom.Label, s.custom.Value
	if now.Type() != fastjson.TypeArray || name == "" {
		return nil
	}
	for _, e := range elements(now) {
		if string(e.GetStringBytes(name)) == label {
			return e.Get(value)
		}
	}
	return nil
}
