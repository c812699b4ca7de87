package load

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// Resolve puts the target's keys in the place of a mapped record's markers, and
// people's decisions in that of values. What cannot be resolved is left out of
// fields and has a reason in missing. Without anything to resolve fields is
// mapped itself. A key is written as the kind of its field: a number for an
// integer; within lists, whose elements rules do not describe, a key that reads
// as an integer is one.
func Resolve(mapped json.RawMessage, rules *Rules, r Resolver) (fields json.RawMessage, missing []Reason) {
	if !mayMark(mapped) && r.Values() == nil {
		return mapped, nil
	}
	p := parsers.Get()
	defer parsers.Put(p)
	v, err := p.ParseBytes(mapped)
	if err != nil || v.Type() != fastjson.TypeObject {
		return mapped, nil
	}
	w := resolving{rules: rules, r: r, values: r.Values()}
	out, _ := w.object(make([]byte, 0, len(mapped)), v, "")
	return out, w.missing
}

// mayMark says whether a mapped record may hold markers. Dollars are rare.
func mayMark(mapped []byte) bool {
	return bytes.IndexByte(mapped, '$') >= 0 && bytes.Contains(mapped, []byte(`"$`))
}

// resolving is one Resolve at work.
type resolving struct {
	rules   *Rules
	r       Resolver
	values  Values
	missing []Reason
}

// value appends a value; kept is false where it is left out.
func (w *resolving) value(b []byte, v *fastjson.Value, path string) (out []byte, kept bool) {
	switch v.Type() {
	case fastjson.TypeObject:
		if isMarker(v) {
			return w.marker(b, v, path)
		}
		return w.object(b, v, path)
	case fastjson.TypeArray:
		b = append(b, '[')
		any := false
		for i, e := range elements(v) {
			mark := len(b)
			if any {
				b = append(b, ',')
			}
			if b, kept = w.value(b, e, path+"["+strconv.Itoa(i)+"]"); !kept {
				b = b[:mark]
			}
			any = any || kept
		}
		return append(b, ']'), true
	case fastjson.TypeString, fastjson.TypeNumber, fastjson.TypeTrue, fastjson.TypeFalse:
		if w.values == nil {
			break
		}
		to, decided := w.values.of(general(path), string(appendText(nil, v)))
		if !decided {
			break
		}
		if to == "" {
			return b, false
		}
		return w.key(b, record.Key(to), path), true
	}
	return v.MarshalTo(b), true
}

// object appends an object. One that loses all its members is left out.
func (w *resolving) object(b []byte, v *fastjson.Value, path string) (out []byte, kept bool) {
	b = append(b, '{')
	any, had := false, false
	v.GetObject().Visit(func(name []byte, member *fastjson.Value) {
		had = true
		mark := len(b)
		if any {
			b = append(b, ',')
		}
		b = append(appendQuoted(b, string(name)), ':')
		var wrote bool
		if b, wrote = w.value(b, member, joinPath(path, string(name))); !wrote {
			b = b[:mark]
		}
		any = any || wrote
	})
	return append(b, '}'), any || !had || path == ""
}

// marker appends what a marker stands for.
func (w *resolving) marker(b []byte, v *fastjson.Value, path string) (out []byte, kept bool) {
	field, stand := general(path), ""
	var key record.Key
	var why *Reason
	switch {
	case v.Exists("$ref"):
		ref := v.Get("$ref")
		stand = string(ref.GetStringBytes("placeholder"))
		key, why = w.r.Ref(path, string(ref.GetStringBytes("stream")), record.Key(ref.GetStringBytes("key")))
	case v.Exists("$find"):
		find := v.Get("$find")
		stand = string(find.GetStringBytes("placeholder"))
		f := findingOf(find)
		key, why = w.r.Find(path, f)
		if to, decided := w.values.of(field, f.Value()); why != nil && decided {
			key, why = record.Key(to), nil
		}
	default:
		stand = string(v.GetStringBytes("$placeholder"))
	}
	if stand != "" && (why == nil && key == "" || why != nil && why.Code == CodeNotFound) {
		to, decided := w.values.of(field, stand)
		if !decided {
			why = undecided(field, stand)
		} else {
			key, why = record.Key(to), nil
		}
	}
	if why != nil {
		w.missing = append(w.missing, *why)
		return b, false
	}
	if key == "" {
		return b, false
	}
	return w.key(b, key, path), true
}

func undecided(field, value string) *Reason {
	return &Reason{Code: CodeUndecided, Text: fmt.Sprintf("nobody has said what %q stands for", value), Field: field, Value: value,
		Do: "choose a value in the sheet Values"}
}

func findingOf(find *fastjson.Value) Finding {
	f := Finding{Stream: string(find.GetStringBytes("stream"))}
	if by := find.Get("by"); by != nil {
		f.By = by.MarshalTo(nil)
	}
	return f
}

// key appends a key or a decided value as the kind of its field.
func (w *resolving) key(b []byte, key record.Key, path string) []byte {
	kind := record.JSON
	if w.rules != nil {
		for i := range w.rules.Fields {
			if w.rules.Fields[i].is(path) {
				kind = w.rules.Fields[i].Kind
				break
			}
		}
	}
	switch kind {
	case record.Integer, record.Number, record.Decimal:
		if isNumber(string(key)) {
			return append(b, key...)
		}
	case record.Boolean:
		if key == "true" || key == "false" {
			return append(b, key...)
		}
	case record.JSON, record.List:
		if len(key) < 19 && isNumber(string(key)) && !strings.ContainsAny(string(key), ".eE+") {
			return append(b, key...)
		}
	}
	return appendQuoted(b, string(key))
}

// is says whether a dotted path is the field's.
func (f *Field) is(path string) bool {
	for i, step := range f.Path {
		rest, ok := strings.CutPrefix(path, step)
		if !ok {
			return false
		}
		if i == len(f.Path)-1 {
			return rest == ""
		}
		if path, ok = strings.CutPrefix(rest, "."); !ok {
			return false
		}
	}
	return false
}

// isNumber says whether text is a number as JSON writes it.
func isNumber(text string) bool {
	return json.Valid([]byte(text)) && text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9')
}

// general is a path without the places in its lists: items[2].id is items[].id.
func general(path string) string {
	if !strings.Contains(path, "[") {
		return path
	}
	var b strings.Builder
	for path != "" {
		before, rest, in := strings.Cut(path, "[")
		b.WriteString(before)
		if !in {
			break
		}
		b.WriteString("[]")
		_, path, _ = strings.Cut(rest, "]")
	}
	return b.String()
}

// appendQuoted appends text as a JSON string.
func appendQuoted(b []byte, text string) []byte {
	plain := true
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		return append(append(append(b, '"'), text...), '"')
	}
	quoted, err := json.Marshal(text)
	if err != nil {
		return append(b, `""`...) // no text fails to be written
	}
	return append(b, quoted...)
}
