package check

import (
	"strings"

	"github.com/valyala/fastjson"

	"ferry/transform/mapping"
)

// namesWords are names with what is said of a cell that they lack.
type namesWords struct {
	*Names
	none, several words
}

// find asks for the names that a find looks in; false where they are not known.
func (p *plan) find(f mapping.Find) bool {
	place := f.Stream + "\x00" + strings.Join(f.By, "\x00") + "\x00"
	if known, asked := p.names[place]; asked {
		return known != nil
	}
	if p.names == nil {
		p.names = map[string]*namesWords{}
	}
	p.names[place] = nil
	if p.cfg.Names == nil {
		return false
	}
	n := p.cfg.Names(f)
	if n == nil {
		return false
	}
	p.names[place] = &namesWords{Names: n,
		none: words{kind: kindNotFound, why: "none of the " + n.label + " in the account has this " + n.by,
			do: "correct the cell, or make the record in the account first", names: n},
		several: words{kind: kindSeveral, why: "several of the " + n.label + " in the account have this " + n.by,
			do: "make them differ in the account, or name the record by something that it alone has"},
	}
	return true
}

// finds looks up the records that a value names.
func (j *judge) finds(b *batch, column, i int, made []byte, shown string) {
	if v, err := j.parser.ParseBytes(made); err == nil {
		j.findsIn(b, column, i, v, shown)
	}
}

func (j *judge) findsIn(b *batch, column, i int, v *fastjson.Value, shown string) {
	switch v.Type() {
	case fastjson.TypeArray:
		list, _ := v.Array() // it is a list
		for _, v := range list {
			j.findsIn(b, column, i, v, shown)
		}
	case fastjson.TypeObject:
		if find := v.Get("$find"); find != nil {
			if w := j.found(find); w.kind != "" && !j.decided(i, find) {
				j.add(b, column, i, w, shown)
			}
			return
		}
		v.GetObject().Visit(func(_ []byte, v *fastjson.Value) { j.findsIn(b, column, i, v, shown) })
	}
}

// found looks one record up. Where the rule has a placeholder for it, one that is not
// there is no mistake: somebody is asked what stands for it.
func (j *judge) found(find *fastjson.Value) words {
	by := find.GetObject("by")
	if by == nil {
		return words{}
	}
	j.place = append(append(j.place[:0], find.GetStringBytes("stream")...), 0)
	by.Visit(func(name []byte, _ *fastjson.Value) { j.place = append(append(j.place, name...), 0) })
	names := j.names[string(j.place)]
	if names == nil {
		return words{}
	}
	key, at := append(j.buf[:0], 0)[:0], 0
	by.Visit(func(_ []byte, v *fastjson.Value) {
		if key != nil {
			key = names.fold(key, at, j.textIn(v))
		}
		at++
	})
	count := 0
	if key != nil {
		count, j.buf = names.has(key), key
	}
	switch {
	case count > 1:
		return names.several
	case count == 0 && !find.Exists("placeholder"):
		return names.none
	}
	return words{}
}

func (j *judge) textIn(v *fastjson.Value) []byte {
	if v.Type() == fastjson.TypeString {
		return v.GetStringBytes()
	}
	j.text = v.MarshalTo(j.text[:0])
	return j.text
}

// decided tells whether somebody has said which record a find means.
func (j *judge) decided(i int, find *fastjson.Value) bool {
	if j.cfg.Decided == nil {
		return false
	}
	var parts []string
	find.GetObject("by").Visit(func(_ []byte, v *fastjson.Value) { parts = append(parts, string(j.textIn(v))) })
	return j.cfg.Decided(j.fields[i].path, strings.Join(parts, ", "))
}
