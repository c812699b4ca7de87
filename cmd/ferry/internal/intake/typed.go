package intake

import (
	"slices"

	"ferry/extract/record"
	"ferry/extract/sheet"
	"ferry/extract/sheet/column"
	"ferry/transform/mapping"
)

// readAs is what cells are read as for a field of a kind; "" as text.
var readAs = map[record.Kind]column.As{
	record.Integer: column.Number, record.Number: column.Number, record.Decimal: column.Number, record.Boolean: column.Boolean,
	record.Date: column.Date, record.DateTime: column.DateTime, record.Time: column.Time,
}

// typed has columns that go into typed fields as they are read by that type, so
// that a day is one day however it was written. A rule that reads texts itself, by
// a layout or a list of values, is given them as they stand.
func (i *Import) typed() {
	for name, as := range i.types() {
		for _, l := range i.Layouts {
			at := slices.IndexFunc(l.Recipe.Columns, func(c sheet.Column) bool { return c.Name == name })
			if at < 0 || at >= len(l.Profiles) {
				continue
			}
			r := l.Profiles[at].Typed
			r.As = as
			l.Recipe.Columns[at].Reading = r
		}
	}
}

// types gives the columns that must be read by a type. One that two fields take by
// different types stays text.
func (i *Import) types() map[string]column.As {
	types := map[string]column.As{}
	if i.Proposal != nil {
		for _, p := range i.Proposal.Pairs {
			if p.Read != "" && p.Read != column.Text {
				types[p.Column] = p.Read
			}
		}
		return types
	}
	for _, s := range i.Program.Streams() {
		if s.Source().Name != sheet.Stream {
			continue
		}
		for n := range s.Fields() {
			for _, name := range s.Reads(n) {
				as := typeOf(s, n, name)
				if had, ok := types[name]; ok && had != as {
					as = ""
				}
				types[name] = as
			}
		}
	}
	for name, as := range types {
		if as == "" {
			delete(types, name)
		}
	}
	return types
}

// typeOf is the type by which a rule wants a column; "" text.
func typeOf(s *mapping.ProgramStream, n int, name string) column.As {
	rule, field := s.Rule(n), s.Type(n)
	direct := rule.From == name || rule.Expr == name
	if field == nil || !direct || len(rule.Values) > 0 || rule.Lookup != nil {
		return ""
	}
	for _, o := range rule.Options {
		if o.Name == "layout" && o.Value != "iso" {
			return ""
		}
	}
	return readAs[field.Kind]
}

// takesType tells whether a column goes into a field that takes numbers, days or
// booleans, as far as that is known yet.
func (i *Import) takesType(name string) bool {
	if i.cfg.Mapping == nil {
		return i.Proposal == nil || i.types()[name] != ""
	}
	program, err := i.cfg.Mapping.Compile(i.SpecOf(), i.cfg.Target)
	if err != nil {
		return true // what is wrong with it is told once nothing is open any more
	}
	i.Program = program
	return i.types()[name] != ""
}
