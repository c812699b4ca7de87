// Package mappings holds the mapping files that Ferry ships: NAME.yaml, and
// beside each NAME.md with what cannot be carried over and why. It must never
// read a file of the user's, and it imports nothing of ours: what a mapping
// means is decided where it is read.
package mappings

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.yaml *.md
var files embed.FS

// Names lists the shipped mappings in alphabetical order.
func Names() []string {
	found, err := fs.Glob(files, "*.yaml")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	names := make([]string, len(found))
	for i, file := range found {
		names[i] = strings.TrimSuffix(file, ".yaml")
	}
	return names
}

// Read gives the mapping file of a name; ok is false where none is shipped.
func Read(name string) (data []byte, ok bool) { return read(name + ".yaml") }

// Remarks is the page on what the mapping cannot carry over, in Markdown.
func Remarks(name string) (text []byte, ok bool) { return read(name + ".md") }

func read(file string) ([]byte, bool) {
	data, err := files.ReadFile(file)
	return data, err == nil
}
