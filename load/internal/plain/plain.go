// Package plain tells people what a record is: its name, its number, its fields
// as text. It goes by the names and kinds of fields that a connector spec gives,
// never by vendor, and must never show a field that the spec marks secret.
package plain

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/record"
)

// Hidden stands for a secret.
const Hidden = "••••••"

// longestLabel is how many letters of a name are shown.
const longestLabel = 120

// Field names that hold what people call a record by, in lower case without
// underscores: the best first.
var (
	nameFields   = []string{"name", "fullname", "displayname", "businessname", "companyname", "company", "title", "subject", "label"}
	numberFields = []string{"number", "num", "no", "code", "reference", "ref", "myid"}
)

// Reader reads records; it belongs to one goroutine.
type Reader struct{ parser fastjson.Parser }

// Label is what people call a record: its name or subject, else its number, else
// "". raw is a JSON object.
func (r *Reader) Label(raw []byte) string {
	o := r.object(raw)
	if o == nil {
		return ""
	}
	if text := first(o, nameFields); text != "" {
		return shorten(text)
	}
	person := strings.TrimSpace(first(o, []string{"firstname"}) + " " + first(o, []string{"lastname"}))
	if person != "" {
		return shorten(person)
	}
	ending := ""
	o.Visit(func(key []byte, v *fastjson.Value) {
		if ending == "" && strings.HasSuffix(squeeze(string(key)), "name") {
			ending = text(v)
		}
	})
	if ending != "" {
		return shorten(ending)
	}
	return shorten(first(o, numberFields))
}

// Number is the number that people know a record by, "" where it has none.
func (r *Reader) Number(raw []byte) string {
	if o := r.object(raw); o != nil {
		return first(o, numberFields)
	}
	return ""
}

func (r *Reader) object(raw []byte) *fastjson.Object {
	v, err := r.parser.ParseBytes(raw)
	if err != nil {
		return nil
	}
	o, err := v.Object()
	if err != nil {
		return nil
	}
	return o
}

// first gives the text of the first field that is there and not blank.
func first(o *fastjson.Object, names []string) string {
	found := make([]string, len(names))
	o.Visit(func(key []byte, v *fastjson.Value) {
		name := squeeze(string(key))
		for i, want := range names {
			if name == want && found[i] == "" {
				found[i] = text(v)
			}
		}
	})
	for _, t := range found {
		if t != "" {
			return t
		}
	}
	return ""
}

func squeeze(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// text is a text or a number as people read it; "" for anything else.
func text(v *fastjson.Value) string {
	switch v.Type() {
	case fastjson.TypeString:
		return strings.TrimSpace(string(v.GetStringBytes()))
	case fastjson.TypeNumber:
		return v.String()
	}
	return ""
}

func shorten(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if letters := []rune(text); len(letters) > longestLabel {
		return string(letters[:longestLabel-1]) + "…"
	}
	return text
}

// Value is a JSON value as people read it: text without quotation marks, nothing
// for null, and the marks of a mapping in words.
func Value(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	switch raw[0] {
	case '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	case '{':
		if words := marked(raw); words != "" {
			return words
		}
	}
	var out bytes.Buffer
	if json.Compact(&out, raw) == nil {
		return out.String()
	}
	return string(raw)
}

// marked tells what a reference stands for, "" where raw is none.
func marked(raw []byte) string {
	var m struct {
		Ref *struct {
			Stream string
			Key    string
		} `json:"$ref"`
		Find *struct {
			Stream string
			By     map[string]json.RawMessage
		} `json:"$find"`
		Placeholder *string `json:"$placeholder"`
	}
	if json.Unmarshal(raw, &m) != nil {
		return ""
	}
	switch {
	case m.Ref != nil:
		return m.Ref.Stream + " " + m.Ref.Key
	case m.Find != nil:
		var by []string
		for _, name := range slices.Sorted(maps.Keys(m.Find.By)) {
			by = append(by, name+" "+Value(m.Find.By[name]))
		}
		return m.Find.Stream + " with " + strings.Join(by, " and ")
	case m.Placeholder != nil:
		return *m.Placeholder
	}
	return ""
}

// Pair is one field of a record.
type Pair struct {
	Path string // dotted
	Text string
}

// Pairs gives the fields of a record that have a value, in its order; objects
// are opened, lists stay JSON. Secrets, by dotted path, are Hidden.
func (r *Reader) Pairs(raw []byte, secrets map[string]bool) []Pair {
	v, err := r.parser.ParseBytes(raw)
	if err != nil {
		return nil
	}
	var pairs []Pair
	open(&pairs, "", v, secrets)
	return pairs
}

func open(to *[]Pair, path string, v *fastjson.Value, secrets map[string]bool) {
	if v.Type() == fastjson.TypeObject && (path == "" || v.Get("$ref") == nil && v.Get("$find") == nil && v.Get("$placeholder") == nil) {
		v.GetObject().Visit(func(key []byte, inner *fastjson.Value) {
			at := string(key)
			if path != "" {
				at = path + "." + at
			}
			open(to, at, inner, secrets)
		})
		return
	}
	shown := Value(v.MarshalTo(nil))
	if shown == "" {
		return
	}
	if secrets[path] {
		shown = Hidden
	}
	*to = append(*to, Pair{path, shown})
}

// Secrets lists the dotted paths of the secret fields of a stream; nil for none.
func Secrets(fields []record.Field) map[string]bool {
	found := map[string]bool{}
	addSecrets(found, "", fields)
	if len(found) == 0 {
		return nil
	}
	return found
}

func addSecrets(to map[string]bool, above string, fields []record.Field) {
	for _, f := range fields {
		path := f.Name
		if above != "" {
			path = above + "." + path
		}
		if f.Secret {
			to[path] = true
			for _, alias := range f.Aliases {
				to[strings.TrimSuffix(path, f.Name)+alias] = true
			}
		}
		addSecrets(to, path, f.Fields)
	}
}

// Count writes a number with its thousands parted: 12,345.
func Count(n int) string {
	text := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return sign + text
}
