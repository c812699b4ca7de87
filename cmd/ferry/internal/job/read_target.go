package job

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

func (r *reader) export(n *strictyaml.Node) *Export {
	if !n.Given() {
		return nil
	}
	e := &Export{Formats: []string{"parquet"}}
	if n.Kind == strictyaml.Null {
		n.Problem("empty: must be keys with values", "write export: {dir: ./export}, or remove the key")
		return e
	}
	m := n.Map("dir", "formats", "csv", "mapping")
	if e.Dir = r.path(m.Need("dir")); e.Dir == "" && m.Get("dir").Given() && m.Get("dir").Kind == strictyaml.Scalar &&
		m.Get("dir").Text() == "" {
		m.Get("dir").Problem("empty", "write a folder such as ./export")
	}
	if formats := m.Get("formats"); formats.Given() {
		e.Formats = r.choices(formats, "parquet", "excel", "csv")
		if len(e.Formats) == 0 && formats.Kind == strictyaml.List {
			formats.Problem("no format is named", "known: parquet, excel, csv")
		}
	}
	if csv := m.Get("csv"); csv.Given() {
		e.BOM = r.flag(csv.Map("bom").Get("bom"), false)
	}
	e.Mapping = r.mapping(m.Get("mapping"))
	return e
}

// mapping reads the shipped name or the path of a mapping; "" where none is given.
func (r *reader) mapping(n *strictyaml.Node) string {
	if !n.Given() {
		return ""
	}
	return r.filled(n, r.nameOrPath(n), "write the name of a shipped mapping or the path of one, or remove the key")
}

func (r *reader) target(n *strictyaml.Node) *Target {
	if !n.Given() {
		return nil
	}
	m := n.Map("vendor", "settings", "base_url", "budget", "effects", "approve", "allow", "max_failures",
		"files", "files_at", "crosswalk")
	spec := r.spec(m.Need("vendor"))
	if spec != nil && len(spec.Writable()) == 0 {
		m.Get("vendor").Problem(fmt.Sprintf("nothing can be written to %s", spec.Vendor), "name another vendor, or remove the target")
	}
	t := &Target{
		Login:       r.login(m, spec, needs{secrets: r.opt.Target, account: r.opt.Target}),
		Effects:     r.effects(m.Get("effects"), spec),
		Approve:     "ask",
		Allow:       r.choices(m.Get("allow"), "final", "deletes"),
		MaxFailures: measured(r, m.Get("max_failures"), Failures{}, parseFailures),
		Files:       r.choice(m.Get("files"), "attach", "folder"),
		FilesAt:     r.filesAt(m.Get("files_at")),
		Crosswalk:   r.path(m.Get("crosswalk")),
	}
	if a := m.Get("approve"); a.Given() {
		t.Approve = r.choice(a, "ask", "auto")
	}
	if t.Files == "" {
		t.Files = "attach"
	}
	return t
}

// effects reads the effects that the job allows, each once and by its name.
func (r *reader) effects(n *strictyaml.Node, spec *connector.Spec) []string {
	if spec == nil {
		return nil
	}
	known := spec.EffectNames()
	var out []string
	for _, item := range r.nodes(n) {
		name := r.text(item)
		switch {
		case name == "":
			item.Problem("an effect without a name", fmt.Sprintf("`ferry describe %s` lists them", spec.Vendor))
		case len(known) == 0:
			item.Problem(fmt.Sprintf("nothing that is written to %s has an effect", spec.Vendor), "remove the key")
		case !slices.Contains(known, name):
			item.Problem(fmt.Sprintf("%s has no effect %q", spec.Vendor, item.Text()), strictyaml.Suggest(name, known))
		case slices.Contains(out, name):
			item.Problem(fmt.Sprintf("%q is given twice", name), "remove one")
		}
		out = append(out, name)
	}
	return out
}

func (r *reader) filesAt(n *strictyaml.Node) *FilesAt {
	if !n.Given() {
		return nil
	}
	m := n.Map("dir", "url")
	at := &FilesAt{Dir: r.path(m.Need("dir")), URL: strings.TrimRight(r.text(m.Need("url")), "/")}
	if u, err := url.Parse(at.URL); at.URL != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
		m.Get("url").Problem("must be an https address under which the target can fetch files", "")
	}
	return at
}
