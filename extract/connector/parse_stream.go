package connector

import (
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

func (r *reader) streams(n *strictyaml.Node) {
	entries := n.Entries()
	if n != nil && n.Kind == strictyaml.Map && len(entries) == 0 {
		n.Problem("no stream", "describe at least one")
	}
	for _, e := range entries {
		if !streamName.MatchString(e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("%q is no name of a stream", e.Key), "use letters, digits, _ and -")
		}
		r.stream(e.Key, e.Value)
	}
}

// stream reads a stream and its sub-streams.
func (r *reader) stream(name string, n *strictyaml.Node) {
	m := n.Map("label", "about", "link", "key", "with", "fields", "filters",
		"list", "get", "find", "order", "cursor", "deleted", "detail", "writes", "subs")
	s := &Stream{Name: name, Label: m.Get("label").Word(), About: m.Get("about").Text()}
	r.spec.Streams = append(r.spec.Streams, s)
	s.List = r.list(m.Get("list"))
	s.Fields = r.fieldSet(m, variantField(s.List))
	if m.Get("list") != nil || m.Get("get") != nil || m.Get("writes") == nil {
		m.Need("key")
	}
	s.Key = r.key(m.Get("key"), s.Fields)
	r.linkVariants(m, s)
	if s.List != nil {
		r.rowKnown(m.Get("list").Child("row"), s.List.Row, s.Fields)
	}
	s.Filters = r.filters(m.Get("filters"))
	s.Link = r.template(m.Get("link"), append(r.spec.SettingNames(), "key"))
	s.Get = r.get(m.Get("get"))
	s.Order = r.order(m.Get("order"), s)
	s.Cursor = r.cursor(m.Get("cursor"), s)
	s.Deleted = r.deleted(m.Get("deleted"), s)
	s.Detail = r.detail(m.Get("detail"), s)
	s.Finds = r.finds(m.Get("find"), s)
	s.Writes = r.writes(m.Get("writes"), s)
	if s.List == nil && s.Get == nil && m.Get("writes") == nil && n.Kind == strictyaml.Map {
		n.KeyProblem("the stream can neither be read nor written", "give list, get or writes")
	}
	for _, key := range []string{"order", "cursor", "deleted", "filters"} {
		if s.List == nil && m.Get(key) != nil {
			m.Get(key).KeyProblem(key+" without list", "it is about the list; remove it")
		}
	}
	for _, e := range m.Get("subs").Entries() {
		if !streamName.MatchString(e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("%q is no name of a stream", e.Key), "use letters, digits, _ and -")
		}
		r.sub(s, e.Key, e.Value)
	}
}

// sub reads a sub-stream: one call a record of the parent.
func (r *reader) sub(parent *Stream, name string, n *strictyaml.Node) {
	m := n.Map("label", "about", "key", "with", "fields", "path", "method", "query", "records", "paging", "row",
		"as", "listed_by", "changed_by", "always", "missing_ok", "file", "writes")
	s := &Stream{Name: parent.Name + "." + name, Label: m.Get("label").Word(), About: m.Get("about").Text()}
	r.spec.Streams = append(r.spec.Streams, s)
	sub := &Sub{
		Parent: parent.Name,
		Call:   r.call(m, append(fieldPaths(parent.Fields), r.spec.SettingNames()...)),

		Records:   r.records(m.Get("records")),
		As:        m.Need("as").Word(),
		ListedBy:  r.query(m.Get("listed_by"), r.spec.SettingNames()),
		ChangedBy: r.changedBy(m.Get("changed_by"), parent),
		Always:    m.Get("always").Bool(),
		MissingOK: m.Get("missing_ok").Bool(),
	}
	if paging := m.Get("paging"); paging != nil {
		p := r.pagingOf(paging)
		sub.Paging, sub.Records = &p, p.Records
		if m.Get("records") != nil {
			m.Get("records").KeyProblem("records beside paging", "the paging says where they stand; remove it")
		}
	}
	s.Sub = sub
	s.Fields = r.fieldSet(m, r.parentField(m, sub.As, parent))
	s.Key = r.key(m.Need("key"), s.Fields)
	sub.Row = r.row(m.Get("row"))
	r.rowKnown(m.Get("row"), sub.Row, s.Fields)
	s.File = r.fileShape(m.Get("file"), s, parent)
	s.Writes = r.writes(m.Get("writes"), s)
	if len(s.Key) > 0 && sub.As != "" && !slices.Contains(s.Key, sub.As) {
		m.Get("key").Problem(fmt.Sprintf("the key lacks %q", sub.As), "without the parent's key, records of two parents could be taken for one")
	}
	for _, p := range sub.ListedBy {
		if _, err := parent.Filter(p.Name); err != nil {
			m.Get("listed_by").Child(p.Name).KeyProblem(
				fmt.Sprintf("the list of %s has no filter %q", parent.Name, p.Name), strictyaml.Suggest(p.Name, parent.FilterNames()))
		}
	}
}

// parentField is the field that keeps the parent's key.
func (r *reader) parentField(m *strictyaml.Fields, as string, parent *Stream) []record.Field {
	if as == "" || len(parent.Key) == 0 {
		return nil
	}
	if len(parent.Key) > 1 {
		m.Get("as").Problem(fmt.Sprintf("stream %s has a key of several fields", parent.Name), "a sub-stream needs a parent whose key is one field")
		return nil
	}
	f := record.Field{Name: as, Kind: record.String, From: record.FromParent, ReadOnly: true}
	if i := slices.IndexFunc(parent.Fields, func(x record.Field) bool { return x.Name == parent.Key[0] }); i >= 0 {
		f.Kind = parent.Fields[i].Kind
	}
	return []record.Field{f}
}

// variantField is the field that keeps which of the lists a record came from.
func variantField(l *List) []record.Field {
	if l == nil || l.Variants == nil || l.Variants.As == "" {
		return nil
	}
	return []record.Field{{Name: l.Variants.As, Kind: record.String, From: record.FromVariant,
		ReadOnly: true, Enum: l.Variants.Values}}
}

// key reads the fields that identify a record.
func (r *reader) key(n *strictyaml.Node, fields []record.Field) []string {
	var names []string
	for _, f := range fields {
		names = append(names, f.Name)
	}
	var key []string
	for _, item := range listOrOne(n) {
		name := item.Word()
		i := slices.Index(names, name)
		switch {
		case name == "":
			continue
		case i < 0:
			item.Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, names))
		case fields[i].Kind != record.String && fields[i].Kind != record.Integer && fields[i].Kind != 0:
			item.Problem(fmt.Sprintf("field %q is %s", name, TypeName(fields[i])), "a key is made of string and integer fields")
		case fields[i].Secret:
			item.Problem(fmt.Sprintf("field %q is secret", name), "a key is shown and logged; choose another field")
		case slices.Contains(key, name):
			item.Problem(fmt.Sprintf("field %q is named twice", name), "remove one")
		}
		key = append(key, name)
	}
	if n != nil && n.Kind == strictyaml.List && len(key) == 0 {
		n.Problem("no field", "name the fields that identify a record")
	}
	return key
}

func (r *reader) linkVariants(m *strictyaml.Fields, s *Stream) {
	if s.List == nil || s.List.Variants == nil {
		return
	}
	v := s.List.Variants
	v.InKey = v.As != "" && slices.Contains(s.Key, v.As)
}

func (r *reader) filters(n *strictyaml.Node) []Filter {
	entries := n.Entries()
	var names []string
	for _, e := range entries {
		names = append(names, e.Key)
	}
	var out []Filter
	for _, e := range entries {
		out = append(out, r.filter(e.Key, e.Value, names))
	}
	return out
}

// filter reads the short form (a type) or the long form (keys) of a filter.
func (r *reader) filter(param string, n *strictyaml.Node, all []string) Filter {
	f := Filter{Param: param}
	if n.Kind == strictyaml.Scalar {
		f.Kind = r.filterKind(n)
		if f.Kind == record.Date || f.Kind == record.DateTime {
			n.Problem("the layout is missing", "write {type: date, layout: ...}")
		}
		return f
	}
	m := n.Map("type", "about", "layout", "utc", "enum", "means", "needs")
	f.Kind = r.filterKind(m.Need("type"))
	f.About, f.UTC, f.Enum = m.Get("about").Text(), m.Get("utc").Bool(), m.Get("enum").Texts()
	timed := f.Kind == record.Date || f.Kind == record.DateTime
	switch {
	case timed:
		if layout := m.Need("layout"); layout != nil {
			f.Layout = r.checkLayout(layout, f.Kind)
		}
	case m.Get("layout") != nil && f.Kind != 0:
		m.Get("layout").KeyProblem(fmt.Sprintf("layout has no meaning for type %s", f.Kind), "only for date and datetime")
	}
	if m.Get("utc") != nil && f.Kind != record.DateTime && f.Kind != 0 {
		m.Get("utc").KeyProblem(fmt.Sprintf("utc has no meaning for type %s", f.Kind), "only for datetime")
	}
	for _, e := range m.Get("means").Entries() {
		if f.Means == nil {
			f.Means = map[string]string{}
		}
		f.Means[e.Key] = e.Value.Choice(f.Enum...)
	}
	if needs := m.Get("needs"); needs != nil {
		f.Needs = needs.Word()
		others := slices.DeleteFunc(slices.Clone(all), func(name string) bool { return name == param })
		if !slices.Contains(others, f.Needs) {
			needs.Problem(fmt.Sprintf("no other filter %q", f.Needs), strictyaml.Suggest(f.Needs, others))
		}
	}
	return f
}

func (r *reader) filterKind(n *strictyaml.Node) record.Kind {
	kinds := []record.Kind{record.String, record.Integer, record.Number, record.Boolean, record.Date, record.DateTime}
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	kind, _ := record.ParseKind(n.Choice(names...))
	return kind
}
