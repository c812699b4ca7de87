package mapping

import (
	"fmt"
	"slices"

	"ferry/extract/strictyaml"
)

// match checks the fields by which records of the target are found: each has a
// rule, and the vendor gives it back.
func (c *check) match(s *boundStream, at *strictyaml.Node) {
	for i, entry := range s.def.Match {
		item := at
		if at.Kind == strictyaml.List {
			item = at.Items()[i]
		}
		for j, name := range entry {
			n := item
			if item.Kind == strictyaml.List {
				n = item.Items()[j]
			}
			if slices.Contains(entry[:j], name) {
				n.Problem(fmt.Sprintf("field %q is named twice", name), "remove one")
				continue
			}
			s.readBack(n, "match", name)
		}
	}
}

// reference checks the field that tells of which source record a target record
// came.
func (c *check) reference(s *boundStream, at *strictyaml.Node) {
	if s.def.Reference != "" {
		s.readBack(at, "reference", s.def.Reference)
	}
}

// readBack checks that a field has a rule and can be read back from the target.
func (s *boundStream) readBack(at *strictyaml.Node, what, name string) {
	var mapped []string
	for _, r := range s.def.Fields {
		mapped = append(mapped, r.Path.String())
	}
	targets := targetsOf(s.target)
	path, err := ParsePath(name)
	switch {
	case err != nil:
		at.Problem(err.Error(), "name a target field")
	case !slices.Contains(mapped, path.String()):
		at.Problem(fmt.Sprintf("%s field %q has no rule here", what, name), strictyaml.Suggest(name, mapped))
	default:
		if _, custom := targets.label(path); !custom && targets.readable(path) == nil {
			at.Problem(fmt.Sprintf("%s field %q cannot be read back from %q", what, name, s.target.Name), "take a field that the vendor gives")
		}
	}
}
