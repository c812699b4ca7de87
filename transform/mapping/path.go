package mapping

import (
	"fmt"
	"strings"
)

// Path is a field path, one name a step. Names with dots or spaces are written
// in brackets: properties["Zone 1.2"].
type Path []string

// String writes the path as ParsePath reads it.
func (p Path) String() string {
	var b strings.Builder
	for i, name := range p {
		switch {
		case strings.ContainsAny(name, `."[]`) || name == "":
			fmt.Fprintf(&b, "[%q]", name)
		case i > 0:
			b.WriteString("." + name)
		default:
			b.WriteString(name)
		}
	}
	return b.String()
}

// ParsePath reads a path such as address.city or properties["Zone 1.2"].
func ParsePath(text string) (Path, error) {
	var p Path
	rest := text
	for first := true; rest != "" || first; first = false {
		var name string
		var err error
		if strings.HasPrefix(rest, "[") {
			name, rest, err = bracket(rest)
		} else {
			if !first {
				if !strings.HasPrefix(rest, ".") {
					return nil, fmt.Errorf("%q is no field path", text)
				}
				rest = rest[1:]
			}
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			name, rest = strings.TrimSpace(rest[:end]), rest[end:]
		}
		if err != nil || name == "" {
			return nil, fmt.Errorf("%q is no field path", text)
		}
		p = append(p, name)
	}
	return p, nil
}

// bracket reads a step such as ["Zone 1.2"] or ['x'] from the beginning of text.
func bracket(text string) (name, rest string, err error) {
	if len(text) > 2 && (text[1] == '"' || text[1] == '\'') {
		if end := strings.Index(text[2:], text[1:2]+"]"); end >= 0 {
			return text[2 : 2+end], text[2+end+2:], nil
		}
	}
	return "", "", fmt.Errorf("a bracket is not closed")
}
