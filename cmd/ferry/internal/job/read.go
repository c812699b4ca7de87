package job

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// Options say what a command needs of a job file.
type Options struct {
	Env Env
	// Source resolves the source's secrets; without it they may be missing.
	Source bool
	// Target resolves the target's settings; without it they may be missing.
	Target bool
}

// OpenError is a job file that cannot be read at all.
type OpenError struct {
	Path string
	Err  error
}

// Error names the file and the reason.
func (e *OpenError) Error() string { return fmt.Sprintf("job file %s: %v", e.Path, reason(e.Err)) }

// Unwrap gives the reason, such as fs.ErrNotExist.
func (e *OpenError) Unwrap() error { return e.Err }

// Load reads and checks a job file. The error is an *OpenError, or a
// *strictyaml.Problems with every mistake.
func Load(path string, opt Options) (*Job, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, &OpenError{Path: path, Err: err}
	}
	data, err := os.ReadFile(abs)
	if err != nil {
		return nil, &OpenError{Path: path, Err: err}
	}
	root, err := strictyaml.Parse(path, data)
	if err != nil {
		return nil, err
	}
	r := &reader{opt: opt, dir: filepath.Dir(abs)}
	j := r.job(root, abs)
	if err := root.Err(); err != nil {
		return nil, err
	}
	return j, nil
}

// reader walks the tree of one job file.
type reader struct {
	opt Options
	dir string // what relative paths count from
}

func (r *reader) job(root *strictyaml.Node, abs string) *Job {
	if root.Kind == strictyaml.Null {
		root.Problem("the file is empty", "`ferry init` writes a commented one")
		return nil
	}
	m := root.Map("version", "name", "title", "about", "source", "stage", "export", "mapping", "target")
	if v := m.Need("version"); v.Given() && r.text(v) != "1" {
		v.Problem("unknown version", "this Ferry reads version: 1")
	}
	j := &Job{
		Path:  abs,
		Name:  r.name(m.Get("name"), m.Node(), abs),
		Title: r.text(m.Get("title")),
		About: r.text(m.Get("about")),
	}
	j.Source = r.source(m.Need("source"))
	j.Stage = r.path(m.Get("stage"))
	if j.Stage == "" {
		j.Stage = filepath.Join(r.dir, j.Name+".stage")
	}
	j.Export = r.export(m.Get("export"))
	r.otherStage(m.Get("source"), j)
	j.Mapping = r.mapping(m.Get("mapping"))
	j.Target = r.target(m.Get("target"))
	if j.Source.Sheet != nil {
		r.fitMissing(m.Get("source"), j)
	}
	return j
}

// name reads the job's name, by default the job file's without its ending. It
// becomes a folder, so it must be fit for one on every system.
func (r *reader) name(n, at *strictyaml.Node, abs string) string {
	name := r.text(n)
	if !n.Given() {
		name = strings.TrimSuffix(filepath.Base(abs), filepath.Ext(abs))
		n = at
	}
	switch {
	case name == "" || len(name) > 100,
		strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || strings.ContainsRune(`/\:*?"<>|`, c) }),
		strings.HasPrefix(name, "."), strings.HasSuffix(name, "."), strings.TrimSpace(name) != name:
		n.Problem("the job's name must be fit for a folder",
			"write name: with letters, digits, - and _ such as nightly-synchroteam")
	}
	return name
}

// text reads a scalar and resolves its placeholders.
func (r *reader) text(n *strictyaml.Node) string {
	out, err := expand(n.Text(), r.opt.Env.resolver(r.dir))
	if err != nil {
		r.problem(n, err)
		return ""
	}
	return out.text
}

func (r *reader) texts(n *strictyaml.Node) []string {
	if !n.Given() {
		return nil
	}
	if n.Kind == strictyaml.Scalar {
		return []string{r.text(n)}
	}
	var out []string
	for _, item := range n.Items() {
		out = append(out, r.text(item))
	}
	return out
}

// problem notes an error in a value; the value itself is never repeated.
func (r *reader) problem(n *strictyaml.Node, err error) {
	hint := ""
	if m, ok := err.(*missing); ok {
		hint = m.hint
	}
	n.Problem(err.Error(), hint)
}

// number reads a whole number of at least low; def where it is not given.
func (r *reader) number(n *strictyaml.Node, low, def int) int {
	if !n.Given() {
		return def
	}
	v, err := strconv.Atoi(r.text(n))
	if n.Kind == strictyaml.Scalar && (err != nil || v < low) {
		n.Problem(fmt.Sprintf("must be a whole number of at least %d", low), "")
	}
	return v
}

func (r *reader) flag(n *strictyaml.Node, def bool) bool {
	if !n.Given() {
		return def
	}
	return r.choice(n, "true", "false") == "true"
}

func (r *reader) choice(n *strictyaml.Node, known ...string) string {
	v := r.text(n)
	if n.Given() && n.Kind == strictyaml.Null {
		return ""
	}
	if n.Given() && n.Kind == strictyaml.Scalar && !slices.Contains(known, v) {
		n.Problem(fmt.Sprintf("unknown value %q", n.Text()), strictyaml.Suggest(v, known))
	}
	return v
}

// choices reads a list of known words, each once.
func (r *reader) choices(n *strictyaml.Node, known ...string) []string {
	var out []string
	for _, item := range r.nodes(n) {
		v := r.choice(item, known...)
		if slices.Contains(out, v) {
			item.Problem(fmt.Sprintf("%q is given twice", v), "remove one")
		}
		out = append(out, v)
	}
	return out
}

// nodes gives the items of a list; a single value counts as a list of one.
func (r *reader) nodes(n *strictyaml.Node) []*strictyaml.Node {
	if n.Given() && n.Kind == strictyaml.Scalar {
		return []*strictyaml.Node{n}
	}
	return n.Items()
}

// measured reads a scalar with its own notation.
func measured[T any](r *reader, n *strictyaml.Node, def T, parse func(string) (T, error)) T {
	if !n.Given() {
		return def
	}
	text := r.text(n)
	if n.Kind != strictyaml.Scalar || text == "" && n.Text() != "" {
		return def // already complained about
	}
	v, err := parse(text)
	if err != nil {
		r.problem(n, err)
	}
	return v
}

// path reads a path; a relative one counts from the job file.
func (r *reader) path(n *strictyaml.Node) string {
	p := r.text(n)
	if p == "" {
		return ""
	}
	if p = filepath.FromSlash(p); !filepath.IsAbs(p) {
		p = filepath.Join(r.dir, p)
	}
	return filepath.Clean(p)
}

// nameOrPath reads a shipped name, or a path to a file of the user.
func (r *reader) nameOrPath(n *strictyaml.Node) string {
	if text := r.text(n); !connector.IsPath(text) {
		return text
	}
	return r.path(n)
}
