package job

import (
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// keys reads where the keys of streams come from that are asked record by
// record. Whether the files hold them is seen when they are read.
func (r *reader) keys(n *strictyaml.Node, spec *connector.Spec) map[string]Keys {
	if !n.Given() {
		return nil
	}
	out := map[string]Keys{}
	for _, e := range n.Entries() {
		if spec == nil || r.keyed(e, spec) {
			out[e.Key] = r.keysFrom(e.Value)
		}
	}
	return out
}

// keyed tells whether the records of a stream can be asked for by keys.
func (r *reader) keyed(e strictyaml.Entry, spec *connector.Spec) bool {
	s := findStream(spec, e.Key)
	switch {
	case s == nil:
		e.Value.KeyProblem(fmt.Sprintf("%s has no stream %q", spec.Vendor, e.Key), strictyaml.Suggest(e.Key, topStreams(spec)))
	case s.Sub != nil:
		e.Value.KeyProblem(fmt.Sprintf("%q is read with the records of %s", e.Key, s.Sub.Parent),
			fmt.Sprintf("give the keys of %s, and write %s under details", s.Sub.Parent, e.Key))
	case s.Get == nil:
		e.Value.KeyProblem(fmt.Sprintf("%s cannot give a record of %q by its key", spec.Vendor, e.Key), "remove the key")
	default:
		return true
	}
	return false
}

// topStreams lists the streams that are no part of another.
func topStreams(spec *connector.Spec) []string {
	return slices.DeleteFunc(spec.StreamNames(), func(name string) bool { return findStream(spec, name).Sub != nil })
}

// keysFrom reads one source of keys: a path, a file with its column and sheet,
// or a field of another stage.
func (r *reader) keysFrom(n *strictyaml.Node) Keys {
	const hint = "write the path of a CSV file or workbook, {file, column, sheet}, or {stage, stream, field}"
	switch {
	case n.Kind == strictyaml.Null:
		n.Problem("empty", hint)
		return Keys{}
	case n.Kind == strictyaml.Scalar:
		return Keys{File: r.filled(n, r.path(n), hint)}
	case n.Kind == strictyaml.Map && n.Child("file") == nil && n.Child("stage") == nil:
		m := n.Map("file", "column", "sheet", "stage", "stream", "field")
		m.Node().Problem("neither a file nor a stage is named", hint)
		return Keys{}
	case n.Child("file") != nil:
		m := n.Map("file", "column", "sheet")
		return Keys{
			File:   r.filled(m.Get("file"), r.path(m.Get("file")), hint),
			Column: r.named(m.Get("column")),
			Sheet:  r.named(m.Get("sheet")),
		}
	}
	m := n.Map("stage", "stream", "field")
	return Keys{
		Stage:  r.filled(m.Need("stage"), r.path(m.Get("stage")), hint),
		Stream: r.named(m.Need("stream")),
		Field:  r.named(m.Need("field")),
	}
}

// named reads a text that must not be empty where it is given.
func (r *reader) named(n *strictyaml.Node) string {
	return r.filled(n, r.text(n), "write a name, or remove the key")
}

// filled complains where a scalar that was written is empty; a placeholder
// without a value has been complained of already.
func (r *reader) filled(n *strictyaml.Node, value, hint string) string {
	if n.Given() && n.Kind == strictyaml.Scalar && n.Text() == "" {
		n.Problem("empty", hint)
	}
	return value
}

// fitKeys looks at what keys have to do with the rest of the job.
func (r *reader) fitKeys(m *strictyaml.Fields, s Source) {
	for _, e := range m.Get("keys").Entries() {
		if _, good := s.Keys[e.Key]; !good {
			continue
		}
		if !slices.Contains(s.Streams, e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("stream %q is not read", e.Key), "add it to streams or remove its keys")
			continue
		}
		if filter := m.Get("filters").Child(e.Key); filter != nil {
			filter.KeyProblem(fmt.Sprintf("%q is read by keys, and the filters of a list do not apply", e.Key), "remove its filter or its keys")
		}
	}
}

// otherStage complains of keys that come from the stage of this very job.
func (r *reader) otherStage(source *strictyaml.Node, j *Job) {
	for _, e := range source.Child("keys").Entries() {
		if k := j.Source.Keys[e.Key]; k.Stage != "" && k.Stage == j.Stage {
			e.Value.Child("stage").Problem("this is the stage that the job itself writes", "name the stage of another job")
		}
	}
}
