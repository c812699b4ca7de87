package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// Bounds of a profile: memory does not grow with the number of records.
const (
	mostDistinct = 10_000 // values told apart, a field
	mostFields   = 5_000  // fields, for records that use data as keys
	sampleLength = 40
)

// profile gathers what the records of one stream look like. It is used by one
// goroutine.
type profile struct {
	records int
	deleted int
	fields  map[string]*fieldProfile
	order   []string
	known   map[string]record.Field // by flattened path
	samples int
	seed    maphash.Seed
}

// fieldProfile is what was seen at one path.
type fieldProfile struct {
	path         string
	kind         string // of the spec; "" not in the spec
	secret       bool
	filled       int // records with a value that is not empty
	last         int // number of the record that filled it last
	types        map[string]int
	shortest     int // in characters; -1 nothing seen
	longest      int
	distinct     map[uint64]struct{}
	manyDistinct bool
	samples      []string
}

func newProfile(s *connector.Stream, samples int) *profile {
	p := &profile{fields: map[string]*fieldProfile{}, known: map[string]record.Field{}, samples: samples, seed: maphash.MakeSeed()}
	for _, f := range connector.Flatten(s.Fields) {
		p.known[f.Path] = f.Field
		if f.Field.Kind == record.List && f.Field.Of != nil {
			p.known[f.Path+"[]"] = *f.Field.Of
		}
		if f.Field.Kind != record.Object && f.Field.Kind != record.List && f.Field.Kind != record.Custom {
			p.field(f.Path)
		}
	}
	return p
}

// add takes one staged record; its detail answer wins key by key.
func (p *profile) add(r record.Staged) error {
	if r.Deleted {
		p.deleted++
		return nil
	}
	members, err := membersOf(r)
	if err != nil {
		return err
	}
	p.records++
	for name, v := range members {
		p.walk(name, v)
	}
	return nil
}

// membersOf decodes a record with its detail answer laid over it.
func membersOf(r record.Staged) (map[string]any, error) {
	members := map[string]any{}
	for _, body := range [][]byte{r.Raw, r.Detail} {
		if len(body) == 0 {
			continue
		}
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var layer map[string]any
		if err := dec.Decode(&layer); err != nil {
			return nil, fmt.Errorf("the staged record is no JSON object: %w", err)
		}
		for k, v := range layer {
			members[k] = v
		}
	}
	return members, nil
}

func (p *profile) walk(path string, v any) {
	f, known := p.known[path]
	switch {
	case known && f.Kind == record.Custom:
		p.custom(f, v)
		return
	case v == nil && known && (f.Kind == record.Object || f.Kind == record.List):
		return // the fields inside are counted as not filled
	}
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			p.walk(path+"."+name, inner)
		}
	case []any:
		for _, inner := range v {
			p.walk(path+"[]", inner)
		}
	default:
		p.see(path, v)
	}
}

// custom takes a list of labelled values, or an object keyed by label.
func (p *profile) custom(f record.Field, v any) {
	if members, ok := v.(map[string]any); ok {
		for label, value := range members {
			p.see("custom."+label, value)
		}
		return
	}
	list, _ := v.([]any)
	for _, item := range list {
		if m, ok := item.(map[string]any); ok {
			p.see(fmt.Sprintf("custom.%v", m[f.Custom.Label]), m[f.Custom.Value])
		}
	}
}

func (p *profile) field(path string) *fieldProfile {
	f := p.fields[path]
	if f == nil && len(p.fields) < mostFields {
		spec, known := p.known[path]
		f = &fieldProfile{path: path, secret: spec.Secret, types: map[string]int{}, shortest: -1,
			distinct: map[uint64]struct{}{}}
		if known {
			f.kind = spec.Kind.String()
		} else if strings.HasPrefix(path, "custom.") {
			f.kind = "custom"
		}
		p.fields[path] = f
		p.order = append(p.order, path)
	}
	return f
}

func (p *profile) see(path string, v any) {
	f := p.field(path)
	if f == nil {
		return
	}
	text, kind := "", "null"
	switch v := v.(type) {
	case string:
		text, kind = v, "text"
	case json.Number:
		text, kind = v.String(), "number"
	case bool:
		text, kind = fmt.Sprint(v), "boolean"
	case map[string]any:
		text, kind = "{}", "object"
	case []any:
		text, kind = "[]", "list"
	}
	f.types[kind]++
	if kind == "null" || text == "" {
		return
	}
	if f.last != p.records {
		f.last = p.records
		f.filled++
	}
	n := len([]rune(text))
	f.longest = max(f.longest, n)
	if f.shortest < 0 || n < f.shortest {
		f.shortest = n
	}
	f.tell(maphash.String(p.seed, text), text, p.samples)
}

// tell counts a distinct value and keeps the first few as samples.
func (f *fieldProfile) tell(hash uint64, text string, samples int) {
	if _, seen := f.distinct[hash]; seen {
		return
	}
	if len(f.distinct) >= mostDistinct {
		f.manyDistinct = true
		return
	}
	f.distinct[hash] = struct{}{}
	if len(f.samples) >= samples {
		return
	}
	if f.secret {
		f.samples = []string{"[secret]"}
		return
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, text)
	if r := []rune(text); len(r) > sampleLength {
		text = string(r[:sampleLength-3]) + "..."
	}
	f.samples = append(f.samples, text)
}

// sorted gives the fields of the spec in its order, then the others by name.
func (p *profile) sorted() []*fieldProfile {
	var out, others []*fieldProfile
	for _, path := range p.order {
		if f := p.fields[path]; f.kind != "" && f.kind != "custom" {
			out = append(out, f)
		} else {
			others = append(others, f)
		}
	}
	slices.SortFunc(others, func(x, y *fieldProfile) int { return strings.Compare(x.path, y.path) })
	return append(out, others...)
}

func (f *fieldProfile) typeText() string {
	if f.kind == "" {
		return "not in the spec"
	}
	return f.kind
}

func (f *fieldProfile) typesSeen() []string {
	var out []string
	for kind := range f.types {
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}

func (f *fieldProfile) lengths() string {
	switch {
	case f.shortest < 0:
		return "-"
	case f.shortest == f.longest:
		return count(f.longest)
	}
	return count(f.shortest) + "-" + count(f.longest)
}

func (f *fieldProfile) distinctText() string {
	if f.manyDistinct {
		return ">" + count(len(f.distinct))
	}
	return count(len(f.distinct))
}
