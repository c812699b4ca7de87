package connector

import (
	"fmt"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// known reads which list of the account holds the values of a field. The stream
// may stand further down.
func (r *reader) known(n *strictyaml.Node) *record.Known {
	m := n.Map("stream", "field")
	k := &record.Known{Stream: m.Need("stream").Word(), Field: m.Need("field").Word()}
	if k.Stream != "" && k.Field != "" {
		r.later(func() { r.checkKnown(m, k) })
	}
	return k
}

// checkKnown looks up the stream and its field: a list that can be read whole.
func (r *reader) checkKnown(m *strictyaml.Fields, k *record.Known) {
	s, err := r.spec.Stream(k.Stream)
	if err != nil {
		m.Get("stream").Problem(fmt.Sprintf("no stream %q", k.Stream), strictyaml.Suggest(k.Stream, r.spec.Readable()))
		return
	}
	if s.List == nil {
		m.Get("stream").Problem(fmt.Sprintf("stream %s has no list of its own", k.Stream), strictyaml.Suggest(k.Stream, r.spec.Readable()))
		return
	}
	for _, f := range s.Fields {
		switch {
		case f.Name != k.Field:
			continue
		case f.Kind != record.String && f.Kind != record.Integer:
			m.Get("field").Problem(fmt.Sprintf("field %q is %s", f.Name, TypeName(f)), "values are strings or integers")
		case f.Secret:
			m.Get("field").Problem(fmt.Sprintf("field %q is secret", f.Name), "the values are shown to people; choose another field")
		}
		return
	}
	m.Get("field").Problem(fmt.Sprintf("stream %s has no field %q", k.Stream, k.Field), strictyaml.Suggest(k.Field, fieldNames(s.Fields)))
}
