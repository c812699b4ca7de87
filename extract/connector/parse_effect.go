package connector

import (
	"fmt"
	"slices"

	"ferry/extract/record"
	"ferry/extract/strictyaml"
)

// readEffects reads what the effects of a vendor are; calls refer to them.
func (r *reader) readEffects(n *strictyaml.Node) {
	for _, e := range n.Entries() {
		if !settingName.MatchString(e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("%q is no name of an effect", e.Key), "use small letters, digits and _")
		}
		r.spec.Effects = append(r.spec.Effects, Effect{Name: e.Key, About: e.Value.Word()})
	}
}

// effects reads the effects of one call: a list of names, or names with when
// and mute.
func (c *writeReader) effects(n *strictyaml.Node) []Effect {
	var out []Effect
	if n != nil && n.Kind != strictyaml.Map {
		for _, item := range listOrOne(n) {
			out = append(out, c.effect(item.Word(), item.Problem))
		}
		return out
	}
	for _, e := range n.Entries() {
		effect := c.effect(e.Key, e.Value.KeyProblem)
		m := e.Value.Map("when", "where", "unless", "mute")
		effect.When, effect.Mute = c.fieldList(m.Get("when")), c.literals(m.Get("mute"))
		effect.Where, effect.Unless = c.recordField(m.Get("where")), c.recordField(m.Get("unless"))
		out = append(out, effect)
	}
	return out
}

// recordField reads the path of a field that a record has, written or only read.
func (c *writeReader) recordField(n *strictyaml.Node) string {
	if n == nil {
		return ""
	}
	more := slices.DeleteFunc(writePaths(c.stream.Fields), func(path string) bool { return slices.Contains(c.paths, path) })
	return c.field(n, more...)
}

func (c *writeReader) effect(name string, complain func(message, hint string)) Effect {
	i := slices.IndexFunc(c.spec.Effects, func(e Effect) bool { return e.Name == name })
	if i < 0 {
		if name != "" {
			hint := strictyaml.Suggest(name, c.spec.EffectNames())
			if hint == "" {
				hint = "say what it is under effects at the top of the file"
			}
			complain(fmt.Sprintf("no effect %q", name), hint)
		}
		return Effect{Name: name}
	}
	c.usedEffects[name] = true
	return c.spec.Effects[i]
}

// unusedEffects finds effects that no call brings about.
func (r *reader) unusedEffects(n *strictyaml.Node) {
	for _, e := range n.Entries() {
		if !r.usedEffects[e.Key] {
			e.Value.KeyProblem(fmt.Sprintf("no call has the effect %q", e.Key), "name it under effects of the call that brings it about, or remove it")
		}
	}
}

// custom reads how custom fields are sent; where it is not given, as the
// stream's custom field is read.
func (c *writeReader) custom(n *strictyaml.Node) *CustomWrite {
	i := slices.IndexFunc(c.fields, func(f record.Field) bool { return f.Kind == record.Custom })
	if i < 0 {
		if n != nil {
			n.KeyProblem("the stream has no custom field", "give one the type custom, or remove this")
		}
		return nil
	}
	f := c.fields[i]
	w := &CustomWrite{Path: f.Name, Label: f.Custom.Label, Value: f.Custom.Value}
	m := n.Map("id", "defs", "clear")
	if clearing := m.Get("clear"); clearing != nil {
		a := clearing.Map("action", "label")
		w.Clear, w.ClearLabel = a.Need("action").Word(), a.Need("label").Word()
		c.later(func() { c.checkClear(a, w) })
	}
	w.ID = m.Get("id").Word()
	if w.ID != "" && w.Label == "" {
		m.Get("id").KeyProblem("id of an object keyed by label", "only a list's elements have an id; remove it")
	}
	if defs := m.Get("defs"); defs != nil {
		d := defs.Map("stream", "label", "id", "of")
		w.Defs = &CustomDefs{Stream: d.Need("stream").Word(), Label: d.Need("label").Word(), ID: d.Get("id").Word()}
		for _, e := range d.Get("of").Entries() {
			w.Defs.Of = append(w.Defs.Of, Param{Name: e.Key, Value: e.Value.Word()})
		}
		c.later(func() { c.checkDefs(d, w.Defs) })
	}
	return w
}

// checkClear looks for the action that takes a custom field off, and its field.
func (c *writeReader) checkClear(m *strictyaml.Fields, w *CustomWrite) {
	if c.stream.Writes == nil {
		return
	}
	a, err := c.stream.Writes.Action(w.Clear)
	if err != nil {
		m.Get("action").Problem(err.Error(), "name one of the stream's actions")
		return
	}
	if names := fieldNames(a.Fields); !slices.Contains(names, w.ClearLabel) {
		m.Get("label").Problem(fmt.Sprintf("the action takes no field %q", w.ClearLabel), strictyaml.Suggest(w.ClearLabel, names))
	}
}

// checkDefs resolves the stream of the custom fields, which may stand further down.
func (c *writeReader) checkDefs(m *strictyaml.Fields, d *CustomDefs) {
	s, err := c.spec.Stream(d.Stream)
	if err != nil {
		if d.Stream != "" {
			m.Get("stream").Problem(fmt.Sprintf("no stream %q", d.Stream), strictyaml.Suggest(d.Stream, c.spec.StreamNames()))
		}
		return
	}
	known := fieldPaths(s.Fields)
	for _, key := range []string{"label", "id"} {
		if name := m.Get(key).Text(); name != "" && !slices.Contains(known, name) {
			m.Get(key).Problem(fmt.Sprintf("no field %q", name), strictyaml.Suggest(name, known))
		}
	}
	for _, e := range m.Get("of").Entries() {
		if !slices.Contains(known, e.Key) {
			e.Value.KeyProblem(fmt.Sprintf("no field %q", e.Key), strictyaml.Suggest(e.Key, known))
		}
	}
}

// finds reads the calls that find records by a field.
func (r *reader) finds(n *strictyaml.Node, s *Stream) []Find {
	var out []Find
	known := fieldPaths(s.Fields)
	for _, item := range n.Items() {
		m := item.Map("by", "path", "method", "query", "records", "loose")
		f := Find{By: m.Need("by").Texts(), Call: r.call(m, append(slices.Clone(known), r.spec.SettingNames()...)),
			Records: r.records(m.Get("records")), Loose: m.Get("loose").Bool()}
		for _, by := range f.By {
			if !slices.Contains(known, by) {
				m.Get("by").Problem(fmt.Sprintf("no field %q", by), strictyaml.Suggest(by, known))
			}
		}
		out = append(out, f)
	}
	return out
}
