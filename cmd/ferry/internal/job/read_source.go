package job

import (
	"fmt"
	"slices"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

func (r *reader) source(n *strictyaml.Node) Source {
	if n != nil && n.Kind == strictyaml.Map && hasKey(n, "files") {
		return r.sheetSource(n)
	}
	m := n.Map("vendor", "settings", "base_url", "streams", "details", "filters", "limit", "keys",
		"connections", "max_body", "incremental", "sweep", "budget")
	spec := r.spec(m.Need("vendor"))
	s := Source{
		Login:       r.login(m, spec, needs{secrets: r.opt.Source, account: true}),
		Limit:       r.number(m.Get("limit"), 1, 0),
		Connections: r.number(m.Get("connections"), 1, DefaultConnections),
		MaxBody:     measured(r, m.Get("max_body"), DefaultMaxBody, parseSize),
		Incremental: r.flag(m.Get("incremental"), true),
		Sweep:       measured(r, m.Get("sweep"), DefaultSweep, parseSpan),
		Keys:        r.keys(m.Get("keys"), spec),
	}
	if spec == nil {
		return s
	}
	s.Streams = r.streams(m.Get("streams"), spec, s.Keys)
	s.Details = r.details(m.Get("details"), spec, s.Streams)
	s.Filters = r.filters(m.Get("filters"), spec, s.Streams)
	r.fitKeys(m, s)
	return s
}

func hasKey(n *strictyaml.Node, key string) bool {
	return slices.ContainsFunc(n.Entries(), func(e strictyaml.Entry) bool { return e.Key == key })
}

// streams reads the streams asked for, in the order of the spec; by default
// every stream that has a list, or keys to ask with.
func (r *reader) streams(n *strictyaml.Node, spec *connector.Spec, keys map[string]Keys) []string {
	known := topStreams(spec)
	var readable []string
	for _, s := range spec.Streams {
		_, keyed := keys[s.Name]
		if s.List != nil || keyed {
			readable = append(readable, s.Name)
		}
	}
	if !n.Given() {
		return readable
	}
	asked := map[string]bool{}
	items := r.nodes(n)
	for _, item := range items {
		name := r.text(item)
		switch stream := findStream(spec, name); {
		case name == "":
			item.Problem("empty", "write the name of a stream")
		case stream == nil:
			item.Problem(fmt.Sprintf("%s has no stream %q", spec.Vendor, item.Text()), strictyaml.Suggest(name, known))
		case stream.Sub != nil:
			item.Problem(fmt.Sprintf("%q is read with the records of %s", name, stream.Sub.Parent),
				fmt.Sprintf("write it under details: [%s]", name))
		case !slices.Contains(readable, name):
			item.Problem(fmt.Sprintf("%s cannot list %q", spec.Vendor, name),
				fmt.Sprintf("say where its keys come from: keys: {%s: keys.csv}", name))
		case asked[name]:
			item.Problem(fmt.Sprintf("%q is given twice", name), "remove one")
		}
		asked[name] = true
	}
	if len(items) == 0 && n.Kind == strictyaml.List {
		n.Problem("no stream is named", "name some, or remove the key for all")
	}
	var out []string
	for _, s := range spec.Streams {
		if asked[s.Name] {
			out = append(out, s.Name)
		}
	}
	return out
}

func (r *reader) details(n *strictyaml.Node, spec *connector.Spec, streams []string) []string {
	known := spec.Details()
	var out []string
	for _, item := range r.nodes(n) {
		name := r.text(item)
		if name == "" {
			item.Problem("empty", "write the name of a detail")
			continue
		}
		if !slices.Contains(known, name) {
			hint := strictyaml.Suggest(name, known)
			if len(known) == 0 {
				hint = "remove the key"
			}
			item.Problem(fmt.Sprintf("%s has no detail %q", spec.Vendor, item.Text()), hint)
			continue
		}
		parent := name
		if s := findStream(spec, name); s.Sub != nil {
			parent = s.Sub.Parent
		}
		if !slices.Contains(streams, parent) {
			item.Problem(fmt.Sprintf("%q belongs to stream %q, which is not read", name, parent),
				fmt.Sprintf("add %s to streams", parent))
		}
		if slices.Contains(out, name) {
			item.Problem(fmt.Sprintf("%q is given twice", name), "remove one")
		}
		out = append(out, name)
	}
	return out
}

func findStream(spec *connector.Spec, name string) *connector.Stream {
	for _, s := range spec.Streams {
		if s.Name == name {
			return s
		}
	}
	return nil
}
