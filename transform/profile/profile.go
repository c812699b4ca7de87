// Package profile looks at staged records: how far their fields are filled, which
// types occur, how long the texts are, how many distinct values there are, and a
// few samples. It feeds the profile a person reads and the mapping workbook. It
// must never write, make a request, or show a value of a field marked secret.
package profile

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/stage"
)

// Bounds of a profile: memory does not grow with the number of records.
const (
	mostDistinct = 10_000 // values told apart, a field
	mostFields   = 5_000  // fields, for records that use data as keys
	sampleLength = 40
)

// Profile gathers what the records of one stream look like. It is used by one
// goroutine.
type Profile struct {
	Records int
	Deleted int
	fields  map[string]*Field
	order   []string
	known   map[string]record.Field // by flattened path
	samples int
	seed    maphash.Seed
}

// Field is what was seen at one path.
type Field struct {
	Path     string
	Kind     string // of the spec; "" not in the spec
	secret   bool
	Filled   int // records with a value that is not empty
	last     int // number of the record that filled it last
	Types    map[string]int
	Shortest int // in characters; -1 nothing seen
	Longest  int
	distinct map[uint64]struct{}
	Many     bool
	Samples  []string
}

// New begins the profile of a stream with at most so many samples a field.
func New(s *connector.Stream, samples int) *Profile {
	p := &Profile{fields: map[string]*Field{}, known: map[string]record.Field{}, samples: samples, seed: maphash.MakeSeed()}
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

// Add takes one staged record; its detail answer wins key by key.
func (p *Profile) Add(r record.Staged) error {
	if r.Deleted {
		p.Deleted++
		return nil
	}
	members, err := r.Members()
	if err != nil {
		return err
	}
	p.Records++
	for name, v := range members {
		p.walk(name, v)
	}
	return nil
}

func (p *Profile) walk(path string, v any) {
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
func (p *Profile) custom(f record.Field, v any) {
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

func (p *Profile) field(path string) *Field {
	f := p.fields[path]
	if f == nil && len(p.fields) < mostFields {
		spec, known := p.known[path]
		f = &Field{Path: path, secret: spec.Secret, Types: map[string]int{}, Shortest: -1,
			distinct: map[uint64]struct{}{}}
		if known {
			f.Kind = spec.Kind.String()
		} else if strings.HasPrefix(path, "custom.") {
			f.Kind = "custom"
		}
		p.fields[path] = f
		p.order = append(p.order, path)
	}
	return f
}

func (p *Profile) see(path string, v any) {
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
	f.Types[kind]++
	if kind == "null" || text == "" {
		return
	}
	if f.last != p.Records {
		f.last = p.Records
		f.Filled++
	}
	n := len([]rune(text))
	f.Longest = max(f.Longest, n)
	if f.Shortest < 0 || n < f.Shortest {
		f.Shortest = n
	}
	f.tell(maphash.String(p.seed, text), text, p.samples)
}

// tell counts a distinct value and keeps the first few as samples.
func (f *Field) tell(hash uint64, text string, samples int) {
	if _, seen := f.distinct[hash]; seen {
		return
	}
	if len(f.distinct) >= mostDistinct {
		f.Many = true
		return
	}
	f.distinct[hash] = struct{}{}
	if len(f.Samples) >= samples {
		return
	}
	if f.secret {
		f.Samples = []string{"[secret]"}
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
	f.Samples = append(f.Samples, text)
}

// Sorted gives the fields of the spec in its order, then the others by name.
func (p *Profile) Sorted() []*Field {
	var out, others []*Field
	for _, path := range p.order {
		if f := p.fields[path]; f.Kind != "" && f.Kind != "custom" {
			out = append(out, f)
		} else {
			others = append(others, f)
		}
	}
	slices.SortFunc(others, func(x, y *Field) int { return strings.Compare(x.Path, y.Path) })
	return append(out, others...)
}

// TypeText is the type that the spec names.
func (f *Field) TypeText() string {
	if f.Kind == "" {
		return "not in the spec"
	}
	return f.Kind
}

// TypesSeen are the JSON types that occur, sorted.
func (f *Field) TypesSeen() []string {
	var out []string
	for kind := range f.Types {
		out = append(out, kind)
	}
	slices.Sort(out)
	return out
}

// Distinct counts the distinct values; Many says that there are more.
func (f *Field) Distinct() int { return len(f.distinct) }

// Read profiles the staged records of a stream.
func Read(ctx context.Context, st *stage.Stage, account string, s *connector.Stream, samples int) (*Profile, error) {
	p := New(s, samples)
	dec := stage.NewDecoder()
	err := st.Chunks(ctx, account, s.Name, func(c *stage.Chunk) error {
		records, err := c.Decode(dec)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := p.Add(r); err != nil {
				return fmt.Errorf("record %s of %s: %w", r.Key, s.Name, err)
			}
		}
		return ctx.Err()
	})
	return p, err
}
