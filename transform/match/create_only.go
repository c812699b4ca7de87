package match

import (
	"fmt"
	"slices"
	"strings"

	"ferry/extract/connector"
	"ferry/extract/sheet/grid"
)

// createOnly says which columns go into a new record alone: what is changed in them
// later is not sent, and the next file with a correction would change nothing.
func (p *proposer) createOnly() {
	w := p.stream.Writes
	if w.Create == nil || w.Update == nil {
		return
	}
	var names []string
	for i := range p.match {
		if t := p.match[i].target; t != nil && t.custom == nil && !t.actions && callTakes(w.Create, t.path) && !callTakes(w.Update, t.path) {
			names = append(names, p.cols[i].Name)
		}
	}
	if len(names) > 0 {
		p.tell(grid.Fact{Code: "create-only", Count: len(names),
			Text: fmt.Sprintf("written with a new record alone, so that changes in a later file are not sent: %s", someOf(names))})
	}
}

// callTakes tells whether a write takes a field, or what it lies in.
func callTakes(call *connector.WriteCall, path string) bool {
	root := path
	if end := strings.IndexAny(path, ".["); end >= 0 {
		root = path[:end]
	}
	takes := len(call.Only) == 0 || slices.ContainsFunc(call.Only, func(only string) bool { return only == root || strings.HasPrefix(only, root+".") })
	return takes && !slices.Contains(call.Except, root) && !slices.Contains(call.Except, path)
}
