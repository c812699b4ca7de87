package job

import (
	"net/url"
	"slices"
	"strings"

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
	if mapping := m.Get("mapping"); mapping.Given() {
		e.Mapping = r.nameOrPath(mapping)
	}
	return e
}

func (r *reader) target(n *strictyaml.Node) *Target {
	if !n.Given() {
		return nil
	}
	m := n.Map("vendor", "settings", "base_url", "budget", "effects", "approve", "allow", "max_failures",
		"files", "files_at", "crosswalk")
	t := &Target{
		Login:       r.login(m, r.spec(m.Need("vendor"), true), r.opt.Target),
		Effects:     r.texts(m.Get("effects")),
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
	if i := slices.Index(t.Effects, ""); i >= 0 {
		m.Get("effects").Problem("an effect without a name", "`ferry describe VENDOR` lists them")
	}
	return t
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
