package connector

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
)

// Fill puts values into the {name} places of a template; lookup is asked once
// a place, in order. A name that lookup does not know stays as it is.
func Fill(template string, lookup func(name string) (string, bool)) string {
	var b strings.Builder
	for {
		open := strings.IndexByte(template, '{')
		end := strings.IndexByte(template, '}')
		if open < 0 || end < open {
			return b.String() + template
		}
		b.WriteString(template[:open])
		if value, ok := lookup(template[open+1 : end]); ok {
			b.WriteString(value)
		} else {
			b.WriteString(template[open : end+1])
		}
		template = template[end+1:]
	}
}

// Fill puts values into the places of a call. Values are escaped in the path,
// not in the query. The error names the first place that lookup does not know;
// it never holds a value.
func (c Call) Fill(lookup func(name string) (string, bool)) (Call, error) {
	var missing string
	find := func(name string) (string, bool) {
		value, ok := lookup(name)
		if !ok && missing == "" {
			missing = name
		}
		return value, ok
	}
	out := Call{Method: c.Method, Query: slices.Clone(c.Query)}
	out.Path = Fill(c.Path, func(name string) (string, bool) {
		value, ok := find(name)
		return url.PathEscape(value), ok
	})
	for i := range out.Query {
		out.Query[i].Value = Fill(out.Query[i].Value, find)
	}
	if missing != "" {
		return Call{}, fmt.Errorf("call %s: no value for {%s}", c.Path, missing)
	}
	return out, nil
}

// Places lists the names between braces of a template; ok is false where the
// braces do not pair.
func Places(template string) (names []string, ok bool) {
	for {
		open := strings.IndexAny(template, "{}")
		if open < 0 {
			return names, true
		}
		end := strings.IndexByte(template, '}')
		if template[open] == '}' || end < 0 || strings.Contains(template[open+1:end], "{") || end == open+1 {
			return names, false
		}
		names = append(names, template[open+1:end])
		template = template[end+1:]
	}
}

// template reads text whose {places} must be among known.
func (r *reader) template(n *strictyaml.Node, known []string) string {
	text := n.Word()
	names, ok := Places(text)
	if !ok {
		n.Problem("a brace without its partner", "write {name}")
	}
	for _, name := range names {
		if !slices.Contains(known, name) {
			n.Problem(fmt.Sprintf("nothing fills {%s} here", name), strictyaml.Suggest(name, known))
		}
	}
	return text
}
