package mapping

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// targetFields are the fields a rule may write: those of the target stream, or
// of the elements of one of its lists.
type targetFields struct {
	stream *connector.Stream
	fields []record.Field
	custom *connector.CustomWrite // nil within a list
	prefix string                 // of a list: "items[]."
}

// targetsOf are the fields of a stream's writes and those that only its actions
// take.
func targetsOf(s *connector.Stream) *targetFields {
	t := &targetFields{stream: s, fields: slices.Clip(s.Writes.Fields), custom: s.Writes.Custom}
	for _, a := range s.Writes.Actions {
		for _, f := range a.Fields {
			if !slices.ContainsFunc(t.fields, func(x record.Field) bool { return x.Name == f.Name }) {
				t.fields = append(t.fields, f)
			}
		}
	}
	return t
}

// target is a field that a rule writes.
type target struct {
	path   Path
	field  *record.Field // nil: a custom field by label
	order  []int         // its place among the target's fields
	action bool          // it changes only through an action
}

// names lists every path a rule may write.
func (t *targetFields) names() []string {
	var out []string
	for _, f := range connector.Flatten(t.fields) {
		if !f.Field.ReadOnly && !strings.Contains(f.Path, "[]") {
			out = append(out, f.Path)
		}
	}
	return out
}

// find looks up what a rule writes; the mistake is said where it is none.
func (t *targetFields) find(r *Rule) (target, bool) {
	out := target{path: r.Path}
	if label, ok := t.label(r.Path); ok {
		out.path = append(slices.Clone(t.customPath()), label)
		out.order = t.order(t.customPath())
		return out, true
	}
	fields := t.fields
	for i, name := range r.Path {
		at := slices.IndexFunc(fields, func(f record.Field) bool { return f.Name == name })
		if at < 0 {
			return t.missing(r, i, fields)
		}
		f := &fields[at]
		out.order = append(out.order, at)
		if f.ReadOnly {
			r.node.KeyProblem(fmt.Sprintf("target field %q is read-only", r.Path[:i+1]), "remove the rule")
			return out, false
		}
		out.field, fields = f, f.Fields
		if f.Kind == record.List && i+1 < len(r.Path) {
			r.node.KeyProblem(fmt.Sprintf("target field %q is a list", r.Path[:i+1]),
				fmt.Sprintf("write %s: {each: ..., fields: {%s: ...}}", r.Path[:i+1], r.Path[i+1]))
			return out, false
		}
	}
	if out.field != nil && out.field.Kind == record.Object {
		r.node.KeyProblem(fmt.Sprintf("target field %q is an object", r.Path),
			"name the fields in it, such as "+r.Path.String()+"."+firstName(out.field.Fields))
		return out, false
	}
	return out, out.field != nil
}

func firstName(fields []record.Field) string {
	if len(fields) == 0 {
		return "name"
	}
	return fields[0].Name
}

// customPath is where custom fields are written.
func (t *targetFields) customPath() Path {
	if t.custom == nil {
		return nil
	}
	return strings.Split(t.custom.Path, ".")
}

// label takes a path below the custom field as a label; dots belong to it.
func (t *targetFields) label(p Path) (string, bool) {
	at := t.customPath()
	if at == nil || len(p) <= len(at) || !slices.Equal(p[:len(at)], at) {
		return "", false
	}
	return strings.Join(p[len(at):], "."), true
}

func (t *targetFields) order(p Path) []int {
	var out []int
	fields := t.fields
	for _, name := range p {
		at := slices.IndexFunc(fields, func(f record.Field) bool { return f.Name == name })
		if at < 0 {
			return append(out, len(fields))
		}
		out = append(out, at)
		fields = fields[at].Fields
	}
	return out
}

// missing says why a path leads nowhere: read-only, reached by actions, or unknown.
func (t *targetFields) missing(r *Rule, i int, fields []record.Field) (target, bool) {
	path, name := r.Path.String(), r.Path[i]
	if t.prefix == "" && t.reachedByAction(path) {
		f := t.readable(r.Path)
		if f == nil {
			f = &record.Field{Name: name, Kind: record.String}
		}
		if r.By == "" {
			r.node.KeyProblem(fmt.Sprintf("target field %q cannot be written; actions change it", path), "add by: actions to the rule")
			return target{}, false
		}
		return target{path: r.Path, field: f, order: []int{len(t.fields)}, action: true}, true
	}
	if t.prefix == "" && t.readable(r.Path) != nil {
		r.node.KeyProblem(fmt.Sprintf("target field %q is read-only", path), "remove the rule")
		return target{}, false
	}
	if i > 0 && len(fields) == 0 {
		r.node.KeyProblem(fmt.Sprintf("target field %q has no fields in it", r.Path[:i]), "write "+r.Path[:i].String())
		return target{}, false
	}
	message := fmt.Sprintf("unknown target field %q", path)
	if t.prefix != "" {
		message += " in " + strings.TrimSuffix(t.prefix, ".")
	}
	hint := strictyaml.Suggest(path, t.names())
	if i > 0 {
		var near []string
		for _, f := range fields {
			near = append(near, r.Path[:i].String()+"."+f.Name)
		}
		hint = strictyaml.Suggest(path, near)
	}
	r.node.KeyProblem(message, hint)
	return target{}, false
}

func (t *targetFields) reachedByAction(path string) bool {
	return slices.ContainsFunc(t.stream.Writes.Actions, func(a connector.Action) bool { return a.Field == path })
}

// readable finds a field among those the stream gives.
func (t *targetFields) readable(p Path) *record.Field {
	fields := t.stream.Fields
	var out *record.Field
	for _, name := range p {
		at := slices.IndexFunc(fields, func(f record.Field) bool { return f.Name == name })
		if at < 0 {
			return nil
		}
		out, fields = &fields[at], fields[at].Fields
	}
	return out
}

// required complains of groups of which nothing is written.
func (c *check) required(s *boundStream) {
	written := map[string]*boundRule{}
	for _, r := range s.rules {
		for i := range r.target.path {
			written[r.target.path[:i+1].String()] = r
		}
	}
	given := map[string]bool{}
	for _, d := range s.def.Fields { // a rule that is wrong is complained of already
		for i := range d.Path {
			given[d.Path[:i+1].String()] = true
		}
	}
	at := s.def.node.Child("fields")
	for _, g := range requiredGroups(s.target.Writes) {
		if !slices.ContainsFunc(g, func(path string) bool { list, _, _ := strings.Cut(path, "[]"); return given[list] }) {
			at.KeyProblem(fmt.Sprintf("required field %s of %q has no rule", strings.Join(g, " or "), s.target.Name),
				"add a rule for it; "+c.target.Vendor+" refuses the record without it")
			continue
		}
		if only := onlyIf(g, written, func(r *boundRule) bool { return r.def.Set == "empty" }); only != nil {
			only.def.node.Child("set").Problem(fmt.Sprintf("required field %q with set: empty", only.def.Path), "write set: create")
		}
	}
}

// requiredGroups are the fields a creation needs, of each group one.
func requiredGroups(w *connector.Writes) [][]string {
	groups := w.Required
	for _, f := range w.Fields {
		if f.Required && !slices.ContainsFunc(groups, func(g []string) bool { return slices.Contains(g, f.Name) }) {
			groups = append(slices.Clip(groups), []string{f.Name})
		}
	}
	return groups
}

// onlyIf gives a rule of the group where every written one meets the condition.
func onlyIf(group []string, written map[string]*boundRule, bad func(*boundRule) bool) *boundRule {
	var found *boundRule
	for _, path := range group {
		if r := written[path]; r != nil {
			if !bad(r) {
				return nil
			}
			found = r
		}
	}
	return found
}

// left checks what is left out: it must exist, and not be used after all.
func (c *check) left(s *boundStream, targets *targetFields) {
	var sources, writes []string
	for _, f := range connector.Flatten(s.source.Fields) {
		sources = append(sources, f.Path)
	}
	for _, f := range connector.Flatten(s.target.Writes.Fields) {
		writes = append(writes, f.Path)
	}
	written := map[string]bool{}
	for _, r := range s.rules {
		written[r.target.path.String()] = true
	}
	check := func(all []Left, known []string, used map[string]bool, side string) {
		for _, l := range all {
			switch {
			case !slices.Contains(known, l.Name):
				l.node.KeyProblem(fmt.Sprintf("unknown %s field %q", side, l.Name), strictyaml.Suggest(l.Name, known))
			case used[l.Name]:
				l.node.KeyProblem(fmt.Sprintf("%s field %q is left out and mapped", side, l.Name), "remove one of the two")
			}
		}
	}
	check(s.def.Leave, sources, s.scope.used, "source")
	check(s.def.LeaveTarget, writes, written, "target")
}
