package transform

import (
	"bytes"
	"errors"

	"github.com/valyala/fastjson"
)

// errEnough ends a walk whose reader has left.
var errEnough = errors.New("enough")

// fieldDiff finds the fields that differ between two JSON objects.
type fieldDiff struct {
	old, new fastjson.Parser
}

// compare appends to the change every field that differs, those of old first in
// its order, then those that only new has.
func (f *fieldDiff) compare(old, new []byte, c *Change) error {
	a, err := f.old.ParseBytes(old)
	if err != nil {
		return err
	}
	b, err := f.new.ParseBytes(new)
	if err != nil {
		return err
	}
	compareObjects("", a, b, c)
	return nil
}

func compareObjects(path string, a, b *fastjson.Value, c *Change) {
	oa, ob := objectOf(a), objectOf(b)
	if oa == nil || ob == nil || path != "" && (marker(oa) || marker(ob)) {
		old, new := jsonOf(a), jsonOf(b)
		if !bytes.Equal(old, new) {
			c.Fields = append(c.Fields, FieldChange{Path: path, Old: old, New: new})
		}
		return
	}
	oa.Visit(func(key []byte, v *fastjson.Value) {
		compareObjects(below(path, key), v, ob.Get(string(key)), c)
	})
	ob.Visit(func(key []byte, v *fastjson.Value) {
		if oa.Get(string(key)) == nil {
			compareObjects(below(path, key), nil, v, c)
		}
	})
}

func objectOf(v *fastjson.Value) *fastjson.Object {
	if v == nil || v.Type() != fastjson.TypeObject {
		return nil
	}
	o, _ := v.Object() // it is one
	return o
}

// marker says whether an object stands for a value that the load will know.
func marker(o *fastjson.Object) bool {
	return o.Get("$ref") != nil || o.Get("$find") != nil || o.Get("$placeholder") != nil
}

func below(path string, key []byte) string {
	if path == "" {
		return string(key)
	}
	return path + "." + string(key)
}

// jsonOf is a value's JSON, nil where there is none.
func jsonOf(v *fastjson.Value) []byte {
	if v == nil {
		return nil
	}
	return v.MarshalTo(nil)
}
