package mapping

import (
	"maps"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
)

func sortedKeys(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// UsesDetails lists what a job must name under `details` so that the records
// of a stream of the mapping are whole: streams whose rows a detail call
// completes, and sub-streams.
func (f *File) UsesDetails(stream string, source *connector.Spec) []string {
	s := f.Stream(stream)
	if s == nil {
		return nil
	}
	var out []string
	for _, name := range s.From {
		if st, err := source.Stream(name); err == nil && (st.Detail != nil || st.Sub != nil) {
			out = append(out, name)
		}
	}
	return out
}

// CheckDetails holds the details a job names against what the mapping needs:
// without them a stream is read only in part, or not at all.
func (f *File) CheckDetails(source *connector.Spec, named []string) error {
	again, err := parse(f.name, f.data)
	if err != nil {
		return err
	}
	for _, s := range again.Streams {
		at := s.node.Child("from")
		for _, need := range again.UsesDetails(s.Name, source) {
			if !slices.Contains(named, need) {
				at.Problem("the fields of "+need+" need details that the job does not read", "add "+need+" to details: in the job file")
			}
		}
	}
	return again.root.Err()
}

// Gap is a field that a mapping neither maps nor leaves out with a reason.
type Gap struct {
	Source bool   // a readable source field; else a writable target field
	Stream string // of the vendor
	Field  string // "" the whole stream
}

// String names the gap as a person looks for it.
func (g Gap) String() string {
	side := "target"
	if g.Source {
		side = "source"
	}
	if g.Field == "" {
		return side + " stream " + g.Stream
	}
	return side + " field " + g.Stream + "." + g.Field
}

// Gaps lists what a shipped mapping may not have: every readable field of the
// source and every writable field of the target is to be mapped, or left out
// with a reason under leave or leave_target. An object stands for its fields.
func (p *Program) Gaps() []Gap {
	return append(p.gaps(true), p.gaps(false)...)
}

func (p *Program) gaps(source bool) []Gap {
	spec, left := p.check.target, p.check.f.LeaveTarget
	if source {
		spec, left = p.check.source, p.check.f.Leave
	}
	var out []Gap
	for _, st := range spec.Streams {
		if slices.ContainsFunc(left, func(l Left) bool { return l.Name == st.Name }) || !source && (st.Writes == nil || st.Writes.Off != "") {
			continue
		}
		named, found := p.named(st, source)
		if !found {
			out = append(out, Gap{source, st.Name, ""})
			continue
		}
		fields := st.Fields
		if !source {
			fields = st.Writes.Fields
		}
		for _, f := range connector.Flatten(fields) {
			if !covered(f.Path, named) && len(f.Field.Fields) == 0 && (f.Field.Of == nil || len(f.Field.Of.Fields) == 0) && (source || !f.Field.ReadOnly) {
				out = append(out, Gap{source, st.Name, f.Path})
			}
		}
	}
	return out
}

// named collects the paths that the streams of the mapping name on one side.
func (p *Program) named(st *connector.Stream, source bool) (map[string]bool, bool) {
	named, found := map[string]bool{}, false
	add := func(left []Left) {
		for _, l := range left {
			named[l.Name] = true
		}
	}
	for _, s := range p.streams {
		switch {
		case source && slices.Contains(s.bound.def.From, st.Name):
			found = true
			if s.bound.def.From[0] == st.Name {
				for path := range s.bound.uses() {
					named[path] = true
				}
				add(s.bound.def.Leave)
			} else {
				for path := range s.bound.scope.merged(st.Name) {
					named[path] = true
				}
			}
		case !source && s.bound.target.Name == st.Name:
			found = true
			writtenPaths(named, "", s.bound.rules)
			add(s.bound.def.LeaveTarget)
		}
	}
	return named, found
}

// uses are the paths of the base record that are read. A field read by label is
// one of them; it may be left out all the same, which is about its other labels.
func (s *boundStream) uses() map[string]bool {
	if len(s.labels) == 0 {
		return s.scope.used
	}
	out := maps.Clone(s.scope.used)
	for _, f := range s.source.Fields {
		if f.Kind == record.Custom {
			out[f.Name] = true
		}
	}
	return out
}

func writtenPaths(into map[string]bool, prefix string, rules []*boundRule) {
	for _, r := range rules {
		path := prefix + r.target.path.String()
		if r.inner != nil {
			writtenPaths(into, path+"[].", r.rules)
			continue
		}
		into[path] = true
		if r.target.field == nil { // a label stands for the custom field
			into[prefix+Path(r.target.path[:len(r.target.path)-1]).String()] = true
		}
	}
}

// covered tells whether a path or one it lies in is named.
func covered(path string, named map[string]bool) bool {
	for p := path; p != ""; {
		if named[p] || named[strings.TrimSuffix(p, "[]")] {
			return true
		}
		i := strings.LastIndexByte(p, '.')
		if i < 0 {
			return false
		}
		p = p[:i]
	}
	return false
}
