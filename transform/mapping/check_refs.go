package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// references checks that every ref leads to a stream of the mapping and that
// no stream waits for itself.
func (c *check) references() {
	next := map[string][]string{}
	for _, s := range c.streams {
		for _, r := range s.refs {
			next[s.def.Name] = append(next[s.def.Name], r.to)
		}
	}
	said := map[string]bool{}
	for _, s := range c.streams {
		for _, r := range s.refs {
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
