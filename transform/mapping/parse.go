package mapping

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
)

// Problems is every mistake of a mapping, sorted by position.
type Problems = strictyaml.Problems

// Load reads a mapping file. Mistakes of its form come as *Problems, all at
// once; what needs the connector specs is left to Check.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("mapping cannot be read: %w", err)
	}
	f, err := parse(path, data)
	if err != nil {
		return nil, err
	}
	f.Path = path
	f.hash()
	return f, nil
}

// Parse reads a mapping from memory; file names it in complaints, and lookup
// files are found in its folder.
func Parse(file string, data []byte) (*File, error) {
	f, err := parse(file, data)
	if err != nil {
		return nil, err
	}
	f.hash()
	return f, nil
}

// parse reads the form and leaves the hashes to the caller.
func parse(file string, data []byte) (*File, error) {
	data = slices.Clone(data)
	root, err := strictyaml.Parse(file, data)
	if err != nil {
		return nil, err
	}
	f := &File{name: file, data: data, root: root}
	f.read(root)
	if err := root.Err(); err != nil {
		return nil, err
	}
	return f, nil
}

// Stream finds a stream of the mapping by name; nil where there is none.
func (f *File) Stream(name string) *Stream {
	for _, s := range f.Streams {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// dir is where lookup files are found.
func (f *File) dir() string { return filepath.Dir(f.name) }

func (f *File) read(root *strictyaml.Node) {
	m := root.Map("version", "from", "to", "about", "streams", "leave", "leave_target")
	if v := m.Need("version"); v != nil {
		if f.Version = v.Int(); v.Kind == strictyaml.Scalar && f.Version != 1 {
			v.Problem("unknown version of the mapping language", "write version: 1")
		}
	}
	m.Get("about").Text()
	f.From, f.To = m.Need("from").Word(), m.Need("to").Word()
	f.Leave, f.LeaveTarget = readLeft(m.Get("leave")), readLeft(m.Get("leave_target"))
	list := m.Need("streams")
	for _, n := range list.Items() {
		s := readStream(n)
		if other := f.Stream(s.Name); other != nil && s.Name != "" {
			n.Problem(fmt.Sprintf("a second stream called %q", s.Name),
				fmt.Sprintf("the first one is on line %d; give this one a name: of its own", other.Line))
		}
		f.Streams = append(f.Streams, s)
	}
	if list != nil && list.Kind == strictyaml.List && len(f.Streams) == 0 {
		list.Problem("no stream", "describe at least one")
	}
}

func readLeft(n *strictyaml.Node) []Left {
	var out []Left
	for _, e := range n.Entries() {
		out = append(out, Left{Name: e.Key, Reason: strings.TrimSpace(e.Value.Word()), node: e.Value})
	}
	return out
}
