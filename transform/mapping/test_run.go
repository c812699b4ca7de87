package mapping

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// TestResult is the outcome of one example of a mapping.
type TestResult struct {
	File   string
	Pos    // of the test
	Stream string
	Name   string // "" where the test has none
	Failed []TestFailure
}

// OK tells whether the test has passed.
func (t *TestResult) OK() bool { return len(t.Failed) == 0 }

// TestFailure is one value that came out otherwise than wanted.
type TestFailure struct {
	Pos           // of the value wanted
	Field  string // "" the whole record
	Want   string
	Got    string
	Reason string // why the record is dead or skipped
}

// String gives "file:line:column: field: want x, got y" for the i-th failure.
func (t *TestResult) String(i int) string {
	f := t.Failed[i]
	text := fmt.Sprintf("%s:%d:%d: %s: %s: want %s, got %s", t.File, f.Line, f.Column, t.Stream, f.Field, f.Want, f.Got)
	if f.Field == "" {
		text = fmt.Sprintf("%s:%d:%d: %s: want %s, got %s", t.File, f.Line, f.Column, t.Stream, f.Want, f.Got)
	}
	if f.Reason != "" {
		text += " (" + f.Reason + ")"
	}
	return text
}

// RunTests runs the examples of the file; the error is that of Compile.
func (f *File) RunTests(source, target *connector.Spec) ([]TestResult, error) {
	p, err := f.Compile(source, target)
	if err != nil {
		return nil, err
	}
	var out []TestResult
	for _, s := range p.streams {
		w := s.New()
		for _, t := range s.bound.def.Tests {
			r := TestResult{File: f.name, Pos: t.Pos, Stream: s.Name(), Name: t.Name}
			r.run(w, t, p.check.given(s.bound, t))
			out = append(out, r)
		}
	}
	return out, nil
}

func (r *TestResult) run(w *Worker, t *Test, in *Input) {
	var res Result
	outcome := w.Apply(in, &res)
	got := map[Outcome]string{Mapped: "a record", Skipped: "skip", Dead: "reject"}[outcome]
	why := res.Skip
	if outcome == Dead {
		why = strings.TrimPrefix(res.Dead.Field+": "+res.Dead.Reason, ": ")
	}
	if t.Want != "" || outcome != Mapped {
		want := t.Want
		if want == "" {
			want = "a record"
		}
		if got != want {
			r.fail(t.want, "", want, got, why)
		}
		return
	}
	mapped, err := fastjson.ParseBytes(res.JSON)
	if err != nil {
		r.fail(t.want, "", "a record", "no JSON", err.Error())
		return
	}
	for _, e := range t.want.Entries() {
		path, _ := wanted(w.stream.bound.def.Fields, e.Key)
		for _, rule := range w.stream.bound.rules { // a label may hold dots
			if rule.def.Target == e.Key {
				path = rule.target.path
			}
		}
		r.compare(e.Value, e.Key, descend(mapped, path))
	}
}

func descend(n *fastjson.Value, path Path) *fastjson.Value {
	for _, name := range path {
		if n == nil || n.Type() != fastjson.TypeObject {
			return nil
		}
		n = n.Get(name)
	}
	return n
}

func (r *TestResult) fail(at *strictyaml.Node, field, want, got, why string) {
	r.Failed = append(r.Failed, TestFailure{Pos: Pos{at.Line, at.Column}, Field: field, Want: want, Got: got, Reason: why})
}

// compare holds one wanted value against what came out. A key or other marker
// is wanted as it is written in a rule: ref("customers", 5).
func (r *TestResult) compare(want *strictyaml.Node, field string, got *fastjson.Value) {
	switch want.Kind {
	case strictyaml.Map:
		for _, e := range want.Entries() {
			r.compare(e.Value, field+"."+e.Key, descend(got, Path{e.Key}))
		}
	case strictyaml.List:
		var items []*fastjson.Value
		if got != nil && got.Type() == fastjson.TypeArray {
			items, _ = got.Array()
		}
		if len(items) != len(want.Items()) {
			r.fail(want, field, fmt.Sprintf("%d elements", len(want.Items())), fmt.Sprintf("%d elements", len(items)), "")
			return
		}
		for i, item := range want.Items() {
			r.compare(item, fmt.Sprintf("%s[%d]", field, i), items[i])
		}
	case strictyaml.Null:
		if got != nil && got.Type() != fastjson.TypeNull {
			r.fail(want, field, "nothing", shown(got), "")
		}
	default:
		is := shown(got)
		if plain(is) != plain(want.Text()) && asText(got) != want.Text() {
			r.fail(want, field, quote(want.Text()), is, "")
		}
	}
}

func quote(s string) string { return string(appendText(nil, s)) }

// asText is a scalar without its quotes; "" for nothing.
func asText(n *fastjson.Value) string {
	if n == nil || n.Type() == fastjson.TypeNull {
		return ""
	}
	if n.Type() == fastjson.TypeString {
		s, _ := n.StringBytes()
		return string(s)
	}
	return string(n.MarshalTo(nil))
}

// shown writes a value for people; markers as they stand in a rule.
func shown(n *fastjson.Value) string {
	if n == nil {
		return "nothing"
	}
	if ref := n.Get("$ref"); ref != nil {
		return fmt.Sprintf("ref(%q, %q)", asText(ref.Get("stream")), asText(ref.Get("key")))
	}
	if find := n.Get("$find"); find != nil {
		return fmt.Sprintf("find(%q, %s)", asText(find.Get("stream")), find.Get("by"))
	}
	if p := n.Get("$placeholder"); p != nil {
		return fmt.Sprintf("placeholder(%q)", asText(p))
	}
	return string(n.MarshalTo(nil))
}

// plain leaves out quotes and spaces, but only of a marker.
func plain(s string) string {
	for _, name := range []string{"ref(", "find(", "placeholder("} {
		if strings.HasPrefix(s, name) {
			return strings.NewReplacer(`"`, "", " ", "").Replace(s)
		}
	}
	var text string
	if json.Unmarshal([]byte(s), &text) == nil {
		return text
	}
	return s
}
