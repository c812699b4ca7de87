package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one mistake in a file.
type Problem struct {
	File    string // as given to Parse
	Line    int    // from 1
	Column  int    // from 1
	Path    string // such as streams.customer.list.paging.first; "" for the whole file
	Message string // what is wrong
	Hint    string // the nearest right name, or what to do; ""
}

// String gives "file:line:column: path: message; hint".
func (p Problem) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		b.WriteString("; " + p.Hint)
	}
	return b.String()
}

// Problems is every mistake of one file, sorted by position; never empty.
type Problems struct{ Items []Problem }

// Error gives one line a problem.
func (p *Problems) Error() string {
	lines := make([]string, len(p.Items))
	for i, item := range p.Items {
		lines[i] = item.String()
	}
	return strings.Join(lines, "\n")
}

// sorted copies the problems by position, each once.
func (p *Problems) sorted() Problems {
	items := slices.Clone(p.Items)
	slices.SortStableFunc(items, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return Problems{Items: slices.Compact(items)}
}
