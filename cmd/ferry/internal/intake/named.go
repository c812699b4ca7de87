package intake

import (
	"slices"

	"ferry/extract/sheet"
	"ferry/transform/mapping"
)

// Finds lists how the rows look for records of the target, such as the customer of a
// job: of those that Check looks at.
func (i *Import) Finds() ([]mapping.Find, error) {
	stream, err := i.Main()
	if err != nil {
		return nil, err
	}
	var out []mapping.Find
	for n := range stream.Fields() {
		out = append(out, stream.Finds(n)...)
	}
	return out, nil
}

// Named gives the columns that name records of the target, in the order of the file,
// for which Check does not look.
func (i *Import) Named() []string {
	main, err := i.Main()
	if err != nil {
		return nil
	}
	named := map[string]bool{}
	for _, s := range i.Program.Streams() {
		if s.Source().Name != sheet.Stream {
			continue
		}
		for n := range s.Fields() {
			if i.looksUp(s, n) && s == main {
				continue
			}
			if f := s.Type(n); f != nil && f.Refers != nil || len(s.Finds(n)) > 0 {
				for _, column := range s.Reads(n) {
					named[column] = true
				}
			}
		}
	}
	var out []string
	for n := range i.Layouts[0].Recipe.Columns {
		if name := i.Layouts[0].Recipe.Columns[n].Name; named[name] && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// looksUp tells whether Check knows all that the n-th field of a stream may find.
func (i *Import) looksUp(s *mapping.ProgramStream, n int) bool {
	finds := s.Finds(n)
	return len(finds) > 0 && i.Records != nil && !slices.ContainsFunc(finds, func(f mapping.Find) bool { return i.Records(f) == nil })
}
