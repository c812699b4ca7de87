package connector

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// typeDef is a type of the section types, resolved when it is first needed.
type typeDef struct {
	node  *strictyaml.Node
	state uint8 // 0 untouched, 1 being resolved, 2 resolved
	field record.Field
}

func (r *reader) readTypes(n *strictyaml.Node) {
	entries := n.Entries()
	for _, e := range entries {
		if _, isKind := record.ParseKind(e.Key); isKind || !streamName.MatchString(e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("%q cannot name a type", e.Key), "choose another name")
			continue
		}
		r.types[e.Key] = &typeDef{node: e.Value}
		r.typeNames = append(r.typeNames, e.Key)
	}
	for _, name := range r.typeNames {
		r.namedType(name, r.types[name].node)
	}
}

// namedType gives the type of that name; at is where it is asked for.
func (r *reader) namedType(name string, at *strictyaml.Node) record.Field {
	def := r.types[name]
	switch def.state {
	case 1:
		at.Problem(fmt.Sprintf("type %q holds itself", name), "")
	case 0:
		def.state = 1
		def.field = r.field(def.node)
		def.state = 2
		if countFields(def.field, maxFields) > maxFields {
			def.node.KeyProblem(fmt.Sprintf("type %q has more than %d fields, those of its types counted", name, maxFields), "")
			def.field = record.Field{}
		}
	}
	return def.field
}

// maxFields bounds a type: types that hold one another twice would double at
// every step.
const maxFields = 2000

// countFields counts a field and those inside it, and stops past most.
func countFields(f record.Field, most int) int {
	n := 1
	if f.Of != nil {
		n += countFields(*f.Of, most)
	}
	for _, inner := range f.Fields {
		if n > most {
			break
		}
		n += countFields(inner, most-n)
	}
	return n
}

// field reads the short form (a type) or the long form (keys) of a field or type.
func (r *reader) field(n *strictyaml.Node) record.Field {
	if n.Kind == strictyaml.Scalar {
		return r.typeText(n, n.Text())
	}
	m := n.Map("type", "label", "about", "read_only", "required", "secret", "enum", "known",
		"refers", "aliases", "layouts", "utc", "folds", "fields", "with", "of", "custom")
	f := r.fieldType(n, m)
	if v := m.Get("label"); v != nil {
		f.Label = v.Word()
	}
	if v := m.Get("about"); v != nil {
		f.About = v.Word()
	}
	if v := m.Get("enum"); v != nil {
		f.Enum = v.Texts()
	}
	if v := m.Get("known"); v != nil {
		f.Known = r.known(v)
	}
	if v := m.Get("refers"); v != nil {
		f.Refers = r.refers(v)
	}
	if v := m.Get("aliases"); v != nil {
		f.Aliases = v.Texts()
	}
	if v := m.Get("layouts"); v != nil {
		f.Layouts = v.Texts()
	}
	if v := m.Get("folds"); v != nil {
		f.Folds = folds(v)
	}
	for key, flag := range map[string]*bool{"read_only": &f.ReadOnly, "required": &f.Required, "secret": &f.Secret, "utc": &f.UTC} {
		if v := m.Get(key); v != nil {
			*flag = v.Bool()
		}
	}
	if v := m.Get("custom"); v != nil {
		shape := v.Map("label", "value")
		f.Custom = record.CustomShape{Label: shape.Need("label").Word(), Value: shape.Need("value").Word()}
	}
	r.checkField(m, f)
	return f
}

// fieldType reads what the keys type, fields, with and of say together.
func (r *reader) fieldType(n *strictyaml.Node, m *strictyaml.Fields) record.Field {
	var given []string
	for _, key := range []string{"type", "fields", "of"} {
		if m.Get(key) != nil || key == "fields" && m.Get("with") != nil {
			given = append(given, key)
		}
	}
	if len(given) > 1 {
		n.Problem(strings.Join(given, " and ")+" exclude one another", "keep one of them")
	}
	switch {
	case m.Get("fields") != nil || m.Get("with") != nil:
		return record.Field{Kind: record.Object, Fields: r.fieldSet(m, nil)}
	case m.Get("of") != nil:
		of := r.field(m.Get("of"))
		return record.Field{Kind: record.List, Of: &of}
	}
	return r.typeText(m.Need("type"), m.Get("type").Word())
}

// typeText reads "string", "list of string" or the name of a type.
func (r *reader) typeText(n *strictyaml.Node, text string) record.Field {
	text = strings.TrimSpace(text)
	if text == "" {
		return record.Field{}
	}
	if rest, isList := strings.CutPrefix(text, "list of "); isList {
		of := r.typeText(n, rest)
		return record.Field{Kind: record.List, Of: &of}
	}
	if kind, ok := record.ParseKind(text); ok {
		if kind == record.Object || kind == record.List {
			n.Problem(text+" of what?", `name a type, write "list of T", or give fields or of`)
			return record.Field{}
		}
		return record.Field{Kind: kind}
	}
	if r.types[text] != nil {
		return r.namedType(text, n)
	}
	n.Problem(fmt.Sprintf("unknown type %q", text), strictyaml.Suggest(text, append(record.KindNames(), r.typeNames...)))
	return record.Field{}
}

// checkField looks for keys that do not fit the type.
func (r *reader) checkField(m *strictyaml.Fields, f record.Field) {
	timed := f.Kind == record.Date || f.Kind == record.Time || f.Kind == record.DateTime
	wrong := func(key string, ok bool, only string) {
		if v := m.Get(key); v != nil && !ok && f.Kind != 0 {
			v.KeyProblem(fmt.Sprintf("%s has no meaning for type %s", key, f.Kind), "only for "+only)
		}
	}
	wrong("layouts", timed, "date, time and datetime")
	wrong("utc", f.Kind == record.DateTime, "datetime")
	wrong("folds", f.Kind == record.String, "string")
	wrong("custom", f.Kind == record.Custom, "custom")
	wrong("enum", f.Kind == record.String || f.Kind == record.Integer, "string and integer")
	wrong("known", f.Kind == record.String || f.Kind == record.Integer, "string and integer")
	wrong("refers", f.Kind == record.String || f.Kind == record.Integer, "string and integer")
	if m.Get("known") != nil && m.Get("enum") != nil {
		m.Get("known").KeyProblem("known beside enum", "the values stand in the account or in this file; remove one")
	}
	if timed {
		for _, item := range listOrOne(m.Get("layouts")) {
			r.checkLayout(item, f.Kind)
		}
	}
}

// folds reads how the vendor keeps or compares a text.
func folds(n *strictyaml.Node) []record.Fold {
	var out []record.Fold
	for _, item := range listOrOne(n) {
		fold := item.Choice(record.FoldNames()...)
		if slices.Contains(out, fold) {
			item.Problem(fmt.Sprintf("%q is named twice", fold), "remove one")
		}
		out = append(out, fold)
	}
	return out
}

// fieldSet reads the fields of a stream or object: those under fields, then
// those of the types named under with. extra are fields that Ferry adds first
// (a parent's key, a variant); one declared under fields takes its place.
func (r *reader) fieldSet(m *strictyaml.Fields, extra []record.Field) []record.Field {
	set := &fieldSet{seen: map[string]string{}}
	declared := map[string]bool{}
	for _, e := range m.Get("fields").Entries() {
		declared[e.Key] = true
	}
	for _, f := range extra {
		if !declared[f.Name] {
			set.add(f, m.Node())
		}
	}
	for _, e := range m.Get("fields").Entries() {
		f := r.field(e.Value)
		f.Name = e.Key
		if i := slices.IndexFunc(extra, func(x record.Field) bool { return x.Name == e.Key }); i >= 0 {
			f.From, f.ReadOnly = extra[i].From, true
		}
		set.add(f, e.Value)
	}
	for _, item := range listOrOne(m.Get("with")) {
		name := item.Text()
		if r.types[name] == nil {
			item.Problem(fmt.Sprintf("unknown type %q", name), strictyaml.Suggest(name, r.typeNames))
			continue
		}
		group := r.namedType(name, item)
		if group.Kind != record.Object && group.Kind != 0 {
			item.Problem(fmt.Sprintf("type %q has no fields", name), "only an object's fields can be taken over")
		}
		for _, f := range group.Fields {
			if !set.adopt(f, extra) {
				set.add(f, item)
			}
		}
	}
	return set.fields
}

// adopt lets a field that Ferry adds be described by a type's field of its
// name; false where there is none.
func (s *fieldSet) adopt(f record.Field, extra []record.Field) bool {
	if !slices.ContainsFunc(extra, func(x record.Field) bool { return x.Name == f.Name }) {
		return false
	}
	i := slices.IndexFunc(s.fields, func(x record.Field) bool { return x.Name == f.Name })
	if i < 0 || s.fields[i].Label != "" {
		return false
	}
	f.From, f.ReadOnly = s.fields[i].From, true
	s.fields[i] = f
	return true
}

// fieldSet collects fields and finds those that would share a column.
type fieldSet struct {
	fields []record.Field
	seen   map[string]string // lower-case name or alias -> field
	custom string
}

func (s *fieldSet) add(f record.Field, at *strictyaml.Node) {
	f.Aliases = slices.DeleteFunc(slices.Clone(f.Aliases), func(alias string) bool { return alias == f.Name })
	if strings.HasPrefix(strings.ToLower(f.Name), "_ferry_") {
		at.KeyProblem(fmt.Sprintf("field %q: names beginning with _ferry_ are Ferry's own", f.Name), "choose another name and write the vendor's as alias")
	}
	for i, name := range append([]string{f.Name}, f.Aliases...) {
		other, taken := s.seen[strings.ToLower(name)]
		if taken && (i == 0 || other != f.Name) {
			at.KeyProblem(fmt.Sprintf("field %q is there already (as %q)", name, other), "small and capital letters make no difference in a column name")
		}
		if !taken {
			s.seen[strings.ToLower(name)] = f.Name
		}
	}
	if f.Kind != record.Custom && strings.EqualFold(f.Name, "custom") {
		at.KeyProblem("a field cannot be called custom", "that is the column of custom fields; choose another name and write the vendor's as alias")
	}
	if f.Kind == record.Custom {
		if s.custom != "" {
			at.KeyProblem(fmt.Sprintf("a second custom field beside %q", s.custom), "a record has one column of custom fields; use json")
		}
		s.custom = f.Name
	}
	s.fields = append(s.fields, f)
}
