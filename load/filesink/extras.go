package filesink

import (
	"encoding/json"
	"strconv"
)

// extras collects what fits no column of one record: the content of _ferry_extra.
type extras struct {
	json []byte // an object without its closing brace; empty where there is nothing
	keys []string
	seen map[string]bool // takes over from keys when there are many
}

const manyExtras = 32

func (e *extras) reset() {
	if len(e.json) == 0 {
		return
	}
	e.json, e.keys = e.json[:0], e.keys[:0]
	clear(e.seen)
}

// add enters a value, which is JSON, under a dotted path. Two different places
// may have one path ("a.b" and a: {b}): the second gets a number, "a.b#2".
func (e *extras) add(key, raw []byte) {
	name := string(key)
	for i := 2; !e.claim(name); i++ {
		name = string(key) + "#" + strconv.Itoa(i)
	}
	if len(e.json) == 0 {
		e.json = append(e.json, '{')
	} else {
		e.json = append(e.json, ',')
	}
	e.json = appendJSONString(e.json, []byte(name))
	e.json = append(e.json, ':')
	e.json = append(e.json, raw...)
}

// claim tells whether the name was free, and takes it.
func (e *extras) claim(name string) bool {
	if len(e.keys) < manyExtras {
		for _, k := range e.keys {
			if k == name {
				return false
			}
		}
		e.keys = append(e.keys, name)
		return true
	}
	if e.seen == nil {
		e.seen = map[string]bool{}
	}
	if len(e.seen) == 0 {
		for _, k := range e.keys {
			e.seen[k] = true
		}
	}
	if e.seen[name] {
		return false
	}
	e.seen[name] = true
	return true
}

// text gives the finished JSON object, nil where nothing was added. It is
// valid until the next add or reset.
func (e *extras) text() []byte {
	if len(e.json) == 0 {
		return nil
	}
	return append(e.json, '}')
}

func validJSON(b []byte) bool { return json.Valid(b) }

func appendIndex(dst []byte, i int) []byte { return strconv.AppendInt(dst, int64(i), 10) }
