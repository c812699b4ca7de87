package connector

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// call reads path, method and query; places lists what may stand in braces.
func (r *reader) call(m *strictyaml.Fields, places []string) Call {
	c := Call{
		Method: m.Get("method").Choice(http.MethodGet, http.MethodPost),
		Path:   r.template(m.Need("path"), places),
		Query:  r.query(m.Get("query"), places),
	}
	if c.Method == "" {
		c.Method = http.MethodGet
	}
	checkPath(m.Get("path"), c.Path)
	return c
}

func checkPath(n *strictyaml.Node, path string) {
	if strings.HasPrefix(path, "/") || strings.Contains(path, "://") || strings.ContainsAny(path, "?# ") {
		n.Problem(fmt.Sprintf("%q is no path below base_url", path), "write it without a leading slash; parameters go into query")
	}
}

func (r *reader) query(n *strictyaml.Node, places []string) []Param {
	var out []Param
	for _, e := range n.Entries() {
		out = append(out, Param{Name: e.Key, Value: r.template(e.Value, places)})
	}
	return out
}

func (r *reader) list(n *strictyaml.Node) *List {
	if n == nil {
		return nil
	}
	m := n.Map("path", "method", "query", "paging", "variants", "row")
	l := &List{Call: r.call(m, r.spec.SettingNames())}
	l.Paging = r.pagingOf(m.Need("paging"))
	l.Row = r.row(m.Get("row"))
	if v := m.Get("variants"); v != nil {
		vm := v.Map("param", "values", "as")
		l.Variants = &Variants{Param: vm.Need("param").Word(), Values: vm.Need("values").Texts(), As: vm.Get("as").Word()}
		if values := vm.Get("values"); values != nil && len(l.Variants.Values) < 2 {
			values.Problem("variants need two values or more", "put a single one into query")
		}
		for i, value := range l.Variants.Values {
			if slices.Contains(l.Variants.Values[:i], value) {
				vm.Get("values").Problem(fmt.Sprintf("%q is named twice", value), "remove one")
			}
		}
	}
	return l
}

func (r *reader) row(n *strictyaml.Node) RowShape {
	m := n.Map("unwrap", "pair", "scalar")
	row := RowShape{Unwrap: m.Get("unwrap").Word(), Pair: m.Get("pair").Texts(), Scalar: m.Get("scalar").Word()}
	given := 0
	for _, key := range []string{"unwrap", "pair", "scalar"} {
		if m.Get(key) != nil {
			given++
		}
	}
	if given > 1 {
		n.Problem("unwrap, pair and scalar exclude one another", "keep one of them")
	}
	return row
}

// rowKnown checks that the names given to bare values are fields.
func (r *reader) rowKnown(n *strictyaml.Node, row RowShape, fields []record.Field) {
	names := row.Pair
	if row.Scalar != "" {
		names = append(names, row.Scalar)
	}
	known := fieldPaths(fields)
	for _, name := range names {
		if !slices.Contains(known, name) {
			n.Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, known))
		}
	}
}

func (r *reader) get(n *strictyaml.Node) *Get {
	if n == nil {
		return nil
	}
	m := n.Map("path", "method", "query", "records")
	g := &Get{Call: r.call(m, append([]string{"key"}, r.spec.SettingNames()...)), Records: r.records(m.Get("records"))}
	texts := []string{g.Path}
	for _, p := range g.Query {
		texts = append(texts, p.Value)
	}
	if !strings.Contains(strings.Join(texts, " "), "{key}") {
		n.Problem("the call does not say which record", "put {key} into path or query")
	}
	return g
}

func (r *reader) order(n *strictyaml.Node, s *Stream) *Order {
	if n == nil {
		return nil
	}
	m := n.Map("query", "shown_by")
	o := &Order{Query: r.query(m.Get("query"), r.spec.SettingNames()), Fields: m.Need("shown_by").Texts()}
	known := fieldPaths(s.Fields)
	for _, name := range o.Fields {
		if !slices.Contains(known, name) {
			m.Get("shown_by").Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, known))
		}
	}
	return o
}

func (r *reader) cursor(n *strictyaml.Node, s *Stream) *Cursor {
	if n == nil {
		return nil
	}
	m := n.Map("filter", "zone", "field", "resolution", "overlap", "doubt")
	f := r.timeFilter(m.Need("filter"), s)
	c := &Cursor{Param: f.Param, Layout: f.Layout, Zone: r.zone(m.Get("zone")), Field: r.fieldRef(m.Get("field"), s),
		Resolution: r.span(m.Get("resolution")), Overlap: r.span(m.Get("overlap")), Doubt: r.span(m.Get("doubt"))}
	if c.Zone == nil && f.UTC {
		c.Zone = time.UTC
	}
	if c.Zone == nil && f.Param != "" && m.Get("zone") == nil {
		m.Get("filter").Problem(fmt.Sprintf("the zone of %s is not known", f.Param), "add utc: true to the filter, or zone here")
	}
	if c.Resolution == 0 {
		c.Resolution = time.Second
	}
	return c
}

// timeFilter resolves a reference to a filter that takes a moment.
func (r *reader) timeFilter(n *strictyaml.Node, s *Stream) Filter {
	name := n.Word()
	if name == "" {
		return Filter{}
	}
	f, err := s.Filter(name)
	switch {
	case err != nil:
		n.Problem(fmt.Sprintf("no filter %q", name), strictyaml.Suggest(name, s.FilterNames()))
	case f.Kind != record.Date && f.Kind != record.DateTime:
		n.Problem(fmt.Sprintf("filter %q is %s", name, f.Kind), "it must be a date or datetime")
	}
	return f
}

func (r *reader) deleted(n *strictyaml.Node, s *Stream) *Deleted {
	if n == nil {
		return nil
	}
	m := n.Map("query", "cursor")
	d := &Deleted{Query: r.query(m.Need("query"), r.spec.SettingNames()), Cursor: m.Get("cursor").Bool()}
	if d.Cursor && s.Cursor == nil {
		m.Get("cursor").Problem("the stream has no cursor", "remove it")
	}
	return d
}

func (r *reader) detail(n *strictyaml.Node, s *Stream) *Detail {
	if n == nil {
		return nil
	}
	m := n.Map("path", "method", "query", "records", "changed_by", "always")
	return &Detail{
		Call:      r.call(m, append(fieldPaths(s.Fields), r.spec.SettingNames()...)),
		Records:   r.records(m.Get("records")),
		ChangedBy: r.changedBy(m.Get("changed_by"), s),
		Always:    m.Get("always").Bool(),
	}
}

// changedBy reads the name of a filter of the list whose details change.
func (r *reader) changedBy(n *strictyaml.Node, s *Stream) *ChangedBy {
	if n == nil {
		return nil
	}
	f := r.timeFilter(n, s)
	if f.Param != "" && s.Cursor == nil {
		n.Problem("the stream has no cursor to take the moment from", "give the list's stream a cursor")
	}
	return &ChangedBy{Param: f.Param}
}

// fieldRef reads the name of a field that has an order.
func (r *reader) fieldRef(n *strictyaml.Node, s *Stream) string {
	name := n.Word()
	if name == "" {
		return ""
	}
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.Name)
		if f.Name == name && (f.Kind >= record.Object || f.Kind == record.Boolean) {
			n.Problem(fmt.Sprintf("field %q is %s", name, TypeName(f)), "it must be one that has an order")
		}
	}
	if !slices.Contains(names, name) {
		n.Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, names))
	}
	return name
}

// fieldPaths lists what a place may name: fields, and with dots those inside
// objects.
func fieldPaths(fields []record.Field) []string {
	var out []string
	for _, f := range fields {
		switch f.Kind {
		case record.Object:
			for _, inner := range fieldPaths(f.Fields) {
				out = append(out, f.Name+"."+inner)
			}
		case record.List, record.Custom, record.File, record.JSON:
		default:
			out = append(out, f.Name)
		}
	}
	return out
}
