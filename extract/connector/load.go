package connector

import (
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
)

//go:embed specs/*.yaml
var shipped embed.FS

// Names lists the vendors whose specs are shipped, sorted.
func Names() []string {
	entries, err := shipped.ReadDir("specs")
	if err != nil {
		return nil
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// IsPath tells a path to a spec from the name of a shipped one.
func IsPath(nameOrPath string) bool {
	ext := filepath.Ext(nameOrPath)
	return strings.ContainsAny(nameOrPath, `/\`) || ext == ".yaml" || ext == ".yml"
}

// Load gives the shipped spec of that name, or reads the spec at a path.
// Mistakes in a spec come as *Problems.
func Load(nameOrPath string) (*Spec, error) {
	if !IsPath(nameOrPath) {
		data, err := shipped.ReadFile(path.Join("specs", nameOrPath+".yaml"))
		if err != nil {
			return nil, unknown("vendor", nameOrPath, Names(), "or give the path of a spec, such as ./vendor.yaml")
		}
		return Parse(nameOrPath+".yaml", data)
	}
	data, err := os.ReadFile(nameOrPath)
	if err != nil {
		return nil, fmt.Errorf("connector spec cannot be read: %w", err)
	}
	spec, err := Parse(nameOrPath, data)
	if err != nil {
		return nil, err
	}
	spec.Path = nameOrPath
	return spec, nil
}

// UnknownError says that a vendor, stream, filter or setting does not exist.
type UnknownError struct {
	What string // "vendor", "stream", ...
	Name string
	Hint string // the nearest right name, or all there are
}

// Error names what is unknown and what was likely meant.
func (e *UnknownError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("unknown %s %q", e.What, e.Name)
	}
	return fmt.Sprintf("unknown %s %q; %s", e.What, e.Name, e.Hint)
}

func unknown(what, name string, known []string, more string) error {
	hint := strictyaml.Suggest(name, known)
	if more != "" {
		hint = strings.TrimSpace(hint + " (" + more + ")")
	}
	return &UnknownError{What: what, Name: name, Hint: hint}
}
