package connector

import (
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// refers reads which stream's key a field holds, and by which fields people name
// a record of it. The stream may stand further down.
func (r *reader) refers(n *strictyaml.Node) *record.Refers {
	m := n.Map("stream", "by")
	to := &record.Refers{Stream: m.Need("stream").Word()}
	for _, item := range listOrOne(m.Need("by")) {
		name := item.Word()
		if slices.Contains(to.By, name) && name != "" {
			item.Problem(fmt.Sprintf("%q is named twice", name), "remove one")
		}
		to.By = append(to.By, name)
	}
	if by := m.Get("by"); by != nil && by.Kind == strictyaml.List && len(to.By) == 0 {
		by.Problem("no field", "name the fields by which people know such a record")
	}
	if to.Stream != "" {
		r.later(func() { r.checkRefers(m, to) })
	}
	return to
}

// checkRefers looks up the stream and its fields: one whose records can be looked
// through, told apart by one field.
func (r *reader) checkRefers(m *strictyaml.Fields, to *record.Refers) {
	s, err := r.spec.Stream(to.Stream)
	switch {
	case err != nil:
		m.Get("stream").Problem(fmt.Sprintf("no stream %q", to.Stream), strictyaml.Suggest(to.Stream, r.spec.Readable()))
		return
	case s.List == nil:
		m.Get("stream").Problem(fmt.Sprintf("stream %s has no list of its own", to.Stream), "its records could not be found by name; choose another")
		return
	case len(s.Key) != 1:
		m.Get("stream").Problem(fmt.Sprintf("the key of stream %s has %d fields", to.Stream, len(s.Key)), "one field cannot hold it; choose another")
		return
	}
	flat := Flatten(s.Fields)
	for i, item := range listOrOne(m.Get("by")) {
		at := slices.IndexFunc(flat, func(f FlatField) bool { return f.Path == to.By[i] })
		switch {
		case to.By[i] == "":
		case at < 0:
			item.Problem(fmt.Sprintf("stream %s has no field %q", to.Stream, to.By[i]), strictyaml.Suggest(to.By[i], fieldNames(s.Fields)))
		case flat[at].Field.Kind != record.String && flat[at].Field.Kind != record.Integer:
			item.Problem(fmt.Sprintf("field %q is %s", to.By[i], TypeName(flat[at].Field)), "people name records by strings or integers")
		case flat[at].Field.Secret:
			item.Problem(fmt.Sprintf("field %q is secret", to.By[i]), "it would be compared with what people write; choose another field")
		}
	}
}
