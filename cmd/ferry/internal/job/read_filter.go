package job

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/strictyaml"
)

// filters reads the vendor's list filters by stream.
func (r *reader) filters(n *strictyaml.Node, spec *connector.Spec, streams []string) map[string][]connector.Param {
	if !n.Given() {
		return nil
	}
	out := map[string][]connector.Param{}
	for _, e := range n.Entries() {
		stream := findStream(spec, e.Key)
		switch {
		case stream == nil:
			e.Value.KeyProblem(fmt.Sprintf("%s has no stream %q", spec.Vendor, e.Key), strictyaml.Suggest(e.Key, streams))
		case !slices.Contains(streams, e.Key):
			e.Value.KeyProblem(fmt.Sprintf("stream %q is not read", e.Key), "add it to streams or remove its filter")
		default:
			if params := r.streamFilters(e.Value, spec, stream); len(params) > 0 {
				out[e.Key] = params
			}
		}
	}
	return out
}

func (r *reader) streamFilters(n *strictyaml.Node, spec *connector.Spec, stream *connector.Stream) []connector.Param {
	names := stream.FilterNames()
	given := map[string]bool{}
	for _, e := range n.Entries() {
		given[e.Key] = true
	}
	var out []connector.Param
	for _, e := range n.Entries() {
		i := slices.Index(names, e.Key)
		if i < 0 {
			hint := strictyaml.Suggest(e.Key, names)
			if len(names) == 0 {
				hint = "remove it: this list has no filters"
			}
			e.Value.KeyProblem(fmt.Sprintf("the list of %s has no filter %q", stream.Name, e.Key), hint)
			continue
		}
		f := stream.Filters[i]
		if f.Needs != "" && !given[f.Needs] {
			e.Value.KeyProblem(fmt.Sprintf("filter %q works only together with %q", f.Param, f.Needs), "give both")
		}
		for _, item := range r.nodes(e.Value) {
			value, err := f.Value(r.text(item))
			if err != nil && strings.Contains(item.Text(), "${") {
				err = fmt.Errorf("filter %s does not take the value of %s", f.Param, item.Text())
			}
			if err != nil {
				r.problem(item, err)
				continue
			}
			out = append(out, connector.Param{Name: f.Param, Value: value})
		}
	}
	return out
}
