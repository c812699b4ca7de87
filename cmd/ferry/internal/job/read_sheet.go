package job

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"ferry/extract/strictyaml"
)

// sheetSource reads a source of files.
func (r *reader) sheetSource(n *strictyaml.Node) Source {
	m := n.Map("files", "sheet", "key", "missing")
	s := &Sheet{Name: r.text(m.Get("sheet")), Key: r.texts(m.Get("key")), Missing: r.text(m.Get("missing"))}
	files := m.Get("files")
	for _, item := range r.nodes(files) {
		p := r.path(item)
		if p == "" {
			item.Problem("empty", "write the path of a file")
			continue
		}
		if _, err := filepath.Match(p, ""); err != nil {
			item.Problem("* ? and [ ] do not fit together", "write a path such as ./in/*.xlsx")
		}
		s.Files = append(s.Files, p)
	}
	if len(s.Files) == 0 && files.Kind != strictyaml.Scalar {
		files.Problem("no file is named", "write files: customers.xlsx, or a list")
	}
	for i, name := range s.Key {
		if strings.TrimSpace(name) == "" || slices.Contains(s.Key[:i], name) {
			m.Get("key").Problem("a column is empty or given twice", "name each column of the key once, as in key: [Number]")
		}
	}
	if s.Missing == "" {
		s.Missing = MissingReport
	}
	return Source{Sheet: s, Connections: DefaultConnections, MaxBody: DefaultMaxBody}
}

// fitMissing refuses an action for rows that are no longer listed that no stream
// of the target has.
func (r *reader) fitMissing(source *strictyaml.Node, j *Job) {
	if !j.Source.Sheet.Acts() {
		return
	}
	at := source.Child("missing")
	known := []string{MissingReport, MissingIgnore}
	if j.Target == nil || j.Target.Spec == nil {
		at.Problem(fmt.Sprintf("unknown value %q", at.Text()), strictyaml.Suggest(j.Source.Sheet.Missing, known)+" (an action needs a target)")
		return
	}
	for _, s := range j.Target.Spec.Streams {
		if s.Writes == nil {
			continue
		}
		for _, a := range s.Writes.Actions {
			if !slices.Contains(known, a.Name) {
				known = append(known, a.Name)
			}
		}
	}
	if !slices.Contains(known, j.Source.Sheet.Missing) {
		at.Problem(fmt.Sprintf("%s has no action %q", j.Target.Spec.Vendor, at.Text()), strictyaml.Suggest(j.Source.Sheet.Missing, known))
	}
}

// Paths gives the files that are there now, each once: names as they are, and what
// * and ? stand for in the order of their names, but for answered files. none are
// those that nothing fits.
func (s *Sheet) Paths() (paths, none []string, err error) {
	for _, name := range s.Files {
		found := []string{name}
		if _, gone := os.Lstat(name); gone != nil && strings.ContainsAny(name, "*?[") {
			if found, err = filepath.Glob(name); err != nil {
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
			found = slices.DeleteFunc(found, notMeant)
		}
		if len(found) == 0 {
			none = append(none, name)
		}
		for _, p := range found {
			if !slices.Contains(paths, p) {
				paths = append(paths, p)
			}
		}
	}
	return paths, none, nil
}

// answeredFile is the name of a file that Ferry has answered.
var answeredFile = regexp.MustCompile(`\.answered(-\d+)?\.[^.]+$`)

// notMeant tells files that * and ? do not stand for: what Excel keeps beside a
// workbook that is open, and answered files, whose rows are those of the originals.
func notMeant(path string) bool {
	return strings.HasPrefix(filepath.Base(path), "~$") || answeredFile.MatchString(path)
}
