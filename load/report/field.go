package report

import (
	"slices"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/load"
)

// field is a target field that a report counts by.
type field struct {
	steps   []step
	kind    record.Kind
	layouts []string
	label   string // dotted path, and the vendor's label where it has one
}

// step is one name of a path, with the other spellings that answers use.
type step struct{ names []string }

// counted are the fields of an entry that its records are counted and summed by.
type counted struct {
	sums     []field
	status   *field
	currency *field
	date     *field
	unseen   []string // that the target never shows, so that they cannot be summed
}

// countedOf picks the fields by their kinds and by names that are the same
// everywhere: money and quantities, a status, a currency, the first date.
func countedOf(rules *load.Rules, st *connector.Stream) counted {
	var c counted
	if rules == nil || st == nil {
		return c
	}
	for _, r := range rules.Fields {
		if r.Custom {
			continue
		}
		f, spec, shown := resolve(r.Path, st)
		if spec == nil {
			continue
		}
		if !shown {
			if numeric(spec.Kind) {
				c.unseen = append(c.unseen, f.label)
			}
			continue
		}
		name := strings.ToLower(r.Path[len(r.Path)-1])
		switch {
		case numeric(spec.Kind) && !coordinate(name):
			c.sums = append(c.sums, f)
		case spec.Kind == record.List && spec.Of != nil || spec.Kind == record.Object:
			c.sums = append(c.sums, inner(f, spec)...)
		case strings.Contains(name, "currency") && c.currency == nil:
			c.currency = &f
		case (name == "status" || strings.HasSuffix(name, "_status") && c.status == nil) && (spec.Kind == record.String || spec.Kind == record.Integer):
			c.status = &f
		case (spec.Kind == record.Date || spec.Kind == record.DateTime) && c.date == nil:
			c.date = &f
		}
	}
	return c
}

func numeric(k record.Kind) bool { return k == record.Decimal || k == record.Number }

// coordinate tells a place on the map: its sum says nothing.
func coordinate(name string) bool {
	return slices.Contains([]string{"lat", "latitude", "lng", "lon", "long", "longitude"}, name)
}

// resolve finds a path among the fields of a stream; shown tells whether the
// vendor gives the field back.
func resolve(path []string, st *connector.Stream) (f field, spec *record.Field, shown bool) {
	if spec = fill(&f, path, st.Fields); spec != nil {
		return f, spec, true
	}
	if st.Writes != nil {
		f = field{}
		spec = fill(&f, path, st.Writes.Fields)
	}
	return f, spec, false
}

func fill(f *field, path []string, fields []record.Field) (spec *record.Field) {
	for i, name := range path {
		at := slices.IndexFunc(fields, func(have record.Field) bool { return have.Name == name })
		if at < 0 {
			return nil
		}
		spec = &fields[at]
		f.steps = append(f.steps, step{append([]string{spec.Name}, spec.Aliases...)})
		if i < len(path)-1 {
			fields = spec.Fields
			if spec.Kind == record.List && spec.Of != nil {
				fields = spec.Of.Fields
			}
		}
	}
	f.kind, f.layouts, f.label = spec.Kind, spec.Layouts, strings.Join(path, ".")
	if spec.Label != "" {
		f.label = spec.Label
	}
	return spec
}

// inner gives the numbers within a list or an object, such as the lines of an
// invoice.
func inner(f field, spec *record.Field) (all []field) {
	fields := spec.Fields
	if spec.Kind == record.List {
		fields = spec.Of.Fields
	}
	for i := range fields {
		in := &fields[i]
		below := field{steps: append(slices.Clone(f.steps), step{append([]string{in.Name}, in.Aliases...)}), kind: in.Kind, layouts: in.Layouts, label: f.label + ": " + shownName(in)}
		switch {
		case numeric(in.Kind) && !coordinate(strings.ToLower(in.Name)):
			all = append(all, below)
		case in.Kind == record.Object, in.Kind == record.List && in.Of != nil:
			all = append(all, inner(below, in)...)
		}
	}
	return all
}

func shownName(f *record.Field) string {
	if f.Label != "" {
		return f.Label
	}
	return f.Name
}

// each calls fn with every value of the field in a record.
func (f *field) each(v *fastjson.Value, fn func(*fastjson.Value)) { eachAt(f.steps, v, fn) }

func eachAt(steps []step, v *fastjson.Value, fn func(*fastjson.Value)) {
	if v == nil || v.Type() == fastjson.TypeNull {
		return
	}
	if v.Type() == fastjson.TypeArray {
		for _, element := range v.GetArray() {
			eachAt(steps, element, fn)
		}
		return
	}
	if len(steps) == 0 {
		fn(v)
		return
	}
	for _, name := range steps[0].names {
		if in := v.Get(name); in != nil {
			eachAt(steps[1:], in, fn)
			return
		}
	}
}

// none stands for a field without a value.
const none = "(none)"

// text is the field's first value as text.
func (f *field) text(v *fastjson.Value) string {
	got := none
	f.each(v, func(in *fastjson.Value) {
		if got != none {
			return
		}
		if t := textOf(in); t != "" {
			got = t
		}
	})
	return got
}

func textOf(v *fastjson.Value) string {
	if v.Type() == fastjson.TypeString {
		return strings.TrimSpace(string(v.GetStringBytes()))
	}
	return v.String()
}

// month is the month of the field's first value, as 2026-08; a moment with an
// offset counts in UTC.
func (f *field) month(v *fastjson.Value) string {
	text := f.text(v)
	if text == none {
		return none
	}
	for _, layout := range append(slices.Clone(f.layouts), time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly) {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Format("2006-01")
		}
	}
	return "(no date)"
}
