package mapping

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
)

// references checks that every ref leads to a stream of the mapping and that
// no record has to be there before itself. A ref that a creation can do without
// is written by an update afterwards, so it may close a circle.
func (c *check) references() {
	next := map[string][]string{}
	for _, s := range c.streams {
		for _, r := range s.refs {
			if s.needsAtOnce(r) {
				next[s.def.Name] = append(next[s.def.Name], r.to)
			}
		}
	}
	said := map[string]bool{}
	for _, s := range c.streams {
		for _, r := range s.refs {
			if !s.needsAtOnce(r) {
				continue
			}
			path := circle(next, s.def.Name, r.to)
			if path == nil {
				continue
			}
			names := slices.Sorted(slices.Values(path))
			if key := strings.Join(names, " "); !said[key] {
				said[key] = true
				r.at.Problem(fmt.Sprintf("the streams wait for one another: %s", strings.Join(append(path, path[0]), " -> ")),
					"take one of the refs out; a parent must be written before its children")
			}
		}
	}
}

// needsAtOnce tells whether a record cannot be created before the one that the
// ref names: the target requires the field, its address holds it, or nothing
// writes it later.
func (s *boundStream) needsAtOnce(r reference) bool {
	w, path := s.target.Writes, r.rule.Path.String()
	if w.Update == nil && w.Upsert == nil || r.rule.Set == "create" {
		return true
	}
	for _, group := range requiredGroups(w) {
		if slices.Contains(group, path) {
			return true
		}
	}
	for _, call := range []*connector.WriteCall{w.Create, w.Update} {
		if call == nil {
			continue
		}
		if places, _ := connector.Places(call.Path); slices.Contains(places, path) {
			return true
		}
	}
	return false
}

// circle gives the way from one stream by its ref back to itself; nil: none.
func circle(next map[string][]string, from, by string) []string {
	seen := map[string]bool{}
	var walk func(at string, path []string) []string
	walk = func(at string, path []string) []string {
		if at == from {
			return path
		}
		if seen[at] {
			return nil
		}
		seen[at] = true
		for _, n := range next[at] {
			if found := walk(n, append(slices.Clone(path), at)); found != nil {
				return found
			}
		}
		return nil
	}
	return walk(by, []string{from})
}
