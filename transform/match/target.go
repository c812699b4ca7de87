package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/record"
	"ferry/transform/mapping"
)

// target is something a column can give: a field, one field by which the record
// that a field names is known, a custom field, or a person's name in two fields.
type target struct {
	path    string // as a rule writes it
	field   record.Field
	by      string       // field of the stream that field.Refers names; "" none
	byField record.Field // its type
	list    string       // path of the list of objects that the field lies in; "" none
	inner   string       // its path there
	within  string       // and what the list is called; "" nothing
	custom  *Custom
	actions bool      // only the actions of the stream reach it
	behind  bool      // a lookup by the same name goes before it
	person  [2]string // paths of the fields for the first and the last name
	label   string    // as on the vendor's screens
	phrases []string  // folded: what it is called
	senses  []sense
	depth   int
}

// id names the target in answers and choices.
func (t *target) id() string {
	switch {
	case t.by != "":
		return t.path + ":" + t.by
	case t.person[0] != "":
		return t.person[0] + "+" + t.person[1]
	}
	return t.path
}

// choice writes a target for people who choose.
func (t *target) choice() string {
	switch {
	case t.person[0] != "":
		return t.label
	case t.by != "":
		return fmt.Sprintf("%s, found by %s", t.label, t.by)
	case t.custom != nil:
		return t.label + " (custom field)"
	case t.label == t.path:
		return t.path
	case t.within != "":
		return fmt.Sprintf("%s / %s (%s)", t.within, t.label, t.path)
	}
	return fmt.Sprintf("%s (%s)", t.label, t.path)
}

// idea tells whether the target means it.
func (t *target) idea(names ...string) bool {
	return slices.ContainsFunc(t.senses, func(s sense) bool { return slices.Contains(names, s.idea) })
}

// targets lists everything a column can give to a stream.
func targets(spec *connector.Spec, st *connector.Stream, custom []Custom) []*target {
	b := &targetList{spec: spec, stream: st}
	fields := slices.Clip(st.Writes.Fields)
	for _, a := range st.Writes.Actions {
		for _, f := range a.Fields {
			if a.Field != "" && a.To != "" && !slices.ContainsFunc(fields, func(x record.Field) bool { return x.Name == f.Name }) {
				fields = append(fields, f)
			}
		}
	}
	b.fields(fields, nil, nil)
	b.reached()
	for _, t := range b.all {
		if t.path == st.Writes.Reference {
			t.mean(sense{idea: "reference"})
		}
	}
	b.labelled(custom)
	b.people()
	b.alone()
	return b.all
}

type targetList struct {
	spec   *connector.Spec
	stream *connector.Stream
	all    []*target
	list   *target // the list of objects that is gone through; nil none
}

// fields adds the fields of one level; chain are the objects above, outermost first.
func (b *targetList) fields(fields []record.Field, path mapping.Path, chain []record.Field) {
	names := slices.IndexFunc(fields, func(f record.Field) bool { return f.Refers != nil })
	for _, f := range fields {
		at := append(slices.Clone(path), f.Name)
		switch {
		case f.ReadOnly:
		case f.Kind == record.Object:
			b.fields(f.Fields, at, append(slices.Clone(chain), f))
		case f.Kind == record.List && f.Of != nil && f.Of.Kind == record.Object && b.list == nil:
			b.elements(f, at)
		case f.Refers != nil && b.list == nil:
			b.lookups(f, at, chain)
		case len(chain) > 0 && names >= 0 || !oneValue(f): // the lookup says which record it is
		default:
			b.add(&target{path: at.String(), field: f}, f, chain)
		}
	}
}

// oneValue tells whether a text of a cell can become the field's value.
func oneValue(f record.Field) bool {
	switch f.Kind {
	case record.String, record.Integer, record.Number, record.Decimal, record.Boolean, record.Date, record.DateTime:
		return true
	case record.List:
		return f.Of != nil && f.Of.Kind == record.String
	}
	return false
}

// elements adds the fields of a list of objects: a column can fill one of them.
func (b *targetList) elements(f record.Field, at mapping.Path) {
	b.list = &target{path: at.String(), label: f.Label}
	b.fields(f.Of.Fields, nil, []record.Field{f})
	b.list = nil
}

func (b *targetList) add(t *target, f record.Field, chain []record.Field) {
	if b.list != nil {
		t.list, t.inner, t.within = b.list.path, t.path, b.list.label
		t.path = t.list + "[]." + t.inner
	}
	t.depth = len(chain)
	if t.label = f.Label; t.label == "" {
		t.label = t.path
	}
	t.phrases = phrases(f, chain)
	for _, p := range t.phrases {
		t.mean(words().senses(p)...)
	}
	b.all = append(b.all, t)
}

func (t *target) mean(all ...sense) {
	for _, s := range all {
		if !slices.ContainsFunc(t.senses, func(o sense) bool { return o.owner == s.owner && o.idea == s.idea }) {
			t.senses = append(t.senses, s)
		}
	}
}

// phrases are what a field is called, with the object that it lies in.
func phrases(f record.Field, chain []record.Field) []string {
	own := []string{fold(f.Label), spoken(f.Name)}
	if len(chain) > 0 {
		above := chain[len(chain)-1]
		for _, outer := range []string{fold(above.Label), spoken(above.Name)} {
			if outer == "" {
				continue
			}
			if f.Name == "name" {
				own = append(own, outer)
			}
			own = append(own, outer+" "+spoken(f.Name))
		}
		if f.Label == "" && (f.Name == "id" || f.Name == "name" || f.Name == "type") { // says nothing alone
			own = slices.DeleteFunc(own, func(p string) bool { return p == f.Name })
		}
	}
	own = slices.DeleteFunc(own, func(p string) bool { return p == "" })
	slices.Sort(own)
	return slices.Compact(own)
}

// find gives the field at a dotted path; nil where there is none.
func find(fields []record.Field, path string) *record.Field {
	flat := connector.Flatten(fields)
	if i := slices.IndexFunc(flat, func(f connector.FlatField) bool { return f.Path == path }); i >= 0 {
		return &flat[i].Field
	}
	return nil
}

// reached adds the read-only fields that an action changes, such as unsubscribed.
func (b *targetList) reached() {
	for _, a := range b.stream.Writes.Actions {
		f := find(b.stream.Fields, a.Field)
		if a.Field == "" || a.Off != "" || f == nil || slices.ContainsFunc(b.all, func(t *target) bool { return t.path == a.Field }) {
			continue
		}
		if f.Kind == record.Boolean || f.Kind == record.String {
			b.add(&target{path: a.Field, field: *f, actions: true}, *f, nil)
		}
	}
}

// labelled adds the custom fields of the account.
func (b *targetList) labelled(custom []Custom) {
	if b.stream.Writes.Custom == nil {
		return
	}
	at := strings.Split(b.stream.Writes.Custom.Path, ".")
	for _, c := range custom {
		path := mapping.Path(append(slices.Clone(at), c.Label)).String()
		b.all = append(b.all, &target{path: path, label: c.Label, custom: &c, phrases: []string{fold(c.Label)},
			senses: words().senses(fold(c.Label)), field: record.Field{Kind: record.String}, depth: 1})
	}
}

// people adds a person's name for a first and a last name side by side.
func (b *targetList) people() {
	part := func(idea string) *target {
		for _, t := range b.all {
			if t.by == "" && t.custom == nil && t.list == "" && t.idea(idea) {
				return t
			}
		}
		return nil
	}
	first, last := part("first_name"), part("last_name")
	if first == nil || last == nil {
		return
	}
	t := &target{path: last.path, field: last.field, person: [2]string{first.path, last.path}, label: first.label + " and " + strings.ToLower(last.label[:1]) + last.label[1:]}
	t.mean(sense{idea: "full_name"}, sense{owner: "contact", idea: "full_name"}, sense{owner: "contact"}, sense{owner: "contact", idea: "name"})
	b.all = append(b.all, t)
}
