package load

import (
	"strings"
	"time"

	"ferry/extract/connector"
	"ferry/extract/record"
)

// shape is what the spec says of one field of a target stream, as comparing
// needs it: how it reads and how it is written.
type shape struct {
	name    string
	path    string // dotted
	aliases []string
	shown   bool // the vendor gives it back
	kind    record.Kind
	fold    record.Folding
	day     bool           // only the day is written of a moment
	layouts []string       // of a date, a time or a moment
	utc     bool           // a moment without zone is one in UTC
	zone    *time.Location // of local moments; nil: not known
	enum    []string       // the values it can be written with; empty: any
	known   *record.Known  // where the account lists the values; nil: nowhere
	fields  map[string]*shape
	of      *shape // element of a list
	custom  record.CustomShape
}

// shapesOf joins what a stream gives back with what writes take.
func shapesOf(st *connector.Stream) map[string]*shape {
	shapes := map[string]*shape{}
	addShapes(shapes, st.Fields, "", true)
	if st.Writes != nil {
		addShapes(shapes, st.Writes.Fields, "", false)
	}
	return shapes
}

func addShapes(to map[string]*shape, fields []record.Field, above string, shown bool) {
	for i := range fields {
		f := &fields[i]
		if f.From == record.FromVariant {
			continue
		}
		have := to[f.Name]
		if have == nil {
			to[f.Name] = newShape(f, above, shown)
			continue
		}
		if !shown {
			have.write(f)
		}
	}
}

func newShape(f *record.Field, above string, shown bool) *shape {
	s := &shape{name: f.Name, path: joinPath(above, f.Name), aliases: f.Aliases, shown: shown, kind: f.Kind, fold: record.FoldingOf(f.Folds),
		layouts: f.Layouts, utc: f.UTC, custom: f.Custom, fields: map[string]*shape{}}
	addShapes(s.fields, f.Fields, s.path, shown)
	if f.Of != nil {
		s.of = newShape(f.Of, s.path+"[]", shown)
	}
	if !shown {
		s.write(f)
	}
	return s
}

// write adds what a write takes of a field that may also be given back.
func (s *shape) write(f *record.Field) {
	s.fold |= record.FoldingOf(f.Folds)
	s.enum, s.known = f.Enum, f.Known
	if f.Kind == record.DateTime && len(f.Layouts) > 0 && !strings.Contains(f.Layouts[0], "15") {
		s.day = true
	}
	for _, layout := range f.Layouts {
		if !contains(s.layouts, layout) {
			s.layouts = append(s.layouts[:len(s.layouts):len(s.layouts)], layout)
		}
	}
	addShapes(s.fields, f.Fields, s.path, false)
	if f.Of != nil && s.of != nil {
		s.of.write(f.Of)
	} else if f.Of != nil {
		s.of = newShape(f.Of, s.path+"[]", false)
	}
}

// at finds the shape of a dotted path; nil where the spec knows none. Labels of
// custom fields may hold dots: the rest of the path is the label.
func shapeAt(shapes map[string]*shape, path string) (s *shape, label string) {
	for {
		name, rest, more := strings.Cut(path, ".")
		s = shapes[strings.TrimSuffix(name, "[]")]
		if s == nil || !more {
			return s, ""
		}
		if s.kind == record.Custom {
			return s, rest
		}
		shapes, path = s.fields, rest
		if s.of != nil {
			shapes = s.of.fields
		}
	}
}

func joinPath(above, name string) string {
	if above == "" {
		return name
	}
	return above + "." + name
}

func contains(list []string, one string) bool {
	for _, have := range list {
		if have == one {
			return true
		}
	}
	return false
}

// setZone gives the zone of local moments to a field and all below it.
func (s *shape) setZone(zone *time.Location) {
	s.zone = zone
	for _, below := range s.fields {
		below.setZone(zone)
	}
	if s.of != nil {
		s.of.setZone(zone)
	}
}
