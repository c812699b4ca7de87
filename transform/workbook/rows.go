package workbook

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/transform/mapping"
	"ferry/transform/profile"
)

// Sides are the specs that a mapping stands between, and what is known of the
// source's data.
type Sides struct {
	Source, Target *connector.Spec
	// Profiles of source streams by name; a stream that has none gets no samples.
	Profiles map[string]*profile.Profile
}

// row is one line of a sheet.
type row struct {
	cells
	Label, Sample, Filled string
	Target, TargetLabel   string
	Type, Required        string
	Remark                string
	open                  bool // neither carried over nor left out on purpose
}

// remarked writes the rule of a row with its remark.
func (r *row) remarked() (string, error) {
	text, err := r.ruleText()
	remark := strings.TrimSpace(r.Remark)
	if err != nil || remark == "" {
		return text, err
	}
	if inner, ok := strings.CutSuffix(text, "}"); ok && strings.HasPrefix(text, "{") {
		return inner + ", remark: " + scalar(remark) + "}", nil
	}
	expr := strings.TrimSpace(r.Rule)
	if expr == "" {
		expr = strings.TrimSpace(r.Source)
	}
	return "{expr: " + scalar(expr) + ", remark: " + scalar(remark) + "}", nil
}

// rowsOf lists the target's fields with their rules in the order of the target,
// then the fields of the base record that no rule uses.
func rowsOf(p *mapping.ProgramStream, sides Sides) []row {
	s, target := p.Def(), p.Target()
	var rows []row
	rules := map[string]*mapping.Rule{}
	for _, r := range s.Fields {
		rules[r.Path.String()] = r
	}
	left := reasons(s.LeaveTarget)
	sources := sides.sources(s)
	if target.Writes != nil {
		for _, field := range writable(target.Writes.Fields, "") {
			r := row{Target: field.Path, TargetLabel: field.Field.Label, Type: connector.TypeName(field.Field), Required: required(target.Writes, field.Path)}
			if rule := rules[field.Path]; rule != nil {
				delete(rules, field.Path)
				r.fill(rule, sources)
			} else if within(rules, field.Path) {
				continue
			} else {
				r.leave(left, field.Path)
			}
			rows = append(rows, r)
		}
	}
	for _, rule := range s.Fields { // labels, and what no spec knows
		if rules[rule.Path.String()] != nil {
			r := row{Target: rule.Path.String(), Type: "custom"}
			r.fill(rule, sources)
			rows = append(rows, r)
		}
	}
	return append(rows, unusedRows(p, sources)...)
}

// writable lists what a write takes, one row a value: objects are opened, lists
// and custom fields are one.
func writable(fields []record.Field, path string) []connector.FlatField {
	var out []connector.FlatField
	for _, f := range fields {
		at := f.Name
		if path != "" {
			at = path + "." + f.Name
		}
		if f.Kind == record.Object {
			out = append(out, writable(f.Fields, at)...)
			continue
		}
		out = append(out, connector.FlatField{Path: at, Field: f})
	}
	return out
}

// within tells that rules set something inside the field, such as a custom label.
func within(rules map[string]*mapping.Rule, path string) bool {
	for p := range rules {
		if strings.HasPrefix(p, path+".") || strings.HasPrefix(p, path+"[") {
			return true
		}
	}
	return false
}

func required(w *connector.Writes, path string) string {
	for _, group := range w.Required {
		if !slices.Contains(group, path) {
			continue
		}
		if len(group) == 1 {
			return "yes"
		}
		return "one of " + strings.Join(group, ", ")
	}
	return ""
}

func reasons(left []mapping.Left) map[string]string {
	out := map[string]string{}
	for _, l := range left {
		out[l.Name] = l.Reason
	}
	return out
}

// leave marks a field that has no rule: left out with its reason, or open.
func (r *row) leave(left map[string]string, path string) {
	for at := path; ; {
		if reason, ok := left[at]; ok {
			r.Rule, r.Remark = leftOut, reason
			return
		}
		end := strings.LastIndexByte(at, '.')
		if end < 0 {
			r.open = true
			return
		}
		at = at[:end]
	}
}

func (r *row) fill(rule *mapping.Rule, sources []sourceField) {
	r.cells, r.Remark = cellsOf(rule), rule.Remark
	for _, s := range sources {
		if s.path == r.Source {
			r.Label, r.Sample, r.Filled = s.label, s.sample, s.filled
		}
	}
}

// sourceField is a field of the base stream or, with the stream before it, of a
// joined one.
type sourceField struct {
	path, label, sample, filled string
	joined                      bool
}

func (sides Sides) sources(s *mapping.Stream) []sourceField {
	var out []sourceField
	for i, name := range s.From {
		stream, err := sides.Source.Stream(name)
		if err != nil {
			continue // the check of the mapping says so
		}
		prefix := ""
		if i > 0 {
			prefix = name + "."
		}
		samples, filled := sides.samples(name)
		for _, f := range connector.Flatten(stream.Fields) {
			if f.Field.Kind == record.Object || strings.Contains(f.Path, "[]") {
				continue
			}
			out = append(out, sourceField{prefix + f.Path, f.Field.Label, samples[f.Path], filled[f.Path], i > 0})
		}
	}
	return out
}

// samples gives a sample and the fill rate by field.
func (sides Sides) samples(stream string) (samples, filled map[string]string) {
	samples, filled = map[string]string{}, map[string]string{}
	p := sides.Profiles[stream]
	if p == nil {
		return samples, filled
	}
	for _, f := range p.Sorted() {
		samples[f.Path] = strings.Join(f.Samples, " | ")
		if p.Records > 0 {
			filled[f.Path] = fmt.Sprintf("%.1f%%", 100*float64(f.Filled)/float64(p.Records))
		}
	}
	return samples, filled
}

// unusedRows are the fields of the base record that no rule uses.
func unusedRows(p *mapping.ProgramStream, sources []sourceField) []row {
	left, uses := reasons(p.Def().Leave), p.Uses()
	var rows []row
	for _, src := range sources {
		if src.joined || slices.ContainsFunc(uses, func(u string) bool { return covers(u, src.path) }) {
			continue
		}
		r := row{cells: cells{Source: src.path}, Label: src.label, Sample: src.sample, Filled: src.filled}
		r.leave(left, src.path)
		rows = append(rows, r)
	}
	return rows
}

// covers tells that using a path uses the field: itself, one inside it, or the
// object around it.
func covers(used, field string) bool {
	return used == field || strings.HasPrefix(field, used+".") || strings.HasPrefix(used, field+".") || strings.HasPrefix(used, field+"[")
}
