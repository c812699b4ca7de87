package connector

import (
	"fmt"
	"regexp"
	"slices"

	"ferry/extract/strictyaml"
)

var dottedPath = regexp.MustCompile(`^[^.\s{}\[\]]+(\.[^.\s{}\[\]]+)*$`)

func (r *reader) readPaging(n *strictyaml.Node) {
	for _, e := range n.Entries() {
		r.paging[e.Key] = r.onePaging(e.Value)
		r.pagingNames = append(r.pagingNames, e.Key)
	}
}

func (r *reader) onePaging(n *strictyaml.Node) Paging {
	m := n.Map("kind", "param", "first", "size_param", "size", "records",
		"total", "total_pages", "page", "page_size", "rows")
	p := Paging{
		Kind:      PagingKind(m.Need("kind").Choice(string(PageNumber), string(PageOffset), string(PageNone))),
		Param:     m.Get("param").Word(),
		First:     m.Get("first").Int(),
		SizeParam: m.Get("size_param").Word(), Size: m.Get("size").Int(),
		Records: r.records(m.Get("records")),
		Total:   r.path(m.Get("total")), TotalPages: r.path(m.Get("total_pages")),
		Page: r.path(m.Get("page")), PageSize: r.path(m.Get("page_size")), Rows: r.path(m.Get("rows")),
	}
	r.checkPaging(m, p)
	return p
}

func (r *reader) checkPaging(m *strictyaml.Fields, p Paging) {
	switch p.Kind {
	case PageNumber:
		m.Need("param")
		if first := m.Need("first"); first != nil && p.First != 0 && p.First != 1 {
			first.Problem("must be 0 or 1", "the number of the first page")
		}
	case PageOffset:
		m.Need("param")
		if m.Get("first") != nil {
			m.Get("first").KeyProblem("an offset has no first page", "remove it")
		}
	case PageNone:
		for _, key := range []string{"param", "first", "size_param", "size", "total_pages", "page", "page_size"} {
			if m.Get(key) != nil {
				m.Get(key).KeyProblem(key+" has no meaning without pages", "remove it")
			}
		}
		return
	}
	if size := m.Get("size"); size != nil && p.Size < 1 {
		size.Problem("must be at least 1", "remove it where the server decides the size")
	}
	if p.SizeParam != "" {
		m.Need("size")
	} else if m.Get("size") != nil {
		m.Get("size").KeyProblem("size without size_param", "name the parameter, or remove size where the server decides")
	}
}

// pagingOf resolves a reference to a kind of paging.
func (r *reader) pagingOf(n *strictyaml.Node) Paging {
	name := n.Word()
	if name == "" {
		return Paging{}
	}
	p, ok := r.paging[name]
	if !ok {
		hint := strictyaml.Suggest(name, r.pagingNames)
		if hint == "" {
			hint = "define it under paging at the top of the file"
		}
		n.Problem(fmt.Sprintf("no paging %q", name), hint)
	}
	return p
}

// path reads a dotted path into an answer.
func (r *reader) path(n *strictyaml.Node) string {
	s := n.Word()
	if s != "" && !dottedPath.MatchString(s) {
		n.Problem(fmt.Sprintf("%q is no path", s), "write keys with dots between them, such as meta.total")
	}
	return s
}

// records reads one path or several; "." is the answer itself.
func (r *reader) records(n *strictyaml.Node) []string {
	var out []string
	for _, item := range listOrOne(n) {
		path := ""
		if item.Kind != strictyaml.Scalar || item.Text() != "." {
			path = r.path(item)
		}
		if slices.Contains(out, path) {
			item.Problem("the same path twice", "remove one")
		}
		out = append(out, path)
	}
	return out
}
