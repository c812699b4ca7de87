package connector

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// writes reads what can be written to a stream; the stream's fields and key are
// read before it.
func (r *reader) writes(n *strictyaml.Node, s *Stream) *Writes {
	if n == nil {
		return nil
	}
	m := n.Map("fields", "with", "without", "required", "unique", "updates", "reference", "settle", "custom",
		"create", "update", "upsert", "delete", "undelete", "actions", "new", "final", "off", "attach", "note")
	w := &Writes{Fields: r.writeFields(m, s), Settle: r.span(m.Get("settle")), Off: m.Get("off").Text(), Final: m.Get("final").Text()}
	c := &writeReader{reader: r, stream: s, fields: w.Fields, paths: writePaths(w.Fields)}
	w.Required = c.groups(m.Get("required"))
	w.Unique = c.groups(m.Get("unique"))
	w.Create = c.call(m.Get("create"), http.MethodPost)
	w.Update = c.call(m.Get("update"), http.MethodPut)
	w.Upsert = c.upsert(m.Get("upsert"))
	w.Delete = c.call(m.Get("delete"), http.MethodDelete)
	w.Undelete = c.call(m.Get("undelete"), http.MethodPost)
	for _, name := range []string{"update", "delete", "undelete"} {
		c.names(m.Get(name))
	}
	w.Custom = c.custom(m.Get("custom"))
	for _, e := range m.Get("actions").Entries() {
		w.Actions = append(w.Actions, c.action(e.Key, e.Value))
	}
	w.Attach, w.Note = c.attach(m.Get("attach"), w), c.note(m.Get("note"))
	w.New = c.literalsOf(m.Get("new"), s.Fields)
	w.Partial = m.Get("updates").Choice("partial", "whole") == "partial"
	w.Reference = c.reference(m.Get("reference"))
	c.check(n, m, w)
	w.Required = withMarked(w.Required, w.Fields)
	w.Off = offReason(w)
	return w
}

// writeFields is what a write takes: the stream's own fields without the
// read-only ones, and those that only writes know, which take the place of a
// stream's field of the same name.
func (r *reader) writeFields(m *strictyaml.Fields, s *Stream) []record.Field {
	own := r.fieldSet(m, nil)
	without := m.Get("without").Texts()
	var out []record.Field
	for _, f := range s.Fields {
		i := slices.IndexFunc(own, func(x record.Field) bool { return strings.EqualFold(x.Name, f.Name) })
		j := slices.Index(without, f.Name)
		if f.From == record.FromParent {
			f.ReadOnly, f.Required, f.From = false, true, record.FromRecord
		}
		switch f, ok := writable(f); {
		case i >= 0:
			out = append(out, own[i])
			own = slices.Delete(own, i, i+1)
		case ok && j < 0:
			out = append(out, f)
		}
		if j >= 0 {
			without = slices.Delete(without, j, j+1)
		}
	}
	for _, name := range without {
		m.Get("without").Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, fieldNames(s.Fields)))
	}
	return append(out, own...)
}

// writable takes out what is read-only inside a field; ok is false where
// nothing is left.
func writable(f record.Field) (out record.Field, ok bool) {
	if f.ReadOnly || f.From != record.FromRecord {
		return f, false
	}
	f.Aliases = nil
	if f.Of != nil {
		of, ok := writable(*f.Of)
		f.Of = &of
		return f, ok
	}
	if f.Kind == record.Object {
		var inner []record.Field
		for _, x := range f.Fields {
			if x, ok := writable(x); ok {
				inner = append(inner, x)
			}
		}
		f.Fields = inner
		return f, len(inner) > 0
	}
	return f, true
}

// writeReader reads the calls of one stream's writes.
type writeReader struct {
	*reader
	stream *Stream
	fields []record.Field
	paths  []string // of fields
}

// writePaths lists every path of fields: customer, customer.id, parts[].quantity.
func writePaths(fields []record.Field) []string {
	var out []string
	for _, f := range Flatten(fields) {
		out = append(out, f.Path)
	}
	return out
}

func fieldNames(fields []record.Field) []string {
	var out []string
	for _, f := range fields {
		out = append(out, f.Name)
	}
	return out
}

// field reads the path of a field that is written; more are known beside them.
func (c *writeReader) field(n *strictyaml.Node, more ...string) string {
	name := n.Word()
	known := append(slices.Clone(c.paths), more...)
	if name != "" && !slices.Contains(known, name) {
		n.Problem(fmt.Sprintf("no write takes a field %q", name), strictyaml.Suggest(name, known))
	}
	return name
}

func (c *writeReader) fieldList(n *strictyaml.Node, more ...string) []string {
	var out []string
	for _, item := range listOrOne(n) {
		name := c.field(item, more...)
		if slices.Contains(out, name) {
			item.Problem(fmt.Sprintf("%q is named twice", name), "remove one")
		}
		out = append(out, name)
	}
	return out
}

// groups reads a list whose items are one path or a list of them.
func (c *writeReader) groups(n *strictyaml.Node) [][]string {
	var out [][]string
	for _, item := range listOrOne(n) {
		if group := c.fieldList(item); len(group) > 0 {
			out = append(out, group)
		}
	}
	return out
}

func (c *writeReader) reference(n *strictyaml.Node) string {
	if n.Text() == "none" {
		return ""
	}
	return c.field(n)
}

// check looks at what the keys of a stream's writes say together.
func (c *writeReader) check(n *strictyaml.Node, m *strictyaml.Fields, w *Writes) {
	if n.Kind != strictyaml.Map {
		return
	}
	makes := w.Create != nil || w.Upsert != nil
	switch {
	case len(w.Calls()) == 0:
		n.KeyProblem("nothing can be written", "give create, update, upsert, delete or actions")
	case makes:
		m.Need("reference")
		if m.Get("delete") == nil {
			m.Need("final")
		}
	}
	if m.Get("delete") != nil && m.Get("final") != nil {
		m.Get("final").KeyProblem("final beside delete", "final says why nothing can be deleted; remove one")
	}
	if w.Upsert != nil && (w.Create != nil || w.Update != nil) {
		m.Get("upsert").KeyProblem("upsert beside create or update", "an upsert does both; remove one")
	}
	if w.Update != nil || w.Upsert != nil {
		m.Need("updates")
	} else if m.Get("updates") != nil {
		m.Get("updates").KeyProblem("updates without update or upsert", "remove it")
	}
}

// withMarked adds the fields marked required that no group names.
func withMarked(groups [][]string, fields []record.Field) [][]string {
	for _, f := range fields {
		named := slices.ContainsFunc(groups, func(group []string) bool {
			return slices.ContainsFunc(group, func(path string) bool {
				return path == f.Name || strings.HasPrefix(path, f.Name+".") || strings.HasPrefix(path, f.Name+"[")
			})
		})
		if f.Required && !named {
			groups = append(groups, []string{f.Name})
		}
	}
	return groups
}

// offReason says why nothing can be created or updated, where all such calls
// are switched off.
func offReason(w *Writes) string {
	if w.Off != "" {
		return w.Off
	}
	reason := ""
	for _, c := range w.Calls() {
		switch {
		case c.Name != "create" && c.Name != "update" && c.Name != "upsert":
		case c.Off == "":
			return ""
		default:
			reason = c.Off
		}
	}
	return reason
}
