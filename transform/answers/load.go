package answers

import (
	"fmt"
	"os"
	"strings"
	"time"

	"ferry/extract/sheet"
	"ferry/extract/strictyaml"
)

// Path gives the path of the answers that belong to a mapping file: beside
// customers.yaml stands customers.answers.yaml.
func Path(mapping string) string {
	for _, end := range []string{".yaml", ".yml"} {
		if name, ok := strings.CutSuffix(mapping, end); ok {
			return name + ".answers.yaml"
		}
	}
	return mapping + ".answers.yaml"
}

// Load reads an answers file. Where there is none the error is fs.ErrNotExist;
// mistakes in it are *strictyaml.Problems, all at once, with what to do.
func Load(path string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data)
}

// Parse reads the text of an answers file; path is for its mistakes alone.
func Parse(path string, data []byte) (*File, error) {
	root, err := strictyaml.Parse(path, data)
	if err != nil {
		return nil, broken(err)
	}
	f := read(root)
	if err := root.Err(); err != nil {
		return nil, broken(err)
	}
	return f, nil
}

// broken says what to do about a file that a person has changed.
func broken(err error) error {
	return fmt.Errorf("%w\nFerry writes this file: put it back as it was, or remove it and answer the questions again", err)
}

func read(root *strictyaml.Node) *File {
	m := root.Map("version", "for", "updated", "columns", "renamed", "answers", "values")
	f := &File{Version: m.Need("version").Int(), For: m.Need("for").Text()}
	if v := m.Get("version"); v != nil && v.Kind == strictyaml.Scalar && f.Version != 1 {
		v.Problem(fmt.Sprintf("version %d is not known here", f.Version), "use the Ferry that wrote the file, or a newer one")
	}
	if at := m.Need("updated"); at.Given() {
		var err error
		if f.Updated, err = time.Parse(time.RFC3339, at.Text()); err != nil {
			at.Problem("must be a time in UTC", "such as 2026-05-03T09:30:00Z")
		}
		f.Updated = f.Updated.UTC()
	}
	if columns := m.Get("columns"); columns != nil {
		for _, item := range columns.Items() {
			f.Columns = append(f.Columns, item.Text())
		}
	}
	f.Renamed = texts(m.Get("renamed"))
	f.Answers = sheet.Answers(texts(m.Get("answers")))
	for _, e := range entries(m.Get("values")) {
		if f.Values == nil {
			f.Values = map[string]map[string]string{}
		}
		f.Values[e.Key] = texts(e.Value)
	}
	return f
}

// texts reads keys with texts; nil where there are none.
func texts(n *strictyaml.Node) map[string]string {
	var out map[string]string
	for _, e := range entries(n) {
		if out == nil {
			out = map[string]string{}
		}
		out[e.Key] = e.Value.Text()
	}
	return out
}

func entries(n *strictyaml.Node) []strictyaml.Entry {
	if !n.Given() {
		return nil
	}
	return n.Entries()
}
